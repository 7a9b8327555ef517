import {stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {
  ErrorCode, PipelineError, type Capabilities, type Catalog, type Destination, type FileSeal, type GroupsRequest, type GroupStore, type Judge, type LiveName, type LiveTables, type Load, type LoadRequest, type Omission, type Problem, type RefreshLoad,
  type RefreshRequest, type SourceIdentity, type TargetPlan,
} from '@sluice/core';
import Database from 'better-sqlite3';
import {classify} from './errors.ts';
import {sealDatabase} from './file-seal.ts';
import {judging} from './fitting.ts';
import {openGroups} from './groups.ts';
import {LiveLoad} from './live-load.ts';
import {readLive, recoverLive, type LiveContents} from './live-file.ts';
import {SqliteLiveTables} from './live-tables.ts';
import {fold, POSITION_TABLE} from './naming.ts';
import {adoptPart, createPart, removeStaleParts, type PartFile} from './part-file.ts';
import {besidePlan, MergeLoad, refuseKeyless, refuseMerge} from './merge-load.ts';
import {clear, prepare} from './part-content.ts';
import {PlacedReader} from './placed-reader.ts';
import {planLoad, planLoadInTurns, type LoadPlan} from './plan-load.ts';
import {beginEmpty, beginFromLive, beginResumed, copyContent} from './refresh-begin.ts';
import {SqliteRefreshLoad} from './refresh-load.ts';
import {ReplaceLoad} from './replace-load.ts';
import {findTarget, folderProblem, type TargetFile} from './target-file.ts';

export interface SqliteDestinationOptions {
  /** Where the former file goes; default the folder of the target. */
  readonly archiveDirectory?: string;
  /**
   * `replace` only. False, the default: tables and views of the live file that are not in the load
   * stay as they are. True: the new file holds the load and nothing else.
   */
  readonly fresh?: boolean;
  /** The time in the archive's name; default the system's. */
  readonly now?: () => Date;
}

/** Writes tables into one SQLite file. */
export class SqliteDestination implements Destination {
  readonly kind = 'sqlite';
  readonly label: string;
  readonly file: string;
  readonly capabilities: Capabilities = {modes: ['replace', 'append', 'upsert', 'mirror'], beside: true, keys: true, positions: true};
  readonly #options: SqliteDestinationOptions;
  readonly #loads = new Set<AsyncDisposable>();

  constructor(file: string, options: SqliteDestinationOptions = {}) {
    this.label = `sqlite:${file}`;
    this.file = file;
    this.#options = options;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    const problems: (Problem | null)[] = [];
    try {
      problems.push(await folderProblem(dirname(this.file), 'the folder'));
      const {archiveDirectory} = this.#options;
      if (archiveDirectory !== undefined) problems.push(await folderProblem(archiveDirectory, 'the archive folder'));
      if (await stat(this.file).then(() => true, () => false)) readLive(await findTarget(this.file), {replaced: this.#options.fresh === true});
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      problems.push({message: error.message});
    }
    return problems.filter(problem => problem !== null);
  }

  /** Whether it is the same file, whatever links lead to it. */
  async overwrites({id}: SourceIdentity, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const [own, theirs] = await Promise.all([this.file, id].map(file => stat(file, {bigint: true}).catch(() => null)));
    return !!own && !!theirs && own.dev === theirs.dev && own.ino === theirs.ino;
  }

  async contents(signal: AbortSignal): Promise<readonly LiveName[]> {
    signal.throwIfAborted();
    const {tables, views} = readLive(await findTarget(this.file), {replaced: this.#options.fresh === true});
    return [...tables, ...views].filter(name => name !== POSITION_TABLE).map(name => ({name, goes: true}));
  }

  async plan(request: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    signal.throwIfAborted();
    if (request.mode === 'mirror') refuseKeyless(request.catalog.tables);
    const target = await findTarget(this.file);
    return (await this.#plan(request, this.#readLive(request, target))).target;
  }

  async judge(request: LoadRequest, signal: AbortSignal): Promise<Judge> {
    signal.throwIfAborted();
    const {tables} = await this.#plan(request, this.#readLive(request, await findTarget(this.file)));
    const plans = new Map(tables.map(plan => [plan.schema.table, judging(plan)]));
    return (table, column, value) => plans.get(table)?.judge(column, value) ?? null;
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    signal.throwIfAborted();
    const target = await findTarget(this.file);
    const load = await this.#begin(request, target);
    this.#loads.add(load);
    return load;
  }

  async beginRefresh(request: RefreshRequest, signal: AbortSignal): Promise<RefreshLoad | null> {
    signal.throwIfAborted();
    const target = await findTarget(this.file);
    const archiveDirectory = await this.#archiveDirectory(target);
    const {from, keep, unsealed = false} = request;
    const beside = request.beside ? this.#besides(request.catalog, target) : null;
    // A part with what somebody else has in the file is made anew: how that was meanwhile changed cannot be told.
    const token = typeof from !== 'object' ? null : beside === null ? from.resume : '';
    await removeStaleParts(target, token);
    const plan = beside === null ? planLoad(request.catalog) : await this.#plan(beside.request, beside.live);
    let part: PartFile | null = null;
    try {
      part = token === null ? await createPart(target) : await adoptPart(target, token);
      if (part === null) return null;
      if (beside !== null) copyContent(target, part.path);
      const begun = token !== null ? beginResumed(part.path, plan, keep)
        : from === 'live' && keep.size > 0 ? await beginFromLive(part.path, target, {plan, keep, unsealed}, signal)
        : beginEmpty(part.path);
      if (beside !== null && begun !== null) clear(begun.db, plan, formerNames(beside.live, beside.request));
      if (begun === null) {
        await part.remove(true);
        return null;
      }
      const load = new SqliteRefreshLoad({begun, resumed: token !== null, part, target, plan, losses: request.losses, archiveDirectory, now: this.#options.now ?? (() => new Date())});
      this.#loads.add(load);
      return load;
    } catch (error) {
      await part?.remove(token === null);
      throw classify(error, {file: target.named});
    }
  }

  async openLive(catalog: Catalog, signal: AbortSignal): Promise<LiveTables> {
    signal.throwIfAborted();
    const target = await findTarget(this.file);
    if (!target.exists) throw new PipelineError(ErrorCode.CONNECT, `${target.named} does not exist`, {retryable: false, remedy: 'check the path'});
    recoverLive(target);
    const tables = new SqliteLiveTables(new PlacedReader(target.live, target.named, planLoad(catalog)));
    this.#loads.add(tables);
    return tables;
  }

  async openGroups(request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
    signal.throwIfAborted();
    return await openGroups(await findTarget(this.file), request);
  }

  async sealLive(signal: AbortSignal): Promise<FileSeal | null> {
    signal.throwIfAborted();
    const target = await findTarget(this.file);
    try {
      return await sealDatabase(target.live, signal);
    } catch (error) {
      throw classify(error, {file: target.named, access: 'read'});
    }
  }

  /** Disposes loads that are still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const load of this.#loads) await load[Symbol.asyncDispose]();
    this.#loads.clear();
  }

  #begin(request: LoadRequest, target: TargetFile): Load | Promise<Load> {
    const {mode, beside} = request;
    if (mode === 'mirror') refuseKeyless(request.catalog.tables);
    if (mode === 'replace') return this.#beginReplace(request, target);
    if (mode === 'mirror') return target.exists ? this.#beginMerge(request, mode, target) : this.#beginReplace({...request, mode: 'replace'}, target);
    return beside ? this.#beginMerge(request, mode, target) : this.#beginLive(request, target);
  }

  async #beginMerge({catalog, losses, retain}: LoadRequest, mode: 'append' | 'upsert' | 'mirror', target: TargetFile): Promise<Load> {
    const archiveDirectory = await this.#archiveDirectory(target);
    await removeStaleParts(target);
    const plan = await planLoadInTurns(catalog);
    const bare = besidePlan(plan);
    let part: PartFile | null = null;
    let db: Database.Database | null = null;
    try {
      if (target.exists) recoverLive(target);
      refuseMerge(target, plan, mode);
      part = await createPart(target);
      db = new Database(part.path, {timeout: 0});
      prepare(db);
      const beside = new ReplaceLoad({db, part, target, plan: bare, losses, archiveDirectory, now: this.#options.now ?? (() => new Date())});
      return new MergeLoad({target, part, plan, mode, retain, beside});
    } catch (error) {
      db?.close();
      await part?.remove(true);
      throw classify(error, {file: target.named});
    }
  }

  #beginLive({catalog, mode, losses}: LoadRequest, target: TargetFile): Load {
    const plan = planLoad(catalog);
    try {
      const db = new Database(target.live, {timeout: 5000});
      return new LiveLoad({db, file: target.named, path: target.live, plan, upsert: mode === 'upsert', losses});
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  async #beginReplace(request: LoadRequest, target: TargetFile): Promise<Load> {
    const archiveDirectory = await this.#archiveDirectory(target);
    await removeStaleParts(target);
    const live = this.#readLive(request, target);
    const plan = await this.#plan(request, live);
    let part: PartFile | null = null;
    let db: Database.Database | null = null;
    try {
      part = await createPart(target);
      if (!this.#isFresh(request) && staying(live, request).length > 0) copyContent(target, part.path);
      db = new Database(part.path, {timeout: 0});
      prepare(db);
      clear(db, plan, formerNames(live, request));
      return new ReplaceLoad({db, part, target, plan, losses: request.losses, archiveDirectory, now: this.#options.now ?? (() => new Date())});
    } catch (error) {
      db?.close();
      await part?.remove(true);
      throw classify(error, {file: target.named});
    }
  }

  /** Throws WRITE when it, or the target's own folder, takes no files. */
  async #archiveDirectory(target: TargetFile): Promise<string> {
    const archiveDirectory = this.#options.archiveDirectory ?? target.folder;
    for (const problem of [await folderProblem(target.folder, 'the folder'), await folderProblem(archiveDirectory, 'the archive folder')]) {
      if (problem !== null) throw new PipelineError(ErrorCode.WRITE, problem.message, {remedy: 'create it, or check its rights'});
    }
    return archiveDirectory;
  }

  /** What stays beside a load of this catalog; null when nothing does. */
  #besides(catalog: Catalog, target: TargetFile): {readonly request: LoadRequest; readonly live: LiveContents} | null {
    const request: LoadRequest = {catalog, mode: 'replace'};
    if (this.#isFresh(request)) return null;
    const live = this.#readLive(request, target);
    return staying(live, request).length === 0 ? null : {request, live};
  }

  #readLive(request: LoadRequest, target: TargetFile): LiveContents {
    return readLive(target, {replaced: request.mode === 'replace' && this.#isFresh(request)});
  }

  #isFresh({alone}: LoadRequest): boolean {
    return this.#options.fresh === true || alone === true;
  }

  async #plan(request: LoadRequest, live: LiveContents): Promise<LoadPlan> {
    if (request.mode !== 'replace' || this.#isFresh(request)) return await planLoadInTurns(request.catalog);
    const plan = await planLoadInTurns(request.catalog, staying(live, request));
    const omissions = [...plan.omissions, ...lostWith(live, plan)];
    return {...plan, omissions, target: {...plan.target, omissions}};
  }
}

/** Names in the live file that the load does not replace. */
function staying(live: LiveContents, {catalog}: Pick<LoadRequest, 'catalog'>): string[] {
  const replaced = new Set([...catalog.tables.map(({table}) => fold(table)), ...catalog.views.map(({name}) => fold(name))]);
  const former = formerNames(live, {catalog});
  const stays = (name: string) => !replaced.has(fold(name)) && !former.has(name) && name !== POSITION_TABLE;
  return [
    ...live.tables.filter(stays), ...live.shadows, ...live.views.filter(stays),
    ...live.attached.filter(({table}) => stays(table)).map(({name}) => name),
  ];
}

/** Names that an earlier load had to give to tables and views of this one. */
function formerNames({origins}: LiveContents, {catalog}: Pick<LoadRequest, 'catalog'>): Set<string> {
  const sources = new Set([...catalog.tables.map(({table}) => table), ...catalog.views.map(({name}) => name)]);
  return new Set([...origins].flatMap(([name, source]) => (sources.has(source) ? [name] : [])));
}

/** Triggers and indexes that somebody made on tables that are replaced. */
function lostWith(live: LiveContents, plan: LoadPlan): Omission[] {
  const replaced = new Map(plan.tables.map(({name, schema}) => [fold(name), schema.table]));
  const made = new Set(plan.tables.flatMap(({indexes}) => indexes.map(({name}) => fold(name))));
  return live.attached.flatMap(({type, name, table}): Omission[] => {
    const source = replaced.get(fold(table));
    return source === undefined || made.has(fold(name)) ? [] : [{table: source, kind: type, name, reason: 'it was made in the file, on a table that is replaced'}];
  });
}
