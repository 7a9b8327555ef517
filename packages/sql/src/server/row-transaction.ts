import {ErrorCode, PipelineError} from '@sluice/core';
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

/** Transactions one after the other on a session, in which rows are tried behind savepoints. */
export class RowTransaction {
  readonly #session: ServerSession;
  readonly #table: string;
  readonly #sql: TransactionSql;
  readonly #signal: AbortSignal;
  #open = false;
  /** Something of the transaction under way is done. */
  #begun = false;

  constructor(session: ServerSession, {table, transaction}: {readonly table: string; readonly transaction: TransactionSql}, signal: AbortSignal) {
    this.#session = session;
    this.#table = table;
    this.#sql = transaction;
    this.#signal = signal;
  }

  /** Begins one where none is open. */
  async begin(): Promise<void> {
    if (!this.#open) await this.#begin();
  }

  /** Something else than rows is about to be done in it. */
  touch(): void {
    this.#begun = true;
  }

  async commit(): Promise<void> {
    await this.#run('COMMIT');
    this.#open = false;
  }

  /** Never throws. */
  async rollback(): Promise<void> {
    // A broken connection rolls back by itself.
    if (this.#open && this.#session.alive) await this.#session.run('ROLLBACK', new AbortController().signal).catch(() => {});
    this.#open = false;
  }

  /**
   * Null when the rows are in; the refusal of a value when they are not, and the transaction as before. After a deadlock they are tried again, unless
   * they can be put but `once`: then it is resolved with like a refusal.
   */
  async attempt(put: () => Promise<void>, {once = false} = {}): Promise<PipelineError | null> {
    const {savepoint, undo, release} = this.#sql;
    for (let deadlocks = 0; ;) {
      await this.#mark(savepoint);
      try {
        await put();
        break;
      } catch (error) {
        if (!(error instanceof PipelineError) || !this.#session.alive) throw error;
        if (await this.#mended(error)) {
          if (once) return error;
          if (++deadlocks < DEADLOCKS) continue;
        }
        if (error.code !== ErrorCode.VALUE) throw error;
        await this.#run(undo);
        return error;
      }
    }
    this.#begun = true;
    if (release !== null) await this.#mark(release);
    return null;
  }

  async #begin(): Promise<void> {
    await this.#run(this.#sql.begin);
    this.#open = true;
    this.#begun = false;
  }

  /** After a deadlock: the transaction as it was before the rows, where the server left it so or nothing was in it; false for any other error. */
  async #mended({native}: PipelineError): Promise<boolean> {
    const {deadlock, undo} = this.#sql;
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
    await this.#session.run(sql, this.#signal, {table: this.#table});
  }
}
