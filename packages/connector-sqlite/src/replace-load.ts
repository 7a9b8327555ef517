import {setImmediate} from 'node:timers/promises';
import {
  assert, must, type Batch, type Fitted, type Fitting, type Load, type LossRules, type Omission, type Position, type Published, type RowOrder, type Schema, type TableDigest, type TargetPlan, type Writer,
} from '@sluice/core';
import {RUN_ROWS} from '@sluice/checksum';
import type Database from 'better-sqlite3';
import {digestThreads, threadsWork} from './digest-threads.ts';
import {createTable, noParts} from './ddl.ts';
import {classify} from './errors.ts';
import {finishTables} from './finish.ts';
import {fittingOf} from './fitting.ts';
import {Inserter, insertPlanOf} from './inserter.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';
import {openReader, pagingOf, readTableBack, type ReadBackLimits} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';
import type {PartFile} from './part-file.ts';
import {publishLoad} from './publish-load.ts';
import type {TargetFile} from './target-file.ts';

export interface ReplaceSetup {
  readonly db: Database.Database;
  readonly part: PartFile;
  readonly target: TargetFile;
  readonly plan: LoadPlan;
  readonly losses: LossRules | undefined;
  readonly archiveDirectory: string;
  readonly now: () => Date;
}

/** Builds a file beside the live one. */
export class ReplaceLoad implements Load {
  readonly target: TargetPlan;
  readonly #setup: ReplaceSetup;
  /** By table; they know the largest row. */
  readonly #writers = new Map<string, ReplaceWriter>();
  #writer: ReplaceWriter | null = null;
  #reader: Database.Database | null = null;
  #state: 'loading' | 'finished' | 'published' | 'disposed' = 'loading';

  constructor(setup: ReplaceSetup) {
    this.target = setup.plan.target;
    this.#setup = setup;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    signal.throwIfAborted();
    assert(this.#state === 'loading' && !this.#writer?.isOpen, 'one writer at a time, before finish');
    const {db, target, losses} = this.#setup;
    const plan = this.#planOf(schema);
    try {
      // A table that is opened again starts anew: nothing of the first try stays.
      db.exec(`BEGIN; DROP TABLE IF EXISTS ${quote(plan.name)}; ${createTable(plan, noParts)}; COMMIT; BEGIN`);
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw classify(error, {file: target.named, table: schema.table});
    }
    this.#writer = new ReplaceWriter(db, target.named, plan, fittingOf(plan, losses?.get(schema.table)), signal);
    this.#writers.set(schema.table, this.#writer);
    return this.#writer;
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    assert(this.#state === 'loading', 'a load is finished once');
    await this.#writer?.[Symbol.asyncDispose]();
    const {db, plan, target} = this.#setup;
    try {
      for (const table of plan.tables) {
        if (!this.#writers.has(table.schema.table)) db.exec(`DROP TABLE IF EXISTS ${quote(table.name)}; ${createTable(table, noParts)}`);
      }
      const omissions = finishTables(db, plan, signal);
      db.close(); // its cache goes, too: what follows reads
      this.#state = 'finished';
      return omissions;
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  async *readBack(schema: Schema, limits: ReadBackLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    assert(this.#state === 'loading' || this.#state === 'finished', 'a table is read back before it is published');
    const {part, target} = this.#setup;
    const maxRowBytes = this.#writers.get(schema.table)?.largestRow ?? null;
    // One connection for all tables: opening one reads the whole schema, 35 ms for 900 tables.
    this.#reader ??= openReader(part.path, target.named);
    yield* readTableBack(this.#reader, {named: target.named, plan: this.#planOf(schema), schema, limits, maxRowBytes}, signal);
  }

  async digestBack(
    schema: Schema, order: RowOrder, limits: ReadBackLimits, signal: AbortSignal, onRows: (rows: number) => void,
  ): Promise<TableDigest | null> {
    signal.throwIfAborted();
    const writer = this.#writers.get(schema.table);
    const plan = this.#planOf(schema);
    const middle = writer?.middle() ?? null;
    const paging = pagingOf(plan, plan.columns.map(({name}) => name));
    if (!threadsWork || order !== 'written' || !writer || middle === null || paging.by !== 'rowid') return null;
    const {part, target} = this.#setup;
    const columns = plan.columns.map(({name, column, rule}) => ({name, column, storage: rule.storage}));
    const common = {file: part.path, table: plan.name, columns, paging, maxRows: Math.min(limits.maxRows, PAGE_ROWS), maxBytes: limits.maxBytes, maxRowBytes: writer.largestRow};
    return await digestThreads([{...common, after: null, until: middle}, {...common, after: middle, until: null}], target.named, schema.table, signal, onRows);
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    assert(this.#state === 'finished', 'a load is published once, after finish');
    this.#reader?.close();
    const published = await publishLoad(this.#setup);
    this.#state = 'published';
    return published;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'disposed') return;
    const published = this.#state === 'published';
    this.#state = 'disposed';
    const {db, part} = this.#setup;
    db.close();
    this.#reader?.close();
    await part.remove(!published);
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
  readonly #signal: AbortSignal;
  /** Rowids of the rows that end every so many runs: where the table can be cut in two. */
  readonly #marks: bigint[] = [];
  readonly #alias: number | null;
  #rows = 0;
  #committed = 0;
  #open = true;

  constructor(db: Database.Database, file: string, plan: TablePlan, fitting: Fitting, signal: AbortSignal) {
    // The rowid is the order of the writes, or the key where the key is the rowid.
    this.order = plan.alias === null || plan.schema.order === 'key' ? 'written' : 'any';
    this.#alias = plan.alias;
    this.#db = db;
    this.#file = file;
    this.#table = plan.schema.table;
    this.#fitting = fitting;
    this.#inserter = new Inserter(db, insertPlanOf(file, plan));
    this.#signal = signal;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get largestRow(): number {
    return this.#inserter.largestRow;
  }

  /** The rowid that ends the first half, at the end of a run; null when the table is too short to be cut: a half then is read sooner than a thread starts. */
  middle(): bigint | null {
    return this.#rows < 2 * MARK_ROWS ? null : this.#marks[Math.ceil(this.#rows / 2 / MARK_ROWS) - 1] ?? null;
  }

  get adjustments() {
    return this.#fitting.adjustments;
  }

  fit(batch: Batch): Fitted {
    return this.#fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    this.#signal.throwIfAborted();
    assert(this.#open, 'the writer is open');
    assert(ops === undefined || ops.every(op => op === 'insert'), 'a replace load inserts only');
    const piece = this.#inserter.rowsPerTurn;
    for (let from = 0; from < rows.length; from += piece) {
      // While rows go in, those of the next batch come: a socket holds less than a batch, and whoever fills it would wait.
      if (from > 0) {
        await setImmediate();
        this.#signal.throwIfAborted();
        assert(this.#open, 'the writer is open');
      }
      this.#inserter.insert(rows, from, Math.min(from + piece, rows.length), this.#rows + from);
    }
    for (let next = (this.#marks.length + 1) * MARK_ROWS; next <= this.#rows + rows.length; next += MARK_ROWS) {
      const last = rows[next - this.#rows - 1]!;
      // Without an alias rowids are given from one, in the order of the writes.
      this.#marks.push(this.#alias === null ? BigInt(next) : BigInt(last[this.#alias] as number | bigint));
    }
    this.#rows += rows.length;
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
    if (this.#db.open && this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }
}

// Small pages die in the thread's nursery: larger ones are no faster, and cost memory.
const PAGE_ROWS = 256;

// A multiple of the runs of a digest; and about what a thread needs to be worth its start, 0.1 s.
const MARK_ROWS = 8 * RUN_ROWS;
