import type {Omission} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {createIndex, type ProvenParts} from './ddl.ts';
import {isCode} from './errors.ts';
import type {LoadPlan, Omit} from './plan-load.ts';
import {proveView} from './plan-views.ts';
import {contradicted, proveRows} from './prove-rows.ts';
import {rewriteTables} from './rewrite-tables.ts';
import type {ForeignKeyPlan, IndexPlan, TablePlan} from './table-plan.ts';

/**
 * Adds to loaded tables what their rows prove: indexes, generated columns, checks, foreign keys;
 * then views. What the rows contradict is left out and listed: a constraint never costs a row.
 */
export function finishTables(db: Database, plan: LoadPlan, signal: AbortSignal): Omission[] {
  const omissions: Omission[] = [];
  const omit: Omit = (table, kind, name, reason) => void omissions.push({table, kind, name, reason});

  const notUnique = new Set<IndexPlan>();
  for (const table of plan.tables) {
    for (const index of table.indexes) {
      signal.throwIfAborted();
      if (!makeIndex(db, table, index, omit)) notUnique.add(index);
    }
  }
  const proven = new Map<TablePlan, ProvenParts>();
  for (const table of plan.tables) {
    signal.throwIfAborted();
    const foreignKeys = table.foreignKeys.filter(key => {
      const usable = isUsable(key, plan.tables.find(({name}) => name === key.table)!, notUnique);
      if (!usable) omit(table.schema.table, 'foreign key', key.key.name, `the columns of table ${key.key.table} are not unique`);
      return usable;
    });
    proven.set(table, {...proveRows(db, table, omit), foreignKeys});
  }
  signal.throwIfAborted();
  rewriteTables(db, proven, omit);
  for (const view of plan.views) {
    signal.throwIfAborted();
    const reason = contradicted(db, view.assumes) ?? proveView(db, view);
    if (reason !== null) omit(null, 'view', view.source, reason);
  }
  return omissions;
}

/** False when the rows are not unique: then the index is made all the same, as one that is not unique. */
function makeIndex(db: Database, table: TablePlan, index: IndexPlan, omit: Omit): boolean {
  try {
    db.exec(createIndex(table.name, index));
    return true;
  } catch (error) {
    if (!index.unique || !isCode(error, 'SQLITE_CONSTRAINT')) throw error;
    db.exec(createIndex(table.name, {...index, unique: false}));
    omit(table.schema.table, 'unique', index.index.name, 'the loaded rows are not unique: made as an ordinary index');
    return false;
  }
}

/** A foreign key needs a unique key at its other end (https://www.sqlite.org/foreignkeys.html, 3). */
function isUsable({key}: ForeignKeyPlan, parent: TablePlan, notUnique: ReadonlySet<IndexPlan>): boolean {
  const same = (names: readonly (string | null)[]) => names.length === key.referencedColumns.length && key.referencedColumns.every(name => names.includes(name));
  return same(parent.schema.primaryKey)
    || parent.indexes.some(plan => plan.unique && !notUnique.has(plan) && same(plan.index.parts.map(({column}) => column)));
}
