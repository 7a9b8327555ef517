import {existsSync} from 'node:fs';
import {lstat, mkdir, rename, rm, rmdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {syncFolder, writing} from '@sluice/csv-staging';
import {COMMIT, dropTail, finishCommit, pendingCommit} from './append-commit.ts';
import {writeAtomic} from './atomic-file.ts';
import {goLive, ORDERS, READY, type Orders} from './go-live.ts';
import {holdsLock, isHeld, takeLock} from './lock.ts';

/** Everything of Sluice's own in a folder of tables lies in here; other readers pass it over. */
export const WORK = '.sluice-files';
const LOCK = 'lock';
const LOAD = 'load';

/**
 * The place where one load is prepared: a hidden folder within the target folder, or beside it while
 * that does not exist. Opening takes the lock, finishes what a crash left undone after it was decided,
 * and removes the rest. Throws LOCKED, WRITE.
 */
export class Workspace implements AsyncDisposable {
  readonly folder: string;
  readonly work: string;
  /** The target folder does not exist yet: it appears whole, at `publish`. */
  readonly fresh: boolean;
  readonly #token: string;
  #open = true;

  private constructor(folder: string, work: string, fresh: boolean, token: string) {
    this.#token = token;
    this.folder = folder;
    this.work = work;
    this.fresh = fresh;
  }

  static async open(folder: string, {make}: {readonly make: boolean}): Promise<Workspace> {
    const beside = workBeside(folder);
    if (existsSync(beside) && existsSync(folder) && !(await isHeld(join(beside, LOCK)))) await writing(() => rm(beside, {recursive: true, force: true}));
    const fresh = !make && !existsSync(folder);
    if (make) await writing(() => mkdir(folder).catch(ignoreExisting));
    const work = fresh ? beside : join(folder, WORK);
    await writing(() => mkdir(work, {mode: 0o700}).catch(ignoreExisting));
    const workspace = new Workspace(folder, work, fresh, await takeLock(join(work, LOCK)));
    try {
      await workspace.#recover();
      await writing(() => mkdir(workspace.load));
      return workspace;
    } catch (error) {
      await workspace[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the files of a load are written. */
  get load(): string {
    return join(this.work, LOAD);
  }

  /** Makes everything in the load folder live. Throws WRITE; then nothing is live. */
  async publish(names: readonly string[], orders: Orders): Promise<void> {
    await syncFolder(this.load);
    if (this.fresh) {
      await writing(() => rename(this.load, this.folder));
      await syncFolder(dirname(this.folder));
      return;
    }
    for (const name of names) await this.#refuseFolder(name);
    await writeAtomic(join(this.load, ORDERS), JSON.stringify(orders));
    await syncFolder(this.load);
    // Decided here: from now on the load is live, whoever does the rest.
    await writing(() => rename(this.load, join(this.work, READY)));
    await syncFolder(this.work);
    await writing(() => goLive(this.work, this.folder));
    await writing(() => mkdir(this.load));
  }

  /** Removes what was not published, and the work folder when nothing is kept in it. Gives the lock back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    if (!(await holdsLock(join(this.work, LOCK), this.#token))) return; // somebody took this load for a crashed one
    await rm(this.load, {recursive: true, force: true});
    await dropTail(this.work);
    await rm(join(this.work, LOCK), {force: true});
    await rmdir(this.work).catch(() => {}); // positions are kept there
  }

  async #recover(): Promise<void> {
    if (existsSync(join(this.work, READY))) await writing(() => goLive(this.work, this.folder));
    const pending = await pendingCommit(this.work);
    if (pending !== null && existsSync(join(this.folder, pending.file))) await finishCommit(this.work, this.folder, pending);
    await writing(async () => {
      await rm(join(this.work, COMMIT), {force: true}); // of a file that somebody removed since
      await rm(this.load, {recursive: true, force: true});
      await dropTail(this.work);
    });
  }

  async #refuseFolder(name: string): Promise<void> {
    const there = await lstat(join(this.folder, name)).catch(() => null);
    if (there?.isDirectory()) throw new PipelineError(ErrorCode.WRITE, `${name}: there is a folder of this name`, {remedy: 'rename it or write elsewhere'});
  }
}

/** The work folder of a target folder that does not exist yet. */
export function workBeside(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}${WORK}`);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
