import {ErrorCode, must, PipelineError, type Omission, type Position} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {allParts, columnDefinition, createIndex, createTable, noParts} from './ddl.ts';
import {describeTable} from './describe-table.ts';
import {fitInto, type Layout} from './layout.ts';
import {fold, POSITION_TABLE} from './naming.ts';
import type {LoadPlan} from './plan-load.ts';
import {proveView} from './plan-views.ts';
import {contradicted} from './prove-rows.ts';
import {quote} from './quote.ts';
import type {TablePlan} from './table-plan.ts';

/** In the transaction that is open: the table as a load into the live file needs it, and the place for its position. Throws SCHEMA. */
export function prepareTable(db: Database, plan: TablePlan, needsKey: boolean): Layout {
  db.exec(`CREATE TABLE IF NOT EXISTS ${quote(POSITION_TABLE)} ("table" TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID`);
  if (nameOf(db, plan.name) === null) {
    // Rows come as they are: a generated column could not take them.
    db.exec(createTable(plan, {...allParts(plan), generated: noParts.generated}));
    for (const index of plan.indexes) db.exec(createIndex(plan.name, index));
    // Somebody dropped it: what was said of its rows is not true any more.
    writePosition(db, plan.schema.table, null);
  }
  const layout = layoutOf(db, plan, needsKey);
  for (const column of layout.added) db.exec(`ALTER TABLE ${quote(plan.name)} ADD COLUMN ${columnDefinition(column, false, false)}`);
  return layout;
}

/** How a load lies in a table that is there. Throws SCHEMA. */
export function layoutOf(db: Database, plan: TablePlan, needsKey: boolean): Layout {
  const name = must(nameOf(db, plan.name), 'name of the table');
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name = ?").get(name) === undefined) {
    throw new PipelineError(ErrorCode.SCHEMA, `${plan.name} is a view or a virtual table in the file`, {table: plan.schema.table, remedy: 'name another file, or rename what is there'});
  }
  return fitInto(plan, describeTable(db, name, false), needsKey);
}

/** Where the rows of a table come up to; null also where positions were never kept. */
export function readPosition(db: Database, table: string): Position | null {
  if (nameOf(db, POSITION_TABLE) === null) return null;
  return db.prepare(`SELECT position FROM ${quote(POSITION_TABLE)} WHERE "table" = ?`).pluck().get(table) as Position | undefined ?? null;
}

/** Whether a table that is there holds no row. */
export function isEmpty(db: Database, name: string): boolean {
  return db.prepare(`SELECT 1 FROM ${quote(name)} LIMIT 1`).get() === undefined;
}

/** Null takes the stored position away. */
export function writePosition(db: Database, table: string, position: Position | null): void {
  if (position === null) db.prepare(`DELETE FROM ${quote(POSITION_TABLE)} WHERE "table" = ?`).run(table);
  else db.prepare(`INSERT OR REPLACE INTO ${quote(POSITION_TABLE)} ("table", position) VALUES (?, ?)`).run(table, position);
}

/** Makes the views that are not there. Resolves with those that could not be made. */
export function addViews(db: Database, {views}: LoadPlan): Omission[] {
  return views.flatMap((view): Omission[] => {
    if (nameOf(db, view.name) !== null) return [];
    const reason = contradicted(db, view.assumes) ?? proveView(db, view);
    return reason === null ? [] : [{table: null, kind: 'view', name: view.source, reason}];
  });
}

/** The name as the file writes it, of a table or view that SQLite finds under `name`; null when there is none. */
export function nameOf(db: Database, name: string): string | null {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").pluck().all() as string[];
  return names.find(other => fold(other) === fold(name)) ?? null;
}
