import {ErrorCode, PipelineError, type Adjustment, type Batch, type Fitted, type Fitting, type Operation, type PackedWriting, type Position, type Row, type Writer} from '@sluice/core';
import {placed} from './meaning.ts';
import {EncodedRows, type PackedFilling} from './packed-filling.ts';
import type {ServerSession} from './session.ts';

/** How the dialect spells the steps of a transaction. */
export interface TransactionSql {
  readonly begin: string;
  /** Before rows are tried. */
  readonly savepoint: string;
  /** After they were refused: the transaction as it was before. */
  readonly undo: string;
  /** After they went through; null where the next savepoint of the same name takes the place of this one. */
  readonly release: string | null;
  /** What the server calls a deadlock that it ended by giving this transaction up, and whether that leaves what came before the savepoint. */
  readonly deadlock: {readonly native: string; readonly keeps: 'savepoint' | 'nothing'};
}

/** A deadlock is met so often before it is told: whoever the other one is, it goes on as soon as this side gives way. */
const DEADLOCKS = 5;

/** What a writer needs of the load it belongs to. */
export interface WriterTarget {
  readonly table: string;
  readonly order: Writer['order'];
  readonly resumeAfter: Position | null;
  readonly startsEmpty?: boolean | undefined;
  readonly fitting: Fitting;
  readonly transaction: TransactionSql;
  /** Puts rows into the table, within the current transaction. Throws VALUE, without the row. */
  apply(rows: readonly Row[], ops: readonly Operation[] | undefined): Promise<void>;
  readonly packed?: PackedFilling | undefined;
  /** Stores the position, within the same transaction, before it is committed. */
  place(position: Position | null): Promise<void>;
  closed(): void;
}

/** What was handed over at once: how all of it goes in, and its rows, should one of them be refused. */
interface Handed {
  all(): Promise<void>;
  /** `before`: so many rows were handed over earlier. Throws VALUE, with the place, for what cannot be a row. */
  rows(before: number): readonly Row[];
  readonly ops?: readonly Operation[] | undefined;
}

/**
 * Writes one table in one transaction per commit. `write` hands a batch to the server and returns
 * while it is being stored, so that reading and transforming go on meanwhile; what went wrong shows at
 * the next call. Bound: one batch under way.
 */
export class TransactionWriter implements Writer {
  readonly #session: ServerSession;
  readonly #target: WriterTarget;
  readonly #signal: AbortSignal;
  #underWay: Promise<void> = Promise.resolve();
  #inTransaction = false;
  /** Something of the transaction under way is done. */
  #begun = false;
  #failure: unknown = null;
  /** Rows handed over in all, and since the last commit. */
  #rows = 0;
  #uncommitted = 0;
  #open = true;

  constructor(session: ServerSession, target: WriterTarget, signal: AbortSignal) {
    this.#session = session;
    this.#target = target;
    this.#signal = signal;
  }

  get resumeAfter(): Position | null {
    return this.#target.resumeAfter;
  }

  get startsEmpty(): boolean | undefined {
    return this.#target.startsEmpty;
  }

  get order(): Writer['order'] {
    return this.#target.order;
  }

  get adjustments(): readonly Adjustment[] {
    return this.#target.fitting.adjustments;
  }

  fit(batch: Batch): Fitted {
    return this.#target.fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    await this.#settle();
    this.#send(rows.length, {all: () => this.#target.apply(rows, ops), rows: () => rows, ops});
  }

  get packed(): PackedWriting | undefined {
    const {packed} = this.#target;
    return packed && {
      fit: rows => {
        const bytes = packed.encode(rows);
        return bytes && new EncodedRows(rows, bytes);
      },
      write: async rows => {
        if (!(rows instanceof EncodedRows)) throw new Error('these rows were fitted by somebody else');
        await this.#settle();
        this.#send(rows.rows, {all: () => packed.apply(rows.bytes, rows.rows), rows: before => packed.unpack(rows.packed, before)});
      },
    };
  }

  /** Does something else within the transaction of the rows, once those that were handed over are in. */
  async within<T>(act: () => Promise<T>): Promise<T> {
    await this.#settle();
    if (!this.#inTransaction) await this.#begin();
    this.#begun = true;
    return await act();
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    await this.#settle();
    if (!this.#inTransaction) await this.#begin();
    await this.#target.place(position);
    await this.#run('COMMIT');
    this.#inTransaction = false;
    const rows = this.#uncommitted;
    this.#uncommitted = 0;
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#underWay;
    // A broken connection rolls back by itself.
    if (this.#inTransaction && this.#session.alive) await this.#session.run('ROLLBACK', new AbortController().signal).catch(() => {});
    this.#inTransaction = false;
    this.#target.closed();
  }

  /** Waits for the batch under way; throws what became of it, or that there is nothing to wait for any more. */
  async #settle(): Promise<void> {
    if (!this.#open) throw new Error('the writer is closed');
    this.#signal.throwIfAborted();
    await this.#underWay;
    this.#signal.throwIfAborted();
    if (this.#failure !== null) throw this.#failure;
  }

  async #begin(): Promise<void> {
    await this.#run(this.#target.transaction.begin);
    this.#inTransaction = true;
    this.#begun = false;
  }

  #send(count: number, handed: Handed): void {
    const before = this.#rows;
    this.#rows += count;
    this.#uncommitted += count;
    if (count === 0) return;
    this.#underWay = this.#store(handed, before).catch((error: unknown) => { this.#failure ??= error; });
  }

  async #store({all, rows, ops}: Handed, before: number): Promise<void> {
    if (!this.#inTransaction) await this.#begin();
    const error = await this.#attempt(all);
    if (error !== null) throw await this.#locate(rows(before), ops, before, error);
  }

  /** Finds the first row that is refused, by halves: each half that goes through stays. */
  async #locate(rows: readonly Row[], ops: readonly Operation[] | undefined, before: number, error: PipelineError): Promise<PipelineError> {
    let from = 0;
    let to = rows.length;
    let refusal = error;
    while (to > from) {
      const middle = to - from === 1 ? to : from + Math.ceil((to - from) / 2);
      const failed = await this.#attempt(() => this.#target.apply(rows.slice(from, middle), ops?.slice(from, middle)));
      if (failed === null) {
        // The halves after a failing one were not tried: the failure was in the part that ends at `to`.
        from = middle;
        continue;
      }
      refusal = failed;
      if (middle - from === 1) return placed(refusal, {table: this.#target.table}, before + from);
      to = middle;
    }
    return refusal;
  }

  /** Null when the rows are in; the refusal of a value when they are not, and the transaction as before. */
  async #attempt(put: () => Promise<void>): Promise<PipelineError | null> {
    const {savepoint, undo, release} = this.#target.transaction;
    for (let deadlocks = 0; ;) {
      await this.#mark(savepoint);
      try {
        await put();
        break;
      } catch (error) {
        if (!(error instanceof PipelineError) || !this.#session.alive) throw error;
        if (await this.#mended(error) && ++deadlocks < DEADLOCKS) continue;
        if (error.code !== ErrorCode.VALUE) throw error;
        await this.#run(undo);
        return error;
      }
    }
    this.#begun = true;
    if (release !== null) await this.#mark(release);
    return null;
  }

  /** After a deadlock: the transaction as it was before the rows, where the server left it so or nothing was in it; false for any other error. */
  async #mended({native}: PipelineError): Promise<boolean> {
    const {deadlock, undo} = this.#target.transaction;
    if (native !== deadlock.native) return false;
    if (deadlock.keeps === 'savepoint') await this.#run(undo);
    else if (this.#begun) return false;
    else await this.#begin();
    return true;
  }

  /** What sets or releases a savepoint, of which nobody waits for the answer where the session can do without. */
  async #mark(sql: string): Promise<void> {
    if (this.#session.defer) this.#session.defer(sql);
    else await this.#run(sql);
  }

  async #run(sql: string): Promise<void> {
    await this.#session.run(sql, this.#signal, {table: this.#target.table});
  }
}
