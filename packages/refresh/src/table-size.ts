import type {Schema} from '@sluice/core';

/** What a row of a dozen columns takes. A table that takes so many bytes costs about as much as one of so many such rows. */
export const ROW_BYTES = 200;
/** A crash costs at most so many rows of work, or bytes as far as the source can tell. Each segment is one statement at the source. */
const SEGMENT_ROWS = 50_000, SEGMENT_BYTES = 64 << 20;

type Size = Pick<Schema, 'approximateRows' | 'approximateBytes'>;

/** How large a table is by its source's estimates, in rows, of which a wide one counts as several. Null when the source cannot tell. */
export function sizeInRows({approximateRows, approximateBytes}: Size): number | null {
  if (approximateRows === undefined && approximateBytes === undefined) return null;
  return Math.max(approximateRows ?? 0, Math.floor((approximateBytes ?? 0) / ROW_BYTES));
}

/** How many rows lie between two commits of a load that outlives a crash. */
export function segmentRows({approximateRows = 0, approximateBytes = 0}: Size, commitRows: number): number {
  const most = Math.min(SEGMENT_ROWS, commitRows);
  return approximateRows > 0 && approximateBytes > 0 ? Math.max(1, Math.min(most, Math.floor(SEGMENT_BYTES / approximateBytes * approximateRows))) : most;
}

/**
 * The same of a table of which pieces stay when a copy of it crashes; null where all of it begins anew, for that costs less than what lies
 * between two commits anyway, or no index finds a piece of it.
 */
export function pieceRows({seeks, ...size}: Size & Pick<Schema, 'seeks'>, commitRows: number): number | null {
  return seeks === false || (sizeInRows(size) ?? Infinity) < commitRows ? null : segmentRows(size, commitRows);
}
