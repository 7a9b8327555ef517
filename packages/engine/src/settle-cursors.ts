import type {CursorBound, Source} from '@sluice/core';
import type {PlannedTable} from './plan.ts';

/** How far each table that is read by a cursor can be read; to be called before anything else is read. Throws as `Source.settleCursors`. */
export async function settleCursors(source: Source, tables: readonly PlannedTable[], signal: AbortSignal): Promise<ReadonlyMap<PlannedTable, CursorBound>> {
  const cursors = tables.flatMap(table => (table.rows?.cursor === undefined ? [] : [{table, request: {table: table.source.table, column: table.rows.cursor}}]));
  if (cursors.length === 0) return new Map();
  if (!source.settleCursors) throw new Error(`${source.kind} has no cursors: the plan should have said so`);
  const bounds = await source.settleCursors(cursors.map(({request}) => request), signal);
  return new Map(cursors.map(({table}, i) => [table, bounds[i]!]));
}

/** What to say of tables that were not read, because nothing is proved of how far they could be. */
export function unsettledWarning(bounds: ReadonlyMap<PlannedTable, CursorBound>): string | null {
  const open = [...bounds].filter(([, bound]) => bound.open).map(([{source: {table}}]) => table);
  return open.length === 0 ? null
    : `nothing new was copied of ${open.join(', ')}: transactions that may still bring rows with lower values did not end in time; the next run copies them, or wait longer with lockTimeout=SECONDS in the URL of the source`;
}
