import {unreachable, type RunReport} from '@sluice/core';
import {count, counted, moment} from './format.ts';
import {kindsOf, refreshedOf, rowsMoved, type Refreshed} from './refreshed.ts';

/** What a run came to, in one line and one or two sentences. */
export interface Verdict {
  readonly tone: 'good' | 'caution' | 'bad';
  readonly headline: string;
  readonly sentence: string;
}

/** The verdict that a report supports: nothing is called proved that was not read back. */
export function verdictOf(report: RunReport): Verdict {
  const {status, published, verification, tables} = report;
  const rows = tables.reduce((sum, table) => sum + table.rowsWritten, 0);
  const moved = `${counted(tables.length, 'table')} with ${counted(rows, 'row')}`;
  const refreshed = refreshedOf(report);
  switch (status) {
    case 'ok':
      if (refreshed?.refresh.kind === 'none') return nothingChanged(report, refreshed);
      if (refreshed && published && verification.status !== 'failed') return updated(report, refreshed);
      if (!published) return {tone: 'caution', headline: 'Nothing was published', sentence: `The run came to its end, but no copy went live. ${moved} were read.`};
      if (verification.status === 'passed' && tables.some(table => !table.verified)) {
        return {
          tone: 'caution', headline: 'Copied, proved in part',
          sentence: `${moved} arrived. ${count(verification.tables)} of them were read back and equal what was sent.`,
        };
      }
      if (verification.status === 'passed') {
        return {
          tone: 'good', headline: 'Copied and proved',
          sentence: `${moved} arrived. ${tables.length === 1 ? 'It was' : 'All of them were'} read back and ${tables.length === 1 ? 'equals' : 'equal'}, value by value, what was sent.`,
        };
      }
      if (verification.status === 'failed') {
        return {tone: 'bad', headline: 'Published without proof', sentence: `${moved} were published although the copy did not pass its verification.`};
      }
      return {tone: 'caution', headline: 'Copied, not proved', sentence: `${moved} arrived. The copy was not read back: nothing proves that it is right.`};
    case 'partial': {
      const failed = tables.filter(table => table.status !== 'ok').length;
      const quarantined = tables.reduce((sum, table) => sum + table.rowsQuarantined, 0);
      const losses = [
        ...(failed > 0 ? [`${counted(failed, 'table')} did not arrive`] : []),
        ...(quarantined > 0 ? [`${counted(quarantined, 'row')} ${quarantined === 1 ? 'was' : 'were'} set aside`] : []),
      ];
      return {
        tone: 'caution', headline: published ? 'Copied in part' : 'Copied in part, nothing published',
        sentence: failed === 0 && quarantined > 0
          ? `${sentenceCase(losses.join(' and '))}; all else arrived${verification.status === 'passed' ? ' and was read back equal' : ''}.`
          : `${losses.length > 0 ? sentenceCase(losses.join(' and ')) : 'Not everything arrived'}; ${counted(tables.length - failed, 'table')} did.`,
      };
    }
    case 'failed': {
      const wrong = verification.status === 'failed' && report.error?.code === 'SLUICE_VERIFY';
      if (published) return {tone: 'bad', headline: 'Failed after publishing', sentence: 'The new copy is live, but the run did not end well.'};
      return wrong
        ? {tone: 'bad', headline: 'Not proved, nothing published', sentence: 'What was read back differs from what was sent. What was live before is untouched.'}
        : {tone: 'bad', headline: 'Failed, nothing published', sentence: 'The run stopped at an error. What was live before is untouched.'};
    }
    case 'interrupted':
      return published
        ? {tone: 'caution', headline: 'Interrupted after publishing', sentence: 'The run was stopped; the new copy was live by then.'}
        : {tone: 'caution', headline: 'Interrupted, nothing published', sentence: 'The run was stopped. What was live before is untouched.'};
    default:
      return unreachable(status);
  }
}

/** What stands was read back by the run that wrote it, and is known by its bytes or by its values to be that still. */
function nothingChanged({tables, destination}: RunReport, {refresh: {since, asLeft}}: Refreshed): Verdict {
  return {
    tone: 'good',
    headline: `Nothing changed in ${counted(tables.length, 'table')}`,
    sentence: `Everything is as it was at the last run${since === null ? '' : `, ${moment(since)}`}. ${
      asLeft === false ? `The bytes of ${destination.label} are not those that it left, but every value in them is.` : `${destination.label} is, byte for byte, what it left.`}`,
  };
}

function updated({verification}: RunReport, {moved, unchanged, unlooked}: Refreshed): Verdict {
  const what = sentenceCase(kindsOf(moved) || 'No table changed, but what surrounds them did');
  const stayed = unchanged.length === 0 ? '' : ` ${counted(unchanged.length, 'table')} stayed as ${unchanged.length === 1 ? 'it was' : 'they were'}.`;
  const passed = unlooked.length === 0 ? '' : ` ${counted(unlooked.length, 'table')} ${unlooked.length === 1 ? 'was' : 'were'} not looked at.`;
  const rows = rowsMoved(moved);
  if (verification.status === 'passed') {
    return {
      tone: 'good', headline: 'Updated and proved',
      sentence: `${what}.${stayed}${passed}${rows === 0 ? '' : ` What was written, ${counted(rows, 'row')}, was read back and equals, value by value, what was sent.`}`,
    };
  }
  return {tone: 'caution', headline: 'Updated, not proved', sentence: `${what}.${stayed}${passed} What was written, ${counted(rows, 'row')}, was not read back: nothing proves that it is right.`};
}

const sentenceCase = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
