import {ErrorCode, PipelineError, type Row, type Value} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import {binderOf, type Binder, type Bound} from './bind.ts';
import {classify, codeOf} from './errors.ts';
import {quote} from './quote.ts';
import type {TablePlan} from './table-plan.ts';
import type {Storage} from './types.ts';

export interface InsertPlan {
  readonly file: string;
  /** The source's name of the table, for errors. */
  readonly table: string;
  readonly target: string;
  /** `at`: the position in the incoming row. */
  readonly columns: readonly {readonly name: string; readonly at: number; readonly nullable: boolean; readonly storage: Storage}[];
  /** Behind VALUES: the ON CONFLICT of an upsert. */
  readonly conflict: string;
}

/** Rows as they come into the table as it is planned. */
export function insertPlanOf(file: string, plan: TablePlan): InsertPlan {
  return {
    file,
    table: plan.schema.table,
    target: plan.name,
    columns: plan.columns.map(({name, column, rule}, at) => ({name, at, nullable: column.nullable, storage: rule.storage})),
    conflict: '',
  };
}

// Binding costs most, whatever the statement; 10 to 50 rows a statement are alike within 5 %
// (1M rows x 15 columns, better-sqlite3 12), so the statement is kept short instead.
const VARIABLES_PER_STATEMENT = 256;
const MAX_ROWS_PER_STATEMENT = 32;
const TURN_ROWS = 240;

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
  /** Columns whose values differ in size. */
  readonly #sized: readonly number[];
  #largestRow = 0;

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
    this.#converted = plan.columns.flatMap(({storage}, to) => {
      const bind = binderOf(storage);
      return bind === null ? [] : [{to, bind}];
    });
    this.#sized = plan.columns.flatMap(({storage}, to) => (storage === 'text' || storage === 'blob' || storage === 'any' ? [to] : []));
    this.#from = plan.columns.every(({at}, i) => at === i) ? null : plan.columns.map(({at}) => at);
  }

  /** Whole statements of a millisecond or two in all: after so many rows others may have their turn. */
  get rowsPerTurn(): number {
    return this.#perStatement * Math.ceil(TURN_ROWS / this.#perStatement);
  }

  /** About the bytes of the largest row so far: characters count as one. */
  get largestRow(): number {
    return this.#largestRow;
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
    const fixed = 8 * width;
    let to = 0;
    for (let i = first; i < first + count; i++) {
      const row = rows[i] as Bound[]; // those that cannot be bound as they are follow below
      if (from === null) for (let c = 0; c < width; c++) values[to + c] = row[c]!;
      else for (let c = 0; c < width; c++) values[to + c] = row[from[c]!]!;
      let size = fixed;
      for (let c = 0; c < this.#sized.length; c++) {
        const value = values[to + this.#sized[c]!]!;
        if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
      }
      if (size > this.#largestRow) this.#largestRow = size;
      for (const {to: at, bind} of this.#converted) values[to + at] = bind(values[to + at] as Value);
      to += width;
    }
  }

  #classified(cause: unknown, row: number, values?: Row): unknown {
    const {file, table, columns} = this.#plan;
    const place = {file, table, row};
    if (values === undefined) return classify(cause, place);
    if (codeOf(cause) === 'SQLITE_CONSTRAINT_NOTNULL') {
      const empty = columns.find(({at, nullable}) => !nullable && values[at] === null);
      return classify(cause, empty ? {...place, column: empty.name} : place);
    }
    const large = columns.find(({at, storage}) => storage !== 'unsigned' && isBeyond64(values[at]!));
    return large ? new PipelineError(ErrorCode.VALUE, 'an integer is beyond 64 bits', {table, row, column: large.name}) : classify(cause, place);
  }
}

function isBeyond64(value: Value): boolean {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) !== value;
}
