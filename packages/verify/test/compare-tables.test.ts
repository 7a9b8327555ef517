import type {Batch, Column, Row, Schema, Value} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {compareTables, type TableSide} from '../src/index.ts';
import {HeldRows} from '../src/held-rows.ts';
import {never} from './support.ts';

const columns: Column[] = [
  {name: 'id', type: 'int', nullable: false}, {name: 'name', type: 'text', nullable: true}, {name: 'amount', type: 'float', nullable: true},
  {name: 'big', type: 'int', nullable: true}, {name: 'raw', type: 'bytes', nullable: true},
];
const keyed: Schema = {table: 't', columns, primaryKey: ['id']};

/** Rows in batches of five, and how often they were read. */
function side(rows: readonly Row[], schema: Schema = keyed): TableSide & {reads: number} {
  return {
    reads: 0, schema,
    async *read(): AsyncGenerator<Batch> {
      this.reads++;
      for (let i = 0; i < rows.length; i += 5) yield {rows: rows.slice(i, i + 5).map(row => [...row]), position: null};
    },
  };
}

const value: Record<string, fc.Arbitrary<Value>> = {
  name: fc.option(fc.oneof(fc.constantFrom('', 'a', 'A', '0', '\0', 'ß', '😀', 'ab', 'a b'), fc.string({unit: 'grapheme'}))),
  amount: fc.option(fc.oneof(fc.constantFrom(0, -0, 1, 1.5, NaN, Infinity), fc.double())),
  big: fc.option(fc.oneof(fc.integer(), fc.constantFrom(9007199254740993n, 18446744073709551615n, -9223372036854775808n))),
  raw: fc.option(fc.uint8Array({maxLength: 4}).map(bytes => new Uint8Array(bytes))),
};
const rest = fc.tuple(value['name']!, value['amount']!, value['big']!, value['raw']!);
const table = fc.uniqueArray(fc.tuple(fc.integer({min: -5, max: 200}), rest), {selector: ([id]) => id, maxLength: 60}).map(rows => rows.map(([id, values]): Row => [id, ...values]));

const same = (a: Value, b: Value) => a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : Object.is(a, b);

/** What differs, found the plain way. */
function plainly(left: readonly Row[], right: readonly Row[]) {
  const byKey = new Map(right.map((row, i) => [row[0], {row, i}]));
  const differing: number[] = [], missing: number[] = [];
  const counts = columns.map(() => 0);
  left.forEach((row, i) => {
    const other = byKey.get(row[0]);
    if (!other) return missing.push(i);
    const changed = row.map((cell, at) => !same(cell, other.row[at]!));
    if (changed.some(Boolean)) differing.push(i);
    changed.forEach((yes, at) => { if (yes) counts[at]!++; });
  });
  const keys = new Set(left.map(([id]) => id));
  return {differing, missing, extra: right.flatMap(([id], i) => (keys.has(id) ? [] : [i])), counts};
}

async function compared(left: readonly Row[], right: readonly Row[], options: {key?: string[]; maxHeldBytes?: number; schema?: Schema} = {}) {
  const {schema = keyed, ...rest} = options;
  const sides = {left: side(left, schema), right: side(right, schema)};
  const {rows, found, passes, warnings} = await compareTables({...sides, ...rest}, never);
  expect(sides.left.reads).toBe(passes);
  expect(sides.right.reads).toBe(passes);
  expect(rows).toEqual({left: left.length, right: right.length});
  return {
    differing: found.differing.first(), missing: found.missing.first(), extra: found.extra.first(), counts: found.columns, passes, warnings,
    totals: [found.differing.count, found.missing.count, found.extra.count],
  };
}

describe('two tables', () => {
  test('are found to differ in exactly the edits, in any order of rows', async () => {
    await fc.assert(fc.asyncProperty(table, table, fc.infiniteStream(fc.nat()), async (left, other, order) => {
      // Half of the right side's rows are the left's.
      const right = [...left.filter((_, i) => i % 2 === 0), ...other.filter(([id]) => !left.some(([taken], i) => taken === id && i % 2 === 0))];
      const shuffled = right.map(row => ({row, at: order.next().value as number})).sort((a, b) => a.at - b.at).map(({row}) => row);
      const {differing, missing, extra, counts, totals} = await compared(left, shuffled);
      const expected = plainly(left, shuffled);
      expect({differing, missing, extra, counts}).toEqual(expected);
      expect(totals).toEqual([expected.differing.length, expected.missing.length, expected.extra.length]);
    }), {numRuns: 150});
  });

  test('that are equal are read once', async () => {
    const rows = Array.from({length: 300}, (_, i): Row => [i, `row ${i}`, i / 3, BigInt(i) * 10n ** 12n, null]);
    expect(await compared(rows, rows.toReversed())).toMatchObject({totals: [0, 0, 0], passes: 1});
    expect(await compared([], [])).toMatchObject({totals: [0, 0, 0], passes: 1});
    expect(await compared(rows, rows.with(7, [7, 'other', 1, 1, new Uint8Array()]))).toMatchObject({differing: [7], counts: [0, 1, 1, 1, 1], passes: 2});
  });

  test('with little memory take more readings and give the same answer', async () => {
    await fc.assert(fc.asyncProperty(table, table, fc.integer({min: 400, max: 3000}), async (left, right, maxHeldBytes) => {
      const {differing, missing, extra, counts, warnings} = await compared(left, right, {maxHeldBytes});
      expect(warnings).toEqual([]);
      expect({differing, missing, extra, counts}).toEqual(plainly(left, right));
    }), {numRuns: 60});
  });

  test('without a key are compared as rows and how often they occur', async () => {
    const schema = {...keyed, primaryKey: []};
    const few = fc.array(fc.constantFrom<Row>([1, 'a', null, null, null], [1, 'b', null, null, null], [2, 'a', 0, null, null], [2, 'a', -0, null, null]), {maxLength: 30});
    await fc.assert(fc.asyncProperty(few, few, fc.constantFrom(1 << 20, 600), async (left, right, maxHeldBytes) => {
      const {totals, missing, extra, differing} = await compared(left, right, {schema, maxHeldBytes});
      const count = (rows: readonly Row[]) => rows.reduce((map, row) => map.set(row.map(cell => Object.is(cell, -0) ? '-0' : String(cell)).join(), (map.get(row.map(cell => Object.is(cell, -0) ? '-0' : String(cell)).join()) ?? 0) + 1), new Map<string, number>());
      const lefts = count(left), rights = count(right);
      const surplus = (a: Map<string, number>, b: Map<string, number>) => [...a].reduce((sum, [row, n]) => sum + Math.max(0, n - (b.get(row) ?? 0)), 0);
      expect(totals).toEqual([0, surplus(lefts, rights), surplus(rights, lefts)]);
      expect([missing.length, extra.length, differing.length]).toEqual([totals[1], totals[2], 0]);
      // The rows that are named, taken away, leave the same rows on both sides.
      const without = (rows: readonly Row[], at: readonly number[]) => [...count(rows.filter((_, i) => !at.includes(i)))].sort();
      expect(without(left, missing)).toEqual(without(right, extra));
    }), {numRuns: 150});
  });

  test('with rows that share a key pair those that differ', async () => {
    const left: Row[] = [[1, 'a', null, null, null], [1, 'b', null, null, null], [1, 'c', null, null, null], [2, 'x', null, null, null]];
    const right: Row[] = [[1, 'c', null, null, null], [1, 'd', null, null, null], [2, 'x', null, null, null], [2, 'x', null, null, null], [3, 'y', null, null, null]];
    expect(await compared(left, right)).toMatchObject({differing: [0], missing: [1], extra: [3, 4], counts: [0, 1, 0, 0, 0]});
    expect(await compared(left, right, {key: ['NAME']})).toMatchObject({differing: [], missing: [0, 1], extra: [1, 3, 4], totals: [0, 2, 3]});
  });

  test('with more rows of one key than can be held are compared as whole rows there, and say so', async () => {
    const many = (n: number, from: number) => Array.from({length: n}, (_, i): Row => [1, `row ${from + i}`, null, null, null]);
    const found = await compared([...many(500, 0), [2, 'x', null, null, null]], [...many(500, 3), [2, 'y', null, null, null]], {maxHeldBytes: 4000});
    expect(found).toMatchObject({differing: [500], missing: [0, 1, 2], extra: [497, 498, 499], totals: [1, 3, 3], warnings: [expect.stringContaining('compared as whole rows')]});
    const same = Array.from({length: 500}, (): Row => [1, 'same', null, null, null]);
    expect(await compared(same, same.slice(0, 480), {maxHeldBytes: 4000})).toMatchObject({totals: [0, 20, 0], missing: Array.from({length: 20}, (_, i) => 480 + i)});
  });

  test('hold no more than they may', async () => {
    let most = 0;
    let now = 0;
    const add = HeldRows.prototype.add, compare = HeldRows.prototype.compare;
    HeldRows.prototype.add = function(...given) {
      most = Math.max(most, ++now);
      return add.apply(this, given);
    };
    HeldRows.prototype.compare = function(found) {
      now = 0;
      compare.call(this, found);
    };
    try {
      const rows = Array.from({length: 2000}, (_, i): Row => [i, 'left', null, null, null]);
      const found = await compared(rows, rows.map(([id]) => [id!, 'right', null, null, null]), {maxHeldBytes: 42_000});
      expect(found.totals).toEqual([2000, 0, 0]);
      expect(found.differing).toHaveLength(1000);
      expect(found.passes).toBe(1 + Math.ceil(4000 / 500));
      expect(most).toBeLessThanOrEqual(500);
    } finally {
      Object.assign(HeldRows.prototype, {add, compare});
    }
  });

  test('that differ in many rows name the first thousand', async () => {
    const rows = Array.from({length: 9000}, (_, i): Row => [i, 'left', null, null, null]);
    const {differing, totals} = await compared(rows, rows.slice(1).map(([id]) => [id!, 'right', null, null, null]));
    expect(totals).toEqual([8999, 1, 0]);
    expect(differing).toEqual(Array.from({length: 1000}, (_, i) => i + 1));
  });

  test('that change while they are compared are refused', async () => {
    let reads = 0;
    const moving: TableSide = {schema: keyed, async *read() { yield {rows: [[1, 'a', null, null, null], ...(reads++ > 0 ? [[1, 'b', null, null, null] satisfies Row] : [])], position: null}; }};
    await expect(compareTables({left: moving, right: side([])}, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY', retryable: true});
  });

  test('whose reading fails, or is aborted, stop both readings', async () => {
    const failing: TableSide = {schema: keyed, async *read() { yield {rows: [], position: null}; throw new Error('broken'); }};
    let ended = false;
    const endless: TableSide = {schema: keyed, async *read() { try { for (let i = 0;; i++) yield {rows: [[i, null, null, null, null]], position: null}; } finally { ended = true; } }};
    await expect(compareTables({left: endless, right: failing}, never)).rejects.toThrow('broken');
    expect(ended).toBe(true);
    const controller = new AbortController();
    await expect(compareTables({left: endless, right: side([]), onRows: side => { if (side === 'left') controller.abort(new Error('stopped')); }}, controller.signal)).rejects.toThrow('stopped');
  });
});

describe('columns', () => {
  const one = (name: string, column: Partial<Column>, values: Value[]): TableSide => side(values.map((value, i): Row => [i, value]), {
    table: 't', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name, type: 'text', nullable: true, ...column}],
  });

  test('are paired by name, and by name without regard to case where it is plain', async () => {
    const schema = (...names: string[]): Schema => ({table: 't', primaryKey: [], columns: names.map(name => ({name, type: 'int', nullable: true}))});
    const {pairing} = await compareTables({left: side([], schema('a', 'B', 'c', 'C', 'd', 'xy', 'xY')), right: side([], schema('b', 'a', 'C', 'cc', 'e', 'XY'))}, never);
    expect(pairing.pairs.map(({left, right}) => [left.name, right.name])).toEqual([['a', 'a'], ['B', 'b'], ['C', 'C']]);
    expect(pairing).toMatchObject({onlyLeft: ['c', 'd', 'xy', 'xY'], onlyRight: ['cc', 'e', 'XY']});
  });

  test('a key that is not there is refused', async () => {
    await expect(compareTables({left: side([]), right: side([]), key: ['id', 'nothing']}, never)).rejects.toMatchObject({code: 'SLUICE_CONFIG', problems: [{path: 't.nothing'}]});
  });

  const cases: [string, Partial<Column>, Partial<Column>, [Value, Value][], [Value, Value][], string][] = [
    ['int and decimal', {type: 'int'}, {type: 'decimal', scale: 2}, [[1, '1.00'], [-3, '-3'], [18446744073709551615n, '18446744073709551615.0'], [0, '-0.0']], [[1, '1.01'], [10, '1']], 'as numbers'],
    ['decimals of two scales', {type: 'decimal', scale: 2}, {type: 'decimal', scale: 1}, [['1.50', '1.5'], ['0.00', '-0.0']], [['1.51', '1.5'], ['10', '1']], 'zeros at the end'],
    ['bool and int', {type: 'bool'}, {type: 'int'}, [[true, 1], [false, 0]], [[true, 2], [false, 1], [true, 0]], 'true is 1'],
    ['float and int', {type: 'float'}, {type: 'int'}, [[1, 1], [-0, 0], [2 ** 63, 9223372036854775808n]], [[1.5, 1], [NaN, 0], [2 ** 53, 9007199254740993n]], 'an integral float is an integer'],
    ['float and decimal', {type: 'float'}, {type: 'decimal', scale: 25}, [[0.1, '0.10'], [1e-7, '0.0000001'], [1.5e21, '1500000000000000000000']], [[0.1, '0.1000000000000000055'], [0.3, '0.30000000000000004']], 'shortest decimal'],
    ['text and numbers', {type: 'text'}, {type: 'int'}, [['7', 7], ['7.0', 7], ['true', 1]], [['07', 7], ['', 0], ['7 ', 7], ['seven', 7]], 'text that is a number'],
    ['timestamps of two precisions', {type: 'timestamp', scale: 6}, {type: 'timestamp'}, [['2020-01-01 00:00:00.100000', '2020-01-01 00:00:00.1'], ['2020-01-01 00:00:00.000', '2020-01-01 00:00:00']], [['2020-01-01 00:00:00.01', '2020-01-01 00:00:00.1']], 'zeros at the end'],
    ['date and text', {type: 'date'}, {type: 'text'}, [['2020-01-01', '2020-01-01']], [['2020-01-01', '2020-1-1'], ['2020-01-01', '2020-01-01 00:00:00']], 'as dates'],
    ['date and timestamp', {type: 'date'}, {type: 'timestamp'}, [['2020-01-01', '2020-01-01 00:00:00.0']], [['2020-01-01', '2020-01-01 00:00:01']], 'midnight'],
    ['time and text', {type: 'time', scale: 0}, {type: 'text'}, [['-12:00:00', '-12:00:00.00']], [['12:00:00', '-12:00:00']], 'as times'],
    ['uuid and text', {type: 'uuid'}, {type: 'text'}, [['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3F2504E0-4F89-41D3-9A0C-0305E82C3301']], [['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3F2504E0']], 'as UUIDs'],
    ['json and text', {type: 'json'}, {type: 'text'}, [['{"a":1}', '{"a":1}']], [['{"a":1}', '{"a": 1}']], 'to the letter'],
    ['bytes and text', {type: 'bytes'}, {type: 'text'}, [[new Uint8Array([0xc3, 0xa4]), 'ä']], [[new Uint8Array([0xe4]), 'ä']], 'UTF-8'],
    ['any and int', {type: 'any'}, {type: 'int'}, [[5n, 5], [5, 5], ['5', 5]], [[5.5, 5], ['x', 5], [new Uint8Array([5]), 5]], 'as numbers'],
    ['any and text', {type: 'any'}, {type: 'text'}, [['5', '5']], [[5n, '5'], [5, '5'], [new Uint8Array([53]), '5']], 'as what it is'],
    ['any and decimal', {type: 'any'}, {type: 'decimal'}, [[1.5, '1.50'], [2n, '2.0']], [[1.25, '1.2']], 'as numbers'],
    ['floats', {type: 'float'}, {type: 'float'}, [[0.1, 0.1], [NaN, NaN]], [[0, -0], [0.1, 0.1 + 2 ** -56]], 'as they are'],
    ['text', {type: 'text'}, {type: 'text'}, [['', '']], [['', null], ['a', 'A'], ['a', 'a '], ['1', '1.0']], 'as they are'],
  ];
  for (const [what, left, right, equal, different, words] of cases) {
    test(`${what} are compared by a rule that is stated`, async () => {
      for (const [pairs, count] of [[equal, 0], [different, different.length]] as const) {
        for (const [a, b, x, y] of [[left, right, 0, 1], [right, left, 1, 0]] as const) {
          const {found, pairing} = await compareTables({left: one('v', a, pairs.map(pair => pair[x])), right: one('V', b, pairs.map(pair => pair[y]))}, never);
          expect(found.differing.first()).toEqual(Array.from({length: count}, (_, i) => i));
          expect(pairing.pairs[1]!.rule.comparedAs).toContain(words);
        }
      }
    });
  }

  test('that have nothing in common are said, and the others are compared', async () => {
    const {pairing, found} = await compareTables({left: one('v', {type: 'bytes'}, [new Uint8Array(1)]), right: one('v', {type: 'date'}, ['2020-01-01'])}, never);
    expect(pairing.incomparable.map(({left: {name}}) => name)).toEqual(['v']);
    expect(pairing.pairs).toHaveLength(1);
    expect(found.differing.count).toBe(0);
  });
});
