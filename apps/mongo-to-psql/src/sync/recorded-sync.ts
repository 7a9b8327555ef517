import {ErrorCode, PipelineError, type GroupChange, type Position} from '@sluice/core';
import type {ChangeBatch, SyncReport} from '@sluice/replicate';
import {positionText} from '../pipeline/position-text.ts';
import {statusOf, type StatusRow} from '../status/status-row.ts';
import type {StatusTable} from '../status/status-table.ts';

/** What is committed with each batch: how far the run has come. */
export type Alongside = (batch: ChangeBatch, report: SyncReport) => readonly GroupChange[];

/** What became of a run. */
export interface RecordedSync {
  readonly report: SyncReport | undefined;
  readonly error?: unknown;
  /** How the row of status of a run that failed is to end: by another store, as an abort may have given this one's connection up. */
  readonly ending?: {readonly row: StatusRow; readonly end: Pick<StatusRow, 'error' | 'attempt'>};
}

/**
 * Runs a sync between a row of status that begins and one that ends it. What had been committed when it failed stays, and the next one goes on
 * there. Rejects only when the status cannot be written.
 */
export async function recordedSync(
  table: StatusTable, position: Position, run: (alongside: Alongside) => Promise<SyncReport>, {label, follow, signal}: {readonly label: string; readonly follow: boolean; readonly signal: AbortSignal},
): Promise<RecordedSync> {
  const begun = await begin(table, position, label, signal);
  const {attempt} = begun;
  let {row} = begun;
  let latest: SyncReport | undefined;
  const alongside: Alongside = (batch, report) => {
    latest = report;
    row = {...row, ...soFar(report), ts: positionText(batch.position)};
    return [table.progress(row, row)];
  };
  try {
    const report = await run(alongside);
    await table.finish(row, {...soFar(report), error: false, attempt: 0}, signal);
    return {report};
  } catch (error) {
    const lost = error instanceof PipelineError && error.code === ErrorCode.POSITION;
    // One that follows ends by being stopped.
    const isStopped = signal.aborted && follow;
    return {report: latest, error, ending: {row, end: {error: lost ? true : isStopped ? false : null, attempt: isStopped ? 0 : attempt}}};
  }
}

/** Notes a run that failed before it could begin, for whoever watches the status: a source that is gone, a policy that lacks a decision, tables that are other ones. */
export async function noteFailure(table: StatusTable, position: Position, label: string, signal: AbortSignal): Promise<void> {
  const {row, attempt, last} = await begin(table, position, label, signal);
  // Where only a load helps, it still does.
  await table.finish(row, {error: last?.error === true ? true : null, attempt}, signal);
}

async function begin(table: StatusTable, position: Position, label: string, signal: AbortSignal): Promise<{readonly row: StatusRow; readonly attempt: number; readonly last: StatusRow | undefined}> {
  const [last] = await table.newest(1, signal, label);
  const attempt = last && last.error === null && last.timeEnd !== null ? (last.attempt ?? 0) + 1 : 1;
  // The first one after a load, as in the superseded system.
  const isFirst = !last || last.status === statusOf.initialLoad || last.status === statusOf.resync;
  return {last, attempt, row: await table.start(isFirst ? statusOf.sync : statusOf.apply, {ts: positionText(position), attempt: attempt - 1, label}, signal)};
}

const soFar = ({changes, rows}: SyncReport): Pick<StatusRow, 'records' | 'queries'> => ({records: changes, queries: rows.deleted + rows.inserted});
