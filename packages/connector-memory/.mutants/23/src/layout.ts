import {ErrorCode, PipelineError} from '@sluice/core';
import type {Column, Problem, Row, Schema} from '@sluice/core';

/** How rows of an incoming schema lie in a stored table. */
export interface Layout {
  /** The stored table, new columns at its end. */
  readonly schema: Schema;
  /** For each stored column the position in an incoming row. */
  readonly positions: readonly number[];
}

/**
 * Fits an `append` or `upsert` load into the table that is there: new nullable columns are added;
 * anything narrower throws SCHEMA, all problems at once.
 */
export function fitInto(stored: Schema, incoming: Schema): Layout {
  const problems: Problem[] = [];
  const report = (column: string, message: string) => problems.push({path: `${stored.table}.${column}`, message});
  const find = (columns: readonly Column[], name: string) => columns.find(column => column.name === name);

  for (const {name, type} of stored.columns) {
    const column = find(incoming.columns, name);
    if (!column) report(name, 'column is missing from the load');
    else if (column.type !== type) report(name, `column is ${type}, the load has ${column.type}`);
  }
  const added = incoming.columns.filter(({name}) => !find(stored.columns, name));
  for (const {name, nullable} of added) if (!nullable) report(name, 'a new column must be nullable');
  if (stored.primaryKey.join('\n') !== incoming.primaryKey.join('\n')) {
    problems.push({path: stored.table, message: 'the primary key differs'});
  }
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `the load does not fit the table that is there: ${problems.map(p => `${p.path}: ${p.message}`).join('; ')}`, {
      table: stored.table, problems, remedy: 'use replace, or bring the load and the table together by hand',
    });
  }
  const columns = [...stored.columns, ...added];
  return {
    schema: {...stored, columns},
    positions: columns.map(({name}) => incoming.columns.findIndex(column => column.name === name)),
  };
}

/** A stored row in a wider layout. */
export function widen(row: Row, width: number): Row {
  return row.length === width ? row : [...row, ...new Array<null>(width - row.length).fill(null)];
}
