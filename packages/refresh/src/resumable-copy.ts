import type {CopyWay, PlannedCopy} from '@sluice/engine';
import type {ProgressLog} from './request.ts';
import {runPlanned} from './run-refresh.ts';

export interface Resumption {
  readonly progressLog: ProgressLog;
  /** As of `RefreshJob`. */
  readonly keepAfterMs: number;
  /** A copy of fewer rows, by the source's estimate, begins anew when it crashes. */
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
      if ((await progressLog.entries()).length > 0) request.logger?.info(`a run before this one did not come to its end, but is not gone on with: ${why}`);
      await progressLog.remove();
      return false;
    }
    const {mode: _, losses: __, quarantine: ___, way: ____, ...job} = request;
    await runPlanned({...job, kind: 'full', store: null, beside: true, progressLog, keepAfterMs}, ledger, signal);
    return true;
  };
}

/** Why a copy cannot be gone on with when it crashes, or is not worth it; null when it is. */
export function whyNotResumable({request: {source, destination}, plan: {mode, losses, tables}}: Pick<PlannedCopy, 'request' | 'plan'>, leastRows: number): string | null {
  if (mode !== 'replace') return `mode ${mode} goes on by the positions at the destination`;
  if (!source.ranges) return `a source of the kind ${source.kind} cannot be read from a position on`;
  if (!destination.beginRefresh) return `a destination of the kind ${destination.kind} begins anew`;
  if (losses.rules.size + losses.asText.size > 0) return 'rules for losses count values as rows go by';
  const rows = tables.reduce((sum, {source: {approximateRows = 0}}) => sum + approximateRows, 0);
  return rows < leastRows ? 'it is small' : null;
}
