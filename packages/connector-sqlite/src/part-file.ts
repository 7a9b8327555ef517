import {randomBytes} from 'node:crypto';
import {lstat, open, readdir, rm, stat} from 'node:fs/promises';
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
  const lock = takeLock(path, target);
  try {
    const file = await open(path, 'wx', 0o644);
    try {
      const mode = (target.exists ? await stat(target.live) : await file.stat()).mode & 0o7777;
      await file.chmod(0o600);
      return {path, mode, remove: whole => letGo(path, lock, whole)};
    } finally {
      await file.close();
    }
  } catch (error) {
    await letGo(path, lock, true);
    throw error;
  }
}

/**
 * Takes over the part of that name, which a crash left; null when there is none, or when the name is
 * not that of a part of this target. Throws LOCKED when its load is still running.
 */
export async function adoptPart(target: TargetFile, name: string): Promise<PartFile | null> {
  if (!isPartOf(target, name) || !name.endsWith('.part')) return null;
  const path = join(target.folder, name);
  if (!await isOrdinary(path)) return null;
  const lock = takeLock(path, target);
  try {
    // It may have gone with its owner a moment ago.
    if (!await isOrdinary(path)) {
      await letGo(path, lock, false);
      return null;
    }
    // A new file takes the mode that its first load would have given it: that of the lock, which was made by the same rules.
    const {mode} = await stat(target.exists ? target.live : lockOf(path));
    return {path, mode: mode & 0o7777, remove: whole => letGo(path, lock, whole)};
  } catch (error) {
    await letGo(path, lock, false);
    throw error;
  }
}

function takeLock(path: string, {named}: TargetFile): Database.Database {
  const lock = new Database(lockOf(path), {timeout: 0});
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isCode(error, 'SQLITE_BUSY', 'SQLITE_LOCKED')) throw lockedBy(named);
    throw error;
  }
}

async function letGo(path: string, lock: Database.Database, whole: boolean): Promise<void> {
  if (whole) for (const end of BESIDE) await rm(path + end, {force: true});
  // The part goes before its lock, or it would look abandoned.
  lock.close();
  await rm(lockOf(path), {force: true});
}

async function isOrdinary(path: string): Promise<boolean> {
  return lstat(path).then(found => found.isFile(), () => false);
}

/**
 * Removes what crashed loads of this target left, but for the part of the name `except`. Throws
 * LOCKED, and touches nothing, when another load of it is still running.
 */
export async function removeStaleParts(target: TargetFile, except: string | null = null): Promise<void> {
  const {folder, named} = target;
  const found = (await readdir(folder).catch((error: unknown) => { throw classify(error, {file: folder}); })).filter(name => isPartOf(target, name));
  for (const name of found) {
    if (name.endsWith('.lock') && isLocked(join(folder, name))) throw lockedBy(named);
  }
  const stays = except === null || !isPartOf(target, except) ? null : except.replace(/part$/, '');
  for (const name of found) if (stays === null || !name.startsWith(stays)) await rm(join(folder, name), {force: true});
}

/** Whether a file of that name belongs to a load of this target. */
function isPartOf({base}: TargetFile, name: string): boolean {
  const start = `.${base}.sluice-`;
  return name.startsWith(start) && /^[0-9a-f]{12}\.(part|lock)(-journal|-wal|-shm)?$/.test(name.slice(start.length));
}

function lockedBy(named: string): PipelineError {
  return new PipelineError(ErrorCode.LOCKED, `another run is writing ${named}`, {remedy: 'wait until it ends, or stop it'});
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
