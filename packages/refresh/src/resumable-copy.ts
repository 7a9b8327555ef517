import {sizeInRows, type CopyPlan, type CopyWay, type PlannedCopy} from '@sluice/engine';
import type {ProgressLog} from './request.ts';
import {runPlanned} from './run-refresh.ts';

export interface Resumption {
  readonly progressLog: ProgressLog;
  /** As of `RefreshJob`. */
  readonly keepAfterMs: number;
  /** A copy of fewer rows, by the source's estimates, begins anew when it crashes; wide rows count as several, as in `sizeInRows`. */
  readonly leastRows: number;
}

/**
 * A way to copy that goes on where a crash has left off, for copies that are worth it: each commit at the
 * destination lasts, and is compared with what the source has by then. Other copies are left to the engine.
 */
export function resumableCopy({progressLog, keepAfterMs, leastRows}: Resumption): CopyWay {
  return async ({request, plan, ledger}, signal) => {
    const why = whyNotResumable({request, plan}, leastRows);
    if (why !== null) {
      const isUnfinished = (await progressLog.entries()).length > 0;
      if (isUnfinished) request.logger?.info(`a run before this one did not come to its end, but is not gone on with: ${why}`);
      // Said before hours are spent, not after.
      else if (plan.mode === 'replace' && sizeOf(plan) >= leastRows) request.logger?.info(`when this copy crashes, the next one begins anew: ${why}`);
      await progressLog.remove();
      return false;
    }
    const {mode: _, losses: __, way: ___, ...job} = request;
    await runPlanned({...job, kind: 'full', store: null, beside: true, progressLog, keepAfterMs}, ledger, signal);
    return true;
  };
}

/** Why a copy cannot be gone on with when it crashes, or is not worth it; null when it is. */
export function whyNotResumable({request: {source, destination}, plan: {mode, tables, readers}}: Pick<PlannedCopy, 'request' | 'plan'>, leastRows: number): string | null {
  if (mode !== 'replace') return `mode ${mode} goes on by the positions at the destination`;
  if (readers > 1) return 'it is copied over several connections at once (--parallel)';
  if (!source.ranges) return `a source of the kind ${source.kind} cannot be read from a position on`;
  if (!destination.beginRefresh) return `a destination of the kind ${destination.kind} begins anew`;
  return sizeOf({tables}) < leastRows ? 'it is small' : null;
}

const sizeOf = ({tables}: Pick<CopyPlan, 'tables'>): number => tables.reduce((sum, {source}) => sum + (sizeInRows(source) ?? 0), 0);
