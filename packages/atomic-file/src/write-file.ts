import {lstat, open, readdir, rename, rm} from 'node:fs/promises';
import {hostname} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {isAlive} from './is-alive.ts';

/** Writes a text file that others read: to a temporary name, synced, then renamed over the old one. Throws WRITE. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${hostname()}.${process.pid}.tmp`;
  try {
    await removeLeftovers(path);
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true});
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.WRITE, `cannot write ${path} (${code})`, {remedy: 'check that the folder exists, can be written and has room'});
  }
}

/** Writes a text file that must not be there yet: a person may have worked on it. Throws CONFIG when it is there, WRITE when it cannot be written. */
export async function writeNewFile(path: string, text: string): Promise<void> {
  await refuseExisting(path);
  await writeFileAtomically(path, text);
}

/** Throws CONFIG when there is such a file: to be asked before the work whose result it would hold. */
export async function refuseExisting(path: string): Promise<void> {
  if (await lstat(path).then(() => true, () => false)) throw new PipelineError(ErrorCode.CONFIG, `${path} is there already`, {remedy: 'name another file, or move it away'});
}

/** What runs on this machine that were killed while they wrote this very file have left. */
async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.${hostname()}.`;
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(path), name), {force: true});
  }
}
