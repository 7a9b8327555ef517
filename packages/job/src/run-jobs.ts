import type {CopyResult} from '@sluice/engine';
import {mergeReports} from './merge-reports.ts';
import {makeFolders, writeReports} from './report-files.ts';
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
    results.push(await runJob(job, context, signal));
    if (signal.aborted) break;
  }
  const [one, ...others] = results.map(({report}) => report);
  const report = mergeReports([one!, ...others]);
  await writeReports(reportFiles, report);
  const cause = results.find(result => result.cause !== undefined)?.cause;
  return {report, ...(cause !== undefined && {cause})};
}
