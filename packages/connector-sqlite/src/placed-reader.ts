import {createHash} from 'node:crypto';
import {setImmediate} from 'node:timers/promises';
import {rowDigester} from '@sluice/checksum';
import {must, type Batch, type Place, type Position, type Schema, type StoredObject} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {decoderOf} from './decode.ts';
import {classify} from './errors.ts';
import {readPages, type PageRequest} from './page-reader.ts';
import {intervalsOf, type Interval} from './places.ts';
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
    const pages = this.#pages(plan, schema, limits);
    try {
      for (const interval of intervalsOf(place)) {
        for (const batch of readPages(this.#connection(), {...pages, ...bounds(interval)})) {
          yield batch;
          signal.throwIfAborted();
        }
      }
    } catch (error) {
      throw classify(error, {file: this.#named, access: 'read', table: schema.table});
    }
  }

  async digestPlaces(schema: Schema, places: readonly Place[], limits: ReadBackLimits, signal: AbortSignal, onRows: (rows: number) => void = () => {}): Promise<string[]> {
    signal.throwIfAborted();
    const digests: string[] = [];
    let unbroken = 0;
    try {
      const pages = this.#pages(this.planOf(schema), schema, limits);
      for (const place of places) {
        const digester = rowDigester(schema.columns, 'written');
        for (const interval of intervalsOf(place)) {
          for (const {rows} of readPages(this.#connection(), {...pages, ...bounds(interval)})) {
            digester.update(rows);
            onRows(rows.length);
            if ((unbroken += rows.length) < BREATHE_ROWS) continue;
            unbroken = 0;
            await setImmediate(); // or nobody could abort
            signal.throwIfAborted();
          }
        }
        digests.push(digester.finish().digest);
      }
      return digests;
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

  planOf({table}: Schema): TablePlan {
    return must(this.#plan.tables.find(({schema}) => schema.table === table), `table ${table} of the load`);
  }

  /** What follows opens the file anew. */
  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  #pages(plan: TablePlan, schema: Schema, limits: ReadBackLimits): Omit<PageRequest, 'after' | 'until'> {
    const columns = schema.columns.map(column => {
      const planned = must(plan.columns.find(other => other.column.name === column.name), `column ${column.name}`);
      return {name: planned.name, decoder: decoderOf(planned.column, planned.rule.storage)};
    });
    return {table: plan.name, columns, paging: pagingOf(plan, columns.map(({name}) => name)), ...limits, maxRowBytes: null};
  }

  #connection(): Database {
    return this.#db ??= openReader(this.#path, this.#named);
  }
}

const BREATHE_ROWS = 20_000;
const FIRST_ROWID = -(2n ** 63n);

/** The interval as `readPages` takes it: after a position, until a rowid. */
function bounds({from, to}: Interval): {readonly after: Position | null; readonly until: bigint} {
  return {after: from === FIRST_ROWID ? null : JSON.stringify([['i', String(from - 1n)]]) as Position, until: to};
}
