import {PipelineError, type Logger} from '@sluice/core';
import type {ProgressLog} from '@sluice/refresh';

/** A progress log that fails no copy: what cannot be written any more is told once, and then there is no log, rather than one with a gap. */
export function forgivingLog(log: ProgressLog, logger: Logger): ProgressLog {
  let isBroken = false;
  const guarded = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      if (!isBroken) logger.warn(`${error.message}: when this run crashes, the next one begins anew`);
      isBroken = true;
    }
  };
  return {
    entries: () => log.entries(),
    async append(entry) {
      if (isBroken) return;
      await guarded(() => log.append(entry));
      if (isBroken) await guarded(() => log.remove());
    },
    remove: () => guarded(() => log.remove()),
  };
}
