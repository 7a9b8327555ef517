import type {TransformNote} from '@sluice/core';
import {Absent, lookupId, type DateTable, type Lookup} from './lookup.ts';
import type {AgeOfPerson, AgesOfTable} from './study-layout.ts';

/** Counts what happened to the ages of one person in one table. Never holds a value. */
export class AgeTally {
  negative = 0;
  capped = 0;
  doubtful = 0;
  readonly #person: AgeOfPerson;
  readonly #ages: AgesOfTable;
  readonly #missing = new Map<string, number>();

  constructor(ages: AgesOfTable, person: AgeOfPerson) {
    this.#ages = ages;
    this.#person = person;
  }

  /** Counts an age that is not known, under one reason: that of the event when both dates are absent. */
  missing(eventKey: string | null, event: number | undefined, birthKey: string | null, birth: number | undefined): void {
    const reason = eventKey === null ? noKey(this.#ages.event)
      : event === undefined || event < 0 ? noDay(this.#ages.event, event)
      : birthKey === null ? noKey(this.#person.birth)
      : noDay(this.#person.birth, birth);
    this.#missing.set(reason, (this.#missing.get(reason) ?? 0) + 1);
  }

  notes(loaded: ReadonlyMap<string, DateTable> | null): TransformNote[] {
    const {newColumn: column, birth} = this.#person;
    const note = (message: string, count: number): TransformNote[] => (count > 0 ? [{column, message, count}] : []);
    const repeated = (lookup: Lookup) => note(
      `${lookup.schema.table} has more than one row for a key; the earliest ${lookup.date} counts`,
      loaded?.get(lookupId(lookup))?.repeated.size ?? 0);
    return [
      ...[...this.#missing].flatMap(([reason, count]) => note(`no age: ${reason}`, count)),
      ...note('negative: the event was before the birth', this.negative),
      ...note('capped: this age and above are one category', this.capped),
      ...note('computed from one of several different dates', this.doubtful),
      ...repeated(this.#ages.event),
      ...repeated(birth),
    ];
  }
}

const noKey = ({keys}: Lookup) => `${keys.map(({own}) => own).join(' or ')} is NULL`;

function noDay({schema: {table}, date}: Lookup, day: number | undefined): string {
  switch (day) {
    case undefined: return `no row in ${table}`;
    case Absent.noDate: return `no date in ${table}.${date}`;
    case Absent.missingCode: return `a code for missing in ${table}.${date}`;
    default: return `no readable date in ${table}.${date}`;
  }
}
