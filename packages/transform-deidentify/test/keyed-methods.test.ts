import {sivDecrypt} from '@sluice/pseudonyms';
import {methodTools, methods, noTools, type Domain} from '@sluice/transform-deidentify';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {change, testKey, treat} from './change.ts';

const tools = methodTools({key: testKey()});
const domain = {domain: 'person'};
const inDomain = (form: Omit<Domain, 'name'>) => ({domains: new Map([['person', {name: 'person', ...form}]])});

describe.each(['hmac', 'aesSiv', 'fakeKeyed'] as const)('%s', name => {
  const parameters = name === 'fakeKeyed' ? {...domain, kind: 'name.full'} : domain;
  const of = (values: readonly (string | null)[], turn = 0, more = parameters) => change(name, 'text', values, {parameters: more, tools: methodTools({key: testKey(turn)})}).out;

  test('is the same for the same value, key and domain, and another for any other', () => {
    fc.assert(fc.property(fc.string({minLength: 1}), text => {
      const [one, two] = of([text, text]);
      expect(one).toBe(two);
      expect(of([text])).toEqual([one]);
      expect(one).not.toBe(text);
      if (name === 'fakeKeyed') return; // a hundred names: two may be equal
      expect(of([text], 1)).not.toEqual([one]);
      expect(of([text], 0, {...parameters, domain: 'family'})).not.toEqual([one]);
    }), {numRuns: 50});
  });
  test('leaves NULL alone, and counts nothing', () => {
    expect(change(name, 'text', [null, null], {parameters, tools})).toMatchObject({out: [null, null], notes: {}});
  });
  test('needs the key, and a domain that there is', () => {
    expect(() => change(name, 'text', ['x'], {parameters})).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', message: `${name} needs a master key, and none was given`}));
    expect(treat(name, {...parameters, domain: 'nobody'}, {type: 'text'})).toMatch(/names the domain nobody, which the policy does not have/u);
    expect(methods[name].needs).toEqual({key: true, domain: true});
  });
});

test('hmac has the form of its domain, and says whether keys stay keys', () => {
  const form = (given: Omit<Domain, 'name'>) => change('hmac', 'text', ['a'], {parameters: domain, tools, context: inDomain(given)});
  expect(form({form: 'uuid'})).toMatchObject({out: [expect.stringMatching(/^[0-9a-f-]{36}$/u)], column: {type: 'text', maxLength: 36}, treatment: {joins: 'hmac person'}});
  expect(form({form: 'hex', length: 16})).toMatchObject({out: [expect.stringMatching(/^[0-9a-f]{16}$/u)], column: {maxLength: 16}});
  expect(form({form: 'hex', length: 16}).treatment).not.toHaveProperty('joins');
  expect(form({form: 'integer'})).toMatchObject({out: [expect.any(Number)], column: {type: 'int'}});
  expect(form({form: 'integer'}).treatment).not.toHaveProperty('joins');
  expect(change('hmac', 'uuid', ['6f1ed002-ab55-4b5a-8c2c-2cd8a9e4b1aa'], {parameters: domain, tools}).column).toEqual({name: 'c', type: 'uuid', nullable: true});
  expect(change('hmac', 'int', [1001], {parameters: domain, tools}).out).toEqual(change('hmac', 'text', ['1001'], {parameters: domain, tools}).out);
});

test('aesSiv can be decrypted, and never is longer than the column says', () => {
  const key = testKey().domain('person', 'aesSiv');
  fc.assert(fc.property(fc.string({maxLength: 40, unit: 'binary'}), text => {
    const {out: [sealed], column} = change('aesSiv', {type: 'text', maxLength: 40}, [text], {parameters: domain, tools});
    expect(sivDecrypt(key, sealed as string)).toBe(text);
    expect((sealed as string).length).toBeLessThanOrEqual(column.maxLength!);
  }));
  fc.assert(fc.property(fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}), number => {
    const {out: [sealed], column} = change('aesSiv', 'int', [number], {parameters: domain, tools});
    expect((sealed as string).length).toBeLessThanOrEqual(column.maxLength!);
  }));
});

describe('fpe', () => {
  test('keeps the shape, is a permutation and can be undone', () => {
    const values = Array.from({length: 500}, (_, i) => `${String(100 + i)}-45-${String(6789 - i)}`);
    const {out, treatment} = change('fpe', {type: 'text', maxLength: 11}, values, {parameters: domain, tools});
    expect(out.every(value => /^\d{3}-\d{2}-\d{4}$/u.test(value as string))).toBe(true);
    expect(new Set(out).size).toBe(values.length);
    expect(treatment).toMatchObject({joins: 'fpe person digits text', column: {type: 'text', maxLength: 11}});
    expect(change('fpe', 'int', [10_012_345, null], {parameters: domain, tools}).out).toEqual([expect.any(Number), null]);
  });
  test('refuses what could be guessed, with its place and without the value', () => {
    expect(() => change('fpe', 'text', ['987'], {parameters: domain, tools})).toThrow(expect.objectContaining({
      code: 'SLUICE_VALUE', context: {table: 't', column: 'c'}, message: expect.not.stringContaining('987') as string,
    }));
  });
  test('has digits only in numbers', () => {
    expect(treat('fpe', {...domain, alphabet: 'upper'}, {type: 'int'})).toMatch(/alphabet digits/u);
    expect(() => methods.fpe.plan({name: 'c', type: 'int', nullable: true}, {domain: 'person', alphabet: 'digits'}, {asOf: null, table: {table: 't', columns: [], primaryKey: []}, subject: null, class: null, domains: new Map()})).not.toThrow();
  });
});

describe('made-up values', () => {
  test.each(['name.given', 'name.family', 'name.full', 'name.user', 'geo.street', 'geo.city', 'phone', 'fax', 'email', 'ssn', 'mrn', 'plan', 'account', 'url', 'ip', 'other'])('of kind %s fit the room that they ask for, and are nobody\'s', kind => {
    const plan = (maxLength: number) => treat('fakeRandom', {kind}, {type: 'text', maxLength});
    let room = 1;
    while (typeof plan(room) === 'string') room++;
    expect(plan(room - 1)).toMatch(/^makes values of up to \d+ characters/u);
    const {out} = change('fakeRandom', {type: 'text', maxLength: room}, Array.from({length: 2000}, () => 'x'), {parameters: {kind}});
    expect(Math.max(...out.map(value => (value as string).length))).toBeLessThanOrEqual(room);
    if (kind === 'ssn') expect(out.every(value => /^000-\d{2}-\d{4}$/u.test(value as string))).toBe(true);
    if (kind === 'phone') expect(out.every(value => /^\d{3}-555-01\d{2}$/u.test(value as string))).toBe(true);
    if (kind === 'email') expect(out.every(value => /@example\.(com|net|org)$/u.test(value as string))).toBe(true);
    expect(new Set(out).size).toBeGreaterThan(40);
  });
  test('are of the class of the column', () => {
    expect(change('fakeRandom', 'text', ['Ann', null], {context: {class: 'email'}}).out).toEqual([expect.stringContaining('@example.'), null]);
    expect(change('fakeRandom', 'text', ['Ann'], {context: {class: 'A'}}).out).toEqual([expect.stringMatching(/^\S+ \S+$/u)]);
    expect(treat('fakeRandom', {}, {type: 'text'})).toMatch(/the column has no class/u);
    expect(treat('fakeRandom', {}, {type: 'text'}, {class: 'Q'})).toMatch(/nothing is known to make up for the class Q/u);
  });
  test('that are random are said to be', () => {
    expect(change('fakeRandom', 'text', [], {parameters: {kind: 'phone'}}).treatment.random).toBe(true);
    expect(change('fakeKeyed', 'text', [], {parameters: {...domain, kind: 'phone'}, tools}).treatment).not.toHaveProperty('random');
    expect(methods.fakeRandom).toMatchObject({claim: 'safe-harbor', derived: false, random: true});
    expect(methods.fakeKeyed).toMatchObject({claim: 'limited-data-set', derived: true});
  });
  test('of one value are as many as there can be: the seed uses all of the key', () => {
    const {out} = change('fakeKeyed', 'text', Array.from({length: 3000}, (_, i) => `person ${i}`), {parameters: {...domain, kind: 'account'}, tools});
    expect(new Set(out).size).toBeGreaterThan(2990);
  });
});

test('no method of a policy that can be planned needs a tool before its first value but those it declares', () => {
  for (const [name, {needs}] of Object.entries(methods)) {
    if (needs?.key || needs?.vault || name === 'localSuppress') continue;
    const treatment = treat(name as keyof typeof methods, name === 'constant' ? {value: 'x'} : ['topCode'].includes(name) ? {max: 5} : name === 'bucket' ? {width: 5} : name === 'round' ? {to: 5} : name === 'noise' ? {spread: 1} : {}, {type: ['topCode', 'bucket', 'round', 'noise', 'age90'].includes(name) ? 'int' : 'text'}, {class: 'A', subject: ['c']});
    if (typeof treatment !== 'string' && treatment.kind === 'change') expect(() => treatment.start(noTools()), name).not.toThrow();
  }
});
