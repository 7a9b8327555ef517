import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import type {DescribedTable} from './describe-table.ts';
import {fold} from './naming.ts';
import type {ColumnPlan, TablePlan} from './table-plan.ts';

/** How a load lies in a table that is there already. */
export interface Layout {
  /** The load's columns under the names of the file, without those that SQLite computes itself. */
  readonly columns: readonly {readonly plan: ColumnPlan; readonly name: string; readonly at: number}[];
  /** Columns that the table does not have yet. */
  readonly added: readonly ColumnPlan[];
}

/**
 * Fits an append or upsert load into a table: new nullable columns are added; what would lose
 * something, or be stored in another form than the table's, throws SCHEMA with all problems at once.
 */
export function fitInto(plan: TablePlan, {schema: there, storage}: DescribedTable, upsert: boolean): Layout {
  const {table} = plan.schema;
  const problems: Problem[] = [];
  const report = (column: string, message: string) => void problems.push({path: `${table}.${column}`, message});
  const columns: {plan: ColumnPlan; name: string; at: number}[] = [];
  const added: ColumnPlan[] = [];

  for (const [at, column] of plan.columns.entries()) {
    const found = there.columns.find(({name}) => fold(name) === fold(column.name));
    const {nullable, type} = column.column;
    if (!found) {
      if (!nullable) report(column.column.name, 'a new column must be nullable: the rows that are there have no value for it');
      else {
        added.push(column);
        columns.push({plan: column, name: column.name, at});
      }
      continue;
    }
    if (found.type !== type || storage.get(found.name) !== column.rule.storage) report(column.column.name, `the column is ${found.type} in the file, the load has ${type}`);
    else if (type === 'decimal' && found.scale !== column.column.scale) report(column.column.name, `the column has ${found.scale ?? 'any'} fraction digits in the file, the load ${column.column.scale ?? 'any'}`);
    if (!found.nullable && nullable) report(column.column.name, 'the column is NOT NULL in the file, the load may have nulls');
    if (!found.generated) columns.push({plan: column, name: found.name, at});
  }
  const loaded = new Set(plan.columns.map(({name}) => fold(name)));
  for (const {name, generated} of there.columns) {
    if (!loaded.has(fold(name)) && !generated) report(name, 'the column is missing from the load');
  }
  const key = (names: readonly string[]) => names.map(fold).join('\n');
  if (key(there.primaryKey) !== key(plan.primaryKey)) problems.push({path: table, message: 'the primary key is another one in the file'});
  if (upsert && plan.primaryKey.length === 0) problems.push({path: table, message: 'an upsert needs a primary key'});
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} does not fit the one that is there: ${problems.map(({path, message}) => `${path}: ${message}`).join('; ')}`, {
      table, problems, remedy: 'use replace, or bring the two together by hand',
    });
  }
  return {columns, added};
}
