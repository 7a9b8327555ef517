import {assert, type Adjustment, type Batch, type Fitted, type Fitting, type Place, type RefreshWriter, type TableLossRules} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {classify} from './errors.ts';
import {fittingOf} from './fitting.ts';
import {insertPlanOf} from './inserter.ts';
import {FIRST_ROWID, intervalsOf, joined, LAST_ROWID, type Interval} from './places.ts';
import {placingOf, type Placing} from './placing.ts';
import {quote} from './quote.ts';
import {pagingOf} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';

/** Writes one table of the file that a refresh load builds; each commit is one transaction. */
export class SqliteRefreshWriter implements RefreshWriter {
  readonly #db: Database;
  readonly #file: string;
  readonly #plan: TablePlan;
  readonly #signal: AbortSignal;
  readonly #fitting: Fitting;
  readonly #placing: Placing;
  #rows = 0;
  #open = true;

  constructor(db: Database, file: string, plan: TablePlan, rules: TableLossRules | undefined, signal: AbortSignal) {
    this.#db = db;
    this.#file = file;
    this.#plan = plan;
    this.#signal = signal;
    this.#fitting = fittingOf(plan, rules);
    this.#placing = placingOf(db, plan, insertPlanOf(file, plan));
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** About the bytes of the largest row that it wrote. */
  get largestRow(): number {
    return this.#placing.largestRow;
  }

  get adjustments(): readonly Adjustment[] {
    return this.#fitting.adjustments;
  }

  fit(batch: Batch): Fitted {
    return this.#fitting.fit(batch, this.#rows);
  }

  async remove(places: readonly Place[]): Promise<number> {
    return this.#transacted(() => this.#delete(joined(this.#known(places))));
  }

  async retain(places: readonly Place[]): Promise<number> {
    return this.#transacted(() => {
      const stay = joined(this.#known(places));
      if (stay.length === 0) return this.#db.prepare(`DELETE FROM ${quote(this.#plan.name)}`).run().changes;
      const gaps: Interval[] = [];
      let from = FIRST_ROWID;
      for (const interval of stay) {
        if (interval.from > from) gaps.push({from, to: interval.from - 1n});
        from = interval.to + 1n;
      }
      if (from <= LAST_ROWID) gaps.push({from, to: LAST_ROWID});
      return this.#delete(gaps);
    });
  }

  async write({rows, ops}: Batch): Promise<Place | null> {
    assert(ops === undefined || ops.every(op => op === 'insert'), 'a refresh load inserts only');
    return this.#transacted(() => {
      const place = this.#placing.insert(rows, this.#rows);
      this.#rows += rows.length;
      return place;
    });
  }

  async commit(): Promise<void> {
    this.#signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    try {
      if (this.#db.inTransaction) this.#db.exec('COMMIT');
    } catch (error) {
      throw classify(error, {file: this.#file, table: this.#plan.schema.table});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    if (this.#db.open && this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }

  /** The rowids of the places; no new row gets one of them, be they removed or, after a crash, never written. */
  #known(places: readonly Place[]): Interval[] {
    const intervals = places.flatMap(intervalsOf);
    this.#placing.avoid(intervals);
    return intervals;
  }

  #delete(intervals: readonly Interval[]): number {
    const {name} = this.#plan;
    const paging = pagingOf(this.#plan, []);
    assert(paging.by === 'rowid', 'a table with places has rowids');
    const statement = this.#db.prepare(`DELETE FROM ${quote(name)} WHERE ${paging.name} BETWEEN ? AND ?`);
    let rows = 0;
    for (const {from, to} of intervals) rows += statement.run(from, to).changes;
    return rows;
  }

  #transacted<T>(work: () => T): T {
    this.#signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    try {
      if (!this.#db.inTransaction) this.#db.exec('BEGIN IMMEDIATE');
      return work();
    } catch (error) {
      throw classify(error, {file: this.#file, table: this.#plan.schema.table});
    }
  }
}
