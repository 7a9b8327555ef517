import type {CalendarDay} from './calendar-day.ts';
import type {KeyValue} from './key.ts';

// What `find` gives instead of a day: all below the first day there is, 0001-01-01 or 10101.
export const nullKey = 0;
export const noRow = 1;
export const noReadableDate = 2;
export const missingCode = 3;
export const noDate = 4;

/** Whether what `find` gave is a day, and not a reason why there is none. */
export const isDay = (found: number): boolean => found > noDate;

/** Added to a day when rows with its key have different dates. Beyond the last day, 99991231. */
const DIFFERING = 1 << 27;
const REPEATED = 1 << 28;
const DAY = DIFFERING - 1;

interface Level extends Map<KeyValue, Level | number> {}

/**
 * Dates by key. Where several rows have one key the earliest date counts: a rule that gives the
 * same whatever the order of the rows. A date beats its absence.
 */
export class DateTable {
  /** How many keys more than one row has. */
  repeated = 0;
  readonly #root: Level = new Map();

  /** Rows with a NULL in their key belong to nobody and are left out. */
  add(key: readonly (KeyValue | null)[], day: CalendarDay): void {
    let level = this.#root;
    for (const [i, part] of key.entries()) {
      if (part === null) return;
      const next = level.get(part);
      if (i === key.length - 1) {
        level.set(part, typeof next === 'number' ? this.#merged(next, day) : day);
      } else if (typeof next === 'object') {
        level = next;
      } else {
        const inner: Level = new Map();
        level.set(part, inner);
        level = inner;
      }
    }
  }

  /**
   * The day for the key whose parts stand at these places of `values`, with a mark that
   * {@link dayIn} and {@link isDoubtful} read, or why there is none.
   */
  find(values: readonly (KeyValue | null)[], places: readonly number[]): number {
    let level = this.#root;
    for (const place of places) {
      const part = values[place]!;
      if (part === null) return nullKey;
      const next = level.get(part);
      if (next === undefined) return noRow;
      if (typeof next === 'number') return next;
      level = next;
    }
    return noRow;
  }

  #merged(known: number, day: CalendarDay): number {
    if ((known & REPEATED) === 0) this.repeated++;
    const first = dayIn(known);
    const kept = isDay(first) && isDay(day) ? Math.min(first, day) : Math.max(first, day);
    return kept | REPEATED | (first === day ? known & DIFFERING : DIFFERING);
  }
}

export const dayIn = (found: number): number => found & DAY;
export const isDoubtful = (found: number): boolean => (found & DIFFERING) !== 0;
