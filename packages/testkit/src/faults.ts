import {ErrorCode, PipelineError} from '@sluice/core';
import type {Batch, Destination, GroupStore, Load, Source, Writer} from '@sluice/core';

export interface FaultOptions {
  /** Which call fails, counted from 1 over everything wrapped; none when absent. */
  readonly at?: number;
  /**
   * `error`: the call throws a retryable CONNECT, everything goes on working afterwards.
   * `crash`: the call throws, so does every later one, and nothing is disposed: as after SIGKILL.
   */
  readonly how?: 'error' | 'crash';
  /** Whether the call fails instead of taking effect, or after it: the work is done, its caller never hears of it. */
  readonly when?: 'before' | 'after';
}

/** What is thrown where the process would have died. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/**
 * Counts the calls that go through the sources and destinations it wraps, and makes one of them fail.
 * A call is one of source.check, source.discover, source.fork, source.split, source.read (once a batch), destination.check,
 * destination.plan, destination.begin, load.open, writer.write, writer.commit, load.finish,
 * load.readBack (once a batch), load.publish, destination.openGroups, groups.position, groups.replace, groups.read, groups.keys and
 * groups.keyless. Disposing it disposes what a crash left open.
 */
export class Faults implements AsyncDisposable {
  /** The names of the calls so far, the failed one included. */
  readonly calls: string[] = [];
  readonly #options: Required<FaultOptions>;
  readonly #left: AsyncDisposable[] = [];
  #failed: string | null = null;

  constructor({at = Infinity, how = 'error', when = 'before'}: FaultOptions = {}) {
    this.#options = {at, how, when};
  }

  /** The name of the call that failed; null as long as none has. */
  get failed(): string | null {
    return this.#failed;
  }

  source(source: Source): Source {
    return {
      kind: source.kind,
      label: source.label,
      get warnings() { return source.warnings; },
      get snapshot() { return source.snapshot ?? null; },
      check: signal => this.#call('source.check', () => source.check(signal)),
      discover: (signal, request) => this.#call('source.discover', () => source.discover(signal, request)),
      read: (request, signal) => this.#each('source.read', () => source.read(request, signal)),
      ...(source.fork && {fork: async (count, signal) => (await this.#makeAll('source.fork', () => source.fork!(count, signal))).map(fork => this.source(fork))}),
      ...(source.split && {split: (schema, parts, signal) => this.#call('source.split', () => source.split!(schema, parts, signal))}),
      [Symbol.asyncDispose]: this.#disposer(source),
    };
  }

  destination(destination: Destination): Destination {
    return {
      kind: destination.kind,
      label: destination.label,
      capabilities: destination.capabilities,
      check: signal => this.#call('destination.check', () => destination.check(signal)),
      plan: (request, signal) => this.#call('destination.plan', () => destination.plan(request, signal)),
      ...(destination.openGroups && {openGroups: async (request, signal) => this.#groups(await this.#make('destination.openGroups', () => destination.openGroups!(request, signal)))}),
      begin: async (request, signal) => this.#load(await this.#make('destination.begin', () => destination.begin(request, signal))),
      [Symbol.asyncDispose]: this.#disposer(destination),
    };
  }

  /** Counts a call of something that is neither source nor destination. */
  step<T>(name: string, run: () => Promise<T>): Promise<T> {
    return this.#call(name, run);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const it of this.#left.splice(0).reverse()) await it[Symbol.asyncDispose]();
  }

  #load(load: Load): Load {
    return {
      target: load.target,
      ...(load.concurrent && {concurrent: load.concurrent}),
      open: async (schema, signal) => this.#writer(await this.#make('load.open', () => load.open(schema, signal))),
      finish: signal => this.#call('load.finish', () => load.finish(signal)),
      readBack: (schema, limits, signal) => this.#each('load.readBack', () => load.readBack(schema, limits, signal)),
      ...(load.digestBack && {digestBack: (...args) => this.#call('load.digestBack', () => load.digestBack!(...args))}),
      publish: signal => this.#call('load.publish', () => load.publish(signal)),
      [Symbol.asyncDispose]: this.#disposer(load),
    };
  }

  #groups(store: GroupStore): GroupStore {
    return {
      get adjustments() { return store.adjustments; },
      fit: (family, rows) => store.fit(family, rows),
      key: (family, key) => store.key(family, key),
      position: signal => this.#call('groups.position', () => store.position(signal)),
      replace: (changes, position, signal) => this.#call('groups.replace', () => store.replace(changes, position, signal)),
      read: (family, groups, signal) => this.#call('groups.read', () => store.read(family, groups, signal)),
      keys: (family, after, limit, signal) => this.#call('groups.keys', () => store.keys(family, after, limit, signal)),
      keyless: (family, signal) => this.#call('groups.keyless', () => store.keyless(family, signal)),
      [Symbol.asyncDispose]: this.#disposer(store),
    };
  }

  #writer(writer: Writer): Writer {
    return {
      resumeAfter: writer.resumeAfter,
      order: writer.order,
      get adjustments() { return writer.adjustments; },
      fit: batch => writer.fit(batch),
      write: batch => this.#call('writer.write', () => writer.write(batch)),
      commit: position => this.#call('writer.commit', () => writer.commit(position)),
      [Symbol.asyncDispose]: this.#disposer(writer),
    };
  }

  async #call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new SimulatedCrash('the process has crashed');
    this.calls.push(name);
    const {at, when} = this.#options;
    if (this.calls.length !== at) return run();
    if (when === 'after') await run();
    throw this.#failure(name);
  }

  /** A call that makes a resource: when it fails after its effect, nobody else can dispose that. */
  async #make<T extends AsyncDisposable>(name: string, run: () => Promise<T>): Promise<T> {
    const [made] = await this.#makeAll(name, async () => [await run()] as const);
    return made;
  }

  async #makeAll<T extends readonly AsyncDisposable[]>(name: string, run: () => Promise<T>): Promise<T> {
    let made: T | undefined;
    try {
      return await this.#call(name, async () => made = await run());
    } catch (error) {
      for (const each of made ?? []) {
        if (this.#dead) this.#left.push(each);
        else await each[Symbol.asyncDispose]();
      }
      throw error;
    }
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
      if (this.#dead) this.#left.push({[Symbol.asyncDispose]: async () => { await reading.return?.(); }});
      else await reading.return?.();
    }
  }

  /** Passes a dispose on, unless the process is dead by then. */
  #disposer(it: AsyncDisposable): () => Promise<void> {
    return async () => {
      if (this.#dead) this.#left.push(it);
      else await it[Symbol.asyncDispose]();
    };
  }

  get #dead(): boolean {
    return this.#failed !== null && this.#options.how === 'crash';
  }

  #failure(name: string): Error {
    this.#failed = name;
    if (this.#options.how === 'crash') return new SimulatedCrash(`the process crashes ${this.#options.when} ${name}`);
    return new PipelineError(ErrorCode.CONNECT, `failure injected ${this.#options.when} ${name}`, {retryable: true});
  }
}

export interface Wrapped {
  readonly source?: Source;
  readonly destination?: Destination;
}

type Faulty<T extends Wrapped> = {readonly faults: Faults} & Pick<Required<Wrapped>, Extract<keyof T, keyof Wrapped>>;

/** The source, the destination, or both, with the n-th call of all their calls failing. */
export function failNth<T extends Wrapped>(n: number, wrapped: T, options: Omit<FaultOptions, 'at'> = {}): Faulty<T> {
  const faults = new Faults({...options, at: n});
  return {
    faults,
    ...(wrapped.source && {source: faults.source(wrapped.source)}),
    ...(wrapped.destination && {destination: faults.destination(wrapped.destination)}),
  } as Faulty<T>;
}

/** The same without a failure: `faults.calls` tells which calls were made. */
export function countCalls<T extends Wrapped>(wrapped: T): Faulty<T> {
  return failNth(Infinity, wrapped);
}
