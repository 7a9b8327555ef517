import {ErrorCode, PipelineError, type ColumnMapping, type ForeignKey, type Omission, type Schema} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {Known} from './known-types.ts';
import {planIndexes, type TargetIndex} from './plan-indexes.ts';
import {columnSql, ownSql, targetColumn, type TargetColumn} from './target-column.ts';
import {nameProblem} from './target-names.ts';
import {targetType, type Family} from './target-type.ts';

/** One table as it will be made. */
export interface TablePlan {
  readonly schema: Schema;
  readonly target: string;
  readonly columns: readonly TargetColumn[];
  readonly indexes: readonly TargetIndex[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly {readonly name: string; readonly sql: string}[];
  readonly omissions: readonly Omission[];
}

const quote = (name: string) => quoteIdentifier('postgres', name);
/** Columns that every table of the server has already. */
const SYSTEM = new Set(['ctid', 'xmin', 'cmin', 'xmax', 'cmax', 'tableoid']);

/** Throws SCHEMA for a table that cannot be made here. `taken` are names of indexes that others have. */
export function planTable(schema: Schema, target: string, known: Known, taken: Set<string>, isLoaded: (table: string) => boolean): TablePlan {
  const {table} = schema;
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string, reason: string) => omissions.push({table, kind, name, reason});
  checkColumnNames(schema);

  const columns = schema.columns.map(column => {
    const ofColumn = (kind: Omission['kind'], reason: string) => omit(kind, column.name, reason);
    const type = targetType(column, known.types, known.collations, ofColumn);
    if (!type) {
      throw new PipelineError(ErrorCode.SCHEMA, `column ${column.name} of table ${table} holds values of any type, and no PostgreSQL type does`, {
        table, column: column.name, remedy: 'give the column a type on the way: a cast, or a declared type at the source',
      });
    }
    // A primary key admits no NULL here, whatever the source says.
    return targetColumn(schema.primaryKey.includes(column.name) ? {...column, nullable: false} : column, type, ofColumn);
  });
  const foreignKeys = (schema.foreignKeys ?? []).filter(key => {
    if (isLoaded(key.table)) return true;
    omit('foreign key', key.name, `it refers to table ${key.table}, which is not part of this load`);
    return false;
  });
  const checks = (schema.checks ?? []).flatMap(check => {
    const sql = ownSql(check, reason => omit('check', check.name, reason));
    return sql === null ? [] : [{name: check.name, sql}];
  });
  return {schema, target, columns, foreignKeys, checks, omissions, indexes: planIndexes(schema, target, taken, omit)};
}

/** `CREATE TABLE` under the given name. `plain` leaves out expressions, which the server may refuse. */
export function createTableSql(plan: TablePlan, name: string, plain: boolean): string {
  const lines = plan.columns.map(column => columnSql(column, plain));
  const {primaryKey} = plan.schema;
  if (primaryKey.length > 0) {
    lines.push(`${name === plan.target ? '' : `CONSTRAINT ${quote(keyName(name))} `}PRIMARY KEY (${primaryKey.map(quote).join(', ')})`);
  }
  if (!plain) for (const check of plan.checks) lines.push(`${nameProblem(check.name) === null ? `CONSTRAINT ${quote(check.name)} ` : ''}CHECK (${check.sql})`);
  return `CREATE TABLE ${quote(name)} (\n  ${lines.join(',\n  ')}\n)`;
}

/** The index of the primary key while the table has another name. */
export const keyName = (name: string) => `${name}_pkey`;

/** Statements that say what the table and its columns are for. */
export function commentStatements({schema, columns}: TablePlan, name: string): string[] {
  const text = (comment: string) => quoteText('postgres', comment.replaceAll('\0', ''));
  return [
    ...(schema.comment === undefined || schema.comment === '' ? [] : [`COMMENT ON TABLE ${quote(name)} IS ${text(schema.comment)}`]),
    ...columns.flatMap(({column}) => column.comment === undefined || column.comment === '' ? [] : [`COMMENT ON COLUMN ${quote(name)}.${quote(column.name)} IS ${text(column.comment)}`]),
  ];
}

/** `nameOf` gives the name a table of the load has at that moment. */
export function foreignKeySql(key: ForeignKey, name: string, nameOf: (table: string) => string): string {
  const list = (columns: readonly string[]) => columns.map(quote).join(', ');
  const constraint = nameProblem(key.name) === null ? `CONSTRAINT ${quote(key.name)} ` : '';
  return `ALTER TABLE ${quote(name)} ADD ${constraint}FOREIGN KEY (${list(key.columns)}) REFERENCES ${quote(nameOf(key.table))} (${list(key.referencedColumns)})`
    + ` ON UPDATE ${key.onUpdate} ON DELETE ${key.onDelete}`;
}

export function mappings(plan: TablePlan): ColumnMapping[] {
  return plan.columns.map(({column, type}) => ({
    column: column.name, from: column.native?.sql ?? column.type, to: type.sql, ...(type.note !== undefined && {note: type.note}),
  }));
}

/** Columns that get values, and where they stand in a row. */
export function filledColumns({columns}: TablePlan, generatedAsPlain: boolean): {readonly name: string; readonly at: number; readonly type: string; readonly family: Family}[] {
  return columns.flatMap(({column, type, generated}, at) => generated !== null && !generatedAsPlain ? [] : [{name: column.name, at, type: type.sql, family: type.family}]);
}

function checkColumnNames({table, columns}: Schema): void {
  for (const {name} of columns) {
    const problem = nameProblem(name) ?? (SYSTEM.has(name) ? 'every table has a column of this name for the server itself' : null);
    if (problem !== null) {
      throw new PipelineError(ErrorCode.SCHEMA, `column ${name} of table ${table} cannot be made: ${problem}`, {table, column: name, remedy: 'rename the column on the way'});
    }
  }
  if (columns.length === 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no columns`, {table, remedy: 'leave the table out'});
  }
}
