import type {ColumnType, Row} from './value.ts';

export interface QueryRequest {
  /** One SELECT (also WITH, VALUES, TABLE) in the system's own SQL; a semicolon may end it. */
  readonly sql: string;
  /** What it is called in errors: `report licences`. */
  readonly name: string;
  /** Most rows of the answer. */
  readonly maxRows: number;
  /** The answer ends once its rows reach about this many bytes. */
  readonly maxBytes: number;
  /** How long it may take in all, until its last row is here. */
  readonly timeoutMs: number;
}

export interface ResultColumn {
  /** As the system names it; several may have the same. */
  readonly name: string;
  /** `any` where the system knows none: what SQLite computes. */
  readonly type: ColumnType;
}

/** What a query gave, whole or up to a limit, in the canonical form of its types. */
export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
  /** There are more rows than were asked for. */
  readonly isTruncated: boolean;
}

/** Asks one system, in its own SQL, what its tables hold. It reads only, and the system itself sees to that. */
export interface Querier extends AsyncDisposable {
  readonly kind: string;
  /** What it asks, for people and reports: never holds user information. */
  readonly label: string;
  /**
   * Runs one query in a transaction that may only read, of one moment. Nothing is left running when it has settled, or
   * was aborted. Throws CONFIG for what is not one query or would write, before anything has happened; SCHEMA for what the
   * system does not read (syntax, names), VALUE when computing it fails, CONNECT (too slow: not retryable), AUTH.
   */
  query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult>;
}
