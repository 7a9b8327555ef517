import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Column, Position, Row, Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteSource} from '../src/index.ts';
import {never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

// Files that others made: SQLite holds any value in any column, and any of these may come.

const newFolder = temporaryFolders();
let folder: string;
let file: string;
beforeEach(() => {
  folder = newFolder();
  file = join(folder, 'source.db');
});

function make(sql: string, encoding = 'UTF-8'): void {
  const db = new Database(file);
  db.pragma(`encoding = '${encoding}'`);
  db.exec(sql);
  db.close();
}

async function discover() {
  await using source = new SqliteSource(file);
  return source.discover(never);
}

async function schemaOf(table: string): Promise<Schema> {
  return (await discover()).tables.find(one => one.table === table) ?? expect.fail(`no table ${table}`);
}

async function rowsOf(schema: Schema, {after = null, maxRows = 1000, maxBytes = 1 << 20}: {after?: Position | null; maxRows?: number; maxBytes?: number} = {}) {
  await using source = new SqliteSource(file);
  const rows: Row[] = [];
  const positions: (Position | null)[] = [];
  for await (const batch of source.read({schema, after, maxRows, maxBytes}, never)) {
    rows.push(...batch.rows);
    positions.push(batch.position);
  }
  return {rows, positions};
}

const types = ({columns}: Schema) => columns.map(({name, type, precision, scale, maxLength, unsigned64}: Column) =>
  `${name} ${type}${precision === undefined ? '' : ` ${precision}`}${scale === undefined ? '' : ` ${scale}`}${maxLength === undefined ? '' : ` <=${maxLength}`}${unsigned64 ? ' unsigned64' : ''}`);

describe('what a column is, is what it holds', () => {
  test('declared types of others, and values that keep to them', async () => {
    make(`CREATE TABLE t (a INT, b DOUBLE PRECISION, c NVARCHAR(5), d CLOB, e BLOB, f NUMERIC, g DECIMAL(6,2), h BOOLEAN, i DATE, j DATETIME, k TIMESTAMP, l, m NUMBER, n VARCHAR, o DECIMAL(40,2), p DEC);
      INSERT INTO t VALUES (1, 1.5, 'äöüßé', 'x', x'00', 5, 12.5, 1, '2020-01-31', '2020-01-31 10:00:00', '2020-01-31 10:00:00.123', 7, 8, 'y', 12345, '5');`);
    expect(types(await schemaOf('t'))).toEqual([
      'a int', 'b float', 'c text <=5', 'd text', 'e bytes', 'f int', 'g decimal 6 2', 'h bool', 'i date', 'j timestamp 0', 'k timestamp 3', 'l any', 'm int', 'n text', 'o int', 'p int',
    ]);
    expect((await rowsOf(await schemaOf('t'))).rows).toEqual([[1, 1.5, 'äöüßé', 'x', Uint8Array.of(0), 5, '12.50', true, '2020-01-31', '2020-01-31 10:00:00', '2020-01-31 10:00:00.123', 7n, 8, 'y', 12345, 5]]);
  });

  test.each<[string, string, readonly string[], string]>([
    ['an INTEGER column with text', 'INTEGER', ['1', "'x'"], 'any'],
    ['an INTEGER column with a fraction', 'INTEGER', ['1', '1.5'], 'any'],
    ['a REAL column with text', 'REAL', ['1', "'x'"], 'any'],
    ['a TEXT column with bytes', 'TEXT', ["'x'", "x'ff'"], 'any'],
    ['a BLOB column with text', 'BLOB', ["x'ff'", "'x'"], 'any'],
    ['a NUMERIC column with whole and broken numbers', 'NUMERIC', ['1', '1.5'], 'any'],
    ['a NUMERIC column with broken numbers', 'NUMERIC', ['0.5', '1.5'], 'float'],
    ['a DECIMAL(6,2) column with a third digit', 'DECIMAL(6,2)', ['1.5', '1.005'], 'float'],
    ['a DECIMAL(4,2) column with a large number', 'DECIMAL(4,2)', ['99.99', '100'], 'any'],
    ['a DECIMAL(4,2) column with the least integer', 'DECIMAL(4,2)', ['99.99', '-9223372036854775808'], 'any'],
    ['a BOOLEAN column with 2', 'BOOLEAN', ['1', '2'], 'int'],
    ['a BOOLEAN column with text', 'BOOLEAN', ['1', "'yes'"], 'any'],
    ['a DATE column with other text', 'DATE', ["'2020-01-31'", "'31.1.2020'"], 'text'],
    ['a DATE column with seconds', 'DATE', ['1580428800'], 'int'],
    ['a DATETIME column with and without fractions', 'DATETIME', ["'2020-01-31 10:00:00'", "'2020-01-31 10:00:00.5'"], 'text'],
    ['a VARCHAR(3) column with longer text', 'VARCHAR(3)', ["'abc'", "'abcd'"], 'text'],
    ['a DATE_TEXT column with other text', 'DATE_TEXT', ["'2020-01-31'", "'soon'"], 'text'],
    ['a TIME_TEXT(0) column with other text', 'TIME_TEXT(0)', ["'-838:59:59'", "'noon'"], 'text'],
    ['a JSON_TEXT column with other text', 'JSON_TEXT', ["'{}'", "'{'"], 'text'],
    ['a UUID_TEXT column with capitals', 'UUID_TEXT', ["'3F2504E0-4F89-41D3-9A0C-0305E82C3301'"], 'text'],
    ['a DECIMAL_TEXT(5,2) column with a third digit', 'DECIMAL_TEXT(5,2)', ["'1.25'", "'1.255'"], 'decimal'],
    ['a DECIMAL_TEXT(5,2) column with other text', 'DECIMAL_TEXT(5,2)', ["'1.25'", "'1.2.5'"], 'text'],
    ['an unsigned column with a negative number', '/*sluice: int unsigned64*/', ['-1'], 'any'],
    ['an unsigned column with short text', '/*sluice: int unsigned64*/', ["'5'"], 'any'],
  ])('%s is exactly copied', async (_, declared, values, type) => {
    make(`CREATE TABLE t (v ${declared} /*mysql: something*/); INSERT INTO t VALUES ${[...values, 'NULL'].map(value => `(${value})`).join(', ')};`);
    const schema = await schemaOf('t');
    expect(schema.columns[0]!.type).toBe(type);
    expect(schema.columns[0]!.native, 'the type at its source does not hold any more').not.toMatchObject({dialect: 'mysql'});
    const db = new Database(file, {readonly: true});
    const stored = db.prepare('SELECT v FROM t').pluck().safeIntegers().all();
    db.close();
    const {rows} = await rowsOf(schema);
    expect(rows.map(([value]) => (type === 'int' && typeof value === 'number' ? BigInt(value) : value)))
      .toEqual(stored.map(value => (Buffer.isBuffer(value) ? new Uint8Array(value) : value)));
  });

  test('any keeps integers and floats apart, beyond 2^53 too', async () => {
    make("CREATE TABLE t (v); INSERT INTO t VALUES (5), (5.0), (9223372036854775807), (9007199254740993), (1e300), (9e999), ('5'), (x'35'), (NULL);");
    expect((await rowsOf(await schemaOf('t'))).rows.flat()).toEqual([5n, 5, 9_223_372_036_854_775_807n, 9_007_199_254_740_993n, 1e300, Infinity, '5', Uint8Array.of(0x35), null]);
  });

  test('an integer beyond 2^53 among many small ones comes exactly', async () => {
    make('CREATE TABLE t (id INTEGER PRIMARY KEY, v INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, i FROM n; UPDATE t SET v = 9007199254740993 WHERE id = 250;');
    const {rows} = await rowsOf(await schemaOf('t'), {maxRows: 100});
    expect(rows.map(([, v]) => v)).toEqual(Array.from({length: 500}, (_, i) => (i === 249 ? 9_007_199_254_740_993n : i + 1)));
  });

  test('key columns tell how long their text is', async () => {
    make("CREATE TABLE t (code TEXT PRIMARY KEY, hash BLOB UNIQUE, free TEXT); INSERT INTO t VALUES ('äöü', x'0102', 'longer than that'), ('a' || char(0) || 'bcd', x'', '');");
    expect(types(await schemaOf('t'))).toEqual(['code text <=5', 'hash bytes <=2', 'free text']);
  });

  test('300 columns are looked at', async () => {
    const columns = Array.from({length: 300}, (_, i) => `c${i} INT`);
    make(`CREATE TABLE t (${columns.join(', ')}); INSERT INTO t (c299) VALUES ('x');`);
    expect((await schemaOf('t')).columns.filter(({type}) => type === 'any').map(({name}) => name)).toEqual(['c299']);
  });
});

describe('text that is none', () => {
  test.each([['UTF-8', "CAST(x'61ff62' AS TEXT)"], ['UTF-16le', "CAST(x'00d8' AS TEXT)"]])('in %s is refused with its place, never changed', async (encoding, bad) => {
    make(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'fine'), (2, ${bad});`, encoding);
    const schema = await schemaOf('t');
    await expect(rowsOf(schema)).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'v'}});
    expect((await rowsOf({...schema, columns: schema.columns.slice(0, 1)})).rows).toEqual([[1], [2]]);
  });

  test.each(['UTF-8', 'UTF-16le', 'UTF-16be'])('the replacement character itself is text in %s', async encoding => {
    make("CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('a' || char(65533) || 'ü'), ('fine');", encoding);
    expect((await rowsOf(await schemaOf('t'))).rows).toEqual([['a\ufffdü'], ['fine']]);
  });
});

describe('tables of every kind', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['a rowid key with negative and huge numbers', "CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (-9223372036854775808, 'a'), (-1, 'b'), (0, 'c'), (5, 'd'), (9223372036854775807, 'e')"],
    ['no key', "CREATE TABLE t (v); INSERT INTO t VALUES ('a'), ('a'), (NULL), ('b'), ('c')"],
    ['columns called rowid, oid and _rowid_', "CREATE TABLE t (rowid, oid, _rowid_, v); INSERT INTO t VALUES (9, 8, 7, 'a'), (1, 1, 1, 'b')"],
    ['columns called rowid and oid', "CREATE TABLE t (rowid, oid, v); INSERT INTO t VALUES (9, 8, 'a'), (1, 1, 'b'), (5, 5, 'c')"],
    ['a key that is not the rowid, by INTEGER PRIMARY KEY DESC', "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, v); INSERT INTO t VALUES (3, 'a'), (1, 'b'), (2, 'c')"],
    ['WITHOUT ROWID, one column', "CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES ('b', 1), ('a', 2), ('é', 3), ('B', 4), ('', 5)"],
    ['WITHOUT ROWID, several columns of any type', "CREATE TABLE t (a, b, v, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO t VALUES (1, 'x', 1), (1.5, 'x', 2), ('1', 'x', 3), (x'31', 'x', 4), (9007199254740993, 'x', 5), (9e999, 'x', 6), (1, x'78', 7)"],
    ['WITHOUT ROWID, NOCASE', "CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES ('b', 1), ('A', 2), ('c', 3)"],
    ['WITHOUT ROWID, a key that minds the case of a column that does not', "CREATE TABLE t (k TEXT COLLATE NOCASE, v, PRIMARY KEY (k COLLATE BINARY)) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1), ('A', 2), ('b', 3), ('B', 4)"],
    ['WITHOUT ROWID, descending', "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a DESC, b)) WITHOUT ROWID; INSERT INTO t VALUES (1, 1), (1, 2), (2, 1), (2, 2)"],
    ['STRICT', "CREATE TABLE t (id INT PRIMARY KEY, v ANY, w TEXT) STRICT; INSERT INTO t VALUES (1, 5, 'a'), (2, 'x', 'b'), (3, 5.0, NULL)"],
    ['virtual generated columns', "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2), c INT AS (a + 1) STORED); INSERT INTO t (a) VALUES (1), (2), (3)"],
  ];
  test.each(kinds)('%s: each row once, and resumed after any', async (what, sql) => {
    make(sql);
    const schema = await schemaOf('t');
    const {rows: all} = await rowsOf(schema);
    const db = new Database(file, {readonly: true});
    expect(all.length).toBe(db.prepare('SELECT count(*) FROM t').pluck().get());
    db.close();
    expect(new Set(all.map(row => JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v === Infinity ? 'inf' : v)))).size).toBe(what === 'no key' ? all.length - 1 : all.length);
    for (const maxRows of [1, 2]) {
      const {rows, positions} = await rowsOf(schema, {maxRows});
      expect(rows).toEqual(all);
      for (const [i, position] of positions.entries()) {
        if (position === null) continue;
        expect([...all.slice(0, (i + 1) * maxRows), ...(await rowsOf(schema, {after: position, maxRows})).rows]).toEqual(all);
      }
      expect(positions.includes(null)).toBe(what.endsWith('_rowid_'));
    }
  });

  test('a table without rows to name is read in its order, not resumable, whole', async () => {
    make('CREATE TABLE t (rowid, oid, _rowid_); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO t SELECT i, i, i FROM n;');
    const {rows, positions} = await rowsOf(await schemaOf('t'), {maxRows: 7});
    expect(rows.map(([i]) => i)).toEqual(Array.from({length: 50}, (_, i) => BigInt(i + 1)));
    expect(new Set(positions)).toEqual(new Set([null]));
  });

  test('rows of 64 MB come one by one', async () => {
    make('CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); INSERT INTO t VALUES (1, zeroblob(64000000)), (2, zeroblob(5)), (3, zeroblob(64000000));');
    await using source = new SqliteSource(file);
    const {tables: [schema]} = await source.discover(never);
    const sizes: number[][] = [];
    for await (const {rows} of source.read({schema: schema!, after: null, maxRows: 1000, maxBytes: 1 << 20}, never)) sizes.push(rows.map(([, v]) => (v as Uint8Array).length));
    expect(sizes).toEqual([[64_000_000], [5, 64_000_000]]);
  }, 30_000);
});

describe('what else a file may hold', () => {
  test('constraints, defaults and comments of others are described', async () => {
    make(`CREATE TABLE Parent (Id INTEGER PRIMARY KEY, code TEXT UNIQUE);
      CREATE TABLE "child -- x" ( -- a comment of somebody
        a INT DEFAULT 5 CHECK (a > 0), b TEXT DEFAULT ('x' || 'y') COLLATE NOCASE, c REAL DEFAULT -1.5 /* trailing */, d TEXT DEFAULT 'it''s', e DEFAULT NULL, f DEFAULT CURRENT_TIMESTAMP, g BOOLEAN DEFAULT TRUE,
        p INT REFERENCES parent ON DELETE CASCADE, q TEXT, CONSTRAINT "to code" FOREIGN KEY (q) REFERENCES Parent (CODE) ON UPDATE SET NULL, CONSTRAINT both CHECK (a < 10 AND (b <> ')' OR c = 1)), UNIQUE (a, b)
      );
      CREATE INDEX "by b" ON "child -- x" (b COLLATE BINARY DESC, lower(q)); CREATE UNIQUE INDEX part ON "child -- x" (a) WHERE a > 5;
      CREATE TRIGGER tr AFTER INSERT ON Parent BEGIN SELECT 1; END;`);
    const {tables, others} = await discover();
    const child = tables.find(({table}) => table === 'child -- x')!;
    const sqlite = (sql: string) => ({dialect: 'sqlite', sql});
    expect(child.columns.map(({default: given}) => given)).toEqual([
      {kind: 'literal', text: '5'}, {kind: 'expression', ...sqlite("'x' || 'y'")}, {kind: 'literal', text: '-1.5'}, {kind: 'literal', text: "it's"}, undefined,
      {kind: 'expression', ...sqlite('CURRENT_TIMESTAMP')}, {kind: 'literal', text: '1'}, undefined, undefined,
    ]);
    expect(child.columns[1]).toMatchObject({caseInsensitive: true});
    expect(child.checks).toEqual([{name: 'child -- x_check_1', ...sqlite('a > 0')}, {name: 'both', ...sqlite("a < 10 AND (b <> ')' OR c = 1)")}]);
    expect(child.foreignKeys).toEqual([
      {name: 'child -- x_p_fk', columns: ['p'], table: 'Parent', referencedColumns: ['Id'], onUpdate: 'NO ACTION', onDelete: 'CASCADE'},
      {name: 'to code', columns: ['q'], table: 'Parent', referencedColumns: ['code'], onUpdate: 'SET NULL', onDelete: 'NO ACTION'},
    ]);
    expect(child.indexes).toEqual([
      {name: 'child -- x_a_b_unique', unique: true, parts: [{column: 'a'}, {column: 'b'}]},
      {name: 'by b', unique: false, parts: [{column: 'b', descending: true}, {column: null, expression: sqlite('lower(q)')}]},
    ]);
    expect(others.map(({table, kind, name}) => [table, kind, name])).toEqual([['child -- x', 'index', 'part'], ['Parent', 'trigger', 'tr']]);
  });

  test('virtual tables, their parts and views that do not work are listed; working views are described', async () => {
    make(`CREATE TABLE t (a); CREATE VIEW v AS SELECT a AS "the a", 1 FROM t; CREATE VIEW bad AS SELECT a FROM t; CREATE VIRTUAL TABLE words USING fts5(body); DROP TABLE t; CREATE TABLE t (b);`);
    const {tables, views, others} = await discover();
    expect(tables.map(({table}) => table)).toEqual(['t']);
    expect(views).toEqual([]);
    expect(others.filter(({kind}) => kind === 'view').map(({name}) => name).sort()).toEqual(['bad', 'v']);
    expect(others.filter(({kind}) => kind === 'table').map(({name}) => name).sort()).toEqual(['words', 'words_config', 'words_content', 'words_data', 'words_docsize', 'words_idx']);
    make('DROP TABLE t; CREATE TABLE t (a);');
    expect((await discover()).views).toEqual([{name: 'v', columns: ['the a', '1'], dialect: 'sqlite', sql: 'SELECT a AS "the a", 1 FROM t'}, {name: 'bad', columns: ['a'], dialect: 'sqlite', sql: 'SELECT a FROM t'}]);
  });

  test('tables that are not wanted are not looked at', async () => {
    make('CREATE TABLE a (x); CREATE TABLE b (x);');
    await using source = new SqliteSource(file);
    expect((await source.discover(never, {wants: name => name === 'b'})).tables.map(({table}) => table)).toEqual(['b']);
    expect((await rowsOf({table: 'a', columns: [{name: 'x', type: 'any', nullable: true}], primaryKey: []})).rows).toEqual([]);
  });

  test('an empty file is an empty database', async () => {
    writeFileSync(file, '');
    expect(await discover()).toEqual({tables: [], views: [], others: []});
  });
});

describe('a file that cannot be read', () => {
  test('a missing file is not made', async () => {
    await using source = new SqliteSource(file);
    expect(await source.check(never)).toEqual([{message: `${file} does not exist`}]);
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
    expect(existsSync(file)).toBe(false);
  });

  test('a folder, and a file of another kind, say so', async () => {
    mkdirSync(file);
    await using source = new SqliteSource(file);
    expect(await source.check(never)).toEqual([{message: `${file} is not a file`}]);
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'these are notes, and long enough not to be taken for an empty database\n'.repeat(20));
    await using other = new SqliteSource(text);
    expect(await other.check(never)).toEqual([{message: `${text} is not a SQLite database (SQLITE_NOTADB)`}]);
  });

  test('a file whose writer crashed says what to do, and is left alone', async () => {
    make("CREATE TABLE t (v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT 'old' FROM n;");
    const driver = join(import.meta.dirname, '..', 'node_modules', 'better-sqlite3');
    try {
      execFileSync(process.execPath, ['-e', `const D = require(${JSON.stringify(driver)}); const db = new D(${JSON.stringify(file)}); db.pragma('cache_size = 5'); db.exec("BEGIN; UPDATE t SET v = 'half'"); process.kill(process.pid, 'SIGKILL')`], {stdio: 'ignore'});
    } catch { /* killed, as wanted */ }
    await using source = new SqliteSource(file);
    expect(await source.check(never)).toEqual([{message: `a program that wrote ${file} crashed, and left it half written (SQLITE_READONLY_ROLLBACK)`}]);
    expect(readdirSync(folder)).toEqual(['source.db', 'source.db-journal']);
  });
});
