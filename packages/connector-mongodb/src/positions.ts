import {idOf} from '@sluice/bson';
import {ErrorCode, PipelineError, type Position} from '@sluice/core';

/** A place in the tables of a collection: behind the rows of a document, or behind the first rows of them in one of its tables. */
export interface DocumentPlace {
  /** A document `{"": id}`. */
  readonly id: Uint8Array;
  /** How many rows of that document lie before the place; null: all. */
  readonly rows: number | null;
}

/** Makes a position, which is JSON: the bytes of the id, which text of any kind could not hold exactly. */
export function positionAt({id, rows}: DocumentPlace): Position {
  return JSON.stringify({id: Buffer.from(id).toString('base64'), ...(rows !== null && {rows})}) as Position;
}

/** Reads a position that was made here. Throws CONFIG when it was not. */
export function placeOf(text: Position): DocumentPlace {
  try {
    const {id, rows = null} = JSON.parse(text) as {id: unknown; rows?: unknown};
    if (typeof id === 'string' && (rows === null || (typeof rows === 'number' && Number.isSafeInteger(rows) && rows > 0))) {
      const bytes = Buffer.from(id, 'base64');
      if (idOf(bytes) !== null) return {id: bytes, rows};
    }
  } catch {
    // Told below, without what it holds.
  }
  throw new PipelineError(ErrorCode.CONFIG, 'this is no position of a MongoDB source', {remedy: 'read from the beginning'});
}
