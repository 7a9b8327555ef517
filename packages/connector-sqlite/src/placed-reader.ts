import {createHash} from 'node:crypto';
import {setImmediate} from 'node:timers/promises';
import {assert, must, type Batch, type Integrity, type Place, type Schema, type StoredObject} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {decoderOf} from './decode.ts';
import {digestPlaces, type PlacesWork} from './digest-places.ts';
import {digestPlacesByThreads, threadsWork} from './digest-threads.ts';
import {classify} from './errors.ts';
import {checkIntegrity} from './integrity.ts';
import {readPages} from './page-reader.ts';
import {boundsOf, intervalsOf} from './places.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';
import {openReader, pagingOf, readTableBack, type ReadBackLimits} from './read-back.ts';
import type {TablePlan} from './table-plan.ts';

/** Reads the tables of a load out of a file, by place, through a connection of its own that it opens when first needed. */
export class PlacedReader {
  readonly #path: string;
  readonly #named: string;
  readonly #plan: LoadPlan;
  #db: Database | null = null;

  constructor(path: string, named: string, plan: LoadPlan) {
    this.#path = path;
    this.#named = named;
    this.#plan = plan;
  }

  async *readPlace(schema: Schema, place: Place | null, limits: ReadBackLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const plan = this.planOf(schema);
    if (place === null) {
      yield* readTableBack(this.#connection(), {named: this.#named, plan, schema, limits, maxRowBytes: null}, signal);
      return;
    }
    const columns = this.#columns(plan, schema).map(({name, column, storage}) => ({name, decoder: decoderOf(column, storage)}));
    const paging = pagingOf(plan, columns.map(({name}) => name));
    assert(paging.by === 'rowid', 'a table with places has rowids');
    try {
      for (const interval of intervalsOf(place)) {
        for (const batch of readPages(this.#connection(), {table: plan.name, columns, paging, ...boundsOf(interval), ...limits, maxRowBytes: null})) {
          yield batch;
          signal.throwIfAborted();
        }
      }
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read', table: schema.table});
    }
  }

  /** `maxRowBytes`: no row of the table is larger; null when that is not known. */
  async digestPlaces(
    schema: Schema, places: readonly Place[], {maxRows, maxBytes}: ReadBackLimits, maxRowBytes: number | null, signal: AbortSignal, onRows: (rows: number) => void = () => {},
  ): Promise<string[]> {
    signal.throwIfAborted();
    const plan = this.planOf(schema);
    const columns = this.#columns(plan, schema);
    const work: PlacesWork = {
      file: this.#path, table: plan.name, columns, paging: pagingOf(plan, columns.map(({name}) => name)), places: places.map(intervalsOf), maxRows, maxBytes, maxRowBytes,
    };
    assert(work.paging.by === 'rowid' || places.length === 0, 'a table with places has rowids');
    if (threadsWork && places.length >= PLACES_FOR_THREADS) return digestPlacesByThreads(work, this.#named, schema.table, signal, onRows);
    try {
      const digesting = digestPlaces(this.#connection(), work);
      for (let unbroken = 0; ;) {
        const {done, value} = digesting.next();
        if (done) return value;
        onRows(value);
        if ((unbroken += value) < BREATHE_ROWS) continue;
        unbroken = 0;
        await setImmediate(); // or nobody could abort
        signal.throwIfAborted();
      }
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read', table: schema.table});
    }
  }

  async countRows(schema: Schema, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    try {
      return this.#connection().prepare(`SELECT count(*) FROM ${quote(this.planOf(schema).name)}`).pluck().get() as number;
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read', table: schema.table});
    }
  }

  async objects(signal: AbortSignal): Promise<StoredObject[]> {
    signal.throwIfAborted();
    try {
      // What SQLite made itself has no SQL, or a name of its own.
      const rows = this.#connection().prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql IS NOT NULL ORDER BY type, name")
        .raw().all() as [StoredObject['type'], string, string, string][];
      return rows.map(([type, name, table, sql]) => ({type, name, table, digest: createHash('sha256').update(sql).digest('hex')}));
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read'});
    }
  }

  async integrity(signal: AbortSignal): Promise<Integrity> {
    try {
      return await checkIntegrity(this.#path, signal);
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read'});
    }
  }

  planOf({table}: Schema): TablePlan {
    return must(this.#plan.tables.find(({schema}) => schema.table === table), `table ${table} of the load`);
  }

  /** What follows opens the file anew. */
  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  #columns(plan: TablePlan, schema: Schema) {
    return schema.columns.map(column => {
      const planned = must(plan.columns.find(other => other.column.name === column.name), `column ${column.name}`);
      return {name: planned.name, column: planned.column, storage: planned.rule.storage};
    });
  }

  #connection(): Database {
    return this.#db ??= openReader(this.#path, this.#named);
  }
}

const BREATHE_ROWS = 20_000;
// A place is a batch, 2,000 rows at most; a thread needs about 30,000 rows to be worth its start, 0.1 s.
const PLACES_FOR_THREADS = 40;
