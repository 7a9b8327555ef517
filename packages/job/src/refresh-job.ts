import {readFile, stat} from 'node:fs/promises';
import {PipelineError, type Destination, type Logger, type RunReport} from '@sluice/core';
import {systemClock, type CopyPlan, type CopyResult} from '@sluice/engine';
import {detectChanges, runRefresh, type BaseStore, type Detection, type ProgressLog, type RefreshJob} from '@sluice/refresh';
import {openDestination, openSource} from '@sluice/registry';
import {openRecord, type TargetRecord} from '@sluice/state';
import {parseReceipt, receiptFolder} from '@sluice/verify';
import {eachOf} from './each-of.ts';
import {copyRequest, lockTarget, type CopyJob, type JobContext} from './run-job.ts';
import {followedReceipt, writeReceipts} from './receipts.ts';
import {remember, rememberBy, writeReports} from './report-files.ts';
import {settleGates} from './settle-gates.ts';

/** A copy that is kept fresh. */
export interface FreshJob extends Omit<CopyJob, 'losses' | 'quarantineFolder'> {
  /** `full`: rebuild it; `changes`: bring it up to date. */
  readonly kind: RefreshJob['kind'];
  readonly only?: RefreshJob['only'];
  readonly force?: RefreshJob['force'];
  readonly rules?: RefreshJob['rules'];
}

const DEFAULT_STATE = '.sluice/state.db';

/** What a refresh would do; touches nothing at either end. Throws as the planning does. */
export async function planRefresh(job: FreshJob, context: JobContext, signal: AbortSignal): Promise<{readonly plan: CopyPlan; readonly detection: Detection; readonly since: string | null}> {
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  await using kept = await openKept(job, destination, context.logger);
  return await detectChanges({
    ...copyRequest(job, source, destination), ...refreshParts(job), ...kept, logger: context.logger, ...(context.progress && {progress: context.progress}),
  }, signal);
}

/**
 * Refreshes a copy under the lock of its target, writes report and receipt, and remembers the run.
 * Resolves with the report whatever happened to the copy. Throws CONFIG when an end or the state cannot
 * be opened, LOCKED when another run holds the target, WRITE when a report file, the receipt, or what a gate
 * leaves cannot be written: then the rest is written nevertheless.
 */
export async function runRefreshJob(job: FreshJob, context: JobContext, signal: AbortSignal): Promise<CopyResult> {
  const clock = context.clock ?? systemClock;
  await using source = await openSource(job.source);
  await using destination = await openDestination(job.destination);
  await using _lock = await lockTarget(job, destination, clock, signal);
  await using kept = await openKept(job, destination, context.logger);
  const result = await runRefresh({
    ...copyRequest(job, source, destination), ...refreshParts(job), ...kept, clock, logger: context.logger, ...(context.progress && {progress: context.progress}),
  }, signal);
  let {report} = result;
  await eachOf([
    async () => { report = await writeReceipts(job.reportFiles?.receipt, result, context.logger); },
    () => writeReports(job.reportFiles, report),
    () => kept.remember(report),
    () => settleGates(job.gates, report, destination, signal),
  ]);
  return {...result, report};
}

function refreshParts({kind, only, force, rules, reportFiles, stateFile}: FreshJob) {
  const receipt = reportFiles?.receipt;
  return {kind, ...(receipt !== undefined && {followedReceipt: followedReceipt(receipt, stateFile !== null)}), ...(only && {only}), ...(force && {force}), ...(rules && {rules})};
}

interface Kept extends AsyncDisposable {
  readonly store: BaseStore;
  readonly progressLog: ProgressLog;
  readonly known: NonNullable<RefreshJob['known']>;
  remember(report: RunReport): Promise<void>;
}

/** What earlier runs of this target left. A full run can do without; then it leaves nothing either. */
async function openKept({stateFile = DEFAULT_STATE, kind, reportFiles}: FreshJob, destination: Destination, logger: Logger): Promise<Kept> {
  const target = destination.label;
  const byReceipt = (signal: AbortSignal) => hasReceipt(reportFiles?.receipt, destination, signal);
  if (stateFile === null) return {...forgetful, known: byReceipt, remember: async () => {}};
  let record: TargetRecord;
  try {
    record = await openRecord(stateFile, target);
  } catch (error) {
    if (kind === 'changes' || !(error instanceof PipelineError)) throw error;
    logger.warn(`${error.message}: the next update will have to copy everything`);
    return {...forgetful, known: byReceipt, remember: report => remember(stateFile, report, logger)};
  }
  if (record.damagedProgress !== null) logger.warn(`${record.damagedProgress} cannot be read: an unfinished run begins anew`);
  return {
    store: record.store, progressLog: record.progressLog,
    remember: report => rememberBy(() => record.recordRun(report), logger),
    // A record that is damaged says nothing of whose the file is.
    known: async signal => await record.lastRun('ok').catch(() => null) !== null || await byReceipt(signal),
    [Symbol.asyncDispose]: () => record[Symbol.asyncDispose](),
  };
}

const forgetful: Omit<Kept, 'known' | 'remember'> = {
  store: {load: async () => null, pending: async () => null, savePending: async () => {}, adopt: async () => {}, dropPending: async () => {}},
  progressLog: {entries: async () => [], append: async () => {}, remove: async () => {}},
  async [Symbol.asyncDispose]() {},
};

/** Whether a receipt tells of the file as it is, or there is a folder of receipts for it. */
async function hasReceipt(file: string | undefined, destination: Destination, signal: AbortSignal): Promise<boolean> {
  if (file === undefined) return false;
  if (await stat(receiptFolder(file)).then(found => found.isDirectory(), () => false)) return true;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return false;
  try {
    const {destination: {file: told}} = parseReceipt(text);
    return told !== null && told.sha256 === (await destination.sealLive?.(signal))?.sha256;
  } catch (error) {
    if (error instanceof PipelineError) return false;
    throw error;
  }
}
