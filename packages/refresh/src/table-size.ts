import type {Schema} from '@sluice/core';
import {sizeInRows} from '@sluice/engine';

/** A crash costs at most so many rows of work, or bytes as far as the source can tell. Each segment is one statement at the source. */
const SEGMENT_ROWS = 50_000, SEGMENT_BYTES = 64 << 20;

type Size = Pick<Schema, 'approximateRows' | 'approximateBytes'>;

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
