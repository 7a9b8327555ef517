import {existsSync} from 'node:fs';
import {access, constants, stat} from 'node:fs/promises';
import {dirname, join, sep} from 'node:path';
import {type Capabilities, type Destination, ErrorCode, type Judge, type LiveName, type Load, type LoadRequest, PipelineError, type Problem, type SourceIdentity, type TargetPlan} from '@sluice/core';
import {appendInto} from './append-load.ts';
import {judging} from './fitting.ts';
import {FilesLoad} from './load.ts';
import {realLocation, type Location} from './location.ts';
import {isHeld} from './lock.ts';
import {readManifest} from './manifest.ts';
import {allStored, planLoad} from './plan-load.ts';
import {replaceIn} from './replace-load.ts';
import {WORK, Workspace} from './workspace.ts';

/** Writes tables as CSV or JSON Lines files. */
export class FilesDestination implements Destination {
  readonly kind = 'files';
  readonly label: string;
  readonly folder?: string;
  readonly capabilities: Capabilities = {modes: ['replace', 'append'], keys: false, positions: true};
  readonly #location: Location;
  readonly #loads = new Set<Load>();

  constructor(location: Location) {
    this.#location = location;
    this.label = location.label;
    if (location.file === null) this.folder = location.folder;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    const {folder, file} = this.#location;
    const problems: Problem[] = [];
    const there = await stat(folder).catch(() => null);
    const place = there === null && file === null ? dirname(folder) : folder;
    if (there !== null && !there.isDirectory()) problems.push({message: `${folder} is a file; a folder is needed`});
    else if (!(await stat(place).catch(() => null))?.isDirectory()) problems.push({message: `the folder ${place} does not exist; make it, or correct the path`});
    else if (!(await access(place, constants.W_OK | constants.X_OK).then(() => true, () => false))) problems.push({message: `the folder ${place} may not be written`});
    if (file !== null && (await stat(join(folder, file)).catch(() => null))?.isDirectory()) problems.push({message: `${file} is a folder; write ${this.label}/ to fill it with files`});
    if (there?.isDirectory()) {
      await readManifest(folder).catch((error: unknown) => {
        if (!(error instanceof PipelineError)) throw error;
        problems.push({message: error.message});
      });
      if (await isHeld(join(folder, WORK, 'lock'))) problems.push({message: 'another load is writing there'});
    }
    return problems;
  }

  /** Also when one of the two is a file in the folder that is the other. */
  async overwrites({id}: SourceIdentity, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const own = realLocation(this.#location);
    const within = (inner: string, outer: string) => outer.endsWith(sep) && inner.startsWith(outer) && !inner.slice(outer.length).includes(sep);
    return own === id || within(own, id) || within(id, own);
  }

  /** Of a folder, the tables in it; what a manifest does not list is somebody else's and stays. Nothing else belongs to a single file. */
  async contents(signal: AbortSignal): Promise<readonly LiveName[]> {
    signal.throwIfAborted();
    const {folder, file} = this.#location;
    if (file !== null || !existsSync(folder)) return [];
    const stored = await allStored(folder);
    return stored.map(({table, resource}) => ({name: table, goes: resource !== null}));
  }

  async plan(request: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    signal.throwIfAborted();
    return (await planLoad(this.#location, request, signal)).target;
  }

  async judge({catalog: {tables}}: LoadRequest, signal: AbortSignal): Promise<Judge> {
    signal.throwIfAborted();
    const fittings = new Map(tables.map(schema => [schema.table, judging(schema, this.#location.format)]));
    return (table, column, value) => fittings.get(table)?.judge(column, value) ?? null;
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    signal.throwIfAborted();
    await planLoad(this.#location, request, signal);
    const {folder, file} = this.#location;
    if (file !== null && !existsSync(folder)) throw new PipelineError(ErrorCode.WRITE, `the folder ${folder} does not exist`, {remedy: 'make it, or correct the path'});
    const workspace = await Workspace.open(folder, {make: request.mode === 'append' && file === null});
    try {
      // Again: opening the workspace may have finished an interrupted load.
      const plan = await planLoad(this.#location, request, signal);
      const load = new FilesLoad(workspace, plan, request.mode === 'replace' ? replaceIn(workspace, plan, request.losses) : appendInto(workspace, this.#location, request.losses));
      this.#loads.add(load);
      return load;
    } catch (error) {
      await workspace[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Drops loads that are still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const load of this.#loads) await load[Symbol.asyncDispose]();
    this.#loads.clear();
  }
}
