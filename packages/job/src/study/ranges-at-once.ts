import {defaultLimits, wantedParts, type CopyPlan, type CopyRequest, type PlannedTable} from '@sluice/engine';
import type {TableReading} from './study-job.ts';

/** The ranges of a table that several readers share; null where one reads it from the beginning to the end. Throws as `Source.split`. */
export async function rangesAtOnce({mode, readers}: CopyPlan, table: PlannedTable, {source, destination, transforms = [], limits = {}}: CopyRequest, signal: AbortSignal): Promise<TableReading | null> {
  const wanted = wantedParts(table, source, mode, {...defaultLimits, ...limits, parallel: readers});
  if (wanted === 1 || !source.split) return null;
  // Its bytes pass as they are, in one go.
  const untouched = mode === 'replace' && transforms.length === 0 && table.read === table.source && table.out === table.source && table.rows === undefined && limits.maxRowsPerSecond === undefined;
  if (untouched && source.kind === destination.kind && await source.rawFormat?.(table.read, signal)) return null;
  const cuts = await source.split(table.read, wanted, signal);
  return cuts.length === 0 ? null : {by: table.source.primaryKey, ranges: cuts.length + 1, atOnce: readers};
}
