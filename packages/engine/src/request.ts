import type {Destination, Gate, Logger, Source, Transform, WriteMode} from '@sluice/core';
import type {LossRequest} from './plan-losses.ts';
import type {RunLedger} from './ledger.ts';
import type {CopyPlan} from './plan.ts';
import type {ProgressListener} from './progress.ts';
import type {Quarantine} from './quarantine.ts';
import type {Selection} from './selection.ts';
import type {TableReads} from './table-reads.ts';

/** Where time comes from; tests inject their own. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back. */
  monotonic(): number;
}

export const systemClock: Clock = {now: () => new Date(), monotonic: () => performance.now()};

export interface Limits {
  /** Most rows in a batch. */
  readonly maxRows: number;
  /** A batch ends once it reaches about this many bytes. */
  readonly maxBytes: number;
  /** Rows between commits in append and upsert mode; a crash repeats at most this many. */
  readonly commitRows: number;
  /** Tables, or parts of them, that are copied at the same time at most, each over a connection of its own at both ends. */
  readonly parallel: number;
  /** With `parallel`: a table is read in parts of no fewer rows than that, where a wide row counts as several. */
  readonly partRows: number;
  /** Most rows a second that are read from the source; absent: as fast as it goes. */
  readonly maxRowsPerSecond?: number;
}

// 1,000 to 5,000 rows or a few MiB: larger batches buy nothing and cost memory (docs/benchmarks).
export const defaultLimits: Limits = {maxRows: 2000, maxBytes: 4 << 20, commitRows: 100_000, parallel: 1, partRows: 100_000};

/** A copy that is planned, and of which nothing is done yet. `request.source` gives only the rows that are copied. */
export interface PlannedCopy {
  readonly request: CopyRequest;
  readonly plan: CopyPlan;
  /** Keeps account of the plan's tables. */
  readonly ledger: RunLedger;
  readonly limits: Limits;
}

/** Carries a copy out and resolves with true, or with false when it leaves that to the engine. Throws what failed. */
export type CopyWay = (copy: PlannedCopy, signal: AbortSignal) => Promise<boolean>;

/**
 * The modes of a destination, and `snapshot`: each run adds all rows, which a transform marks as its own
 * (`snapshotStamp` of `@sluice/transform-shape`).
 */
export type CopyMode = WriteMode | 'snapshot';

/** How a destination writes in a mode. */
export const writeMode = (mode: CopyMode): WriteMode => (mode === 'snapshot' ? 'append' : mode);

/** What to copy, from where, through what, to where. */
export interface CopyRequest {
  readonly tool: {readonly name: string; readonly version: string};
  readonly source: Source;
  readonly destination: Destination;
  /** In order: each sees what the one before it hands on. */
  readonly transforms?: readonly Transform[];
  /** Default `replace`. */
  readonly mode?: CopyMode;
  /** Mode `snapshot`: the column that tells snapshots apart, by its name at the destination, and how many of them stay; default all. */
  readonly retain?: {readonly column: string; readonly keep: number};
  /** As of `LoadRequest`. */
  readonly leaves?: true;
  /** Which tables and views to copy; default all. */
  readonly select?: Selection;
  /** Which rows of the tables to copy; default all. */
  readonly reads?: TableReads;
  /** What becomes of values that the destination cannot hold; default: the run fails. */
  readonly losses?: LossRequest;
  /** Where rows go that a rule for losses sets aside; needed when there is such a rule. */
  readonly quarantine?: Quarantine;
  /** Read every table back and compare; default true. */
  readonly verify?: boolean;
  /** Examine what was written before it goes live; mode `replace` only. */
  readonly gates?: readonly Gate[];
  readonly limits?: Partial<Limits>;
  /** Asked once everything is planned: another way to carry the copy out. Absent: the engine's own. */
  readonly way?: CopyWay;
  readonly clock?: Clock;
  readonly progress?: ProgressListener;
  readonly logger?: Logger;
}
