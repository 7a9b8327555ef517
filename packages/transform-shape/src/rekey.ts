import type {Omission, Schema} from '@sluice/core';

/** The schema with another primary key: its columns hold no NULL then, and rows do not come in its order. */
export function rekey(schema: Schema, key: readonly string[] | undefined): {readonly schema: Schema; readonly omissions: readonly Omission[]} {
  const {order: _order, ...rest} = schema;
  if (key === undefined || key.join('\0') === schema.primaryKey.join('\0')) return {schema, omissions: []};
  return {
    schema: {...rest, primaryKey: key, columns: schema.columns.map(column => (key.includes(column.name) ? {...column, nullable: false} : column))},
    omissions: schema.primaryKey.length === 0 ? [] : [
      {table: schema.table, kind: 'unique', name: schema.primaryKey.join(', '), reason: `rows are identified by ${key.join(', ')} instead`},
    ],
  };
}
