import type {CommandContext, Outcome} from '@sluice/cli-kit';
import {ErrorCode, PipelineError} from '@sluice/core';
import {lockTarget} from '../lock-of.ts';
import type {Pipeline} from '../pipeline/open-pipeline.ts';
import {markMasked} from '../pipeline/masking-mark.ts';
import {positionText} from '../pipeline/position-text.ts';
import {BY_HAND, isByHand} from '../status/assess.ts';
import {begunKey, openStatus} from '../status/open-status.ts';
import {statusOf} from '../status/status-row.ts';
import {placeInLog} from './recorded-load.ts';

type World = Pick<CommandContext, 'logger' | 'signal' | 'json' | 'out'>;

/** Remembers where the log is, before somebody loads by other means. Throws CONFIG where there is no log. */
export async function startByHand(pipeline: Pipeline, stateFile: string, {logger, signal, json, out}: World): Promise<Outcome> {
  await using _lock = await lockTarget(pipeline.destination, stateFile, signal);
  const position = await placeInLog(pipeline, {logger, signal});
  if (position === null) throw new PipelineError(ErrorCode.CONFIG, 'there is no log of changes whose place could be remembered', {remedy: 'use a replica set, or name an oplog with --oplog'});
  await using status = await openStatus(pipeline.destination, signal, begunKey(pipeline.positionKey));
  const ts = positionText(position);
  const row = await status.table.start(statusOf.initialLoad, {ts, attempt: 0, position, name: BY_HAND, label: pipeline.label}, signal);
  await pipeline.keepFound();
  if (!json) out.write(`${ts ?? 'a place in the change streams'}\n`);
  return {document: {format: 'sluice.mongo-load-started/1', target: pipeline.destination.label, ts, startedAt: row.timeStart}};
}

/** Makes the remembered place the one from which changes are followed. Throws CONFIG when no load was begun. */
export async function finishByHand(pipeline: Pipeline, stateFile: string, isGood: boolean, {signal, json, out}: World): Promise<Outcome> {
  const {destination, positionKey, label, settings: {masked}} = pipeline;
  await using _lock = await lockTarget(destination, stateFile, signal);
  const begun = await (async () => {
    await using status = await openStatus(destination, signal, begunKey(positionKey));
    const [row] = await status.table.newest(1, signal, label);
    const position = await status.store.position(signal);
    if (!row || !isByHand(row) || row.timeEnd !== null || position === null) {
      throw new PipelineError(ErrorCode.CONFIG, 'no load was begun by hand, or it has ended', {remedy: 'try: mongo-to-psql load --start'});
    }
    return {row, position};
  })();
  if (isGood) await markMasked(destination, positionKey, masked, signal);
  await using status = await openStatus(destination, signal, positionKey);
  if (isGood) await status.store.replace([], begun.position, signal);
  const row = await status.table.finish(begun.row, {error: !isGood}, signal);
  if (!json) out.write(isGood ? 'changes are followed from where the load began; go on with: mongo-to-psql sync\n' : 'the load is noted as failed\n');
  return {document: {format: 'sluice.mongo-load-finished/1', target: destination.label, ok: isGood, ts: row.ts}};
}
