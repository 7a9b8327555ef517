import {setTimeout as after} from 'node:timers/promises';
import {ErrorCode, PipelineError} from '@sluice/core';

/** Between two tries others get at what they queue for. */
const PAUSE_MS = 250;

/**
 * Takes locks that nobody may share without making others wait for long: whoever queues for such a lock keeps all who come later from the table, readers
 * too. So each try queues for a moment only, and there are tries until `patienceMs` have passed. `attempt` is told how long it may queue, leaves nothing
 * behind when it throws LOCKED, and its last error is thrown.
 */
export async function patiently<T>(
  {patienceMs, queueMs}: {readonly patienceMs: number; readonly queueMs: number}, attempt: (queueMs: number) => Promise<T>, signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt(Math.max(1, Math.min(queueMs, Math.ceil(deadline - performance.now()))));
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== ErrorCode.LOCKED || performance.now() + PAUSE_MS >= deadline) throw error;
    }
    await after(PAUSE_MS, undefined, {signal});
  }
}
