import {must, type GroupChange, type GroupStore, type Position, type Row} from '@sluice/core';

/** Rows that wait for a transaction take at most about so many bytes of documents. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What became of rows. */
export interface RowCounts {
  readonly deleted: number;
  readonly inserted: number;
}

/**
 * Changes on their way into the store, a transaction for as many of them as memory should hold. All are idempotent: after a crash between two
 * transactions the same changes come again, since the position comes with the last.
 */
export class Writing {
  readonly #store: GroupStore;
  readonly #signal: AbortSignal;
  #changes: GroupChange[] = [];
  #bytes = 0;
  #deleted = 0;
  #inserted = 0;

  constructor(store: GroupStore, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  get counts(): RowCounts {
    return {deleted: this.#deleted, inserted: this.#inserted};
  }

  /** `bytes`: about what the change takes. */
  async add(change: GroupChange, bytes: number): Promise<void> {
    this.#changes.push(change);
    this.#bytes += bytes;
    if (this.#bytes >= MOST_BYTES) await this.flush();
  }

  /** Commits what there is, together with these changes and the position. */
  async flush(last: readonly GroupChange[] = [], position?: Position): Promise<void> {
    const changes = [...this.#changes, ...last];
    this.#changes = [];
    this.#bytes = 0;
    if (changes.length === 0 && position === undefined) return;
    const {deleted, inserted} = await this.#store.replace(changes, position, this.#signal);
    this.#deleted += deleted;
    this.#inserted += inserted;
  }
}

/** The rows of some documents as the store gives them back, and the keys of their groups, each once for a document. */
export interface FittedRows {
  readonly keys: readonly Row[];
  readonly rows: readonly (readonly Row[])[];
}

/** Fits rows in place. Throws VALUE. */
export function fitted(store: GroupStore, family: number, rows: readonly Row[][], keyAt: readonly number[]): FittedRows {
  store.fit(family, rows);
  return {rows, keys: must(rows[0], 'rows of the first table').map(row => keyAt.map(at => row[at]!))};
}
