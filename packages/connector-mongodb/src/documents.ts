import type {Problem, SourceIdentity, SystemFacts} from '@sluice/core';

/** Documents of one collection, in the order of `_id`. */
export interface DocumentRequest {
  readonly collection: string;
  /** A document `{"": id}` behind which, or with which, to begin; null: at the beginning. */
  readonly after: {readonly id: Uint8Array; readonly included: boolean} | null;
  /** The id of the last document, in the same form; null: to the end. */
  readonly until: Uint8Array | null;
  /** Most documents in all. */
  readonly limit?: number;
}

/** What one collection is, as far as reading it goes. */
export interface CollectionFacts {
  readonly name: string;
  /** All but `collection` have no order of `_id`: they are read as they come, and no reading of them can be taken up again. */
  readonly kind: 'collection' | 'view' | 'timeseries' | 'file';
  /** Its oldest documents go when it is full. */
  readonly capped: boolean;
}

export interface CollectionSize {
  readonly documents: number | null;
  readonly bytes: number | null;
}

/** Where documents come from: servers, or files. */
export interface Documents extends AsyncDisposable {
  /** For people and reports: never holds user information. */
  readonly label: string;
  /** What a reader should know; filled by the time that `collections` has answered. */
  readonly warnings: readonly string[];
  /** Every problem that would keep a read from working. Rejects only when aborted. */
  check(signal: AbortSignal): Promise<readonly Problem[]>;
  about(signal: AbortSignal): Promise<SystemFacts>;
  identity(signal: AbortSignal): Promise<SourceIdentity>;
  /** In the order of their names, without those of the system. Throws CONNECT, AUTH. */
  collections(signal: AbortSignal): Promise<readonly CollectionFacts[]>;
  /** Estimates, null where they are not told. Throws CONNECT. */
  size(collection: string, signal: AbortSignal): Promise<CollectionSize>;
  /**
   * BSON documents, each once, pulled in groups as they come; nothing is read ahead beyond one group. Goes on by itself, a few times, when a
   * cursor or a connection is lost. Throws CONNECT (retryable) when that does not help, AUTH, SCHEMA.
   */
  read(request: DocumentRequest, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
  /** About `count` documents from all over a collection, each perhaps more than once. Throws as `read` does. */
  sample(collection: string, count: number, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
  /** Up to `parts - 1` ascending ids, each `{"": id}`, that cut a collection into parts of about the same size; none where that cannot be told cheaply. */
  cut(collection: string, parts: number, signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /** The same documents over a connection of its own. */
  fork(): Documents;
}

/** Fetches documents by their ids, for whoever keeps tables in step with them. */
export interface DocumentReader {
  /**
   * The documents of these ids, each a BSON document `{"": id}`, in any order; those that do not exist are absent. `idField` is `_id`, or `id`
   * by an old schema file. Read as a majority of the servers has them, where there are several. Throws CONNECT, AUTH, VALUE for an id that no query can hold.
   */
  fetch(collection: string, idField: string, ids: readonly Uint8Array[], signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
}
