import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {access, chmod, chown, link, open, realpath, rename, rm, stat, type FileHandle} from 'node:fs/promises';
import {basename, dirname, extname, join} from 'node:path';
import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {classify, codeOf} from './errors.ts';

/** The file that readers open, and the places around it that a load uses. */
export interface TargetFile {
  /** As the user named it, made absolute. */
  readonly named: string;
  /** With symbolic links followed: what is replaced is the file, not the link. */
  readonly live: string;
  readonly folder: string;
  readonly base: string;
  readonly exists: boolean;
}

/** Throws WRITE when the folder is not there or the path is not a file's. */
export async function findTarget(named: string): Promise<TargetFile> {
  try {
    const live = await realpath(named).catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      return join(await realpath(dirname(named)), basename(named));
    });
    const found = await stat(live).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (found && !found.isFile()) {
      throw new PipelineError(ErrorCode.WRITE, `${named} is ${found.isDirectory() ? 'a folder' : 'not an ordinary file'}`, {remedy: 'name a file'});
    }
    return {named, live, folder: dirname(live), base: basename(live), exists: found !== null};
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new PipelineError(ErrorCode.WRITE, `the folder of ${named} does not exist`, {remedy: `mkdir -p ${dirname(named)}`});
    }
    throw classify(error, {file: named});
  }
}

/** What keeps the folder from taking a new file; null when nothing does. */
export async function folderProblem(folder: string, what: string): Promise<Problem | null> {
  try {
    if (!(await stat(folder)).isDirectory()) return {message: `${what} ${folder} is not a folder`};
    await access(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return {message: codeOf(error) === 'ENOENT' ? `${what} ${folder} does not exist` : `${what} ${folder} may not be written`};
  }
}

export interface Publication {
  readonly part: string;
  readonly target: TargetFile;
  readonly mode: number;
  readonly archiveDirectory: string;
  readonly now: Date;
  /** Copies the old file, for archives on another file system. */
  readonly copy: (to: string) => Promise<void>;
}

/**
 * Makes the part live: durable first, then the old file gets a second name in the archive, then one
 * rename. Whoever opens the live name finds the old file or the new one. `archived` is null when there
 * was nothing to archive. The caller keeps writers off the old file meanwhile.
 */
export async function publishPart({part, target, mode, archiveDirectory, now, copy}: Publication): Promise<{readonly archived: string | null; readonly bytes: number}> {
  const old = target.exists ? await stat(target.live) : null;
  const file = await open(part, 'r+');
  let archived: string | null = null;
  try {
    await file.chmod(mode);
    // Only root may give files away; for others the new file simply is theirs.
    if (old) await chown(part, old.uid, old.gid).catch(() => {});
    await file.sync();
    if (old) archived = await archive(target, archiveDirectory, now, copy);
    try {
      await rename(part, target.live);
    } catch (error) {
      if (archived !== null) await rm(archived, {force: true});
      throw error;
    }
    await syncFolder(target.folder);
    return {archived, bytes: (await file.stat()).size};
  } finally {
    await file.close();
  }
}

/** Gives the live file a second name in the archive, or copies it where a second name is impossible. */
async function archive({live, base}: TargetFile, directory: string, now: Date, copy: Publication['copy']): Promise<string> {
  for (let micro = now.getMilliseconds() * 1000; ; micro++) {
    const to = join(directory, archiveName(base, now, micro));
    try {
      await link(live, to);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') continue;
      if (code === null || !['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
      if (!await copyTo(live, to, copy)) continue;
    }
    await syncFolder(directory);
    return to;
  }
}

/** False when the name is taken. */
async function copyTo(from: string, to: string, copy: Publication['copy']): Promise<boolean> {
  const beside = join(dirname(to), `.${basename(to)}.sluice-${randomBytes(6).toString('hex')}.part`);
  let handle: FileHandle | null = null;
  try {
    await copy(beside);
    await chmod(beside, (await stat(from)).mode & 0o7777);
    handle = await open(beside, 'r+');
    await handle.sync();
    await link(beside, to).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      // No links there at all: a rename would replace, so the name must be free.
      if (await stat(to).then(() => true, () => false)) throw Object.assign(new Error('taken'), {code: 'EEXIST', syscall: 'rename'});
      await rename(beside, to);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await handle?.close();
    await rm(beside, {force: true});
  }
}

/** `study_2026-11-22_14_55_52.220000.db`: local time, as the archives of the superseded system are named. */
export function archiveName(base: string, now: Date, micro: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const end = extname(base);
  const stem = base.slice(0, base.length - end.length);
  const day = `${String(now.getFullYear()).padStart(4, '0')}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${stem}_${day}_${two(now.getHours())}_${two(now.getMinutes())}_${two(now.getSeconds())}.${String(micro).padStart(6, '0')}${end}`;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot sync a folder; they order the rename themselves or promise nothing.
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
