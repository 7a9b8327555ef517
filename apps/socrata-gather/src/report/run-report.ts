import {readFile} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {openQuerier} from '@sluice/registry';
import {chartOf, type ResultReport} from '@sluice/report';
import {targetOf, type Around} from '../topics/open-places.ts';
import type {SavedReport} from '../topics/topic-file.ts';

export const USUAL_ROWS = 1000;
export const USUAL_TIMEOUT_MS = 60_000;
/** An answer is held as a whole. */
const MAX_BYTES = 64 << 20;

/** Asks the target of a saved question. `folder`: where its file lies, when it is in one. Throws as `Querier.query` does, and CONFIG. */
export async function runReport({name, title = name, to, chart, limit = USUAL_ROWS, timeout = USUAL_TIMEOUT_MS, ...rules}: SavedReport, folder: string, now: Date, around: Around): Promise<ResultReport> {
  const sql = rules.sql ?? await sqlOf(resolve(folder, rules.sqlFile ?? ''), around.signal);
  await using querier = await openQuerier(await targetOf(to, around));
  const result = await querier.query({sql, name: `report ${name}`, maxRows: limit, maxBytes: MAX_BYTES, timeoutMs: timeout}, around.signal);
  return {...result, title, source: querier.label, sql, at: now.toISOString(), chart: chart === false ? null : chartOf(result, chart)};
}

/** The folder that paths of a topics file are meant from. */
export const folderOf = (topicsFile: string): string => dirname(resolve(topicsFile));

async function sqlOf(file: string, signal: AbortSignal): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file, {signal});
  } catch (error) {
    signal.throwIfAborted();
    throw new PipelineError(ErrorCode.CONFIG, `${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'})`, {remedy: 'name a file with one SELECT'});
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    throw new PipelineError(ErrorCode.CONFIG, `${file} is no text in UTF-8`, {remedy: 'save it as UTF-8'});
  }
}
