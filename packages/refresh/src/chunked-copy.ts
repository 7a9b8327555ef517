import {ErrorCode, PipelineError} from '@sluice/core';
import type {CopyWay, PlannedCopy} from '@sluice/engine';
import {dependenciesOf} from './dependencies.ts';
import type {ProgressLog} from './request.ts';
import {whyNotResumable} from './resumable-copy.ts';
import {runPlanned} from './run-refresh.ts';

/** A copy in chunks begins anew when it crashes: what it had moved is of many moments. */
const nothing: ProgressLog = {entries: async () => [], append: async () => {}, remove: async () => {}};

/**
 * A way to copy that holds no transaction at the source for longer than a chunk takes. What changed meanwhile is moved again, at most `rounds` times; then
 * the run fails. Throws CONFIG where a source or destination, or a rule, needs one moment for everything.
 */
export function chunkedCopy({rounds}: {readonly rounds: number}): CopyWay {
  return async ({request, plan, ledger}, signal) => {
    refuseChunks({request, plan});
    const {mode: _, losses: __, way: ___, ...job} = request;
    await runPlanned({...job, kind: 'full', store: null, beside: true, progressLog: nothing, keepAfterMs: Infinity, inChunks: {rounds}}, ledger, signal);
    return true;
  };
}

/** Throws CONFIG where a source or destination, or a rule, of a copy needs one moment for everything. */
export function refuseChunks({request, plan}: Pick<PlannedCopy, 'request' | 'plan'>): void {
  const {source, transforms = []} = request;
  const depends = plan.tables.find(({read}) => dependenciesOf(read, transforms).length > 0);
  const why = whyNotResumable({request, plan}, 0)
    // Nobody could tell which rows of the file of those that were set aside are of the last pass.
    ?? (plan.losses.declared ? 'rules for losses count values as rows go by, and rows may go by several times' : null)
    ?? (!source.letGo || !source.digestRanges ? `a source of the kind ${source.kind} has no digests of rows by which changes are found` : null)
    ?? (depends ? `values of table ${depends.source.table} come from other tables, which have to be of the same moment` : null);
  if (why !== null) throw new PipelineError(ErrorCode.CONFIG, `this copy cannot be made in chunks: ${why}`, {remedy: 'use --consistency snapshot'});
}
