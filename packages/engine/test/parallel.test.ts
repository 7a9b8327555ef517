import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {ErrorCode, PipelineError, type Batch, type Destination, type QuarantinedRow, type ReadRequest, type Schema, type Source, type Writer} from '@sluice/core';
import {CANARY, crashLaw, expectRows, expectSameRows, fixtures, type Faults} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {pacedSource, parseLossRules, planCopy, runCopy, type CopyRequest, type ProgressEvent} from '../src/index.ts';
import {changedSource} from '../src/changed-source.ts';

const never = new AbortController().signal;
const tool = {name: 'test', version: '0.0.0'};
const sized = (rows: number, name: string): fixtures.Fixture => {
  const {schema, rows: all} = fixtures.sequence(rows, name);
  return {schema: {...schema, approximateRows: rows}, rows: all};
};

function setup(tables: readonly fixtures.Fixture[], more: Partial<CopyRequest> = {}) {
  const from = new MemoryDatabase({name: 'from', tables});
  const to = new MemoryDatabase({name: 'to'});
  const request: CopyRequest = {tool, source: new MemorySource(from), destination: new MemoryDestination(to), limits: {maxRows: 10, parallel: 3, partRows: 10}, ...more};
  return {from, to, request};
}

/** A source, and all beside it, whose reads go through `through`. */
function reading(source: Source, through: (request: ReadRequest, batches: AsyncIterable<Batch>, signal: AbortSignal) => AsyncIterable<Batch>): Source {
  return changedSource(source, {
    read: (request, signal) => through(request, source.read(request, signal), signal),
    ...(source.fork && {fork: async (count, signal) => (await source.fork!(count, signal)).map(each => reading(each, through))}),
  });
}

/** Reads that go on once so many of them have begun: one after the other they never would. */
function meeting(source: Source, size: number): Source {
  let begun = 0;
  let meet = () => {};
  const met = new Promise<void>(resolve => { meet = resolve; });
  return reading(source, async function* together(_, batches) {
    if (++begun === size) meet();
    await met;
    yield* batches;
  });
}

/** A destination whose writers are changed. */
function writing(inner: Destination, change: (writer: Writer, schema: Schema) => Partial<Writer>): Destination {
  const over = <T extends object>(it: T, changes: Partial<T>): T => new Proxy(it, {
    get(target, key) {
      if (Object.hasOwn(changes, key)) return changes[key as keyof T];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return over(inner, {
    begin: async (request, signal) => {
      const load = await inner.begin(request, signal);
      return over(load, {open: async (schema, each) => {
        const writer = await load.open(schema, each);
        return over(writer, change(writer, schema));
      }});
    },
  });
}

test('as many tables, and parts of a large one, are on their way at once as there are readers; all is proved and counted', async () => {
  const tables = [sized(95, 'large'), sized(7, 'small'), fixtures.empty];
  const {from, to, request} = setup(tables);
  const parts: (string | null)[] = [];
  const source = reading(meeting(request.source, 3), ({schema, after}, batches) => {
    if (schema.table === 'large') parts.push(after);
    return batches;
  });
  const {report, cause} = await runCopy({...request, source}, never);
  expect(cause).toBeUndefined();
  expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'passed', tables: 3, rows: 102}});
  expect(report.tables.map(({name, status, rowsRead, rowsWritten, verified}) => [name, status, rowsRead, rowsWritten, verified]))
    .toEqual([['large', 'ok', 95, 95, true], ['small', 'ok', 7, 7, true], ['empty', 'ok', 0, 0, true]]);
  expect(new Set(parts).size, 'parts of the large table').toBe(9);
  for (const {schema, rows} of tables) expectSameRows(schema, to.tables.get(schema.table)!.rows, rows);
  expect(from.readers).toBe(0);
});

test('what is committed while it goes on is in no part: all readers see one snapshot', async () => {
  const {schema, rows} = sized(95, 'large');
  const {from, to, request} = setup([{schema, rows}]);
  let late = false;
  const source = reading(request.source, async function* between(_, batches) {
    for await (const batch of batches) {
      yield batch;
      // Between two batches of the first part: those of the others have not begun.
      if (!late) from.put([{schema, rows: rows.map(([id]) => [id!, 'changed']), position: null}]);
      late = true;
    }
  });
  expect((await runCopy({...request, source}, never)).report.status).toBe('ok');
  expect(late).toBe(true);
  expectSameRows(schema, to.tables.get('large')!.rows, rows);
});

test.for(['replace', 'upsert', 'mirror', 'snapshot'] as const)('mode %s cuts large tables; an append, which goes on from its position, takes them whole', async mode => {
  const large = sized(95, 'large');
  for (const [given, parts] of [[mode, 9], ['append', 1]] as const) {
    const {to, request} = setup([large], {mode: given});
    let read = 0;
    const source = reading(request.source, (_, batches) => {
      read++;
      return batches;
    });
    expect((await runCopy({...request, source}, never)).cause).toBeUndefined();
    expect(read, given).toBe(parts);
    expectSameRows(large.schema, to.tables.get('large')!.rows, large.rows);
  }
});

test('without a position of another run an append keeps where it ended, side by side with other tables', async () => {
  const {from, to, request} = setup([sized(30, 'a'), sized(30, 'b')], {mode: 'append'});
  await runCopy({...request, source: meeting(request.source, 2)}, never);
  for (const name of ['a', 'b']) {
    const {schema, rows} = from.tables.get(name)!;
    from.put([{schema, rows: [...rows, [1000, 'late']], position: null}]);
  }
  const {report} = await runCopy({...request, source: new MemorySource(from)}, never);
  expect(report.tables.map(({rowsWritten}) => rowsWritten)).toEqual([1, 1]);
  expect(to.tables.get('a')!.rows).toHaveLength(31);
});

test('which source it is is asked before anybody reads: a connection does one thing at a time', async () => {
  const {from, request} = setup([sized(30, 'a'), sized(30, 'b'), sized(30, 'c')], {mode: 'append'});
  let asked = 0;
  const source = changedSource(request.source, {identity: async () => {
    asked++;
    expect(from.readers).toBe(0);
    return {id: 'from', traits: {}};
  }});
  expect((await runCopy({...request, source}, never)).cause).toBeUndefined();
  expect(asked).toBe(1);
});

test('parts that are committed at the same time are all counted', async () => {
  const {request} = setup([sized(95, 'large')]);
  let waiting: (() => void)[] = [];
  let commits = 0;
  const destination = writing(request.destination, writer => ({
    async commit(position) {
      const done = await writer.commit(position);
      // Three by three.
      if (++commits % 3 === 0) for (const go of waiting.splice(0)) go();
      else await new Promise<void>(resolve => waiting.push(resolve));
      return done;
    },
  }));
  const {report} = await runCopy({...request, destination}, never);
  expect([report.status, report.tables[0]!.rowsWritten, commits]).toEqual(['ok', 95, 9]);
});

test('a damage that the read-back finds keeps everything back, in parts, too', async () => {
  const {to, request} = setup([sized(95, 'large')]);
  let spoiled = false;
  const destination = writing(request.destination, writer => ({
    async write(batch) {
      if (!spoiled) batch.rows[0]![1] = 'spoiled';
      spoiled = true;
      await writer.write(batch);
    },
  }));
  const {report} = await runCopy({...request, destination}, never);
  expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.VERIFY, table: 'large'}});
  expect(to.tables.size).toBe(0);
});

describe('a failure', () => {
  test('of one part stops the others where they are: nothing is published, and nothing hangs', async () => {
    const {from, to, request} = setup([sized(95, 'large'), sized(30, 'other'), sized(5, 'last')]);
    const source = reading(request.source, async function* failing({schema, after}, batches, signal) {
      if (schema.table !== 'large') {
        yield* batches;
        return;
      }
      const first = after === null;
      for await (const batch of batches) {
        yield batch;
        if (first) throw new PipelineError(ErrorCode.CONNECT, 'the connection is gone', {table: schema.table});
        // Goes on for as long as nobody stops it.
        await new Promise((_, reject) => {
          if (signal.aborted) reject(signal.reason as Error);
          signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
        });
      }
    });
    const {report} = await runCopy({...request, source}, never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.CONNECT, table: 'large'}});
    expect(report.tables.map(({name, status}) => [name, status])).toEqual([['large', 'failed'], ['other', 'not started'], ['last', 'not started']]);
    expect(to.tables.size).toBe(0);
    expect(from.readers).toBe(0);
  });

  test('of one table interrupts the one that is on its way beside it', async () => {
    const {to, request} = setup([sized(5, 'a'), sized(4, 'b')]);
    const source = reading(meeting(request.source, 2), async function* failing({schema}, batches, signal) {
      yield* batches;
      if (schema.table === 'a') throw new PipelineError(ErrorCode.CONNECT, 'the connection is gone', {table: 'a'});
      await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
    });
    const {report} = await runCopy({...request, source}, never);
    expect(report.tables.map(({name, status, error}) => [name, status, error?.code])).toEqual([['a', 'failed', ErrorCode.CONNECT], ['b', 'interrupted', undefined]]);
    expect(report.error).toMatchObject({code: ErrorCode.CONNECT, table: 'a'});
    expect(to.tables.size).toBe(0);
  });

  test('of a value says that its row was counted within a part, and holds no value', async () => {
    const {schema, rows} = sized(95, 'large');
    const {request} = setup([{schema, rows: rows.map((row, i) => (i === 50 ? [null, CANARY] : row))}]);
    const {report} = await runCopy(request, never);
    expect(report.error).toMatchObject({code: ErrorCode.VALUE, table: 'large', column: 'id', message: expect.stringMatching(/\(counted within part \d of 9\)$/) as unknown});
    expect(JSON.stringify(report)).not.toContain(CANARY);
  });

  test('an abort interrupts all, and is no failure', async () => {
    const {from, to, request} = setup([sized(95, 'large'), sized(60, 'other')]);
    const controller = new AbortController();
    const progress = ({stage, rows = 0}: ProgressEvent) => { if (stage === 'copy' && rows >= 30) controller.abort(); };
    const {report, cause} = await runCopy({...request, progress}, controller.signal);
    expect([report.status, report.published, cause]).toEqual(['interrupted', false, undefined]);
    expect(to.tables.size).toBe(0);
    expect(from.readers).toBe(0);
  });

  test('while more readers are opened leaves none open', async () => {
    const {request} = setup([sized(95, 'large')]);
    const source = changedSource(request.source, {fork: async () => { throw new PipelineError(ErrorCode.CONNECT, 'too many connections'); }});
    expect((await runCopy({...request, source}, never)).report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.CONNECT}});
  });
});

test('readers beside the first one are disposed, however it ends', async () => {
  for (const fails of [false, true]) {
    const {request} = setup([sized(95, 'large')]);
    let open = 0;
    const source = changedSource(request.source, {
      fork: async (count, signal) => (await request.source.fork!(count, signal)).map(fork => {
        open++;
        return changedSource(fork, {[Symbol.asyncDispose]: async () => { open--; }, ...(fails && {read() { throw new Error('bug'); }})});
      }),
    });
    expect((await runCopy({...request, source}, never)).report.status).toBe(fails ? 'failed' : 'ok');
    expect(open).toBe(0);
  }
});

test('as many as there may be listen for an abort, and nobody is warned of them', async () => {
  const warnings: string[] = [];
  const warned = ({name}: Error) => void warnings.push(name);
  process.on('warning', warned);
  try {
    const {request} = setup([sized(480, 'large')], {limits: {maxRows: 10, parallel: 24, partRows: 10}});
    const listen = (signal: AbortSignal) => signal.addEventListener('abort', () => {}, {once: true});
    const inner = reading(meeting(request.source, 24), (_, batches, signal) => {
      listen(signal);
      return batches;
    });
    const source = changedSource(inner, {fork: async (count, signal) => {
      for (let i = 0; i < count; i++) listen(signal);
      return await inner.fork!(count, signal);
    }});
    expect((await runCopy({...request, source}, never)).report.status).toBe('ok');
    // Warnings come at the next tick.
    await new Promise(resolve => setImmediate(resolve));
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', warned);
  }
});

test('rows that are set aside are counted over all parts, and each has a place of its own', async () => {
  const {schema, rows} = sized(95, 'large');
  const strict = {...schema, columns: schema.columns.map(column => ({...column, nullable: false}))};
  const kept: QuarantinedRow[] = [];
  const {to, request} = setup([{schema: strict, rows: rows.map((row, i) => (i % 5 === 4 ? [row[0]!, null] : row))}], {
    losses: {declared: parseLossRules(['large.label=quarantine']), mayHold: () => []},
    quarantine: {place: 'here', sync: async () => {}, keep: async (_, some) => { kept.push(...some); }},
  });
  const {report} = await runCopy(request, never);
  expect(report).toMatchObject({status: 'partial', quarantine: {rows: 19}, verification: {status: 'passed'}});
  expect(report.tables[0]!.adjustments).toEqual([expect.objectContaining({column: 'label', rule: 'quarantine', count: 19})]);
  expect(new Set(kept.map(({ordinal}) => ordinal)).size).toBe(19);
  expect(to.tables.get('large')!.rows).toHaveLength(76);
});

describe('where there is one reader', () => {
  test.for([
    ['a source of the kind memory has one reader', ({source}) => ({source: methods(source)})],
    ['a destination of the kind memory takes one table at a time', ({destination}) => ({destination: taking(destination, {...destination.capabilities, concurrent: undefined})})],
    ['rows go into live tables, whose references want them in their order', () => ({mode: 'append', verify: false})],
  ] as [string, (request: CopyRequest) => Partial<CopyRequest>][])('the plan says why, and the copy goes on with it: %s', async ([why, change]) => {
    const tables = [sized(95, 'large'), sized(5, 'small')];
    const {request, to} = setup(tables);
    const given = {...request, ...change(request)};
    const warnings = [`tables are copied one after the other: ${why}`];
    const plan = await planCopy(given, never);
    expect([plan.readers, plan.warnings]).toEqual([1, warnings]);
    const {report} = await runCopy(given, never);
    expect([report.status, report.warnings]).toEqual(['ok', warnings]);
    for (const {schema, rows} of tables) expectSameRows(schema, to.tables.get(schema.table)!.rows, rows);
  });

  test('what seems to keep readers from beginning together is told by a plan over several, and by no other', async () => {
    const {request} = setup([sized(95, 'large')]);
    const given = {...request, source: changedSource(request.source, {forkDoubt: async () => 'no grant says that it may'})};
    expect((await planCopy(given, never)).warnings).toEqual(['no grant says that it may']);
    expect((await planCopy({...given, limits: {parallel: 1}}, never)).warnings).toEqual([]);
  });

  test('no more are opened than there is work for', async () => {
    const {request} = setup([sized(5, 'a'), sized(5, 'b')], {limits: {parallel: 8, partRows: 10}});
    expect((await planCopy(request, never)).readers).toBe(2);
    expect((await planCopy({...request, limits: {}}, never)).readers).toBe(1);
  });
});

describe('tables of one read', () => {
  const groups = [sized(40, 'root'), sized(60, 'child'), sized(20, 'alone')].map(({schema, rows}, i) => ({schema: i < 2 ? {...schema, together: 'documents'} : schema, rows}));

  /** A source that reads tables together in lockstep: a batch of each in turn, none before all have asked for one. */
  function lockstep(source: Source, passes: string[][]): Source {
    return changedSource(source, {
      readTogether(requests, signal) {
        passes.push(requests.map(({schema}) => schema.table));
        let waiting = 0;
        let left = requests.length;
        let go = () => {};
        let turn = new Promise<void>(resolve => { go = resolve; });
        const arrive = async () => {
          const mine = turn;
          if (++waiting < left) return await Promise.race([mine, new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true}))]);
          release();
        };
        const release = () => {
          const open = go;
          waiting = 0;
          turn = new Promise<void>(resolve => { go = resolve; });
          open();
        };
        return requests.map(request => (async function* one() {
          try {
            for await (const batch of source.read(request, signal)) {
              await arrive();
              yield batch;
            }
          } finally {
            left--;
            if (left > 0 && waiting >= left) release();
          }
        })());
      },
      ...(source.fork && {fork: async (count, signal) => (await source.fork!(count, signal)).map(each => lockstep(each, passes))}),
    });
  }

  test.for([1, 3])('come out of one pass, with %i at a time', async parallel => {
    const passes: string[][] = [];
    const {to, request} = setup(groups, {limits: {maxRows: 10, parallel, partRows: 1000}});
    const {report, cause} = await runCopy({...request, source: lockstep(request.source, passes)}, never);
    expect(cause).toBeUndefined();
    expect(passes).toEqual([['root', 'child']]);
    expect(report.tables.map(({name, rowsWritten, verified}) => [name, rowsWritten, verified])).toEqual([['root', 40, true], ['child', 60, true], ['alone', 20, true]]);
    for (const {schema, rows} of groups) expectSameRows(schema, to.tables.get(schema.table)!.rows, rows);
  });

  test('are cut in the same places', async () => {
    const passes: string[][] = [];
    const all = groups.map(({schema, rows}) => ({schema, rows: rows.slice(0, 20)}));
    const {to, request} = setup(all, {limits: {maxRows: 3, parallel: 2, partRows: 10}});
    expect((await runCopy({...request, source: lockstep(request.source, passes)}, never)).cause).toBeUndefined();
    expect(passes).toEqual(Array.from({length: 4}, () => ['root', 'child']));
    for (const {schema, rows} of all) expectSameRows(schema, to.tables.get(schema.table)!.rows, rows);
  });

  test('are at most sixteen: each has a connection of its own', async () => {
    const passes: string[][] = [];
    const many = Array.from({length: 20}, (_, i) => sized(3, `t${i}`)).map(({schema, rows}) => ({schema: {...schema, together: 'many'}, rows}));
    const {to, request} = setup(many, {limits: {maxRows: 10}});
    expect((await runCopy({...request, source: lockstep(request.source, passes)}, never)).cause).toBeUndefined();
    expect(passes.map(({length}) => length)).toEqual([16, 4]);
    expect(to.tables.size).toBe(20);
  });

  test('are read one by one where the destination takes one at a time, or one of them has a condition', async () => {
    for (const change of [
      (request: CopyRequest): CopyRequest => ({...request, destination: taking(request.destination, {...request.destination.capabilities, concurrent: undefined})}),
      (request: CopyRequest): CopyRequest => ({...request, reads: table => (table === 'child' ? {keyed: true} : {})}),
    ]) {
      const passes: string[][] = [];
      const {to, request} = setup(groups, {limits: {maxRows: 10}});
      expect((await runCopy(change({...request, source: lockstep(request.source, passes)}), never)).cause).toBeUndefined();
      expect(passes).toEqual([]);
      expect(to.tables.get('child')!.rows).toHaveLength(60);
    }
  });

  test('fail together: whoever still reads is stopped', async () => {
    const {from, to, request} = setup(groups, {limits: {maxRows: 10}});
    const destination = writing(request.destination, (_writer, {table}) => (table === 'child' ? {write: async () => { throw new PipelineError(ErrorCode.WRITE, 'no room', {table}); }} : {}));
    const {report} = await runCopy({...request, source: lockstep(request.source, []), destination}, never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.WRITE, table: 'child'}});
    expect(report.tables.map(({status}) => status)).toEqual(['interrupted', 'failed', 'not started']);
    expect([to.tables.size, from.readers]).toEqual([0, 0]);
  });
});

test('the pace is that of all readers together', async () => {
  const clock = {now: 0, monotonic: () => clock.now, wait: async (ms: number) => { clock.now += ms; }};
  const {schema, rows} = fixtures.sequence(100);
  const source = pacedSource(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), 100, clock);
  const more = await source.fork!(3, never);
  for (const reader of [source, ...more]) {
    for await (const batch of reader.read({schema, after: null, maxRows: 10, maxBytes: 1e6}, never)) expect(batch.rows.length).toBe(10);
  }
  expect(clock.now).toBeCloseTo(4000, 3);
});

test('a condition of a table holds for all its readers', async () => {
  const {request} = setup([sized(95, 'large')], {reads: () => ({where: ['id > 5']})});
  const conditions: (string | undefined)[] = [];
  const source = changedSource(reading(request.source, ({where}, batches) => {
    conditions.push(where);
    return batches;
  }), {checkFilter: async () => null});
  expect((await runCopy({...request, source}, never)).cause).toBeUndefined();
  expect(conditions).toEqual(Array.from({length: 9}, () => 'id > 5'));
});

test('progress tells of all tables together', async () => {
  const events: ProgressEvent[] = [];
  const {request} = setup([sized(95, 'large'), sized(30, 'other')], {progress: event => events.push(event)});
  await runCopy(request, never);
  for (const stage of ['copy', 'verify']) expect(events.filter(event => event.stage === stage).at(-1), stage).toMatchObject({rows: 125, totalRows: 125, tables: 2});
  expect(events.some(({stage, table}) => (stage === 'copy' || stage === 'verify') && table !== undefined)).toBe(false);
});

test.for(['replace', 'upsert'] as const)('fail the n-th call for every n, run again: the tables are equal, with several at a time: %s', async mode => {
  const tables = [sized(40, 'large'), sized(7, 'short'), fixtures.empty];
  const from = new MemoryDatabase({tables});
  let to = new MemoryDatabase();
  const run = async (faults: Faults) => {
    const {cause} = await runCopy({
      tool, mode, source: faults.source(new MemorySource(from)), destination: faults.destination(new MemoryDestination(to)), limits: {maxRows: 10, parallel: 2, partRows: 10},
    }, never);
    if (cause !== undefined) throw cause as Error;
  };
  const {calls, failures} = await crashLaw({
    run,
    reset: async () => { to = new MemoryDatabase({tables: mode === 'replace' ? [fixtures.sequence(3, 'large')] : []}); },
    equal: async () => { for (const {schema, rows} of tables) expectRows(schema, to.tables.get(schema.table)?.rows ?? null, rows); },
    afterFailure: async call => { if (mode === 'replace') expect([3, 40], call).toContain(to.tables.get('large')?.rows.length); },
  });
  expect(calls).toEqual(expect.arrayContaining(['source.fork', 'source.split', 'writer.commit']));
  expect(failures).toBeGreaterThanOrEqual(calls.length * 3);
});

/** The destination with other capabilities, and loads that keep to them. */
function taking(inner: Destination, capabilities: object): Destination {
  return new Proxy(inner, {
    get(target, key) {
      if (key === 'capabilities') return capabilities;
      if (key === 'begin') {
        return async (...args: Parameters<Destination['begin']>) => new Proxy(await target.begin(...args), {
          get(load, of) {
            if (of === 'concurrent') return undefined;
            const value: unknown = Reflect.get(load, of, load);
            return typeof value === 'function' ? value.bind(load) : value;
          },
        });
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A source of the methods alone that every source has. */
function methods(source: Source): Source {
  return {
    kind: source.kind, label: source.label, warnings: [],
    check: signal => source.check(signal), discover: (...args) => source.discover(...args), read: (...args) => source.read(...args),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
