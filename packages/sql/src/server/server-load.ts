import {
  ErrorCode, PipelineError,
  type Batch, type Fitting, type Load, type MergedRows, type Omission, type Operation, type Position, type Published, type RawFormat, type RawRows, type Row, type RowOrder, type Schema, type TableDigest, type TargetPlan, type WriteMode, type Writer,
} from '@sluice/core';
import type {PackedFilling} from './packed-filling.ts';
import type {TransactionSql} from './row-transaction.ts';
import type {ServerSession} from './session.ts';
import {SessionPool} from './session-pool.ts';
import {TransactionWriter} from './transaction-writer.ts';

/** What the kinds of load (beside the live tables, or into them) do differently. */
export interface LoadKind<Session> {
  /** The name a table has while it is written. */
  nameOf(table: string): string;
  finish(signal: AbortSignal): Promise<readonly Omission[]>;
  /** Resolves with what somebody should know about the load that is live now. */
  publish(positions: ReadonlyMap<string, Position>, signal: AbortSignal): Promise<readonly string[]>;
  /** After `publish`, where rows were brought into tables that were there: what became of theirs. */
  merged?(): readonly MergedRows[];
  /** Takes back what was not published. The session may be another one than before. */
  abandon(session: Session): Promise<void>;
}

/** A table as it will be made or was found. */
export interface PlannedTable {
  readonly schema: Schema;
  readonly target: string;
}

/** How rows get into one table. */
export interface Filling {
  readonly fitting: Fitting;
  /** Within the current transaction. In an upsert load `ops` may hold anything, otherwise inserts only. Throws VALUE, without the row. */
  apply(rows: readonly Row[], ops: readonly Operation[] | undefined): Promise<void>;
  /** Absent: rows come as values. */
  readonly packed?: PackedFilling | undefined;
}

/** What differs between servers. */
export interface LoadSteps<Session, Table> {
  readonly transaction: TransactionSql;
  /** Opens a session of its own: to read beside the load's, or to clean up after that one broke. */
  connect(purpose: 'read' | 'write', signal: AbortSignal): Promise<Session>;
  /**
   * Prepares a session for rows of a table that has this name for now, which go in over that session; outside of a transaction.
   * `chunk` is a column whose values follow those of the schema in every row.
   */
  fill(session: Session, table: Table, name: string, signal: AbortSignal, chunk?: string): Promise<Filling>;
  /** Whether rows are read back in the order in which they are written. */
  keepsOrder(table: Table): boolean;
  readPosition(session: Session, target: string, signal: AbortSignal): Promise<Position | null>;
  /** Whether a live table holds no row. */
  isEmpty(session: Session, target: string, signal: AbortSignal): Promise<boolean>;
  /** Null takes the stored position away. */
  writePosition(session: Session, target: string, position: Position | null, signal: AbortSignal): Promise<void>;
  /** With `chunk`, a column of integers whose values follow those of the schema in every row. */
  readBack(session: Session, table: Table, schema: Schema, name: string, limits: ReadBackLimits, signal: AbortSignal, chunk?: string): AsyncIterable<Batch>;
  unlock(session: Session, targets: readonly string[]): Promise<void>;
  /** As `Load.digestBack`. */
  digestBack?(session: Session, table: Table, schema: Schema, name: string, order: RowOrder, signal: AbortSignal, onRows: (rows: number) => void): Promise<TableDigest | null>;
  /** For servers whose bytes can pass untouched. */
  readonly raw?: RawSteps<Session, Table>;
}

/** `Load.rawFormat`, `writeRaw` and `readBackRaw` of one table, which has this name for now. */
export interface RawSteps<Session, Table> {
  format(session: Session, table: Table, name: string, signal: AbortSignal): Promise<RawFormat | null>;
  /** In a transaction of its own, committed at the end. Resolves with the number of rows. */
  write(session: Session, table: Table, name: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number>;
  read(session: Session, table: Table, name: string, signal: AbortSignal): RawRows;
}

export interface ReadBackLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface LoadParts<Session, Table> {
  readonly session: Session;
  readonly mode: WriteMode;
  /** Rows of whatever mode go beside the live tables until the load is published; always so in mode `replace`. */
  readonly beside?: true;
  /** Tables beside the live ones can be filled over several sessions at once. */
  readonly concurrent?: true;
  readonly tables: readonly Table[];
  readonly target: TargetPlan;
  /** What was left out when the tables were made. */
  readonly omissions: readonly Omission[];
  readonly kind: LoadKind<Session>;
  readonly steps: LoadSteps<Session, Table>;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

/** How long cleaning up through a new connection may take. */
const CLEANING_MS = 8_000;

/**
 * One load, on the destination's session; what is read back comes through a session of its own. Where several tables are written, or read
 * back, at the same time, each further one takes a session of its own, which serves the next one when it is done.
 */
export class ServerLoad<Session extends ServerSession, Table extends PlannedTable> implements Load {
  readonly target: TargetPlan;
  readonly concurrent?: true;
  readonly #parts: LoadParts<Session, Table>;
  readonly #positions = new Map<string, Position>();
  readonly #writing: SessionPool<Session>;
  readonly #reading: SessionPool<Session>;
  readonly #writers = new Set<AsyncDisposable>();
  #published = false;
  #kept = false;
  #open = true;

  constructor(parts: LoadParts<Session, Table>) {
    this.#parts = parts;
    this.target = parts.target;
    const {session, steps} = parts;
    this.#writing = new SessionPool(signal => steps.connect('write', signal), session);
    this.#reading = new SessionPool(signal => steps.connect('read', signal));
    // Rows of live tables are seen one table after the other, as their references want it.
    if (parts.concurrent && this.#beside) this.concurrent = true;
  }

  async open({table}: Schema, signal: AbortSignal): Promise<Writer> {
    return await this.#filling(signal, async session => {
      const {mode, kind, steps} = this.#parts;
      const beside = this.#beside;
      const plan = this.#plan(table);
      const {fitting, apply, packed} = await steps.fill(session, plan, kind.nameOf(table), signal);
      const goesOn = mode !== 'replace' && mode !== 'mirror';
      const resumeAfter = goesOn ? await steps.readPosition(session, plan.target, signal) : null;
      const writer = new TransactionWriter(session, {
        table, fitting, resumeAfter, packed,
        startsEmpty: goesOn && resumeAfter === null ? await steps.isEmpty(session, plan.target, signal) : undefined,
        transaction: steps.transaction,
        order: beside && steps.keepsOrder(plan) ? 'written' : 'any',
        apply: async (rows, ops) => {
          if ((mode !== 'upsert' || beside) && ops?.some(op => op !== 'insert')) throw new Error('updates and deletes need an upsert load');
          await apply(rows, ops);
        },
        place: async position => {
          if (!beside) await steps.writePosition(session, plan.target, position, signal);
          else if (position === null) this.#positions.delete(plan.target);
          else this.#positions.set(plan.target, position);
        },
        closed: () => {
          this.#writers.delete(writer);
          this.#writing.give(session);
        },
      }, signal);
      this.#writers.add(writer);
      return writer;
    });
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    await this.#writing[Symbol.asyncDispose]();
    return [...this.#parts.omissions, ...await this.#parts.kind.finish(signal)];
  }

  async *readBack(schema: Schema, limits: ReadBackLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const {kind, steps} = this.#parts;
    const session = await this.#reading.take(signal);
    try {
      yield* steps.readBack(session, this.#plan(schema.table), schema, kind.nameOf(schema.table), limits, signal);
    } finally {
      this.#reading.give(session);
    }
  }

  async digestBack(schema: Schema, order: RowOrder, _limits: ReadBackLimits, signal: AbortSignal, onRows: (rows: number) => void): Promise<TableDigest | null> {
    signal.throwIfAborted();
    const {kind, steps} = this.#parts;
    if (!steps.digestBack) return null;
    const session = await this.#reading.take(signal);
    try {
      return await steps.digestBack(session, this.#plan(schema.table), schema, kind.nameOf(schema.table), order, signal, onRows);
    } finally {
      this.#reading.give(session);
    }
  }

  /** The session that reads what was committed, for loads that read one thing at a time; the load closes it. */
  async reader(signal: AbortSignal): Promise<Session> {
    const session = await this.#reading.take(signal);
    this.#reading.give(session);
    return session;
  }

  async rawFormat({table}: Schema, signal: AbortSignal): Promise<RawFormat | null> {
    signal.throwIfAborted();
    const {mode, kind, steps: {raw}} = this.#parts;
    if (raw === undefined || mode !== 'replace') return null;
    return await this.#filling(signal, async session => {
      const format = await raw.format(session, this.#plan(table), kind.nameOf(table), signal);
      this.#writing.give(session);
      return format;
    });
  }

  async writeRaw({table}: Schema, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<{readonly rows: number}> {
    return await this.#filling(signal, async session => {
      const rows = await this.#raw().write(session, this.#plan(table), this.#parts.kind.nameOf(table), bytes, signal);
      this.#writing.give(session);
      return {rows};
    });
  }

  readBackRaw({table}: Schema, signal: AbortSignal): RawRows {
    let read: RawRows | null = null;
    const start = (session: Session) => read = this.#raw().read(session, this.#plan(table), this.#parts.kind.nameOf(table), signal);
    const reading = this.#reading;
    return {
      get rows() { return read?.rows ?? 0; },
      async *[Symbol.asyncIterator]() {
        const session = await reading.take(signal);
        try {
          yield* start(session);
        } finally {
          reading.give(session);
        }
      },
    };
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    await this.#reading[Symbol.asyncDispose]();
    const warnings = await this.#parts.kind.publish(this.#positions, signal);
    this.#published = true;
    const merged = this.#parts.kind.merged?.();
    return {...(merged && {merged}), ...(warnings.length > 0 && {warnings})};
  }

  /** Nothing is taken back when it is disposed. */
  keep(): void {
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const {session, tables, kind, steps, ended} = this.#parts;
    for (const writer of this.#writers) await writer[Symbol.asyncDispose]();
    await this.#writing[Symbol.asyncDispose]();
    await this.#reading[Symbol.asyncDispose]();
    try {
      if (session.alive) {
        if (!this.#published && !this.#kept) await kind.abandon(session);
        await steps.unlock(session, tables.map(table => table.target));
      } else if (!this.#published && !this.#kept) {
        // The connection broke: the locks went with it, and what was built is taken away through a new one.
        await using fresh = await steps.connect('write', AbortSignal.timeout(CLEANING_MS));
        await kind.abandon(fresh);
      }
    } catch {
      // The server is gone. The next load takes away what this one left.
    } finally {
      ended();
    }
  }

  get #beside(): boolean {
    return this.#parts.mode === 'replace' || this.#parts.beside === true;
  }

  /** Starts to fill a table over a session that is free; whoever fills gives it back, unless that fails. */
  async #filling<T>(signal: AbortSignal, fill: (session: Session) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (!this.concurrent && this.#writing.taken > 0) throw new Error('a load writes one table at a time');
    const session = await this.#writing.take(signal);
    try {
      return await fill(session);
    } catch (error) {
      this.#writing.give(session);
      throw error;
    }
  }

  #raw(): RawSteps<Session, Table> {
    const {raw} = this.#parts.steps;
    if (raw === undefined) throw new Error('there is no raw format');
    return raw;
  }

  #plan(table: string): Table {
    const plan = this.#parts.tables.find(({schema}) => schema.table === table);
    if (!plan) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is not part of this load`, {table});
    return plan;
  }
}
