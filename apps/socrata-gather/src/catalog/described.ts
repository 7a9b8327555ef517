import {parseEndpoint, SocrataSource, type RowTotals} from '@sluice/connector-socrata';
import type {Endpoint, Omission, Schema} from '@sluice/core';

/** What metadata and counts say of a data set. */
export interface Described extends RowTotals {
  /** As it would be a table. */
  readonly schema: Schema;
  /** Columns that are not read, and why. */
  readonly omissions: readonly Omission[];
  readonly warnings: readonly string[];
}

/** Reads metadata and counts the rows; reads no row. Throws CONFIG, CONNECT, AUTH, SCHEMA. */
export async function describeDataset(endpoint: Endpoint, signal: AbortSignal): Promise<Described> {
  await using source = new SocrataSource(parseEndpoint(endpoint));
  const {tables: [schema], others} = await source.discover(signal);
  if (!schema) throw new Error('a URL with one data set gives one table');
  return {...await source.totals(schema, null, signal), schema, omissions: others, warnings: source.warnings};
}
