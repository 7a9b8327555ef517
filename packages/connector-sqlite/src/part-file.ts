import {randomBytes} from 'node:crypto';
import {open, readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import Database from 'better-sqlite3';
import {classify, isCode} from './errors.ts';
import type {TargetFile} from './target-file.ts';

/** The file that a load builds, in the folder of its target. */
export interface PartFile {
  readonly path: string;
  /** The mode it will have once live; until then nobody else may read it. */
  readonly mode: number;
  /** Lets go of it; `whole`: and leaves nothing of it, which is for loads that did not publish it. May be repeated. */
  remove(whole: boolean): Promise<void>;
}

/** Files that SQLite keeps beside a database. */
const BESIDE = ['', '-journal', '-wal', '-shm'] as const;

/**
 * Creates an empty part, and beside it a lock file that this process holds locked for as long as the
 * part is its own: the system lets go of the lock however the process ends, so that the next load can
 * tell what a crash left from what another run is writing.
 */
export async function createPart(target: TargetFile): Promise<PartFile> {
  const {folder, base} = target;
  const path = join(folder, `.${base}.sluice-${randomBytes(6).toString('hex')}.part`);
  const lockPath = lockOf(path);
  const lock = new Database(lockPath);
  const remove = async (whole: boolean) => {
    if (whole) for (const end of BESIDE) await rm(path + end, {force: true});
    // The part goes before its lock, or it would look abandoned.
    lock.close();
    await rm(lockPath, {force: true});
  };
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    const file = await open(path, 'wx', 0o644);
    try {
      const mode = (target.exists ? await stat(target.live) : await file.stat()).mode & 0o7777;
      await file.chmod(0o600);
      return {path, mode, remove};
    } finally {
      await file.close();
    }
  } catch (error) {
    await remove(true);
    throw error;
  }
}

/**
 * Removes what crashed loads of this target left. Throws LOCKED, and touches nothing, when another
 * load of it is still running.
 */
export async function removeStaleParts({folder, base, named}: TargetFile): Promise<void> {
  const start = `.${base}.sluice-`;
  const found = (await readdir(folder).catch((error: unknown) => { throw classify(error, {file: folder}); }))
    .filter(name => name.startsWith(start) && /^[0-9a-f]{12}\.(part|lock)(-journal|-wal|-shm)?$/.test(name.slice(start.length)));
  for (const name of found) {
    if (name.endsWith('.lock') && isLocked(join(folder, name))) {
      throw new PipelineError(ErrorCode.LOCKED, `another run is writing ${named}`, {remedy: 'wait until it ends, or stop it'});
    }
  }
  for (const name of found) await rm(join(folder, name), {force: true});
}

function lockOf(part: string): string {
  return part.replace(/\.part$/, '.lock');
}

function isLocked(file: string): boolean {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, {timeout: 0, fileMustExist: true});
    db.exec('BEGIN EXCLUSIVE');
    return false;
  } catch (error) {
    return isCode(error, 'SQLITE_BUSY', 'SQLITE_LOCKED');
  } finally {
    db?.close();
  }
}
