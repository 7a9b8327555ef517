import {ErrorCode, PipelineError, type Column, type Schema} from '@sluice/core';

/** What the two sides of a table that is there already are compared by. */
export interface ColumnRules<Planned> {
  /** What two names have in common that are one to the server. */
  fold(name: string): string;
  /** Whether a column that is there gives back what it is given. */
  takes(now: Column, planned: Planned): boolean;
}

/**
 * Names of planned columns that a table of the destination has not got yet, in their order. Throws
 * SCHEMA when the two do not agree: a new column that allows no NULL, one of another type, one the
 * source has not, another primary key.
 */
export function columnsToAdd<Planned extends {readonly column: Column}>(
  schema: Schema, columns: readonly Planned[], there: Schema, {fold, takes}: ColumnRules<Planned>,
): string[] {
  const {table} = schema;
  const refuse = (column: string | null, what: string): never => {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} of the destination ${what}`, {
      table, ...(column !== null && {column}), remedy: 'load it with replace, or change the table at the destination',
    });
  };
  const find = (where: Schema, name: string) => where.columns.find(column => fold(column.name) === fold(name));
  const add: string[] = [];
  for (const planned of columns) {
    const {name, nullable} = planned.column;
    const now = find(there, name);
    if (!now) {
      if (!nullable) refuse(name, `has no column ${name}, and a new one must allow NULL`);
      add.push(name);
    } else if (!takes(now, planned)) {
      refuse(name, `has a column ${name} of another type`);
    }
  }
  for (const {name} of there.columns) {
    if (!find(schema, name)) refuse(name, `has a column ${name} that the source has not`);
  }
  if (fold(there.primaryKey.join('\0')) !== fold(schema.primaryKey.join('\0'))) refuse(null, 'has another primary key');
  return add;
}
