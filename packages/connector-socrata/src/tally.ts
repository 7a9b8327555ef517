import type {Row} from '@sluice/core';
import type {ReadColumn} from './row-reader.ts';
import {quoteName} from './soql.ts';
import type {Figures} from './portal.ts';
import {compareDecimals, DecimalSum, sameDecimal} from './decimal-sum.ts';

/** Most figures that one query asks for: requests of SODA 2.1 are addresses. */
const FIGURES_A_QUERY = 40;

/** How many values a column has, and of those that can be compared the least, the greatest and their sum: absent where they cannot, null where there is no value. */
export interface ColumnFigures {
  readonly name: string;
  readonly count: number;
  /** In the canonical form, as `max` and `sum`. */
  readonly min?: string | null;
  readonly max?: string | null;
  readonly sum?: string | null;
}

/** Which figures of a column are not the same number or moment, however they are written. */
export function unlikeFigures(a: ColumnFigures, b: ColumnFigures): readonly string[] {
  const same = (one: string | null | undefined, other: string | null | undefined) =>
    one === other || (typeof one === 'string' && typeof other === 'string' && sameDecimal(one, other));
  return [...a.count === b.count ? [] : ['count'], ...(['min', 'max', 'sum'] as const).filter(figure => !same(a[figure], b[figure]))];
}

/** Counts, sums, least and greatest values of what was read, to be compared with what the server says of the same rows. */
export class Tally {
  readonly #columns: readonly ColumnTally[];

  constructor(columns: readonly ReadColumn[]) {
    this.#columns = columns.flatMap(({name, field}, place) => (field.comparable === 'nothing' || name.startsWith(':') ? [] : [new ColumnTally(name, place, field)]));
  }

  add(row: Row): void {
    for (const column of this.#columns) column.add(row);
  }

  /** Places in a row whose values `add` looks at; and of which it only counts how many there are. */
  places(): {readonly values: readonly number[]; readonly counts: readonly number[]} {
    const of = (isCounted: boolean) => this.#columns.filter(column => column.isCounted === isCounted).map(({place}) => place);
    return {values: of(false), counts: of(true)};
  }

  /** What the server is asked for, a list for each query. */
  queries(): readonly (readonly string[])[] {
    const figures = this.#columns.flatMap((column, i) => column.figures(i));
    return Array.from({length: Math.ceil(figures.length / FIGURES_A_QUERY)}, (_, i) => figures.slice(i * FIGURES_A_QUERY, (i + 1) * FIGURES_A_QUERY));
  }

  /** Columns whose figures are others, and which; holds no figure. */
  differences(figures: Figures): readonly string[] {
    const said = this.said(figures);
    return this.own().flatMap((own, i) => unlikeFigures(said[i]!, own).map(what => `${own.name}: ${what}`));
  }

  /** Of what was added. */
  own(): readonly ColumnFigures[] {
    return this.#columns.map(column => column.own());
  }

  /** Of what the server answered to `queries`, in the same order. */
  said(figures: Figures): readonly ColumnFigures[] {
    return this.#columns.map((column, i) => column.said(figures, i));
  }
}

class ColumnTally {
  readonly name: string;
  readonly place: number;
  /** Its values are only counted. */
  readonly isCounted: boolean;
  readonly #field: ReadColumn['field'];
  readonly #sum = new DecimalSum();
  readonly #isDecimal: boolean;
  #count = 0;
  #least: string | null = null;
  #greatest: string | null = null;

  constructor(name: string, place: number, field: ReadColumn['field']) {
    this.name = name;
    this.place = place;
    this.isCounted = field.comparable === 'count';
    this.#field = field;
    this.#isDecimal = field.type === 'decimal';
  }

  add(row: Row): void {
    const value = row[this.place];
    if (value === null || value === undefined) return;
    this.#count++;
    if (this.isCounted || typeof value !== 'string') return;
    if (this.#field.comparable === 'sum') this.#sum.add(value);
    if (this.#least === null || this.#compare(value, this.#least) < 0) this.#least = value;
    if (this.#greatest === null || this.#compare(value, this.#greatest) > 0) this.#greatest = value;
  }

  figures(i: number): readonly string[] {
    const name = quoteName(this.name);
    const {comparable} = this.#field;
    return [
      `count(${name}) AS count_${i}`,
      ...comparable === 'count' ? [] : [`min(${name}) AS min_${i}`, `max(${name}) AS max_${i}`],
      ...comparable === 'sum' ? [`sum(${name}) AS sum_${i}`] : [],
    ];
  }

  own(): ColumnFigures {
    const {comparable} = this.#field;
    return {
      name: this.name, count: this.#count, ...(comparable !== 'count' && {min: this.#least, max: this.#greatest}),
      ...(comparable === 'sum' && {sum: this.#count === 0 ? null : this.#sum.text()}),
    };
  }

  said(figures: Figures, i: number): ColumnFigures {
    const {comparable} = this.#field;
    const count = Number(figures.get(`count_${i}`) ?? undefined);
    const value = (name: string) => this.#canonical(figures.get(`${name}_${i}`) ?? null);
    return {
      name: this.name, count, ...(comparable !== 'count' && {min: value('min'), max: value('max')}),
      // The sum of nothing is nothing, or 0.
      ...(comparable === 'sum' && {sum: count === 0 ? null : value('sum')}),
    };
  }

  #compare(a: string, b: string): number {
    return this.#isDecimal ? compareDecimals(a, b) : a < b ? -1 : a > b ? 1 : 0;
  }

  /** What cannot be read as a value of the column stays as it is said, and is like none. */
  #canonical(said: string | null): string | null {
    if (said === null) return null;
    const value = this.#field.convert('string', said);
    return typeof value === 'string' ? value : said;
  }
}
