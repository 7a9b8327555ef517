import type {Batch} from './batch.ts';
import type {Adjustment, Published, TargetPlan} from './destination.ts';
import type {RowOrder} from './digest.ts';
import type {Fitted, LossRules} from './loss.ts';
import type {Catalog, Omission, Schema} from './schema.ts';

/**
 * Where in a destination rows lie. Opaque: made and read by one destination, and of use only for the
 * very state of it in which it was made. Says nothing that the destination itself does not hold.
 */
export type Place = string & {readonly __place: never};

export interface ReadLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Tables in the canonical form of their schemas, by place: what both a live destination and an unfinished load can do. */
export interface PlacedTables extends AsyncDisposable {
  /** Rows of one place, in the order they were written; null reads the whole table, in the order it lies in. */
  readPlace(schema: Schema, place: Place | null, limits: ReadLimits, signal: AbortSignal): AsyncIterable<Batch>;
  /** The digest (`rowDigester` of `@sluice/checksum`, order `written` unless a load says otherwise) of the rows of each place. `onRows` hears of progress. */
  digestPlaces(schema: Schema, places: readonly Place[], limits: ReadLimits, signal: AbortSignal, onRows?: (rows: number) => void): Promise<readonly string[]>;
  countRows(schema: Schema, signal: AbortSignal): Promise<number>;
}

/** Something in a destination that a statement made, and a digest of that statement. */
export interface StoredObject {
  readonly type: 'table' | 'view' | 'index' | 'trigger';
  readonly name: string;
  /** The table it belongs to; its own name for tables and views. */
  readonly table: string;
  readonly digest: string;
}

/** The bytes of a destination that is one file. */
export interface FileSeal {
  readonly sha256: string;
  readonly bytes: number;
}

/** What is wrong with a destination beneath its tables; sentences that hold no data. */
export interface Integrity {
  /** It contradicts itself: what it holds cannot be built on. */
  readonly damage: readonly string[];
  /** It holds bytes that belong to nothing in it, which no reading of tables shows. */
  readonly hidden: readonly string[];
}

/** A destination as it is live now, to be compared with what was put there. Throws CONNECT when there is none. */
export interface LiveTables extends PlacedTables {
  /** What `Writer.fit` would make of rows of this table, so that they can be compared with what is there. */
  fitter(schema: Schema): (batch: Batch) => void;
  /** Everything in it that a statement made; names of tables as they are there. */
  objects(signal: AbortSignal): Promise<readonly StoredObject[]>;
  /** Reads all of it, indexes included. A damaged destination is an answer, not an error. */
  integrity?(signal: AbortSignal): Promise<Integrity>;
}

export interface RefreshRequest {
  /** All tables and views as they will be. */
  readonly catalog: Catalog;
  /**
   * - `nothing`: the load starts empty.
   * - `live`: it starts as a copy of what is live, of which the tables of `keep` are taken over.
   * - `{resume}`: it goes on with a load of that token, which a crash left.
   */
  readonly from: 'nothing' | 'live' | {readonly resume: string};
  /** Tables (names of the catalog) taken over as they are, for `patch` or to stay. */
  readonly keep: ReadonlySet<string>;
  /** With `live`: its bytes are not those that a load left. Then what it holds is taken over, not its bytes. */
  readonly unsealed?: boolean;
  /**
   * Tables (names of the catalog) whose rows should have places, where those cost something; absent: all
   * tables whose rows can have them. A load that is resumed has them where it had them before.
   */
  readonly places?: ReadonlySet<string>;
  /** What is live and not in the catalog stays, as beside a load that is not `alone`. Absent: what `contents` says would go does not stay. */
  readonly beside?: boolean;
  /** As of `LoadRequest`. */
  readonly losses?: LossRules;
}

/**
 * A load in which tables are made anew or patched, beside what is live, until `publish` swaps it in.
 * Disposing it without `publish` leaves no trace; a crash leaves it to be resumed.
 */
export interface RefreshLoad extends PlacedTables {
  readonly target: TargetPlan;
  /** What `{resume}` takes to go on with it after a crash. Holds no data. */
  readonly token: string;
  /** Whether the rows of a table have places; absent: `write` says so. */
  placed?(schema: Schema): boolean;
  /** The order in which the rows of a place are digested; absent: `written`, for all tables. */
  order?(schema: Schema): RowOrder;
  /** Whether rows of a table can be taken out and put in by themselves; otherwise it can only be made anew. */
  patchable(schema: Schema): boolean;
  /** `anew`: an empty table takes the place of what there was; `patch`: its rows stay. One writer at a time. */
  open(schema: Schema, how: 'anew' | 'patch', signal: AbortSignal): Promise<RefreshWriter>;
  /** After the last table: indexes, constraints, views. Resolves with what could not be made after all. */
  finish(signal: AbortSignal): Promise<readonly Omission[]>;
  /** Objects as they will be live; after `finish`. */
  objects(signal: AbortSignal): Promise<readonly StoredObject[]>;
  /** Makes everything durable and computes its seal; after it nothing changes any more. Null for what is not one file. */
  seal(signal: AbortSignal): Promise<FileSeal | null>;
  publish(signal: AbortSignal): Promise<Published>;
  /** From here on disposing it without `publish` leaves it to be resumed, as a crash does. Absent: it never does. */
  keep?(): void;
}

/** Writes one table of a refresh load. Disposing it drops what was not committed. */
export interface RefreshWriter extends AsyncDisposable {
  /** As `Writer.fit`; places of rows count those that this writer was given. */
  fit(batch: Batch): Fitted;
  readonly adjustments: readonly Adjustment[];
  /** Takes out the rows of these places. Resolves with how many there were. */
  remove(places: readonly Place[]): Promise<number>;
  /** Takes out all rows but those of these places. Resolves with how many there were. */
  retain(places: readonly Place[]): Promise<number>;
  /** Adds rows; null when the table's rows have no places of their own: then only the whole table is one. */
  write(batch: Batch): Promise<Place | null>;
  /** Survives the end of this process. */
  commit(): Promise<void>;
}
