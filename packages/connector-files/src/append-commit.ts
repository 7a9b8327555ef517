import {existsSync} from 'node:fs';
import {open, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {ErrorCode, PipelineError, type Position} from '@sluice/core';
import {syncFolder, writing} from '@sluice/csv-staging';
import {writeAtomic} from './atomic-file.ts';
import {putPosition} from './positions.ts';

/** Rows that are written but not committed, within the work folder. */
export const TAIL = 'tail';
/** A commit under way, within the work folder. */
export const COMMIT = 'commit.json';
const COPY_BYTES = 1 << 20;

/** What a commit does: puts the tail behind the `base` bytes that the file has, and stores the position. */
export interface PendingCommit {
  readonly file: string;
  readonly base: number;
  readonly table: string;
  readonly position: Position | null;
}

/**
 * Makes the tail, which is on the disk already, part of the live file, together with the position.
 * The commit is decided when its note is renamed into place: a crash before that loses all of it, a
 * crash after it loses none, since whoever comes next does the rest. Resolves with the file's length.
 * Throws WRITE when somebody else has changed the file.
 */
export async function commitTail(work: string, folder: string, pending: PendingCommit): Promise<number> {
  if ((await writing(() => stat(join(folder, pending.file)))).size !== pending.base) throw changed(pending, 'nothing was added: run again');
  await writeAtomic(join(work, COMMIT), JSON.stringify(pending), 0o600);
  await syncFolder(work);
  return await finishCommit(work, folder, pending);
}

/** Removes rows that were not committed. Those of a commit that is decided stay: the next load needs them to finish it. */
export async function dropTail(work: string): Promise<void> {
  if (!existsSync(join(work, COMMIT))) await writing(() => rm(join(work, TAIL), {force: true}));
}

/** Also for a commit that a crash interrupted anywhere. */
export async function finishCommit(work: string, folder: string, {file, base, table, position}: PendingCommit): Promise<number> {
  return await writing(async () => {
    const path = join(folder, file);
    const live = await open(path, 'r+');
    try {
      const tail = await open(join(work, TAIL), 'r');
      try {
        const {size} = await live.stat();
        if (size < base || size > base + (await tail.stat()).size) {
          throw changed({file, table}, `look whether the last rows are as they should be, then remove ${join(work, COMMIT)}`);
        }
        const buffer = Buffer.allocUnsafe(COPY_BYTES);
        for (let at = base; ;) {
          const {bytesRead} = await tail.read(buffer, 0, COPY_BYTES, at - base);
          if (bytesRead === 0) break;
          for (let written = 0; written < bytesRead;) written += (await live.write(buffer, written, bytesRead - written, at + written)).bytesWritten;
          at += bytesRead;
        }
      } finally {
        await tail.close();
      }
      await live.sync();
    } finally {
      await live.close();
    }
    await putPosition(work, table, position);
    await rm(join(work, COMMIT));
    await syncFolder(work);
    return (await stat(path)).size;
  });
}

function changed({file, table}: Pick<PendingCommit, 'file' | 'table'>, remedy: string): PipelineError {
  return new PipelineError(ErrorCode.WRITE, `${file}: somebody else changed the file while rows were being added to it`, {table, remedy});
}

/** The commit that a crash interrupted, or that another process is making; null when there is none. */
export async function pendingCommit(work: string): Promise<PendingCommit | null> {
  try {
    return JSON.parse(await readFile(join(work, COMMIT), 'utf8')) as PendingCommit;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
