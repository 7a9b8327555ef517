import {createHash} from 'node:crypto';
import {accessSync, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import Database from 'better-sqlite3';
import {failure} from './failure.ts';
import {type Holder, readHolder} from './holder.ts';

/** Something only one run may write at a time, and the file that stands for it. */
export interface LockTarget {
  /** What the user calls it; user information must be gone from URLs. */
  readonly label: string;
  readonly lockFile: string;
}

/** A lock that is held. Disposing releases it and removes its files. */
export interface Lock extends AsyncDisposable {
  readonly target: LockTarget;
}

/** The lock of a file: `.NAME.sluice-lock` in its folder. Throws WRITE when there is no such folder, or it may not be written. */
export function fileLock(path: string): LockTarget {
  const file = resolve(path);
  const folder = dirname(file);
  if (!existsSync(folder)) {
    throw new PipelineError(ErrorCode.WRITE, `${path} cannot be made: its folder does not exist`, {remedy: `mkdir -p ${folder}`});
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new PipelineError(ErrorCode.WRITE, `${path} cannot be made: its folder may not be written`, {remedy: 'change the rights of the folder, or name another place'});
  }
  const name = basename(file);
  // File names end at 255 bytes.
  const short = Buffer.byteLength(name) > 200 ? digest(name) : name;
  return {label: path, lockFile: join(folder, `.${short}.sluice-lock`)};
}

/** The lock of anything else (a server's database), kept in the state folder. Runs that use other state folders do not see it. */
export function namedLock(label: string, stateFolder = '.sluice'): LockTarget {
  return {label, lockFile: join(resolve(stateFolder), 'locks', `${digest(label)}.sluice-lock`)};
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Waiting for a lock instead of being refused. */
export interface LockWait {
  /** How long at most. */
  readonly limitMs: number;
  /** Told once, when somebody else has it; null: it does not say who it is. */
  readonly onWait?: (holder: Holder | null) => void;
}

/** How often a lock is tried that somebody else has: runs last seconds to hours. */
const TRY_AGAIN_MS = 250;

/**
 * Takes the lock of a target, or throws LOCKED, naming the holder: at once, or when the time to wait is over.
 * It is held until it is disposed or the process is gone, however it died: the kernel releases it. Throws WRITE when the lock
 * file cannot be made.
 *
 * How: the lock is SQLite's RESERVED lock (fcntl) on an empty file, held by a transaction that never
 * writes, so that there is nothing a crash could damage. The holder's name lies in a file beside it.
 */
export async function acquireLock(target: LockTarget, holder: Holder, signal: AbortSignal, {limitMs, onWait}: LockWait = {limitMs: 0}): Promise<Lock> {
  const {lockFile, label} = target;
  const until = performance.now() + limitMs;
  try {
    for (let nameless = 0, isWaiting = false; ;) {
      signal.throwIfAborted();
      const held = tryOnce(target, holder);
      if (typeof held === 'object') return held;
      let pauseMs = held === 'locked' ? 10 : 1;
      if (held === 'locked') {
        // Between taking the lock and telling its name a holder needs a moment.
        const other = readHolder(holderFile(target));
        if (other !== null || ++nameless > 20) {
          const left = until - performance.now();
          if (left <= 0) throw locked(label, other);
          if (!isWaiting) onWait?.(other);
          isWaiting = true;
          pauseMs = Math.min(TRY_AGAIN_MS, left);
        }
      }
      await pause(pauseMs, undefined, {signal});
    }
  } catch (error) {
    throw refusing(error, target) ?? failure(error, `the lock of ${label} (${lockFile})`);
  }
}

/** Who holds the lock of a target, without trying to take it; null when nobody does, or a holder died on this machine. */
export const lockHolder = (target: LockTarget): Holder | null => readHolder(holderFile(target));

/** A folder in which no file can be made is the user's to mend; that it was a lock that was to be made there is not of interest. */
function refusing(error: unknown, {label, lockFile}: LockTarget): PipelineError | null {
  if (!['SQLITE_CANTOPEN', 'ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '') || existsSync(lockFile)) return null;
  return new PipelineError(ErrorCode.WRITE, `the folder ${dirname(lockFile)} takes no new files, so that nothing can be written to ${label}`, {
    remedy: 'change the rights of the folder, or name another place',
  });
}

/** The lock; or that it is somebody else's; or that its file went away meanwhile, because another run has just ended. */
function tryOnce(target: LockTarget, holder: Holder): Lock | 'locked' | 'gone' {
  const {lockFile} = target;
  mkdirSync(dirname(lockFile), {recursive: true});
  const undo: (() => void)[] = [];
  let held: 'locked' | 'gone' | 'ours' | undefined;
  try {
    held = take();
  } finally {
    if (held !== 'ours') release(undo);
  }
  if (held !== 'ours') return held;
  return {
    target,
    async [Symbol.asyncDispose]() {
      release(undo);
    },
  };

  function take() {
    // fcntl locks belong to the process and are lost when it closes any descriptor of the file. SQLite
    // knows which of its files are locked in this process, in other threads too: so it looks first,
    // and a file that is locked is not opened in any other way.
    if (!isFree(lockFile)) return 'locked';
    const descriptor = openIfThere(lockFile);
    if (descriptor === null) return 'gone';
    // While it is open the number of its inode cannot be given to another file.
    undo.push(() => closeSync(descriptor));
    const db = openLockFile(lockFile);
    if (db === null) return 'gone';
    undo.push(() => db.close());
    if (!begin(db)) return 'locked';
    // Whoever held the lock before removed the file; what we have locked may be the removed one. From
    // here on nobody else removes it: that takes the lock.
    if (!isAt(lockFile, descriptor)) return 'gone';
    undo.push(() => {
      // Somebody may have removed it by force: then what is there is not ours to remove.
      if (!isAt(lockFile, descriptor)) return;
      rmSync(holderFile(target), {force: true});
      rmSync(lockFile, {force: true});
    });
    writeFileSync(holderFile(target), JSON.stringify(holder));
    return 'ours';
  }
}

/** Last things first; what fails does not keep the rest from being done. */
function release(undo: (() => void)[]): void {
  let first: {readonly error: unknown} | undefined;
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      step();
    } catch (error) {
      first ??= {error};
    }
  }
  if (first) throw first.error;
}

function isFree(lockFile: string): boolean {
  const db = new Database(lockFile, {timeout: 0});
  try {
    db.pragma('journal_mode = memory');
    return begin(db);
  } finally {
    db.close();
  }
}

function openIfThere(lockFile: string): number | null {
  try {
    return openSync(lockFile, 'r+');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null when the file is not there any more. The journal is kept in memory: no second file appears. */
function openLockFile(lockFile: string): Database.Database | null {
  try {
    const db = new Database(lockFile, {timeout: 0, fileMustExist: true});
    db.pragma('journal_mode = memory');
    return db;
  } catch (error) {
    if (codeOf(error) === 'SQLITE_CANTOPEN' && !existsSync(lockFile)) return null;
    throw error;
  }
}

/** False when somebody else has the lock. */
function begin(db: Database.Database): boolean {
  try {
    db.exec('begin immediate');
    return true;
  } catch (error) {
    if (codeOf(error)?.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

function isAt(path: string, descriptor: number): boolean {
  const ours = fstatSync(descriptor, {bigint: true});
  const there = statSync(path, {bigint: true, throwIfNoEntry: false});
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

function locked(label: string, holder: Holder | null): PipelineError {
  if (holder === null) return new PipelineError(ErrorCode.LOCKED, `${label} is locked by another process`, {remedy: 'try again when it has ended'});
  const {pid, host, user, command, startedAt} = holder;
  return new PipelineError(ErrorCode.LOCKED, `${label} is locked by process ${pid} of ${user} on ${host} since ${startedAt} (${command})`, {
    remedy: `wait until it has ended, or stop it: kill ${pid}`,
  });
}

const holderFile = ({lockFile}: LockTarget) => lockFile.replace(/-lock$/, '-holder');
const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? String(error.code) : undefined;
