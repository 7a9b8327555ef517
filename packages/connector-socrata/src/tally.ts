import type {Row} from '@sluice/core';
import type {ReadColumn} from './row-reader.ts';
import {quoteName} from './soql.ts';
import type {Figures} from './portal.ts';
import {compareDecimals, DecimalSum, sameDecimal} from './decimal-sum.ts';

/** Most figures that one query asks for: requests of SODA 2.1 are addresses. */
const FIGURES_A_QUERY = 40;

/** Counts, sums, least and greatest values of what was read, to be compared with what the server says of the same rows. */
export class Tally {
  readonly #columns: readonly ColumnTally[];

  constructor(columns: readonly ReadColumn[]) {
    this.#columns = columns.flatMap(({name, field}, place) => (field.comparable === 'nothing' || name.startsWith(':') ? [] : [new ColumnTally(name, place, field)]));
  }

  add(row: Row): void {
    for (const column of this.#columns) column.add(row);
  }

  /** What the server is asked for, a list for each query. */
  queries(): readonly (readonly string[])[] {
    const figures = this.#columns.flatMap((column, i) => column.figures(i));
    return Array.from({length: Math.ceil(figures.length / FIGURES_A_QUERY)}, (_, i) => figures.slice(i * FIGURES_A_QUERY, (i + 1) * FIGURES_A_QUERY));
  }

  /** Columns whose figures are others, and which; holds no figure. */
  differences(figures: Figures): readonly string[] {
    return this.#columns.flatMap((column, i) => column.differences(figures, i).map(what => `${column.name}: ${what}`));
  }
}

class ColumnTally {
  readonly name: string;
  readonly #place: number;
  readonly #field: ReadColumn['field'];
  readonly #sum = new DecimalSum();
  readonly #isDecimal: boolean;
  #count = 0;
  #least: string | null = null;
  #greatest: string | null = null;

  constructor(name: string, place: number, field: ReadColumn['field']) {
    this.name = name;
    this.#place = place;
    this.#field = field;
    this.#isDecimal = field.type === 'decimal';
  }

  add(row: Row): void {
    const value = row[this.#place];
    if (value === null || value === undefined) return;
    this.#count++;
    if (this.#field.comparable === 'count' || typeof value !== 'string') return;
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

  differences(figures: Figures, i: number): readonly string[] {
    const {comparable} = this.#field;
    const wrong: string[] = [];
    if (figures.get(`count_${i}`) !== String(this.#count)) wrong.push('count');
    if (comparable === 'count') return wrong;
    if (!this.#same(figures.get(`min_${i}`), this.#least)) wrong.push('min');
    if (!this.#same(figures.get(`max_${i}`), this.#greatest)) wrong.push('max');
    // The sum of nothing is nothing, or 0.
    const sum = figures.get(`sum_${i}`) ?? (this.#count === 0 ? '0' : null);
    if (comparable === 'sum' && (sum === null || !sameDecimal(sum, this.#sum.text()))) wrong.push('sum');
    return wrong;
  }

  #compare(a: string, b: string): number {
    return this.#isDecimal ? compareDecimals(a, b) : a < b ? -1 : a > b ? 1 : 0;
  }

  #same(said: string | null | undefined, own: string | null): boolean {
    if (said === null || said === undefined || own === null) return (said ?? null) === own;
    const value = this.#field.convert('string', said);
    if (typeof value !== 'string') return false;
    return this.#isDecimal ? sameDecimal(value, own) : value === own;
  }
}
