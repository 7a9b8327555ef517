import {ErrorCode, PipelineError, type Position} from '@sluice/core';

/** A place in a table: behind a row, and how many there are up to it. */
export interface Place {
  readonly id: string;
  readonly rows: number;
  /** No row up to it had changed later than this when it was read; null where there was nothing to read. */
  readonly updated: string | null;
}

export const positionAt = ({id, rows, updated}: Place): Position => JSON.stringify({id, rows, updated}) as Position;

/** Reads a position that was made here. Throws CONFIG when it was not. */
export function placeOf(position: Position): Place {
  try {
    const {id, rows, updated} = JSON.parse(position) as {id: unknown; rows: unknown; updated: unknown};
    if (typeof id === 'string' && typeof rows === 'number' && Number.isSafeInteger(rows) && rows > 0 && (updated === null || typeof updated === 'string')) return {id, rows, updated};
  } catch {
    // Told below, without what it holds.
  }
  throw new PipelineError(ErrorCode.CONFIG, 'this is no position of a Socrata source', {remedy: 'read from the beginning'});
}
