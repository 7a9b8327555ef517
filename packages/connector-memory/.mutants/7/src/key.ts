import {must} from '@sluice/core';
import type {Row, Schema, Value} from '@sluice/core';

/** Plans a function from a row to the text of its primary key: equal exactly when the keys are equal; null without a key. */
export function keyReader(schema: Schema): ((row: Row) => string) | null {
  if (schema.primaryKey.length === 0) return null;
  const positions = schema.primaryKey.map(name => schema.columns.findIndex(column => column.name === name));
  return row => JSON.stringify(positions.map(i => part(must(row[i], 'key value'))));
}

function part(value: NonNullable<Value>): readonly [string, string] {
  return value instanceof Uint8Array ? ['bytes', Buffer.from(value).toString('hex')] : [typeof value, String(value)];
}
