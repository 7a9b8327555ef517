import type {CommandContext} from '@sluice/cli-kit';
import {redactUrl} from '@sluice/config';
import {parseEndpoint, SocrataSource} from '@sluice/connector-socrata';
import {ErrorCode, PipelineError, type CursorBound, type Endpoint, type RunReport, type Schema} from '@sluice/core';
import {runJob, type CopyJob} from '@sluice/job';
import {openDestination} from '@sluice/registry';
import {acquireLock, namedLock, thisProcess} from '@sluice/state';
import {RunLog} from '../runs/run-log.ts';
import type {LogRow, RunRow} from '../runs/run-row.ts';
import {tool} from '../tool.ts';
import {sourceOf, targetOf} from '../topics/open-places.ts';
import type {Topic} from '../topics/topic-file.ts';
import {columnsText} from './columns.ts';
import {countRows} from './count-rows.ts';
import {decide, type Decision} from './decide.ts';
import {settledSource} from './settled-source.ts';
import {watchedSource} from './watched-source.ts';

const CURSOR = ':updated_at';
/** Of a run that ended before it knew them. */
const NO_COLUMNS = '[]';
/** Where no run ended well, among so many is one that began. */
const RUNS_LOOKED_AT = 100;
/** Rows of a batch, and of a row of the log, where a topic names no page limit. */
const DEFAULT_PAGE_ROWS = 10_000;

export interface GatherOptions {
  readonly initialize: boolean;
  readonly deletions: boolean;
  /** Where runs of copies are remembered. */
  readonly state: string;
}

type Context = Pick<CommandContext, 'env' | 'logger' | 'signal' | 'progress'>;

/** What a run found before it began. */
export interface Prospect extends Decision {
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** The target without anything secret. */
  readonly targetLabel: string;
  readonly table: string;
  readonly rowsPublished: number;
  readonly watermark: string | null;
  readonly sourceStamp: string | null;
  readonly columns: string;
}

/** What came of a run. `report`: of the copy; null where nothing had to be copied. */
export interface Gathered {
  readonly run: RunRow;
  readonly report: RunReport | null;
  readonly cause?: unknown;
}

/** Says how a run would bring the rows; reads metadata and counts, and touches nothing. Throws as the connectors do, and `decide`. */
export async function lookAhead(topic: Topic, options: Pick<GatherOptions, 'initialize' | 'deletions'>, context: Context): Promise<Prospect> {
  const {signal} = context;
  const [source, target] = [await sourceOf(topic, context), await targetOf(topic.to, context)];
  await using portal = new SocrataSource(parseEndpoint(source));
  const schema = await schemaOf(portal, signal);
  const filter = topic.filter ?? null;
  const all = await portal.totals(schema, null, signal);
  const chosen = filter === null ? all : await portal.totals(schema, filter, signal);
  await using destination = await openDestination(target);
  const live = await destination.contents?.(signal) ?? [];
  const known = {rowsPublished: chosen.rows, watermark: all.lastUpdated, sourceStamp: portal.snapshot, columns: columnsText(schema)};
  const [log, now] = [logOf(topic, await targetOf(topic.log.to, context)), new Date()];
  const last = await log.lastGood(topic.name, now, signal);
  // What was refused before it read anything has no columns.
  const hasBegun = last !== null || (await log.newest(topic.name, RUNS_LOOKED_AT, now, signal)).some(({columns}) => columns !== NO_COLUMNS);
  const decision = decide({...known, ...options, topic: topic.name, table: topic.table, last, hasBegun, isThere: live.some(({name}) => name === topic.table), filter});
  return {...decision, ...known, source, target, targetLabel: destination.label, table: topic.table};
}

const logOf = (topic: Topic, endpoint: Endpoint) => new RunLog(endpoint, topic.log.table);

/**
 * Brings the rows of a topic, and writes down what it did: a row of `import_run` and the rows of the log, also of a run that fails or has nothing
 * to do. Resolves with what came of it; throws what kept it from beginning.
 */
export async function gatherTopic(topic: Topic, options: GatherOptions, context: Context): Promise<Gathered> {
  const {signal} = context;
  const startedAt = new Date();
  const log = logOf(topic, await targetOf(topic.log.to, context));
  await using _lock = await acquireLock(lockOf(topic), thisProcess(`${tool.name} ${topic.name}`, startedAt), signal);
  await markInterrupted(log, topic, startedAt, signal);
  let run: RunRow = {
    topic: topic.name, startedAt: startedAt.toISOString(), endedAt: null, mode: 'full', status: 'running', rowsPublished: 0, rowsRead: null, rowsInserted: null, rowsUpdated: null, rowsDeleted: null, rowsInTable: null,
    watermark: null, sourceStamp: null, columns: NO_COLUMNS, filter: topic.filter ?? null, remarks: null, error: null,
  };
  const chunks: number[] = [];
  try {
    const prospect = await lookAhead(topic, options, context);
    const {mode, reasons, rowsPublished, watermark, sourceStamp, columns} = prospect;
    run = {...run, mode, rowsPublished, watermark, sourceStamp, columns, remarks: reasons.length > 0 ? reasons.join('; ') : null};
    if (mode === 'unchanged') {
      run = {...run, rowsRead: 0, rowsInserted: 0, rowsUpdated: 0, rowsDeleted: 0, rowsInTable: await countRows(prospect.target, topic.table, signal)};
      return {run: await end(run, 'ok'), report: null};
    }
    for (const reason of reasons) context.logger.info(reason);
    await log.write(run, [logRow(topic, prospect, 0, `STARTING import from ${topic.dataset} to ${topic.table} (${mode}).`)], signal);
    const onBatch = (rows: number) => { chunks.push(rows); };
    let done = await copyTopic(topic, prospect, mode, options, context, onBatch);
    if (mode === 'incremental' && done.report.error?.code === ErrorCode.POSITION) {
      const why = 'the publisher has replaced the whole data set: everything is read again';
      context.logger.warn(why);
      run = {...run, mode: 'full', remarks: why};
      chunks.length = 0;
      done = await copyTopic(topic, prospect, 'full', options, context, onBatch);
    }
    const {report, cause} = done;
    const [table] = report.tables;
    const isFull = run.mode === 'full';
    run = {
      ...run, rowsRead: table?.rowsRead ?? 0, rowsInserted: table?.merged?.inserted ?? (isFull ? table?.rowsWritten ?? 0 : null), rowsUpdated: table?.merged?.updated ?? (isFull ? 0 : null), rowsDeleted: table?.merged?.deleted ?? (isFull ? 0 : null),
    };
    if (report.status !== 'ok') {
      run = await end({...run, error: report.error?.message ?? table?.error?.message ?? 'failed'}, report.status === 'interrupted' ? 'interrupted' : 'failed', prospect);
      return {run, report, ...(cause !== undefined && {cause})};
    }
    // A full load was read back: the table is what was written.
    run = {...run, rowsInTable: isFull && table?.verified === true ? table.rowsWritten : await countRows(prospect.target, topic.table, signal)};
    const remark = surplusOf(run, await publishedNow(topic, prospect, signal));
    if (remark !== null) {
      context.logger.warn(remark);
      run = {...run, remarks: [run.remarks, remark].filter(each => each !== null).join('; ')};
    }
    return {run: await end(run, 'ok', prospect), report};
  } catch (error) {
    const message = error instanceof PipelineError ? error.message : signal.aborted ? 'stopped on request' : 'an internal error';
    await end({...run, error: message}, signal.aborted ? 'interrupted' : 'failed').catch(() => {
      // What failed matters more than that it could not be written down; a database that is not there is the usual reason for both.
      context.logger.warn('this run could not be written to the run log');
    });
    throw error;
  }

  async function end(ended: RunRow, status: RunRow['status'], prospect?: Prospect): Promise<RunRow> {
    const whole: RunRow = {...ended, status, endedAt: new Date().toISOString()};
    let offset = 0;
    const rows = prospect ? chunks.map(count => {
      const row = logRow(topic, prospect, count, `Chunk import (offset=${offset}): ${count} rows for ${topic.dataset}.`);
      offset += count;
      return row;
    }) : [];
    if (prospect) rows.push(logRow(topic, prospect, 0, status === 'ok' ? `SUCCESS!! COMPLETED import from ${topic.dataset} to ${topic.table}.` : `FAILED import from ${topic.dataset} to ${topic.table}.`));
    // An abort ends the run, not the line that says so.
    await log.write(whole, rows, AbortSignal.timeout(END_WITHIN_MS));
    return whole;
  }
}

/** How long the end of a run may take to be written down. */
const END_WITHIN_MS = 30_000;

/** One run of a topic at a time: of the names alone, so that `status` can look at it without a connection. */
export const lockOf = ({name, to, table}: Pick<Topic, 'name' | 'to' | 'table'>) => namedLock(`topic ${name} into ${redactUrl(typeof to.url === 'string' ? to.url : to.url.url)} ${table}`);

/** Whoever holds the lock knows that a run that says it is under way is not. */
async function markInterrupted(log: RunLog, {name}: Topic, now: Date, signal: AbortSignal): Promise<void> {
  const [newest] = await log.newest(name, 1, now, signal);
  if (newest?.status === 'running') await log.write({...newest, status: 'interrupted', error: 'the program was ended before it could say why'}, [], signal);
}

async function schemaOf(portal: SocrataSource, signal: AbortSignal): Promise<Schema> {
  const {tables: [schema]} = await portal.discover(signal);
  if (!schema) throw new Error('a URL with one data set gives one table');
  return schema;
}

async function copyTopic(topic: Topic, {source, target}: Prospect, mode: 'full' | 'incremental' | 'deletions', {state}: GatherOptions, context: Context, onBatch: (rows: number) => void) {
  const {signal, logger, progress} = context;
  const where = topic.filter === undefined ? {} : {where: [topic.filter]};
  const open = () => new SocrataSource(parseEndpoint(source));
  const job: CopyJob = {
    tool, source, destination: target, stateFile: state,
    limits: {maxRows: topic.pageRows ?? DEFAULT_PAGE_ROWS},
  };
  const byCursor = {...job, mode: 'upsert' as const, reads: () => ({...where, cursor: CURSOR})};
  const watched = async () => watchedSource(open(), onBatch);
  if (mode === 'incremental') return await runJob({...byCursor, openSource: watched}, {logger, progress}, signal);

  // The bound is older than the rows: what changes in between comes again with the next run.
  let bounds: readonly CursorBound[];
  {
    await using portal = open();
    const {table} = await schemaOf(portal, signal);
    bounds = await portal.settleCursors([{table, column: CURSOR}], signal);
  }
  const done = await runJob({...job, mode: mode === 'full' ? 'replace' : 'mirror', reads: () => where, openSource: watched}, {logger, progress}, signal);
  if (done.report.status !== 'ok') return done;
  const settled = await runJob({...byCursor, stateFile: null, openSource: async () => settledSource(open(), bounds)}, {logger}, signal);
  if (settled.report.status !== 'ok') logger.warn(`the place to go on from could not be written: the next run reads everything once more (${settled.report.error?.message ?? settled.report.status})`);
  return done;
}

async function publishedNow(topic: Topic, {source}: Prospect, signal: AbortSignal): Promise<number> {
  await using portal = new SocrataSource(parseEndpoint(source));
  return (await portal.totals(await schemaOf(portal, signal), topic.filter ?? null, signal)).rows;
}

/** What is to be said when the table has another number of rows than the portal counts; null when it has as many. */
function surplusOf({rowsInTable, mode}: RunRow, published: number): string | null {
  if (rowsInTable === null || rowsInTable === published) return null;
  const [more, unlike] = [rowsInTable > published, Math.abs(rowsInTable - published).toLocaleString('en-US')];
  if (mode === 'incremental' && more) return `${unlike} rows of the table are not published any more: --deletions takes them away`;
  return `the table has ${unlike} rows ${more ? 'more' : 'fewer'} than the portal counts now: it changed meanwhile, and the next run sees to it`;
}

const logRow = ({dataset, table}: Topic, {target, rowsPublished}: Prospect, count: number, comments: string): Omit<LogRow, 'id'> => {
  const {host, db} = hostOf(target);
  return {sourceFile: dataset, targetHost: host, targetDb: db, targetTable: table, totalRowCount: rowsPublished, chunkRowCount: count, comments, importTimestamp: new Date().toISOString().replace('T', ' ').replace('Z', '')};
};

/** Host and database of a target; of a file its name. */
function hostOf({url}: Endpoint): {readonly host: string; readonly db: string} {
  const [, host = '', db = ''] = /^[a-z]+:\/\/(?:[^@/]*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return host === '' ? {host: '', db: url.replace(/^[a-z]+:/, '').replace(/\?.*$/, '')} : {host, db};
}
