import type {Database} from 'better-sqlite3';
import {UNFINISHED_TABLE} from './naming.ts';
import {quote} from './quote.ts';

/*
 * A refresh load notes in its own file which tables it made anew: their indexes and constraints come
 * last, and a crash in between must not hide that they are missing. The note goes when they are there.
 */

/** Notes a table of the file; within the transaction that makes it. */
export function markUnfinished(db: Database, name: string): void {
  db.exec(`CREATE TABLE IF NOT EXISTS ${quote(UNFINISHED_TABLE)} (name TEXT PRIMARY KEY) WITHOUT ROWID`);
  db.prepare(`INSERT OR IGNORE INTO ${quote(UNFINISHED_TABLE)} (name) VALUES (?)`).run(name);
}

export function unfinishedIn(db: Database): Set<string> {
  if (db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(UNFINISHED_TABLE) === undefined) return new Set();
  return new Set(db.prepare(`SELECT name FROM ${quote(UNFINISHED_TABLE)}`).pluck().all() as string[]);
}

export function forgetUnfinished(db: Database): void {
  db.exec(`DROP TABLE IF EXISTS ${quote(UNFINISHED_TABLE)}`);
}
