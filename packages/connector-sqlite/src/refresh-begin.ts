import {constants} from 'node:fs';
import {chmod, copyFile} from 'node:fs/promises';
import {ErrorCode, PipelineError, type RefreshRequest} from '@sluice/core';
import Database from 'better-sqlite3';
import {createTable, noParts} from './ddl.ts';
import {codeOf, isCode} from './errors.ts';
import {dropIndexes, inspectKept, readSchema, type KeptTable} from './kept-table.ts';
import {holdStill, openLive} from './live-file.ts';
import {UNFINISHED_TABLE} from './naming.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';
import {exchangeTables} from './rewrite-tables.ts';
import type {TablePlan} from './table-plan.ts';
import type {TargetFile} from './target-file.ts';
import {unfinishedIn} from './unfinished.ts';

/** The file of a refresh load, ready to take rows. */
export interface Begun {
  readonly db: Database.Database;
  /** Finished by an earlier load. */
  readonly kept: ReadonlyMap<TablePlan, KeptTable>;
  /** Made by this load before it crashed; their indexes and constraints come at its end. */
  readonly unfinished: ReadonlySet<TablePlan>;
}

/** An empty part. */
export function beginEmpty(part: string): Begun {
  const db = new Database(part, {timeout: 0});
  prepare(db);
  survive(db);
  return {db, kept: new Map(), unfinished: new Set()};
}

/**
 * Makes the part a copy of the live file, of which only the tables of `keep` stay. Throws LOCKED when
 * somebody is writing the live file, SCHEMA when one of the tables is not what a load of this plan made.
 */
export async function beginFromLive(
  part: string, target: TargetFile, {plan, keep, unsealed}: {readonly plan: LoadPlan; readonly keep: RefreshRequest['keep']; readonly unsealed: boolean}, signal: AbortSignal,
): Promise<Begun> {
  {
    using _held = holdStill(target);
    if (unsealed) copyContent(target, part);
    // Closing the copied file drops the locks that hold it still: the copy is whole by then, and nothing else needs them.
    else await copyFile(target.live, part, constants.COPYFILE_FICLONE);
    await chmod(part, 0o600);
  }
  signal.throwIfAborted();
  const db = new Database(part, {timeout: 0});
  try {
    prepare(db);
    // Nobody knows this part yet, so nobody resumes it: a crash may leave it in pieces.
    db.pragma('journal_mode = OFF');
    // Marks that anybody may set in the head of a file; a load of everything leaves them unset.
    db.pragma('user_version = 0');
    db.pragma('application_id = 0');
    const {kept} = takeOver(db, plan, keep);
    for (const planned of plan.tables) {
      const {table} = planned.schema;
      if (!keep.has(table) || kept.has(planned)) continue;
      throw new PipelineError(ErrorCode.SCHEMA, `table ${table} of ${target.named} is not as this load would make it`, {table, remedy: 'somebody changed it: make it anew'});
    }
    signal.throwIfAborted();
    survive(db);
    return {db, kept, unfinished: new Set()};
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Row by row, the numbers of the rows included: what else lies in the pages of a file that others wrote stays behind. */
export function copyContent(target: TargetFile, part: string): void {
  const db = openLive(target, true);
  try {
    db.prepare('VACUUM INTO ?').run(part);
  } finally {
    db.close();
  }
}

/** Goes on with a part that a crash left; null when it is of no use. */
export function beginResumed(part: string, plan: LoadPlan, keep: RefreshRequest['keep']): Begun | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(part, {timeout: 0, fileMustExist: true});
    prepare(db);
    survive(db);
    if (db.pragma('quick_check(1)', {simple: true}) !== 'ok') throw useless();
    const {kept, unfinished} = takeOver(db, plan, keep);
    if (kept.size + unfinished.size < keep.size) throw useless();
    return {db, kept, unfinished};
  } catch (error) {
    db?.close();
    // What a crash left is no database that could be used: the load begins anew. Whatever else it is may pass.
    if (isCode(error, 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_ERROR') || codeOf(error) === 'SQLITE_IOERR_SHORT_READ' || isUseless(error)) return null;
    throw error;
  }
}

const USELESS = Symbol('useless');
const useless = () => Object.assign(new Error('the part is of no use'), {reason: USELESS});
const isUseless = (error: unknown) => error instanceof Error && Reflect.get(error, 'reason') === USELESS;

function prepare(db: Database.Database): void {
  for (const pragma of [
    'synchronous = OFF',
    // Nothing of a removed row or a dropped table stays readable in free pages.
    'secure_delete = ON',
    // Or dropping a table would delete the rows that refer to it.
    'foreign_keys = OFF',
    'cache_size = -16384',
  ]) db.pragma(pragma);
}

/** From here on the file survives the end of this process at any instruction; that of the whole machine is found out when it is resumed. */
function survive(db: Database.Database): void {
  db.pragma('journal_mode = TRUNCATE');
}

/** Drops all but the tables of `keep`, and what there is on them that is not planned. */
function takeOver(db: Database.Database, plan: LoadPlan, keep: RefreshRequest['keep']): Pick<Begun, 'kept' | 'unfinished'> {
  const marked = unfinishedIn(db);
  const kept = new Map<TablePlan, KeptTable>();
  const unfinished = new Set<TablePlan>();
  db.exec('BEGIN IMMEDIATE');
  for (const [type, name] of db.prepare("SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger')").raw().all() as [string, string][]) {
    // A trigger goes with its view.
    db.exec(`DROP ${type === 'view' ? 'VIEW' : 'TRIGGER'} IF EXISTS ${quote(name)}`);
  }
  const schema = readSchema(db);
  const found = new Map<TablePlan, KeptTable>();
  for (const table of plan.tables) {
    const there = keep.has(table.schema.table) ? inspectKept(schema, table) : null;
    if (there !== null) found.set(table, there);
  }
  const stay = new Set([...[...found.keys()].map(({name}) => name), UNFINISHED_TABLE]);
  // Virtual tables first: they take along the tables that are a part of them.
  for (const kind of ['virtual', 'table'] as const) {
    const tables = db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = ? AND (name NOT LIKE 'sqlite!_%' ESCAPE '!' OR name LIKE 'sqlite!_stat_' ESCAPE '!')").pluck().all(kind) as string[];
    for (const name of tables) if (!stay.has(name)) db.exec(`DROP TABLE ${quote(name)}`);
  }
  for (const [table, there] of found) {
    const isUnfinished = marked.has(table.name);
    dropIndexes(db, schema, table, there, isUnfinished);
    if (isUnfinished) unfinished.add(table);
    else kept.set(table, there);
  }
  for (const name of marked) {
    if (![...unfinished].some(table => table.name === name)) db.prepare(`DELETE FROM ${quote(UNFINISHED_TABLE)} WHERE name = ?`).run(name);
  }
  db.exec('COMMIT');
  // A crash in the last stretch leaves constraints that rows to come need not meet.
  const bare = new Map([...unfinished].filter(table => createTable(table, noParts) !== createTable(table, found.get(table)!.parts)).map(table => [table, noParts]));
  if (bare.size > 0) exchangeTables(db, bare);
  return {kept, unfinished};
}
