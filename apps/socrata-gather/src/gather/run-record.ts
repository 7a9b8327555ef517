import {ErrorCode, PipelineError, type Logger} from '@sluice/core';
import {logRow} from '../runs/log-rows.ts';
import type {RunLog} from '../runs/run-log.ts';
import type {RunRow} from '../runs/run-row.ts';
import type {Topic} from '../topics/topic-file.ts';
import {NO_COLUMNS, type GatherContext} from './look-ahead.ts';

/** How long the end of a run may take to be written down. */
const END_WITHIN_MS = 30_000;
const REFUSED_WITHIN_MS = 2_000;

type Status = RunRow['status'];
/** Where rows go to, once it is known that some do. */
type Target = Parameters<typeof logRow>[1];

/** What is written down of a run: its row of `import_run`, and a row of the log for its beginning, each chunk of rows and its end. */
export class RunRecord {
  readonly #log: RunLog;
  readonly #topic: Topic;
  readonly #logger: Logger;
  readonly #chunks: number[] = [];
  #row: RunRow;
  #target: Target | null = null;

  private constructor(log: RunLog, topic: Topic, startedAt: string, logger: Logger) {
    this.#log = log;
    this.#topic = topic;
    this.#logger = logger;
    this.#row = newRun(topic, startedAt);
  }

  /** Whoever begins holds the lock of the topic. Throws as the log's database does. */
  static async begin(log: RunLog, topic: Topic, now: Date, context: Pick<GatherContext, 'logger' | 'signal'>): Promise<RunRecord> {
    return new RunRecord(log, topic, await beginning(log, topic, now, context), context.logger);
  }

  get row(): RunRow {
    return this.#row;
  }

  set(facts: Partial<RunRow>): void {
    this.#row = {...this.#row, ...facts};
  }

  /** Adds a sentence to what is remarked of the run. */
  note(text: string): void {
    this.set({remarks: [this.#row.remarks, text].filter(each => each !== null).join('; ')});
  }

  /** The same, and warns of it; null: there is nothing to remark. */
  remark(text: string | null): void {
    if (text === null) return;
    this.#logger.warn(`${this.#topic.name}: ${text}`);
    this.note(text);
  }

  /** From now on rows are on their way. */
  async moving(target: Target, signal: AbortSignal): Promise<void> {
    const {dataset, table} = this.#topic;
    await this.#log.write(this.#row, [logRow(this.#topic, target, this.#row.rowsPublished, 0, `STARTING import from ${dataset} to ${table} (${this.#row.mode}).`)], signal);
    this.#target = target;
  }

  chunk(rows: number): void {
    this.#chunks.push(rows);
  }

  /** What came is of no use: all rows come again. */
  anew(): void {
    this.#chunks.length = 0;
  }

  /** Writes down how it ended. An abort ends a run, not the line that says so: it has a signal of its own. */
  async end(status: Status, error: string | null = null, signal: AbortSignal = AbortSignal.timeout(END_WITHIN_MS)): Promise<RunRow> {
    this.set({status, error, endedAt: new Date().toISOString()});
    const {dataset, table} = this.#topic;
    const target = this.#target;
    const row = (of: Target, count: number, comments: string) => logRow(this.#topic, of, this.#row.rowsPublished, count, comments);
    let offset = 0;
    const chunks = target === null ? [] : this.#chunks.map(count => {
      const chunk = row(target, count, `Chunk import (offset=${offset}): ${count} rows for ${dataset}.`);
      offset += count;
      return chunk;
    });
    const last = target === null ? [] : [row(target, 0, status === 'ok' ? `SUCCESS!! COMPLETED import from ${dataset} to ${table}.` : `FAILED import from ${dataset} to ${table}.`)];
    await this.#log.write(this.#row, [...chunks, ...last], signal);
    return this.#row;
  }
}

/** How a run that was stopped by an error ended, and what is written down of the error. */
export const endOf = (error: unknown, {aborted}: AbortSignal): {readonly status: Status; readonly message: string} => ({
  status: aborted ? 'interrupted' : 'failed', message: error instanceof PipelineError ? error.message : aborted ? 'stopped on request' : 'an internal error',
});

/** A run that was not let at its target is written down as well, where the log does not lie in that very file. */
export async function writeRefused(log: RunLog, topic: Topic, clock: Date, error: unknown, context: GatherContext): Promise<void> {
  const {signal, logger} = context;
  const {status, message} = endOf(error, signal);
  try {
    // Whoever has the target may be in the way of the log as well, and somebody waits here who has waited long enough.
    const record = await RunRecord.begin(log, topic, clock, {logger, signal: AbortSignal.timeout(REFUSED_WITHIN_MS)});
    await record.end(status, message, AbortSignal.timeout(REFUSED_WITHIN_MS));
  } catch {
    // What is no place for rows is none for a log in it, either: that need not be said as well.
    if (!(error instanceof PipelineError) || error.code === ErrorCode.LOCKED) logger.warn('this run could not be written to the run log');
  }
}

const newRun = ({name, filter}: Topic, startedAt: string): RunRow => ({
  topic: name, startedAt, endedAt: null, mode: 'full', status: 'running', rowsPublished: 0, rowsRead: null, rowsInserted: null, rowsUpdated: null, rowsDeleted: null, rowsInTable: null,
  watermark: null, sourceStamp: null, columns: NO_COLUMNS, filter: filter ?? null, remarks: null, error: null,
});

/**
 * When a run begins, in ISO 8601: behind every run that is written down, so that the newest is the last one also where the clock of a machine jumped.
 * A run that says it is under way is not: whoever is asked holds the lock.
 */
async function beginning(log: RunLog, {name}: Topic, now: Date, {logger, signal}: Pick<GatherContext, 'logger' | 'signal'>): Promise<string> {
  const [newest] = await log.newest(name, 1, now, signal);
  if (newest?.status === 'running') await log.write({...newest, status: 'interrupted', error: 'the program was ended before it could say why'}, [], signal);
  if (!newest || newest.startedAt < now.toISOString()) return now.toISOString();
  logger.warn(`the clock of this machine says ${now.toISOString()}, and the last run began at ${newest.startedAt}: one of them was wrong; this run is written down behind that one`);
  return new Date(Date.parse(newest.startedAt) + 1).toISOString();
}
