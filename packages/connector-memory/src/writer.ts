import {assert, ErrorCode, Fitting, PipelineError} from '@sluice/core';
import type {Adjustment, Batch, Fitted, Operation, Position, Row, Schema, TableLossRules, Writer} from '@sluice/core';
import {keyReader} from './key.ts';

/** A row on its way, and what is to become of it. */
export interface Change {
  readonly row: Row;
  readonly op: Operation;
}

/** What a writer needs of its load. */
export interface WriterTarget {
  readonly schema: Schema;
  readonly resumeAfter: Position | null;
  readonly startsEmpty: boolean | undefined;
  /** Rows that are there and must not be there twice; null for `upsert`. */
  readonly taken: readonly Row[] | null;
  /** What becomes of values that cannot be held. */
  readonly losses: TableLossRules | undefined;
  /** Throws CONNECT, or the signal's reason. */
  reach(): void;
  /** Makes the changes and the position durable, at once. */
  commit(changes: readonly Change[], position: Position | null): void;
}

/** Holds rows until they are committed. Bound: all rows since the last commit, by reference. */
export class MemoryWriter implements Writer {
  readonly resumeAfter: Position | null;
  readonly startsEmpty: boolean | undefined;
  readonly order = 'written';
  readonly #fitting: Fitting;
  readonly #target: WriterTarget;
  readonly #keyOf: ((row: Row) => string) | null;
  /** Keys a row may not have; null when rows replace each other. */
  readonly #taken: Set<string> | null;
  #changes: Change[] = [];
  #rows = 0;
  #open = true;

  constructor(target: WriterTarget) {
    this.#target = target;
    this.resumeAfter = target.resumeAfter;
    this.startsEmpty = target.startsEmpty;
    this.#keyOf = keyReader(target.schema);
    const {schema: {table, columns}, losses} = target;
    this.#fitting = new Fitting(table, columns.flatMap(({name, nullable}, at) => losses?.has(name) ? [{at, name, nullable, rewrite: null}] : []), losses);
    this.#taken = this.#keyOf && target.taken && new Set(target.taken.map(this.#keyOf));
  }

  get adjustments(): readonly Adjustment[] {
    return this.#fitting.adjustments;
  }

  /** Memory holds every value as it is, but for NULL where the column allows none: `write` refuses it where no rule says otherwise. */
  fit(batch: Batch): Fitted {
    return this.#fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    this.#ready();
    const upsert = this.#target.taken === null;
    const keys = new Set<string>();
    const changes = rows.map((row, i): Change => {
      const op = ops?.[i] ?? 'insert';
      assert(upsert || op === 'insert', 'only an upsert load updates and deletes');
      if (op !== 'delete') this.#checkNulls(row, i);
      if (this.#taken) this.#checkKey(row, i, keys);
      return {row, op};
    });
    for (const key of keys) this.#taken!.add(key);
    for (const change of changes) this.#changes.push(change);
    this.#rows += rows.length;
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    this.#ready();
    this.#target.commit(this.#changes, position);
    const rows = this.#changes.length;
    this.#changes = [];
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    this.#changes = [];
  }

  #ready(): void {
    assert(this.#open, 'the writer is open');
    this.#target.reach();
  }

  #checkNulls(row: Row, index: number): void {
    const {columns} = this.#target.schema;
    assert(row.length === columns.length, 'a row has a value for each column');
    const bad = columns.find(({nullable}, i) => row[i] === null && !nullable);
    if (bad) throw this.#refusal('null in a column that is not nullable', index, bad.name);
  }

  #checkKey(row: Row, index: number, keys: Set<string>): void {
    const key = this.#keyOf!(row);
    if (this.#taken!.has(key) || keys.has(key)) throw this.#refusal('the primary key is there already', index);
    keys.add(key);
  }

  #refusal(message: string, index: number, column?: string): PipelineError {
    return new PipelineError(ErrorCode.VALUE, message, {
      table: this.#target.schema.table, row: this.#rows + index, ...(column !== undefined && {column}),
    });
  }
}
