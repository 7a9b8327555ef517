import type {Endpoint} from '@sluice/core';
import {openSource} from '@sluice/registry';

/** Counts the rows of a table by reading its key alone; null when there is no such table. Throws CONNECT, AUTH. */
export async function countRows(endpoint: Endpoint, table: string, signal: AbortSignal): Promise<number | null> {
  await using source = await openSource(endpoint);
  const {tables} = await source.discover(signal, {wants: name => name === table});
  const schema = tables.find(each => each.table === table);
  if (!schema) return null;
  const key = schema.columns.filter(({name}) => schema.primaryKey.includes(name));
  let rows = 0;
  for await (const batch of source.read({schema: {...schema, columns: key.length > 0 ? key : schema.columns}, after: null, maxRows: 10_000, maxBytes: 4 << 20}, signal)) rows += batch.rows.length;
  return rows;
}
