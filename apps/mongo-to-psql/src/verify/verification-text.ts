import {count, counted} from '@sluice/report';
import type {DocumentsVerification} from '@sluice/replicate';

/** What a comparison found, a line for each collection. */
export function verificationText({collections, equal}: DocumentsVerification): string {
  const lines = collections.map(({collection, documents, rows, equal: isEqual, missing, differing, extra, repaired, unsettled, keyless, refused}) => {
    const found = [
      ...missing > 0 ? [`${count(missing)} have no rows`] : [], ...differing > 0 ? [`${count(differing)} differ`] : [], ...extra > 0 ? [`${counted(extra, 'group')} of rows that no document has`] : [],
      ...refused > 0 ? [`${count(refused)} cannot be written`] : [], ...keyless > 0 ? [`${counted(keyless, 'row')} without a key`] : [],
      ...unsettled > 0 ? [`${count(unsettled)} are changing`] : [], ...repaired > 0 ? [`${count(repaired)} repaired`] : [],
    ];
    return `${isEqual ? 'equal' : 'DIFFERENT'}  ${collection}: ${counted(documents, 'document')}, ${counted(rows, 'row')}${found.length > 0 ? `; ${found.join(', ')}` : ''}`;
  });
  return `${lines.join('\n')}\n${equal ? 'every document has its rows, and every row its document' : 'documents and rows differ; mend them with --repair'}\n`;
}
