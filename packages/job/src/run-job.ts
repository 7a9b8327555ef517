import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {ErrorCode, PipelineError, type Destination, type Endpoint, type Logger, type Transform} from '@sluice/core';
import {planCopy, runCopy, systemClock, type Clock, type CopyPlan, type CopyRequest, type CopyResult, type Limits, type ProgressListener, type Selection} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {renderHtml} from '@sluice/report';
import {acquireLock, fileLock, namedLock, openState, thisProcess} from '@sluice/state';
import {writeFileAtomically} from './write-file.ts';

/** One copy as a command line asks for it. */
export interface CopyJob {
  readonly tool: {readonly name: string; readonly version: string};
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly transforms?: readonly Transform[];
  readonly select?: Selection;
  readonly verify?: boolean;
  readonly limits?: Partial<Limits>;
  /** Where to write the report for programs and for people. Their folders are made. */
  readonly reportFiles?: {readonly json?: string; readonly html?: string};
  /** Where runs are remembered; default `.sluice/state.db`; null remembers nothing. */
  readonly stateFile?: string | null;
}

export interface JobContext {
  readonly logger: Logger;
  readonly progress?: ProgressListener;
  readonly clock?: Clock;
}

/** Says what a job would do; touches nothing. Throws as `planCopy` and the connectors do. */
export async function planJob(job: CopyJob, signal: AbortSignal): Promise<CopyPlan> {
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  return await planCopy(request(job, source, destination), signal);
}

/**
 * Runs a job under the lock of its target, writes its report files and remembers the run. Resolves
 * with the report whatever happened to the copy. Throws CONFIG when an end cannot be opened, LOCKED
 * when another run holds the target, WRITE when a report file cannot be written.
 */
export async function runJob(job: CopyJob, context: JobContext, signal: AbortSignal): Promise<CopyResult> {
  const clock = context.clock ?? systemClock;
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  // First: a target in a folder that is not there must not have it made for its report.
  const target = destination.file === undefined ? namedLock(destination.label) : fileLock(destination.file);
  await makeFolders(job);
  await using _lock = await acquireLock(target, thisProcess(job.tool.name, clock.now()), signal);
  const result = await runCopy({
    ...request(job, source, destination), clock, logger: context.logger, ...(context.progress && {progress: context.progress}),
  }, signal);
  await writeReports(job, result);
  await remember(job, result, context.logger);
  return result;
}

function request(job: CopyJob, source: CopyRequest['source'], destination: Destination): CopyRequest {
  const {tool, transforms, select, verify, limits} = job;
  return {
    tool, source, destination,
    ...(transforms && {transforms}), ...(select && {select}), ...(verify !== undefined && {verify}), ...(limits && {limits}),
  };
}

/** Found out before the copy, not after it. */
async function makeFolders({reportFiles = {}}: CopyJob): Promise<void> {
  for (const file of Object.values(reportFiles)) {
    try {
      await mkdir(dirname(file), {recursive: true});
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      throw new PipelineError(ErrorCode.WRITE, `cannot make the folder of ${file} (${code})`, {remedy: 'choose another place for the report'});
    }
  }
}

/** Not of a run that was refused before it touched anything: the report of the one before still tells what is live. */
async function writeReports({reportFiles = {}}: CopyJob, {report}: CopyResult): Promise<void> {
  const {json, html} = reportFiles;
  const code = report.error?.code;
  if (code === ErrorCode.CONFIG || code === ErrorCode.UNDECIDED) return;
  try {
    if (json !== undefined) await writeFileAtomically(json, `${JSON.stringify(report, null, 2)}\n`);
    if (html !== undefined) await writeFileAtomically(html, renderHtml(report));
  } catch (error) {
    if (!report.published || !(error instanceof PipelineError)) throw error;
    throw new PipelineError(ErrorCode.WRITE, `the copy is live, but its report is missing: ${error.message}`, {...(error.remedy !== undefined && {remedy: error.remedy})});
  }
}

/** A copy that worked does not fail because it could not be written down; but that is said. */
async function remember({stateFile}: CopyJob, {report}: CopyResult, logger: Logger): Promise<void> {
  if (stateFile === null) return;
  try {
    await using state = await openState(stateFile);
    await state.recordRun(report);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    logger.warn(`this run is not in the history: ${error.message}`);
  }
}
