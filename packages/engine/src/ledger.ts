import {
  ErrorCode, PipelineError,
  type Adjustment, type Omission, type Published, type RefreshSummary, type ReportedError, type RunReport, type TableChange, type TableReport, type TableStatus, type TransformNote,
} from '@sluice/core';
import type {CopyPlan, PlannedTable} from './plan.ts';
import type {Stage} from './progress.ts';
import {reportedError} from './reported-error.ts';
import {systemClock, type Clock, type CopyRequest} from './request.ts';
import {seconds, Stopwatch} from './stopwatch.ts';

/** What one table's run knows so far; filled while it goes, so that a failure leaves true counts. */
export interface TableState {
  readonly table: PlannedTable;
  status: TableStatus;
  rowsRead: number;
  /** Rows handed to the writer, and among them those committed. */
  rowsSent: number;
  rowsCommitted: number;
  /** Rows that a rule set aside. */
  rowsQuarantined: number;
  notes: readonly TransformNote[];
  adjustments: readonly Adjustment[];
  verified: boolean;
  digest: string | null;
  /** Set when the rows pass as bytes. */
  rawFormat?: string;
  change?: TableChange;
  ms: number;
  error?: ReportedError;
}

/** Keeps what a run does, and tells it as a report whatever became of it. */
export class RunLedger {
  readonly watch: Stopwatch;
  plan: CopyPlan | null = null;
  states: TableState[] = [];
  /** What could not be made after all, beyond what the plan listed. */
  late: readonly Omission[] = [];
  views: readonly string[] = [];
  published: Published | null = null;
  verification: 'passed' | 'failed' | 'skipped' = 'skipped';
  refresh: RefreshSummary | null = null;
  /** Rows that a run before this one set aside, and that count here, by the file that holds them. */
  asideBefore: ReadonlyMap<string, number> = new Map();
  /** All rows are of one snapshot of the source, which the report names. */
  oneMoment = true;
  readonly warnings: string[] = [];
  readonly startedAt: string;
  readonly #request: CopyRequest;
  readonly #clock: Clock;

  constructor(request: CopyRequest) {
    this.#request = request;
    this.#clock = request.clock ?? systemClock;
    this.watch = new Stopwatch(this.#clock);
    this.startedAt = this.#clock.now().toISOString();
  }

  /** Begins to keep account of the plan's tables. */
  begin(plan: CopyPlan): void {
    this.plan = plan;
    this.states = plan.tables.map(table => ({
      table, status: 'not started', rowsRead: 0, rowsSent: 0, rowsCommitted: 0, rowsQuarantined: 0, notes: [], adjustments: [], verified: false, digest: null, ms: 0,
    }));
  }

  /** Runs one step of one table and keeps its time, its status and its error. */
  async timed(state: TableState, signal: AbortSignal, step: () => Promise<void>): Promise<void> {
    await this.timedParts(state, 1)(signal, step);
  }

  /** The same for a step in so many parts, which may run side by side: it takes as long as any of them does, and is done with the last. */
  timedParts(state: TableState, parts: number): (signal: AbortSignal, part: () => Promise<void>) => Promise<void> {
    let left = parts;
    let running = 0;
    let started = 0;
    return async (signal, part) => {
      if (running++ === 0) started = this.#clock.monotonic();
      // Until the last part is done.
      if (parts > 1 && state.status !== 'failed') state.status = 'interrupted';
      try {
        signal.throwIfAborted();
        await part();
        if (--left === 0) state.status = 'ok';
      } catch (error) {
        if (state.status !== 'failed') state.status = signal.aborted ? 'interrupted' : 'failed';
        if (!signal.aborted) state.error ??= reportedError(error);
        throw error;
      } finally {
        if (--running === 0) state.ms += this.#clock.monotonic() - started;
      }
    };
  }

  progress(stage: Stage, tablesDone: number, state?: TableState, rows?: number, totalRows?: number): void {
    this.#request.progress?.({
      stage, tablesDone, tables: this.states.length,
      ...(state && {table: state.table.source.table}),
      ...(rows !== undefined && {rows}),
      ...(totalRows !== undefined && {totalRows}),
    });
  }

  /** Views that are there once what was found out late is taken off. */
  countViews(planned: readonly {readonly name: string}[]): void {
    const lost = new Set(this.late.filter(({kind}) => kind === 'view').map(({name}) => name));
    this.views = planned.map(({name}) => name).filter(name => !lost.has(name));
  }

  /** The file of this run, where it has one, and those of runs before it. */
  #placesAside(place: string, rows: number): string {
    const before = [...this.asideBefore.values()].reduce((sum, each) => sum + each, 0);
    return [...this.asideBefore.keys(), ...(rows > before ? [place] : [])].join(', ');
  }

  /** `cause`: what stopped the run; absent when nothing did. */
  report(cause: unknown, interrupted: boolean): RunReport {
    const {source, destination, tool, transforms = [], quarantine} = this.#request;
    const plan = this.plan;
    // What was read back was right, and yet not what went into the live tables.
    const changed = cause instanceof PipelineError && cause.code === ErrorCode.VERIFY && this.verification === 'passed' ? cause : null;
    const isProved = ({verified, table: {out}}: TableState) => verified && out.table !== changed?.context.table;
    const targets = new Map(plan?.target.tables.map(target => [target.table, target]));
    const merges = new Map(this.published?.merged?.map(({table, ...merged}) => [table, merged]));
    const tables = this.states.map((state): TableReport => {
      const merged = merges.get(state.table.out.table);
      const target = targets.get(state.table.out.table);
      return {
        name: state.table.source.table,
        target: target?.target ?? state.table.out.table,
        status: state.status,
        rowsRead: state.rowsRead,
        rowsWritten: state.rowsCommitted,
        rowsQuarantined: state.rowsQuarantined,
        ...(merged && {merged}),
        verified: isProved(state),
        digest: state.digest,
        ...(state.rawFormat !== undefined && {rawFormat: state.rawFormat}),
        seconds: seconds(state.ms),
        columns: target?.columns ?? [],
        effects: state.table.effects,
        notes: state.notes,
        adjustments: state.adjustments,
        ...(state.change && {change: state.change}),
        ...(state.error && {error: state.error}),
      };
    });
    const verified = this.states.filter(isProved);
    const setAside = this.states.reduce((sum, state) => sum + state.rowsQuarantined, 0);
    return {
      format: 'sluice.run-report/1',
      tool,
      status: cause === undefined ? (setAside > 0 ? 'partial' : 'ok') : interrupted ? 'interrupted' : 'failed',
      startedAt: this.startedAt,
      finishedAt: this.#clock.now().toISOString(),
      source: {kind: source.kind, label: source.label, snapshot: this.oneMoment ? source.snapshot ?? null : null},
      destination: {
        kind: destination.kind, label: destination.label,
        archived: this.published?.archived ?? null, bytes: this.published?.bytes ?? null,
      },
      published: this.published !== null,
      tables,
      views: this.views,
      excluded: plan?.excluded ?? [],
      omissions: [...(plan?.omissions ?? []), ...this.late],
      verification: {
        status: changed ? 'failed' : this.verification,
        tables: verified.length,
        rows: verified.reduce((sum, state) => sum + (state.change?.rows ?? state.rowsCommitted), 0),
      },
      timings: this.watch.timings(),
      ...(this.refresh && {refresh: this.refresh}),
      ...(setAside > 0 && quarantine && {quarantine: {place: this.#placesAside(quarantine.place, setAside), rows: setAside}}),
      warnings: [...new Set([
        ...transforms.flatMap(({warnings = []}) => warnings), ...source.warnings, ...(plan?.warnings ?? []), ...this.warnings, ...(this.published?.warnings ?? []),
      ])],
      ...(cause !== undefined && !interrupted && {error: reportedError(cause)}),
    };
  }
}
