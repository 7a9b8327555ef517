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
  return `${lines.join('\n')}\n${equal ? 'every document has its rows, and every row its document' : `documents and rows differ; ${remedy(collections)}`}\n`;
}

/** A repair finds rows by the ids of documents: of others it can mend nothing. */
function remedy(collections: DocumentsVerification['collections']): string {
  const isMendable = collections.some(({missing, differing, extra, repaired}) => missing + differing + extra > repaired);
  const refusal = collections.find(each => each.refusal !== null)?.refusal;
  return [
    ...isMendable ? ['mend them with --repair'] : [],
    ...refusal !== undefined && refusal !== null ? [refusal] : [],
    ...collections.some(({keyless}) => keyless > 0) ? ['rows without a key go when the tables are loaded again'] : [],
  ].join('; ');
}
