import {count, counted} from '@sluice/report';
import type {RunRow} from '../runs/run-row.ts';
import type {Topic} from '../topics/topic-file.ts';
import type {Prospect} from './gather-topic.ts';

/** One run, in a line or two. */
export function runText({topic, mode, rowsPublished, rowsRead, rowsInserted, rowsUpdated, rowsDeleted, rowsInTable, startedAt, endedAt}: RunRow, {dataset, source, table}: Pick<Topic, 'dataset' | 'source' | 'table'>): string {
  const seconds = ((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const has = rowsInTable === null ? '' : `; ${table} has ${counted(rowsInTable, 'row')}, the portal counts ${count(rowsPublished)}`;
  switch (mode) {
    case 'unchanged': return `${topic}: nothing changed at ${source} (${dataset})${has}\n`;
    case 'full': return `${topic}: all ${counted(rowsRead ?? 0, 'row')} of ${source} (${dataset}) are in ${table}, compared with the portal's own counts and sums (${seconds} s)${has}\n`;
    default: return `${topic}: ${counted(rowsRead ?? 0, 'row')} read, ${count(rowsInserted ?? 0)} new, ${count(rowsUpdated ?? 0)} changed, ${count(rowsDeleted ?? 0)} gone (${seconds} s)${has}\n`;
  }
}

/** What would be done. */
export function prospectText({name, dataset, source}: Pick<Topic, 'name' | 'dataset' | 'source'>, {mode, reasons, rowsPublished, table, targetLabel}: Prospect): string {
  const what = {
    full: `would read all ${counted(rowsPublished, 'row')}, and swap table ${table} of ${targetLabel}`,
    incremental: `would read what changed since the last run, and bring it into table ${table} of ${targetLabel}`,
    deletions: `would read all ${counted(rowsPublished, 'row')}, and take away from table ${table} of ${targetLabel} what is not among them`,
    unchanged: 'would do nothing',
  }[mode];
  return `${name} (${dataset} of ${source}): ${what}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}\n`;
}
