import {existsSync} from 'node:fs';
import {copyFile} from 'node:fs/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import Database from 'better-sqlite3';
import {classify, isCode} from './errors.ts';
import {fold} from './naming.ts';
import {parseTable} from './parse-create.ts';
import type {TargetFile} from './target-file.ts';

/** What a live file holds, as far as a load must know. */
export interface LiveContents {
  readonly tables: readonly string[];
  /** Tables that belong to a virtual table: they cannot be replaced by themselves. */
  readonly shadows: readonly string[];
  readonly views: readonly string[];
  /** Names at their source of tables and views that a load had to call otherwise, by the name they got. */
  readonly origins: ReadonlyMap<string, string>;
  /** Triggers and indexes made by statements, with the table they belong to. */
  readonly attached: readonly {readonly type: 'index' | 'trigger'; readonly name: string; readonly table: string}[];
}

const nothing: LiveContents = {tables: [], shadows: [], views: [], origins: new Map(), attached: []};

/**
 * Looks into the live file without changing it; nothing in it when there is none. `replaced`: none of it
 * stays, so that a damaged one, too, holds nothing. Throws WRITE when it is not a SQLite database.
 */
export function readLive(target: TargetFile, {replaced = false}: {readonly replaced?: boolean} = {}): LiveContents {
  if (!target.exists) return nothing;
  let db = openLive(target, true);
  try {
    if (needsRecovery(db)) {
      db.close();
      db = openLive(target, false);
    }
    const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").raw().all() as [string, string, string, string | null][];
    const named = (type: string) => rows.filter(row => row[0] === type).map(row => row[1]);
    const shadows = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'").pluck().all() as string[];
    return {
      tables: named('table').filter(name => !shadows.includes(name)),
      shadows,
      views: named('view'),
      origins: originsIn(rows),
      attached: rows.flatMap(([type, name, table, sql]) => ((type === 'index' || type === 'trigger') && sql !== null ? [{type, name, table}] : [])),
    };
  } catch (error) {
    if (replaced && isCode(error, 'SQLITE_CORRUPT')) return nothing;
    throw classify(error, {file: target.named});
  } finally {
    db.close();
  }
}

function originsIn(rows: readonly (readonly [type: string, name: string, table: string, sql: string | null])[]): Map<string, string> {
  const origins = new Map<string, string>();
  for (const [type, name, , sql] of rows) {
    if ((type !== 'table' && type !== 'view') || sql === null || !sql.includes('/*name: ')) continue;
    const note = parseTable(sql).notes.find(({kind}) => kind === 'name');
    if (note) origins.set(name, note.text);
  }
  return origins;
}

/** Rolls back, or takes in, what a crashed writer left; only when nobody could read the file otherwise. A damaged file stays as it is. Throws CONNECT. */
export function recoverLive({live, named}: Pick<TargetFile, 'live' | 'named'>): void {
  const open = (readonly: boolean) => {
    const db = new Database(live, {readonly, fileMustExist: true, timeout: 2000});
    try {
      return needsRecovery(db);
    } finally {
      db.close();
    }
  };
  try {
    if (open(true)) open(false);
  } catch (error) {
    if (isCode(error, 'SQLITE_CORRUPT')) return;
    throw classify(error, {file: named, access: 'read'});
  }
}

/** Whether a crashed writer left something that only a writer may put right. */
function needsRecovery(db: Database.Database): boolean {
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isCode(error, 'SQLITE_READONLY', 'SQLITE_CANTOPEN')) return true;
    throw error;
  }
}

/** Throws WRITE or LOCKED in our own words. */
export function openLive({live, named}: TargetFile, readonly: boolean): Database.Database {
  try {
    return new Database(live, {readonly, fileMustExist: true, timeout: 2000});
  } catch (error) {
    throw classify(error, {file: named});
  }
}

/** A live file that nobody writes. */
export interface HeldFile extends Disposable {
  copy(to: string): Promise<void>;
}

/**
 * Holds the live file still while it is archived: takes in what its write-ahead log or a crashed
 * writer's journal holds, so that the one file is all there is, then keeps writers off until closed.
 * Throws LOCKED when another program is using it in a way that would be lost.
 */
export function holdStill(target: TargetFile): HeldFile {
  const unheld: HeldFile = {copy: to => copyFile(target.live, to), [Symbol.dispose]() {}};
  if (!target.exists || !existsSync(target.live)) return unheld;
  let db: Database.Database | null = null;
  try {
    db = new Database(target.live, {fileMustExist: true, timeout: 2000});
    // The first read replays what a crashed writer left.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (fold(String(db.pragma('journal_mode', {simple: true}))) === 'wal' && db.pragma('journal_mode = DELETE', {simple: true}) !== 'delete') {
      throw busy(target);
    }
    db.exec('BEGIN IMMEDIATE');
    const held = db;
    return {
      copy: to => copyDatabase(target, to),
      [Symbol.dispose]() {
        if (held.inTransaction) held.exec('ROLLBACK');
        held.close();
      },
    };
  } catch (error) {
    db?.close();
    if (isCode(error, 'SQLITE_BUSY', 'SQLITE_LOCKED')) throw busy(target);
    // A file that may only be read has no writers, nor has one that is too damaged; but a log beside it would be left behind.
    if (isCode(error, 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_CORRUPT') && !['-wal', '-journal'].some(end => existsSync(target.live + end))) return unheld;
    throw classify(error, {file: target.named});
  }
}

/**
 * Copies the file page by page through SQLite. Reading it would not do: closing it would drop the locks
 * that SQLite holds on it, for POSIX locks belong to the process. Nor does the connection that keeps
 * writers off, whose transaction a backup takes for a reason to wait.
 */
async function copyDatabase(target: TargetFile, to: string): Promise<void> {
  const db = openLive(target, true);
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}

function busy({named}: TargetFile): PipelineError {
  return new PipelineError(ErrorCode.LOCKED, `another program is writing ${named}, or holds its write-ahead log`, {
    remedy: 'close it and run again; nothing was published',
  });
}
