import type {RefreshSummary, TableChange} from '@sluice/core';
import type {TableState} from '@sluice/engine';
import type {Base} from './base.ts';
import type {Detection} from './detect.ts';
import type {RefreshJob} from './request.ts';
import type {Unfinished} from './unfinished.ts';

/** What a report says of a refresh as a whole, once it is known what became of every table. */
export function summaryOf(
  kind: RefreshSummary['kind'], {only}: RefreshJob, states: readonly TableState[], base: Base | null,
  {removed, full, drift, digestSeconds}: Detection, resumed: Unfinished | null,
): RefreshSummary {
  const count = (one: TableChange['kind']) => states.filter(({change}) => change?.kind === one).length;
  const unlooked = only ? states.filter(({change, table}) => change?.kind === 'unchanged' && !only.has(table.source.table)).map(({table}) => table.source.table) : [];
  const rowsKept = states.reduce((sum, {change, rowsCommitted}) => sum + (change?.rows ?? rowsCommitted) - rowsCommitted, 0);
  return {
    kind, reasons: full ?? (kind === 'full' ? ['no table stays as the last run left it'] : []), resumed: resumed !== null, since: base?.startedAt ?? null, digestSeconds, receipt: null,
    tables: {unchanged: count('unchanged'), new: count('new'), patched: count('patched'), rewritten: count('rewritten'), removed: removed.length},
    ...(resumed !== null && {rowsKept}),
    ...(full === null && kind !== 'full' && {asLeft: drift === null}),
    ...(unlooked.length > 0 && {unlooked}),
    ...(removed.length > 0 && {removed: removed.map(({name, reason}) => ({name, reason}))}),
  };
}
