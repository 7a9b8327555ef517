import type {TableProfile} from '@sluice/core';
import type {PlannedTable} from '@sluice/engine';

/** How long a copy may take; never a promise. */
export interface Estimate {
  /** Null when a table's rows are not even guessed at. */
  readonly seconds: number | null;
  readonly rows: number | null;
  /** What the figure rests on. */
  readonly basis: string;
}

/**
 * Values a second, from docs/benchmarks, profile `mysql-sqlite`, 2026-11-24: 1,000,000 rows of 15 columns from MariaDB into
 * an SQLite file in 10.6 s with verification, 6.6 s without, on two cores that the server shared.
 */
const VALUES_PER_SECOND = {verified: 1_400_000, plain: 2_300_000};
/** Loading the program and connecting, from the same place. */
const START_SECONDS = 0.4;

/** `profiles`: what was counted, in the order of the tables; null where nobody looked. */
export function estimateTime(tables: readonly PlannedTable[], profiles: readonly (TableProfile | null)[], {verified, maxRowsPerSecond = Infinity}: {readonly verified: boolean; readonly maxRowsPerSecond?: number | undefined}): Estimate {
  let rows: number | null = 0;
  let values = 0;
  for (const [i, {source, out}] of tables.entries()) {
    const known = profiles[i]?.rows ?? source.approximateRows;
    if (known === undefined) rows = null;
    else {
      values += known * out.columns.length;
      if (rows !== null) rows += known;
    }
  }
  const rate = verified ? VALUES_PER_SECOND.verified : VALUES_PER_SECOND.plain;
  return {
    rows, seconds: rows === null ? null : Math.max(1, Math.round(START_SECONDS + Math.max(values / rate, rows / maxRowsPerSecond))),
    basis: `${rate.toLocaleString('en')} values a second${verified ? ', proved,' : ''} as measured from MariaDB into SQLite on one machine (docs/benchmarks); your servers and network decide`,
  };
}
