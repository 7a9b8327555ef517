import type {Position} from '@sluice/core';

/**
 * What a log of changes says: which document was touched, never what became of it. Whoever keeps something in step reads the document
 * anew, so that every form of an entry is right, entries may come twice, and the order between servers does not matter.
 */
export type Change =
  /** The document with this id was inserted, changed, replaced or deleted. */
  | {
    readonly kind: 'touched'; readonly database: string; readonly collection: string;
    /** A BSON document with one element, whose name is empty: `{"": id}`. */
    readonly id: Uint8Array;
    /** Which field of the document `id` is the value of. */
    readonly field: IdField;
  }
  /** The collection has no documents any more. */
  | {readonly kind: 'dropped' | 'truncated'; readonly database: string; readonly collection: string}
  /** The documents of the first collection are now those of the second, and whatever the second held is gone. */
  | {readonly kind: 'renamed'; readonly database: string; readonly collection: string; readonly to: Namespace}
  | {readonly kind: 'databaseDropped'; readonly database: string};

/** What identifies a document: `_id`, or `id` in logs of collections without one. */
export type IdField = '_id' | 'id';

/** A collection and the database it is in. */
export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

/** Changes that travel together. */
export interface ChangeBatch {
  readonly changes: readonly Change[];
  /** Where to go on after these. A large transaction comes in several batches: all but its last have the position before it. */
  readonly position: Position;
  /** Nothing was left in the log when this batch ended. */
  readonly caughtUp: boolean;
  /** When the newest of the changes was made, in milliseconds since 1970, UTC; null without changes. */
  readonly newestAt: number | null;
}

export interface ReadChanges {
  /** Waits for more instead of ending when caught up. */
  readonly follow: boolean;
  /** Most changes in a batch. */
  readonly maxChanges: number;
}

/** Changes of one deployment, in the order of its log. */
export interface ChangeFeed extends AsyncDisposable {
  /** `change streams of …` or `oplog … of …`, for people and reports: never holds user information. */
  readonly label: string;
  /**
   * Where the log ends now: whatever is not in the documents that are read after this, by a majority of the servers, comes after it.
   * Throws CONNECT, AUTH, CONFIG when there is no log.
   */
  now(signal: AbortSignal): Promise<Position>;
  /**
   * Changes after a position, in bounded batches, ending with one that is `caughtUp` unless it follows; batches without changes move the
   * position on. Goes on by itself after a step-down, a lost cursor or connection. Throws POSITION when the log no longer reaches back,
   * CONFIG when the position is not one of this feed, SCHEMA when an entry cannot be understood, CONNECT, AUTH.
   */
  read(after: Position, options: ReadChanges, signal: AbortSignal): AsyncIterable<ChangeBatch>;
}
