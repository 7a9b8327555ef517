import type {Row, Schema, Source, Value} from '@sluice/core';
import {isZeroDate, readDay, type CalendarDay} from './calendar-day.ts';
import {keyReader} from './key-text.ts';

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

/** Why there is no date, where a date was looked for. Negative, to fit beside calendar days. */
export const Absent = {noDate: -1, missingCode: -2, unreadable: -3} as const;

/**
 * The dates of one lookup by key. About 100 bytes a row of the tracker or birth-date table: it holds
 * people, not measurements.
 */
export interface DateTable {
  /** A day, or a code of {@link Absent}. */
  readonly days: ReadonlyMap<string, CalendarDay>;
  /** Keys that more than one row has. */
  readonly repeated: ReadonlySet<string>;
  /** Among them those whose rows have different dates. */
  readonly differing: ReadonlySet<string>;
}

/** The same for lookups that read the same columns the same way. */
export const lookupId = ({schema, date, keys}: Lookup): string =>
  JSON.stringify([schema.table, date, ...keys.map(({name, asNumber}) => [name, asNumber])]);

/**
 * Reads the tables of all lookups, each table once, in batches. Where several rows have one key the
 * earliest date counts: a rule that gives the same whatever the order of the rows.
 */
export async function loadLookups(
  source: Source, lookups: Iterable<Lookup>, noDate: readonly (string | number)[], signal: AbortSignal,
): Promise<ReadonlyMap<string, DateTable>> {
  const byTable = new Map<string, Map<string, Lookup>>();
  for (const lookup of lookups) {
    const ofTable = byTable.get(lookup.schema.table) ?? new Map<string, Lookup>();
    byTable.set(lookup.schema.table, ofTable.set(lookupId(lookup), lookup));
  }
  const codes = new Set(noDate.map(String));
  const tables = new Map<string, DateTable>();
  for (const ofTable of byTable.values()) {
    const [{schema}] = ofTable.values() as unknown as [Lookup];
    // The primary key comes along because sources page by it.
    const wanted = new Set([...ofTable.values()].flatMap(({date, keys}) => [date, ...keys.map(({name}) => name)]).concat(schema.primaryKey));
    const read = {...schema, columns: schema.columns.filter(({name}) => wanted.has(name))};
    const fills = [...ofTable].map(([id, lookup]) => {
      const fill = filler(lookup, read, codes);
      tables.set(id, fill.table);
      return fill;
    });
    for await (const {rows} of source.read({schema: read, after: null, maxRows: 2000, maxBytes: 4 * 1024 * 1024}, signal)) {
      for (const fill of fills) fill.add(rows);
    }
  }
  return tables;
}

function filler({date, keys}: Lookup, read: Schema, codes: ReadonlySet<string>): {readonly table: DateTable; add(rows: readonly Row[]): void} {
  const position = (name: string) => read.columns.findIndex(column => column.name === name);
  const at = position(date);
  const keyOf = keyReader(keys.map(({name, asNumber}) => ({at: position(name), asNumber})));
  const days = new Map<string, CalendarDay>();
  const repeated = new Set<string>();
  const differing = new Set<string>();
  return {
    table: {days, repeated, differing},
    add(rows) {
      for (const row of rows) {
        const key = keyOf(row);
        if (key === null) continue;
        const day = dayOf(row[at]!, codes);
        const known = days.get(key);
        if (known === undefined) {
          days.set(key, day);
          continue;
        }
        repeated.add(key);
        if (known !== day) differing.add(key);
        // A date beats its absence; the codes are ordered so that "no date" beats a code beats an unreadable one.
        days.set(key, known >= 0 && day >= 0 ? Math.min(known, day) : Math.max(known, day));
      }
    },
  };
}

function dayOf(value: Value, codes: ReadonlySet<string>): CalendarDay {
  if (value === null || value === '') return Absent.noDate;
  const text = typeof value === 'string' ? value : String(value);
  if (codes.has(text)) return Absent.missingCode;
  if (typeof value !== 'string') return Absent.unreadable;
  return readDay(text) ?? (isZeroDate(text) ? Absent.noDate : Absent.unreadable);
}
