import {join} from 'node:path';
import {unpackRows} from '@sluice/checksum';
import {ErrorCode, type Position, type ReadRequest, type Row, type Schema, type Source} from '@sluice/core';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteSource} from '../src/index.ts';
import {never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let file: string;
beforeEach(() => { file = join(newFolder(), 'source.db'); });

function make(sql: string, more: (db: Database.Database) => void = () => {}): void {
  const db = new Database(file);
  db.exec(sql);
  db.exec('BEGIN');
  more(db);
  db.exec('COMMIT');
  db.close();
}

type Asked = Partial<Pick<ReadRequest, 'after' | 'until' | 'where' | 'maxRows' | 'maxBytes'>>;
const request = (schema: Schema, asked: Asked): ReadRequest => ({schema, after: null, maxRows: 1000, maxBytes: 1 << 20, ...asked});

async function packed(source: Source, schema: Schema, asked: Asked = {}) {
  expect(await source.packs!(schema, never)).toBe(true);
  const rows: Row[] = [];
  const positions: (Position | null)[] = [];
  for await (const batch of source.readPacked!(request(schema, asked), never)) {
    rows.push(...unpackRows(schema.columns, batch.packed));
    positions.push(batch.position);
  }
  return {rows, positions};
}

async function plain(source: Source, schema: Schema, asked: Asked = {}) {
  const rows: Row[] = [];
  const positions: (Position | null)[] = [];
  for await (const batch of source.read(request(schema, asked), never)) {
    rows.push(...batch.rows);
    positions.push(batch.position);
  }
  return {rows, positions};
}

async function tableOf(source: Source): Promise<Schema> {
  return (await source.discover(never)).tables[0] ?? expect.fail('no table');
}

const TABLE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, "sluice key" INTEGER, ok BOOLEAN, x REAL, n NUMERIC, "sluice fields" TEXT, day DATE_TEXT)';
const insert = (db: Database.Database, rows: readonly (readonly unknown[])[]) => {
  const statement = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const row of rows) statement.run(...row);
};

const integers = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-1000n, 1000n), fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 10n ** 15n, 10n ** 15n - 1n, -(10n ** 15n), 2n ** 31n, 2n ** 32n, -(2n ** 31n), -1n, 0n));
const floats = fc.oneof(fc.double({noNaN: true}), fc.constantFrom(0, -0, Infinity, -Infinity, 5e-324, 2 ** 53 + 2, 1e22, 1e23, 0.1 + 0.2, 1e15, 123456789012345680));
const texts = fc.oneof(fc.string({unit: 'binary'}), fc.string({unit: 'binary', minLength: 30, maxLength: 300}), fc.constantFrom('', '\0', 'a\0b', '\0\0\0\0', '\u{10ffff}', '\ufffd', '\ufeff', 'abc', 'abcd'));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, {nil: null, freq: 4});
// Of NUMERIC columns only those are read as floats that hold nothing else.
const halves = fc.integer({min: -1_000_000, max: 1_000_000}).map(n => n + 0.5);

test('packed rows are the rows, in the same batches', async () => {
  const rows = fc.array(fc.tuple(maybe(integers), maybe(fc.constantFrom(0n, 1n)), maybe(floats), maybe(halves), maybe(texts), maybe(fc.constantFrom('2020-02-29', '0000-00-00'))), {maxLength: 60});
  await fc.assert(fc.asyncProperty(rows, fc.integer({min: 1, max: 80}), async (values, maxRows) => {
    make(`DROP TABLE IF EXISTS t; ${TABLE}`, db => insert(db, values.map((row, i) => [BigInt(i * 3), ...row])));
    await using source = new SqliteSource(file);
    const schema = await tableOf(source);
    expect(await packed(source, schema, {maxRows})).toEqual(await plain(source, schema, {maxRows}));
  }), {seed: 20_261_130, numRuns: 80});
});

test('a range, a condition, some of the columns, a key that is none of them and small pages are read as rows are', async () => {
  make(TABLE, db => insert(db, Array.from({length: 500}, (_, i) => [i * 2 - 300, i, i % 2, i / 7, null, i % 5 === 0 ? null : 'é'.repeat(i), null])));
  await using source = new SqliteSource(file);
  const schema = await tableOf(source);
  const {positions} = await plain(source, schema, {maxRows: 70});
  for (const asked of [
    {maxRows: 70, after: positions[1]!, until: positions[4]!}, {maxRows: 100, after: positions[6]!}, {until: positions[0]!}, {where: '"sluice fields" IS NOT NULL AND id > 10 OR "sluice key" < 7'},
    {where: '0'}, {maxBytes: 20_000}, {maxBytes: 5_000},
  ]) {
    for (const columns of [schema.columns, schema.columns.slice(5), schema.columns.toReversed()]) {
      const some = {...schema, columns};
      expect(await packed(source, some, asked)).toEqual(await plain(source, some, asked));
    }
  }
});

test('a table whose columns take the names of the rowid but one, and one without rows', async () => {
  make(`CREATE TABLE t (rowid TEXT, oid INTEGER); INSERT INTO t VALUES ('b', 1), ('a', 2), (NULL, NULL)`);
  {
    await using source = new SqliteSource(file);
    const schema = await tableOf(source);
    expect(await packed(source, schema, {maxRows: 2})).toEqual(await plain(source, schema, {maxRows: 2}));
  }
  make('DELETE FROM t');
  await using empty = new SqliteSource(file);
  expect((await packed(empty, await tableOf(empty))).rows).toEqual([]);
});

test('a negative zero that another writer has left in a REAL column stays one', async () => {
  make('CREATE TABLE t (id INTEGER PRIMARY KEY, x)', db => {
    db.prepare('INSERT INTO t (x) VALUES (?), (?), (?)').run(-0, 0, -1.5);
    db.unsafeMode();
    db.pragma('writable_schema = ON');
    db.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL)'");
  });
  await using source = new SqliteSource(file);
  const {rows} = await packed(source, await tableOf(source));
  expect(rows).toEqual([[1, -0], [2, 0], [3, -1.5]]);
});

describe('text that is no UTF-8 is refused with its place', () => {
  test.each(['fe', 'ff', 'feff', 'fffe', 'feffff', '61ff62', 'ffffffffffffff', 'c328', 'eda080', 'c3', `${'61'.repeat(8)}fe`, `${'61'.repeat(9)}feff`, `${'61'.repeat(11)}ff`, `${'61'.repeat(12)}c0`])('%s', async hex => {
    for (const [before, behind] of [[null, null], ['', ''], ['a', 'b']]) {
      make(`DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, n INTEGER)`, db => {
        const statement = db.prepare(`INSERT INTO t (a, b, c, n) VALUES (?, CAST(x'${hex}' AS TEXT), ?, NULL)`);
        db.prepare(`INSERT INTO t (a, b, c, n) VALUES ('é', NULL, 'x', 1)`).run();
        for (let i = 0; i < 3; i++) statement.run(before, behind);
      });
      await using source = new SqliteSource(file);
      const schema = await tableOf(source);
      const error: unknown = await packed(source, schema).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({code: ErrorCode.VALUE, context: {table: 't', column: 'b'}});
    }
  });
});

test.each([
  ['columns that hold any class', 'CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (1, 2)'],
  ['bytes', 'CREATE TABLE t (id INTEGER PRIMARY KEY, x BLOB)'],
  ['a table without rowid', 'CREATE TABLE t (id TEXT PRIMARY KEY) WITHOUT ROWID'],
  ['a file of UTF-16', `PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)`],
  ['a rowid without a name', 'CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT)'],
])('read as values: %s', async (_, sql) => {
  make(sql);
  await using source = new SqliteSource(file);
  expect(await source.packs(await tableOf(source), never)).toBe(false);
});
