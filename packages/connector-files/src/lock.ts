import {randomUUID} from 'node:crypto';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {ErrorCode, PipelineError} from '@sluice/core';
import {readError, writing} from '@sluice/csv-staging';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in milliseconds: tells it from a later one with the same number. */
  readonly began: number;
  /** Tells one lock from the next of the same process. */
  readonly token: string;
}

/**
 * Makes a lock file that names this process; a lock whose process is gone is taken over. Throws LOCKED.
 * A guard against two loads by mistake: the process table of another machine cannot be looked at, so a
 * lock from there holds until it is removed. Resolves with the token that gives it back.
 */
export async function takeLock(path: string): Promise<string> {
  const own: Holder = {pid: process.pid, host: hostname(), began: performance.timeOrigin, token: randomUUID()};
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, JSON.stringify(own), {flag: 'wx'});
      return own.token;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await writing(() => Promise.reject(error as Error));
    }
    if (await isHeld(path)) break;
    await writing(() => rm(path, {force: true}));
  }
  throw new PipelineError(ErrorCode.LOCKED, 'another load is writing there', {
    remedy: `wait for it to end; when there is none, remove ${path}`,
  });
}

/** Whether the lock is still the one that was taken. */
export async function holdsLock(path: string, token: string): Promise<boolean> {
  return (await holderOf(path))?.token === token;
}

/** Whether the process that made a lock is still there, as far as can be told. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  if (holder === null) return false;
  const {pid, host, began} = holder;
  if (typeof pid !== 'number') return false;
  if (host !== hostname()) return true;
  if (pid === process.pid) return began === performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Null when there is no lock, or one that was being written when its process died. */
async function holderOf(path: string): Promise<Partial<Holder> | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw readError(error);
  }
}
