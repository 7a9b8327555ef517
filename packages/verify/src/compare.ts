import {RUN_ROWS, type TableDigest} from '@sluice/checksum';

/** How a table that was read back differs from the one that was written. Places and counts, never values. */
export interface Difference {
  readonly rowsWritten: number;
  readonly rowsReadBack: number;
  /** Ordinals, 0-based, of the rows of the first differing run: `[first, end)`; null when rows came in no order. */
  readonly firstRun: readonly [number, number] | null;
  readonly differingRuns: number;
}

/** Compares two digests of one table; null when they are equal. */
export function compareDigests(written: TableDigest, readBack: TableDigest): Difference | null {
  if (written.order !== readBack.order) throw new Error('digests of different orders cannot be compared');
  if (written.digest === readBack.digest && written.rows === readBack.rows) return null;
  const runs = Math.max(written.runs.length, readBack.runs.length);
  let first: number | null = null;
  let differingRuns = 0;
  for (let i = 0; i < runs; i++) {
    const a = written.runs[i], b = readBack.runs[i];
    if (a && b && Buffer.compare(a, b) === 0) continue;
    differingRuns++;
    first ??= i;
  }
  return {
    rowsWritten: written.rows,
    rowsReadBack: readBack.rows,
    firstRun: first === null ? null : [first * RUN_ROWS, Math.min((first + 1) * RUN_ROWS, Math.max(written.rows, readBack.rows))],
    differingRuns,
  };
}

/** One sentence for people, e.g. `2 rows were written, 1 was read back`. */
export function describeDifference(difference: Difference): string {
  const {rowsWritten, rowsReadBack, firstRun, differingRuns} = difference;
  const counts = rowsWritten === rowsReadBack ? `all ${rowsWritten} rows are there` : `${rowsWritten} rows were written and ${rowsReadBack} read back`;
  if (firstRun === null) return `${counts}, but their values differ`;
  const place = `the first difference is among rows ${firstRun[0] + 1} to ${firstRun[1]}`;
  return `${counts}; ${place}${differingRuns > 1 ? `, ${differingRuns} groups of rows differ` : ''}`;
}
