import {redactUrl} from '@sluice/config';
import type {RunReport} from '@sluice/core';
import {writeTableReceipt} from '@sluice/job';
import {acquireLock, namedLock, thisProcess} from '@sluice/state';
import type {RunRow} from '../runs/run-row.ts';
import {tool} from '../tool.ts';
import {targetOf} from '../topics/open-places.ts';
import type {Topic} from '../topics/topic-file.ts';
import {bringRows} from './bring-rows.ts';
import {figuresOf, type Figures} from './figures.ts';
import {holdTarget} from './hold-target.ts';
import {judge} from './judge.ts';
import {KeptPages, pagesPath} from './kept-pages.ts';
import {logOf, lookAhead, type GatherContext} from './look-ahead.ts';
import {prove, proveWhole} from './prove.ts';
import {receiptFile} from './receipt-file.ts';
import {endOf, RunRecord, writeRefused} from './run-record.ts';

export interface GatherOptions {
  readonly initialize: boolean;
  readonly deletions: boolean;
  /** Where runs of copies are remembered. */
  readonly state: string;
  /** The folder for receipts. */
  readonly receipts: string;
  /** How long another run is waited for that has the target, in milliseconds. */
  readonly lockWait: number;
}

/** What came of a run. `report`: of the copy; `figures`, `receipt`: of the table behind it; null where nothing had to be copied. */
export interface Gathered {
  readonly run: RunRow;
  readonly report: RunReport | null;
  readonly figures: Figures | null;
  readonly receipt: string | null;
  readonly cause?: unknown;
}

/**
 * Brings the rows of a topic, and writes down what it did: a row of `import_run` and the rows of the log, also of a run that fails or has nothing
 * to do, and a receipt of the table it leaves. Resolves with what came of it; throws what kept it from beginning, VERIFY for a table that is not what the portal says.
 */
export async function gatherTopic(topic: Topic, options: GatherOptions, context: GatherContext): Promise<Gathered> {
  const {signal, logger} = context;
  const log = logOf(topic, await targetOf(topic.log.to, context));
  const clock = new Date();
  await using _lock = await acquireLock(lockOf(topic), thisProcess(`${tool.name} ${topic.name}`, clock), signal);
  await using _target = await holdTarget(topic, options.lockWait, context).catch(async (error: unknown) => {
    await writeRefused(log, topic, clock, error, context);
    throw error;
  });
  // Waiting is no part of it.
  const record = await RunRecord.begin(log, topic, new Date(), context);
  try {
    return await gathered(topic, record, options, context);
  } catch (error) {
    const {status, message} = endOf(error, signal);
    await record.end(status, message).catch(() => {
      // What failed matters more than that it could not be written down; a database that is not there is the usual reason for both.
      logger.warn('this run could not be written to the run log');
    });
    throw error;
  }
}

async function gathered(topic: Topic, record: RunRecord, options: GatherOptions, context: GatherContext): Promise<Gathered> {
  const {signal, logger} = context;
  const ahead = await lookAhead(topic, options, context);
  const {mode, reasons, rowsPublished, watermark, sourceStamp, columns, isThere} = ahead;
  record.set({mode, rowsPublished, watermark, sourceStamp, columns, remarks: reasons.length > 0 ? reasons.join('; ') : null});
  const {startedAt} = record.row;
  await using keep = new KeptPages(pagesPath(options.state, nameOf(topic)), {startedAt, watermark}, logger, what => {
    logger.info(what);
    record.note(what);
  });
  if ((mode === 'unchanged' || mode === 'incremental') && await keep.isThere()) logger.info('what a full load that did not come to its end had read is kept: --initialize or --deletions goes on with it');
  if (mode === 'unchanged') {
    record.set({rowsRead: 0, rowsInserted: 0, rowsUpdated: 0, rowsDeleted: 0, rowsInTable: ahead.rowsInTable});
    return {run: await record.end('ok'), report: null, figures: null, receipt: null};
  }
  for (const reason of reasons) logger.info(`${topic.name}: ${reason}`);
  await record.moving(ahead.target, signal);
  const {done, prospect} = await bringRows(topic, {...ahead, mode}, keep, record, options, context);

  // What changed since the first of the rows was read comes again with the next run.
  if (record.row.mode !== 'incremental') record.set({watermark: keep.watermark});
  const {report, cause} = done;
  const [table] = report.tables;
  const isFull = record.row.mode === 'full';
  record.set({
    rowsRead: table?.rowsRead ?? 0, rowsInserted: table?.merged?.inserted ?? (isFull ? (report.published ? table?.rowsWritten ?? 0 : 0) : null), rowsUpdated: table?.merged?.updated ?? (isFull ? 0 : null), rowsDeleted: table?.merged?.deleted ?? (isFull ? 0 : null),
  });
  if (report.status !== 'ok') {
    const run = await record.end(report.status === 'interrupted' ? 'interrupted' : 'failed', report.error?.message ?? table?.error?.message ?? (report.status === 'interrupted' ? 'stopped on request' : 'failed'));
    return {run, report, figures: null, receipt: null, ...(cause !== undefined && {cause})};
  }
  const proof = done.whole ? await proveWhole(done.whole, prospect, signal) : await prove(topic, prospect, signal);
  record.set({rowsInTable: proof.table.rows});
  const figures = figuresOf(proof, topic);
  const receipt = receiptFile(options.receipts, topic.name);
  await writeTableReceipt(receipt, {
    tool, kind: record.row.mode === 'incremental' ? 'incremental' : 'full', startedAt, finishedAt: new Date().toISOString(), name: topic.table, change: isFull ? (isThere ? 'rewritten' : 'new') : 'patched',
    source: {kind: 'socrata', label: proof.label, identity: proof.identity, snapshot: proof.snapshot}, destination: {kind: prospect.targetKind, label: prospect.targetLabel}, table: proof.table, figures, warnings: report.warnings,
  }, logger, signal);
  record.remark(judge(topic, record.row, prospect, proof));
  return {run: await record.end('ok'), report, figures, receipt};
}

/** One run of a topic at a time: of the names alone, so that `status` can look at it without a connection. */
export const lockOf = (topic: Pick<Topic, 'name' | 'to' | 'table'>) => namedLock(nameOf(topic));

const nameOf = ({name, to, table}: Pick<Topic, 'name' | 'to' | 'table'>) => `topic ${name} into ${redactUrl(typeof to.url === 'string' ? to.url : to.url.url)} ${table}`;
