import {assert, must, type Batch, type Fitted, type Fitting, type Load, type LossRules, type Omission, type Position, type Published, type Row, type Schema, type TargetPlan, type Writer} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import {binderOf} from './bind.ts';
import {classify} from './errors.ts';
import {fittingOf} from './fitting.ts';
import {Inserter} from './inserter.ts';
import type {Layout} from './layout.ts';
import {POSITION_TABLE} from './naming.ts';
import type {LoadPlan} from './plan-load.ts';
import {addViews, isEmpty, prepareTable, readPosition} from './prepare-table.ts';
import {quote} from './quote.ts';
import {openReader, readTableBack, type ReadBackLimits} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';

export interface LiveSetup {
  readonly db: Database;
  /** The file's name for people. */
  readonly file: string;
  readonly path: string;
  readonly plan: LoadPlan;
  readonly upsert: boolean;
  readonly losses?: LossRules | undefined;
}

/** Writes into the live file; each commit is one transaction that holds rows and position. */
export class LiveLoad implements Load {
  readonly target: TargetPlan;
  readonly #setup: LiveSetup;
  #writer: LiveWriter | null = null;

  constructor(setup: LiveSetup) {
    this.target = setup.plan.target;
    this.#setup = setup;
    setup.db.pragma('foreign_keys = OFF');
    // Nothing of a deleted row stays readable in free pages.
    setup.db.pragma('secure_delete = ON');
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    signal.throwIfAborted();
    assert(!this.#writer?.isOpen, 'one writer at a time');
    const {db, file, upsert, losses} = this.#setup;
    const plan = this.#planOf(schema);
    try {
      db.exec('BEGIN IMMEDIATE');
      const layout = prepareTable(db, plan, upsert);
      const position = readPosition(db, schema.table);
      return this.#writer = new LiveWriter({db, file, plan, layout, upsert, fitting: fittingOf(plan, losses?.get(schema.table)), position, startsEmpty: isEmpty(db, plan.name), signal});
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw classify(error, {file, table: schema.table});
    }
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    await this.#writer?.[Symbol.asyncDispose]();
    const {db, file, plan} = this.#setup;
    try {
      return addViews(db, plan);
    } catch (error) {
      throw classify(error, {file});
    }
  }

  async *readBack(schema: Schema, limits: ReadBackLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const {path, file: named} = this.#setup;
    const reader = openReader(path, named);
    try {
      yield* readTableBack(reader, {named, plan: this.#planOf(schema), schema, limits, maxRowBytes: null}, signal);
    } finally {
      reader.close();
    }
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    return {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#setup.db.close();
  }

  #planOf({table}: Schema): TablePlan {
    return must(this.#setup.plan.tables.find(({schema}) => schema.table === table), `table ${table} of the load`);
  }
}

interface LiveWriterSetup {
  readonly db: Database;
  readonly file: string;
  readonly plan: TablePlan;
  readonly layout: Layout;
  readonly upsert: boolean;
  readonly fitting: Fitting;
  readonly position: Position | null;
  readonly startsEmpty: boolean;
  readonly signal: AbortSignal;
}

class LiveWriter implements Writer {
  readonly resumeAfter: Position | null;
  readonly startsEmpty: boolean;
  readonly order = 'any';
  readonly #setup: LiveWriterSetup;
  readonly #fitting: Fitting;
  readonly #inserter: Inserter;
  readonly #remember: Statement;
  readonly #forget: Statement;
  readonly #remove: Statement | null;
  readonly #key: readonly {readonly at: number; readonly bind: ReturnType<typeof binderOf>}[];
  #rows = 0;
  #committed = 0;
  #open = true;

  constructor(setup: LiveWriterSetup) {
    const {db, file, plan, layout, upsert, fitting, position} = setup;
    this.resumeAfter = position;
    this.startsEmpty = setup.startsEmpty;
    this.#setup = setup;
    this.#fitting = fitting;
    const nameOf = (key: string) => must(layout.columns.find(({plan: {name}}) => name === key), `key column ${key}`);
    const key = plan.primaryKey.map(nameOf);
    this.#inserter = new Inserter(db, {
      file, table: plan.schema.table, target: plan.name,
      columns: layout.columns.map(({plan: {column, rule}, name, at}) => ({name, at, nullable: column.nullable, storage: rule.storage})),
      conflict: upsert ? onConflict(key.map(({name}) => name), layout.columns.map(({name}) => name)) : '',
    });
    this.#key = key.map(({at, plan: {rule}}) => ({at, bind: binderOf(rule.storage)}));
    this.#remove = key.length === 0 ? null : db.prepare(`DELETE FROM ${quote(plan.name)} WHERE ${key.map(({name}) => `${quote(name)} = ?`).join(' AND ')}`);
    this.#remember = db.prepare(`INSERT OR REPLACE INTO ${quote(POSITION_TABLE)} ("table", position) VALUES (?, ?)`);
    this.#forget = db.prepare(`DELETE FROM ${quote(POSITION_TABLE)} WHERE "table" = ?`);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get adjustments() {
    return this.#fitting.adjustments;
  }

  fit(batch: Batch): Fitted {
    return this.#fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    const {db, file, plan, signal, upsert} = this.#setup;
    signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    assert(upsert || ops === undefined || ops.every(op => op === 'insert'), 'only an upsert load updates and deletes');
    try {
      if (!db.inTransaction) db.exec('BEGIN IMMEDIATE');
      if (ops === undefined) this.#inserter.insert(rows, 0, rows.length, this.#rows);
      else this.#apply(rows, ops);
    } catch (error) {
      throw classify(error, {file, table: plan.schema.table});
    }
    this.#rows += rows.length;
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    const {db, file, plan: {schema: {table}}, signal} = this.#setup;
    signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    try {
      if (!db.inTransaction) db.exec('BEGIN IMMEDIATE');
      if (position === null) this.#forget.run(table);
      else this.#remember.run(table, position);
      db.exec('COMMIT');
    } catch (error) {
      throw classify(error, {file, table});
    }
    const rows = this.#rows - this.#committed;
    this.#committed = this.#rows;
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const {db} = this.#setup;
    if (db.open && db.inTransaction) db.exec('ROLLBACK');
  }

  /** Stretches of inserts and updates go together; the order of operations on one key is kept. */
  #apply(rows: readonly Row[], ops: NonNullable<Batch['ops']>): void {
    let from = 0;
    for (let i = 0; i <= rows.length; i++) {
      if (i < rows.length && ops[i] !== 'delete') continue;
      this.#inserter.insert(rows, from, i, this.#rows + from);
      from = i + 1;
      if (i === rows.length) break;
      const row = rows[i]!;
      must(this.#remove, 'a primary key to delete by').run(this.#key.map(({at, bind}) => (bind === null ? row[at] : bind(row[at]!))));
    }
  }
}

/** All columns, the key's too: a key that NOCASE takes for the same may be written in other letters. */
function onConflict(key: readonly string[], columns: readonly string[]): string {
  return ` ON CONFLICT (${key.map(quote).join(', ')}) DO UPDATE SET ${columns.map(name => `${quote(name)} = excluded.${quote(name)}`).join(', ')}`;
}
