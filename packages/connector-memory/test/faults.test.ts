import {must} from '@sluice/core';
import type {Destination, Position, Source, WriteMode} from '@sluice/core';
import {countCalls, crashLaw, expectSameRows, failNth, fixtures, rejection, SimulatedCrash} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {MemoryDatabase, MemoryDestination, MemorySource} from '../src/index.ts';

const {schema, rows} = fixtures.sequence(10);
const never = new AbortController().signal;
const LIMITS = {maxRows: 2, maxBytes: 1000};

/** The smallest correct engine: write, commit with the position, go on after what is committed. */
async function copy(source: Source, destination: Destination, mode: WriteMode = 'append'): Promise<void> {
  const catalog = await source.discover(never);
  await using load = await destination.begin({catalog, mode}, never);
  for (const table of catalog.tables) {
    await using writer = await load.open(table, never);
    for await (const batch of source.read({schema: table, after: writer.resumeAfter, ...LIMITS}, never)) {
      writer.fit(batch);
      await writer.write(batch);
      await writer.commit(batch.position);
    }
  }
  await load.finish(never);
  await load.publish(never);
}

const from = () => new MemorySource(new MemoryDatabase({tables: [{schema, rows}]}));
const stored = (database: MemoryDatabase) => [...database.tables.get('sequence')?.rows ?? []];

describe('failNth', () => {
  const CALLS = [
    'source.discover', 'destination.begin', 'load.open',
    ...Array.from({length: 5}, () => ['source.read', 'writer.write', 'writer.commit']).flat(),
    'source.read', 'load.finish', 'load.publish',
  ];

  test('countCalls counts the calls and changes nothing', async () => {
    const database = new MemoryDatabase();
    const {source, destination, faults} = countCalls({source: from(), destination: new MemoryDestination(database)});
    await copy(source, destination);
    expect(faults.calls).toEqual(CALLS);
    expectSameRows(schema, stored(database), rows);
  });

  test('an error before a call keeps it from taking effect, one after it does not; both are retryable', async () => {
    for (const [when, committed] of [['before', 0], ['after', 2]] as const) {
      const database = new MemoryDatabase();
      const {source, destination, faults} = failNth(CALLS.indexOf('writer.commit') + 1, {source: from(), destination: new MemoryDestination(database)}, {when});
      const error = await rejection(copy(source, destination));
      expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_CONNECT', retryable: true});
      expect([faults.failed, stored(database).length]).toEqual(['writer.commit', committed]);
      await copy(source, destination);
      expectSameRows(schema, stored(database), rows);
    }
  });

  test('after a crash nothing works and nothing is disposed', async () => {
    const disposed: string[] = [];
    const source = from();
    const watched: Source = new Proxy(source, {
      get(target, property) {
        if (property === Symbol.asyncDispose) return async () => { disposed.push('source'); };
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const {faults, ...wrapped} = failNth(4, {source: watched, destination: new MemoryDestination(new MemoryDatabase())}, {how: 'crash'});
    expect(await rejection(copy(wrapped.source, wrapped.destination))).toBeInstanceOf(SimulatedCrash);
    await wrapped.source[Symbol.asyncDispose]();
    expect(disposed).toEqual([]);
    expect(await rejection(wrapped.source.discover(never))).toBeInstanceOf(SimulatedCrash);
    await faults[Symbol.asyncDispose]();
    expect(disposed).toEqual(['source']);
  });

  test('a resource made by the call that failed after its effect is disposed', async () => {
    const database = new MemoryDatabase({tables: [{schema, rows}]});
    const {source, faults} = failNth(2, {source: new MemorySource(database)}, {when: 'after'});
    const reading = source.read({schema, after: null, ...LIMITS}, never)[Symbol.asyncIterator]();
    await reading.next();
    expect(database.readers).toBe(1);
    await rejection(reading.next());
    expect([faults.failed, database.readers]).toEqual(['source.read', 0]);
  });
});

describe('crashLaw', () => {
  let database: MemoryDatabase;
  const law = (mode: WriteMode, engine: typeof copy) => crashLaw({
    async reset() { database = new MemoryDatabase(); },
    run: faults => engine(faults.source(from()), faults.destination(new MemoryDestination(database)), mode),
    async equal() { expectSameRows(schema, stored(database), rows); },
  });

  test('holds for an engine that commits positions with the rows', async () => {
    for (const mode of ['append', 'upsert', 'replace'] as const) {
      const {failures, calls} = await law(mode, copy);
      // An append run that resumes has fewer calls, but each run here starts anew: 4 kinds of failure for each call.
      expect(failures).toBe(calls.length * 4);
    }
  });

  test('a replace load leaves nothing behind when the run fails before it is published', async () => {
    await crashLaw({
      async reset() { database = new MemoryDatabase(); },
      run: faults => copy(faults.source(from()), faults.destination(new MemoryDestination(database)), 'replace'),
      async equal() { expectSameRows(schema, stored(database), rows); },
      async afterFailure(call) { if (call !== 'load.publish') expect(database.tables.size).toBe(0); },
    });
  });

  const broken: Readonly<Record<string, typeof copy>> = {
    'starts again from the beginning': async (source, destination, mode) => {
      const forgetful = new Proxy(source, {
        get(target, property) {
          if (property === 'read') return (request: Parameters<Source['read']>[0], signal: AbortSignal) => target.read({...request, after: null}, signal);
          return Reflect.get(target, property) as unknown;
        },
      });
      await copy(forgetful, destination, mode);
    },
    'commits the position one batch too early': async (source, destination, mode) => {
      const catalog = await source.discover(never);
      await using load = await destination.begin({catalog, mode: must(mode, 'mode')}, never);
      await using writer = await load.open(schema, never);
      let position: Position | null = writer.resumeAfter;
      for await (const batch of source.read({schema, after: position, ...LIMITS}, never)) {
        position = batch.position;
        await writer.commit(position);
        await writer.write(batch);
      }
      await writer.commit(position);
    },
  };
  test.each(Object.entries(broken))('catches an engine that %s', async (_, engine) => {
    await expect(law('append', engine)).rejects.toThrow(/after (error|crash) (before|after) call \d+/);
  });

  test('refuses a run that is not wired through the faults', async () => {
    await expect(crashLaw({async reset() {}, async run() {}, async equal() {}})).rejects.toThrow('makes no calls');
  });
});
