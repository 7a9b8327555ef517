import {assert, must, type Batch, type Load, type Omission, type Position, type Published, type Schema, type TargetPlan, type Writer} from '@sluice/core';
import Database from 'better-sqlite3';
import {binderOf} from './bind.ts';
import {createTable, noParts} from './ddl.ts';
import {classify} from './errors.ts';
import {finishTables} from './finish.ts';
import {Fitting} from './fitting.ts';
import {Inserter} from './inserter.ts';
import {holdStill} from './live-file.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';
import {readTableBack, type ReadBackLimits} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';
import {publishPart, removePart, type TargetFile} from './target-file.ts';

export interface ReplaceSetup {
  readonly db: Database.Database;
  readonly part: string;
  readonly target: TargetFile;
  readonly plan: LoadPlan;
  readonly mode: number;
  readonly archiveDirectory: string;
  readonly now: () => Date;
}

/** What is known of a table's batches: pages read back of that many rows stay within the same bound. */
interface Loaded {
  smallestBatch: number;
}

/** Builds a file beside the live one. */
export class ReplaceLoad implements Load {
  readonly target: TargetPlan;
  readonly #setup: ReplaceSetup;
  readonly #loaded = new Map<string, Loaded>();
  #state: 'loading' | 'finished' | 'published' | 'disposed' = 'loading';
  #writing = false;

  constructor(setup: ReplaceSetup) {
    this.target = setup.plan.target;
    this.#setup = setup;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    signal.throwIfAborted();
    assert(this.#state === 'loading' && !this.#writing, 'one writer at a time, before finish');
    const {db, target} = this.#setup;
    const plan = this.#planOf(schema);
    try {
      // A table that is opened again starts anew: nothing of the first try stays.
      db.exec(`BEGIN; DROP TABLE IF EXISTS ${quote(plan.name)}; ${createTable(plan, noParts)}; COMMIT; BEGIN`);
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw classify(error, {file: target.named, table: schema.table});
    }
    const loaded: Loaded = {smallestBatch: Infinity};
    this.#loaded.set(schema.table, loaded);
    this.#writing = true;
    return new ReplaceWriter(db, target.named, plan, loaded, signal, () => { this.#writing = false; });
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    assert(this.#state === 'loading' && !this.#writing, 'every writer is disposed before finish');
    const {db, plan, target} = this.#setup;
    try {
      for (const table of plan.tables) {
        if (!this.#loaded.has(table.schema.table)) db.exec(`DROP TABLE IF EXISTS ${quote(table.name)}; ${createTable(table, noParts)}`);
      }
      const omissions = finishTables(db, plan, signal);
      // Readers may come in now. The shared lock stays until the end: it tells the next run that this one lives.
      db.pragma('locking_mode = NORMAL');
      db.exec('BEGIN');
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      this.#state = 'finished';
      return omissions;
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  async *readBack(schema: Schema, limits: ReadBackLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    assert(this.#state === 'finished', 'a table is read back after finish');
    const {part, target} = this.#setup;
    const smallest = this.#loaded.get(schema.table)?.smallestBatch ?? Infinity;
    const maxRowBytes = smallest >= limits.maxRows ? 0 : Math.floor(limits.maxBytes / smallest);
    yield* readTableBack({file: part, named: target.named, plan: this.#planOf(schema), schema, limits, maxRowBytes}, signal);
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    assert(this.#state === 'finished', 'a load is published once, after finish');
    const {db, part, target, mode, archiveDirectory, now} = this.#setup;
    try {
      using held = holdStill(target);
      if (db.inTransaction) db.exec('COMMIT');
      db.close();
      const {archived, bytes} = await publishPart({part, target, mode, archiveDirectory, now: now(), copy: held.copy});
      this.#state = 'published';
      return {bytes, ...(archived !== null && {archived})};
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'disposed') return;
    const published = this.#state === 'published';
    this.#state = 'disposed';
    this.#setup.db.close();
    if (!published) await removePart(this.#setup.part);
  }

  #planOf({table}: Schema): TablePlan {
    return must(this.#setup.plan.tables.find(({schema}) => schema.table === table), `table ${table} of the load`);
  }
}

class ReplaceWriter implements Writer {
  readonly resumeAfter = null;
  readonly order: 'written' | 'any';
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #table: string;
  readonly #fitting: Fitting;
  readonly #inserter: Inserter;
  readonly #loaded: Loaded;
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  #rows = 0;
  #committed = 0;
  #previousBatch = Infinity;
  #open = true;

  constructor(db: Database.Database, file: string, plan: TablePlan, loaded: Loaded, signal: AbortSignal, release: () => void) {
    // The rowid is the order of the writes, or the key where the key is the rowid.
    this.order = plan.alias === null || plan.schema.order === 'key' ? 'written' : 'any';
    this.#db = db;
    this.#file = file;
    this.#table = plan.schema.table;
    this.#fitting = new Fitting(plan);
    this.#inserter = new Inserter(db, insertPlan(file, plan));
    this.#loaded = loaded;
    this.#signal = signal;
    this.#release = release;
  }

  get adjustments() {
    return this.#fitting.adjustments;
  }

  fit(batch: Batch): void {
    this.#fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    this.#signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    assert(ops === undefined || ops.every(op => op === 'insert'), 'a replace load inserts only');
    this.#inserter.insert(rows, 0, rows.length, this.#rows);
    this.#rows += rows.length;
    // The last batch may be short for want of rows, so each counts once another follows.
    this.#loaded.smallestBatch = Math.min(this.#loaded.smallestBatch, this.#previousBatch);
    if (rows.length > 0) this.#previousBatch = rows.length;
  }

  async commit(_position: Position | null): Promise<{readonly rows: number}> {
    this.#signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    try {
      this.#db.exec('COMMIT; BEGIN');
    } catch (error) {
      throw classify(error, {file: this.#file, table: this.#table});
    }
    const rows = this.#rows - this.#committed;
    this.#committed = this.#rows;
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    if (this.#db.open && this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }
}

function insertPlan(file: string, plan: TablePlan) {
  return {
    file,
    table: plan.schema.table,
    target: plan.name,
    columns: plan.columns.map(({name, column, rule}, at) => ({name, at, nullable: column.nullable, bind: binderOf(rule.storage)})),
    conflict: '',
  };
}
