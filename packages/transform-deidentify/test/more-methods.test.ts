import type {Row, Value} from '@sluice/core';
import {methodTools, type MethodTools} from '@sluice/transform-deidentify';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {change, treat} from './change.ts';
import {never} from './tables.ts';

describe('round', () => {
  const to = (step: number, ...values: Value[]) => change('round', 'any', values, {parameters: {to: step}}).out;
  test('gives the nearest multiple, from the middle away from 0, exactly', () => {
    expect(to(10, 14n, 15n, 16n, -14n, -15n, 25n, 0n)).toEqual([10n, 20n, 20n, -10n, -20n, 30n, 0n]);
    expect(to(3, 1n, 2n, 4n, 5n)).toEqual([0n, 3n, 3n, 6n]);
    expect(change('round', {type: 'decimal', precision: 8, scale: 2}, ['12.34', '12.35', '-0.05', '0.04', '123456789012345678.45'], {parameters: {to: 0.1}}))
      .toMatchObject({out: ['12.30', '12.40', '-0.10', '0.00', '123456789012345678.50'], column: {type: 'decimal', precision: 9, scale: 2}});
    expect(change('round', 'float', [12.34, 1e20, NaN, Infinity, null, 0.3], {parameters: {to: 0.5}})).toMatchObject({out: [12.5, 1e20, null, null, null, 0.5], notes: {'is not a finite number: NULL': 2}});
    expect(change('round', 'int', [2n ** 63n + 1n, 7, 9998], {parameters: {to: 10, missing: [9998]}}).out).toEqual([9223372036854775810n, 10, 9998]);
  });
  test('is never farther off than half a step, and does nothing the second time', () => {
    fc.assert(fc.property(fc.bigInt({min: -(2n ** 62n), max: 2n ** 62n}), fc.integer({min: 1, max: 1e9}), (value, step) => {
      const [once] = to(step, value) as [bigint];
      expect(once % BigInt(step)).toBe(0n);
      expect(2n * (once > value ? once - value : value - once)).toBeLessThanOrEqual(BigInt(step));
      expect(to(step, once)).toEqual([once]);
    }));
  });
  test('refuses steps that the column cannot have', () => {
    expect(treat('round', {to: 0.5}, {type: 'int'})).toMatch(/whole number/u);
    expect(treat('round', {to: 0.001}, {type: 'decimal', precision: 5, scale: 2})).toMatch(/2 digits after the point/u);
  });
});

test('round gives short decimals what it gives long ones', () => {
  fc.assert(fc.property(fc.integer({min: -1e9, max: 1e9}), fc.integer({min: 0, max: 4}), fc.constantFrom(0.1, 0.05, 0.25, 1, 3, 10, 1000, 1e15), (digits, scale, to) => {
    const text = `${digits < 0 ? '-' : ''}${String(Math.abs(digits)).padStart(scale + 1, '0').replace(new RegExp(`(?=\\d{${scale}}$)`, 'u'), scale > 0 ? '.' : '')}`;
    const long = `${text}${scale === 0 ? '.' : ''}${'0'.repeat(30)}`;
    const {out: [one, other]} = change('round', {type: 'decimal', precision: 60, scale: 40}, [text, long], {parameters: {to}});
    const plain = (value: Value | undefined) => (value as string).replace(/(\.\d*?)0+$/u, '$1').replace(/\.$/u, '');
    expect(plain(one)).toBe(plain(other));
    if (scale >= 2) expect((one as string).split('.')[1]).toHaveLength(scale);
  }));
});

test('numbers, their texts and bigints come to the same, however long they are', () => {
  const text = (value: number) => `${value}.${'0'.repeat(30)}`;
  fc.assert(fc.property(fc.oneof(fc.integer({min: -1000, max: 1000}), fc.maxSafeInteger()), fc.oneof(fc.integer({min: 2, max: 50}), fc.integer({min: 2, max: 1e15})), (value, step) => {
    for (const [name, parameters] of [['bucket', {width: step}], ['topCode', {max: step}], ['round', {to: step}], ['age90', {}]] as const) {
      const exact = (result: Value | undefined) => BigInt(result as bigint);
      const {out: [number, bigint]} = change(name, 'int', [value, BigInt(value)], {parameters});
      expect(exact(number), name).toBe(exact(bigint));
      expect(typeof number, name).toBe(Number.isSafeInteger(Number(number)) ? 'number' : 'bigint');
      if (name === 'round') continue;
      const {out: [short, long]} = change(name, {type: 'decimal', precision: 50, scale: 0}, [String(value), text(value)], {parameters});
      expect(String(short), name).toBe(String(long).replace(/\.0+$/u, ''));
      expect(exact(short), name).toBe(exact(number));
    }
  }));
});

describe('noise', () => {
  const values = Array.from({length: 4000}, () => 100);
  const drawn = (parameters: object, type: 'int' | 'float' = 'float') => change('noise', type, values, {parameters}).out as number[];
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const deviation = (all: readonly number[]) => Math.sqrt(mean(all.map(one => (one - 100) ** 2)));
  test('has the spread it was told, around the value', () => {
    const uniform = drawn({spread: 10, distribution: 'uniform'});
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(90);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(110);
    for (const [all, sigma] of [[uniform, 10 / Math.sqrt(3)], [drawn({spread: 10, distribution: 'normal'}), 10], [drawn({spread: 10}), 10 * Math.SQRT2]] as const) {
      // Six standard errors.
      expect(Math.abs(mean(all) - 100)).toBeLessThan(6 * sigma / Math.sqrt(4000));
      expect(deviation(all) / sigma).toBeGreaterThan(0.8);
      expect(deviation(all) / sigma).toBeLessThan(1.2);
    }
  });
  test('is other in each run, keeps type and bounds, and leaves codes alone', () => {
    expect(drawn({spread: 1})).not.toEqual(drawn({spread: 1}));
    expect(drawn({spread: 10}, 'int').every(Number.isSafeInteger)).toBe(true);
    const {out, notes, treatment} = change('noise', 'int', [0, 100, 9998, null], {parameters: {spread: 1e6, min: 0, max: 100, missing: [9998]}});
    expect(out.slice(2)).toEqual([9998, null]);
    for (const value of out.slice(0, 2)) expect(value === 0 || value === 100).toBe(true);
    expect([notes, treatment.random]).toEqual([{'was moved over a bound: the bound': 2}, true]);
    for (const text of change('noise', {type: 'decimal', precision: 4, scale: 2}, Array.from({length: 300}, () => '50.00'), {parameters: {spread: 100}}).out) expect(text).toMatch(/^-?\d{1,2}\.\d{2}$/u);
    for (const big of change('noise', 'int', [2n ** 63n - 1n, -(2n ** 63n)], {parameters: {spread: 1e30}}).out) expect(BigInt(big as bigint) < 2n ** 63n && BigInt(big as bigint) >= -(2n ** 63n)).toBe(true);
  });
  test('of nothing readable is NULL', () => {
    expect(change('noise', 'any', ['x', new Uint8Array(1), NaN], {parameters: {spread: 1}})).toMatchObject({out: [null, null, null], notes: {'is not a finite number: NULL': 3}});
    expect(treat('noise', {spread: 1, min: 2, max: 1}, {type: 'int'})).toMatch(/min/u);
  });
});

describe('toState', () => {
  test('reads ZIP codes, addresses and names', () => {
    const cases: readonly (readonly [Value, string | null])[] = [
      ['53703', 'WI'], ['53703-1234', 'WI'], ['2139', 'MA'], ['06390', 'NY'], ['06320', 'CT'], ['20598', 'VA'], ['96799', 'AS'], ['96701', 'HI'], ['00801', 'VI'], ['00901', 'PR'], ['73301', 'TX'], ['73960', 'TX'], ['88510', 'TX'],
      ['Wisconsin', 'WI'], ['wisconsin ', 'WI'], ['WI', 'WI'], ['wi', 'WI'], ['N.Y.', 'NY'], ['State of Maine', 'ME'], ['Commonwealth of Virginia', 'VA'], ['D.C.', 'DC'], ['West  Virginia', 'WV'],
      ['Madison, WI', 'WI'], ['Madison, Wisconsin', 'WI'], ['Madison WI', 'WI'], ['12 Main St, Madison, WI 53703', 'WI'], ['12 Main St, Madison, WI 53703-1234, USA', 'WI'], ['Dane County, WI', 'WI'], ['California, PA', 'PA'],
      ['09012', null], ['34001', null], ['00000', null], ['Madison', null], ['SW1A 1AA', null], ['Ontario', null], ['not known OK?', null], ['', null], [null, null],
    ];
    const {out, column, notes} = change('toState', 'text', cases.map(([given]) => given));
    expect(cases.map(([given], i) => [given, out[i]])).toEqual(cases);
    expect([column, notes]).toEqual([{name: 'c', type: 'text', nullable: true, maxLength: 2}, {'is of no state: NULL': 7}]);
    expect(change('toState', 'int', [53703, 2139, 5]).out).toEqual(['WI', 'MA', null]);
  });
  test('never gives more than two letters, for whatever text', () => {
    fc.assert(fc.property(fc.string({maxLength: 40}), text => {
      const [state] = change('toState', 'text', [text]).out;
      expect(state === null || /^[A-Z]{2}$/u.test(state as string)).toBe(true);
    }));
    expect(change('toState', 'text', [', '.repeat(1e6), `${' '.repeat(1e6)}x`]).out).toEqual([null, null]);
  });
});

test('city keeps the town of an address, and nothing with digits', () => {
  const cases: readonly (readonly [Value, string | null])[] = [
    ['Madison', 'Madison'], ['  St. Paul ', 'St. Paul'], ["Coeur d'Alene", "Coeur d'Alene"], ['Madison, WI', 'Madison'], ['12 Main St, Madison, WI 53703', 'Madison'], ['Madison WI 53703', 'Madison'], ['Winston-Salem, North Carolina', 'Winston-Salem'],
    ['12 Main St', null], ['12 Main St, Madison', null], ['12 Main St, 53703', null], ['53703', null], ['', null], [null, null],
  ];
  const {out, notes} = change('city', 'text', cases.map(([given]) => given));
  expect(cases.map(([given], i) => [given, out[i]])).toEqual(cases);
  expect(notes).toEqual({'is no town or city: NULL': 4});
});

describe('tag', () => {
  test('says what the value was', () => {
    expect(change('tag', 'text', ['Ann', '', null], {context: {class: 'name.given'}}).out).toEqual(['[NAME]', '[NAME]', null]);
    expect(change('tag', 'text', ['x'], {context: {class: 'age'}}).out).toEqual(['[AGE]']);
    expect(change('tag', 'text', ['x'], {context: {class: 'R'}, parameters: {label: 'CASE NO'}}).out).toEqual(['[CASE NO]']);
    expect(treat('tag', {}, {type: 'text'})).toMatch(/class, or the label/u);
    expect(treat('tag', {}, {type: 'text', maxLength: 3}, {class: 'A'})).toMatch(/writes 6 characters, and the column has room for 3/u);
  });
});

/** Lets a column learn from these rows: of the columns it asks for. */
async function learn(treatment: ReturnType<typeof change>['treatment'], tools: MethodTools, rows: readonly Row[]): Promise<void> {
  await treatment.prepare!.run({async rows(_, __, each) { for (const row of rows) each(row); }}, tools, never);
}

describe('suppressRare', () => {
  const rows: Value[] = [...Array.from({length: 5}, () => 'flu'), ...Array.from({length: 4}, () => 'gout'), null, 'plague'];
  const prepared = async (column: Parameters<typeof change>[1], all: readonly Row[], values: readonly Value[], parameters: object, subject: readonly string[] | null = null) => {
    const tools = methodTools();
    const {treatment} = change('suppressRare', column, [], {parameters, context: {subject}});
    await learn(treatment, tools, all);
    return change('suppressRare', column, values, {parameters, context: {subject}, tools});
  };
  test('takes out what few rows have, and what was not there before the run', async () => {
    const {out, notes, treatment} = await prepared('text', rows.map(value => [value]), ['flu', 'gout', 'plague', 'new', null], {below: 5});
    expect([out, notes]).toEqual([['flu', null, null, null, null], {'is a value of fewer than 5: NULL': 3}]);
    expect(treatment.prepare!.dependsOn).toEqual([{schema: expect.objectContaining({table: 't'}) as object, columns: ['c']}]);
  });
  test('counts persons where it is known whose rows they are', async () => {
    const all: Row[] = [...Array.from({length: 50}, (): Row => ['rare', 7]), ...Array.from({length: 50}, (): Row => ['nobody\'s', null]), ...Array.from({length: 5}, (_, i): Row => ['common', i])];
    expect((await prepared('text', all, ['rare', 'nobody\'s', 'common'], {below: 5}, ['person'])).out).toEqual([null, null, 'common']);
  });
  test('leaves exactly what at least as many have, whatever the values are', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom(1, '1', 1n, true, 'true', 0.5, 2n ** 60n, 'x'.repeat(100)), fc.integer({min: 0, max: 5})), {maxLength: 60}), fc.integer({min: 2, max: 6}), async (values, below) => {
      const {out} = await prepared('any', values.map(value => [value]), values, {below});
      const times = (value: Value) => values.filter(other => other === value).length;
      expect(out).toEqual(values.map(value => (times(value) >= below ? value : null)));
    }));
  });
  test('can put another text in their place', async () => {
    expect(await prepared({type: 'text', nullable: false, maxLength: 5}, rows.map(value => [value]), ['plague', 'flu'], {below: 5, to: 'other'})).toMatchObject({out: ['other', 'flu'], column: {nullable: false}});
    expect(treat('suppressRare', {to: 'others'}, {type: 'text', maxLength: 5})).toMatch(/longer than the column/u);
    expect(treat('suppressRare', {to: 'x'}, {type: 'int'})).toMatch(/text columns only/u);
  });
  test('does not guess when it has not looked', () => {
    expect(() => change('suppressRare', 'text', ['x'])).toThrow(/looked at no row/u);
  });
});
