import {Worker} from 'node:worker_threads';
import {joinDigests} from '@sluice/checksum';
import {PipelineError, type ErrorCode, type ErrorContext, type TableDigest} from '@sluice/core';
import type {Part} from './digest-part.ts';
import type {PlacesWork} from './digest-places.ts';

/** What a thread is started with. */
export interface Work {
  readonly task: Part | PlacesWork;
  /** The file's name for people. */
  readonly named: string;
  /** The source's name of the table. */
  readonly tableName: string;
}

interface Message<Answer> {
  readonly rows?: number;
  readonly answer?: Answer;
  readonly failed?: {readonly code: ErrorCode; readonly message: string; readonly context: ErrorContext; readonly remedy: string | undefined};
}

/** A worker runs compiled code only: sources are stripped of their types by whoever runs them, but not for threads. */
export const threadsWork = import.meta.url.endsWith('.js');

/** Digests parts that follow each other, a thread each, and joins them. Aborting stops the threads. */
export async function digestThreads(
  parts: readonly Part[], named: string, tableName: string, signal: AbortSignal, onRows: (rows: number) => void,
): Promise<TableDigest> {
  const digests = await work<TableDigest>(parts.map(task => ({task, named, tableName})), signal, onRows);
  return joinDigests(parts[0]!.columns.map(({column}) => column), digests);
}

/** Digests each place by itself, half of them by a thread of its own. Aborting stops the threads. */
export async function digestPlacesByThreads(
  all: PlacesWork, named: string, tableName: string, signal: AbortSignal, onRows: (rows: number) => void,
): Promise<string[]> {
  const half = Math.ceil(all.places.length / 2);
  const halves = [all.places.slice(0, half), all.places.slice(half)];
  return (await work<string[]>(halves.map(places => ({task: {...all, places}, named, tableName})), signal, onRows)).flat();
}

async function work<Answer>(works: readonly Work[], signal: AbortSignal, onRows: (rows: number) => void): Promise<Answer[]> {
  const workers = works.map(workerData => new Worker(new URL('./digest-worker.js', import.meta.url), {
    workerData,
    // Rows come and go by the page: a small nursery keeps the thread's memory small.
    resourceLimits: {maxYoungGenerationSizeMb: 4},
  }));
  const stop = () => {
    for (const worker of workers) void worker.terminate();
  };
  signal.addEventListener('abort', stop);
  try {
    return await Promise.all(workers.map(worker => answerOf<Answer>(worker, onRows)));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function answerOf<Answer>(worker: Worker, onRows: (rows: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.on('message', ({rows, answer, failed}: Message<Answer>) => {
      if (rows !== undefined) onRows(rows);
      if (answer !== undefined) resolve(answer);
      if (failed) {
        const {code, message, context, remedy} = failed;
        reject(new PipelineError(code, message, {...context, ...(remedy !== undefined && {remedy})}));
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread that digests ended without an answer')));
  });
}
