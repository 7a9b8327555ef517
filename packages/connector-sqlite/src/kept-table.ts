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

/** The statements that made the tables and indexes of a file: read once, for each look at it goes through all of them. */
export interface FileSchema {
  readonly tables: ReadonlyMap<string, string>;
  /** By table, then by name. */
  readonly indexes: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export function readSchema(db: Database): FileSchema {
  const tables = new Map<string, string>();
  const indexes = new Map<string, Map<string, string>>();
  const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL").raw().all() as [string, string, string, string][];
  for (const [type, name, table, sql] of rows) {
    if (type === 'table') tables.set(name, sql);
    else indexes.set(table, (indexes.get(table) ?? new Map<string, string>()).set(name, sql));
  }
  return {tables, indexes};
}

/** Looks at a table of the file and at its indexes; null when no load with this plan made it. */
export function inspectKept(schema: FileSchema, plan: TablePlan): KeptTable | null {
  const sql = schema.tables.get(plan.name);
  const parts = sql === undefined ? null : partsIn(sql, plan);
  if (parts === null) return null;
  const sqlOf = (name: string) => schema.indexes.get(plan.name)?.get(name);
  const notUnique = new Set(plan.indexes.filter(index => index.unique && sqlOf(index.name) === createIndex(plan.name, {...index, unique: false})));
  const missing = new Set(plan.indexes.filter(index => !notUnique.has(index) && sqlOf(index.name) !== createIndex(plan.name, index)));
  return {parts, notUnique, missing};
}

/** Drops the indexes that are not as planned; `all`: the others, too. */
export function dropIndexes(db: Database, schema: FileSchema, plan: TablePlan, kept: KeptTable, all: boolean): void {
  const stay = new Set(all ? [] : plan.indexes.filter(index => !kept.missing.has(index)).map(({name}) => name));
  for (const name of schema.indexes.get(plan.name)?.keys() ?? []) if (!stay.has(name)) db.exec(`DROP INDEX ${quote(name)}`);
}
