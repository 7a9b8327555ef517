import {setImmediate} from 'node:timers/promises';
import {ErrorCode, PipelineError, type Catalog, type ColumnMapping, type Omission, type Schema, type TableTarget, type TargetPlan} from '@sluice/core';
import {dialectNamed, textComparison, translateExpression, type TranslatableColumn} from '@sluice/sql';
import {defaultOf} from './default-value.ts';
import {createView, ddlOf} from './ddl.ts';
import {fold, isReserved, uniqueNames} from './naming.ts';
import {planForeignKeys} from './plan-foreign-keys.ts';
import {planIndexes} from './plan-indexes.ts';
import {planViews} from './plan-views.ts';
import {proveStructure} from './prove-structure.ts';
import type {CheckPlan, ColumnPlan, TablePlan, ViewPlan} from './table-plan.ts';
import {ruleOf} from './types.ts';

/** Everything a load will make, with the file's names. */
export interface LoadPlan {
  readonly tables: readonly TablePlan[];
  readonly views: readonly ViewPlan[];
  readonly omissions: readonly Omission[];
  readonly target: TargetPlan;
}

/** A table's names and types, before the parts that refer to other tables. */
export interface NamedTable {
  readonly schema: Schema;
  readonly name: string;
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey: readonly string[];
  readonly alias: number | null;
}

// SQLITE_MAX_COLUMN of every build that does not change it.
const MAX_COLUMNS = 2000;

/**
 * Decides what the file will look like and proves each piece of DDL in a database in memory; what
 * SQLite refuses there is left out and listed. `others` are the names in the file that stay. Throws
 * SCHEMA when a table cannot be made at all.
 */
export function planLoad(catalog: Catalog, others: readonly string[] = []): LoadPlan {
  const planning = planSteps(catalog, others);
  for (;;) {
    const {done, value} = planning.next();
    if (done === true) return value;
  }
}

/** The same, for many tables: whatever else the process has begun gets its turn every few of them. */
export async function planLoadInTurns(catalog: Catalog, others: readonly string[] = []): Promise<LoadPlan> {
  const planning = planSteps(catalog, others);
  for (let tables = 1; ; tables++) {
    const {done, value} = planning.next();
    if (done === true) return value;
    if (tables % TABLES_PER_TURN === 0) await setImmediate();
  }
}

/** A few milliseconds. */
const TABLES_PER_TURN = 16;

function* planSteps(catalog: Catalog, others: readonly string[]): Generator<void, LoadPlan> {
  const omissions: Omission[] = [];
  const omit = (table: string | null, kind: Omission['kind'], name: string, reason: string) => void omissions.push({table, kind, name, reason});

  const names = uniqueNames([...catalog.tables.map(({table}) => table), ...catalog.views.map(({name}) => name)], others, isReserved);
  const named: NamedTable[] = [];
  for (const [i, schema] of catalog.tables.entries()) {
    named.push(nameTable(schema, names[i]!, omit));
    yield;
  }
  for (const {schema, name} of named) {
    if (name !== schema.table) omit(schema.table, 'rename', schema.table, `SQLite cannot tell the name from another one, or keeps it for itself: the table is called "${name}"`);
  }

  const used = new Set([...names, ...others].map(fold));
  const tables: TablePlan[] = [];
  for (const table of named) {
    const checks = planChecks(table, omit);
    const foreignKeys = planForeignKeys(table, named, omit);
    const indexes = planIndexes(table, used, omit);
    tables.push(proveStructure({...table, checks, foreignKeys, indexes}, omit));
    yield;
  }
  const views = planViews(catalog.views, names.slice(catalog.tables.length), tables, omit);
  return {tables, views, omissions, target: targetPlan(tables, views, omissions)};
}

export type Omit = (table: string | null, kind: Omission['kind'], name: string, reason: string) => void;

function nameTable(schema: Schema, name: string, omit: Omit): NamedTable {
  const {table} = schema;
  if (schema.columns.length === 0) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no columns`, {table});
  if (schema.columns.length > MAX_COLUMNS) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has ${schema.columns.length} columns, SQLite holds ${MAX_COLUMNS}`, {
      table, remedy: 'leave columns out, or split the table',
    });
  }
  const names = uniqueNames(schema.columns.map(column => column.name));
  const alias = rowidAlias(schema);
  const columns = schema.columns.map((column, i): ColumnPlan => {
    if (names[i] !== column.name) omit(table, 'rename', column.name, `differs from another column in case only: the column is called "${names[i]}"`);
    const rule = ruleOf(column);
    const plan = {column, name: names[i]!, rule, declared: i === alias ? 'INTEGER' : rule.declare(column)};
    if (column.type === 'text' && textComparison(column) === 'other') {
      omit(table, 'collation', column.name, 'its collation tells some letters A-Z from their other case, and SQLite\'s NOCASE none: text is compared as it is written');
    }
    if (column.generated) return {...plan, default: null, generated: null};
    if (column.autoIncrement && i !== alias) {
      omit(table, 'auto-increment', column.name, 'SQLite counts up only in a signed integer that is the whole primary key');
    }
    const given = column.default && i !== alias ? defaultOf(column, rule.storage) : null;
    if (given && 'reason' in given) omit(table, 'default', column.name, given.reason);
    return {...plan, default: given && 'sql' in given ? given.sql : null, generated: null};
  });
  const translatable = translatableColumns(columns);
  const withGenerated = columns.map((plan): ColumnPlan => {
    const {generated} = plan.column;
    if (!generated) return plan;
    const sql = translated(generated, translatable);
    if ('sql' in sql) {
      if (!generated.stored) omit(table, 'generated', plan.column.name, 'the source computes it whenever it is read: here its values are stored');
      return {...plan, generated: sql.sql};
    }
    omit(table, 'generated', plan.column.name, `kept as plain values: ${sql.reason}`);
    return plan;
  });
  return {
    schema, name, alias, columns: withGenerated,
    primaryKey: schema.primaryKey.map(key => names[schema.columns.findIndex(column => column.name === key)]!),
  };
}

/** The columns as `@sluice/sql` wants them. */
export function translatableColumns(columns: readonly ColumnPlan[]): TranslatableColumn[] {
  return columns.map(({column, name, rule}) => ({
    column,
    ...(name !== column.name && {target: name}),
    ...(column.type === 'decimal' && rule.storage === 'text' && {decimalAsText: true}),
  }));
}

/** SQL of one table for SQLite; what it takes for granted is proved on the rows later. */
export function translated(
  {dialect, sql}: {readonly dialect: string; readonly sql: string}, columns: readonly TranslatableColumn[],
): {readonly sql: string} | {readonly reason: string} {
  const from = dialectNamed(dialect);
  return from ? translateExpression(sql, from.name, 'sqlite', {columns}) : {reason: `SQL of ${dialect} is not translated`};
}

/** A signed integer that is the whole primary key becomes the rowid. */
function rowidAlias({columns, primaryKey}: Schema): number | null {
  if (primaryKey.length !== 1) return null;
  const at = columns.findIndex(({name}) => name === primaryKey[0]);
  const column = columns[at];
  return column?.type === 'int' && !column.unsigned64 && !column.generated ? at : null;
}

function planChecks({schema, columns}: NamedTable, omit: Omit): CheckPlan[] {
  const translatable = translatableColumns(columns);
  return (schema.checks ?? []).flatMap(check => {
    const sql = translated(check, translatable);
    if ('sql' in sql) return [{name: check.name, sql: sql.sql}];
    omit(schema.table, 'check', check.name, sql.reason);
    return [];
  });
}

function targetPlan(tables: readonly TablePlan[], views: readonly ViewPlan[], omissions: readonly Omission[]): TargetPlan {
  return {
    tables: tables.map((plan): TableTarget => ({
      table: plan.schema.table,
      target: plan.name,
      ddl: ddlOf(plan),
      columns: plan.columns.map(mapping),
    })),
    views: views.map(view => ({name: view.source, ddl: createView(view)})),
    omissions,
  };
}

function mapping({column, name, rule, declared}: ColumnPlan): ColumnMapping {
  const notes = [
    ...(rule.note === null ? [] : [rule.note]),
    ...(name === column.name ? [] : [`called "${name}"`]),
  ];
  return {
    column: column.name,
    from: column.native?.sql ?? column.type,
    to: declared === '' ? 'no declared type' : declared,
    ...(notes.length > 0 && {note: notes.join('; ')}),
  };
}

