import type {Position, SourceIdentity} from '@sluice/core';

/** Documents of one collection, by `_id` as MongoDB orders it. */
export interface DocumentRequest {
  readonly collection: string;
  /** Positions of `idPosition`; null is open. After the first, up to and including the second. */
  readonly after: Position | null;
  readonly until: Position | null;
  /** Most documents in all. */
  readonly limit?: number;
}

/** What one collection is, as far as reading it goes. */
export interface CollectionFacts {
  readonly name: string;
  readonly kind: 'collection' | 'view' | 'timeseries';
  readonly capped: boolean;
  /** The store's own estimate. */
  readonly documents: number | null;
  readonly bytes: number | null;
}

/** Where documents come from: a server, or a file of them. */
export interface Documents extends AsyncDisposable {
  readonly label: string;
  /** Collections in the order of their names, those of the system left out. Throws CONNECT, AUTH. */
  collections(signal: AbortSignal): Promise<readonly CollectionFacts[]>;
  /**
   * BSON documents in ascending order of `_id`, pulled in groups as they come; nothing is read ahead beyond one. Goes on by itself,
   * a few times, when a cursor or a connection is lost. Throws CONNECT, AUTH, SCHEMA.
   */
  read(request: DocumentRequest, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
  identity(signal: AbortSignal): Promise<SourceIdentity>;
}

/** Fetches documents by their ids, for whoever keeps tables in step with them. */
export interface DocumentReader {
  /**
   * The documents of these ids, each a BSON document `{"": id}`; those that do not exist are absent. `idField` is `_id`, or `id` by an
   * old schema file. Read with a majority of the servers where there are several. Throws CONNECT, AUTH.
   */
  fetch(collection: string, idField: string, ids: readonly Uint8Array[], signal: AbortSignal): AsyncIterable<readonly Uint8Array[]>;
}
