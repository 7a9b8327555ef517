import type {Column, Index, Omission, Schema, Transform} from '@sluice/core';

export interface SnapshotStamp {
  /** The name of the column that says which snapshot a row is of. */
  readonly column: string;
  /** Its value in all rows of this run, in UTC: `YYYY-MM-DD HH:MM:SS.fff`. */
  readonly at: string;
}

/**
 * Puts a column in front that holds the time of the run, and into every key: so that each row may be there
 * once per snapshot. Comes last: other transforms need not know of it.
 */
export function snapshotStamp({column, at}: SnapshotStamp): Transform {
  const stamp: Column = {name: column, type: 'timestamp', nullable: false, scale: 3, comment: 'when this snapshot was taken, in UTC'};
  return {
    name: 'snapshot',
    check: ({tables}) => tables.flatMap(({table, columns}) => (columns.some(({name}) => name.toLowerCase() === column.toLowerCase())
      ? [{path: `${table}.${column}`, message: 'is there already: name another column for the time of the snapshot'}] : [])),
    // The time is another one in every run, and says nothing of how rows are made.
    fingerprint: () => column,
    plan(schema) {
      const omissions: Omission[] = [];
      const stamped = stampedSchema(schema, stamp, omissions);
      return {
        schema: stamped, omissions, looksAt: [],
        effects: [{column, effect: 'added', method: 'the time of the run'}],
        apply(batch) {
          for (const row of batch.rows) row.unshift(at);
          return batch;
        },
      };
    },
    refusesView: () => 'it would show all snapshots as one',
  };
}

function stampedSchema(schema: Schema, stamp: Column, omissions: Omission[]): Schema {
  const {order: _order, ...rest} = schema;
  const {table, primaryKey, columns, indexes, foreignKeys} = rest;
  const unique = (index: Index): Index => (index.unique ? {...withoutNative(index), parts: [{column: stamp.name}, ...index.parts]} : index);
  return {
    ...rest,
    columns: [stamp, ...columns.map(({autoIncrement, ...column}): Column => {
      if (autoIncrement) omissions.push({table, kind: 'auto-increment', name: column.name, reason: 'rows of snapshots are not counted on'});
      return column;
    })],
    primaryKey: primaryKey.length === 0 ? [] : [stamp.name, ...primaryKey],
    ...(indexes && {indexes: indexes.map(unique)}),
    // A row refers to the one of its own snapshot.
    ...(foreignKeys && {foreignKeys: foreignKeys.map(key => ({...key, columns: [stamp.name, ...key.columns], referencedColumns: [stamp.name, ...key.referencedColumns]}))}),
  };
}

function withoutNative({native: _native, ...index}: Index): Index {
  return index;
}
