import {boundAt, parseEndpoint, SocrataSource, systemTiming, type ProvedRead} from '@sluice/connector-socrata';
import type {Batch, Schema} from '@sluice/core';
import {runJob, type CopyJob, type CopyResult} from '@sluice/job';
import {tool} from '../tool.ts';
import type {Topic} from '../topics/topic-file.ts';
import type {GatherOptions} from './gather-topic.ts';
import type {KeptPages} from './kept-pages.ts';
import type {GatherContext, Prospect} from './look-ahead.ts';
import {portalGate} from './portal-gate.ts';
import {factsOfPortal, type PortalFacts} from './prove.ts';
import {settledSource} from './settled-source.ts';
import {watchedSource} from './watched-source.ts';

const CURSOR = ':updated_at';
/** Rows of a batch, and of a row of the log, where a topic names no page limit. */
const DEFAULT_PAGE_ROWS = 10_000;

/** A copy, and of a full one what the portal said of all its rows before they went live. */
export interface TopicCopy extends CopyResult {
  readonly whole: (PortalFacts & {readonly read: ProvedRead}) | null;
}

/**
 * Brings the rows of a topic into its table: all of them beside it, what changed, or all with what is not published any more taken away.
 * The caller holds the lock of the target. `onBatch` sees each batch before anybody else, and may alter it. What reads everything goes on behind the pages that `keep` has.
 */
export async function copyTopic(
  topic: Topic, {source, target}: Prospect, mode: 'full' | 'incremental' | 'deletions', {state, keep}: Pick<GatherOptions, 'state'> & {readonly keep: KeptPages}, context: GatherContext, onBatch: (schema: Schema, batch: Batch) => void,
): Promise<TopicCopy> {
  const {signal, logger, progress} = context;
  const where = topic.filter === undefined ? {} : {where: [topic.filter]};
  // Both copies below are described by what it says once.
  await using portal = new SocrataSource(parseEndpoint(source), systemTiming, {keep, provesLater: mode === 'full'});
  const job: CopyJob = {
    tool, source, destination: target, stateFile: state, isLocked: true,
    limits: {maxRows: topic.pageRows ?? DEFAULT_PAGE_ROWS},
    // Pages are what costs time, and they are kept.
    resume: {never: true},
  };
  const byCursor = {...job, mode: 'upsert' as const, reads: () => ({...where, cursor: CURSOR})};
  const watched = async () => watchedSource(portal, onBatch);
  if (mode === 'incremental') return {...await runJob({...byCursor, openSource: watched}, {logger, progress}, signal), whole: null};

  const {gate, proved} = portalGate(portal);
  const everything = {...job, reads: () => where, openSource: watched};
  const done = await runJob(mode === 'full' ? {...everything, mode: 'replace', gates: [gate]} : {...everything, mode: 'mirror'}, {logger, progress}, signal);
  if (done.report.status !== 'ok') return {...done, whole: null};
  await keep.done();
  // The bound is older than the rows: what changed in between comes again with the next run.
  const settled = await runJob({...byCursor, stateFile: null, openSource: async () => settledSource(portal, [boundAt(keep.watermark)])}, {logger}, signal);
  if (settled.report.status !== 'ok') logger.warn(`the place to go on from could not be written: the next run reads everything once more (${settled.report.error?.message ?? settled.report.status})`);
  const read = proved();
  return {...done, whole: read && {read, ...await factsOfPortal(portal)}};
}
