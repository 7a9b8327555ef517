import {open, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {ErrorCode, PipelineError} from '@sluice/core';
import {codeOf, isCode} from './errors.ts';
import type {TargetFile} from './target-file.ts';

/**
 * Holds a lock beside the target until the returned function is called; the system lets go of it however the process ends. Loads that
 * would put another file in the target's place find it among their own locks (`removeStaleParts`). Throws LOCKED.
 */
export async function lockTarget({folder, base, named}: TargetFile): Promise<() => Promise<void>> {
  const path = join(folder, `.${base}.sluice-000000000000.lock`);
  for (;;) {
    await (await open(path, 'a', 0o600)).close();
    const before = await inode(path);
    const lock = new Database(path, {timeout: 0});
    try {
      lock.pragma('journal_mode = MEMORY');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      if (isCode(error, 'SQLITE_BUSY', 'SQLITE_LOCKED')) throw new PipelineError(ErrorCode.LOCKED, `another run is writing ${named}`, {retryable: true, remedy: 'wait until it ends, or stop it'});
      throw error;
    }
    // Whoever held it before may have taken the file away a moment ago: then this lock keeps nobody out.
    if (before !== null && before === await inode(path)) {
      return async () => {
        if (!lock.open) return;
        await rm(path, {force: true});
        lock.close();
      };
    }
    lock.close();
  }
}

async function inode(path: string): Promise<bigint | null> {
  return await stat(path, {bigint: true}).then(({ino}) => ino, (error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}
