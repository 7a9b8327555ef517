import type {Batch, Position} from './batch.ts';
import type {Problem} from './errors.ts';
import type {PackedBatch} from './packed.ts';
import type {ProfileRequest, TableProfile} from './profile.ts';
import type {DigestRequest, RangeDigest, SourceIdentity} from './range.ts';
import type {RawFormat, RawRows} from './raw.ts';
import type {Catalog, Schema} from './schema.ts';
import type {SystemFacts} from './system-facts.ts';

export interface DiscoverRequest {
  /** Given a table or view name, whether it will be used. Sources skip the cost of describing others. */
  readonly wants?: (name: string) => boolean;
}

/** A column whose values only grow, so that rows which come or change later have greater ones. */
export interface CursorRequest {
  readonly table: string;
  readonly column: string;
}

/** How far a table can be read by its cursor without leaving out a row that is committed late. */
export interface CursorBound {
  /** Every row up to here, itself included, is in the snapshot that `read` reads from; null for a table without rows. */
  readonly until: Position | null;
  /** Transactions that may still bring rows below `until` had not ended when waiting for them did: then nothing is proved, and it is null. */
  readonly open: boolean;
}

export interface ReadRequest {
  /** The table as `discover` described it; a subset of its columns, in any order, reads only those. */
  readonly schema: Schema;
  /** Continue after this position; null reads from the beginning. */
  readonly after: Position | null;
  /** The last position to read, itself included; absent or null reads to the end. Only from sources with `ranges`, and between positions of `split`. */
  readonly until?: Position | null;
  /**
   * Only rows whose value in this column is after `after` and up to `until`, which are positions of `settleCursors`
   * then; batches have no positions. Throws VALUE when the column holds what no cursor ever reaches (NULL, infinity),
   * SCHEMA when `after` is of something else.
   */
  readonly cursor?: string;
  /** A condition in the source's own SQL that rows must meet; only for a source with `checkFilter`. */
  readonly where?: string;
  /** Most rows in all; a hint: a source that cannot stop there gives more, and whoever reads leaves. */
  readonly limit?: number;
  /** Most rows in a batch. */
  readonly maxRows: number;
  /** A batch ends once its rows reach about this many bytes; one larger row is a batch of its own. */
  readonly maxBytes: number;
}

export interface EncodeRequest {
  /** The table as `discover` described it. */
  readonly schema: Schema;
  readonly format: RawFormat;
}

/**
 * Reads tables out of one system. All reads of one Source come from one consistent snapshot,
 * taken at the first `discover` or `read`, where the system has snapshots.
 */
export interface Source extends AsyncDisposable {
  readonly kind: string;
  /** Where it reads from, for people and reports: never holds user information. */
  readonly label: string;
  /**
   * Resolves with every problem that would keep a read from working: connectivity, credentials,
   * privileges; empty when there is none. Rejects only when aborted.
   */
  check(signal: AbortSignal): Promise<readonly Problem[]>;
  /** What it reads from. Throws CONNECT or AUTH. Absent: there is nothing to tell. */
  about?(signal: AbortSignal): Promise<SystemFacts>;
  /** Describes what exists. Throws CONNECT or AUTH. */
  discover(signal: AbortSignal, request?: DiscoverRequest): Promise<Catalog>;
  /**
   * Rows of one table, pulled: nothing is read ahead of `next()` beyond one batch. Leaving the loop
   * early releases the server's resources. Throws CONNECT (retryable) when the connection breaks,
   * SCHEMA when the table is not as described, VALUE when a value is not what its column says.
   */
  read(request: ReadRequest, signal: AbortSignal): AsyncIterable<Batch>;
  /**
   * Tables with a key come in its order, their batches have positions, and `read` honours `until`:
   * the rows of one range are the same whenever nothing changed.
   */
  readonly ranges?: boolean;
  /**
   * Opens `count` more readers of one snapshot, which this one reads from, too: each over a connection of its own, so that all of them
   * read at the same time. To be called after `discover` and `settleCursors` and before the first `read`: a source whose readers have to
   * begin together takes its snapshot anew. They know what this one has discovered, and are disposed before it by whoever asked for them.
   * Resolves with fewer, and says so in `warnings`, when the server gives no more connections. Throws CONNECT; nothing is left open then. Absent: one table at a time.
   */
  fork?(count: number, signal: AbortSignal): Promise<readonly Source[]>;
  /** What seems to keep `fork` from working, for plans, which try nothing: a sentence that ends with the remedy; null where nothing does. Throws CONNECT. */
  forkDoubt?(signal: AbortSignal): Promise<string | null>;
  /**
   * Up to `parts - 1` ascending positions that cut a table with a key into parts of about the same number of rows, for `after` and `until`;
   * none where a part would cost a look at more than its rows. Costs far less than reading the table. Throws as `read` does.
   */
  split?(schema: Schema, parts: number, signal: AbortSignal): Promise<readonly Position[]>;
  /**
   * Reads the tables of one `Schema.together` group out of one pass: an iterable per request, in order. All of them have to be consumed
   * at the same time: the pass waits for the slowest, with at most a batch per table ahead. Leaving one leaves its table only; what one
   * throws all throw. The requests differ in `schema` alone. Absent: one by one.
   */
  readTogether?(requests: readonly ReadRequest[], signal: AbortSignal): readonly AsyncIterable<Batch>[];
  /**
   * Why a condition cannot be used for this table, in words that hold no data; null when it can. It is one
   * boolean expression of the source's own SQL over the table's columns: what ends it, comments it out or is no
   * such expression is refused. Reads no row. Throws CONNECT or AUTH. Absent: the source takes no conditions.
   */
  checkFilter?(schema: Schema, where: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Finds a bound for each cursor, and takes a snapshot anew in which nothing below it can be missing: it waits,
   * as long as for a lock, for every transaction that could still bring such a row. To be called after `discover`
   * and before the first `read`. Throws CONFIG for a column that cannot be a cursor, or where the source cannot
   * tell, AUTH when the user may not see other transactions, CONNECT. Absent: the source has no cursors.
   */
  settleCursors?(requests: readonly CursorRequest[], signal: AbortSignal): Promise<readonly CursorBound[]>;
  /** Which source this is. Throws CONNECT or AUTH. */
  identity?(signal: AbortSignal): Promise<SourceIdentity>;
  /**
   * Digests of ranges, computed where the rows are, in the snapshot that `read` reads from: an array
   * per request, an element per range. `onTable` hears of each request that is done, by its index.
   * Throws as `read` does. Absent: whoever wants digests reads the rows.
   */
  digestRanges?(requests: readonly DigestRequest[], signal: AbortSignal, onTable?: (request: number) => void): Promise<readonly (readonly RangeDigest[])[]>;
  /**
   * What the rows of a table hold, computed where they are, in one read of it and in the snapshot that `read`
   * reads from. Throws as `read` does. Absent: whoever wants to know reads the rows.
   */
  profile?(request: ProfileRequest, signal: AbortSignal): Promise<TableProfile>;
  /**
   * What the bytes of `readRaw` would be; null when this table has none of their kind. A destination that has an equal
   * format takes them untouched. Throws as `read` does.
   */
  rawFormat?(schema: Schema, signal: AbortSignal): Promise<RawFormat | null>;
  /** The rows that `read` would give from the beginning to the end, as bytes. Only where there is a `rawFormat`. Throws as `read` does. */
  readRaw?(schema: Schema, signal: AbortSignal): RawRows;
  /**
   * Whether it can make all rows of a table, in the order of its key, into bytes of a destination's format, instead of having a `rawFormat` of
   * its own. Reads no row. Throws SCHEMA or CONNECT.
   */
  encodes?(schema: Schema, format: RawFormat, signal: AbortSignal): Promise<boolean>;
  /**
   * The rows of the tables of one `Schema.together` group, from the beginning to the end, made into bytes of formats that it `encodes`: one
   * read of them all, which is consumed as that of `readTogether` is. Throws as `read` does.
   */
  encodeTogether?(requests: readonly EncodeRequest[], signal: AbortSignal): readonly RawRows[];
  /** Whether `readPacked` takes this table. Throws SCHEMA or CONNECT. */
  packs?(schema: Schema, signal: AbortSignal): Promise<boolean>;
  /**
   * The rows that `read` would give, in the same order, packed; where batches end may differ. For tables that it `packs`, without a
   * `cursor`. Throws as `read` does.
   */
  readPacked?(request: ReadRequest, signal: AbortSignal): AsyncIterable<PackedBatch>;
  /**
   * Ends what the snapshot holds at the server; the next read takes another one. To be called while nothing is read.
   * Absent: there is nothing to let go.
   */
  letGo?(): Promise<void>;
  /** What a reader should know about this source, e.g. tables the snapshot cannot cover. Filled by then. */
  readonly warnings: readonly string[];
  /** Where the snapshot stands (a log position, a file's change counter), for the receipt; null when unknown. */
  readonly snapshot?: string | null;
}
