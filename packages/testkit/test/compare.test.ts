import type {Column, ColumnType, Row, Schema, Value} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {compactJson, expectRows, expectSameRows, fixtures, printRow, randomTable, sameValue} from '../src/index.ts';

const column = (type: ColumnType): Column => ({name: 'c', type, nullable: true});
const schema: Schema = {table: 't', columns: [column('any')], primaryKey: []};

describe('sameValue', () => {
  const same: readonly (readonly [ColumnType, Value, Value])[] = [
    ['int', 1, 1], ['float', NaN, NaN], ['float', -0, -0], ['text', '', ''], ['any', null, null],
    ['bytes', Uint8Array.of(1, 2), Buffer.from([1, 2])], ['json', '{"a": [1, 2]}', '{"a":[1,2]}'],
  ];
  const different: readonly (readonly [ColumnType, Value, Value | undefined])[] = [
    ['int', 1, 1n], ['float', -0, 0], ['text', '1', 1], ['text', '', null], ['any', null, undefined], ['bool', true, 1],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2)], ['bytes', Uint8Array.of(49), '1'], ['decimal', '0.10', '0.1'],
    ['json', '{"a": "b c"}', '{"a": "bc"}'], ['json', '1.0', '1'], ['text', '{"a": 1}', '{"a":1}'],
  ];
  test('takes equal values for the same', () => {
    for (const [type, a, b] of same) expect([type, sameValue(column(type), a, b)]).toEqual([type, true]);
  });
  test('tells apart what == or JSON would not', () => {
    for (const [type, a, b] of different) expect([type, sameValue(column(type), a, b), sameValue(column(type), b!, a)]).toEqual([type, false, false]);
  });
  test('agrees with the text of a row', () => {
    for (const [type, a, b] of [...same, ...different]) {
      const one = {...schema, columns: [column(type)]};
      expect(printRow(one, [a]) === printRow(one, [b!])).toBe(sameValue(column(type), a, b));
    }
  });
});

describe('comparing tables', () => {
  const rows: Row[] = [[1], [2], [2]];
  test('expectRows wants the order, expectSameRows does not', () => {
    expectRows(schema, [[1], [2], [2]], rows);
    expectSameRows(schema, [[2], [1], [2]], rows);
    expect(() => expectRows(schema, [[2], [1], [2]], rows)).toThrow('first difference is in row 0');
  });
  test('a missing, an additional, a doubled and a longer row are seen, and a missing table', () => {
    for (const actual of [[[1], [2]], [[1], [2], [2], [2]], [[1], [1], [2]], [[1], [2], [2, null]], null]) {
      expect(() => expectSameRows(schema, actual as Row[] | null, rows)).toThrow();
    }
  });
  test('JSON is compacted outside of its strings only', () => {
    expect(compactJson('{ "a b" : [ 1 , "\\" c" ] }\n')).toBe('{"a b":[1,"\\" c"]}');
  });
});

describe('fixtures', () => {
  test('every row has a value for each column, and none where a column may not be null', () => {
    const all = [
      fixtures.everyType, fixtures.empty, fixtures.hostileColumns, ...fixtures.hostileTables, ...fixtures.caseTables, fixtures.compositeKey, fixtures.textKey,
      fixtures.bytesKey, fixtures.bigKey, fixtures.noKey, fixtures.sequence(3), fixtures.wide(25, 3), fixtures.heavy(2, 100), ...Array.from({length: 50}, (_, i) => randomTable(i)),
    ];
    for (const {schema: {table, columns, primaryKey}, rows} of all) {
      for (const row of rows) {
        expect([table, row.length]).toEqual([table, columns.length]);
        columns.forEach(({nullable}, i) => expect(row[i] === undefined || (row[i] === null && !nullable), table).toBe(false));
      }
      const keys = rows.map(row => JSON.stringify(primaryKey.map(name => String(row[columns.findIndex(c => c.name === name)]))));
      if (primaryKey.length > 0) expect(new Set(keys).size, table).toBe(rows.length);
    }
  });
  test('a random table follows from its seed', () => {
    expect(randomTable(5)).toEqual(randomTable(5));
    expect(randomTable(5)).not.toEqual(randomTable(6));
  });
});
