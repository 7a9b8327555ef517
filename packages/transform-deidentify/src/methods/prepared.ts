import type {Row, Schema} from '@sluice/core';
import type {MethodTools} from './tools.ts';

/** Reads before the run from what the run will read: the same snapshot. */
export interface Scan {
  /** Calls `each` with every row of a table; the array holds the values of `columns`, in this order, and is filled anew for the next row. Throws as reading does. */
  rows(table: Schema, columns: readonly string[], each: (row: Row) => void, signal: AbortSignal): Promise<void>;
}

export interface Prepare {
  /** Columns of which tables it looks at: when they change, so may every row. */
  readonly reads: readonly {readonly schema: Schema; readonly columns: readonly string[]}[];
  run(scan: Scan, tools: MethodTools, signal: AbortSignal): Promise<void>;
}
