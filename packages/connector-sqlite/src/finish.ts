import type {Omission} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {createIndex, type ProvenParts} from './ddl.ts';
import {isCode} from './errors.ts';
import type {KeptTable} from './kept-table.ts';
import type {LoadPlan, Omit} from './plan-load.ts';
import {proveView} from './plan-views.ts';
import {contradicted, proveRows} from './prove-rows.ts';
import {exchangeTables, rewriteTables} from './rewrite-tables.ts';
import type {ForeignKeyPlan, IndexPlan, TablePlan} from './table-plan.ts';

/** Tables that an earlier load finished: their rows proved them then. */
export interface KeptTables {
  readonly tables: ReadonlyMap<TablePlan, KeptTable>;
  /** Of these, rows came or went. */
  readonly patched: ReadonlySet<TablePlan>;
}

const nothingKept: KeptTables = {tables: new Map(), patched: new Set()};

/**
 * Adds to loaded tables what their rows prove: indexes, generated columns, checks, foreign keys;
 * then views. What the rows contradict is left out and listed: a constraint never costs a row.
 * Kept tables stay as they are, but for foreign keys where rows of either end changed.
 */
export function finishTables(db: Database, plan: LoadPlan, signal: AbortSignal, {tables: kept, patched} = nothingKept): Omission[] {
  const omissions: Omission[] = [];
  const omit: Omit = (table, kind, name, reason) => void omissions.push({table, kind, name, reason});

  const notUnique = makeIndexes(db, plan, kept, omit, signal);
  const changed = (table: TablePlan) => !kept.has(table) || patched.has(table);
  const proven = new Map<TablePlan, ProvenParts>();
  const stripped = new Map<TablePlan, ProvenParts>();
  for (const table of plan.tables) {
    signal.throwIfAborted();
    const before = kept.get(table);
    if (before) omitUnproven(table, before, omit);
    const parentOf = (key: ForeignKeyPlan) => plan.tables.find(({name}) => name === key.table)!;
    if (before && !changed(table) && !table.foreignKeys.some(key => changed(parentOf(key)))) {
      for (const {key} of table.foreignKeys.filter(key => !before.parts.foreignKeys.includes(key))) {
        omit(table.schema.table, 'foreign key', key.name, 'rows refer to a row that is not in the load, or the columns they refer to are not unique');
      }
      continue;
    }
    const foreignKeys = table.foreignKeys.filter(key => {
      const usable = isUsable(key, parentOf(key), notUnique);
      if (!usable) omit(table.schema.table, 'foreign key', key.key.name, `the columns of table ${key.key.table} are not unique`);
      return usable;
    });
    if (!before) proven.set(table, {...proveRows(db, table, omit), foreignKeys});
    else if (foreignKeys.length > 0) proven.set(table, {...before.parts, foreignKeys});
    else if (before.parts.foreignKeys.length > 0) stripped.set(table, {...before.parts, foreignKeys});
  }
  signal.throwIfAborted();
  if (stripped.size > 0) exchangeTables(db, stripped);
  rewriteTables(db, proven, omit);
  for (const view of plan.views) {
    signal.throwIfAborted();
    const reason = contradicted(db, view.assumes) ?? proveView(db, view);
    if (reason !== null) omit(null, 'view', view.source, reason);
  }
  return omissions;
}

/** What the rows of a kept table contradicted when they were loaded. */
function omitUnproven(table: TablePlan, {parts}: KeptTable, omit: Omit): void {
  for (const check of table.checks) if (!parts.checks.includes(check)) omit(table.schema.table, 'check', check.name, 'rows contradict it in SQLite, or it cannot be computed for them');
  for (const column of table.columns) {
    if (column.generated !== null && !parts.generated.has(column)) omit(table.schema.table, 'generated', column.column.name, 'kept as plain values: rows contradict it in SQLite, or it cannot be computed for them');
  }
}

const NOT_UNIQUE = 'the loaded rows are not unique: made as an ordinary index';

/** Makes the indexes of all tables; those that are, or were, planned as unique in vain. */
function makeIndexes(db: Database, {tables}: LoadPlan, kept: KeptTables['tables'], omit: Omit, signal: AbortSignal): Set<IndexPlan> {
  const notUnique = new Set<IndexPlan>();
  // One transaction: a commit for each costs as much as a small index does.
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const table of tables) {
      const before = kept.get(table);
      for (const index of before ? before.notUnique : []) {
        notUnique.add(index);
        omit(table.schema.table, 'unique', index.index.name, NOT_UNIQUE);
      }
      for (const index of before ? before.missing : table.indexes) {
        signal.throwIfAborted();
        if (!makeIndex(db, table, index, omit)) notUnique.add(index);
      }
    }
    db.exec('COMMIT');
    return notUnique;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** False when the rows are not unique: then the index is made all the same, as one that is not unique. */
function makeIndex(db: Database, table: TablePlan, index: IndexPlan, omit: Omit): boolean {
  try {
    db.exec(createIndex(table.name, index));
    return true;
  } catch (error) {
    if (!index.unique || !isCode(error, 'SQLITE_CONSTRAINT')) throw error;
    db.exec(createIndex(table.name, {...index, unique: false}));
    omit(table.schema.table, 'unique', index.index.name, NOT_UNIQUE);
    return false;
  }
}

/** A foreign key needs a unique key at its other end (https://www.sqlite.org/foreignkeys.html, 3). */
function isUsable({key}: ForeignKeyPlan, parent: TablePlan, notUnique: ReadonlySet<IndexPlan>): boolean {
  const same = (names: readonly (string | null)[]) => names.length === key.referencedColumns.length && key.referencedColumns.every(name => names.includes(name));
  return same(parent.schema.primaryKey)
    || parent.indexes.some(plan => plan.unique && !notUnique.has(plan) && same(plan.index.parts.map(({column}) => column)));
}
