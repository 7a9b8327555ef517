import {basename} from 'node:path';
import {
  assert, type Batch, type FileSeal, type LossRules, type Omission, type Place, type Published, type RefreshLoad, type RefreshWriter, type Schema, type StoredObject, type TargetPlan,
} from '@sluice/core';
import {createTable, noParts} from './ddl.ts';
import {classify} from './errors.ts';
import {sealFile} from './file-seal.ts';
import {finishTables} from './finish.ts';
import type {KeptTable} from './kept-table.ts';
import type {PartFile} from './part-file.ts';
import {PlacedReader} from './placed-reader.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';
import {pagingOf, type ReadBackLimits} from './read-back.ts';
import type {Begun} from './refresh-begin.ts';
import {SqliteRefreshWriter} from './refresh-writer.ts';
import type {TablePlan} from './table-plan.ts';
import {publishLoad} from './publish-load.ts';
import type {TargetFile} from './target-file.ts';
import {forgetUnfinished, markUnfinished} from './unfinished.ts';

export interface RefreshSetup {
  readonly begun: Begun;
  /** Goes on with what a crash left: nobody knows which of the kept tables it had patched. */
  readonly resumed: boolean;
  readonly part: PartFile;
  readonly target: TargetFile;
  readonly plan: LoadPlan;
  readonly losses: LossRules | undefined;
  readonly archiveDirectory: string;
  readonly now: () => Date;
}

/** Builds a file beside the live one, out of a copy of it or of what a crash left of an earlier load. */
export class SqliteRefreshLoad implements RefreshLoad {
  readonly target: TargetPlan;
  readonly token: string;
  readonly #setup: RefreshSetup;
  readonly #reader: PlacedReader;
  /** Finished by an earlier load, and not made anew by this one. */
  readonly #kept: Map<TablePlan, KeptTable>;
  /** There, but without indexes and constraints. */
  readonly #unfinished: Set<TablePlan>;
  readonly #patched: Set<TablePlan>;
  /** Of tables whose every row was written by one writer; they know the largest. */
  readonly #writers = new Map<string, SqliteRefreshWriter>();
  #writer: SqliteRefreshWriter | null = null;
  #state: 'loading' | 'finished' | 'published' | 'disposed' = 'loading';

  constructor(setup: RefreshSetup) {
    const {begun, part, target, plan, resumed} = setup;
    this.target = plan.target;
    this.token = basename(part.path);
    this.#setup = setup;
    this.#reader = new PlacedReader(part.path, target.named, plan);
    this.#kept = new Map(begun.kept);
    this.#unfinished = new Set(begun.unfinished);
    this.#patched = new Set(resumed ? begun.kept.keys() : []);
  }

  /**
   * A table can be patched when its rows have places and when what a patch leaves is what a load of all
   * rows would make: checks and generated columns were proved by the rows that were there, and so was
   * that a unique index cannot be one. Tables that this load made itself are proved at its end.
   */
  patchable(schema: Schema): boolean {
    const plan = this.#reader.planOf(schema);
    if (pagingOf(plan, []).by !== 'rowid' || (plan.alias !== null && plan.schema.order !== 'key')) return false;
    if (this.#unfinished.has(plan)) return true;
    const kept = this.#kept.get(plan);
    return kept !== undefined && kept.notUnique.size === 0 && plan.checks.length === 0 && plan.columns.every(({generated}) => generated === null);
  }

  async open(schema: Schema, how: 'anew' | 'patch', signal: AbortSignal): Promise<RefreshWriter> {
    signal.throwIfAborted();
    assert(this.#state === 'loading' && !this.#writer?.isOpen, 'one writer at a time, before finish');
    const {begun: {db}, target, losses} = this.#setup;
    const plan = this.#reader.planOf(schema);
    assert(how === 'anew' || this.patchable(schema), 'a table that is patched can be');
    try {
      if (how === 'anew') this.#make(plan);
      else if (this.#kept.has(plan)) this.#patched.add(plan);
      this.#writer = new SqliteRefreshWriter(db, target.named, plan, losses?.get(schema.table), signal);
      if (how === 'anew') this.#writers.set(schema.table, this.#writer);
      else this.#writers.delete(schema.table);
      return this.#writer;
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw classify(error, {file: target.named, table: schema.table});
    }
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    assert(this.#state === 'loading', 'a load is finished once');
    await this.#writer?.[Symbol.asyncDispose]();
    const {begun: {db}, plan, target} = this.#setup;
    try {
      for (const table of plan.tables) if (!this.#kept.has(table) && !this.#unfinished.has(table)) this.#make(table);
      this.#reader.close(); // its lock would be in the way
      const omissions = finishTables(db, plan, signal, {tables: this.#kept, patched: this.#patched});
      forgetUnfinished(db);
      db.pragma('journal_mode = DELETE');
      db.close();
      this.#state = 'finished';
      return omissions;
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  readPlace(schema: Schema, place: Place | null, limits: ReadBackLimits, signal: AbortSignal): AsyncIterable<Batch> {
    this.#assertReadable();
    return this.#reader.readPlace(schema, place, limits, signal);
  }

  async digestPlaces(schema: Schema, places: readonly Place[], limits: ReadBackLimits, signal: AbortSignal, onRows?: (rows: number) => void): Promise<readonly string[]> {
    this.#assertReadable();
    return this.#reader.digestPlaces(schema, places, limits, this.#writers.get(schema.table)?.largestRow ?? null, signal, onRows);
  }

  async countRows(schema: Schema, signal: AbortSignal): Promise<number> {
    this.#assertReadable();
    return this.#reader.countRows(schema, signal);
  }

  async objects(signal: AbortSignal): Promise<readonly StoredObject[]> {
    assert(this.#state === 'finished', 'objects are as they will be after finish');
    return this.#reader.objects(signal);
  }

  async seal(signal: AbortSignal): Promise<FileSeal> {
    assert(this.#state === 'finished', 'a load is sealed after finish');
    const {part, target} = this.#setup;
    try {
      return await sealFile(part.path, true, signal);
    } catch (error) {
      throw classify(error, {file: target.named});
    }
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    assert(this.#state === 'finished', 'a load is published once, after finish');
    this.#reader.close();
    const published = await publishLoad(this.#setup);
    this.#state = 'published';
    return published;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'disposed') return;
    const published = this.#state === 'published';
    this.#state = 'disposed';
    this.#setup.begun.db.close();
    this.#reader.close();
    await this.#setup.part.remove(!published);
  }

  /** An empty table in place of what there is. */
  #make(plan: TablePlan): void {
    const {db} = this.#setup.begun;
    db.exec(`BEGIN IMMEDIATE; DROP TABLE IF EXISTS ${quote(plan.name)}; ${createTable(plan, noParts)}`);
    markUnfinished(db, plan.name);
    db.exec('COMMIT');
    this.#kept.delete(plan);
    this.#patched.delete(plan);
    this.#unfinished.add(plan);
  }

  #assertReadable(): void {
    assert(this.#state === 'loading' || this.#state === 'finished', 'places are read before they are published');
  }
}
