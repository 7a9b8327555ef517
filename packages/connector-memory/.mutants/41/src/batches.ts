import type {Batch, Position, Row, Value} from '@sluice/core';

export interface BatchLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/**
 * Cuts rows from index `from` on into batches, each row a copy of the columns at `positions`, made
 * only when the batch is asked for. `positionAfter` gives the resume point behind a row index.
 */
export function* batches(
  rows: readonly Row[], positions: readonly number[], limits: BatchLimits,
  from: number, positionAfter: (index: number) => Position | null,
): Generator<Batch> {
  let next = from;
  while (next < rows.length) {
    const batch: Row[] = [];
    let bytes = 0;
    while (next < rows.length && batch.length < limits.maxRows && bytes < limits.maxBytes) {
      const row = rows[next]!;
      const copy = positions.map(i => copyOf(row[i]!));
      for (const value of copy) bytes += sizeOf(value);
      batch.push(copy);
      next++;
    }
    yield {rows: batch, position: positionAfter(next - 1)};
  }
}

/** The receiver owns its rows, the bytes in them included. */
function copyOf(value: Value): Value {
  return value instanceof Uint8Array ? value.slice() : value;
}

/** Bytes a value takes, roughly: a string counts one byte a UTF-16 unit. */
function sizeOf(value: Value): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
}
