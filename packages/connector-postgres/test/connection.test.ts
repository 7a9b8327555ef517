import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import pg from 'pg';
import {Secret, type Position, type Row, type Schema} from '@sluice/core';
import {expectNoLeak} from '@sluice/testkit';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {classify} from '../src/errors.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const LIMITS = {maxRows: 10, maxBytes: 1e6};

describe('errors', () => {
  test('are told by SQLSTATE, without the words of the server, which quote values', () => {
    const native = Object.assign(new Error('duplicate key (a)=(secret)'), {code: '23505', severity: 'ERROR', detail: 'secret', column: 'a'});
    const error = classify(native, {table: 't'});
    expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'a'}, retryable: false});
    expectNoLeak(error, 'secret');
    expect(classify({code: '08006', severity: 'FATAL'}, 'x')).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    expect(classify({code: '22XXX', severity: 'ERROR'}, 'x')).toMatchObject({code: 'SLUICE_VALUE'});
    expect(classify({code: '99ZZZ', severity: 'ERROR'}, 'x')).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('99ZZZ')});
    expect(classify(Object.assign(new Error(), {code: 'EPIPE'}), 'x')).toMatchObject({code: 'SLUICE_CONNECT'});
    const mistake = new TypeError('x is not a function');
    expect(classify(mistake, 'x')).toBe(mistake);
  });
});

describe.skipIf(postgres === null)('a server', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run("CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t SELECT i, 'note ' || i FROM generate_series(1, 100) i");
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  const all = async (source: PostgresSource, schema: Schema, range: {after?: Position | null; until?: Position | null; limit?: number} = {}) => {
    const rows: Row[] = [];
    const positions: Position[] = [];
    for await (const batch of source.read({schema, after: null, ...range, ...LIMITS}, signal)) {
      rows.push(...batch.rows);
      positions.push(batch.position!);
    }
    return {rows, positions};
  };
  const discovered = async (source: PostgresSource, name: string) => (await source.discover(signal)).tables.find(({table}) => table === name)!;

  test.each([
    ['nothing listens', (url: URL) => { url.port = '1'; }, 'SLUICE_CONNECT'],
    ['an unknown host', (url: URL) => { url.hostname = 'no-such-host.invalid'; }, 'SLUICE_CONNECT'],
    ['an unknown database', (url: URL) => { url.pathname = '/nowhere'; }, 'SLUICE_CONNECT'],
    ['no socket', (url: URL) => { url.hostname = 'localhost'; url.search = '?host=/nowhere'; }, 'SLUICE_CONNECT'],
    ['encryption that the server has not', (url: URL) => { url.search = '?sslmode=require'; }, 'SLUICE_CONNECT'],
    ['a file of a certificate that is not there', (url: URL) => { url.search = '?sslmode=verify-full&sslrootcert=/nowhere'; }, 'SLUICE_CONFIG'],
  ])('%s: a classified error', async (_, change, code) => {
    const url = new URL(lab.endpoint().url);
    change(url);
    await using source = new PostgresSource({...lab.endpoint(), url: url.href});
    await expect(source.discover(signal)).rejects.toMatchObject({name: 'PipelineError', code});
    expect(await source.check(signal)).toHaveLength(1);
  });

  test('without a password, and with encryption if there is any', async () => {
    await using nobody = new PostgresSource({url: lab.endpoint().url});
    await expect(nobody.discover(signal)).rejects.toMatchObject({code: 'SLUICE_AUTH', message: expect.stringContaining('wants a password')});
    await using source = new PostgresSource(lab.endpoint('?sslmode=prefer'));
    expect(await discovered(source, 't')).toBeDefined();
  });

  test('a server that does not answer is given up after connectTimeout', async () => {
    lab.proxy.goSilent();
    try {
      await using source = new PostgresSource(lab.endpoint('?connectTimeout=0.3'));
      await expect(source.discover(signal)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    } finally {
      lab.proxy.resume();
    }
  });

  test('ranges: after, until and limit, for keys of text in the order of bytes', async () => {
    await lab.run('CREATE COLLATION IF NOT EXISTS german (provider = icu, locale = \'de\')');
    await lab.run('CREATE TABLE words (word text COLLATE german, n int, note text, PRIMARY KEY (word, n))');
    const words = ['b', 'A', 'a', 'ä', 'Z', 'ß', 'ss', '', "o'k", 'back\\'];
    for (const word of words) for (const n of [2, 1]) await lab.run('INSERT INTO words VALUES ($1, $2, $3)', [word, n, null]);
    await using source = new PostgresSource(lab.endpoint());
    const schema = await discovered(source, 'words');
    const {rows} = await all(source, schema);
    const sorted = words.flatMap(word => [1, 2].map((n): Row => [word, n, null])).sort((a, b) => Buffer.compare(Buffer.from(a[0] as string), Buffer.from(b[0] as string)) || (a[1] as number) - (b[1] as number));
    expect(rows).toEqual(sorted);
    const positions = sorted.map(([word, n]) => JSON.stringify([word, String(n)]) as Position);
    for (const [after, until] of [[3, 7], [0, 19], [5, 5], [7, 3]] as const) {
      expect((await all(source, schema, {after: positions[after]!, until: positions[until]!})).rows, `${after} to ${until}`).toEqual(sorted.slice(after + 1, Math.max(until + 1, after + 1)));
    }
    expect((await all(source, schema, {after: positions[3]!, limit: 2})).rows).toEqual(sorted.slice(4, 6));
  });

  test('keys of every kind, where the database orders text by a locale', async () => {
    const name = `${lab.database}_icu`;
    await lab.run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'de'`);
    const url = new URL(lab.server.url);
    url.pathname = `/${name}`;
    const client = new pg.Client({connectionString: url.href});
    await client.connect();
    try {
      const keys: Readonly<Record<string, readonly string[]>> = {
        text: ['b', 'A', 'a', 'ä', 'Z', 'ß', '', 'B'], 'varchar(9)': ['b', 'A', 'a', 'Z'], mood: ['sad', 'great', 'fine'], uuid: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '00000000-0000-0000-0000-000000000000'], interval: ['1 day', '-00:00:01', '1 mon'],
        inet: ['10.0.0.1', '9.0.0.0/8'], 'text[]': ['{b}', '{A,c}', '{a}'], numeric: ['10', '9.5', 'NaN'], timestamptz: ['2020-01-01 00:00:00+00', 'infinity', '0044-03-15 12:00:00+00 BC'], bytea: ['\\xff', '\\x00'], boolean: ['t', 'f'], 'char(3)': ['b', 'A', 'a'],
        float8: ['0.1', '-Infinity', 'NaN', '5e-324'], 'bit(2)': ['01', '10'],
      };
      await client.query("CREATE TYPE mood AS ENUM ('sad', 'fine', 'great')");
      const names = Object.keys(keys).map((type, i) => [`k${i}`, type] as const);
      for (const [table, type] of names) {
        await client.query(`CREATE TABLE ${table} (k ${type} PRIMARY KEY, n int)`);
        for (const [i, key] of keys[type]!.entries()) await client.query(`INSERT INTO ${table} VALUES ($1, ${i})`, [key]);
      }
      const password = new Secret(decodeURIComponent(url.password));
      url.password = '';
      await using source = new PostgresSource({url: url.href, password});
      const {tables} = await source.discover(signal);
      for (const [table, type] of names) {
        const schema = tables.find(each => each.table === table)!;
        const read = async (after: Position | null) => {
          const seen: {readonly n: unknown; readonly position: Position}[] = [];
          for await (const {rows, position} of source.read({schema, after, maxRows: 1, maxBytes: 1e6}, signal)) seen.push({n: rows[0]![1], position: position!});
          return seen;
        };
        const whole = await read(null);
        expect(whole, type).toHaveLength(keys[type]!.length);
        for (const [i, {position}] of whole.entries()) expect(await read(position), `${type} after ${i}`).toEqual(whole.slice(i + 1));
      }
      // Text by its bytes, whatever the locale.
      expect((await all(source, tables.find(each => each.table === 'k0')!)).rows.map(row => row[0])).toEqual(['', 'A', 'B', 'Z', 'a', 'b', 'ß', 'ä']);
    } finally {
      await client.end();
      await lab.run(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  test('a table that was read is let go, so that its owner may alter it; what was snapped stays', async () => {
    await using source = new PostgresSource(lab.endpoint());
    const schema = await discovered(source, 't');
    for await (const _ of source.read({schema, after: null, ...LIMITS}, signal)) break;
    await lab.run("SET lock_timeout = '2s'; ALTER TABLE t ADD more int; ALTER TABLE t DROP more; DELETE FROM t WHERE id > 50; RESET lock_timeout");
    expect((await all(source, schema)).rows).toHaveLength(100);
    expect(source.snapshot).toMatch(/^snapshot:\d+:\d+:/);
  });

  test('a table that somebody has locked is waited for as long as the URL says, then named', async () => {
    await using source = new PostgresSource(lab.endpoint('?lockTimeout=0.3'));
    const schema = await discovered(source, 't');
    await lab.run('BEGIN; LOCK TABLE t');
    try {
      await expect(all(source, schema)).rejects.toMatchObject({code: 'SLUICE_LOCKED', retryable: true, context: {table: 't'}});
    } finally {
      await lab.run('ROLLBACK');
    }
    expect((await all(source, schema)).rows.length).toBeGreaterThan(0);
  });

  test('a statement that runs longer than statementTimeout is told', async () => {
    await lab.run('CREATE FUNCTION slowly(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS \'begin perform pg_sleep(5); return $1; end\'');
    await using destination = new PostgresDestination(lab.endpoint('?statementTimeout=0.3'));
    const schema: Schema = {table: 'fresh', primaryKey: [], columns: [{name: 'a', type: 'int', nullable: true, default: {kind: 'expression', dialect: 'postgres', sql: 'slowly(1)'}}],
      indexes: [{name: 'slow_index', unique: false, parts: [{column: null, expression: {dialect: 'postgres', sql: 'slowly(a)'}}]}]};
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    await using writer = await load.open(schema, signal);
    await writer.write({rows: [[1]], position: null});
    await writer.commit(null);
    await expect(load.finish(signal)).rejects.toMatchObject({code: 'SLUICE_CONNECT', message: expect.stringContaining('57014')});
  });

  test('text that is not UTF-8, in a database that does not care, is an error with its row, never replaced', async () => {
    const name = `${lab.database}_ascii`;
    await lab.run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`);
    const url = new URL(lab.server.url);
    url.pathname = `/${name}`;
    const client = new pg.Client({connectionString: url.href});
    await client.connect();
    try {
      await client.query("CREATE TABLE old (id int PRIMARY KEY, note text); INSERT INTO old VALUES (1, 'fine'), (2, convert_from('\\xe9', 'SQL_ASCII') || 'secret')");
      const password = new Secret(decodeURIComponent(url.password));
      url.password = '';
      await using source = new PostgresSource({url: url.href, password});
      const schema = (await source.discover(signal)).tables[0]!;
      const error: unknown = await all(source, schema).catch((reason: unknown) => reason);
      expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'old', row: 1}});
      expectNoLeak(error, 'secret');
    } finally {
      await client.end();
      await lab.run(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  test('settings of the user and of the database change nothing that is read', async () => {
    await lab.run(`CREATE TABLE moody (id int PRIMARY KEY, at timestamptz, day date, i interval, f float8, b bytea, x xml);
      INSERT INTO moody VALUES (1, '2020-06-01 12:00:00+00', '2020-06-01', '-1 day 02:00:00', 0.1::float8 + 0.2, '\\x00ff', '<a/>')`);
    for (const setting of ["TimeZone = 'Asia/Tokyo'", "DateStyle = 'SQL, DMY'", "IntervalStyle = 'sql_standard'", 'extra_float_digits = 0', "bytea_output = 'escape'", 'default_transaction_isolation = serializable', 'search_path = nowhere, public', 'standard_conforming_strings = off', "statement_timeout = '100min'", "client_encoding = 'LATIN1'"]) {
      await lab.run(`ALTER ROLE ${lab.user} SET ${setting}`);
    }
    try {
      await using source = new PostgresSource(lab.endpoint());
      expect((await all(source, await discovered(source, 'moody'))).rows).toEqual([[1, '2020-06-01 12:00:00', '2020-06-01', '-1 days +02:00:00', 0.30000000000000004, Uint8Array.of(0, 255), '<a/>']]);
    } finally {
      await lab.run(`ALTER ROLE ${lab.user} RESET ALL`);
    }
  });

  test('the environment of the driver does not count', async () => {
    const names = ['PGOPTIONS', 'PGPASSWORD', 'PGUSER', 'PGDATABASE', 'PGSSLMODE'];
    const kept = names.map(name => process.env[name]);
    Object.assign(process.env, {PGOPTIONS: '-c search_path=nowhere', PGPASSWORD: 'x', PGUSER: 'nobody', PGDATABASE: 'nowhere', PGSSLMODE: 'require'});
    try {
      await using source = new PostgresSource(lab.endpoint());
      expect(await discovered(source, 't')).toBeDefined();
      await using without = new PostgresSource({url: lab.endpoint().url});
      await expect(without.discover(signal)).rejects.toMatchObject({code: 'SLUICE_AUTH', message: expect.stringContaining('wants a password')});
    } finally {
      for (const [i, name] of names.entries()) {
        if (kept[i] === undefined) delete process.env[name];
        else process.env[name] = kept[i];
      }
    }
  });

  test('overwrites: the same database and schema, by whatever address', async () => {
    await lab.run('CREATE SCHEMA IF NOT EXISTS second');
    await using source = new PostgresSource(lab.endpoint());
    const identity = await source.identity(signal);
    await using same = new PostgresDestination({...lab.endpoint(), url: lab.endpoint().url.replace('127.0.0.1', 'localhost')});
    await using other = new PostgresDestination(lab.endpoint('?schema=second'));
    expect([await same.overwrites(identity, signal), await other.overwrites(identity, signal)]).toEqual([await mayAskNumber(lab), false]);
  });

  test('a destination that cannot be written: a privilege, a temporary table', async () => {
    await lab.run(`CREATE SCHEMA closed; GRANT USAGE ON SCHEMA closed TO ${lab.user}`);
    await using destination = new PostgresDestination(lab.endpoint('?schema=closed'));
    expect(await destination.check(signal)).toMatchObject([{message: expect.stringContaining('GRANT CREATE')}]);
    const tables: Schema[] = [{table: 'x', primaryKey: [], columns: [{name: 'a', type: 'int', nullable: true}]}];
    await expect(destination.begin({catalog: {tables, views: [], others: []}, mode: 'replace'}, signal)).rejects.toMatchObject({code: 'SLUICE_AUTH', context: {table: 'x'}});
  });
});

/** Who may not ask for the cluster's number knows a server by its address only. */
const mayAskNumber = async (lab: Lab) => (await lab.rows(`SELECT has_function_privilege('${lab.user}', 'pg_control_system()', 'EXECUTE')`))[0]![0] === 't';
