import type {GroupTable, Position, Row} from '@sluice/core';
import type {Misfit} from '@sluice/relational';

/**
 * What a log of changes says: which document was touched, never what became of it. `@sluice/connector-mongodb` has feeds of this shape;
 * anything that tells of touched documents will do.
 */
export type Change =
  | {
    readonly kind: 'touched'; readonly database: string; readonly collection: string; /** A BSON document `{"": id}`. */ readonly id: Uint8Array;
    /** Which field of the document it is the value of; absent: the one that identifies it. */ readonly field?: string;
  }
  | {readonly kind: 'dropped' | 'truncated'; readonly database: string; readonly collection: string}
  | {readonly kind: 'renamed'; readonly database: string; readonly collection: string; readonly to: {readonly database: string; readonly collection: string}}
  | {readonly kind: 'databaseDropped'; readonly database: string};

/** Changes that travel together. */
export interface ChangeBatch {
  readonly changes: readonly Change[];
  /** Where to go on after these. */
  readonly position: Position;
  /** Nothing was left in the log when this batch ended. */
  readonly caughtUp: boolean;
  /** When the newest of them was made, in milliseconds since 1970, UTC; absent or null when the log does not say. */
  readonly newestAt?: number | null;
}

export interface ChangeFeed {
  /** Changes after a position; ends with a batch that is `caughtUp`, or never. */
  read(after: Position, options: {readonly follow: boolean; readonly maxChanges: number}, signal: AbortSignal): AsyncIterable<ChangeBatch>;
}

export interface DocumentReader {
  /** The documents of these ids, each `{"": id}`, as BSON, in any order; those that do not exist are absent. */
  fetch(collection: string, idField: string, ids: readonly Uint8Array[], signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
}

export interface DocumentScan {
  /**
   * The BSON documents of a collection, each once. With `idsOnly` nothing of them is needed but the field that identifies them; more does
   * no harm.
   */
  read(request: {readonly collection: string; readonly after: null; readonly until: null; readonly idsOnly?: true}, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
}

/** How the documents of one collection become rows. See `documentRows`. */
export interface DocumentRows {
  readonly collection: string;
  /** The field that identifies a document. */
  readonly idField: string;
  /** As they are at the destination; the first has a row for each document. */
  readonly tables: readonly GroupTable[];
  /** The rows of some documents, per table. Throws VALUE. */
  rowsOf(documents: readonly Uint8Array[]): Row[][];
  /** The key of the group of a document with this id, `{"": id}`; null when none of its rows can be there. */
  key(id: Uint8Array): Row | null;
  /** What did not fit its columns so far. */
  readonly misfits: readonly Misfit[];
}
