import {Fitting, must, type TableLossRules} from '@sluice/core';
import {fitterOf} from './bind.ts';
import type {TablePlan} from './table-plan.ts';

/** Makes batches of a table what SQLite can hold. NULL where a column allows none the file refuses by itself: only what has a rule is looked at for it. */
export function fittingOf(plan: TablePlan, rules: TableLossRules = new Map()): Fitting {
  return fitting(plan, name => rules.has(name), rules);
}

/** Looks at every column for NULL too, to tell what the file can hold. */
export const judging = (plan: TablePlan): Fitting => fitting(plan, () => true, new Map());

/** The same for a table of groups: a column that says which group a row belongs to holds no NULL. */
export function groupFittingOf(plan: TablePlan, group: readonly string[], rules: TableLossRules = new Map()): Fitting {
  const columns = plan.columns.map(planned => (group.includes(planned.column.name) ? {...planned, column: {...planned.column, nullable: false}} : planned));
  return fitting({...plan, columns}, name => rules.has(name) || group.includes(name), rules);
}

/** Fits a row that is a key of such a table and nothing else. */
export function keyFittingOf(plan: TablePlan, group: readonly string[]): Fitting {
  const columns = group.map(name => must(plan.columns.find(({column}) => column.name === name), 'a column of the group'));
  return groupFittingOf({...plan, columns, alias: null}, group);
}

function fitting({schema, columns, alias}: TablePlan, looksForNull: (column: string) => boolean, rules: TableLossRules): Fitting {
  return new Fitting(schema.table, columns.map(({column, rule}, at) => ({
    at, name: column.name,
    // In a rowid that is NULL, SQLite would make up a number.
    ...(at === alias ? {nullable: false, rewrite: null} : {nullable: column.nullable || !looksForNull(column.name), ...fitterOf(column, rule.storage)}),
  })), rules);
}
