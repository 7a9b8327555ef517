import {assert, type Adjustment, type Batch, type Fitted, type Place, type RefreshWriter} from '@sluice/core';
import type {TransactionWriter} from './transaction-writer.ts';

/** How the rows of a chunk are found again. */
export interface Chunks {
  /** The greatest number that rows have. */
  readonly last: number;
  /** Takes out rows of these numbers, or (`but`) of all others. */
  remove(chunks: readonly number[], but: boolean): Promise<number>;
}

/** Writes batches as chunks: each of its rows has the number of its batch behind its values. */
export class ChunkWriter implements RefreshWriter {
  readonly #writer: TransactionWriter;
  readonly #chunks: Chunks | null;
  #last: number;

  /** `chunks` is null for a table whose rows have no places. */
  constructor(writer: TransactionWriter, chunks: Chunks | null) {
    this.#writer = writer;
    this.#chunks = chunks;
    this.#last = chunks?.last ?? 0;
  }

  get adjustments(): readonly Adjustment[] {
    return this.#writer.adjustments;
  }

  fit(batch: Batch): Fitted {
    return this.#writer.fit(batch);
  }

  remove(places: readonly Place[]): Promise<number> {
    return this.#remove(places, false);
  }

  retain(places: readonly Place[]): Promise<number> {
    return this.#remove(places, true);
  }

  async write(batch: Batch): Promise<Place | null> {
    assert(batch.ops === undefined || batch.ops.every(op => op === 'insert'), 'a refresh load inserts only');
    if (this.#chunks === null) {
      await this.#writer.write(batch);
      return null;
    }
    const chunk = ++this.#last;
    for (const row of batch.rows) row.push(chunk);
    await this.#writer.write(batch);
    return String(chunk) as Place;
  }

  async commit(): Promise<void> {
    await this.#writer.commit(null);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#writer[Symbol.asyncDispose]();
  }

  async #remove(places: readonly Place[], but: boolean): Promise<number> {
    const chunks = this.#chunks;
    assert(chunks !== null, 'the rows have places');
    const numbers = places.map(Number);
    // No new row gets one of them, be they removed or, after a crash, never written.
    for (const number of numbers) this.#last = Math.max(this.#last, number);
    return await this.#writer.within(() => chunks.remove(numbers, but));
  }
}
