import {PipelineError, type Destination, type Logger} from '@sluice/core';
import type {CopyRequest} from '@sluice/engine';
import {resumableCopy} from '@sluice/refresh';
import {openProgress, progressPath} from '@sluice/state';
import type {CopyJob} from './run-job.ts';

/** What moves in about half a minute: fewer rows are copied again sooner than compared, and may go the ways that are faster (docs/benchmarks). */
export const RESUME_FROM_ROWS = 5_000_000;
/** A run that dies sooner begins anew: that costs less than what comparing its rows at the source would. */
export const RESUME_AFTER_SECONDS = 60;

/** A part of a job: whether a crash of it leaves something to go on with. */
export interface Resume {
  /** Begin anew, and remember nothing on the way. */
  readonly never?: boolean;
  /** Copies of fewer rows, by the source's estimate, begin anew; default {@link RESUME_FROM_ROWS}. */
  readonly fromRows?: number;
  /** Seconds after which what is done is kept; default {@link RESUME_AFTER_SECONDS}. */
  readonly afterSeconds?: number;
}

export type ResumableWay = Required<Pick<CopyRequest, 'way'>> & AsyncDisposable;

/** How a job copies so that it goes on after a crash; null when nothing of it is remembered anywhere. What cannot be read of an earlier run is told. */
export async function resumableWay({resume = {}, stateFile = '.sluice/state.db'}: CopyJob, {label}: Destination, logger: Logger): Promise<ResumableWay | null> {
  if (stateFile === null) return null;
  try {
    const progress = openProgress(progressPath(stateFile, label));
    if (progress.damaged) logger.warn(`${progress.path} cannot be read: an unfinished run begins anew`);
    if (resume.never) {
      progress.remove();
      await progress[Symbol.asyncDispose]();
      return null;
    }
    return {
      way: resumableCopy({
        keepAfterMs: (resume.afterSeconds ?? RESUME_AFTER_SECONDS) * 1000,
        leastRows: resume.fromRows ?? RESUME_FROM_ROWS,
        progressLog: {
          entries: async () => progress.entries,
          append: async entry => progress.append(entry),
          remove: async () => progress.remove(),
        },
      }),
      [Symbol.asyncDispose]: () => progress[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    logger.warn(`${error.message}: when this run crashes, the next one begins anew`);
    return null;
  }
}
