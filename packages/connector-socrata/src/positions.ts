import {ErrorCode, PipelineError, type Position} from '@sluice/core';

/** A place in a table: behind a row, and how many there are up to it. */
export interface Place {
  readonly id: string;
  readonly rows: number;
}

export const positionAt = ({id, rows}: Place): Position => JSON.stringify({id, rows}) as Position;

/** Reads a position that was made here. Throws CONFIG when it was not. */
export function placeOf(position: Position): Place {
  try {
    const {id, rows} = JSON.parse(position) as {id: unknown; rows: unknown};
    if (typeof id === 'string' && Number.isSafeInteger(rows) && (rows as number) > 0) return {id, rows: rows as number};
  } catch {
    // Told below, without what it holds.
  }
  throw new PipelineError(ErrorCode.CONFIG, 'this is no position of a Socrata source', {remedy: 'read from the beginning'});
}
