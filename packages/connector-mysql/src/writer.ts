import {ErrorCode, PipelineError, type Adjustment, type Batch, type Operation, type Position, type Row, type Writer} from '@sluice/core';
import {Fitting} from './fit.ts';
import type {Session} from './session.ts';

/** What a writer needs of its load. */
export interface WriterTarget {
  readonly table: string;
  readonly order: Writer['order'];
  readonly resumeAfter: Position | null;
  readonly fitting: Fitting;
  /** Puts rows into the table, within the current transaction. Throws VALUE, without the row. */
  apply(rows: readonly Row[], ops: readonly Operation[] | undefined): Promise<void>;
  /** Stores the position, within the same transaction. */
  place(position: Position | null): Promise<void>;
  closed(): void;
}

/**
 * Writes one table in one transaction per commit. `write` hands a batch to the server and returns
 * while it is being stored, so that reading and transforming go on meanwhile; what went wrong shows at
 * the next call. Bound: one batch under way.
 */
export class MysqlWriter implements Writer {
  readonly #session: Session;
  readonly #target: WriterTarget;
  readonly #signal: AbortSignal;
  #underWay: Promise<void> = Promise.resolve();
  #inTransaction = false;
  #failure: unknown = null;
  /** Rows handed over in all, and since the last commit. */
  #rows = 0;
  #uncommitted = 0;
  #open = true;

  constructor(session: Session, target: WriterTarget, signal: AbortSignal) {
    this.#session = session;
    this.#target = target;
    this.#signal = signal;
  }

  get resumeAfter(): Position | null {
    return this.#target.resumeAfter;
  }

  get order(): Writer['order'] {
    return this.#target.order;
  }

  get adjustments(): readonly Adjustment[] {
    return this.#target.fitting.adjustments;
  }

  fit({rows, ops}: Batch): void {
    this.#target.fitting.fit(rows, this.#rows, i => ops?.[i] === 'delete');
  }

  async write({rows, ops}: Batch): Promise<void> {
    await this.#settle();
    const before = this.#rows;
    this.#rows += rows.length;
    this.#uncommitted += rows.length;
    if (rows.length === 0) return;
    this.#underWay = this.#store(rows, ops, before).catch((error: unknown) => { this.#failure ??= error; });
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    await this.#settle();
    if (!this.#inTransaction) await this.#begin();
    await this.#target.place(position);
    await this.#session.run('COMMIT', this.#signal, {table: this.#target.table});
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
    if (this.#inTransaction && this.#session.alive) await this.#session.run('ROLLBACK', never()).catch(() => {});
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
    await this.#session.run('START TRANSACTION', this.#signal, {table: this.#target.table});
    this.#inTransaction = true;
  }

  async #store(rows: readonly Row[], ops: readonly Operation[] | undefined, before: number): Promise<void> {
    if (!this.#inTransaction) await this.#begin();
    await this.#savepoint(BATCH);
    try {
      await this.#target.apply(rows, ops);
    } catch (error) {
      if (!isAboutValue(error) || !this.#session.alive) throw error;
      await this.#rollback(BATCH);
      throw await this.#locate(rows, ops, before, error);
    }
  }

  /** Finds the first row that is refused, by halves: each half that goes through stays. */
  async #locate(rows: readonly Row[], ops: readonly Operation[] | undefined, before: number, error: PipelineError): Promise<PipelineError> {
    let from = 0;
    let to = rows.length;
    let refusal = error;
    while (to > from) {
      const middle = to - from === 1 ? to : from + Math.ceil((to - from) / 2);
      await this.#savepoint(HALF);
      try {
        await this.#target.apply(rows.slice(from, middle), ops?.slice(from, middle));
      } catch (cause) {
        if (!isAboutValue(cause)) throw cause;
        await this.#rollback(HALF);
        refusal = cause;
        if (middle - from === 1) return placed(refusal, this.#target.table, before + from);
        to = middle;
        continue;
      }
      from = middle;
      // The halves after a failing one were not tried: the failure was in the part that ends at `to`.
    }
    return refusal;
  }

  #savepoint(name: string): Promise<unknown> {
    return this.#session.run(`SAVEPOINT ${name}`, this.#signal, {table: this.#target.table});
  }

  #rollback(name: string): Promise<unknown> {
    return this.#session.run(`ROLLBACK TO SAVEPOINT ${name}`, this.#signal, {table: this.#target.table});
  }
}

const BATCH = '_sluice_batch';
const HALF = '_sluice_half';

function isAboutValue(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.code === ErrorCode.VALUE;
}

function placed(error: PipelineError, table: string, row: number): PipelineError {
  const what = error.message.replace(/^[^:]*: /, '');
  return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of table ${table}: ${what}`, {
    ...error.context, table, row, retryable: false, ...(error.remedy !== undefined && {remedy: error.remedy}),
  });
}

function never(): AbortSignal {
  return new AbortController().signal;
}
