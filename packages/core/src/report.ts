import type {ErrorCode, ErrorContext, Problem} from './errors.ts';
import type {Adjustment, ColumnMapping, MergedRows} from './destination.ts';
import type {Omission} from './schema.ts';
import type {ColumnEffect, TransformNote} from './transform.ts';

export type TableStatus = 'ok' | 'failed' | 'interrupted' | 'not started';

/** What happened to one table; printed by `--json`, so fields are a contract. */
export interface TableReport {
  readonly name: string;
  /** Its name at the destination. */
  readonly target: string;
  readonly status: TableStatus;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  /** What became of rows of a table that was there before, when the run brought its own into it; absent: the table is a new one, or nobody counted. */
  readonly merged?: Omit<MergedRows, 'table'>;
  /** True when the destination was read back and equals what was written. */
  readonly verified: boolean;
  /**
   * SHA-256 over the canonical encoding of the rows written, or over their bytes in `rawFormat`, hex. Null where nothing was read back as a whole: without
   * verification, in modes that write into live tables, and where pieces of a table are proved one by one (refreshes, large copies that go on after a crash,
   * copies in chunks); `verified` says whether they were.
   */
  readonly digest: string | null;
  /** The system's own format in which the rows passed from end to end untouched, e.g. `postgresql/copy-binary 15 UTF8`. */
  readonly rawFormat?: string;
  readonly seconds: number;
  readonly columns: readonly ColumnMapping[];
  readonly effects: readonly ColumnEffect[];
  readonly notes: readonly TransformNote[];
  readonly adjustments: readonly Adjustment[];
  /** What a refresh did with it, and why; absent in runs that copy everything. */
  readonly change?: TableChange;
  readonly error?: ReportedError;
}

/**
 * `patched`: only the rows of changed ranges moved; `rewritten`: all of them; `unchanged`: not read.
 * Reasons are sentences without data, e.g. `3 of 500 ranges differ`.
 */
export interface TableChange {
  readonly kind: 'unchanged' | 'new' | 'patched' | 'rewritten' | 'removed';
  readonly reasons: readonly string[];
  /** Rows in the table now. */
  readonly rows: number;
}

export interface ReportedError extends ErrorContext {
  readonly code: ErrorCode | 'SLUICE_INTERNAL';
  readonly message: string;
  readonly remedy?: string;
  readonly problems?: readonly Problem[];
}

/** Seconds spent, by stage; stages overlap, so their sum may exceed the total. */
export interface StageTimings {
  readonly plan: number;
  readonly read: number;
  readonly transform: number;
  readonly digest: number;
  readonly write: number;
  readonly finish: number;
  readonly verify: number;
  readonly publish: number;
  readonly total: number;
}

export interface RefreshSummary {
  /** `full`: everything was copied anew; `none`: nothing had changed, and what is live stayed. */
  readonly kind: 'full' | 'incremental' | 'none';
  /** Why it was a full copy, in sentences; empty when one was asked for. */
  readonly reasons: readonly string[];
  /** Goes on with what a crashed run had done. */
  readonly resumed: boolean;
  /** Rows that the crashed run had moved, and that did not move again; only when `resumed`. */
  readonly rowsKept?: number;
  /** When the run it builds on started; null when there is none. */
  readonly since: string | null;
  readonly tables: Readonly<Record<TableChange['kind'], number>>;
  /** Seconds the run waited for the source to compare rows with what the last run left; what it did meanwhile is not in it. */
  readonly digestSeconds: number;
  readonly receipt: string | null;
  /** Which tables went, and why. */
  readonly removed?: readonly {readonly name: string; readonly reason: string}[];
  /** Before this run, the bytes of what is live were those that the run before had left; absent when nobody looked. */
  readonly asLeft?: boolean;
  /** Unchanged by definition and rules, and that is all that was looked at: single tables were asked for. Names at the source. */
  readonly unlooked?: readonly string[];
}

export interface EndpointReport {
  readonly kind: string;
  /** Never holds user information. */
  readonly label: string;
}

/** One run from start to end. What `--json` prints: a contract, versioned by `format`. */
export interface RunReport {
  readonly format: 'sluice.run-report/1';
  readonly tool: {readonly name: string; readonly version: string};
  readonly status: 'ok' | 'partial' | 'failed' | 'interrupted';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly source: EndpointReport & {readonly snapshot: string | null};
  readonly destination: EndpointReport & {readonly archived: string | null; readonly bytes: number | null};
  readonly published: boolean;
  readonly tables: readonly TableReport[];
  readonly views: readonly string[];
  /** Tables a policy or a filter left out: not read at all. */
  readonly excluded: readonly {readonly name: string; readonly reason: string}[];
  readonly omissions: readonly Omission[];
  readonly verification: {readonly status: 'passed' | 'failed' | 'skipped'; readonly tables: number; readonly rows: number};
  readonly timings: StageTimings;
  /** A run that builds on an earlier one. */
  readonly refresh?: RefreshSummary;
  /** Rows that a rule for losses set aside, and where they are: they are data. */
  readonly quarantine?: {readonly place: string; readonly rows: number};
  readonly warnings: readonly string[];
  readonly error?: ReportedError;
}
