import {ErrorCode, PipelineError, type Destination} from '@sluice/core';
import type {CopyPlan} from '@sluice/engine';

/**
 * Keeps a run that has no record of an earlier one from replacing what somebody else made: everything
 * at the destination has to bear a name that the source has, or that it gets there. Throws CONFIG.
 */
export async function refuseForeign(destination: Destination, {tables, views, excluded, omissions, target}: CopyPlan, signal: AbortSignal): Promise<void> {
  const known = new Set([
    ...tables.flatMap(({source, out}) => [source.table, out.table]), ...target.tables.map(table => table.target), ...excluded.map(({name}) => name),
    ...[...views, ...target.views].map(({name}) => name), ...omissions.filter(({kind}) => kind === 'table' || kind === 'view').map(({name}) => name),
  ].map(fold));
  const foreign = (await destination.contents?.(signal) ?? []).filter(({name}) => !known.has(fold(name)));
  if (foreign.length === 0) return;
  throw new PipelineError(ErrorCode.CONFIG, `${destination.label} holds tables that this program did not make (${foreign.length} of them)`, {
    remedy: 'name another target, or move it away; it was not touched',
  });
}

const fold = (name: string) => name.toLowerCase();
