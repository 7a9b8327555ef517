import type {RunReport, TableReport} from '@sluice/core';
import {count, counted} from './format.ts';

type Merged = NonNullable<TableReport['merged']>;

/** What became of rows of tables that were there before, of all of them together; null when there were none. */
export function mergedTotals({tables}: RunReport): Merged | null {
  const merges = tables.flatMap(({merged}) => merged ?? []);
  const sum = (of: (merged: Merged) => number) => merges.reduce((total, merged) => total + of(merged), 0);
  return merges.length === 0 ? null : {inserted: sum(({inserted}) => inserted), updated: sum(({updated}) => updated), deleted: sum(({deleted}) => deleted)};
}

export function mergedText({inserted, updated, deleted}: Merged): string {
  return `${counted(inserted, 'row')} inserted, ${count(updated)} updated, ${count(deleted)} deleted`;
}
