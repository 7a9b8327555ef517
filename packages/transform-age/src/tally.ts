import type {TransformNote} from '@sluice/core';
import {isDay, missingCode, noDate, noRow, nullKey, type DateTable} from './date-table.ts';
import {lookupId, type Lookup} from './lookup.ts';
import type {AgeOfPerson, AgesOfTable} from './study-layout.ts';

/** Counts what happened to the ages of one person in one table. Never holds a value. */
export class AgeTally {
  negative = 0;
  capped = 0;
  doubtful = 0;
  readonly #person: AgeOfPerson;
  readonly #ages: AgesOfTable;
  /** By reason: of the event, then of the birth. */
  readonly #missing = new Array<number>(2 * REASONS).fill(0);

  constructor(ages: AgesOfTable, person: AgeOfPerson) {
    this.#ages = ages;
    this.#person = person;
  }

  /** Counts an age that is not known, under one reason: that of the event when both dates are absent. */
  missing(event: number, birth: number): void {
    const at = isDay(event) ? REASONS + birth : event;
    this.#missing[at] = this.#missing[at]! + 1;
  }

  notes(loaded: ReadonlyMap<string, DateTable> | null): TransformNote[] {
    const {newColumn: column, birth} = this.#person;
    const note = (message: string, count: number): TransformNote[] => (count > 0 ? [{column, message, count}] : []);
    const repeated = (lookup: Lookup) => note(
      `${lookup.schema.table} has more than one row for a key; the earliest ${lookup.date} counts`,
      loaded?.get(lookupId(lookup))?.repeated ?? 0);
    return [
      ...this.#missing.flatMap((count, at) =>
        note(`no age: ${at < REASONS ? reason(this.#ages.event, at) : reason(birth, at - REASONS)}`, count)),
      ...note('negative: the event was before the birth', this.negative),
      ...note('capped: this age and above are one category', this.capped),
      ...note('computed from one of several different dates', this.doubtful),
      ...repeated(this.#ages.event),
      ...repeated(birth),
    ];
  }
}

const REASONS = noDate + 1;

function reason({schema: {table}, date, keys}: Lookup, found: number): string {
  switch (found) {
    case nullKey: return `${keys.map(({own}) => own).join(' or ')} is NULL`;
    case noRow: return `no row in ${table}`;
    case noDate: return `no date in ${table}.${date}`;
    case missingCode: return `a code for missing in ${table}.${date}`;
    default: return `no readable date in ${table}.${date}`;
  }
}
