import {must, type MergedRows} from '@sluice/core';

type Change = Exclude<keyof MergedRows, 'table'>;

/** Counts what becomes of the rows of live tables while a load is brought into them. */
export class MergeTally {
  readonly #tables: ReadonlyMap<string, Record<Change, number>>;

  constructor(tables: readonly {readonly schema: {readonly table: string}}[]) {
    this.#tables = new Map(tables.map(({schema: {table}}) => [table, {inserted: 0, updated: 0, deleted: 0}]));
  }

  /** Of a table, by its name in the load's catalog. */
  add(table: string, change: Change, rows: number): void {
    must(this.#tables.get(table), 'a table of the load')[change] += rows;
  }

  get merged(): readonly MergedRows[] {
    return [...this.#tables].map(([table, changes]) => ({table, ...changes}));
  }
}
