import {Worker} from 'node:worker_threads';
import {joinDigests} from '@sluice/checksum';
import {PipelineError, type ErrorCode, type ErrorContext, type TableDigest} from '@sluice/core';
import type {Part} from './digest-part.ts';

interface Message {
  readonly rows?: number;
  readonly digest?: TableDigest;
  readonly failed?: {readonly code: ErrorCode; readonly message: string; readonly context: ErrorContext; readonly remedy: string | undefined};
}

/** A worker runs compiled code only: sources are stripped of their types by whoever runs them, but not for threads. */
export const threadsWork = import.meta.url.endsWith('.js');

/** Digests parts that follow each other, a thread each, and joins them. Aborting stops the threads. */
export async function digestThreads(
  parts: readonly Part[], named: string, tableName: string, signal: AbortSignal, onRows: (rows: number) => void,
): Promise<TableDigest> {
  const workers = parts.map(part => new Worker(new URL('./digest-worker.js', import.meta.url), {
    workerData: {part, named, tableName},
    // Rows come and go by the page: a small nursery keeps the thread's memory small.
    resourceLimits: {maxYoungGenerationSizeMb: 4},
  }));
  const stop = () => {
    for (const worker of workers) void worker.terminate();
  };
  signal.addEventListener('abort', stop);
  try {
    const digests = await Promise.all(workers.map(worker => digestOf(worker, onRows)));
    return joinDigests(parts[0]!.columns.map(({column}) => column), digests);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function digestOf(worker: Worker, onRows: (rows: number) => void): Promise<TableDigest> {
  return new Promise((resolve, reject) => {
    worker.on('message', ({rows, digest, failed}: Message) => {
      if (rows !== undefined) onRows(rows);
      if (digest) resolve(digest);
      if (failed) {
        const {code, message, context, remedy} = failed;
        reject(new PipelineError(code, message, {...context, ...(remedy !== undefined && {remedy})}));
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread that digests ended without an answer')));
  });
}
