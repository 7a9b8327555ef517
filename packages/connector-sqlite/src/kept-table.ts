import type {Database} from 'better-sqlite3';
import {createIndex, partsIn, type ProvenParts} from './ddl.ts';
import {quote} from './quote.ts';
import type {IndexPlan, TablePlan} from './table-plan.ts';

/** A table that an earlier load made, and what its rows let it have of the plan. */
export interface KeptTable {
  readonly parts: ProvenParts;
  /** Planned as unique indexes, made as ordinary ones. */
  readonly notUnique: ReadonlySet<IndexPlan>;
  /** Planned, but not there as planned. */
  readonly missing: ReadonlySet<IndexPlan>;
}

/** Looks at a table of the file and at its indexes; null when no load with this plan made it. */
export function inspectKept(db: Database, plan: TablePlan): KeptTable | null {
  const sql = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(plan.name) as string | undefined;
  const parts = sql === undefined ? null : partsIn(sql, plan);
  if (parts === null) return null;
  const indexes = indexesOf(db, plan);
  const notUnique = new Set(plan.indexes.filter(index => index.unique && indexes.get(index.name) === createIndex(plan.name, {...index, unique: false})));
  const missing = new Set(plan.indexes.filter(index => !notUnique.has(index) && indexes.get(index.name) !== createIndex(plan.name, index)));
  return {parts, notUnique, missing};
}

/** Drops the indexes that are not as planned; `all`: the others, too. */
export function dropIndexes(db: Database, plan: TablePlan, kept: KeptTable, all: boolean): void {
  const stay = new Set(all ? [] : plan.indexes.filter(index => !kept.missing.has(index)).map(({name}) => name));
  for (const name of indexesOf(db, plan).keys()) if (!stay.has(name)) db.exec(`DROP INDEX ${quote(name)}`);
}

/** The indexes that statements made on the table, with their SQL. */
function indexesOf(db: Database, {name}: TablePlan): Map<string, string> {
  return new Map(db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL").raw().all(name) as [string, string][]);
}
