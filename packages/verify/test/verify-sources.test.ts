import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {createConnection, type Connection} from 'mysql2/promise';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {MysqlDestination, MysqlSource} from '@sluice/connector-mysql';
import {SqliteDestination, SqliteSource} from '@sluice/connector-sqlite';
import {Secret, type Column, type Destination, type Row, type Schema, type Source} from '@sluice/core';
import {CANARY, expectNoLeak, fixtures, freshDatabase, server, type TestDatabase, type TestServer} from '@sluice/testkit';
import fc from 'fast-check';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {verifySources, type SourcesQuestion, type Verification} from '../src/index.ts';
import {never} from './support.ts';

let folder: string;
let file: string;
let count = 0;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'sluice-verify-')); });
beforeEach(() => { file = join(folder, `${count++}.db`); });
afterAll(() => rm(folder, {recursive: true, force: true}));

type Options = Partial<Omit<SourcesQuestion, 'left' | 'right' | 'repair'>>;
const monotonic = () => 0;

/** Compares, and closes both. */
async function verify(left: Source, right: Source, options: Options = {}): Promise<Verification> {
  await using a = left;
  await using b = right;
  return await verifySources({left: a, right: b, monotonic, ...options}, never);
}

async function repair(left: Source, open: () => Source, destination: Destination, options: Options = {}): Promise<Verification> {
  await using a = left;
  await using b = open();
  await using to = destination;
  return await verifySources({left: a, right: b, monotonic, ...options, repair: {destination: to, reopen: async () => open()}}, never);
}

function sql(...statements: string[]): unknown[][] {
  const db = new Sqlite(file);
  try {
    for (const statement of statements.slice(0, -1)) db.exec(statement);
    const last = db.prepare(statements.at(-1)!);
    if (last.reader) return last.raw().all() as unknown[][];
    last.run();
    return [];
  } finally {
    db.close();
  }
}

const memory = (...tables: {schema: Schema; rows: readonly Row[]}[]) => new MemorySource(new MemoryDatabase({tables}));
const columns: Column[] = [{name: 'id', type: 'int', nullable: false}, {name: 'v', type: 'text', nullable: true}, {name: 'n', type: 'decimal', nullable: true, precision: 10, scale: 2}];
const schema: Schema = {table: 't', columns, primaryKey: ['id']};

async function store(tables: readonly {schema: Schema; rows: readonly Row[]}[]): Promise<void> {
  await using destination = new SqliteDestination(file);
  await using load = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views: [], others: []}, mode: 'replace'}, never);
  for (const {schema, rows} of tables) {
    await using writer = await load.open(schema, never);
    await writer.write({rows: rows.map(row => [...row]), position: null});
    await writer.commit(null);
  }
  await load.finish(never);
  await load.publish(never);
}

describe('two systems', () => {
  test('are equal after a copy, whatever their names are', async () => {
    const tables = [fixtures.hostileColumns, ...fixtures.hostileTables, fixtures.empty, fixtures.sequence(5000)];
    await store(tables);
    const found = await verify(memory(...tables), new SqliteSource(file));
    expect(found.tables.filter(({status}) => status !== 'equal')).toEqual([]);
    expect(found).toMatchObject({status: 'equal', totals: {tables: tables.length, equal: tables.length}});
  });

  test('tell tables that one side has not got, columns too, and which columns differ, without a value', async () => {
    await store([
      {schema, rows: [[1, CANARY, '1.00'], [2, 'b', '2.50'], [4, 'd', null]]},
      {schema: {...schema, table: 'extra'}, rows: []}, {schema: {...schema, table: 'U'}, rows: [[1, 'x', null]]},
      {schema: {...schema, table: 'w', columns: [...columns, {name: 'more', type: 'text', nullable: true}]}, rows: []},
    ]);
    const found = await verify(memory(
      {schema, rows: [[1, 'a', '1.00'], [2, 'b', '2.55'], [3, CANARY, null]]}, {schema: {...schema, table: 'only'}, rows: []},
      {schema: {...schema, table: 'u'}, rows: [[1, 'x', null]]}, {schema: {...schema, table: 'w'}, rows: []},
    ), new SqliteSource(file));
    expect(found.tables.map(({name, right, status}) => [name, right, status])).toEqual([['t', 't', 'different'], ['u', 'U', 'equal'], ['w', 'w', 'different'], ['only', null, 'missing'], ['extra', 'extra', 'extra']]);
    expect(found.tables[0]).toMatchObject({
      key: ['id'], rows: {left: 3, right: 3}, differing: 2, missing: 1, extra: 1, passes: 2, ordinals: {differing: [0, 1], missing: [2], extra: [2]},
      columns: [{name: 'id', differing: 0}, {name: 'v', differing: 1}, {name: 'n', differing: 1}],
    });
    expect(found.tables[2]).toMatchObject({onlyLeft: [], onlyRight: ['more']});
    expect(found).toMatchObject({status: 'different', totals: {tables: 5, equal: 1, different: 2, missing: 1, extra: 1, rowsDiffering: 2, rowsMissing: 1, rowsExtra: 1}});
    expectNoLeak(found, CANARY);
  });

  test('a selection and keys that mean nothing are refused before anything is read', async () => {
    await store([{schema, rows: []}]);
    const select = {wants: () => true, problems: (names: readonly string[]) => names.includes('t') ? [{path: 'tables', message: 'there is no table or view x'}] : []};
    await expect(verify(memory({schema, rows: []}), new SqliteSource(file), {select})).rejects.toMatchObject({code: 'SLUICE_CONFIG', problems: [{path: 'tables'}]});
    await expect(verify(memory({schema, rows: []}), new SqliteSource(file), {keys: new Map([['x', ['id']]])})).rejects.toMatchObject({code: 'SLUICE_CONFIG', problems: [{path: 'key'}]});
    expect(await verify(memory({schema, rows: []}), new SqliteSource(file), {keys: new Map([['t', ['v']]])})).toMatchObject({tables: [{key: ['v']}]});
    await expect(verify(memory({schema, rows: []}), new SqliteSource(file), {select: {wants: () => false, problems: () => []}})).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    expect(await verify(memory(), memory())).toMatchObject({status: 'equal', warnings: ['there is no table on either side']});
  });
});

describe('a repair', () => {
  const row = fc.tuple(fc.option(fc.constantFrom('a', 'A', '', "it's", '\0', '😀')), fc.option(fc.integer({min: -99999, max: 99999}).map(n => (n / 100).toFixed(2).replace(/^-0\.00$/, '0.00'))));
  const rows = fc.uniqueArray(fc.tuple(fc.integer({min: 0, max: 30}), row), {selector: ([id]) => id, maxLength: 25}).map(all => all.map(([id, [v, n]]): Row => [id, v, n]));

  test('of a SQLite file makes it what the source says', async () => {
    await fc.assert(fc.asyncProperty(rows, rows, async (left, right) => {
      file = join(folder, `${count++}.db`);
      await store([{schema, rows: right}]);
      const found = await repair(memory({schema, rows: left}), () => new SqliteSource(file), new SqliteDestination(file), {limits: {maxRows: 3, maxBytes: 1 << 20}});
      expect(found).toMatchObject({status: 'equal', tables: [{status: 'equal', differing: 0, missing: 0, extra: 0}]});
      const stored = sql('SELECT id, v, n FROM t ORDER BY id');
      expect(stored.map(([id, v, n]) => [id, v, n === null ? null : (n as number).toFixed(2)])).toEqual([...left].sort((a, b) => (a[0] as number) - (b[0] as number)));
    }), {numRuns: 25});
  });

  test('writes only the rows that differ', async () => {
    const all = Array.from({length: 500}, (_, i): Row => [i, `row ${i}`, null]);
    await store([{schema, rows: all}]);
    sql('DELETE FROM t WHERE id = 7', "UPDATE t SET v = 'other' WHERE id IN (20, 400)", "INSERT INTO t VALUES (9999, 'more', NULL)", 'CREATE TABLE log (what TEXT, id INTEGER)',
      ...['INSERT', 'UPDATE', 'DELETE'].map(what => `CREATE TRIGGER on_${what} AFTER ${what} ON t BEGIN INSERT INTO log VALUES ('${what}', ${what === 'DELETE' ? 'old' : 'new'}.id); END`), 'SELECT 1');
    const found = await repair(memory({schema, rows: all}), () => new SqliteSource(file), new SqliteDestination(file), {select: {wants: name => name === 't', problems: () => []}});
    expect(found).toMatchObject({status: 'equal', tables: [{repair: {status: 'repaired', written: 3, deleted: 1}}], totals: {repaired: 1}});
    expect(sql('SELECT what, id FROM log ORDER BY 1, 2')).toEqual([['DELETE', 9999], ['INSERT', 7], ['UPDATE', 20], ['UPDATE', 400]]);
  });

  test('leaves the place where a copy would go on', async () => {
    await store([{schema, rows: [[1, 'a', null]]}]);
    sql('CREATE TABLE _sluice_position ("table" TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID', "INSERT INTO _sluice_position VALUES ('t', '[1]')", 'SELECT 1');
    await repair(memory({schema, rows: [[1, 'b', null]]}), () => new SqliteSource(file), new SqliteDestination(file));
    expect(sql('SELECT * FROM _sluice_position')).toEqual([['t', '[1]']]);
  });

  test('is refused with a sentence where rows have no key, columns differ, or a key is another one', async () => {
    const keyless = {...schema, table: 'k', primaryKey: []};
    const wider = {...schema, table: 'w', columns: [...columns, {name: 'more', type: 'text', nullable: true} satisfies Column]};
    await store([{schema, rows: []}, {schema: keyless, rows: []}, {schema: wider, rows: []}]);
    const left = memory({schema, rows: [[1, 'a', null]]}, {schema: keyless, rows: [[1, 'a', null]]}, {schema: {...schema, table: 'w'}, rows: []}, {schema: {...schema, table: 'only'}, rows: []});
    const found = await repair(left, () => new SqliteSource(file), new SqliteDestination(file), {keys: new Map([['t', ['v']]])});
    expect(found.tables.map(({name, status, repair}) => [name, status, repair?.reason])).toEqual([
      ['t', 'different', 'it was not compared by the primary key of the destination'], ['k', 'different', 'the table has no primary key at the destination'],
      ['w', 'different', 'the two sides have different columns'], ['only', 'missing', 'a repair makes and drops no tables'],
    ]);
    expect(sql('SELECT count(*) FROM t')).toEqual([[0]]);
  });

  test('that fails leaves the table as it was, and says why without a value', async () => {
    sql('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE, n DECIMAL(10,2))', "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL)", 'SELECT 1');
    const left = memory({schema, rows: [[1, 'c', null], [2, 'b', null], [3, CANARY, null], [4, CANARY, null]]});
    const found = await repair(left, () => new SqliteSource(file), new SqliteDestination(file));
    expect(found).toMatchObject({status: 'different', tables: [{differing: 1, missing: 2, repair: {status: 'failed', written: 0, deleted: 0, reason: expect.any(String)}}]});
    expect(sql('SELECT id, v FROM t')).toEqual([[1, 'a'], [2, 'b']]);
    expectNoLeak(found, CANARY);
  });

  test('of what can only be written whole is refused', async () => {
    const database = new MemoryDatabase({tables: [{schema, rows: []}]});
    const destination: Destination = Object.assign(new MemoryDestination(database), {capabilities: {modes: ['replace', 'append'], keys: false, positions: true}});
    const found = await repair(memory({schema, rows: [[1, 'a', null]]}), () => new MemorySource(database), destination);
    expect(found.tables[0]!.repair).toMatchObject({status: 'refused', reason: expect.stringContaining('cannot change single rows')});
  });
});

const servers = (await Promise.all((['mariadb', 'mysql'] as const).map(kind => server(kind)))).filter((it): it is TestServer => it !== null);

describe.each(servers)('a $kind server', it => {
  let database: TestDatabase;
  let connection: Connection;
  const endpoint = () => ({url: `mysql://${encodeURIComponent(it.user)}@${it.host}:${it.port}/${database.name}`, ...(it.password !== '' && {password: new Secret(it.password)})});
  const open = () => new MysqlSource(endpoint());
  const run = async (...statements: string[]) => { for (const statement of statements) await connection.query(statement); };
  beforeEach(async () => {
    database = await freshDatabase(it);
    connection = await createConnection({host: it.host, port: it.port, user: it.user, password: it.password, database: database.name, charset: 'utf8mb4'});
  });
  afterEach(async () => {
    await connection.end();
    await database.drop();
  });

  const words = ['Zoe', 'adam', 'Bea', 'émile', 'ÉVA', 'a', '_', '10', '9'];
  const byWord: Schema = {table: 't', primaryKey: ['w'], columns: [{name: 'w', type: 'text', nullable: false, maxLength: 20}, {name: 'n', type: 'int', nullable: true}]};

  test('and a file that sorts text in another way are compared by key', async () => {
    await run('CREATE TABLE t (w varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, n int)');
    await connection.query('INSERT INTO t VALUES ?', [words.map((word, i) => [word, i])]);
    await store([{schema: byWord, rows: words.toReversed().map((word): Row => [word, words.indexOf(word)])}]);
    expect(await verify(open(), new SqliteSource(file))).toMatchObject({status: 'equal', tables: [{passes: 1, rows: {left: 9, right: 9}}]});
    sql("UPDATE t SET w = 'zoe' WHERE w = 'Zoe'");
    expect(await verify(open(), new SqliteSource(file))).toMatchObject({tables: [{differing: 0, missing: 1, extra: 1}]});
    // The other way round: for the server both are one key.
    expect(await repair(new SqliteSource(file), open, new MysqlDestination(endpoint()))).toMatchObject({status: 'equal', tables: [{repair: {written: 1, deleted: 1}}]});
    expect((await connection.query("SELECT w FROM t WHERE w = 'zoe' COLLATE utf8mb4_bin"))[0]).toHaveLength(1);
  });

  test('is repaired', async () => {
    const all = Array.from({length: 3000}, (_, i): Row => [i, i % 7 === 0 ? null : `row ${i}`, (i / 4).toFixed(2)]);
    await store([{schema, rows: all}]);
    await run('CREATE TABLE t (id int PRIMARY KEY, v varchar(40) COLLATE utf8mb4_bin, n decimal(10,2))');
    for (let i = 0; i < all.length; i += 500) await connection.query('INSERT INTO t (id, v, n) VALUES ?', [all.slice(i, i + 500)]);
    await run('DELETE FROM t WHERE id IN (0, 2999)', "UPDATE t SET v = 'other' WHERE id IN (5, 1500)", 'UPDATE t SET n = NULL WHERE id = 1500', "INSERT INTO t VALUES (-5, 'more', 1), (5000, NULL, NULL)");
    const before = await verify(new SqliteSource(file), open());
    expect(before.tables[0]).toMatchObject({differing: 2, missing: 2, extra: 2, columns: [{differing: 0}, {name: 'v', differing: 2}, {name: 'n', differing: 1}]});
    const found = await repair(new SqliteSource(file), open, new MysqlDestination(endpoint()));
    expect(found).toMatchObject({status: 'equal', tables: [{status: 'equal', repair: {status: 'repaired', written: 4, deleted: 2}}]});
  });

  test('that refuses a row keeps its table as it was, and no value is told', async () => {
    await store([{schema, rows: [[1, CANARY, null], [2, CANARY, null]]}]);
    await run('CREATE TABLE t (id int PRIMARY KEY, v varchar(40) COLLATE utf8mb4_bin UNIQUE, n decimal(10,2))', "INSERT INTO t VALUES (1, 'a', 1)");
    const found = await repair(new SqliteSource(file), open, new MysqlDestination(endpoint()));
    expect(found).toMatchObject({status: 'different', tables: [{differing: 1, missing: 1, repair: {status: 'failed', reason: expect.any(String)}}]});
    expect((await connection.query({sql: 'SELECT id, v FROM t', rowsAsArray: true}))[0]).toEqual([[1, 'a']]);
    expectNoLeak(found, CANARY);
  });

  test('has tables without a key compared as rows, twins counted', async () => {
    await run('CREATE TABLE t (w varchar(20) COLLATE utf8mb4_bin, n int)', "INSERT INTO t VALUES ('a', 1), ('a', 1), ('b', NULL), ('b', NULL), ('c', 3)");
    await store([{schema: {...byWord, primaryKey: []}, rows: [['c', 3], ['a', 1], ['b', null], ['b', null], ['b', null]]}]);
    expect((await verify(open(), new SqliteSource(file))).tables[0]).toMatchObject({key: null, differing: 0, missing: 1, extra: 1, ordinals: {missing: [1], extra: [4]}});
  });
});

describe('columns that every run makes anew', () => {
  const random = () => ['v'];
  test('are named and not compared; all others are', async () => {
    const left = () => memory({schema, rows: [[1, 'a', '1.00'], [2, 'b', '2.00']]});
    const found = await verify(left(), memory({schema, rows: [[1, 'x', '1.00'], [2, 'y', '2.00']]}), {random});
    expect(found).toMatchObject({status: 'equal', warnings: ['table t: not compared, as every run makes other values: v'], tables: [{status: 'equal', notCompared: ['v'], columns: [{name: 'id'}, {name: 'n'}]}]});
    expect(found.tables[0]!.columns).toHaveLength(2);
    expect(await verify(left(), memory({schema, rows: [[1, 'x', '1.00'], [2, 'y', '2.01']]}), {random})).toMatchObject({status: 'different', tables: [{differing: 1}]});
  });
  test('must be there', async () => {
    const without = {...schema, columns: schema.columns.filter(({name}) => name !== 'v')};
    expect(await verify(memory({schema, rows: []}), memory({schema: without, rows: []}), {random})).toMatchObject({status: 'different', tables: [{onlyLeft: ['v']}]});
  });
  test('leave the key out: whole rows are compared', async () => {
    const found = await verify(memory({schema, rows: [[1, 'a', null], [2, 'b', null]]}), memory({schema, rows: [[8, 'b', null], [9, 'a', null]]}), {random: () => ['id']});
    expect(found).toMatchObject({status: 'equal', tables: [{key: null, notCompared: ['id']}]});
  });
  test('alone make a table that cannot be compared', async () => {
    expect(await verify(memory({schema, rows: [[1, 'a', null]]}), memory({schema, rows: [[1, 'a', null]]}), {random: () => ['id', 'v', 'n']})).toMatchObject({status: 'different', tables: [{status: 'incomparable', rows: null}]});
  });
});
