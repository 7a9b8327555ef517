import {
  ErrorCode, PipelineError,
  type Batch, type Load, type Omission, type Position, type Published, type Schema, type TargetPlan, type WriteMode, type Writer,
} from '@sluice/core';
import {copyRows} from './fill-table.ts';
import {Fitting} from './fit.ts';
import type {LoadPlan} from './plan-load.ts';
import {filledColumns, type TablePlan} from './plan-table.ts';
import {readPosition, writePosition} from './positions.ts';
import {readBack} from './read-back.ts';
import {Session} from './session.ts';
import {unlockTables} from './table-locks.ts';
import {mergeRows, openChanges} from './upsert.ts';
import {PostgresWriter} from './writer.ts';

/** What the kinds of load do differently. */
export interface LoadKind {
  /** The name a table has while it is written. */
  nameOf(table: string): string;
  finish(signal: AbortSignal): Promise<readonly Omission[]>;
  /** Resolves with what somebody should know about the load that is live now. */
  publish(positions: ReadonlyMap<string, Position>, signal: AbortSignal): Promise<readonly string[]>;
  /** Takes back what was not published. The session may be another one than before. */
  abandon(session: Session): Promise<void>;
}

export interface LoadParts {
  readonly session: Session;
  readonly mode: WriteMode;
  readonly plan: LoadPlan;
  /** Tables whose generated columns are ordinary ones, because the server refuses their expressions. */
  readonly plain: ReadonlySet<string>;
  readonly omissions: readonly Omission[];
  readonly kind: LoadKind;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

/** One load, on the destination's session; what is read back comes through a session of its own. */
export class PostgresLoad implements Load {
  readonly target: TargetPlan;
  readonly #parts: LoadParts;
  readonly #positions = new Map<string, Position>();
  #reading: Session | null = null;
  #writer: Writer | null = null;
  #published = false;
  #open = true;

  constructor(parts: LoadParts) {
    this.#parts = parts;
    this.target = parts.plan.target;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    signal.throwIfAborted();
    if (this.#writer) throw new Error('a load writes one table at a time');
    const {session, mode, kind, plain} = this.#parts;
    const {table} = schema;
    const plan = this.#plan(table);
    const isPlain = plain.has(table);
    const columns = filledColumns(plan, isPlain);
    const name = kind.nameOf(table);
    const merge = {table, name, columns, key: plan.schema.primaryKey};
    if (mode === 'upsert') await openChanges(session, merge, signal);
    const writer = new PostgresWriter(session, {
      table,
      order: mode === 'replace' && isKept(plan) ? 'written' : 'any',
      resumeAfter: mode === 'replace' ? null : await readPosition(session, plan.target, signal),
      fitting: new Fitting(table, isPlain ? plan.columns.map(column => ({...column, generated: null})) : plan.columns),
      apply: async (rows, ops) => {
        if (mode === 'upsert') return await mergeRows(session, merge, rows, ops, signal);
        if (ops?.some(op => op !== 'insert')) throw new Error('updates and deletes need an upsert load');
        await copyRows(session, merge, rows, signal);
      },
      place: async position => {
        if (mode !== 'replace') await writePosition(session, plan.target, position, signal);
        else if (position === null) this.#positions.delete(plan.target);
        else this.#positions.set(plan.target, position);
      },
      closed: () => { this.#writer = null; },
    }, signal);
    this.#writer = writer;
    return writer;
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    return [...this.#parts.omissions, ...await this.#parts.kind.finish(signal)];
  }

  async *readBack(schema: Schema, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const {session, kind} = this.#parts;
    if (!this.#reading?.alive) this.#reading = await Session.open(session.endpoint, signal);
    yield* readBack(this.#reading, this.#plan(schema.table), schema, kind.nameOf(schema.table), limits, signal);
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    await this.#closeReader();
    const warnings = await this.#parts.kind.publish(this.#positions, signal);
    this.#published = true;
    return warnings.length > 0 ? {warnings} : {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const {session, plan, kind, ended} = this.#parts;
    await this.#writer?.[Symbol.asyncDispose]();
    await this.#closeReader();
    try {
      if (session.alive) {
        if (!this.#published) await kind.abandon(session);
        await unlockTables(session, plan.tables.map(table => table.target));
      } else if (!this.#published) {
        // The connection broke: the locks went with it, and what was built is taken away through a new one.
        await using fresh = await Session.open(session.endpoint, AbortSignal.timeout(CLEANING_MS));
        await kind.abandon(fresh);
      }
    } catch {
      // The server is gone. The next load takes away what this one left.
    } finally {
      ended();
    }
  }

  async #closeReader(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.[Symbol.asyncDispose]();
  }

  #plan(table: string): TablePlan {
    const plan = this.#parts.plan.tables.find(({schema}) => schema.table === table);
    if (!plan) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is not part of this load`, {table});
    return plan;
  }
}

const CLEANING_MS = 8_000;

/**
 * Whether rows are read back in the order in which they are written: by an integer key they come
 * sorted by. As the rows lie they need not: a short row may fill the rest of an earlier page.
 */
function isKept({schema, columns}: TablePlan): boolean {
  return schema.order === 'key' && schema.primaryKey.length > 0
    && schema.primaryKey.every(name => columns.find(({column}) => column.name === name)?.column.type === 'int');
}
