import type {RunReport, TableChange, TableReport} from '@sluice/core';
import {counted} from './format.ts';

/** A table that did not stay as it was. */
export interface Moved {
  readonly name: string;
  readonly kind: Exclude<TableChange['kind'], 'unchanged'>;
  readonly reasons: readonly string[];
  /** Absent for tables that went. */
  readonly table?: TableReport;
}

/** A run that builds on an earlier one, sorted into what moved and what stayed. */
export interface Refreshed {
  readonly refresh: NonNullable<RunReport['refresh']>;
  readonly moved: readonly Moved[];
  readonly unchanged: readonly TableReport[];
  /** Of those that stayed, the ones whose rows nobody looked at: other tables were asked for. */
  readonly unlooked: readonly TableReport[];
  /** Rows in all tables, moved or not. */
  readonly rows: number;
}

/** Null for runs that copied everything: their tables are told as those of any copy. */
export function refreshedOf({refresh, tables}: RunReport): Refreshed | null {
  if (!refresh || refresh.kind === 'full') return null;
  const moved: Moved[] = [];
  const unchanged: TableReport[] = [];
  const unlooked: TableReport[] = [];
  const passed = new Set(refresh.unlooked);
  for (const table of tables) {
    const {kind, reasons} = table.change ?? {kind: 'rewritten', reasons: []};
    if (kind === 'unchanged' && table.status === 'ok') (passed.has(table.name) ? unlooked : unchanged).push(table);
    else moved.push({name: table.name, kind: kind === 'unchanged' ? 'rewritten' : kind, reasons, table});
  }
  moved.push(...(refresh.removed ?? []).map(({name, reason}): Moved => ({name, kind: 'removed', reasons: [reason]})));
  return {refresh, moved, unchanged, unlooked, rows: tables.reduce((sum, {change, rowsWritten}) => sum + (change?.rows ?? rowsWritten), 0)};
}

/** `25 tables unchanged, 3 not looked at`: what stayed. */
export function stayedOf({unchanged, unlooked}: Refreshed): string {
  const looked = `${counted(unchanged.length, 'table')} unchanged`;
  return unlooked.length === 0 ? looked : unchanged.length === 0 ? `${counted(unlooked.length, 'table')} not looked at` : `${looked}, ${unlooked.length.toLocaleString('en-US')} not looked at`;
}

/** What happened to a table, in a word or two. */
export const changeWord: Readonly<Record<TableChange['kind'], string>> = {
  new: 'new', rewritten: 'made anew', patched: 'changed rows', removed: 'removed', unchanged: 'unchanged',
};

/** Why, in one line. */
export const whyOf = ({kind, reasons}: Pick<Moved, 'kind' | 'reasons'>): string =>
  reasons.join('; ') || (kind === 'new' ? 'it was not there before' : '');

/** `2 tables changed rows, 1 is new`: what moved, by kind; empty when nothing did. */
export function kindsOf(moved: readonly Moved[]): string {
  const said: readonly (readonly [Moved['kind'], string, string])[] = [
    ['patched', 'had rows changed', 'had rows changed'], ['rewritten', 'was made anew', 'were made anew'], ['new', 'is new', 'are new'], ['removed', 'was removed', 'were removed'],
  ];
  return said.flatMap(([kind, one, many]) => {
    const n = moved.filter(each => each.kind === kind).length;
    return n === 0 ? [] : [`${counted(n, 'table')} ${n === 1 ? one : many}`];
  }).join(', ');
}

/** Rows that were written by a run, all tables together. */
export const rowsMoved = (moved: readonly Moved[]): number => moved.reduce((sum, {table}) => sum + (table?.rowsWritten ?? 0), 0);
