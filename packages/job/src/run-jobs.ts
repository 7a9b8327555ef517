import {PipelineError, type RunReport} from '@sluice/core';
import {reportedError, type CopyResult} from '@sluice/engine';
import {mergeReports} from './merge-reports.ts';
import {makeFolders, writeReports} from './report-files.ts';
import {isUnfinished} from './resume.ts';
import {runJob, type CopyJob, type JobContext} from './run-job.ts';

/**
 * Runs copies that belong together, one after the other, and tells them as one. One that fails does not keep the
 * others from running; an interruption does. Throws as `runJob` does before the first has run.
 */
export async function runJobs(jobs: readonly [CopyJob, ...CopyJob[]], context: JobContext, signal: AbortSignal): Promise<CopyResult> {
  const [first, ...more] = jobs;
  if (more.length === 0) return await runJob(first, context, signal);
  const {reportFiles} = first;
  await makeFolders(reportFiles);
  const results: CopyResult[] = [];
  for (const {reportFiles: _own, ...job} of jobs) {
    results.push(await runPart(job, jobs, context, signal).catch((error: unknown) => notBegun(results[0]?.report, error)));
    if (signal.aborted) break;
  }
  const [one, ...others] = results.map(({report}) => report);
  const merged = mergeReports([one!, ...others]);
  // Some may not have begun, although nothing stopped in the middle.
  const report: RunReport = results.length < jobs.length ? {...merged, status: 'interrupted'} : merged;
  await writeReports(reportFiles, report);
  const cause = results.find(result => result.cause !== undefined)?.cause;
  return {report, ...(cause !== undefined && {cause})};
}

/** A copy of other tables does not take away what the one that replaces the rest is to go on with, before that one had its turn or after it failed. */
async function runPart(job: CopyJob, jobs: readonly CopyJob[], context: JobContext, signal: AbortSignal): Promise<CopyResult> {
  const mayGoOn = ({mode = 'replace', resume}: CopyJob) => mode === 'replace' && !resume?.never;
  const leaves = (job.mode ?? 'replace') !== 'replace' && jobs.some(mayGoOn) && await isUnfinished(job);
  return await runJob(leaves ? {...job, leaves} : job, context, signal);
}

/** A copy that could not begin, told like one that failed, so that what others did is told too. Throws on where none was before it. */
function notBegun(before: RunReport | undefined, error: unknown): CopyResult {
  if (!before || !(error instanceof PipelineError)) throw error;
  const {error: _error, refresh: _refresh, ...frame} = before;
  const report: RunReport = {
    ...frame, status: 'failed', published: false, tables: [], views: [], excluded: [], omissions: [], warnings: [], verification: {status: 'skipped', tables: 0, rows: 0},
    timings: {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0}, error: reportedError(error),
  };
  return {report, cause: error};
}
