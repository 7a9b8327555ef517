import {assert, fitKey, groupText, must, PipelineError, type Adjustment, type Fitting, type GroupChange, type GroupStore, type Position, type ReplacedGroups, type Row} from '@sluice/core';
import type {ServerSession} from './session.ts';

/** A table of a store, as its system reads and writes it. Of many keys it gets a part at a time. */
export interface KeptTable {
  readonly table: string;
  readonly fitting: Fitting;
  /** Deletes the rows of these groups, or all rows. Resolves with how many there were. */
  remove(groups: readonly Row[] | 'all', signal: AbortSignal): Promise<number>;
  /** Inserts rows: all of them, or an error. */
  insert(rows: readonly Row[], signal: AbortSignal): Promise<void>;
  read(groups: readonly Row[], signal: AbortSignal): Promise<readonly Row[]>;
  /** How many rows have a NULL in their key. */
  keyless(signal: AbortSignal): Promise<number>;
}

export interface KeptFamily {
  /** The first is the one that others may refer to. */
  readonly tables: readonly KeptTable[];
  /** Fits a row that is a key and nothing else. */
  readonly keyFitting: Fitting;
  /** Called before `remove` and `read` with the groups that they will get, in the same transaction. */
  choose?(groups: readonly Row[], signal: AbortSignal): Promise<void>;
  keys(after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]>;
}

export interface GroupsParts<Session extends ServerSession> {
  /** The store's own. */
  readonly session: Session;
  readonly families: readonly KeptFamily[];
  readonly readOnly: boolean;
  readonly sql: {
    readonly begin: string;
    /** Begins a transaction whose reads all see the same moment. */
    readonly snapshot: string;
    /** The native code of the errors after which a transaction is begun anew: somebody else's came first. */
    readonly deadlocks: readonly string[];
  };
  readPosition(signal: AbortSignal): Promise<Position | null>;
  writePosition(position: Position, signal: AbortSignal): Promise<void>;
}

/** Keys that one statement names. */
const KEYS_AT_ONCE = 2_000;
/** How often a transaction is begun that others keep from its end. */
const MOST_TRIES = 5;

/** Keeps groups of rows in the tables of a database server, through one connection that ends with it. */
export class ServerGroups<Session extends ServerSession> implements GroupStore {
  readonly #parts: GroupsParts<Session>;
  #open = true;

  constructor(parts: GroupsParts<Session>) {
    this.#parts = parts;
  }

  get adjustments(): ReadonlyMap<string, readonly Adjustment[]> {
    return new Map(this.#parts.families.flatMap(({tables}) => tables).flatMap(({table, fitting: {adjustments}}) => (adjustments.length > 0 ? [[table, adjustments] as const] : [])));
  }

  async position(signal: AbortSignal): Promise<Position | null> {
    assert(this.#open, 'the store is open');
    return await this.#parts.readPosition(signal);
  }

  fit(family: number, rows: readonly (readonly Row[])[]): void {
    for (const [i, {fitting}] of this.#family(family).tables.entries()) fitting.fit({rows: [...must(rows[i], 'rows of the table')], position: null}, 0);
  }

  key(family: number, key: Row): Row | null {
    return fitKey(this.#family(family).keyFitting, key);
  }

  async replace(changes: readonly GroupChange[], position: Position | undefined, signal: AbortSignal): Promise<ReplacedGroups> {
    const {readOnly, session, sql} = this.#parts;
    assert(!readOnly, 'the store may write');
    for (let tries = 1; ; tries++) {
      try {
        return await this.#transaction(sql.begin, () => this.#replace(changes, position, signal), signal);
      } catch (error) {
        const isDeadlock = error instanceof PipelineError && error.native !== undefined && sql.deadlocks.includes(error.native);
        if (!isDeadlock || !session.alive || tries === MOST_TRIES) throw error;
      }
    }
  }

  async read(family: number, groups: readonly Row[], signal: AbortSignal): Promise<readonly (readonly Row[])[]> {
    const {tables, choose} = this.#family(family);
    const found = tables.map((): Row[] => []);
    await this.#transaction(this.#parts.sql.snapshot, async () => {
      for (const some of parts(groups)) {
        await choose?.(some, signal);
        for (const [i, table] of tables.entries()) for (const row of await table.read(some, signal)) found[i]!.push(row);
      }
    }, signal);
    return found;
  }

  async keys(family: number, after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]> {
    return await this.#family(family).keys(after, limit, signal);
  }

  async keyless(family: number, signal: AbortSignal): Promise<readonly number[]> {
    const counts: number[] = [];
    for (const table of this.#family(family).tables) counts.push(await table.keyless(signal));
    return counts;
  }

  /** The locks go with the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    await this.#parts.session[Symbol.asyncDispose]();
  }

  async #replace(changes: readonly GroupChange[], position: Position | undefined, signal: AbortSignal): Promise<ReplacedGroups> {
    let deleted = 0;
    let inserted = 0;
    for (const {family, groups, rows, empty} of changes) {
      const {tables, choose} = this.#family(family);
      for (const some of empty ? ['all' as const] : parts(groups)) {
        if (some !== 'all') await choose?.(some, signal);
        for (const table of tables.toReversed()) deleted += await table.remove(some, signal);
      }
      for (const [i, table] of tables.entries()) {
        const coming = must(rows[i], 'rows of the table');
        if (coming.length > 0) await table.insert(coming, signal);
        inserted += coming.length;
      }
    }
    if (position !== undefined) await this.#parts.writePosition(position, signal);
    return {deleted, inserted};
  }

  /** Nobody can say what became of a commit that was aborted: it is waited for. */
  async #transaction<T>(begin: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    assert(this.#open, 'the store is open');
    const {session} = this.#parts;
    const always = new AbortController().signal;
    await session.run(begin, signal);
    try {
      const result = await work();
      signal.throwIfAborted();
      await session.run('COMMIT', always);
      return result;
    } catch (error) {
      if (session.alive) await session.run('ROLLBACK', always).catch(() => {});
      throw error;
    }
  }

  #family(family: number): KeptFamily {
    return must(this.#parts.families[family], 'family of the store');
  }
}

/** Each key once, so many at a time. */
function parts(groups: readonly Row[]): readonly (readonly Row[])[] {
  const distinct = [...new Map(groups.map(key => [groupText(key), key])).values()];
  return Array.from({length: Math.ceil(distinct.length / KEYS_AT_ONCE)}, (_, i) => distinct.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE));
}
