import {ErrorCode, PipelineError, type Destination, type SourceIdentity} from '@sluice/core';
import type {CopyPlan} from '@sluice/engine';
import type {Base} from './base.ts';
import type {RefreshJob} from './request.ts';

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

/** What is live can only be brought up to date from where it came. Throws CONFIG. */
export function refuseOtherSource({label}: Destination, base: Base | null, now: SourceIdentity | null): void {
  if (base === null || now === null || base.source.id === now.id) return;
  throw new PipelineError(ErrorCode.CONFIG, `${label} was made from another source (${base.source.id}), not from ${now.id}`, {
    remedy: 'check --source and --target; to fill the file from the new source, rebuild it with bulk',
  });
}

/** Tables asked for by name have to be there, and to have been there. Throws CONFIG with every problem. */
export function refuseUnknownTables({only, destination}: RefreshJob, base: Base | null, {tables, excluded}: CopyPlan): void {
  if (!only) return;
  if (base === null) {
    throw new PipelineError(ErrorCode.CONFIG, `there is no record of an earlier run for ${destination.label}: single tables can only be put into a file that is up to date`, {
      remedy: 'run update or bulk first',
    });
  }
  const names = new Set(tables.map(({source: {table}}) => table));
  const problems = [...only].filter(name => !names.has(name)).map(name => {
    const reason = excluded.find(table => table.name === name)?.reason;
    return {path: name, message: reason === undefined ? 'there is no such table at the source' : `the table is left out: ${reason}`};
  });
  if (problems.length > 0) throw new PipelineError(ErrorCode.CONFIG, `${problems.length} of the tables asked for cannot be refreshed`, {problems});
}

/** No refusal: what a run does is right whatever the clock says, but not what it says of time. */
export function clockWarning(base: Base | null, startedAt: string): string[] {
  return base !== null && base.startedAt > startedAt
    ? [`the last run is dated ${base.startedAt}, which is still to come: the clock of this machine jumped back, or was ahead then`] : [];
}
