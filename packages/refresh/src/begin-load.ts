import {must, type RefreshLoad} from '@sluice/core';
import type {CopyPlan, Limits} from '@sluice/engine';
import {dependenciesOf, digestDependencies} from './dependencies.ts';
import type {Decision} from './detect.ts';
import {isKeyed} from './plan-work.ts';
import {Progress} from './progress.ts';
import type {RefreshJob} from './request.ts';
import {pieceRows} from './table-size.ts';
import {beginUnfinished, readUnfinished, type Unfinished} from './unfinished.ts';

/** What an update is in the progress log: it cannot be gone on with, but it can be told that it crashed. */
const CHANGES = 'changes';

/** Which load a run wants. */
export interface LoadWanted {
  readonly plan: CopyPlan;
  /** The file was changed by somebody else. */
  readonly edited: boolean;
  /** Null: everything is copied. */
  readonly kept: readonly Decision[] | null;
  /** Of a full run that died, and did the same work. */
  readonly unfinished: Unfinished | null;
  readonly work: string;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedMs: () => number;
}

export interface BegunLoad {
  readonly load: RefreshLoad;
  readonly resumed: Unfinished | null;
  /** Null for an update. */
  readonly progress: Progress | null;
}

/** The load, on from where a crashed one was if that can be. */
export async function beginLoad(job: RefreshJob, {plan, edited, kept, unfinished, work, startedAt, elapsedMs}: LoadWanted, limits: Limits, signal: AbortSignal): Promise<BegunLoad> {
  const {source, destination, progressLog, logger, store, beside} = job;
  const {catalog, alone, losses: {rules: losses}} = plan;
  // A table of which a crash costs less than what lies between two commits anyway is worth no place of its own.
  const places = store === null ? new Set(plan.tables.filter(({source: whole, read}) => isKeyed(source, read) && pieceRows(whole, limits.commitRows) !== null).map(({out}) => out.table)) : null;
  const begin = (from: 'nothing' | 'live' | {readonly resume: string}, keep: ReadonlySet<string>) => destination.beginRefresh!({
    catalog, from, keep, losses, unsealed: edited, ...(places && {places}), ...(beside && !alone && {beside}),
  }, signal);
  const progressOf = ({token}: RefreshLoad) => new Progress(job, limits, {work, token, startedAt}, elapsedMs, signal);
  if (kept !== null) {
    const load = must(await begin('live', new Set(kept.map(({table}) => table.out.table))), 'load');
    await progressLog.remove();
    await beginUnfinished(progressLog, {work: CHANGES, token: load.token, startedAt});
    return {load, resumed: null, progress: null};
  }
  if (unfinished !== null) {
    const outs = plan.tables.filter(({source}) => unfinished.tables.has(source.table)).map(({out}) => out.table);
    const load = await begin({resume: unfinished.token}, new Set(outs));
    if (load !== null) {
      logger?.info(`going on with the run of ${unfinished.startedAt}, which did not come to its end: ${outs.length} tables are begun or done`);
      const progress = progressOf(load);
      progress.goOn();
      return {load, resumed: unfinished, progress};
    }
    logger?.info(`what the run of ${unfinished.startedAt} had begun is gone from the destination, or of no use: beginning anew`);
  }
  else if ((await progressLog.entries()).length > 0) logger?.info('an unfinished run cannot be gone on with: its source, tables, rules or version are not those of this one');
  await progressLog.remove();
  const load = must(await begin('nothing', new Set()), 'load');
  const progress = progressOf(load);
  await progress.begin();
  return {load, resumed: null, progress};
}

/** Tables that a crashed run made of what other tables held then, and do not hold now, or by rules of which nobody can tell whether they are the same: they begin anew. */
export async function staleTables(job: RefreshJob, decisions: readonly Decision[], {resumed, progress}: BegunLoad & {readonly progress: Progress}, limits: Limits, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const {transforms = []} = job;
  const digests = () => digestDependencies(job, decisions.map(({table}) => table), limits, signal);
  if (resumed === null) {
    await progress.dependencies(digests);
    return new Set();
  }
  const now = await digests();
  const stale = decisions.filter(({rules, table: {source: {table}, read}}) =>
    resumed.tables.has(table) && (rules === null || dependenciesOf(read, transforms).some(({id}) => resumed.dependencies.get(id) !== now.get(id))));
  // First what no longer counts, then what counts from now on: a crash in between repeats the former.
  for (const {table: {source: {table}}} of stale) await progress.reset(table, []);
  await progress.dependencies(async () => now);
  return new Set(stale.map(({table: {source: {table}}}) => table));
}

/** Where there is nothing to do, no load begins that would remove what a crashed update left. What a crashed full run left stays for the next one. */
export async function tidyUnfinished({destination, progressLog}: RefreshJob, {catalog}: CopyPlan, settled: boolean, signal: AbortSignal): Promise<void> {
  if (!settled && (await readUnfinished(progressLog, CHANGES)) === null) return;
  await using _load = await destination.beginRefresh!({catalog, from: 'nothing', keep: new Set()}, signal);
  await progressLog.remove();
}
