import {unreachable, type RunReport} from '@sluice/core';
import {count, counted} from './format.ts';
import {section} from './html-parts.ts';
import {html, type Html} from './markup.ts';
import {refreshedOf, rowsMoved} from './refreshed.ts';
import {digestOf} from './totals.ts';

/** What was proved, how, and what was not. */
export function proofSection(report: RunReport): Html {
  const digest = digestOf(report);
  return section('proof', 'Proof', html`<p>${said(report)}</p>`, digest !== null && html`
<p class="digest"><span>Digest of the copy (SHA-256)</span> <code>${digest}</code></p>
<p class="quiet">It is the SHA-256 of one line for each table, sorted by name: the table's own digest, two spaces, its name. Two copies
with this digest hold the same rows.</p>`);
}

function said(report: RunReport): string {
  const {verification, tables} = report;
  const {status} = verification;
  const refreshed = refreshedOf(report);
  if (refreshed && status === 'passed') {
    const {moved, unchanged, unlooked, refresh: {asLeft}} = refreshed;
    const written = moved.filter(({kind}) => kind !== 'removed').length;
    return [
      ...(written === 0 ? [] : [`While rows were written, a digest was computed over all of their values. Then they were read again from the file and the digests were computed anew: ` +
        `${counted(written, 'table')} and ${counted(rowsMoved(moved), 'row')} agree.`]),
      ...(unchanged.length === 0 ? [] : [`${counted(unchanged.length, 'table')} stayed as the run that wrote ${unchanged.length === 1 ? 'it' : 'them'} had proved: ` +
        (asLeft === false ? 'their values in the file were read and are those that were written.' : 'the SHA-256 of the whole file is the one that the last run noted.') +
        ' At the source, digests over all of their rows are what they were.']),
      ...(unlooked.length === 0 ? [] : [`${counted(unlooked.length, 'table')} stayed without a look at the rows of the source: single tables were asked for. Whether ${unlooked.length === 1 ? 'it is' : 'they are'} up to date, this run does not say.`]),
    ].join(' ');
  }
  switch (status) {
    case 'passed':
      return `While the rows were written, a digest of every table was computed over all of its values. Then the copy was read again from the ` +
        `beginning, through a connection of its own, and the digests were computed anew: ${count(verification.tables)} of ${counted(tables.length, 'table')} ` +
        `and ${counted(verification.rows, 'row')} agree. A single changed byte, a swapped pair of values, a missing or a doubled row would have stopped the publication.`;
    case 'failed':
      return `The copy was read back and compared with what was sent. ${count(verification.tables)} of ${counted(tables.length, 'table')} were proved before the run stopped; ` +
        'the others must be taken as wrong.';
    case 'skipped':
      return 'The copy was not read back: verification was turned off, or the run did not get that far. The figures here are what was written, not what was proved.';
    default:
      return unreachable(status);
  }
}
