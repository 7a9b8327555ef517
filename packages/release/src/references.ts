import type {Row, Schema} from '@sluice/core';
import {KeyTable} from '@sluice/disclosure-risk';
import {textOf} from './changed-values.ts';
import {SipHasher, type KeyedHash} from './siphash.ts';

export interface UniqueCheck {
  readonly table: string;
  readonly columns: readonly string[];
  /** Rows whose key another row has, too. */
  readonly duplicates: number;
}

export interface ReferenceCheck {
  readonly table: string;
  readonly columns: readonly string[];
  readonly references: string;
  readonly referencedColumns: readonly string[];
  /** Distinct keys that point to no row; null when they were not counted. */
  readonly orphans: number | null;
}

interface KeySet {
  readonly table: string;
  readonly columns: readonly string[];
  readonly positions: readonly number[];
  readonly keys: KeyTable;
  readonly words: number[];
  rows: number;
  overflowed: boolean;
}

/** Distinct keys of one set of columns that are kept, at about 40 bytes each. */
const MOST_KEYS = 10_000_000;

/** Counts, in what was written, keys that are there twice and references to what is not there. */
export class References {
  readonly #hasher = new SipHasher();
  readonly #hash: KeyedHash = {high: 0, low: 0};
  readonly #uniques: KeySet[] = [];
  readonly #references: {readonly own: KeySet; readonly table: string; readonly columns: readonly string[]; readonly referenced: KeySet | null}[] = [];
  readonly #byTable = new Map<string, KeySet[]>();

  /** `schemas`: the tables as they are written. */
  constructor(schemas: readonly Schema[]) {
    for (const {table, primaryKey, indexes = []} of schemas) {
      const plain = indexes.filter(({unique, parts}) => unique && parts.every(part => part.column !== null && part.prefix === undefined)).map(({parts}) => parts.map(part => part.column!));
      for (const columns of [...primaryKey.length > 0 ? [primaryKey] : [], ...plain]) {
        const set = this.#set(schemas, table, columns);
        if (set) this.#uniques.push(set);
      }
    }
    for (const {table, foreignKeys = []} of schemas) {
      for (const {columns, table: to, referencedColumns} of foreignKeys) {
        const own = this.#set(schemas, table, columns);
        if (own) this.#references.push({own, table: to, columns: referencedColumns, referenced: this.#set(schemas, to, referencedColumns)});
      }
    }
  }

  #set(schemas: readonly Schema[], table: string, columns: readonly string[]): KeySet | null {
    const known = this.#byTable.get(table)?.find(set => set.columns.join('\n') === columns.join('\n'));
    if (known) return known;
    const positions = columns.map(name => schemas.find(schema => schema.table === table)?.columns.findIndex(column => column.name === name) ?? -1);
    if (positions.includes(-1)) return null;
    const set: KeySet = {table, columns, positions, keys: new KeyTable(), words: [], rows: 0, overflowed: false};
    this.#byTable.set(table, [...this.#byTable.get(table) ?? [], set]);
    return set;
  }

  add(table: string, row: Row): void {
    for (const set of this.#byTable.get(table) ?? []) {
      const parts = set.positions.map(at => textOf(row[at]!));
      if (parts.includes(null) || set.overflowed) continue;
      if (set.keys.size >= MOST_KEYS) {
        set.overflowed = true;
        continue;
      }
      set.rows++;
      this.#hasher.hash(JSON.stringify(parts), this.#hash);
      const before = set.keys.size;
      const {high, low} = this.#hash;
      if (set.keys.add(high, low) === before) set.words.push(high, low);
    }
  }

  uniques(): UniqueCheck[] {
    return this.#uniques.filter(({overflowed}) => !overflowed).map(({table, columns, rows, keys}) => ({table, columns, duplicates: rows - keys.size}));
  }

  references(): ReferenceCheck[] {
    return this.#references.map(({own, table, columns, referenced}) => ({
      table: own.table, columns: own.columns, references: table, referencedColumns: columns,
      orphans: referenced === null || own.overflowed || referenced.overflowed ? null : orphansOf(own, referenced),
    }));
  }
}

function orphansOf({words}: KeySet, {keys}: KeySet): number {
  let orphans = 0;
  for (let i = 0; i < words.length; i += 2) if (keys.find(words[i]!, words[i + 1]!) < 0) orphans++;
  return orphans;
}
