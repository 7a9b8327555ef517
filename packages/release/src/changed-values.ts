import type {Row, Value} from '@sluice/core';
import {KeyTable} from '@sluice/disclosure-risk';
import {SipHasher, type KeyedHash} from './siphash.ts';

/** What became of the values of one column. */
export interface ChangedValues {
  readonly column: string;
  /** `keys`: a row was compared with what it was. `values`: no key survived, so that only the values as a whole could be. */
  readonly by: 'keys' | 'values';
  /** One row, or value, in so many was compared, chosen by a hash. */
  readonly oneIn: number;
  /** Values that were not null before and are not now. */
  readonly compared: number;
  /** Of these, those that are what they were; by values: those that are among the former. */
  readonly unchanged: number;
  /** How many would be by chance, if the new values had nothing to do with the old; null by values. */
  readonly chance: number | null;
}

/** Rows, or values, that are kept as hashes; of more a part is taken. Memory: at most about 100 bytes a row and masked column. */
const MOST_ROWS = 250_000;

export interface ChangedColumn {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/**
 * Compares the values of masked columns before and after, by hashes under a key of this run. Rows are paired by `key`; without one, each
 * column's values are compared as a whole. Of large tables a part of the rows is taken, the same on both sides.
 */
export class ValueChanges {
  readonly #columns: readonly ChangedColumn[];
  readonly #key: {readonly before: readonly number[]; readonly after: readonly number[]} | null;
  readonly #hasher = new SipHasher();
  readonly #hash: KeyedHash = {high: 0, low: 0};
  readonly #rows = new KeyTable();
  /** By row and column, 64 bits of what was there. */
  readonly #values: number[] = [];
  readonly #bits: number;
  readonly #known: readonly KeyTable[];
  readonly #counts: readonly {compared: number; unchanged: number; readonly values: KeyTable; readonly before: number[]; readonly after: number[]}[];

  constructor(columns: readonly ChangedColumn[], key: {readonly before: readonly number[]; readonly after: readonly number[]} | null, rows: number) {
    this.#columns = columns;
    this.#key = key;
    this.#bits = Math.max(0, Math.ceil(Math.log2(Math.max(1, rows) / MOST_ROWS)));
    this.#known = columns.map(() => new KeyTable());
    this.#counts = columns.map(() => ({compared: 0, unchanged: 0, values: new KeyTable(), before: [], after: []}));
  }

  before(row: Row): void {
    if (this.#key === null) {
      for (const [i, {before}] of this.#columns.entries()) if (this.#hashOf(row[before]!) && this.#isTaken()) this.#known[i]!.add(this.#hash.high, this.#hash.low);
      return;
    }
    if (!this.#taken(row, this.#key.before)) return;
    const id = this.#rows.add(this.#hash.high, this.#hash.low);
    for (const [i, {before}] of this.#columns.entries()) {
      const at = (id * this.#columns.length + i) * 2;
      const given = this.#hashOf(row[before]!);
      this.#values[at] = given ? this.#hash.high : -1;
      this.#values[at + 1] = given ? this.#hash.low : -1;
    }
  }

  after(row: Row): void {
    let id = -1;
    if (this.#key !== null) {
      if (!this.#taken(row, this.#key.after)) return;
      id = this.#rows.find(this.#hash.high, this.#hash.low);
      if (id < 0) return;
    }
    for (const [i, {after}] of this.#columns.entries()) {
      if (!this.#hashOf(row[after]!)) continue;
      const {high, low} = this.#hash;
      const counts = this.#counts[i]!;
      if (this.#key === null) {
        if (!this.#isTaken()) continue;
        counts.compared++;
        if (this.#known[i]!.find(high, low) >= 0) counts.unchanged++;
        continue;
      }
      const at = (id * this.#columns.length + i) * 2;
      const [wasHigh, wasLow] = [this.#values[at]!, this.#values[at + 1]!];
      if (wasHigh < 0) continue;
      counts.compared++;
      if (wasHigh === high && wasLow === low) counts.unchanged++;
      tally(counts.values, counts.before, wasHigh, wasLow);
      tally(counts.values, counts.after, high, low);
    }
  }

  result(): ChangedValues[] {
    return this.#columns.map(({name}, i) => {
      const {compared, unchanged, before, after} = this.#counts[i]!;
      let pairs = 0;
      for (const [id, count] of before.entries()) pairs += (count ?? 0) * (after[id] ?? 0);
      return {
        column: name, by: this.#key === null ? 'values' : 'keys', oneIn: 2 ** this.#bits, compared, unchanged,
        chance: this.#key === null ? null : compared === 0 ? 0 : pairs / compared,
      };
    });
  }

  /** Whether this row is compared; its key is hashed then. */
  #taken(row: Row, positions: readonly number[]): boolean {
    this.#hasher.hash(JSON.stringify(positions.map(at => textOf(row[at]!))), this.#hash);
    return this.#isTaken();
  }

  #isTaken(): boolean {
    return this.#bits === 0 || this.#hash.low >>> 32 - this.#bits === 0;
  }

  #hashOf(value: Value): boolean {
    const text = textOf(value);
    if (text === null) return false;
    this.#hasher.hash(text, this.#hash);
    return true;
  }
}

/** The text of a value: what is written alike is alike, whatever its type became. */
export function textOf(value: Value): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value);
}

function tally(values: KeyTable, counts: number[], high: number, low: number): void {
  const id = values.add(high, low);
  counts[id] = (counts[id] ?? 0) + 1;
}

/** More unchanged values than chance explains: three standard deviations above what is to be expected, and one. */
export const isTooMany = ({unchanged, chance}: ChangedValues): boolean => chance !== null && unchanged > chance + 3 * Math.sqrt(chance) + 1;
