import {join} from 'node:path';
import {ErrorCode, PipelineError, type RunReport, type Transform} from '@sluice/core';
import {randomNumbers} from '@sluice/testkit';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {runRefresh, type RefreshJob} from '../src/index.ts';
import {Failing, InjectedFailure, type Failure} from './failing.ts';
import {folders, Lab, never, run} from './lab.ts';
import {systems, type System} from './server-systems.ts';
import {memory, type Held} from './stores.ts';

const folder = folders();

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

describe.for(systems.map(system => [system.name, system] as const))('a full run into %s', ([, {step, rounds, open}]) => {
  let system: System;
  beforeAll(async () => { system = await open(); });
  afterAll(async () => { await system?.[Symbol.asyncDispose](); });
  beforeEach(() => system.reset());

  const jobOf = (from: string, held: Held, more: Partial<RefreshJob> = {}) => {
    const lab = new Lab(folder(), {maxRows: 5, commitRows: 10, memory: held, rules: () => [hiding]}, from);
    return {lab, job: {...lab.job('full'), store: null, beside: true, ...more}};
  };
  const full = async (from: string, held: Held, more: Partial<RefreshJob> = {}): Promise<RunReport> => {
    const {lab, job} = jobOf(from, held, more);
    await using source = lab.openSource();
    await using destination = system.destination();
    const {report, cause} = await runRefresh({...job, source, destination}, never);
    if (cause !== undefined) throw cause as Error;
    expect(report.status).toBe('ok');
    expect(held.entries).toEqual([]);
    return report;
  };
  /** A run of which one call fails; with it the server is out of reach, and the process forgets everything but its log. */
  const crash = async (from: string, held: Held, failure: Omit<Failure, 'how'>): Promise<Failing> => {
    const failing = new Failing({how: 'crash', ...failure}, () => system.proxy.down());
    const {lab, job} = jobOf(from, held);
    try {
      await using source = failing.source(lab.openSource());
      await using destination = failing.destination(system.destination());
      const {cause} = await runRefresh({...job, ...failing.memory(held), store: null, source, destination}, never);
      if (failing.failed !== null && failing.failed !== 'source.read' && !(cause instanceof InjectedFailure)) throw cause as Error;
    } finally {
      system.proxy.resume();
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
    const old = await system.content();
    await full(from, memory());
    const fresh = await system.content();
    expect(fresh).not.toEqual(old);
    const {calls} = await crash(from, memory(), {when: 'after'});
    const seen = new Map<string, number>();
    // After a call to the source nothing is otherwise than before it; and what is in no commit is as if it had not been.
    const changing = [...calls.entries()].filter(([, name]) => /^log|^load\.(?!readPlace|countRows|objects|seal)|^destination\.begin|^writer\.commit/.test(name));
    for (const [i, name] of changing.filter((_, n) => n % step === 0 || n === changing.length - 1)) {
      const at = i + 1;
      await system.reset();
      const held = memory();
      const {failed} = await crash(from, held, {at, when: 'after'});
      expect(failed).toBe(name);
      const place = `after call ${at}, ${name}`;
      const rows = (await system.sql('SELECT x FROM v')).length;
      expect([1, 24], place).toContain(rows);
      const again = await full(from, held).catch((error: unknown) => { throw new Error(`the second run failed, ${place}`, {cause: error}); });
      if (again.refresh?.resumed) seen.set(name, again.refresh.rowsKept!);
      expect(await system.content(), place).toEqual(fresh);
    }
    expect([...seen.keys()].length).toBeGreaterThan(1);
    expect(Math.max(...seen.values())).toBeGreaterThan(24);
  });

  test('and the source changing in between: what is made in the end is what a fresh run makes', {timeout: 240_000}, async () => {
    const random = randomNumbers(11);
    const below = (n: number) => Math.floor(random() * n);
    const changes = [
      () => `UPDATE parent SET x = 'r${below(1e9)}' WHERE id = ${1 + below(24)}`, () => `INSERT OR IGNORE INTO parent VALUES (${1 + below(60)}, 'new${below(1e9)}')`, () => `DELETE FROM hidden WHERE secret = ${1000 + below(16)}`,
      () => `UPDATE hidden SET x = 'r${below(9)}' WHERE secret < ${1000 + below(16)}`, () => `UPDATE child SET a = 'z${below(9)}' WHERE b = ${below(18)}`, () => "INSERT INTO loose VALUES ('more')", () => "UPDATE small SET x = 'two' WHERE id = 2", () => 'SELECT 1',
    ];
    let resumed = 0;
    for (let round = 0; round < rounds; round++) {
      await system.reset();
      const from = made();
      const held = memory();
      for (let crashes = 1 + below(3); crashes > 0; crashes--) {
        await crash(from, held, {at: 1 + below(90), when: random() < 0.5 ? 'before' : 'after'});
        if (random() < 0.8) run(from, changes[below(changes.length)]!(), changes[below(changes.length)]!());
      }
      const report = await full(from, held);
      if (report.refresh?.resumed) resumed++;
      const found = await system.content();
      await full(from, memory());
      expect(found, `round ${round}`).toEqual(await system.content());
    }
    expect(resumed).toBeGreaterThan(rounds / 3 - 1);
  });

  test('goes on inside a table: only what a crash had not committed is read again, and only what changed', {timeout: 120_000}, async () => {
    const from = made();
    const held = memory();
    // The last table but one segment.
    let appended = 0;
    const {lab, job} = jobOf(from, held);
    {
      await using source = lab.openSource();
      await using destination = system.destination();
      const progressLog = {...held.progressLog, async append(entry: object) {
        await held.progressLog.append(entry);
        if ('table' in entry && entry.table === 'parent' && ++appended === 2) system.proxy.down();
      }};
      const {cause} = await runRefresh({...job, progressLog, source, destination}, never);
      expect(cause).toMatchObject({code: 'SLUICE_CONNECT'});
      system.proxy.resume();
    }
    // No key leaves the source's side: what lies at the destination is rows as they are written, and numbers of chunks.
    expect((await system.staged()).filter(name => !['id', 'x', 'a', 'b', 'parent', 'i'].includes(name))).toEqual(['_sluice_chunk']);
    run(from, "UPDATE parent SET x = 'new' WHERE id = 3");
    const report = await full(from, held);
    const table = report.tables.find(({name}) => name === 'parent')!;
    // The chunk of the changed row, and the four rows that were not there yet.
    expect(table).toMatchObject({rowsRead: 5 + 4, verified: true, change: {rows: 24}});
    expect(report.refresh).toMatchObject({resumed: true, rowsKept: expect.any(Number)});
    expect(await system.sql("SELECT count(*), sum(CASE WHEN x = 'new' THEN 1 ELSE 0 END) FROM parent")).toEqual([['24', '1']]);
  });

  test('a connection that breaks leaves what is done to be gone on with; another error leaves nothing', {timeout: 120_000}, async () => {
    const from = made();
    for (const code of [ErrorCode.CONNECT, ErrorCode.VALUE]) {
      const held = memory();
      const {lab, job} = jobOf(from, held);
      await using inner = lab.openSource();
      await using destination = system.destination();
      let batches = 0;
      const source = {...inner, async *read(...request: Parameters<typeof inner.read>) {
        for await (const batch of inner.read(...request)) {
          if (++batches > 6) throw new PipelineError(code, 'the source says so');
          yield batch;
        }
      }};
      const {report} = await runRefresh({...job, source, destination}, never);
      expect(report.error).toMatchObject({code});
      expect(report.warnings.filter(warning => warning.includes('is kept'))).toHaveLength(code === ErrorCode.CONNECT ? 1 : 0);
      await destination[Symbol.asyncDispose]();
      expect((await system.staged()).length > 0).toBe(code === ErrorCode.CONNECT);
      expect((await full(from, held)).refresh?.resumed).toBe(code === ErrorCode.CONNECT ? true : undefined);
    }
  });

  test('rows that a server lost after it had said that they were committed are missed, also by who does not ask for verification', {timeout: 120_000}, async () => {
    const from = made();
    const held = memory();
    for (let at = 60; held.entries.length < 8; at += 5) await crash(from, held, {at, when: 'after'});
    await system.sql(`DELETE FROM ${await system.stagedAs(['id', 'x', '_sluice_chunk'])} WHERE id = 2`);
    await expect(full(from, held, {verify: false})).rejects.toMatchObject({code: 'SLUICE_VERIFY', context: {table: 'parent'}});
    expect(await system.sql('SELECT id FROM parent')).toEqual([['7']]);
    expect(await system.staged()).toEqual([]);
    expect((await full(from, held, {verify: false})).refresh).toBeUndefined();
    expect(await system.sql('SELECT count(*) FROM parent')).toEqual([['24']]);
  });

  test('what another load used since, or a run of other rules had begun, is not gone on with', {timeout: 120_000}, async () => {
    const from = made();
    const cutOff = async () => {
      const held = memory();
      for (let at = 60; held.entries.length < 8; at += 5) await crash(from, held, {at, when: 'after'});
      return held;
    };
    const first = await cutOff();
    const another = await cutOff();
    expect((await full(from, first)).refresh).toBeUndefined();
    expect((await full(from, another)).refresh).toBeUndefined();
    const second = await cutOff();
    expect((await full(from, second, {transforms: [{...hiding, fingerprint: () => 'otherwise'}]})).refresh).toBeUndefined();
    expect(await system.staged()).toEqual([]);
  });

  test('a run shorter than what is kept asks nothing of the source and leaves no log; a longer one tells all of it', {timeout: 120_000}, async () => {
    const from = made();
    const digests: string[] = [];
    const attempt = async (keepAfterMs: number, until: (appended: number) => boolean) => {
      const held = memory();
      const {lab, job} = jobOf(from, held, {keepAfterMs});
      let now = 0;
      let moved = 0;
      await using inner = lab.openSource();
      await using destination = system.destination();
      const source = {...inner, digestRanges: async (...request: Parameters<NonNullable<typeof inner.digestRanges>>) => {
        digests.push(request[0].map(({schema}) => schema.table).join());
        return await inner.digestRanges!(...request);
      }};
      const {cause} = await runRefresh({
        ...job, source, destination, clock: {now: () => new Date(0), monotonic: () => now},
        progress({stage}) {
          if (stage !== 'copy') return;
          now += 100;
          if (until(++moved)) system.proxy.down();
        },
      }, never);
      system.proxy.resume();
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
