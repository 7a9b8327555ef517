import type {Column, Row, Schema} from '@sluice/core';
import {HOSTILE_COLUMNS, type HostileColumn} from './values.ts';

/** A table and its rows, in the order in which they are to be stored. */
export interface Fixture {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

/** A value that no log line, error message or report may ever repeat. */
export const CANARY = 'PHI-CANARY-7f3a';

const id: Column = {name: 'id', type: 'int', nullable: false};
const label: Column = {name: 'label', type: 'text', nullable: true};

/**
 * A table with the given columns, each value in a row of its own beside others; the last row is all
 * null. Row i holds the i-th value of each column.
 */
export function typesFixture(table: string, columns: readonly HostileColumn[]): Fixture {
  const height = Math.max(0, ...columns.map(({values}) => values.length));
  return {
    schema: {table, columns: [id, ...columns.map(({column}) => column)], primaryKey: ['id']},
    rows: Array.from({length: height + 1}, (_, i): Row => [i + 1, ...columns.map(({values}) => values[i]?.value ?? null)]),
  };
}

/** Every canonical type but `any`, with the values that break naive connectors. */
export const everyType: Fixture = typesFixture('every_type', HOSTILE_COLUMNS);

/** A table without rows. */
export const empty: Fixture = {schema: {...everyType.schema, table: 'empty'}, rows: []};

/** Column names that must be quoted, that mean something in some language, or that break an object used as a map. */
export const hostileColumns: Fixture = named('hostile_columns', [
  'order', 'select', 'has space', 'qu"ote', 'tick`s', "apos'trophe", '[bracket]', 'back\\slash', 'semi;colon', 'com,ma', 'dot.ted', 'percent%s',
  '?', ':name', '$1', '@at', '{brace}', '--', '/*', 'ünïcode', '表', 'UPPER', '2', '1', '__proto__', 'constructor', 'toString', 'rowid',
]);

/** Table names of the same kind: one looks like an injection, one like a path. */
export const hostileTables: readonly Fixture[] = [
  'select "x"; drop table users --', 'order', 'has space', 'tick`"quote\'s', 'back\\slash', 'dot.ted', '../up', 'schéma 表', 'constructor', '__proto__',
].map(table => named(table, ['id', 'label']));

/** Table names that differ only in case. */
export const caseTables: readonly Fixture[] = ['lettercase', 'LetterCase', 'LETTERCASE'].map(table => named(table, ['id', 'label']));

/** n rows, enough to cross any batch boundary. */
export function sequence(n: number, table = 'sequence'): Fixture {
  return {
    schema: {table, columns: [id, label], primaryKey: ['id']},
    rows: Array.from({length: n}, (_, i): Row => [i + 1, `row ${i + 1}`]),
  };
}

/** Integer columns but for a text one in every ten. */
export function wide(columns: number, rows: number, table = 'wide'): Fixture {
  const isText = (i: number) => i % 10 === 9;
  return {
    schema: {
      table,
      columns: [id, ...Array.from({length: columns - 1}, (_, i): Column => ({name: `c${i}`, type: isText(i) ? 'text' : 'int', nullable: true}))],
      primaryKey: ['id'],
    },
    rows: Array.from({length: rows}, (_, row): Row => [row + 1, ...Array.from({length: columns - 1}, (_, i) => (isText(i) ? `r${row} c${i}` : row * columns + i))]),
  };
}

/** Rows of `bytes` bytes of text each. */
export function heavy(rows: number, bytes: number, table = 'heavy'): Fixture {
  return {
    schema: {table, columns: [id, {name: 'body', type: 'text', nullable: true}], primaryKey: ['id']},
    rows: Array.from({length: rows}, (_, i): Row => [i + 1, `${i + 1} `.padEnd(bytes, 'abcdefghij')]),
  };
}

/** A key of two columns whose order is not that of the table, rows out of key order, numbers that sort differently as text. */
export const compositeKey: Fixture = {
  schema: {
    table: 'composite_key',
    columns: [label, {name: 'minor', type: 'int', nullable: false}, {name: 'major', type: 'int', nullable: false}],
    primaryKey: ['major', 'minor'],
  },
  rows: [10, 9, 2, 1, 100].flatMap(major => [7, 11, -3].map((minor): Row => [`${major}/${minor}`, minor, major])),
};

/** A text key whose values some collations take for equal. */
export const textKey: Fixture = {
  schema: {table: 'text_key', columns: [{name: 'code', type: 'text', nullable: false, maxLength: 100}, label], primaryKey: ['code']},
  rows: ['b', 'A', 'a', 'ä', 'Z', 'ß', 'ss', '', '10', '9', "o'k", 'back\\', '\u{1F600}'].map((code, i): Row => [code, `row ${i}`]),
};

/** A key of bytes, some of which are the same once they are taken for text. */
export const bytesKey: Fixture = {
  schema: {table: 'bytes_key', columns: [{name: 'hash', type: 'bytes', nullable: false, maxLength: 32}, label], primaryKey: ['hash']},
  rows: [[0xff], [0xfe], [0x00], [0x00, 0x00], [0x61], [0x41], [0x80, 0x0a]].map((bytes, i): Row => [Uint8Array.from(bytes), `row ${i}`]),
};

/** Integer keys up to the last of 64 bits. */
export const bigKey: Fixture = {
  schema: {table: 'big_key', columns: [id, label], primaryKey: ['id']},
  rows: [9_223_372_036_854_775_807n, 9_007_199_254_740_993n, 9_007_199_254_740_992n, -9_223_372_036_854_775_808n, 0, -1, 5].map((key, i): Row => [key, `row ${i}`]),
};

/** No key, and rows that are there more than once. */
export const noKey: Fixture = {
  schema: {table: 'no_key', columns: [{...id, nullable: true}, label], primaryKey: []},
  rows: [[1, 'a'], [2, null], [1, 'a'], [null, null], [1, 'a'], [null, null], [3, ''], [3, ''], [2, null], [4, 'd'], [1, 'A'], [5, 'e']],
};

/** One row; the column called `id` is the key when there is one. */
function named(table: string, names: readonly string[]): Fixture {
  return {
    schema: {
      table,
      columns: names.map((name): Column => (name === 'id' ? id : {name, type: 'text', nullable: true})),
      primaryKey: names.includes('id') ? ['id'] : [],
    },
    rows: [1, 2].map((row): Row => names.map((name, i) => (name === 'id' ? row : `row ${row}, column ${i}`))),
  };
}
