import {PipelineError, type Destination, type Logger} from '@sluice/core';
import type {CopyRequest, PlannedCopy} from '@sluice/engine';
import {resumableCopy, whyNotResumable} from '@sluice/refresh';
import {openDestination} from '@sluice/registry';
import {openProgress, progressPath, type ProgressFile} from '@sluice/state';
import {forgivingLog} from './forgiving-log.ts';
import type {CopyJob} from './run-job.ts';

/**
 * What moves in about half a minute. Keeping a way back costs a quarter of the time of a copy from MariaDB to PostgreSQL, and as much
 * again once the source compares its rows (2026-11-29, 400,000 rows x 15 columns); and rows that nobody looks at may pass as bytes.
 */
export const RESUME_FROM_ROWS = 5_000_000;
/** A run that dies sooner begins anew: that costs less than what comparing its rows at the source would. */
export const RESUME_AFTER_SECONDS = 20;

const DEFAULT_STATE = '.sluice/state.db';

/** A part of a job: whether a crash of it leaves something to go on with. */
export interface Resume {
  /** Begin anew, and remember nothing on the way. */
  readonly never?: boolean;
  /** Copies of fewer rows, by the source's estimate, begin anew, where a row counts as one for each 200 bytes it takes there; default {@link RESUME_FROM_ROWS}. */
  readonly fromRows?: number;
  /** Seconds after which what is done is kept; default {@link RESUME_AFTER_SECONDS}. */
  readonly afterSeconds?: number;
}

/** Whether a planned copy of a job goes on where a crash of it leaves off. */
export function resumes({resume = {}, stateFile}: Pick<CopyJob, 'resume' | 'stateFile'>, planned: Pick<PlannedCopy, 'request' | 'plan'>): boolean {
  return stateFile !== null && !resume.never && whyNotResumable(planned, resume.fromRows ?? RESUME_FROM_ROWS) === null;
}

/** Whether an earlier copy to the destination of a job did not come to its end, and can be gone on with. */
export async function isUnfinished({destination, stateFile = DEFAULT_STATE}: CopyJob): Promise<boolean> {
  if (stateFile === null) return false;
  await using end = await openDestination(destination);
  try {
    await using progress = openProgress(progressPath(stateFile, end.label));
    return progress.entries.length > 0;
  } catch (error) {
    if (error instanceof PipelineError) return false;
    throw error;
  }
}

export type ResumableWay = Required<Pick<CopyRequest, 'way'>> & AsyncDisposable;

/** How a job copies so that it goes on after a crash; null when nothing of it is to be remembered. What cannot be read of an earlier run is told. Never fails a copy. */
export async function resumableWay({resume = {}, stateFile = DEFAULT_STATE}: CopyJob, {label}: Destination, logger: Logger): Promise<ResumableWay | null> {
  if (stateFile === null) return null;
  let progress: ProgressFile;
  try {
    progress = openProgress(progressPath(stateFile, label));
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    // Said where it matters: most copies would not have been gone on with anyway.
    const warn = () => logger.warn(`${error.message}: when this run crashes, the next one begins anew`);
    return {
      async way(planned) {
        if (resumes({resume}, planned)) warn();
        return false;
      },
      async [Symbol.asyncDispose]() {},
    };
  }
  const progressLog = forgivingLog({
    entries: async () => progress.entries,
    append: async entry => progress.append(entry),
    remove: async () => progress.remove(),
  }, logger);
  if (progress.damaged) logger.warn(`${progress.path} cannot be read: an unfinished run begins anew`);
  if (resume.never) {
    await progressLog.remove();
    await progress[Symbol.asyncDispose]();
    return null;
  }
  return {
    way: resumableCopy({progressLog, keepAfterMs: (resume.afterSeconds ?? RESUME_AFTER_SECONDS) * 1000, leastRows: resume.fromRows ?? RESUME_FROM_ROWS}),
    [Symbol.asyncDispose]: () => progress[Symbol.asyncDispose](),
  };
}
