import {join} from 'node:path';
import {PostgresDestination} from '@sluice/connector-postgres';
import {Secret, type Destination, type RunReport, type Transform} from '@sluice/core';
import {breakableProxy, freshDatabase, randomNumbers, server, type BreakableProxy, type TestDatabase} from '@sluice/testkit';
import pg from 'pg';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {runRefresh, type RefreshJob} from '../src/index.ts';
import {Failing, InjectedFailure, type Failure} from './failing.ts';
import {folders, Lab, never, run} from './lab.ts';
import {memory, type Held} from './stores.ts';

const folder = folders();
const it = await server('postgres');

/** Keys of every kind; one that does not travel, a small table, one without a key, references, a unique index. */
const tables = [
  'CREATE TABLE parent (id INTEGER PRIMARY KEY, x TEXT UNIQUE)', "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 24) INSERT INTO parent SELECT i, 'x' || i FROM c",
  'CREATE TABLE child (a TEXT NOT NULL, b INT NOT NULL, parent INT REFERENCES parent (id), PRIMARY KEY (a, b)) WITHOUT ROWID', "INSERT INTO child SELECT 'Ä' || (id % 5), id, id FROM parent WHERE id < 18",
  'CREATE TABLE hidden (secret INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO hidden SELECT 1000 + id, 'h' || id FROM parent WHERE id < 16",
  'CREATE TABLE small (id INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO small VALUES (1, 'one'), (2, NULL)",
  'CREATE TABLE loose (x TEXT)', 'INSERT INTO loose SELECT x FROM parent WHERE id < 7',
  'ANALYZE',
];

/** Takes a key out, so that nothing of what was written tells where it came from. */
const hiding: Transform = {
  name: 'hiding',
  fingerprint: () => 'hiding',
  plan(schema) {
    const at = schema.columns.findIndex(({name}) => name === 'secret');
    if (at < 0) return {schema, effects: [], apply: batch => batch};
    return {
      schema: {...schema, columns: schema.columns.filter((_, i) => i !== at), primaryKey: []},
      effects: [{column: 'secret', effect: 'dropped', method: 'hiding'}],
      apply(batch) {
        for (const row of batch.rows) row.splice(at, 1);
        return batch;
      },
    };
  },
};

describe.skipIf(it === null)('a full run into PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: BreakableProxy;
  let client: pg.Client;
  const sql = async (text: string): Promise<unknown[][]> => (await client.query<unknown[]>({text, rowMode: 'array'})).rows;
  beforeAll(async () => {
    database = await freshDatabase(it!);
    proxy = await breakableProxy({host: it!.host, port: it!.port});
    client = new pg.Client({connectionString: database.url});
    await client.connect();
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await client?.end();
    await database?.drop();
  });
  beforeEach(async () => {
    await sql(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE parent (id int, x text); INSERT INTO parent VALUES (7, 'old'); CREATE VIEW v AS SELECT x FROM parent; GRANT SELECT ON parent TO PUBLIC;
      CREATE TABLE other (x text)`);
  });

  const open = (): Destination => {
    const url = new URL(database.url);
    url.host = `127.0.0.1:${proxy.port}`;
    const {password} = url;
    url.password = '';
    return new PostgresDestination({url: url.href, ...(password !== '' && {password: new Secret(decodeURIComponent(password))})});
  };
  /** All that is there: relations, columns, constraints, indexes, grants and every row; numbers of the server's own left out. */
  const content = async (): Promise<unknown> => {
    const names = (await sql("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE \"C\"")).map(([name]) => String(name));
    return {
      relations: await sql("SELECT relname, relkind, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname COLLATE \"C\""),
      columns: await sql("SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, attnum"),
      constraints: await sql("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"),
      rows: await Promise.all(names.map(async name => (await sql(`SELECT t::text FROM "${name}" t ORDER BY 1`)).map(([row]) => row))),
    };
  };
  const jobOf = (from: string, held: Held, more: Partial<RefreshJob> = {}) => {
    const lab = new Lab(folder(), {maxRows: 5, commitRows: 10, memory: held, rules: () => [hiding]}, from);
    return {lab, job: {...lab.job('full'), store: null, beside: true, ...more}};
  };
  const full = async (from: string, held: Held, more: Partial<RefreshJob> = {}): Promise<RunReport> => {
    const {lab, job} = jobOf(from, held, more);
    await using source = lab.openSource();
    await using destination = open();
    const {report, cause} = await runRefresh({...job, source, destination}, never);
    if (cause !== undefined) throw cause as Error;
    expect(report.status).toBe('ok');
    expect(held.entries).toEqual([]);
    return report;
  };
  /** A run of which one call fails; with it the server is out of reach, and the process forgets everything but its log. */
  const crash = async (from: string, held: Held, failure: Omit<Failure, 'how'>): Promise<Failing> => {
    const failing = new Failing({how: 'crash', ...failure}, () => proxy.down());
    const {lab, job} = jobOf(from, held);
    try {
      await using source = failing.source(lab.openSource());
      await using destination = failing.destination(open());
      const {cause} = await runRefresh({...job, ...failing.memory(held), store: null, source, destination}, never);
      if (failing.failed !== null && failing.failed !== 'source.read' && !(cause instanceof InjectedFailure)) throw cause as Error;
    } finally {
      proxy.resume();
    }
    return failing;
  };
  const made = (...statements: string[]): string => {
    const from = join(folder(), 'from.db');
    run(from, ...tables, ...statements);
    return from;
  };

  test('makes what an undisturbed one makes, wherever the run before it was cut off', {timeout: 240_000}, async () => {
    const from = made();
    const old = await content();
    await full(from, memory());
    const fresh = await content();
    expect(fresh).not.toEqual(old);
    const {calls} = await crash(from, memory(), {when: 'after'});
    const seen = new Map<string, number>();
    // After a call to the source nothing is otherwise than before it; and what is in no commit is as if it had not been.
    const changing = [...calls.entries()].filter(([, name]) => /^log|^load\.(?!readPlace|countRows|objects|seal)|^destination\.begin|^writer\.commit/.test(name));
    for (const [i, name] of changing) {
      const at = i + 1;
      await sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await sql("CREATE TABLE parent (id int, x text); INSERT INTO parent VALUES (7, 'old'); CREATE VIEW v AS SELECT x FROM parent; GRANT SELECT ON parent TO PUBLIC; CREATE TABLE other (x text)");
      const held = memory();
      const {failed} = await crash(from, held, {at, when: 'after'});
      expect(failed).toBe(name);
      const place = `after call ${at}, ${name}`;
      const rows = (await sql('SELECT x FROM v ORDER BY 1')).length;
      expect([1, 24], place).toContain(rows);
      const again = await full(from, held).catch((error: unknown) => { throw new Error(`the second run failed, ${place}`, {cause: error}); });
      if (again.refresh?.resumed) seen.set(name, again.refresh.rowsKept!);
      expect(await content(), place).toEqual(fresh);
    }
    for (const call of ['log.append', 'writer.commit', 'load.open', 'load.finish', 'load.digestPlaces']) expect([...seen.keys()], call).toContain(call);
    expect(Math.max(...seen.values())).toBe(24 + 17 + 15 + 2 + 6);
  });

  test('and the source changing in between: what is made in the end is what a fresh run makes', {timeout: 240_000}, async () => {
    const random = randomNumbers(11);
    const below = (n: number) => Math.floor(random() * n);
    const changes = [
      () => `UPDATE parent SET x = 'r${below(1e9)}' WHERE id = ${1 + below(24)}`, () => `INSERT OR IGNORE INTO parent VALUES (${1 + below(60)}, 'new${below(1e9)}')`, () => `DELETE FROM hidden WHERE secret = ${1000 + below(16)}`,
      () => `UPDATE hidden SET x = 'r${below(9)}' WHERE secret < ${1000 + below(16)}`, () => `UPDATE child SET a = 'z${below(9)}' WHERE b = ${below(18)}`, () => "INSERT INTO loose VALUES ('more')", () => "UPDATE small SET x = 'two' WHERE id = 2", () => 'SELECT 1',
    ];
    let resumed = 0;
    for (let round = 0; round < 8; round++) {
      await sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const from = made();
      const held = memory();
      for (let crashes = 1 + below(3); crashes > 0; crashes--) {
        await crash(from, held, {at: 1 + below(90), when: random() < 0.5 ? 'before' : 'after'});
        if (random() < 0.8) run(from, changes[below(changes.length)]!(), changes[below(changes.length)]!());
      }
      const report = await full(from, held);
      if (report.refresh?.resumed) resumed++;
      const found = await content();
      await full(from, memory());
      expect(found, `round ${round}`).toEqual(await content());
    }
    expect(resumed).toBeGreaterThan(3);
  });

  test('goes on inside a table: only what a crash had not committed is read again, and only what changed', async () => {
    const from = made();
    const held = memory();
    // The last table but one segment.
    let appended = 0;
    const {lab, job} = jobOf(from, held);
    {
      await using source = lab.openSource();
      await using destination = open();
      const progressLog = {...held.progressLog, async append(entry: object) {
        await held.progressLog.append(entry);
        if ('table' in entry && entry.table === 'parent' && ++appended === 2) proxy.down();
      }};
      const {cause} = await runRefresh({...job, progressLog, source, destination}, never);
      expect(cause).toMatchObject({code: 'SLUICE_CONNECT'});
      proxy.resume();
    }
    // No key leaves the source's side: what lies at the destination is rows as they are written, and numbers of chunks.
    expect((await sql("SELECT DISTINCT attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relname LIKE '\\_sluice\\_new%' AND relkind = 'r' AND attnum > 0 AND attname NOT IN ('id', 'x', 'a', 'b', 'parent')")).map(([name]) => name)).toEqual(['_sluice_chunk']);
    run(from, "UPDATE parent SET x = 'new' WHERE id = 3");
    const report = await full(from, held);
    const table = report.tables.find(({name}) => name === 'parent')!;
    // The chunk of the changed row, and the four rows that were not there yet.
    expect(table).toMatchObject({rowsRead: 5 + 4, verified: true, change: {rows: 24}});
    expect(report.refresh).toMatchObject({resumed: true, rowsKept: expect.any(Number)});
    expect(await sql('SELECT count(*)::int, count(*) FILTER (WHERE x = \'new\')::int FROM parent')).toEqual([[24, 1]]);
  });

  test('what another load used since, or a run of other rules had begun, is not gone on with', async () => {
    const from = made();
    const cutOff = async () => {
      const held = memory();
      for (let at = 60; held.entries.length < 8; at += 5) await crash(from, held, {at, when: 'after'});
      return held;
    };
    const first = await cutOff();
    await full(from, memory());
    expect((await full(from, first)).refresh).toBeUndefined();
    const second = await cutOff();
    expect((await full(from, second, {transforms: [{...hiding, fingerprint: () => 'otherwise'}]})).refresh).toBeUndefined();
    expect(await sql("SELECT relname FROM pg_class WHERE relname LIKE '\\_sluice\\_%'")).toEqual([]);
  });

  test('a run shorter than what is kept asks nothing of the source and leaves no log; a longer one tells all of it', async () => {
    const from = made();
    const digests: string[] = [];
    const attempt = async (keepAfterMs: number, until: (appended: number) => boolean) => {
      const held = memory();
      const {lab, job} = jobOf(from, held, {keepAfterMs});
      let now = 0;
      let moved = 0;
      await using inner = lab.openSource();
      await using destination = open();
      const source = {...inner, digestRanges: async (...request: Parameters<NonNullable<typeof inner.digestRanges>>) => {
        digests.push(request[0].map(({schema}) => schema.table).join());
        return await inner.digestRanges!(...request);
      }};
      const {cause} = await runRefresh({
        ...job, source, destination, clock: {now: () => new Date(0), monotonic: () => now},
        progress({stage}) {
          if (stage !== 'copy') return;
          now += 100;
          if (until(++moved)) proxy.down();
        },
      }, never);
      proxy.resume();
      return {held, cause};
    };
    const short = await attempt(60_000, moved => moved === 12);
    expect(short.cause).toBeDefined();
    expect([short.held.entries, digests]).toEqual([[], []]);
    const long = await attempt(600, moved => moved === 12);
    expect(long.cause).toBeDefined();
    expect(digests.length).toBeGreaterThan(0);
    expect((await full(from, long.held)).refresh).toMatchObject({resumed: true});
  });
});
