import {count, counted, oneLine} from '@sluice/report';
import type {RunRow} from '../runs/run-row.ts';
import type {Topic} from '../topics/topic-file.ts';
import type {Figures} from './figures.ts';
import type {Prospect} from './look-ahead.ts';

/** One run, in a line or two. */
export function runText({topic, mode, rowsPublished, rowsRead, rowsInserted, rowsUpdated, rowsDeleted, rowsInTable, startedAt, endedAt}: RunRow, {dataset, source, table}: Pick<Topic, 'dataset' | 'source' | 'table'>, figures: Figures | null, receipt: string | null): string {
  const seconds = ((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const has = rowsInTable === null ? '' : `; ${table} has ${counted(rowsInTable, 'row')}, the portal counts ${count(figures?.rows.source ?? rowsPublished)}${figures ? comparedText(figures) : ''}${receipt === null ? '' : `; ${receipt}`}`;
  switch (mode) {
    case 'unchanged': return `${topic}: nothing changed at ${source} (${dataset})${has}\n`;
    case 'full': return `${topic}: all ${counted(rowsRead ?? 0, 'row')} of ${source} (${dataset}) are in ${table} (${seconds} s)${has}\n`;
    default: return `${topic}: ${counted(rowsRead ?? 0, 'row')} read, ${count(rowsInserted ?? 0)} new, ${count(rowsUpdated ?? 0)} changed, ${count(rowsDeleted ?? 0)} gone (${seconds} s)${has}\n`;
  }
}

/** How many columns the portal and the table say the same of. */
function comparedText({rows, columns}: Figures): string {
  // Other rows have other sums.
  if (rows.source !== rows.destination) return '';
  const alike = columns.filter(({equal}) => equal).length;
  return columns.length === 0 ? '' : `, and its counts and sums of ${alike === columns.length ? counted(alike, 'column') : `${alike} of ${counted(columns.length, 'column')}`} are the table's`;
}

/** What would be done. */
export function prospectText({name, dataset, source}: Pick<Topic, 'name' | 'dataset' | 'source'>, {mode, reasons, rowsPublished, table, targetLabel}: Prospect): string {
  const what = {
    full: `would read all ${counted(rowsPublished, 'row')}, and swap table ${table} of ${targetLabel}`,
    incremental: `would read what changed since the last run, and bring it into table ${table} of ${targetLabel}`,
    deletions: `would read all ${counted(rowsPublished, 'row')}, and take away from table ${table} of ${targetLabel} what is not among them`,
    unchanged: 'would do nothing',
  }[mode];
  return `${oneLine(`${name} (${dataset} of ${source}): ${what}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`)}\n`;
}
