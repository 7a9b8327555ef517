import {ErrorCode, PipelineError, type ErrorContext} from '@sluice/core';

/** What was being done to which file, for the sentence a user reads. */
export interface Doing extends ErrorContext {
  /** The file's path. */
  readonly file: string;
  /** `read`: the file is a source. */
  readonly access?: 'read' | 'write';
}

/**
 * Makes a PipelineError of what SQLite or the file system threw; passes PipelineErrors, aborts and
 * programming mistakes on. The driver's message may quote data, so only its code is told.
 */
export function classify(cause: unknown, doing: Doing): unknown {
  if (cause instanceof PipelineError) return cause;
  const code = codeOf(cause);
  if (code === null) return cause;
  const {file, access = 'write', ...place} = doing;
  const lost = access === 'read' ? ErrorCode.CONNECT : ErrorCode.WRITE;
  const fail = (kind: ErrorCode, message: string, remedy?: string) =>
    new PipelineError(kind, `${message} (${code})`, {...place, retryable: false, ...(remedy !== undefined && {remedy})});

  const refused = constraints[code];
  if (refused !== undefined) return fail(ErrorCode.VALUE, refused, /_(?:PRIMARYKEY|ROWID|UNIQUE)$/.test(code) ? 'look for duplicates in the key columns' : undefined);
  if (code === 'SQLITE_READONLY_ROLLBACK' || code === 'SQLITE_READONLY_RECOVERY' || code === 'SQLITE_READONLY_CANTINIT') {
    return fail(lost, `a program that wrote ${file} crashed, and left it half written`, `open it once with a program that may write it, for instance sqlite3 ${file} .schema`);
  }
  const verb = access === 'read' ? 'read' : 'written';
  switch (family(code)) {
    case 'SQLITE_TOOBIG': return fail(ErrorCode.VALUE, 'a value is larger than the billion bytes that SQLite holds');
    case 'SQLITE_MISMATCH': return fail(ErrorCode.VALUE, 'the key column of this table holds integers only');
    case 'SQLITE_CONSTRAINT': return fail(ErrorCode.VALUE, 'a constraint of the table refuses the row');
    case 'SQLITE_FULL': case 'ENOSPC': case 'EDQUOT':
      return fail(ErrorCode.WRITE, `there is no room left for ${file}`, 'free space on its disk, or write elsewhere, and run again');
    case 'SQLITE_BUSY': case 'SQLITE_LOCKED':
      return fail(ErrorCode.LOCKED, `another program is using ${file}`, 'close it and run again');
    case 'SQLITE_NOTADB': return fail(lost, `${file} is not a SQLite database`, 'name another file, or move this one away');
    case 'SQLITE_CORRUPT': return fail(lost, `${file} is damaged`, 'run sqlite3 FILE .recover, or fetch a backup');
    case 'SQLITE_CANTOPEN': case 'ENOENT': case 'ENOTDIR':
      return fail(lost, `${file} cannot be opened`, 'check that it, its folder and the rights to both are there');
    case 'SQLITE_READONLY': case 'SQLITE_PERM': case 'SQLITE_AUTH': case 'EACCES': case 'EPERM': case 'EROFS':
      return fail(lost, `${file} may not be ${verb}`, 'check the rights of the file and of its folder');
    case 'EISDIR': return fail(lost, `${file} is a folder`, 'name a file');
    case 'SQLITE_NOMEM': case 'ENOMEM': return fail(lost, 'there is not enough memory');
    case 'EMFILE': case 'ENFILE': return fail(lost, 'too many files are open', 'raise the limit of open files (ulimit -n)');
    case 'SQLITE_IOERR': case 'EIO': case 'EFBIG':
      return fail(lost, `${file} cannot be ${verb}: the disk failed`, 'check the disk and its free space');
    case 'SQLITE_INTERRUPT': return fail(lost, `work on ${file} was interrupted`);
    default: return fail(lost, `${file} cannot be ${verb}`);
  }
}

/** The code of an error of SQLite or of the file system; null for anything else. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && (code.startsWith('SQLITE_') || 'syscall' in error)) return code;
  // The driver throws this one before SQLite sees the value; it has no code.
  return error instanceof RangeError && error.message.startsWith('The bound string, buffer, or bigint is too big') ? 'SQLITE_TOOBIG' : null;
}

/** Whether the code is of that family: `SQLITE_BUSY_SNAPSHOT` is a `SQLITE_BUSY`. */
export function isCode(error: unknown, ...families: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== null && families.includes(family(code));
}

function family(code: string): string {
  return /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code;
}

// https://www.sqlite.org/rescode.html, extended result codes.
const constraints: Readonly<Record<string, string>> = {
  SQLITE_CONSTRAINT_PRIMARYKEY: 'the primary key is there already',
  SQLITE_CONSTRAINT_ROWID: 'the primary key is there already',
  SQLITE_CONSTRAINT_UNIQUE: 'a unique index has the same key already',
  SQLITE_CONSTRAINT_NOTNULL: 'null in a column that is not nullable',
  SQLITE_CONSTRAINT_CHECK: 'a CHECK of the table refuses the row',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'a foreign key refuses the row',
  SQLITE_CONSTRAINT_TRIGGER: 'a trigger of the table refuses the row',
  SQLITE_CONSTRAINT_DATATYPE: 'a STRICT column refuses the type of the value',
};
