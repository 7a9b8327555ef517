import {ErrorCode, PipelineError} from '@sluice/core';

/**
 * Classifies an error of SQLite or of the file system by its code. Their own messages are not
 * passed on: they may quote what was bound. Errors without a code are programming mistakes and go through.
 */
export function failure(error: unknown, place: string): unknown {
  if (error instanceof PipelineError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const known = causes.find(([prefix]) => code.startsWith(prefix));
  if (known === undefined) return error;
  const [, kind, what, remedy] = known;
  return new PipelineError(kind, `${place} ${what}`, {remedy, retryable: code.startsWith('SQLITE_BUSY')});
}

const causes: readonly (readonly [prefix: string, ErrorCode, what: string, remedy: string])[] = [
  ['SQLITE_NOTADB', ErrorCode.CONFIG, 'is damaged, or no SQLite file', 'move it away, or name another one'],
  ['SQLITE_CORRUPT', ErrorCode.CONFIG, 'is damaged', 'move it away; history and positions begin anew'],
  ['SQLITE_FULL', ErrorCode.WRITE, 'cannot be written: no space is left', 'free some space'],
  ['SQLITE_BUSY', ErrorCode.WRITE, 'is in use by another process for long', 'try again'],
  ['SQLITE_READONLY', ErrorCode.WRITE, 'cannot be written: it is read-only', 'change its permissions, or name another one'],
  ['SQLITE_CANTOPEN', ErrorCode.WRITE, 'cannot be opened', 'check that its folder exists and can be written'],
  ['SQLITE_PERM', ErrorCode.WRITE, 'cannot be opened: permission denied', 'change its permissions, or name another one'],
  ['SQLITE_IOERR', ErrorCode.WRITE, 'cannot be read or written', 'check the disk; network file systems often lack locks'],
  ['ENOENT', ErrorCode.WRITE, 'cannot be made: its folder does not exist', 'make the folder first'],
  ['ENOTDIR', ErrorCode.WRITE, 'cannot be made: a part of its path is not a folder', 'name another one'],
  ['EISDIR', ErrorCode.WRITE, 'is a folder', 'name a file'],
  ['EACCES', ErrorCode.WRITE, 'cannot be written: permission denied', 'change the permissions of its folder'],
  ['EPERM', ErrorCode.WRITE, 'cannot be written: permission denied', 'change the permissions of its folder'],
  ['EROFS', ErrorCode.WRITE, 'cannot be written: the file system is read-only', 'name another place'],
  ['ENOSPC', ErrorCode.WRITE, 'cannot be written: no space is left', 'free some space'],
  ['EEXIST', ErrorCode.WRITE, 'cannot be made: a file has the name of its folder', 'name another one'],
  ['ENAMETOOLONG', ErrorCode.WRITE, 'has too long a name', 'name another one'],
  ['EMFILE', ErrorCode.WRITE, 'cannot be opened: too many files are open', 'raise the limit of open files'],
];
