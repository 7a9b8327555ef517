import type {Batch, Destination, PlacedTables, RefreshLoad, RefreshWriter, Source} from '@sluice/core';
import type {Memory} from './stores.ts';

/** What fails, and how: `error` is seen by the run, which tidies up; `crash` is the end of it. */
export interface Failure {
  /** Counted from 1 over all calls; none when absent. */
  readonly at?: number;
  readonly how: 'error' | 'crash';
  readonly when: 'before' | 'after';
}

export class InjectedFailure extends Error {
  override readonly name = 'InjectedFailure';
}

/** Counts the calls of a refresh to source, destination, store and progress log, and makes one of them fail. */
export class Failing {
  readonly calls: string[] = [];
  failed: string | null = null;
  readonly #failure: Failure;
  readonly #onCrash: () => void;

  /** `onCrash` keeps things as a killed process leaves them: whatever the run does after it counts for nothing. */
  constructor(failure: Failure, onCrash: () => void) {
    this.#failure = failure;
    this.#onCrash = onCrash;
  }

  source(source: Source): Source {
    const call = this.#call.bind(this);
    return {
      kind: source.kind, label: source.label,
      get warnings() { return source.warnings; },
      get snapshot() { return source.snapshot ?? null; },
      ...(source.ranges !== undefined && {ranges: source.ranges}),
      check: signal => call('source.check', () => source.check(signal)),
      discover: (signal, request) => call('source.discover', () => source.discover(signal, request)),
      read: (request, signal) => this.#each('source.read', () => source.read(request, signal)),
      ...(source.identity && {identity: signal => call('source.identity', () => source.identity!(signal))}),
      ...(source.digestRanges && {digestRanges: (requests, signal, onTable) => call('source.digestRanges', () => source.digestRanges!(requests, signal, onTable))}),
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  }

  destination(destination: Destination): Destination {
    const call = this.#call.bind(this);
    return {
      kind: destination.kind, label: destination.label, capabilities: destination.capabilities,
      ...(destination.file !== undefined && {file: destination.file}),
      check: signal => call('destination.check', () => destination.check(signal)),
      plan: (request, signal) => call('destination.plan', () => destination.plan(request, signal)),
      begin: () => { throw new Error('a refresh begins otherwise'); },
      beginRefresh: (request, signal) => call('destination.beginRefresh', async () => {
        const load = await destination.beginRefresh!(request, signal);
        return load && this.#load(load);
      }),
      openLive: (catalog, signal) => call('destination.openLive', async () => {
        const live = await destination.openLive!(catalog, signal);
        return {...this.#tables('live', live), fitter: schema => live.fitter(schema), objects: until => call('live.objects', () => live.objects(until))};
      }),
      sealLive: signal => call('destination.sealLive', () => destination.sealLive!(signal)),
      [Symbol.asyncDispose]: () => destination[Symbol.asyncDispose](),
    };
  }

  memory({store, progressLog}: Memory): Memory {
    const call = this.#call.bind(this);
    return {
      store: {
        load: () => call('store.load', () => store.load()),
        pending: () => call('store.pending', () => store.pending()),
        savePending: next => call('store.savePending', () => store.savePending(next)),
        adopt: () => call('store.adopt', () => store.adopt()),
        dropPending: () => call('store.dropPending', () => store.dropPending()),
      },
      progressLog: {
        entries: () => call('log.entries', () => progressLog.entries()),
        append: entry => call('log.append', () => progressLog.append(entry)),
        remove: () => call('log.remove', () => progressLog.remove()),
      },
    };
  }

  #tables(name: string, tables: PlacedTables): PlacedTables {
    const call = this.#call.bind(this);
    return {
      readPlace: (schema, place, limits, signal) => this.#each(`${name}.readPlace`, () => tables.readPlace(schema, place, limits, signal)),
      digestPlaces: (...request) => call(`${name}.digestPlaces`, () => tables.digestPlaces(...request)),
      countRows: (schema, signal) => call(`${name}.countRows`, () => tables.countRows(schema, signal)),
      [Symbol.asyncDispose]: () => tables[Symbol.asyncDispose](),
    };
  }

  #load(load: RefreshLoad): RefreshLoad {
    const call = this.#call.bind(this);
    return {
      ...this.#tables('load', load),
      target: load.target, token: load.token,
      ...(load.placed && {placed: schema => load.placed!(schema)}),
      ...(load.order && {order: schema => load.order!(schema)}),
      patchable: schema => load.patchable(schema),
      open: (schema, how, signal) => call('load.open', async () => this.#writer(await load.open(schema, how, signal))),
      finish: signal => call('load.finish', () => load.finish(signal)),
      objects: signal => call('load.objects', () => load.objects(signal)),
      seal: signal => call('load.seal', () => load.seal(signal)),
      publish: signal => call('load.publish', () => load.publish(signal)),
    };
  }

  #writer(writer: RefreshWriter): RefreshWriter {
    const call = this.#call.bind(this);
    return {
      fit: batch => writer.fit(batch),
      get adjustments() { return writer.adjustments; },
      remove: places => call('writer.remove', () => writer.remove(places)),
      retain: places => call('writer.retain', () => writer.retain(places)),
      write: batch => call('writer.write', () => writer.write(batch)),
      commit: () => call('writer.commit', () => writer.commit()),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    };
  }

  async #call<T>(name: string, act: () => Promise<T>): Promise<T> {
    if (this.failed !== null && this.#failure.how === 'crash') throw new InjectedFailure('the process is dead');
    this.calls.push(name);
    const {at, when, how} = this.#failure;
    if (this.calls.length !== at) return await act();
    if (when === 'after') await act();
    this.failed = name;
    if (how === 'crash') this.#onCrash();
    throw new InjectedFailure(`${how} ${when} ${name}`);
  }

  async *#each(name: string, start: () => AsyncIterable<Batch>): AsyncGenerator<Batch> {
    const reading = start()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#call(name, () => reading.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await reading.return?.();
    }
  }
}
