import type {Row, Schema, Source, Value} from '@sluice/core';
import {isZeroDate, readDay} from './calendar-day.ts';
import {DateTable, noDate, noReadableDate, missingCode} from './date-table.ts';
import {keyValue} from './key.ts';

/** A table to look a date up in. */
export interface Lookup {
  readonly schema: Schema;
  /** The column with the date. */
  readonly date: string;
  readonly keys: readonly MatchedColumn[];
}

/** A column of the data table and the one of the lookup table that it must equal. */
export interface MatchedColumn {
  readonly own: string;
  readonly name: string;
  readonly asNumber: boolean;
}

/** The same for lookups that read the same columns the same way. */
export const lookupId = ({schema, date, keys}: Lookup): string =>
  JSON.stringify([schema.table, date, ...keys.map(({name, asNumber}) => [name, asNumber])]);

/**
 * Reads the tables of all lookups, each table once, in batches; of their columns only keys and
 * dates. What stays in memory is about 100 bytes a row of a tracker or birth-date table: it holds
 * people, not measurements.
 */
export async function loadLookups(
  source: Source, lookups: Iterable<Lookup>, codes: readonly (string | number)[], signal: AbortSignal,
): Promise<ReadonlyMap<string, DateTable>> {
  const byTable = new Map<string, Map<string, Lookup>>();
  for (const lookup of lookups) {
    const ofTable = byTable.get(lookup.schema.table) ?? new Map<string, Lookup>();
    byTable.set(lookup.schema.table, ofTable.set(lookupId(lookup), lookup));
  }
  const missingCodes = new Set(codes.map(String));
  const tables = new Map<string, DateTable>();
  for (const [, ofTable] of byTable) {
    const all = [...ofTable.values()];
    const {schema} = all[0]!;
    // The primary key comes along because sources page by it.
    const wanted = new Set([...all.flatMap(({date, keys}) => [date, ...keys.map(({name}) => name)]), ...schema.primaryKey]);
    const read = {...schema, columns: schema.columns.filter(({name}) => wanted.has(name))};
    const fills = [...ofTable].map(([id, lookup]) => {
      const table = new DateTable();
      tables.set(id, table);
      return filler(lookup, read, missingCodes, table);
    });
    for await (const {rows} of source.read({schema: read, after: null, maxRows: 2000, maxBytes: 4 * 1024 * 1024}, signal)) {
      for (const fill of fills) fill(rows);
    }
  }
  return tables;
}

function filler({date, keys}: Lookup, read: Schema, missingCodes: ReadonlySet<string>, table: DateTable): (rows: readonly Row[]) => void {
  const position = (name: string) => read.columns.findIndex(column => column.name === name);
  const at = position(date);
  const parts = keys.map(({name, asNumber}) => ({at: position(name), asNumber}));
  return rows => {
    for (const row of rows) table.add(parts.map(part => keyValue(row[part.at]!, part.asNumber)), dayOf(row[at]!, missingCodes));
  };
}

function dayOf(value: Value, missingCodes: ReadonlySet<string>): number {
  if (value === null || value === '') return noDate;
  const text = typeof value === 'string' ? value : String(value);
  if (missingCodes.has(text)) return missingCode;
  if (typeof value !== 'string') return noReadableDate;
  return readDay(text) ?? (isZeroDate(text) ? noDate : noReadableDate);
}
