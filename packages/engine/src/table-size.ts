import type {Schema} from '@sluice/core';

/** What a row of a dozen columns takes. A table that takes so many bytes costs about as much as one of so many such rows. */
export const ROW_BYTES = 200;

/** How large a table is by its source's estimates, in rows, of which a wide one counts as several. Null when the source cannot tell. */
export function sizeInRows({approximateRows, approximateBytes}: Pick<Schema, 'approximateRows' | 'approximateBytes'>): number | null {
  if (approximateRows === undefined && approximateBytes === undefined) return null;
  return Math.max(approximateRows ?? 0, Math.floor((approximateBytes ?? 0) / ROW_BYTES));
}
