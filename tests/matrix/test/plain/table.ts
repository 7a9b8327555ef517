import type {Row} from '@sluice/core';

/** What stands in a table, as a plain driver gives it: rows in no particular order. */
export interface PlainTable {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** All tables of a place, under the names that they have there. Reads with nothing but a driver: none of our own code is between the bytes and the test. */
export type PlainReader = (url: string) => Promise<ReadonlyMap<string, PlainTable>>;
