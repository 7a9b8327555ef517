import type {Adjustment, Batch, Fitted, Fitting, Operation, PackedWriting, PipelineError, Position, Row, Writer} from '@sluice/core';
import {placed} from './meaning.ts';
import {EncodedRows, type PackedFilling} from './packed-filling.ts';
import {PackedRun} from './packed-run.ts';
import {RowTransaction, type TransactionSql} from './row-transaction.ts';
import type {ServerSession} from './session.ts';

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

/**
 * Writes one table in one transaction per commit. `write` hands a batch to the server and returns
 * while it is being stored, so that reading and transforming go on meanwhile; what went wrong shows at
 * one of the next calls. Bound: one batch under way; packed ones as long as their run.
 */
export class TransactionWriter implements Writer {
  readonly #target: WriterTarget;
  readonly #signal: AbortSignal;
  readonly #transaction: RowTransaction;
  #underWay: Promise<void> = Promise.resolve();
  /** Packed rows that are under way and can become more. */
  #run: PackedRun | null = null;
  #failure: unknown = null;
  /** Rows handed over in all, and since the last commit. */
  #rows = 0;
  #uncommitted = 0;
  #open = true;

  constructor(session: ServerSession, target: WriterTarget, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
    this.#transaction = new RowTransaction(session, target, signal);
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
    const before = this.#rows;
    if (this.#count(rows.length)) this.#send(() => this.#store(rows, ops, before));
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
        const run = await this.#runOn() ?? new PackedRun();
        const before = this.#rows;
        if (!this.#count(rows.rows)) return;
        if (this.#run === null) {
          this.#run = run;
          this.#send(() => this.#storeRun(run, packed));
        }
        run.add(rows, before);
        if (run.bytes >= packed.runBytes) this.#endRun();
      },
    };
  }

  /** Does something else within the transaction of the rows, once those that were handed over are in. */
  async within<T>(act: () => Promise<T>): Promise<T> {
    await this.#settle();
    await this.#transaction.begin();
    this.#transaction.touch();
    return await act();
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    await this.#settle();
    await this.#transaction.begin();
    await this.#target.place(position);
    await this.#transaction.commit();
    const rows = this.#uncommitted;
    this.#uncommitted = 0;
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#endRun();
    await this.#underWay;
    await this.#transaction.rollback();
    this.#target.closed();
  }

  /** Waits for what is under way; throws what became of it, or that there is nothing to wait for any more. */
  async #settle(): Promise<void> {
    this.#refuseLate();
    this.#endRun();
    await this.#underWay;
    this.#refuseLate();
    if (this.#failure !== null) throw this.#failure;
  }

  #refuseLate(): void {
    if (!this.#open) throw new Error('the writer is closed');
    this.#signal.throwIfAborted();
  }

  /** The run that takes the next batch, once it does; null when none is open, and nothing under way. */
  async #runOn(): Promise<PackedRun | null> {
    this.#refuseLate();
    await this.#run?.wanted();
    if (this.#run?.isOpen) return this.#run;
    await this.#settle();
    return null;
  }

  #endRun(): void {
    this.#run?.close();
    this.#run = null;
  }

  /** False where there are no rows. */
  #count(rows: number): boolean {
    this.#rows += rows;
    this.#uncommitted += rows;
    return rows > 0;
  }

  #send(store: () => Promise<void>): void {
    this.#underWay = store().catch((error: unknown) => { this.#failure ??= error; });
  }

  async #store(rows: readonly Row[], ops: readonly Operation[] | undefined, before: number): Promise<void> {
    await this.#transaction.begin();
    const error = await this.#transaction.attempt(() => this.#target.apply(rows, ops));
    if (error !== null) throw await this.#locate(rows, ops, before, error);
  }

  /** Where one of the rows is refused each batch goes in by itself, as values: that one is found then. */
  async #storeRun(run: PackedRun, packed: PackedFilling): Promise<void> {
    try {
      await this.#transaction.begin();
      const error = await this.#transaction.attempt(() => packed.apply(run.feed(), () => run.rows), {once: true});
      if (error === null) return;
    } finally {
      run.close();
    }
    for (const {packed: rows, before} of run.kept) await this.#store(packed.unpack(rows, before), undefined, before);
  }

  /** Finds the first row that is refused, by halves: each half that goes through stays. */
  async #locate(rows: readonly Row[], ops: readonly Operation[] | undefined, before: number, error: PipelineError): Promise<PipelineError> {
    let from = 0;
    let to = rows.length;
    let refusal = error;
    while (to > from) {
      const middle = to - from === 1 ? to : from + Math.ceil((to - from) / 2);
      const failed = await this.#transaction.attempt(() => this.#target.apply(rows.slice(from, middle), ops?.slice(from, middle)));
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
}
