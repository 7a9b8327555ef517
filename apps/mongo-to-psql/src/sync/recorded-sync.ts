import {ErrorCode, PipelineError, type GroupChange, type GroupStore, type Position} from '@sluice/core';
import type {ChangeBatch, SyncReport} from '@sluice/replicate';
import {positionText} from '../pipeline/position-text.ts';
import {statusOf, type StatusRow} from '../status/status-row.ts';
import type {StatusTable} from '../status/status-table.ts';

export interface SyncRun {
  /** From where it goes on. */
  readonly position: Position;
  /** What is committed with each batch: how far the run has come. */
  readonly alongside: (batch: ChangeBatch, report: SyncReport) => readonly GroupChange[];
}

/** A run that was stopped has so long to say so. */
const ENDING_MS = 10_000;

/**
 * Runs a sync between a row of status that begins and one that ends it. What had been committed when it failed stays, and the next one goes on
 * there. Resolves with what was done and with the error; rejects only when the status cannot be written.
 */
export async function recordedSync(
  table: StatusTable, store: GroupStore, run: (so: SyncRun) => Promise<SyncReport>, {follow, signal}: {readonly follow: boolean; readonly signal: AbortSignal},
): Promise<{readonly report: SyncReport | undefined; readonly error?: unknown}> {
  const position = await store.position(signal);
  if (position === null) {
    return {report: undefined, error: new PipelineError(ErrorCode.POSITION, 'the tables have no place in a log of changes from which they could be kept in step', {remedy: 'load them first: mongo-to-psql load, with the same options'})};
  }
  const [last] = await table.newest(1, signal);
  const attempt = last && last.error === null && last.timeEnd !== null ? (last.attempt ?? 0) + 1 : 1;
  // The first one after a load, as in the superseded system.
  const isFirst = !last || last.status === statusOf.initialLoad || last.status === statusOf.resync;
  let row: StatusRow = await table.start(isFirst ? statusOf.sync : statusOf.apply, {ts: positionText(position), attempt: attempt - 1}, signal);
  let latest: SyncReport | undefined;
  const alongside = (batch: ChangeBatch, report: SyncReport) => {
    latest = report;
    row = {...row, ...soFar(report), ts: positionText(batch.position)};
    return [table.progress(row, row)];
  };
  try {
    const report = await run({position, alongside});
    await table.finish(row, {...soFar(report), error: false, attempt: 0}, signal);
    return {report};
  } catch (error) {
    const lost = error instanceof PipelineError && error.code === ErrorCode.POSITION;
    // One that follows ends by being stopped.
    const isStopped = signal.aborted && follow;
    await table.finish(row, {error: lost ? true : isStopped ? false : null, attempt: isStopped ? 0 : attempt}, AbortSignal.timeout(ENDING_MS));
    return {report: latest, error};
  }
}

const soFar = ({changes, rows}: SyncReport): Pick<StatusRow, 'records' | 'queries'> => ({records: changes, queries: rows.deleted + rows.inserted});
