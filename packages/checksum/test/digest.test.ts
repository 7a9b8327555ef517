import type {Column, ColumnType, Row, Value} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {joinDigests, RUN_ROWS, RowEncoder, rowDigester} from '../src/index.ts';

const columns = (...types: ColumnType[]): Column[] => types.map((type, i) => ({name: `c${i}`, type, nullable: true}));

function encode(types: ColumnType[], row: Row): string {
  const parts: Buffer[] = [];
  const encoder = new RowEncoder(columns(...types), bytes => parts.push(Buffer.from(bytes)));
  encoder.encode(row);
  encoder.flush();
  return Buffer.concat(parts).toString('hex');
}

function digest(types: ColumnType[], rows: Row[], order: 'written' | 'any' = 'written'): string {
  const digester = rowDigester(columns(...types), order);
  digester.update(rows);
  return digester.finish().digest;
}

describe('the canonical encoding', () => {
  test.for<[string, ColumnType, Value, string]>([
    ['null', 'text', null, '00'],
    ['false', 'bool', false, '01'],
    ['true', 'bool', true, '02'],
    ['one', 'int', 1, '030100000000000000'],
    ['minus one', 'int', -1, '03ffffffffffffffff'],
    ['the largest safe integer', 'int', Number.MAX_SAFE_INTEGER, '03ffffffffffff1f00'],
    ['the smallest safe integer', 'int', Number.MIN_SAFE_INTEGER, '03010000000000e0ff'],
    ['2^53 + 1', 'int', 9007199254740993n, '030100000000002000'],
    ['int64 min', 'int', -(2n ** 63n), '030000000000000080'],
    ['uint64 max', 'int', 2n ** 64n - 1n, '04ffffffffffffffff'],
    ['one as a float', 'float', 1, '05000000000000f03f'],
    ['minus zero', 'float', -0, '050000000000000080'],
    ['the empty string', 'text', '', '0600000000'],
    ['ASCII', 'text', 'ab', '06020000006162'],
    ['emoji', 'text', '\u{1F600}', '0604000000f09f9880'],
    ['NUL', 'text', '\0', '060100000000'],
    ['bytes', 'bytes', new Uint8Array([0, 255]), '070200000000ff'],
  ])('of %s is fixed', ([, type, value, hex]) => {
    expect(encode([type], [value])).toBe(hex);
  });

  test('of an integer is the same as a number and as a bigint', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), n => {
      expect(encode(['int'], [n])).toBe(encode(['int'], [BigInt(n)]));
    }));
  });

  test('of any string is its length and its UTF-8, whatever its size', () => {
    const sizes = fc.oneof(fc.string({unit: 'binary', maxLength: 40}), fc.constantFrom(31, 32, 33, 80_000, 90_000, 300_000).chain(n =>
      fc.constantFrom('a', 'é', '漢', '\u{1F600}').map(unit => unit.repeat(n))));
    fc.assert(fc.property(sizes, fc.integer({min: 0, max: 5}), (text, before) => {
      const utf8 = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(utf8.length);
      const row: Row = [...Array<Value>(before).fill(null), text];
      expect(encode(row.map(() => 'text'), row)).toBe('00'.repeat(before) + `06${length.toString('hex')}${utf8.toString('hex')}`);
    }), {numRuns: 200});
  });

  test('tells apart what looks alike', () => {
    const alike: [ColumnType[], Row, ColumnType[], Row][] = [
      [['text', 'text'], ['ab', 'c'], ['text', 'text'], ['a', 'bc']],
      [['text'], [null], ['text'], ['']],
      [['int'], [1], ['float'], [1]],
      [['text'], ['1'], ['int'], [1]],
      [['decimal'], ['1.0'], ['decimal'], ['1']],
      [['bytes'], [new Uint8Array([97])], ['text'], ['a']],
      [['float'], [0], ['float'], [-0]],
      [['any'], [1n], ['any'], [1]],
    ];
    for (const [typesA, a, typesB, b] of alike) expect(encode(typesA, a)).not.toBe(encode(typesB, b));
  });

  test('refuses what is not a Value', () => {
    expect(() => encode(['text'], [undefined as unknown as Value])).toThrow(/not a core Value/);
  });
});

describe('a table digest', () => {
  const rows = (n: number): Row[] => Array.from({length: n}, (_, i) => [i, `row ${i}`]);
  const types: ColumnType[] = ['int', 'text'];

  test('does not depend on how rows were batched', () => {
    const all = rows(RUN_ROWS * 2 + 17);
    fc.assert(fc.property(fc.array(fc.integer({min: 1, max: 3000}), {maxLength: 10}), sizes => {
      const digester = rowDigester(columns(...types), 'written');
      let at = 0;
      for (const size of sizes) digester.update(all.slice(at, at += size));
      digester.update(all.slice(at));
      const result = digester.finish();
      expect(result.digest).toBe(digest(types, all));
      expect(result.runs).toHaveLength(3);
      expect(result.rows).toBe(all.length);
    }), {numRuns: 30});
  });

  test.for(['written', 'any'] as const)('in order %s sees a flipped byte, swapped values, a missing, a doubled and an empty row', order => {
    const good = rows(50);
    const seen = new Set([digest(types, good, order)]);
    const bad: Row[][] = [
      good.with(7, [7, 'row 8']), good.with(7, [8, 'row 7']).with(8, [7, 'row 8']), good.slice(1), [...good, good[3]!], good.with(49, [null, null]), [],
    ];
    for (const variant of bad) seen.add(digest(types, variant, order));
    expect(seen.size).toBe(bad.length + 1);
  });

  test('of parts that end with a run, joined, is the digest of the whole', () => {
    const all = rows(RUN_ROWS * 2 + 17);
    const part = (from: number, to?: number) => {
      const digester = rowDigester(columns(...types), 'written');
      digester.update(all.slice(from, to));
      return digester.finish();
    };
    const whole = part(0);
    expect(joinDigests(columns(...types), [part(0, RUN_ROWS), part(RUN_ROWS)])).toEqual(whole);
    expect(joinDigests(columns(...types), [part(0, RUN_ROWS), part(RUN_ROWS + 1)]).digest).not.toBe(whole.digest);
    expect(joinDigests(columns(...types), [part(0, 10), part(10)]).digest).not.toBe(whole.digest);
  });

  test('in order `written` sees rows that changed places, in order `any` does not', () => {
    const good = rows(20);
    const moved = [...good.slice(10), ...good.slice(0, 10)];
    expect(digest(types, moved)).not.toBe(digest(types, good));
    expect(digest(types, moved, 'any')).toBe(digest(types, good, 'any'));
  });

  test('of two equal rows is not that of none: sums do not cancel', () => {
    expect(digest(types, [[1, 'a'], [1, 'a']], 'any')).not.toBe(digest(types, [], 'any'));
  });
});
