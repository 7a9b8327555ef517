import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {ErrorCode, type Batch, type Position, type ReadRequest, type Source} from '@sluice/core';
import {runCopy, type CopyRequest} from '@sluice/engine';
import {until, within} from '@sluice/testkit';
import {parseEndpoint} from '../src/endpoint.ts';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {Session} from '../src/session.ts';
import {takeSnapshot} from '../src/snapshot.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const never = new AbortController().signal;
/** Keys of which most lie together: parts are made by where the rows are. */
const TABLES = `
  CREATE TABLE large (id bigint PRIMARY KEY, label text, cents int NOT NULL);
  INSERT INTO large SELECT CASE WHEN n <= 8000 THEN n ELSE 1000000::bigint * n END, 'row ' || n, 1 FROM generate_series(1, 9000) n;
  CREATE TABLE pairs (a uuid, b int, PRIMARY KEY (a, b)); INSERT INTO pairs SELECT md5((n / 3)::text)::uuid, n FROM generate_series(1, 6000) n;
  CREATE TABLE total (cents bigint); INSERT INTO total VALUES (9000)`;

describe.skipIf(postgres === null)('several at a time', () => {
  let from: Lab;
  let to: Lab;
  beforeAll(async () => {
    from = await openLab(postgres!);
    to = await openLab(postgres!);
  });
  afterAll(async () => {
    await from[Symbol.asyncDispose]();
    await to[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const lab of [from, to]) await lab.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${lab.user}`);
    await from.run(`SET ROLE ${from.user}; ${TABLES}; RESET ROLE`);
    await from.run('ANALYZE');
  });
  // Whatever happened, nothing stays open.
  afterEach(async () => {
    for (const lab of [from, to]) await until('all connections are gone', async () => await lab.backends() === 0, 20_000);
  });

  const request = (more: Partial<CopyRequest> & Pick<CopyRequest, 'source' | 'destination'>): CopyRequest => ({
    tool: {name: 'test', version: '0'}, limits: {maxRows: 200, parallel: 3, partRows: 1000}, ...more,
  });
  const column = async (lab: Lab, sql: string) => (await lab.rows(sql)).map(row => row[0]);
  const content = (lab: Lab) => lab.rows("SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM large t), (SELECT md5(string_agg(t::text, ',' ORDER BY a, b)) FROM pairs t), (SELECT sum(cents) FROM large) = (SELECT cents FROM total)");
  const staged = (lab: Lab) => column(lab, "SELECT relname FROM pg_class WHERE relname LIKE '\\_sluice\\_%' AND relkind = 'r'");

  /** A source, and all beside it, whose batches go through `through`; rows are read, not passed as bytes. */
  function reading(source: Source, through: (request: ReadRequest, batches: AsyncIterable<Batch>) => AsyncIterable<Batch>): Source {
    const changes: Partial<Source> = {
      read: (asked, signal) => through(asked, source.read(asked, signal)),
      fork: async (count, signal) => (await source.fork!(count, signal)).map(each => reading(each, through)),
      rawFormat: async () => null,
    };
    return new Proxy(source, {
      get(target, key) {
        if (Object.hasOwn(changes, key)) return changes[key as keyof Source];
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Calls `act` once, when three reads have begun at the same time and none has got a row. */
  function whenThreeBegin(source: Source, act: () => Promise<void>): Source {
    let reads = 0;
    let go = (_: Promise<void>) => {};
    const acted = new Promise<void>(resolve => { go = resolve; });
    return reading(source, async function* held(_, batches) {
      if (++reads === 3) go(act());
      await acted;
      yield* batches;
    });
  }

  test('what a writer commits while parts are read is in none of them, and the tables are equal to those of one moment', async () => {
    const before = await content(from);
    await using inner = new PostgresSource(from.endpoint());
    await using destination = new PostgresDestination(to.endpoint());
    let sources = 0;
    const source = whenThreeBegin(inner, async () => {
      sources = await from.backends();
      await from.run("BEGIN; UPDATE large SET cents = 3, label = 'changed'; DELETE FROM large WHERE id % 7 = 0; INSERT INTO large VALUES (0, 'late', 3), (5000000, 'late', 3); DELETE FROM pairs WHERE b > 10; UPDATE total SET cents = 1; COMMIT");
    });
    const {report, cause} = await runCopy(request({source, destination}), never);
    expect(cause).toBeUndefined();
    expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'passed', tables: 3, rows: 15_001}});
    expect(sources, 'connections that read').toBe(3);
    expect(await content(to)).toEqual(before);
    expect(await content(from)).not.toEqual(before);
    expect(await staged(to)).toEqual([]);
  }, 60_000);

  test('tables whose bytes pass untouched do so side by side', async () => {
    await using source = new PostgresSource(from.endpoint());
    await using destination = new PostgresDestination(to.endpoint());
    const {report, cause} = await runCopy(request({source, destination}), never);
    expect(cause).toBeUndefined();
    expect(report.tables.map(({name, rowsWritten, rawFormat, verified}) => [name, rowsWritten, rawFormat !== undefined, verified])).toEqual([['large', 9000, true, true], ['pairs', 6000, true, true], ['total', 1, false, true]]);
    expect(await content(to)).toEqual(await content(from));
  });

  test.for(['upsert', 'mirror'] as const)('mode %s brings parts into a live table at once, and keeps what it should', async mode => {
    await to.run(`SET ROLE ${to.user}; CREATE TABLE large (id bigint PRIMARY KEY, label text, cents int NOT NULL); INSERT INTO large VALUES (1, 'old', 0), (-5, 'only here', 0); RESET ROLE`);
    await using inner = new PostgresSource(from.endpoint());
    await using destination = new PostgresDestination(to.endpoint());
    const parts = new Set<Position | null>();
    const source = reading(inner, ({after}, batches) => {
      parts.add(after);
      return batches;
    });
    const {report, cause} = await runCopy(request({source, destination, mode, select: {wants: name => name === 'large', problems: () => []}}), never);
    expect(cause).toBeUndefined();
    expect(report.tables[0]).toMatchObject({rowsWritten: 9000, verified: true, merged: {inserted: 8999, updated: 1, deleted: mode === 'mirror' ? 1 : 0}});
    // The server's estimate of the rows, on which their number hangs, may be above the truth for a moment.
    expect(parts.size).toBeGreaterThanOrEqual(9);
    expect(await column(to, "SELECT count(*) FROM large WHERE label LIKE 'row %'")).toEqual(['9000']);
    expect(await column(to, 'SELECT count(*) FROM large WHERE id = -5')).toEqual([mode === 'mirror' ? '0' : '1']);
  });

  test.for(['reader', 'writer'])('the end of the connection of a %s ends the copy: the old table stays, and nothing else', {timeout: 90_000}, async which => {
    await to.run(`SET ROLE ${to.user}; CREATE TABLE large (id bigint PRIMARY KEY, label text, cents int NOT NULL); INSERT INTO large VALUES (1, 'old', 0); RESET ROLE`);
    const lab = which === 'reader' ? from : to;
    let copy = 0;
    const ended = async () => {
      // The one that was opened last: neither the first reader nor the one that holds the locks of the load.
      const [pid] = await column(lab, `SELECT pid FROM pg_stat_activity WHERE usename = '${lab.user}' ORDER BY backend_start DESC, pid DESC LIMIT 1`);
      copy++;
      await lab.run(`SELECT pg_terminate_backend(${pid}, 5000)`);
    };
    {
      await using inner = new PostgresSource(from.endpoint());
      await using destination = new PostgresDestination(to.endpoint());
      const {report} = await within(60_000, 'the copy', runCopy(request({source: whenThreeBegin(inner, ended), destination}), never));
      expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.CONNECT}});
    }
    expect(copy).toBe(1);
    expect(await to.rows('SELECT * FROM large')).toEqual([['1', 'old', '0']]);
    expect(await staged(to)).toEqual([]);
    await using source = new PostgresSource(from.endpoint());
    await using destination = new PostgresDestination(to.endpoint());
    expect((await runCopy(request({source: reading(source, (_, batches) => batches), destination}), never)).report.status).toBe('ok');
    expect(await content(to)).toEqual(await content(from));
  });

  test.for([1, 2])('a server that gives the source %i connections has so many readers, and the report says so', async most => {
    await from.run(`ALTER ROLE ${from.user} CONNECTION LIMIT ${most}`);
    try {
      await using source = new PostgresSource(from.endpoint());
      await using destination = new PostgresDestination(to.endpoint());
      const {report} = await runCopy(request({source, destination}), never);
      expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}});
      expect(report.warnings).toContainEqual(expect.stringMatching(most === 1 ? /^the server has no connections for \d readers: one reads$/ : /^the server has no connections for \d readers: 2 read$/));
      expect(await content(to)).toEqual(await content(from));
      expect(await column(from, `SELECT count(*) FROM pg_stat_activity WHERE usename = '${from.user}'`)).toEqual(['1']);
    } finally {
      await from.run(`ALTER ROLE ${from.user} CONNECTION LIMIT -1`);
    }
  });

  test('a destination that has no more connections says so, and the copy leaves nothing', async () => {
    await to.run(`ALTER ROLE ${to.user} CONNECTION LIMIT 1`);
    try {
      await using source = new PostgresSource(from.endpoint());
      await using destination = new PostgresDestination(to.endpoint());
      const {report} = await runCopy(request({source, destination}), never);
      expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.CONNECT}});
    } finally {
      await to.run(`ALTER ROLE ${to.user} CONNECTION LIMIT -1`);
    }
    expect(await staged(to)).toEqual([]);
  });

  test('a snapshot that is of another server is told', async () => {
    await using session = await Session.open(parseEndpoint(from.endpoint()), never);
    await expect(takeSnapshot(session, {id: '00000003-0000001B-1', name: null}, never)).rejects.toMatchObject({code: ErrorCode.CONNECT, retryable: false, remedy: expect.stringMatching(/the same server/) as string});
  });

  test('a table is cut where its rows are: keys that lie together or apart, of several columns, in partitions', async () => {
    await from.run(`SET ROLE ${from.user}; CREATE TABLE split (id int PRIMARY KEY, label text) PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF split FOR VALUES FROM (0) TO (1000); CREATE TABLE high PARTITION OF split FOR VALUES FROM (1000) TO (100000)`);
    await from.run("INSERT INTO split SELECT n, 'x' FROM generate_series(1, 5000) n; RESET ROLE; ANALYZE");
    await using source = new PostgresSource(from.endpoint());
    const {tables} = await source.discover(never);
    for (const [name, rows] of [['large', 9000], ['pairs', 6000], ['split', 5000]] as const) {
      const schema = tables.find(({table}) => table === name)!;
      const cuts = await source.split(schema, 5, never);
      expect(cuts.length, name).toBe(4);
      const sizes: number[] = [];
      for (const [i, after] of [null, ...cuts].entries()) {
        let size = 0;
        for await (const batch of source.read({schema, after, until: cuts[i] ?? null, maxRows: 1000, maxBytes: 1e7}, never)) size += batch.rows.length;
        sizes.push(size);
      }
      expect(sizes.reduce((sum, size) => sum + size, 0), name).toBe(rows);
      // Small tables are looked at wholly: the parts are as even as can be.
      for (const size of sizes) expect(Math.abs(size - rows / 5), name).toBeLessThanOrEqual(1);
    }
    const total = tables.find(({table}) => table === 'total')!;
    expect(await source.split(total, 5, never), 'a table without a key').toEqual([]);
  });
});
