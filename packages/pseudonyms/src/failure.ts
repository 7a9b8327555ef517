import {ErrorCode, PipelineError} from '@sluice/core';

/**
 * Classifies an error of SQLite or of the file system by its code. Their own messages are not passed on. Errors without a code are programming mistakes and go through.
 */
export function failure(error: unknown, file: string): unknown {
  if (error instanceof PipelineError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const known = causes.find(([prefix]) => code.startsWith(prefix));
  if (known === undefined) return error;
  const [, kind, what, remedy] = known;
  return new PipelineError(kind, `the vault ${file} ${what}`, {remedy, retryable: kind === ErrorCode.LOCKED});
}

/** Damage that was found by looking at the content. */
export function damaged(file: string, what: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `the vault ${file} is damaged: ${what}`, {remedy: RESTORE});
}

const RESTORE = 'restore it from a backup; a new vault gives new surrogates, which do not join with what was released before';

const causes: readonly (readonly [prefix: string, ErrorCode, what: string, remedy: string])[] = [
  ['SQLITE_NOTADB', ErrorCode.CONFIG, 'is damaged, or no vault', 'name the vault, or restore it from a backup'],
  ['SQLITE_CORRUPT', ErrorCode.CONFIG, 'is damaged', RESTORE],
  ['SQLITE_BUSY', ErrorCode.LOCKED, 'is in use by another process for long', 'try again when the other run has ended'],
  ['SQLITE_FULL', ErrorCode.WRITE, 'cannot be written: no space is left', 'free some space'],
  ['SQLITE_READONLY', ErrorCode.WRITE, 'cannot be written: it is read-only', 'change its permissions, or those of its folder'],
  ['SQLITE_CANTOPEN', ErrorCode.WRITE, 'cannot be opened', 'check that it exists, and that its folder can be written'],
  ['SQLITE_PERM', ErrorCode.WRITE, 'cannot be opened: permission denied', 'change its permissions'],
  ['SQLITE_IOERR', ErrorCode.WRITE, 'cannot be read or written', 'check the disk; network file systems often lack locks'],
  ['ENOENT', ErrorCode.CONFIG, 'does not exist', 'name the vault of this project'],
  ['ENOTDIR', ErrorCode.WRITE, 'cannot be made: a part of its path is not a folder', 'name another one'],
  ['EISDIR', ErrorCode.WRITE, 'is a folder', 'name a file'],
  ['EACCES', ErrorCode.WRITE, 'cannot be opened: permission denied', 'change the permissions of its folder'],
  ['EPERM', ErrorCode.WRITE, 'cannot be opened: permission denied', 'change the permissions of its folder'],
  ['EROFS', ErrorCode.WRITE, 'cannot be written: the file system is read-only', 'name another place'],
  ['ENOSPC', ErrorCode.WRITE, 'cannot be written: no space is left', 'free some space'],
  ['EEXIST', ErrorCode.WRITE, 'cannot be made: a file has the name of its folder', 'name another one'],
  ['EMFILE', ErrorCode.WRITE, 'cannot be opened: too many files are open', 'raise the limit of open files'],
];
