import {assert, type Place, type Row} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import {Inserter, type InsertPlan} from './inserter.ts';
import {LAST_ROWID, placeOf, type Interval} from './places.ts';
import {quote} from './quote.ts';
import {pagingOf} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';

/** Inserts the rows of one table so that each batch has a place of its own, where that is possible. */
export interface Placing {
  /** `ordinal` is that of the first row in the run. Null when these rows have no place of their own. */
  insert(rows: readonly Row[], ordinal: number): Place | null;
  /** These rowids belong, or belonged, to somebody: no new row gets one of them. */
  avoid(intervals: readonly Interval[]): void;
  /** About the bytes of the largest row so far. */
  readonly largestRow: number;
}

export function placingOf(db: Database, plan: TablePlan, insert: InsertPlan): Placing {
  const paging = pagingOf(plan, []);
  if (paging.by !== 'rowid') return unplaced(db, insert);
  if (plan.alias === null) return new CountedRowids(db, paging.name, insert);
  return plan.schema.order === 'key' ? new KeyRowids(db, paging.name, plan.alias, insert) : unplaced(db, insert);
}

function unplaced(db: Database, plan: InsertPlan): Placing {
  const inserter = new Inserter(db, plan);
  return {
    insert(rows, ordinal) {
      inserter.insert(rows, 0, rows.length, ordinal);
      return null;
    },
    avoid() {},
    get largestRow() {
      return inserter.largestRow;
    },
  };
}

/**
 * Rowids that count up. SQLite gives the one behind the last row of the table, so that rowids of rows
 * removed there come again: then the first row of the batch is told another one.
 */
class CountedRowids implements Placing {
  readonly #db: Database;
  readonly #plan: InsertPlan;
  readonly #rowid: string;
  readonly #inserter: Inserter;
  readonly #last: Statement;
  readonly #given: Statement;
  #withRowid: Inserter | null = null;
  /** All rowids up to this one were given to somebody. */
  #taken = 0n;

  constructor(db: Database, rowid: string, plan: InsertPlan) {
    this.#db = db;
    this.#plan = plan;
    this.#rowid = rowid;
    this.#inserter = new Inserter(db, plan);
    this.#last = lastRowid(db, rowid, plan.target);
    this.#given = db.prepare('SELECT last_insert_rowid()').pluck().safeIntegers();
  }

  insert(rows: readonly Row[], ordinal: number): Place | null {
    const count = BigInt(rows.length);
    if (count === 0n) return placeOf([]);
    const last = (this.#last.get() as bigint | null) ?? 0n;
    const taken = last > this.#taken ? last : this.#taken;
    // Behind the very last rowid SQLite picks free ones at random.
    if (taken > LAST_ROWID - count) {
      this.#inserter.insert(rows, 0, rows.length, ordinal);
      return null;
    }
    const told = taken === last ? 0 : 1;
    if (told === 1) this.#tell(rows[0]!, taken + 1n, ordinal);
    this.#inserter.insert(rows, told, rows.length, ordinal + told);
    this.#taken = taken + count;
    assert(this.#given.get() === this.#taken, 'SQLite counts rowids up');
    return placeOf([{from: taken + 1n, to: this.#taken}]);
  }

  avoid(intervals: readonly Interval[]): void {
    for (const {to} of intervals) if (to > this.#taken) this.#taken = to;
  }

  get largestRow(): number {
    return Math.max(this.#inserter.largestRow, this.#withRowid?.largestRow ?? 0);
  }

  #tell(row: Row, rowid: bigint, ordinal: number): void {
    const {columns} = this.#plan;
    this.#withRowid ??= new Inserter(this.#db, {...this.#plan, columns: [...columns, {name: this.#rowid, at: columns.length, nullable: false, storage: 'integer'}]});
    this.#withRowid.insert([[...row, rowid]], 0, 1, ordinal);
  }
}

/**
 * Rowids that are the primary key: the place of a batch reaches from its first key to its last. That
 * holds nobody else's rows as long as keys ascend from batch to batch and, among rows that stayed, a
 * batch fills a gap; the first time they do not, the table has no places any more.
 */
class KeyRowids implements Placing {
  readonly #alias: number;
  readonly #inserter: Inserter;
  readonly #last: Statement;
  readonly #within: Statement;
  #written: number | bigint | null = null;
  #broken = false;

  constructor(db: Database, rowid: string, alias: number, plan: InsertPlan) {
    this.#alias = alias;
    this.#inserter = new Inserter(db, plan);
    this.#last = lastRowid(db, rowid, plan.target);
    this.#within = db.prepare(`SELECT count(*) FROM ${quote(plan.target)} WHERE ${rowid} BETWEEN ? AND ?`).pluck();
  }

  insert(rows: readonly Row[], ordinal: number): Place | null {
    if (rows.length === 0) return this.#broken ? null : placeOf([]);
    const last = this.#broken ? null : this.#last.get() as bigint | null;
    this.#inserter.insert(rows, 0, rows.length, ordinal);
    if (this.#broken || !this.#ascend(rows)) {
      this.#broken = true;
      return null;
    }
    const from = BigInt(rows[0]![this.#alias] as number | bigint);
    const to = BigInt(rows.at(-1)![this.#alias] as number | bigint);
    const behindAll = last === null || from > last;
    this.#broken = !behindAll && this.#within.get(from, to) !== rows.length;
    return this.#broken ? null : placeOf([{from, to}]);
  }

  avoid(): void {}

  get largestRow(): number {
    return this.#inserter.largestRow;
  }

  #ascend(rows: readonly Row[]): boolean {
    let before = this.#written;
    for (const row of rows) {
      const key = row[this.#alias] as number | bigint;
      if (before !== null && key <= before) return false;
      before = key;
    }
    this.#written = before;
    return true;
  }
}

function lastRowid(db: Database, rowid: string, table: string): Statement {
  return db.prepare(`SELECT max(${rowid}) FROM ${quote(table)}`).pluck().safeIntegers();
}
