import type {Destination, Endpoint, Gate, Logger, Source, Transform} from '@sluice/core';
import {planCopy, runCopy, systemClock, type Clock, type CopyMode, type CopyPlan, type CopyRequest, type CopyResult, type DeclaredLoss, type Limits, type ProgressListener, type Selection, type TableReads} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {chunkedCopy, refuseChunks} from '@sluice/refresh';
import {acquireLock, fileLock, namedLock, thisProcess, type Lock, type LockWait} from '@sluice/state';
import {eachOf} from './each-of.ts';
import {QuarantineFile} from './quarantine-file.ts';
import {makeFolders, remember, writeReports, type ReportFiles} from './report-files.ts';
import {resumableWay, type Resume} from './resume.ts';
import {settleGates} from './settle-gates.ts';
import {typeWitnesses} from './study/type-witnesses.ts';

/** One copy as a command line asks for it. */
export interface CopyJob {
  readonly tool: {readonly name: string; readonly version: string};
  readonly source: Endpoint;
  /** Opens the source in another way than by its URL. */
  readonly openSource?: () => Promise<Source>;
  readonly destination: Endpoint;
  readonly transforms?: readonly Transform[];
  /** Default `replace`. */
  readonly mode?: CopyMode;
  /** Mode `snapshot`: the column that tells them apart at the destination, and how many stay; default all. */
  readonly retain?: {readonly column: string; readonly keep: number};
  readonly select?: Selection;
  /** Which rows of the tables to copy; default all. */
  readonly reads?: TableReads;
  /** What becomes of values that the destination cannot hold; default: the run fails. */
  readonly losses?: readonly DeclaredLoss[];
  /** The folder for rows that a rule for losses sets aside; default `.sluice/quarantine`. */
  readonly quarantineFolder?: string;
  readonly verify?: boolean;
  /** Examine what was written before it goes live; they are told how the run ended. */
  readonly gates?: readonly Gate[];
  readonly limits?: Partial<Limits>;
  /** `chunks`: no transaction at the source lasts longer than a chunk takes, and what changes meanwhile is moved again. Default `snapshot`. */
  readonly consistency?: 'snapshot' | 'chunks';
  /** Whether a crash leaves something to go on with; default: where it can. */
  readonly resume?: Resume;
  readonly reportFiles?: ReportFiles;
  /** What an unfinished copy of other tables has left at the destination stays, and what is noted of it: it is to be gone on with. Not for `replace`. */
  readonly leaves?: true;
  /** Whoever runs the job holds the lock of its destination already (`lockDestination`). */
  readonly isLocked?: true;
  /** Where runs are remembered; default `.sluice/state.db`; null remembers nothing. */
  readonly stateFile?: string | null;
}

/** How often what changed during a copy in chunks is moved again. */
const ROUNDS = 5;

const DEFAULT_QUARANTINE = '.sluice/quarantine';

export interface JobContext {
  readonly logger: Logger;
  readonly progress?: ProgressListener;
  readonly clock?: Clock;
}

/** Says what a job would do; touches nothing. Throws as `planCopy` and the connectors do. */
export async function planJob(job: CopyJob, signal: AbortSignal): Promise<CopyPlan> {
  await using source = await sourceOf(job);
  await using destination = await openDestination(job.destination);
  const request = copyRequest(job, source, destination);
  const plan = await planCopy(request, signal);
  await refuseAhead(job, request, plan);
  return plan;
}

/** Throws what would keep a planned copy from being run as the job says, as `runJob` would; touches nothing. */
export async function refuseAhead({losses, quarantineFolder, consistency}: CopyJob, request: CopyRequest, plan: CopyPlan): Promise<void> {
  if (setsAside(losses)) await QuarantineFile.check(quarantineFolder ?? DEFAULT_QUARANTINE, request.destination);
  if (consistency === 'chunks') refuseChunks({request, plan});
}

const setsAside = (losses: CopyJob['losses']): boolean => losses?.some(({rule}) => rule === 'quarantine') === true;

/**
 * Runs a job under the lock of its target, writes its report files and remembers the run. Resolves
 * with the report whatever happened to the copy. Throws CONFIG when an end cannot be opened, LOCKED
 * when another run holds the target, WRITE when a report file, or what a gate leaves, cannot be written: then
 * the rest is written nevertheless.
 */
export async function runJob(job: CopyJob, context: JobContext, signal: AbortSignal): Promise<CopyResult> {
  const clock = context.clock ?? systemClock;
  await using source = await sourceOf(job);
  await using destination = await openDestination(job.destination);
  await using _lock = await lockTarget(job, destination, clock, signal);
  await using quarantine = setsAside(job.losses)
    ? await QuarantineFile.prepare(job.quarantineFolder ?? DEFAULT_QUARANTINE, destination, clock.now()) : null;
  await using resumable = job.leaves ? null : await resumableWay(job, destination, context.logger);
  const way = job.consistency === 'chunks' ? chunkedCopy({rounds: ROUNDS}) : resumable?.way;
  const result = await runCopy({
    ...copyRequest(job, source, destination), ...(quarantine && {quarantine}), ...(way && {way}), clock, logger: context.logger, ...(context.progress && {progress: context.progress}),
  }, signal);
  await eachOf([
    () => writeReports(job.reportFiles, result.report),
    () => remember(job.stateFile, result.report, context.logger),
    () => settleGates(job.gates, result.report, destination, signal),
  ]);
  return result;
}

const sourceOf = ({source, openSource: open = () => openSource(source)}: CopyJob): Promise<Source> => open();

/** The lock that keeps other runs off a target, unless it is held already, and the folders of its reports. Throws LOCKED or WRITE. */
export async function lockTarget(job: CopyJob, destination: Destination, clock: Clock, signal: AbortSignal): Promise<AsyncDisposable> {
  // First: a target in a folder that is not there must not have it made for its report.
  const target = lockOf(destination);
  await makeFolders(job.reportFiles);
  return job.isLocked ? {async [Symbol.asyncDispose]() {}} : await acquireLock(target, thisProcess(job.tool.name, clock.now()), signal);
}

const lockOf = ({file, label}: Pick<Destination, 'file' | 'label'>) => (file === undefined ? namedLock(label) : fileLock(file));

/** The lock of a destination for who runs several jobs into it, or does more than run one; `command` is told to others. Throws LOCKED, WRITE, CONFIG. */
export async function lockDestination(endpoint: Endpoint, command: string, wait: LockWait, signal: AbortSignal): Promise<Lock> {
  await using destination = await openDestination(endpoint);
  return await acquireLock(lockOf(destination), thisProcess(command, new Date()), signal, wait);
}

export function copyRequest(job: CopyJob, source: CopyRequest['source'], destination: Destination): CopyRequest {
  const {tool, transforms, mode, retain, select, reads, losses, verify, gates, limits, leaves} = job;
  return {
    tool, source, destination,
    ...(transforms && {transforms}), ...(mode && {mode}), ...(retain && {retain}), ...(select && {select}), ...(reads && {reads}),
    ...(losses && {losses: {declared: losses, mayHold: column => typeWitnesses(column, source.kind)}}),
    ...(leaves && {leaves}), ...(verify !== undefined && {verify}), ...(gates && {gates}), ...(limits && {limits}),
  };
}
