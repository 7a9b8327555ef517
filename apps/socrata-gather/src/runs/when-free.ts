import {setTimeout as pause} from 'node:timers/promises';
import {ErrorCode, PipelineError} from '@sluice/core';

/** Other topics write a row or two at a time; a file may be swapped meanwhile. */
const LIMIT_MS = 30_000;
const TRY_AGAIN_MS = 100;

/** Does what somebody else may be in the way of for a moment, and again until nobody is. Throws LOCKED when that takes too long. */
export async function whenFree<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const until = performance.now() + LIMIT_MS; ;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== ErrorCode.LOCKED || performance.now() > until) throw error;
    }
    // Two that met once would go on meeting.
    await pause(TRY_AGAIN_MS * (1 + Math.random()), undefined, {signal});
  }
}
