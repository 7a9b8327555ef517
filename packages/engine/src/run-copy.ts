import type {Load, Omission, Published, ReportedError, RunReport, TableReport, TableStatus} from '@sluice/core';
import {verifyReadBack} from '@sluice/verify';
import {planCopy, type CopyPlan, type PlannedTable} from './plan.ts';
import type {Stage} from './progress.ts';
import {reportedError} from './reported-error.ts';
import {defaultLimits, systemClock, type CopyRequest, type Limits} from './request.ts';
import {runTable, type TableProgress} from './run-table.ts';
import {seconds, Stopwatch} from './stopwatch.ts';

export interface CopyResult {
  readonly report: RunReport;
  /** What stopped the run, for `--verbose`; absent when nothing did. */
  readonly cause?: unknown;
}

interface TableState extends TableProgress {
  readonly table: PlannedTable;
  status: TableStatus;
  verified: boolean;
  digest: string | null;
  ms: number;
  error?: ReportedError;
}

/**
 * Copies tables: plans, loads beside what is live, finishes, reads everything back, publishes at
 * once. Never throws for a condition a user can meet: the report tells it, with true counts.
 */
export async function runCopy(request: CopyRequest, signal: AbortSignal): Promise<CopyResult> {
  const clock = request.clock ?? systemClock;
  const run = new Run(request, {...defaultLimits, ...request.limits}, new Stopwatch(clock), clock.now().toISOString());
  let cause: unknown;
  try {
    await run.execute(signal);
  } catch (error) {
    cause = error;
  }
  const interrupted = cause !== undefined && signal.aborted;
  return {report: run.report(clock.now().toISOString(), cause, interrupted), ...(cause !== undefined && !interrupted && {cause})};
}

class Run {
  readonly #request: CopyRequest;
  readonly #limits: Limits;
  readonly #watch: Stopwatch;
  readonly #startedAt: string;
  #plan: CopyPlan | null = null;
  #states: TableState[] = [];
  #late: readonly Omission[] = [];
  #views: readonly string[] = [];
  #published: Published | null = null;
  #verification: 'passed' | 'failed' | 'skipped' = 'skipped';

  constructor(request: CopyRequest, limits: Limits, watch: Stopwatch, startedAt: string) {
    this.#request = request;
    this.#limits = limits;
    this.#watch = watch;
    this.#startedAt = startedAt;
  }

  async execute(signal: AbortSignal): Promise<void> {
    const {source, destination, transforms = [], mode = 'replace', verify = true} = this.#request;
    this.#progress('plan', 0);
    const plan = this.#plan = await planCopy(this.#request, signal);
    this.#states = plan.tables.map(table => ({
      table, status: 'not started', rowsRead: 0, rowsSent: 0, rowsCommitted: 0, notes: [], adjustments: [],
      written: null, verified: false, digest: null, ms: 0,
    }));
    for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
    await using load = await destination.begin({catalog: plan.catalog, mode}, signal);
    this.#watch.lap('plan');

    for (const [done, state] of this.#states.entries()) {
      await this.#timed(state, signal, () => runTable(
        state.table, load, this.#request, mode, this.#limits, state, this.#watch, signal,
        rows => this.#progress('copy', done, state, rows, state.table.source.approximateRows)));
    }
    this.#progress('finish', 0);
    this.#late = await load.finish(signal);
    const lost = new Set(this.#late.filter(({kind}) => kind === 'view').map(({name}) => name));
    this.#views = load.target.views.map(({name}) => name).filter(name => !lost.has(name));
    this.#watch.lap('finish');
    if (verify && mode === 'replace') await this.#verify(load, signal);
    signal.throwIfAborted();
    this.#progress('publish', 0);
    this.#published = await load.publish(signal);
    this.#watch.lap('publish');
  }

  async #verify(load: Load, signal: AbortSignal): Promise<void> {
    this.#verification = 'failed';
    for (const [done, state] of this.#states.entries()) {
      let rows = 0;
      await this.#timed(state, signal, async () => {
        const {digest} = await verifyReadBack(load, state.table.out, state.written!, this.#limits, signal, more => {
          this.#progress('verify', done, state, rows += more, state.rowsCommitted);
        });
        state.verified = true;
        state.digest = digest;
      });
      this.#watch.lap('verify');
    }
    this.#verification = 'passed';
  }

  /** Runs one step of one table and keeps its time, its status and its error. */
  async #timed(state: TableState, signal: AbortSignal, step: () => Promise<void>): Promise<void> {
    const clock = this.#request.clock ?? systemClock;
    const started = clock.monotonic();
    try {
      signal.throwIfAborted();
      await step();
      state.status = 'ok';
    } catch (error) {
      state.status = signal.aborted ? 'interrupted' : 'failed';
      if (!signal.aborted) state.error = reportedError(error);
      throw error;
    } finally {
      state.ms += clock.monotonic() - started;
    }
  }

  #progress(stage: Stage, tablesDone: number, state?: TableState, rows?: number, totalRows?: number): void {
    this.#request.progress?.({
      stage, tablesDone, tables: this.#states.length,
      ...(state && {table: state.table.source.table}),
      ...(rows !== undefined && {rows}),
      ...(totalRows !== undefined && {totalRows}),
    });
  }

  report(finishedAt: string, cause: unknown, interrupted: boolean): RunReport {
    const {source, destination, tool, transforms = []} = this.#request;
    const plan = this.#plan;
    const targets = new Map(plan?.target.tables.map(target => [target.table, target]));
    const tables = this.#states.map((state): TableReport => {
      const target = targets.get(state.table.out.table);
      return {
        name: state.table.source.table,
        target: target?.target ?? state.table.out.table,
        status: state.status,
        rowsRead: state.rowsRead,
        rowsWritten: state.rowsCommitted,
        rowsQuarantined: 0,
        verified: state.verified,
        digest: state.digest,
        seconds: seconds(state.ms),
        columns: target?.columns ?? [],
        effects: state.table.effects,
        notes: state.notes,
        adjustments: state.adjustments,
        ...(state.error && {error: state.error}),
      };
    });
    const verified = this.#states.filter(state => state.verified);
    return {
      format: 'sluice.run-report/1',
      tool,
      status: cause === undefined ? 'ok' : interrupted ? 'interrupted' : 'failed',
      startedAt: this.#startedAt,
      finishedAt,
      source: {kind: source.kind, label: source.label, snapshot: source.snapshot ?? null},
      destination: {
        kind: destination.kind, label: destination.label,
        archived: this.#published?.archived ?? null, bytes: this.#published?.bytes ?? null,
      },
      published: this.#published !== null,
      tables,
      views: this.#views,
      excluded: plan?.excluded ?? [],
      omissions: [...(plan?.omissions ?? []), ...this.#late],
      verification: {
        status: this.#verification,
        tables: verified.length,
        rows: verified.reduce((sum, state) => sum + state.rowsCommitted, 0),
      },
      timings: this.#watch.timings(),
      warnings: [...new Set([...transforms.flatMap(({warnings = []}) => warnings), ...source.warnings, ...(this.#published?.warnings ?? [])])],
      ...(cause !== undefined && !interrupted && {error: reportedError(cause)}),
    };
  }
}
