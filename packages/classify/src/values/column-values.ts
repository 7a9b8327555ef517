import type {Sample} from '../proposal.ts';

/** What was seen of a column. */
export interface ColumnValues {
  /** Values that are there. */
  readonly seen: number;
  readonly nulls: number;
  /** Different texts and numbers, as trimmed text; at most MOST_DISTINCT. */
  readonly distinct: readonly string[];
  readonly allNumbers: boolean;
  readonly someBytes: boolean;
}

/** Enough to tell what a column holds; bounds the work per column. */
const MOST_DISTINCT = 400;
/** Of a longer text only the beginning is looked at. */
const MOST_CHARACTERS = 4000;

/** Collects the values of one column; null when no row was sampled. */
export function columnValues(sample: Sample | null, at: number): ColumnValues | null {
  if (sample === null || sample.length === 0) return null;
  return collect(function* values() {
    for (const row of sample) yield row[at] ?? null;
  }());
}

/** The same from values themselves. */
export function collect(values: Iterable<unknown>): ColumnValues {
  const distinct = new Set<string>();
  let seen = 0, nulls = 0, allNumbers = true, someBytes = false;
  for (const value of values) {
    if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) {
      nulls++;
      continue;
    }
    seen++;
    if (value instanceof Uint8Array) someBytes = true;
    if (typeof value !== 'number' && typeof value !== 'bigint') allNumbers = false;
    if (distinct.size < MOST_DISTINCT && (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')) distinct.add(String(value).slice(0, MOST_CHARACTERS).trim());
  }
  return {seen, nulls, distinct: [...distinct], allNumbers: allNumbers && seen > 0, someBytes};
}

/** The part of the values for which something holds, 0 to 1. */
export function share(values: readonly string[], holds: (value: string) => boolean): number {
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return values.length === 0 ? 0 : count / values.length;
}
