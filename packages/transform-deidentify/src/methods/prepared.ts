import type {Row, Schema} from '@sluice/core';
import type {MethodTools} from './tools.ts';

/** Reads before the run from what the run will read: the same snapshot. */
export interface Scan {
  /** Calls `each` with every row of a table; the array holds the values of `columns`, in this order, and is filled anew for the next row. Throws as reading does. */
  rows(table: Schema, columns: readonly string[], each: (row: Row) => void, signal: AbortSignal): Promise<void>;
}

/** What a column learns before the run. */
export interface Prepare {
  /** Columns of any table which, when they change, may change every value of this one; absent when what is learned changes none. */
  readonly dependsOn?: readonly {readonly schema: Schema; readonly columns: readonly string[]}[];
  run(scan: Scan, tools: MethodTools, signal: AbortSignal): Promise<void>;
}
