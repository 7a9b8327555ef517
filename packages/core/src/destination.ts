import type {Batch, Position} from './batch.ts';
import type {RowOrder, TableDigest} from './digest.ts';
import type {Problem} from './errors.ts';
import type {GroupsRequest, GroupStore} from './groups.ts';
import type {Fitted, LossRule, LossRules} from './loss.ts';
import type {PackedWriting} from './packed.ts';
import type {Judge} from './profile.ts';
import type {RawFormat, RawRows} from './raw.ts';
import type {SourceIdentity} from './range.ts';
import type {FileSeal, LiveTables, RefreshLoad, RefreshRequest} from './refresh.ts';
import type {Catalog, Omission, Schema} from './schema.ts';
import type {SystemFacts} from './system-facts.ts';

/**
 * - `replace`: a new table is built beside the live one; all tables of the load go live at once,
 *   at `publish`.
 * - `append`: rows are added, `upsert`: rows are added or replaced by primary key; each `commit`
 *   is durable and visible by itself, unless the load is `beside`.
 * - `mirror`: as `upsert`, and rows that are not in the load are deleted; always `beside`.
 */
export type WriteMode = 'replace' | 'append' | 'upsert' | 'mirror';

export interface Capabilities {
  readonly modes: readonly WriteMode[];
  /** Loads of `append` and `upsert` can be `beside`. */
  readonly beside?: true;
  /** Primary keys are enforced. */
  readonly keys: boolean;
  /** Positions are stored in the same transaction as the rows. */
  readonly positions: boolean;
  /** Loads beside what is live are `Load.concurrent`. */
  readonly concurrent?: true;
}

/** How one column will be stored. */
export interface ColumnMapping {
  readonly column: string;
  /** The source's own type, or the canonical one when it has none. */
  readonly from: string;
  /** The destination's type. */
  readonly to: string;
  /** How the values are kept when the two are not simply alike. */
  readonly note?: string;
  /** The declared rule for a value that cannot be held; absent: `fail`. Filled in by whoever plans the copy. */
  readonly onLoss?: LossRule;
}

export interface TableTarget {
  readonly table: string;
  /** The name it gets at the destination; differs only when the source's name is not possible there. */
  readonly target: string;
  /** Statements that make it, in order; empty for destinations without DDL. */
  readonly ddl: readonly string[];
  readonly columns: readonly ColumnMapping[];
}

export interface ViewTarget {
  readonly name: string;
  readonly ddl: string;
}

/** What a destination will make of a catalog. */
export interface TargetPlan {
  readonly tables: readonly TableTarget[];
  readonly views: readonly ViewTarget[];
  readonly omissions: readonly Omission[];
}

export interface LoadRequest {
  /** The tables as they will be written, after transforms, and the views that go with them. */
  readonly catalog: Catalog;
  readonly mode: WriteMode;
  /**
   * `append` and `upsert`: rows go into a table beside the live one, where they are read back, and `publish` brings
   * them into it in one transaction, with the positions. A row whose key another row of the load has is a VALUE
   * error. `publish` throws VERIFY, and nothing has happened, when the live table does not hold them as they are.
   */
  readonly beside?: true;
  /**
   * An `append` that is `beside`: of this column only so many values stay in each table, the greatest ones; rows with
   * lower ones are deleted, in the transaction that brings the new rows in.
   */
  readonly retain?: {readonly column: string; readonly keep: number};
  /**
   * `replace` only: of what is live, whatever `contents` says would go does not stay beside the load.
   * Absent: tables that are not in the load stay as they are.
   */
  readonly alone?: boolean;
  /** What unfinished loads of other tables have left at the target stays: one of them is to be gone on with. Absent: it goes. */
  readonly leaves?: true;
  /** What becomes of values that cannot be held; absent: the load fails on the first. */
  readonly losses?: LossRules;
}

/** A table or view that is live at a destination, whoever made it. */
export interface LiveName {
  readonly name: string;
  /** A load that is `alone` takes it away; otherwise it stays. */
  readonly goes: boolean;
}

/** Writes tables into one system. */
export interface Destination extends AsyncDisposable {
  readonly kind: string;
  /** Where it writes to, for people and reports: never holds user information. */
  readonly label: string;
  /** The file or folder it writes, when it is one: a lock is put beside it. */
  readonly file?: string;
  /** The folder it fills, when it is one: what lies there counts as its content. */
  readonly folder?: string;
  readonly capabilities: Capabilities;
  /** Resolves with every problem that would keep a load from working. Rejects only when aborted. */
  check(signal: AbortSignal): Promise<readonly Problem[]>;
  /** What it writes to. Throws CONNECT or AUTH. Absent: there is nothing to tell. */
  about?(signal: AbortSignal): Promise<SystemFacts>;
  /** Whether a load would write over what that source, of the same `kind`, reads. Throws CONNECT or AUTH. */
  overwrites?(source: SourceIdentity, signal: AbortSignal): Promise<boolean>;
  /** What is live there, a destination's own bookkeeping left out. Throws as `plan` does. */
  contents?(signal: AbortSignal): Promise<readonly LiveName[]>;
  /** Says what `begin` would make of the catalog; touches nothing. Throws SCHEMA when it is impossible. */
  plan(request: LoadRequest, signal: AbortSignal): Promise<TargetPlan>;
  /**
   * What the columns that `begin` would make hold: asked with single values, it answers as `Writer.fit` and the
   * system behind it would. Touches nothing. Throws as `plan` does. Absent: nobody can tell.
   */
  judge?(request: LoadRequest, signal: AbortSignal): Promise<Judge>;
  /**
   * Starts a load. Removes what a crashed load of the same target left behind. Throws WRITE, AUTH,
   * CONNECT or LOCKED.
   */
  begin(request: LoadRequest, signal: AbortSignal): Promise<Load>;
  /**
   * Starts a load that builds on what is live, or that can be resumed. Null when the load to resume is
   * gone or of no use. Removes what other crashed loads of the same target left. Throws as `begin` does.
   */
  beginRefresh?(request: RefreshRequest, signal: AbortSignal): Promise<RefreshLoad | null>;
  /** Opens what is live for comparing, in the form in which a load of this catalog wrote it. Throws CONNECT. */
  openLive?(catalog: Catalog, signal: AbortSignal): Promise<LiveTables>;
  /**
   * Opens tables whose rows are replaced group by group. What is missing of them is made, as an `append` makes it; a read-only store
   * throws SCHEMA then. Throws SCHEMA when a table is another one, LOCKED when somebody loads or keeps one of them, and as `begin` does.
   * Absent: it has no transactions over several tables.
   */
  openGroups?(request: GroupsRequest, signal: AbortSignal): Promise<GroupStore>;
  /** The seal of what is live; null when there is nothing. Throws CONNECT. */
  sealLive?(signal: AbortSignal): Promise<FileSeal | null>;
}

/** One load of one or more tables. Disposing a `replace` load without `publish` leaves no trace. */
export interface Load extends AsyncDisposable {
  readonly target: TargetPlan;
  /**
   * Several writers may be open and write at once, each over a connection of its own: of different tables, and of one, whose rows then
   * stand in any order, whatever `Writer.order` says. What one has committed stays when another is disposed without. `readBack` may be
   * called for several tables at once, too. Absent: one at a time.
   */
  readonly concurrent?: true;
  /** Opens a table of the load's catalog. One writer at a time, unless the load is `concurrent`. Throws CONNECT when there is no connection to be had. */
  open(schema: Schema, signal: AbortSignal): Promise<Writer>;
  /**
   * After the last table and before `readBack`: indexes, foreign keys, views. Resolves with what
   * could not be made after all (a view the destination refuses), beyond what the plan listed.
   */
  finish(signal: AbortSignal): Promise<readonly Omission[]>;
  /**
   * Reads a committed table back through a connection of its own, in the canonical form of
   * `schema`, in the order of `Writer.order`.
   */
  readBack(schema: Schema, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal): AsyncIterable<Batch>;
  /**
   * What `readBack` would be digested to, computed where the rows are, by several threads; null when
   * this table is read back by one. `onRows` hears of progress. Throws as `readBack` does.
   */
  digestBack?(
    schema: Schema, order: RowOrder, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal, onRows: (rows: number) => void,
  ): Promise<TableDigest | null>;
  /** The bytes that `writeRaw` takes for a table that nothing was written to; null when it takes none. Throws SCHEMA or CONNECT. */
  rawFormat?(schema: Schema, signal: AbortSignal): Promise<RawFormat | null>;
  /**
   * Fills a table, instead of a writer, with bytes of its `rawFormat`, and commits them. Resolves with how many rows there are. When it
   * throws, the table is empty again: VALUE when a row is refused, without its place, otherwise as `Writer.write` does.
   */
  writeRaw?(schema: Schema, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<{readonly rows: number}>;
  /** Reads a committed table back as bytes of its `rawFormat`, in the order of `Source.readRaw`. Throws as `readBack` does. */
  readBackRaw?(schema: Schema, signal: AbortSignal): RawRows;
  /** Makes everything durable and live, at once. `append` and `upsert` loads are live already. */
  publish(signal: AbortSignal): Promise<Published>;
}

/** What became of the rows of a live table when a load was brought into it; rows that were alike already are in no count. */
export interface MergedRows {
  /** Its name in the load's catalog. */
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface Published {
  /** Where the former version went, when it was kept. */
  readonly archived?: string;
  readonly bytes?: number;
  /** The tables that were there before, and have been changed; absent: they are new ones, or live with each commit. */
  readonly merged?: readonly MergedRows[];
  /** What went wrong once the load was live: it stays live, and somebody should know. */
  readonly warnings?: readonly string[];
}

/** How often a value was not written as it was, and why. */
export interface Adjustment {
  readonly column: string;
  /** What was altered; with a rule, why the column could not hold the value. */
  readonly kind: string;
  /** The declared rule that was followed; absent: the value is the same, written in another way. */
  readonly rule?: Exclude<LossRule, 'fail'>;
  readonly count: number;
}

/** Disposing without `commit` leaves no trace of what was written since the last one. */
export interface Writer extends AsyncDisposable {
  /** The position committed with the rows of an earlier run; null starts from the beginning. */
  readonly resumeAfter: Position | null;
  /** `append` and `upsert`, while `resumeAfter` is null: whether the live table holds no row. Absent: nobody looked. */
  readonly startsEmpty?: boolean | undefined;
  /** `written`: `readBack` gives the rows in the order of the writes; `any`: in some other order. */
  readonly order: RowOrder;
  /**
   * Makes the batch, in place, what this destination can hold: by the rules of the load, counted in
   * `adjustments`, or by throwing VALUE with the place. Called once per batch, before `write`, which gets
   * the batch that is resolved with. Of rows that are set aside the rest of the batch knows nothing.
   */
  fit(batch: Batch): Fitted;
  readonly adjustments: readonly Adjustment[];
  /**
   * Resolves when the writer wants more: this promise is the backpressure. Throws VALUE with
   * table and row when a row is refused, WRITE when there is no room, CONNECT when the server is gone.
   */
  write(batch: Batch): Promise<void>;
  /** Absent: rows come as values. */
  readonly packed?: PackedWriting | undefined;
  /** Makes everything since the last commit durable together with the position. May be repeated. */
  commit(position: Position | null): Promise<{readonly rows: number}>;
}
