import {ErrorCode, PipelineError} from '@sluice/core';
import Database from 'better-sqlite3';
import {createIndex, createTable, ddlOf, noParts, type ProvenParts} from './ddl.ts';
import type {Omit} from './plan-load.ts';
import type {TablePlan} from './table-plan.ts';

/** One for all tables: opening one for each took a tenth of a second for 900. Everything in it is rolled back at once. */
let scratch: Database.Database | null = null;

/**
 * Makes the table and each of its parts in a database in memory; what SQLite refuses there is left
 * out and listed, so that a load never fails at its end for a part that could not be. Throws SCHEMA
 * when the bare table is refused.
 */
export function proveStructure(plan: TablePlan, omit: Omit): TablePlan {
  const {table} = plan.schema;
  const accepts = (candidate: TablePlan, parts: ProvenParts, more: readonly string[] = []) => acceptsAll([createTable(candidate, parts), ...more]);
  const acceptsAll = (statements: readonly string[]) => {
    scratch ??= new Database(':memory:');
    try {
      scratch.exec('BEGIN');
      for (const sql of statements) scratch.exec(sql);
      return true;
    } catch {
      return false;
    } finally {
      if (scratch.inTransaction) scratch.exec('ROLLBACK');
    }
  };

  if (acceptsAll(ddlOf(plan))) return plan;

  // A default is the only part of the bare table whose SQL was translated.
  const columns = accepts(plan, noParts) ? plan.columns : plan.columns.map((column, i) => {
    if (column.default === null) return column;
    const alone = {...plan, columns: plan.columns.map((other, j) => (i === j ? other : {...other, default: null}))};
    if (accepts(alone, noParts)) return column;
    omit(table, 'default', column.column.name, 'SQLite does not accept its SQL');
    return {...column, default: null};
  });
  const bare = {...plan, columns};
  if (!accepts(bare, noParts)) throw new PipelineError(ErrorCode.SCHEMA, `SQLite cannot make table ${table}`, {table});

  const generated = columns.map(column => {
    if (column.generated === null || accepts(bare, {...noParts, generated: new Set([column])})) return column;
    omit(table, 'generated', column.column.name, 'kept as plain values: SQLite does not accept its SQL');
    return {...column, generated: null};
  });
  const checks = plan.checks.filter(check => {
    const accepted = accepts(bare, {...noParts, checks: [check]});
    if (!accepted) omit(table, 'check', check.name, 'SQLite does not accept its SQL');
    return accepted;
  });
  const indexes = plan.indexes.filter(index => {
    const accepted = accepts(bare, noParts, [createIndex(plan.name, index)]);
    if (!accepted) omit(table, index.unique ? 'unique' : 'index', index.index.name, 'SQLite does not accept it');
    return accepted;
  });
  return {...bare, columns: generated, checks, indexes};
}
