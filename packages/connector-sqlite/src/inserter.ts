import {ErrorCode, PipelineError, type Row, type Value} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import type {Binder, Bound} from './bind.ts';
import {classify, codeOf} from './errors.ts';
import {quote} from './quote.ts';

export interface InsertPlan {
  readonly file: string;
  /** The source's name of the table, for errors. */
  readonly table: string;
  readonly target: string;
  /** `at`: the position in the incoming row. */
  readonly columns: readonly {readonly name: string; readonly at: number; readonly nullable: boolean; readonly bind: Binder}[];
  /** Behind VALUES: the ON CONFLICT of an upsert. */
  readonly conflict: string;
}

// Binding costs most, whatever the statement; 10 to 50 rows a statement are alike within 5 %
// (1M rows x 15 columns, better-sqlite3 12), so the statement is kept short instead.
const VARIABLES_PER_STATEMENT = 256;
const MAX_ROWS_PER_STATEMENT = 32;

/** Inserts rows many to a statement. Bound: the values of one statement, by reference. */
export class Inserter {
  readonly #plan: InsertPlan;
  readonly #one: Statement;
  readonly #many: Statement;
  readonly #perStatement: number;
  /** Reused by every full statement. */
  readonly #values: Bound[];
  readonly #single: Bound[];
  readonly #converted: readonly {readonly to: number; readonly bind: NonNullable<Binder>}[];
  readonly #from: readonly number[] | null;

  constructor(db: Database, plan: InsertPlan) {
    this.#plan = plan;
    const width = plan.columns.length;
    this.#perStatement = Math.max(1, Math.min(MAX_ROWS_PER_STATEMENT, Math.floor(VARIABLES_PER_STATEMENT / width)));
    const into = `INSERT INTO ${quote(plan.target)} (${plan.columns.map(({name}) => quote(name)).join(', ')}) VALUES `;
    const tuple = `(${new Array<string>(width).fill('?').join(',')})`;
    const prepare = (rows: number) => db.prepare(into + new Array<string>(rows).fill(tuple).join(',') + plan.conflict);
    this.#one = prepare(1);
    this.#many = this.#perStatement === 1 ? this.#one : prepare(this.#perStatement);
    this.#values = new Array<Bound>(width * this.#perStatement).fill(null);
    this.#single = new Array<Bound>(width).fill(null);
    this.#converted = plan.columns.flatMap(({bind}, to) => (bind === null ? [] : [{to, bind}]));
    this.#from = plan.columns.every(({at}, i) => at === i) ? null : plan.columns.map(({at}) => at);
  }

  /** Inserts rows [from, to). `ordinal` is that of the first row in the run. Throws VALUE with the row that is refused. */
  insert(rows: readonly Row[], from: number, to: number, ordinal: number): void {
    const n = this.#perStatement;
    let i = from;
    for (; i + n <= to; i += n) {
      this.#fill(this.#values, rows, i, n);
      try {
        this.#many.run(this.#values);
      } catch (cause) {
        if (codeOf(cause) === null) throw cause;
        // SQLite took back the whole statement: one by one, they show which row it was.
        this.#singly(rows, i, i + n, ordinal + i - from);
        throw this.#classified(cause, ordinal + i - from);
      }
    }
    this.#singly(rows, i, to, ordinal + i - from);
  }

  #singly(rows: readonly Row[], from: number, to: number, ordinal: number): void {
    for (let i = from; i < to; i++) {
      this.#fill(this.#single, rows, i, 1);
      try {
        this.#one.run(this.#single);
      } catch (cause) {
        throw this.#classified(cause, ordinal + i - from, rows[i]);
      }
    }
  }

  #fill(values: Bound[], rows: readonly Row[], first: number, count: number): void {
    const {columns} = this.#plan;
    const width = columns.length;
    const from = this.#from;
    let to = 0;
    for (let i = first; i < first + count; i++) {
      const row = rows[i] as Bound[]; // those that cannot be bound as they are follow below
      if (from === null) for (let c = 0; c < width; c++) values[to + c] = row[c]!;
      else for (let c = 0; c < width; c++) values[to + c] = row[from[c]!]!;
      for (const {to: at, bind} of this.#converted) values[to + at] = bind(values[to + at] as Value);
      to += width;
    }
  }

  #classified(cause: unknown, row: number, values?: Row): unknown {
    const {file, table, columns} = this.#plan;
    const error = classify(cause, {file, table, row});
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.VALUE || values === undefined) return error;
    const empty = codeOf(cause) === 'SQLITE_CONSTRAINT_NOTNULL' ? columns.find(({at, nullable}) => !nullable && values[at] === null) : undefined;
    return empty ? classify(cause, {file, table, row, column: empty.name}) : error;
  }
}
