import {redactUrl} from '@sluice/config';
import {ErrorCode, PipelineError, type RunReport} from '@sluice/core';
import {writeTableReceipt} from '@sluice/job';
import {acquireLock, namedLock, thisProcess} from '@sluice/state';
import {logRow} from '../runs/log-rows.ts';
import type {RunLog} from '../runs/run-log.ts';
import type {RunRow} from '../runs/run-row.ts';
import {tool} from '../tool.ts';
import {targetOf} from '../topics/open-places.ts';
import type {Topic} from '../topics/topic-file.ts';
import {copyTopic} from './copy-topic.ts';
import {figuresOf, type Figures} from './figures.ts';
import {unheldGeometry} from './geometry.ts';
import {holdTarget} from './hold-target.ts';
import {judge} from './judge.ts';
import {KeptPages, pagesPath} from './kept-pages.ts';
import {logOf, lookAhead, NO_COLUMNS, type GatherContext, type Prospect} from './look-ahead.ts';
import {prove, proveWhole} from './prove.ts';
import {receiptFile} from './receipt-file.ts';
import {takeOutNul, takenOutText, type TakenOut} from './take-out-nul.ts';

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
  const startedAt = await beginning(log, topic, new Date(), context);
  let run = newRun(topic, startedAt);
  const chunks: number[] = [];
  let begun: Prospect | undefined;
  const note = (text: string) => { run = {...run, remarks: [run.remarks, text].filter(each => each !== null).join('; ')}; };
  const remark = (text: string | null) => {
    if (text === null) return;
    logger.warn(`${topic.name}: ${text}`);
    note(text);
  };
  try {
    let prospect = await lookAhead(topic, options, context);
    const {mode, reasons, rowsPublished, watermark, sourceStamp, columns, isThere, targetKind} = prospect;
    run = {...run, mode, rowsPublished, watermark, sourceStamp, columns, remarks: reasons.length > 0 ? reasons.join('; ') : null};
    await using keep = new KeptPages(pagesPath(options.state, nameOf(topic)), {startedAt, watermark}, logger, what => {
      logger.info(what);
      note(what);
    });
    if ((mode === 'unchanged' || mode === 'incremental') && await keep.isThere()) logger.info('what a full load that did not come to its end had read is kept: --initialize or --deletions goes on with it');
    if (mode === 'unchanged') {
      run = {...run, rowsRead: 0, rowsInserted: 0, rowsUpdated: 0, rowsDeleted: 0, rowsInTable: prospect.rowsInTable};
      return {run: await end(run, 'ok'), report: null, figures: null, receipt: null};
    }
    for (const reason of reasons) logger.info(`${topic.name}: ${reason}`);
    await log.write(run, [logRow(topic, prospect.target, rowsPublished, 0, `STARTING import from ${topic.dataset} to ${topic.table} (${mode}).`)], signal);
    begun = prospect;
    const takenOut: TakenOut = new Map();
    const copy = (how: typeof mode) => copyTopic(topic, prospect, how, {...options, keep}, context, (schema, batch) => {
      chunks.push(batch.rows.length);
      if (targetKind === 'postgres') takeOutNul(schema, batch, takenOut);
    });
    let done = await copy(mode);
    if (mode === 'incremental' && done.report.error?.code === ErrorCode.POSITION) {
      run = {...run, mode: 'full', remarks: null};
      remark('the publisher has replaced the whole data set: everything is read again');
      chunks.length = 0;
      takenOut.clear();
      done = await copy('full');
    }
    const unheld = run.mode === 'full' && topic.geometry === undefined ? unheldGeometry(done.report, prospect.columns) : null;
    if (unheld !== null) {
      remark(`column ${unheld} has a geometry that PostGIS does not hold exactly: geometries are kept as GeoJSON`);
      prospect = await lookAhead({...topic, geometry: 'geojson'}, {...options, initialize: true, deletions: false}, context);
      run = {...run, columns: prospect.columns};
      chunks.length = 0;
      takenOut.clear();
      done = await copy('full');
    }
    // What changed since the first of the rows was read comes again with the next run.
    if (run.mode !== 'incremental') run = {...run, watermark: keep.watermark};
    const {report, cause} = done;
    const [table] = report.tables;
    const isFull = run.mode === 'full';
    run = {
      ...run, rowsRead: table?.rowsRead ?? 0, rowsInserted: table?.merged?.inserted ?? (isFull ? table?.rowsWritten ?? 0 : null), rowsUpdated: table?.merged?.updated ?? (isFull ? 0 : null), rowsDeleted: table?.merged?.deleted ?? (isFull ? 0 : null),
    };
    if (report.status !== 'ok') {
      run = await end({...run, error: report.error?.message ?? table?.error?.message ?? 'failed'}, report.status === 'interrupted' ? 'interrupted' : 'failed');
      return {run, report, figures: null, receipt: null, ...(cause !== undefined && {cause})};
    }
    remark(takenOutText(takenOut));
    const proof = done.whole ? await proveWhole(done.whole, prospect, signal) : await prove(topic, prospect, signal);
    run = {...run, rowsInTable: proof.table.rows};
    const figures = figuresOf(proof, topic);
    const receipt = receiptFile(options.receipts, topic.name);
    await writeTableReceipt(receipt, {
      tool, kind: run.mode === 'incremental' ? 'incremental' : 'full', startedAt, finishedAt: new Date().toISOString(), name: topic.table, change: run.mode !== 'full' ? 'patched' : isThere ? 'rewritten' : 'new',
      source: {kind: 'socrata', label: proof.label, identity: proof.identity, snapshot: proof.snapshot}, destination: {kind: targetKind, label: prospect.targetLabel}, table: proof.table, figures, warnings: report.warnings,
    }, logger, signal);
    remark(judge(topic, run, prospect, proof));
    return {run: await end(run, 'ok'), report, figures, receipt};
  } catch (error) {
    const message = error instanceof PipelineError ? error.message : signal.aborted ? 'stopped on request' : 'an internal error';
    await end({...run, error: message}, signal.aborted ? 'interrupted' : 'failed').catch(() => {
      // What failed matters more than that it could not be written down; a database that is not there is the usual reason for both.
      logger.warn('this run could not be written to the run log');
    });
    throw error;
  }

  async function end(ended: RunRow, status: RunRow['status']): Promise<RunRow> {
    const whole: RunRow = {...ended, status, endedAt: new Date().toISOString()};
    const row = (count: number, comments: string) => logRow(topic, begun!.target, whole.rowsPublished, count, comments);
    let offset = 0;
    const pages = begun ? chunks.map(count => {
      const page = row(count, `Chunk import (offset=${offset}): ${count} rows for ${topic.dataset}.`);
      offset += count;
      return page;
    }) : [];
    const last = begun ? [row(0, status === 'ok' ? `SUCCESS!! COMPLETED import from ${topic.dataset} to ${topic.table}.` : `FAILED import from ${topic.dataset} to ${topic.table}.`)] : [];
    // An abort ends the run, not the line that says so.
    await log.write(whole, [...pages, ...last], AbortSignal.timeout(END_WITHIN_MS));
    return whole;
  }
}

const newRun = ({name, filter}: Topic, startedAt: string): RunRow => ({
  topic: name, startedAt, endedAt: null, mode: 'full', status: 'running', rowsPublished: 0, rowsRead: null, rowsInserted: null, rowsUpdated: null, rowsDeleted: null, rowsInTable: null,
  watermark: null, sourceStamp: null, columns: NO_COLUMNS, filter: filter ?? null, remarks: null, error: null,
});

/** A run that was not let at its target is written down as well, where the log does not lie in that very file. */
async function writeRefused(log: RunLog, topic: Topic, clock: Date, error: unknown, context: GatherContext): Promise<void> {
  const {signal, logger} = context;
  const message = error instanceof PipelineError ? error.message : signal.aborted ? 'stopped on request' : 'an internal error';
  try {
    // Whoever has the target may be in the way of the log as well, and somebody waits here who has waited long enough.
    const own = {...context, signal: AbortSignal.timeout(REFUSED_WITHIN_MS)};
    await log.write({...newRun(topic, await beginning(log, topic, clock, own)), status: signal.aborted ? 'interrupted' : 'failed', endedAt: new Date().toISOString(), error: message}, [], own.signal);
  } catch {
    // What is no place for rows is none for a log in it, either: that need not be said as well.
    if (!(error instanceof PipelineError) || error.code === ErrorCode.LOCKED) logger.warn('this run could not be written to the run log');
  }
}

/** How long the end of a run may take to be written down. */
const END_WITHIN_MS = 30_000;
const REFUSED_WITHIN_MS = 2_000;

/** One run of a topic at a time: of the names alone, so that `status` can look at it without a connection. */
export const lockOf = (topic: Pick<Topic, 'name' | 'to' | 'table'>) => namedLock(nameOf(topic));

const nameOf = ({name, to, table}: Pick<Topic, 'name' | 'to' | 'table'>) => `topic ${name} into ${redactUrl(typeof to.url === 'string' ? to.url : to.url.url)} ${table}`;

/**
 * When a run begins, in ISO 8601: behind every run that is written down, so that the newest is the last one also where the clock of a machine jumped.
 * A run that says it is under way is not: whoever is asked holds the lock.
 */
async function beginning(log: RunLog, {name}: Topic, now: Date, {logger, signal}: GatherContext): Promise<string> {
  const [newest] = await log.newest(name, 1, now, signal);
  if (newest?.status === 'running') await log.write({...newest, status: 'interrupted', error: 'the program was ended before it could say why'}, [], signal);
  if (!newest || newest.startedAt < now.toISOString()) return now.toISOString();
  logger.warn(`the clock of this machine says ${now.toISOString()}, and the last run began at ${newest.startedAt}: one of them was wrong; this run is written down behind that one`);
  return new Date(Date.parse(newest.startedAt) + 1).toISOString();
}
