import {CANARY, expectNoLeak, rejection, until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {QueryRequest} from '@sluice/core';
import {PostgresQuerier} from '../src/querier.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
/** Long enough for a machine that is busy. */
const PATIENCE_MS = 60_000;
vi.setConfig({testTimeout: 4 * PATIENCE_MS});

describe.skipIf(postgres === null)('a question to PostgreSQL', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run(`CREATE TABLE t (id int PRIMARY KEY, species text); INSERT INTO t SELECT i, CASE i % 3 WHEN 0 THEN 'Cat' ELSE 'Dog' END FROM generate_series(1, 1200) i; ALTER TABLE t OWNER TO ${lab.user}`);
    await lab.run(`CREATE SEQUENCE s; ALTER SEQUENCE s OWNER TO ${lab.user}`);
    await lab.run("CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS $$BEGIN PERFORM set_config('transaction_read_only', 'off', true); DELETE FROM t; RETURN 1; END$$");
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  const ask = async (sql: string, more: Partial<QueryRequest> = {}, stop = signal) => {
    await using querier = new PostgresQuerier(lab.endpoint());
    return await querier.query({sql, name: 'report r', maxRows: 1000, maxBytes: 1e6, timeoutMs: 60_000, ...more}, stop);
  };
  const count = async () => (await lab.rows('SELECT count(*) FROM t'))[0]![0];

  test('has its answer in the canonical form of its types', async () => {
    expect(await ask(`WITH x AS (SELECT 9007199254740993 AS big) SELECT big, 2::int2 AS small, 0.10::numeric AS money, 0.1::float8 AS f, 1.1::float4 AS f4, true AS yes, NULL::text AS nothing,
      date '2020-02-29' AS day, timestamp(3) '2020-01-01 00:00:00' AS moment, timestamptz '2020-01-01 02:00:00+02' AS instant, '\\x00ff'::bytea AS raw, '{"a": 1}'::json AS doc, '\u{1F600} ' || chr(27) AS words, 'NaN'::numeric AS nan FROM x;`)).toEqual({
      columns: [
        {name: 'big', type: 'int'}, {name: 'small', type: 'int'}, {name: 'money', type: 'decimal'}, {name: 'f', type: 'float'}, {name: 'f4', type: 'float'}, {name: 'yes', type: 'bool'}, {name: 'nothing', type: 'text'},
        {name: 'day', type: 'date'}, {name: 'moment', type: 'timestamp'}, {name: 'instant', type: 'timestamptz'}, {name: 'raw', type: 'bytes'}, {name: 'doc', type: 'json'}, {name: 'words', type: 'text'}, {name: 'nan', type: 'decimal'},
      ],
      rows: [[9007199254740993n, 2, '0.10', 0.1, Math.fround(1.1), true, null, '2020-02-29', '2020-01-01 00:00:00.000', '2020-01-01 00:00:00', new Uint8Array([0, 255]), '{"a": 1}', '\u{1F600} \u001b', 'NaN']],
      isTruncated: false,
    });
  });

  test.each([['no row', 'SELECT id FROM t WHERE false', 0], ['several pages', 'SELECT id FROM t WHERE id <= 1000', 1000], ['a VALUES', 'VALUES (1), (2)', 2], ['a comment at the end', 'TABLE t -- all of it', 1000]])('with %s', async (_, sql, rows) => {
    const result = await ask(sql);
    expect(result.columns.length).toBeGreaterThan(0);
    expect(result.rows).toHaveLength(rows);
    expect(result.isTruncated).toBe(sql.startsWith('TABLE'));
  });

  test('says when there are more rows, or bytes, than were asked for', async () => {
    const ids = (result: {readonly rows: readonly unknown[][]}) => result.rows.map(row => row[0]);
    const few = await ask('SELECT id FROM t ORDER BY id', {maxRows: 3});
    expect([ids(few), few.isTruncated]).toEqual([[1, 2, 3], true]);
    const all = await ask('SELECT id FROM t WHERE id < 4 ORDER BY id', {maxRows: 3});
    expect([ids(all), all.isTruncated]).toEqual([[1, 2, 3], false]);
    const short = await ask("SELECT repeat('x', 1000) FROM t", {maxBytes: 10_500});
    expect([short.rows.length, short.isTruncated]).toEqual([11, true]);
  });

  test.each([
    ['a second statement', 'SELECT 1; DELETE FROM t', 'SLUICE_CONFIG', /more than one statement/],
    ['a second statement that our own reading misses', "SELECT E'a'; DELETE FROM t", 'SLUICE_SCHEMA', /no valid SQL.*42601/],
    ['a DELETE', 'DELETE FROM t', 'SLUICE_CONFIG', /begins with DELETE/],
    ['a COMMIT', 'COMMIT', 'SLUICE_CONFIG', /begins with COMMIT/],
    ['a DELETE within a WITH', 'WITH gone AS (DELETE FROM t RETURNING id) SELECT * FROM gone', 'SLUICE_SCHEMA', /does not support/],
    ['a SELECT INTO', 'SELECT * INTO other FROM t', 'SLUICE_SCHEMA', /SQL/],
    ['a lock on rows', 'SELECT id FROM t FOR UPDATE', 'SLUICE_CONFIG', /would write.*25006/],
    ['a sequence', "SELECT nextval('s')", 'SLUICE_CONFIG', /would write.*25006/],
    ['a function that writes', 'SELECT writes()', 'SLUICE_SCHEMA', /./],
    ['a way out of reading only', "SELECT set_config('transaction_read_only', 'off', false), nextval('s')", 'SLUICE_SCHEMA', /./],
    ['nothing', ' -- nothing', 'SLUICE_CONFIG', /is empty/],
    ['no SQL', 'SELECT species\n  FORM t', 'SLUICE_SCHEMA', /report r: it is no valid SQL, at line 2, column 8 \(SQLSTATE 42601\)/],
    ['a column that is not there', "SELECT '\u{1F600}', speceis FROM t", 'SLUICE_SCHEMA', /a column does not exist, at line 1, column 14 \(SQLSTATE 42703\)/],
    ['a table that is not there', 'SELECT 1 FROM pets', 'SLUICE_SCHEMA', /table does not exist, at line 1, column 15/],
    ['a computation that fails', 'SELECT 1 / (id - 700) FROM t', 'SLUICE_VALUE', /computing it fails \(SQLSTATE 22012\)/],
  ])('is refused when it is %s, and nothing has changed', async (_, sql, code, says) => {
    const error = await rejection(ask(sql));
    expect(error).toMatchObject({code, message: expect.stringMatching(says) as string, retryable: false});
    expect(await count()).toBe('1200');
    expect(await lab.rows('SELECT is_called FROM s')).toEqual([['f']]);
  });

  test('shows no value of a row when it fails', async () => {
    const error = await rejection(ask(`SELECT CAST(species || '${CANARY}' AS int) FROM t`));
    expect(error).toMatchObject({code: 'SLUICE_VALUE'});
    expectNoLeak(error, CANARY);
  });

  test('ends when its time is over, and when it is aborted, and the server computes no longer', async () => {
    const slow = 'SELECT pg_sleep(3600)';
    expect(await rejection(ask(slow, {timeoutMs: 300}))).toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: expect.stringContaining('report r: it did not end within 0.3 s') as string});
    const stop = new AbortController();
    const asked = rejection(ask(slow, {}, stop.signal));
    await until('the server computes', async () => (await lab.rows(`SELECT count(*) FROM pg_stat_activity WHERE usename = '${lab.user}' AND state = 'active' AND wait_event = 'PgSleep'`))[0]![0] === '1', PATIENCE_MS);
    stop.abort();
    expect(await asked).toMatchObject({name: 'AbortError'});
    await until('the connection is gone', async () => await lab.backends() === 0, PATIENCE_MS);
  });
});
