import {count, counted} from '@sluice/report';
import type {SyncReport} from '@sluice/replicate';

/** What a sync did, for people. */
export function syncText({changes, documents, rows, collections, ignored, lagSeconds}: SyncReport): string {
  if (changes === 0) return 'nothing changed\n';
  const lines = [
    `${counted(changes, 'change')}: ${counted(documents.written, 'document')} written, ${count(documents.gone)} gone, ${count(documents.verified)} read back and equal; ${counted(rows.deleted, 'row')} out, ${count(rows.inserted)} in`,
    ...collections.filter(one => one.changes > 0).map(({collection, changes: some, written, gone, emptied, reloaded}) =>
      `  ${collection}: ${counted(some, 'change')}, ${count(written)} written, ${count(gone)} gone${emptied > 0 ? ', emptied' : ''}${reloaded > 0 ? ', read whole' : ''}`),
    ...ignored.collections.length > 0 ? [`  without tables: ${ignored.collections.map(({collection, changes: some}) => `${collection} (${count(some)})`).join(', ')}`] : [],
    ...lagSeconds === null ? [] : [`the newest change was made ${lagSeconds.toFixed(1)} s before it was done`],
  ];
  return `${lines.join('\n')}\n`;
}
