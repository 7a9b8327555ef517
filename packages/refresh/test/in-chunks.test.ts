import {MysqlSource} from '@sluice/connector-mysql';
import {PostgresDestination, PostgresSource} from '@sluice/connector-postgres';
import {Secret, type Endpoint, type Source} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {freshDatabase, server, type ServerKind, type TestDatabase} from '@sluice/testkit';
import {createConnection} from 'mysql2/promise';
import pg from 'pg';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {chunkedCopy} from '../src/index.ts';

const {signal} = new AbortController();
const postgres = await server('postgres');

function endpointOf(database: TestDatabase): Endpoint {
  const url = new URL(database.url);
  const password = new Secret(decodeURIComponent(url.password));
  url.password = '';
  return {url: url.href, password};
}

interface Plain {
  run(sql: string): Promise<unknown>;
  /** How many transactions others have open. */
  open(): Promise<number>;
  end(): Promise<void>;
}

async function plainPostgres(url: string): Promise<Plain & {rows(sql: string): Promise<unknown[][]>}> {
  const client = new pg.Client({connectionString: url});
  await client.connect();
  const rows = async (text: string) => (await client.query<unknown[]>({text, rowMode: 'array'})).rows;
  return {
    run: text => client.query(text), rows, end: () => client.end(),
    open: async () => Number((await rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'"))[0]![0]),
  };
}

async function plainMysql(url: string): Promise<Plain> {
  const client = await createConnection({uri: url, multipleStatements: true});
  return {
    run: text => client.query(text), end: () => client.end(),
    open: async () => ((await client.query('SELECT trx_id FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id <> CONNECTION_ID()'))[0] as unknown[]).length,
  };
}

const kinds: readonly {readonly kind: ServerKind; plain(url: string): Promise<Plain>; source(endpoint: Endpoint): Source}[] = [
  {kind: 'postgres', plain: plainPostgres, source: endpoint => new PostgresSource(endpoint)},
  {kind: 'mariadb', plain: plainMysql, source: endpoint => new MysqlSource(endpoint)},
  {kind: 'mysql', plain: plainMysql, source: endpoint => new MysqlSource(endpoint)},
];
const here = await Promise.all(kinds.map(async each => ({...each, it: await server(each.kind)})));

describe.skipIf(postgres === null).each(here.filter(({it}) => it !== null))('a copy in chunks from $kind', ({it, plain: connect, source: openSource}) => {
  let from: TestDatabase, to: TestDatabase;
  let plain: Plain, arrived: Awaited<ReturnType<typeof plainPostgres>>;
  beforeAll(async () => {
    from = await freshDatabase(it!);
    to = await freshDatabase(postgres!);
    plain = await connect(from.url);
    arrived = await plainPostgres(to.url);
  });
  afterAll(async () => {
    await plain.end();
    await arrived.end();
    await from.drop();
    await to.drop();
  });
  beforeEach(async () => {
    await plain.run(`CREATE TABLE keyed (id int PRIMARY KEY, x varchar(20)); INSERT INTO keyed VALUES ${Array.from({length: 60}, (_, i) => `(${i + 1}, 'x${i + 1}')`).join(', ')}`);
    await plain.run("CREATE TABLE loose (x varchar(20)); INSERT INTO loose VALUES ('a'), ('b')");
  });
  afterEach(async () => { await plain.run('DROP TABLE keyed; DROP TABLE loose'); });

  /** Copies; each time the source lets go its snapshot, `happens` is called with how often that was. */
  async function copy(happens: (time: number) => Promise<unknown>, incomparable?: string) {
    await using real = openSource(endpointOf(from));
    let times = 0;
    const source = new Proxy(real, {
      get(target, name) {
        if (name === 'letGo') {
          return async () => {
            await target.letGo!();
            await happens(++times);
          };
        }
        if (name === 'digestRanges' && incomparable !== undefined) {
          return async (...[requests, ...rest]: Parameters<NonNullable<Source['digestRanges']>>) => (await target.digestRanges!(requests, ...rest))
            .map((ranges, i) => requests[i]!.schema.table === incomparable ? ranges.map(({rows: count}) => ({rows: count, digest: null})) : ranges);
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await using destination = new PostgresDestination(endpointOf(to));
    const {report} = await runCopy({tool: {name: 'test', version: '0'}, source, destination, way: chunkedCopy({rounds: 3}), limits: {maxRows: 5, commitRows: 10}}, signal);
    return {report, times};
  }
  const rows = (table: string) => arrived.rows(`SELECT * FROM ${table} ORDER BY 1`);

  test('no transaction stays open between two chunks, and nothing is moved twice when nothing changes', async () => {
    const open: number[] = [];
    const {report, times} = await copy(async () => open.push(await plain.open()));
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed', rows: 62}, source: {snapshot: null}});
    expect(report.tables.map(({name, rowsRead, rowsWritten}) => [name, rowsRead, rowsWritten])).toEqual([['keyed', 60, 60], ['loose', 2, 2]]);
    expect(report.warnings).toContainEqual(expect.stringContaining('read in chunks'));
    expect(times).toBeGreaterThan(8);
    expect(open.filter(each => each !== 0)).toEqual([]);
    expect(await rows('keyed')).toHaveLength(60);
  });

  test('what changes meanwhile is moved again: rows that move behind and before where the copy is, new ones, deleted ones, a table without a key', async () => {
    const {report} = await copy(async time => {
      if (time === 4) await plain.run("UPDATE keyed SET x = 'late' WHERE id = 2; DELETE FROM keyed WHERE id = 55; INSERT INTO keyed VALUES (0, 'first'), (100, 'last'); UPDATE keyed SET id = 1000 WHERE id = 3");
      if (time === 12) await plain.run("UPDATE keyed SET x = 'later' WHERE id = 4; INSERT INTO loose VALUES ('c')");
    });
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}});
    const expected = [[0, 'first'], ...Array.from({length: 60}, (_, i) => [i + 1, i + 1 === 2 ? 'late' : i + 1 === 4 ? 'later' : `x${i + 1}`] as const).filter(([id]) => id !== 3 && id !== 55), [100, 'last'], [1000, 'x3']];
    expect(await rows('keyed')).toEqual(expected);
    expect(await rows('loose')).toEqual([['a'], ['b'], ['c']]);
    expect(report.tables.map(({name, rowsWritten}) => [name, rowsWritten])).toEqual([['keyed', 61], ['loose', 3]]);
  });

  test.each(['keyed', 'loose'])('table %s, whose rows the source cannot compare: the run fails, says why, and moves nothing again for it', async table => {
    const {report} = await copy(async () => {}, table);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_SCHEMA', table, message: expect.stringContaining('cannot tell whether its rows changed')}});
    expect(report.tables.find(({name}) => name === 'loose')!.rowsRead).toBeLessThanOrEqual(2);
  });

  test('a source that never rests: the run fails and says so, what was live stays', async () => {
    await arrived.run('DROP TABLE IF EXISTS keyed; CREATE TABLE keyed (old int)');
    const {report} = await copy(time => plain.run(`UPDATE keyed SET x = 'n${time}' WHERE id = 1`));
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_VERIFY', table: 'keyed', message: expect.stringMatching(/after 3 rounds these differ still: keyed \(one range\)/), remedy: expect.stringContaining('--consistency snapshot')}});
    expect(await rows('keyed')).toEqual([]);
    await arrived.run('DROP TABLE keyed');
  });
});

test.skipIf(postgres === null)('what needs one moment is refused', async () => {
  await using database = await freshDatabase(postgres!);
  const plain = await plainPostgres(database.url);
  await plain.run('CREATE TABLE t (id int PRIMARY KEY)');
  await using source = new PostgresSource(endpointOf(database));
  await using target = await freshDatabase(postgres!);
  await using destination = new PostgresDestination(endpointOf(target));
  const {report} = await runCopy({tool: {name: 'test', version: '0'}, source, destination, mode: 'append', way: chunkedCopy({rounds: 1})}, signal);
  expect(report).toMatchObject({status: 'failed', error: {code: 'SLUICE_CONFIG', message: expect.stringMatching(/cannot be made in chunks: mode append/)}});
  await plain.end();
});
