import {type Column, ErrorCode, PipelineError, type Problem, type Schema} from '@sluice/core';

/**
 * The schema of a table that is there after an append with another schema: new nullable columns come
 * at its end. Throws SCHEMA, with all problems, when the load does not fit the table.
 */
export function fitInto(stored: Schema, incoming: Schema): Schema {
  const problems: Problem[] = [];
  const report = (column: string, message: string) => problems.push({path: `${incoming.table}.${column}`, message});
  const find = (columns: readonly Column[], name: string) => columns.find(column => column.name === name);
  for (const {name, type} of stored.columns) {
    const column = find(incoming.columns, name);
    if (!column) report(name, 'column is missing from the load');
    else if (column.type !== type) report(name, `column is ${type}, the load has ${column.type}`);
  }
  const added = incoming.columns.filter(({name}) => !find(stored.columns, name));
  for (const {name, nullable} of added) if (!nullable) report(name, 'a new column must be nullable');
  if (JSON.stringify(stored.primaryKey) !== JSON.stringify(incoming.primaryKey)) problems.push({path: incoming.table, message: 'the primary key differs'});
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `the load does not fit the file that is there: ${problems.map(p => `${p.path}: ${p.message}`).join('; ')}`, {
      table: incoming.table, problems, remedy: 'use replace, or append to another place',
    });
  }
  return added.length === 0 ? stored : {...stored, columns: [...stored.columns, ...added]};
}
