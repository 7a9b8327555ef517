import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {bytesDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type RawRows, type Schema, type Source, type Transform} from '@sluice/core';
import {runCopy, type CopyRequest} from '@sluice/engine';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
/** Every type whose bytes pass. */
const COLUMNS = `id int, part text COLLATE "C", b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(9,3), t text, v varchar(9), c char(5), raw bytea, d date, ti time,
  tz timetz, ts timestamp(3), tstz timestamptz, iv interval, js json, jb jsonb, u uuid, bits bit(3), vb varbit, ip inet, net cidr, mac macaddr, mac8 macaddr8`;
const ROWS = `SELECT n, chr(65 + n % 26) || n, n % 2 = 0, n % 100, n * 9000000000000, n / 3.0, n / 7.0, n / 9.0, n / 11.0, repeat('tab' || chr(9) || 'back\\slash' || chr(10) || chr(128512), n % 9), 'v' || n, 'c',
  decode(lpad(to_hex(n), 8, '0'), 'hex'), '4713-01-01 BC'::date + n, '24:00', '01:02:03+04', 'infinity', '-infinity', make_interval(months => n, secs => n / 3.0), '{"a" : 1}', '{"b": [1]}',
  md5(n::text)::uuid, '101', '11', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05' FROM generate_series(1, 3000) n`;
const NULLS = "INSERT INTO origin.t (id, part, f4, f8, n, t) VALUES (-1, 'nulls', 'NaN', '-0', 'NaN', '')";

describe.skipIf(postgres === null)('bytes that pass untouched', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => {
    await lab.killAll();
    await lab.run(`DROP SCHEMA IF EXISTS origin, shared CASCADE; CREATE SCHEMA origin AUTHORIZATION ${lab.user}; DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${lab.user}`);
  });

  async function copy(more: Partial<CopyRequest> = {}, source: Source = new PostgresSource(lab.endpoint('?schema=origin'))) {
    await using from = source;
    await using destination = new PostgresDestination(lab.endpoint('?schema=public'));
    return (await runCopy({tool: {name: 'test', version: '0'}, source: from, destination, ...more}, signal)).report;
  }
  const contents = (table: string) => lab.rows(`SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${table} t`);

  test('arrive as they are, with the key, are proved, and the report says in which format', async () => {
    await lab.run(`CREATE TABLE origin.t (${COLUMNS}, PRIMARY KEY (part, id)); INSERT INTO origin.t ${ROWS}; ${NULLS}`);
    const report = await copy();
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(report.tables[0]).toMatchObject({
      rowsRead: 3001, rowsWritten: 3001, verified: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/), rawFormat: expect.stringMatching(/^postgresql\/copy-binary \d+ UTF8$/),
    });
    expect(report.verification).toEqual({status: 'passed', tables: 1, rows: 3001});
    expect(await contents('public.t')).toEqual(await contents('origin.t'));
    expect(await lab.rows("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype <> 'n'")).toEqual([['t_pkey', 'PRIMARY KEY (part, id)']]);
    // NOT NULL is a constraint with a name since PostgreSQL 18.
    expect((await lab.rows("SELECT conname FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype = 'n' AND conname NOT IN ('t_id_not_null', 't_part_not_null')"))).toEqual([]);
    // The same again over what is live, without looking back.
    expect((await copy({verify: false})).tables[0]).toMatchObject({rowsWritten: 3001, verified: false, digest: null, rawFormat: expect.any(String)});
    expect(await contents('public.t')).toEqual(await contents('origin.t'));
  });

  const untouched: Transform = {name: 'looks', plan: schema => ({schema, effects: [], apply: batch => batch})};
  test.each([
    ['a transform', 'CREATE TABLE origin.t (id int PRIMARY KEY, a text)', "(1, 'x')", {transforms: [untouched]}],
    ['a condition', 'CREATE TABLE origin.t (id int PRIMARY KEY, a text)', "(1, 'x'), (2, 'y')", {reads: () => ({where: ['id < 2']})}],
    ['an enumeration', "CREATE TYPE origin.e AS ENUM ('x'); CREATE TABLE origin.t (id int PRIMARY KEY, a origin.e)", "(1, 'x')", {}],
    ['an array', 'CREATE TABLE origin.t (id int PRIMARY KEY, a text[])', "(1, '{x}')", {}],
    ['a generated column', 'CREATE TABLE origin.t (id int PRIMARY KEY, a text GENERATED ALWAYS AS (id::text) STORED)', '(1, DEFAULT)', {}],
    ['no key', 'CREATE TABLE origin.t (id int, a text)', "(1, 'x')", {}],
  ] as [string, string, string, Partial<CopyRequest>][])('%s: rows are read, and arrive all the same', async (_name, create, values, more) => {
    await lab.run(`${create}; INSERT INTO origin.t VALUES ${values}`);
    const report = await copy(more);
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(report.tables[0]).toMatchObject({rowsWritten: 1, verified: true});
    expect(report.tables[0]!.rawFormat).toBeUndefined();
    expect(await lab.rows('SELECT id FROM public.t')).toEqual([['1']]);
  });

  test('a row that is refused is told by its number, as if rows had been read', async () => {
    await lab.run('CREATE SCHEMA shared; GRANT USAGE ON SCHEMA shared TO PUBLIC; CREATE DOMAIN shared.small AS int; CREATE TABLE origin.t (id int PRIMARY KEY, a shared.small); INSERT INTO origin.t SELECT n, n FROM generate_series(1, 50) n; ALTER DOMAIN shared.small ADD CHECK (value <> 40) NOT VALID');
    const report = await copy();
    expect(report.tables[0]).toMatchObject({status: 'failed', error: {code: 'SLUICE_VALUE', table: 't', row: 39}});
    expect(await lab.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([]);
  });

  test('a refusal that comes while bytes are under way leaves the source free to read rows', async () => {
    await lab.run("CREATE TABLE origin.t (id int PRIMARY KEY, a text); INSERT INTO origin.t SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n");
    await using source = new PostgresSource(lab.endpoint('?schema=origin'));
    await using destination = new PostgresDestination(lab.endpoint('?schema=public'));
    const begin = destination.begin.bind(destination);
    destination.begin = async (request, stop) => {
      const load = await begin(request, stop);
      load.writeRaw = async (_schema, bytes) => {
        await bytes[Symbol.asyncIterator]().next();
        throw new PipelineError(ErrorCode.VALUE, 'a row is refused', {table: 't'});
      };
      return load;
    };
    const {report} = await runCopy({tool: {name: 'test', version: '0'}, source, destination}, signal);
    expect(report.status, JSON.stringify(report.error)).toBe('ok');
    expect(report.tables[0]).toMatchObject({rowsRead: 5000, rowsWritten: 5000, verified: true});
    expect(report.tables[0]!.rawFormat).toBeUndefined();
  });

  test('a table that may not be read is told with what to grant, as when rows are read', async () => {
    await lab.run('CREATE TABLE origin.t (id int PRIMARY KEY); INSERT INTO origin.t VALUES (1); ALTER TABLE origin.t ENABLE ROW LEVEL SECURITY');
    const report = await copy();
    expect(report.tables[0]).toMatchObject({status: 'failed', error: {code: 'SLUICE_AUTH', table: 't', remedy: expect.stringContaining('BYPASSRLS')}});
  });

  test('one value changed at the destination, and the bytes that come back are others', async () => {
    await lab.run('CREATE TABLE origin.t (id int PRIMARY KEY, a int); INSERT INTO origin.t SELECT n, n FROM generate_series(1, 500) n');
    await using source = new PostgresSource(lab.endpoint('?schema=origin'));
    const catalog = await source.discover(signal);
    const schema: Schema = catalog.tables[0]!;
    await using destination = new PostgresDestination(lab.endpoint('?schema=public'));
    await using load = await destination.begin({catalog, mode: 'replace'}, signal);
    expect(await load.rawFormat!(schema, signal)).toEqual(await source.rawFormat(schema, signal));
    expect(await load.writeRaw!(schema, source.readRaw(schema, signal), signal)).toEqual({rows: 500});
    const digested = async (raw: RawRows) => {
      const digester = bytesDigester('f');
      for await (const bytes of raw) digester.update(bytes);
      return digester.finish(raw.rows);
    };
    const written = await digested(source.readRaw(schema, signal));
    expect(written.rows).toBe(500);
    expect(await digested(load.readBackRaw!(schema, signal))).toEqual(written);
    const [staged] = (await lab.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))[0]!;
    await lab.run(`UPDATE public."${staged}" SET a = 7 WHERE id = 300`);
    expect(await digested(load.readBackRaw!(schema, signal))).toMatchObject({rows: 500, digest: expect.not.stringMatching(written.digest)});
    await lab.run(`DELETE FROM public."${staged}" WHERE id = 300`);
    expect((await digested(load.readBackRaw!(schema, signal))).rows).toBe(499);
  });

  test('left in the middle, the source reads on, and the table is as empty as before', async () => {
    await lab.run("CREATE TABLE origin.t (id int PRIMARY KEY, a text); INSERT INTO origin.t SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n");
    await using source = new PostgresSource(lab.endpoint('?schema=origin'));
    const catalog = await source.discover(signal);
    const schema = catalog.tables[0]!;
    await using destination = new PostgresDestination(lab.endpoint('?schema=public'));
    await using load = await destination.begin({catalog, mode: 'replace'}, signal);
    async function* failing() {
      for await (const bytes of source.readRaw(schema, signal)) {
        yield bytes;
        throw new Error('out of paper');
      }
    }
    await expect(load.writeRaw!(schema, failing(), signal)).rejects.toThrow('out of paper');
    let rows = 0;
    for await (const batch of load.readBack(schema, {maxRows: 100, maxBytes: 1e6}, signal)) rows += batch.rows.length;
    expect(rows).toBe(0);
    const raw = source.readRaw(schema, signal);
    expect(await load.writeRaw!(schema, raw, signal)).toEqual({rows: 5000});
  });
});
