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
  /** `min` and `max` are texts: which is the least only the server knows. */
  readonly isText?: true;
}

/** Texts that a column is said to hold. */
export interface SaidTexts {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Which figures of a column are not the same number, moment or text, however they are written. */
export function unlikeFigures(a: ColumnFigures, b: ColumnFigures): readonly string[] {
  const same = (one: string | null | undefined, other: string | null | undefined) =>
    one === other || (typeof one === 'string' && typeof other === 'string' && !a.isText && sameDecimal(one, other));
  return [...a.count === b.count ? [] : ['count'], ...(['min', 'max', 'sum'] as const).filter(figure => !same(a[figure], b[figure]))];
}

/** Columns that are named where figures are not alike; a data set may have hundreds. */
const MOST_NAMED = 5;

/** Which figures of which columns are not alike, in words without any figure; nothing for columns that are. */
export function unlikeText(columns: readonly {readonly name: string; readonly unlike: readonly string[]}[]): readonly string[] {
  const others = columns.filter(({unlike}) => unlike.length > 0);
  const named = others.slice(0, MOST_NAMED).map(({name, unlike}) => `${name}: ${unlike.join(', ')}`);
  const more = others.length - named.length;
  return more === 0 ? named : [...named, `and ${more} more ${more === 1 ? 'column' : 'columns'}`];
}

/** Counts, sums, least and greatest values of what was read, to be compared with what the server says of the same rows. */
export class Tally {
  readonly #columns: readonly ColumnTally[];
  readonly #given: readonly ReadColumn[];

  /** `texts`: also which of them are the least and the greatest, and not how many there are alone. */
  constructor(columns: readonly ReadColumn[], {texts = false}: {readonly texts?: boolean} = {}) {
    this.#given = columns;
    this.#columns = columns.flatMap(({name, field}, place) => {
      const comparable = field.comparable === 'member' && !texts ? 'count' : field.comparable;
      return comparable === 'nothing' || name.startsWith(':') ? [] : [new ColumnTally(name, place, {...field, comparable})];
    });
  }

  add(row: Row): void {
    for (const column of this.#columns) column.add(row);
  }

  /** Places in a row whose values `add` wants in the canonical form; and those that it takes as they are. */
  places(): {readonly values: readonly number[]; readonly counts: readonly number[]} {
    const of = (isCanonical: boolean) => this.#columns.filter(column => column.isCanonical === isCanonical).map(({place}) => place);
    return {values: of(true), counts: of(false)};
  }

  /** What the server is asked for, a list for each query. */
  queries(): readonly (readonly string[])[] {
    const figures = this.#columns.flatMap((column, i) => column.figures(i));
    return Array.from({length: Math.ceil(figures.length / FIGURES_A_QUERY)}, (_, i) => figures.slice(i * FIGURES_A_QUERY, (i + 1) * FIGURES_A_QUERY));
  }

  /** Whether it knows which texts are the least and the greatest. */
  get hasTexts(): boolean {
    return this.#columns.some(({isText}) => isText);
  }

  /** Another one over the same columns, to which nothing was added. */
  anew(): Tally {
    return new Tally(this.#given, {texts: this.hasTexts});
  }

  /** Another one over the same columns, which counts texts alone. */
  withoutTexts(): Tally {
    return new Tally(this.#given);
  }

  /** Of what was added. Of texts the least and the greatest by their code units. */
  own(): readonly ColumnFigures[] {
    return this.#columns.map(column => column.own());
  }

  /**
   * Texts that the server says are the least or the greatest of a column, in an order that only it knows, and that are neither by their code units:
   * whether the column holds them is to be looked up. None where its order is that of code units, too.
   */
  toLookUp(said: readonly ColumnFigures[]): readonly SaidTexts[] {
    return this.own().flatMap((own, i) => {
      const {isText, min, max} = said[i] ?? own;
      const texts = isText ? [...new Set([min, max])].filter(text => typeof text === 'string' && text !== own.min && text !== own.max) as string[] : [];
      return texts.length === 0 ? [] : [{name: own.name, texts}];
    });
  }

  /** Of what was added, beside what the server said of it: of a text that the column holds (`held`) it takes the server's word that it is the least, or the greatest. */
  ownBeside(said: readonly ColumnFigures[], held: (name: string, text: string) => boolean): readonly ColumnFigures[] {
    return this.own().map((own, i) => {
      const figures = said[i];
      if (!own.isText || !figures) return own;
      const {name, count} = own;
      // What a server does not say cannot be compared.
      const beside = (text: string | null | undefined, mine: string | null | undefined) =>
        (typeof text !== 'string' || text === own.min || text === own.max || held(name, text) ? text : mine);
      const [min, max] = [beside(figures.min, own.min), beside(figures.max, own.max)];
      return {name, count, ...(min !== undefined && {min}), ...(max !== undefined && {max}), isText: true};
    });
  }

  /** Of what the server answered to `queries`, in the same order. */
  said(figures: Figures): readonly ColumnFigures[] {
    return this.#columns.map((column, i) => column.said(figures, i));
  }
}

class ColumnTally {
  readonly name: string;
  readonly place: number;
  /** Its values are looked at in the canonical form. */
  readonly isCanonical: boolean;
  readonly #field: ReadColumn['field'];
  readonly #sum = new DecimalSum();
  readonly #isDecimal: boolean;
  readonly #isCounted: boolean;
  #count = 0;
  #least: string | null = null;
  #greatest: string | null = null;

  constructor(name: string, place: number, field: ReadColumn['field']) {
    this.name = name;
    this.place = place;
    this.isCanonical = field.comparable === 'sum' || field.comparable === 'order';
    this.#field = field;
    this.#isDecimal = field.type === 'decimal';
    this.#isCounted = field.comparable === 'count';
  }

  add(row: Row): void {
    const value = row[this.place];
    if (value === null || value === undefined) return;
    this.#count++;
    if (this.#isCounted || typeof value !== 'string') return;
    if (this.#field.comparable === 'sum') this.#sum.add(value);
    if (this.#least === null || this.#compare(value, this.#least) < 0) this.#least = value;
    if (this.#greatest === null || this.#compare(value, this.#greatest) > 0) this.#greatest = value;
  }

  figures(i: number): readonly string[] {
    const name = quoteName(this.name);
    return [
      `count(${name}) AS count_${i}`,
      ...this.#isCounted ? [] : [`min(${name}) AS min_${i}`, `max(${name}) AS max_${i}`],
      ...this.#field.comparable === 'sum' ? [`sum(${name}) AS sum_${i}`] : [],
    ];
  }

  own(): ColumnFigures {
    return {
      name: this.name, count: this.#count, ...(!this.#isCounted && {min: this.#least, max: this.#greatest}),
      ...(this.#field.comparable === 'sum' && {sum: this.#count === 0 ? null : this.#sum.text()}), ...(this.isText && {isText: true}),
    };
  }

  said(figures: Figures, i: number): ColumnFigures {
    const count = Number(figures.get(`count_${i}`) ?? undefined);
    const value = (name: string) => this.#canonical(figures.get(`${name}_${i}`) ?? null);
    return {
      name: this.name, count, ...(!this.#isCounted && {min: value('min'), max: value('max')}),
      // The sum of nothing is nothing, or 0.
      ...(this.#field.comparable === 'sum' && {sum: count === 0 ? null : value('sum')}), ...(this.isText && {isText: true}),
    };
  }

  get isText(): boolean {
    return this.#field.comparable === 'member';
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
