import type {Position} from './batch.ts';
import type {Schema} from './schema.ts';

/** Rows of one table in the source's key order: after one position, up to and including another; null is open. */
export interface KeyRange {
  readonly after: Position | null;
  readonly until: Position | null;
}

/** What a source computed over the rows of one range, where they are. */
export interface RangeDigest {
  readonly rows: number;
  /**
   * Equal for equal rows, and for others as good as never: at least SHA-256 over an unambiguous
   * encoding. Null when these rows cannot be told from others this way: they count as changed.
   */
  readonly digest: string | null;
}

export interface DigestRequest {
  /** The columns that count; a subset of the table's leaves changes in the others unseen. */
  readonly schema: Schema;
  /** In key order, not overlapping. A table without a key has the one range that is open at both ends. */
  readonly ranges: readonly KeyRange[];
  /** As `ReadRequest.where`. */
  readonly where?: string;
}

/** Which source this is, for runs that build on an earlier one. Never holds user information. */
export interface SourceIdentity {
  /** Differs from that of every other source: the server's own number and the database, the path of a file. */
  readonly id: string;
  /** What may change without making it another source, e.g. its version, time zone, collation; by name. */
  readonly traits: Readonly<Record<string, string>>;
}
