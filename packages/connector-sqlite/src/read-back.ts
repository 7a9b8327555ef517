import {must, type Batch, type Schema} from '@sluice/core';
import Database from 'better-sqlite3';
import {decoderOf} from './decode.ts';
import {classify} from './errors.ts';
import {fold} from './naming.ts';
import {readPages, type Paging} from './page-reader.ts';
import {quote} from './quote.ts';
import type {TablePlan} from './table-plan.ts';

export interface ReadBackLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

interface ReadBack {
  /** The file's name for people. */
  readonly named: string;
  readonly plan: TablePlan;
  readonly schema: Schema;
  readonly limits: ReadBackLimits;
  readonly maxRowBytes: number | null;
}

/** A connection that only reads, for reading back. Throws CONNECT. */
export function openReader(file: string, named: string): Database.Database {
  try {
    const db = new Database(file, {readonly: true, fileMustExist: true});
    db.pragma('cache_size = -2048'); // each page is read once
    return db;
  } catch (error) {
    throw classify(error, {file: named, access: 'read'});
  }
}

/** Reads a table of a load in the order of its rowid. Throws CONNECT when the file cannot be read. */
export async function* readTableBack(db: Database.Database, {named, plan, schema, limits, maxRowBytes}: ReadBack, signal: AbortSignal): AsyncGenerator<Batch> {
  signal.throwIfAborted();
  const columns = schema.columns.map(column => {
    const planned = must(plan.columns.find(other => other.column.name === column.name), `column ${column.name}`);
    return {name: planned.name, decoder: decoderOf(planned.column, planned.rule.storage)};
  });
  try {
    const paging = pagingOf(plan, columns.map(({name}) => name));
    for (const batch of readPages(db, {table: plan.name, columns, paging, after: null, ...limits, maxRowBytes})) {
      yield batch;
      signal.throwIfAborted();
    }
  } catch (error) {
    throw classify(error, {file: named, access: 'read', table: schema.table});
  }
}

export function pagingOf(plan: TablePlan, read: readonly string[]): Paging {
  if (plan.alias !== null) {
    const name = plan.columns[plan.alias]!.name;
    const at = read.indexOf(name);
    return {by: 'rowid', name: quote(name), at: at < 0 ? null : at};
  }
  const rowid = rowidName(plan.columns.map(({name}) => name));
  return rowid === null ? {by: 'scan'} : {by: 'rowid', name: rowid, at: null};
}

/** A name of the rowid that no column takes; null when columns take all three. */
export function rowidName(columns: readonly string[]): string | null {
  const taken = new Set(columns.map(fold));
  return ['rowid', '_rowid_', 'oid'].find(name => !taken.has(name)) ?? null;
}
