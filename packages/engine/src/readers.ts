import type {Destination, Source} from '@sluice/core';
import type {PlannedTable} from './plan.ts';
import type {CopyMode, Limits} from './request.ts';
import {sizeInRows} from './table-size.ts';

/** How a copy is spread over connections. */
export interface Spread {
  /** Tables, or parts of them, that are on their way at the same time at most. */
  readonly readers: number;
  /** Why there is one only though more were asked for; null where it is as asked. */
  readonly why: string | null;
}

/** Of a table in parts there are so many for each reader: whoever is done early takes another one. */
const PARTS_PER_READER = 4;

interface Ends {
  readonly source: Source;
  readonly destination: Destination;
  readonly mode: CopyMode;
  readonly beside: boolean;
}

/** Decides how many read at the same time: no more than there is work for. */
export function spreadCopy({source, destination, mode, beside}: Ends, tables: readonly PlannedTable[], {parallel, partRows}: Pick<Limits, 'parallel' | 'partRows'>): Spread {
  if (parallel <= 1) return {readers: 1, why: null};
  const why = !source.fork ? `a source of the kind ${source.kind} has one reader`
    : !beside ? 'rows go into live tables, whose references want them in their order'
    : !destination.capabilities.concurrent ? `a destination of the kind ${destination.kind} takes one table at a time`
    : null;
  const work = tables.reduce((sum, table) => sum + wantedParts(table, source, mode, {parallel, partRows}), 0);
  return {readers: why === null ? Math.max(1, Math.min(parallel, work)) : 1, why};
}

/** In how many parts a table is read by so many readers; 1 for one that is small, or cannot be cut. */
export function wantedParts({source: schema, rows}: PlannedTable, {split}: Source, mode: CopyMode, {parallel, partRows}: Pick<Limits, 'parallel' | 'partRows'>): number {
  // An append goes on where the last one ended: its rows have an order.
  if (parallel <= 1 || !split || mode === 'append' || rows?.cursor !== undefined || schema.seeks === false) return 1;
  if (schema.primaryKey.length === 0 && schema.together === undefined) return 1;
  return Math.max(1, Math.min(PARTS_PER_READER * parallel, Math.floor((sizeInRows(schema) ?? 0) / partRows)));
}
