import {fork} from 'node:child_process';
import {ErrorCode, PipelineError, type ErrorContext, type Querier, type QueryRequest, type QueryResult} from '@sluice/core';
import {checkQuery, inTime} from '@sluice/sql';
import {runQuery} from './run-query.ts';

/** What a child is asked. */
export interface Asked {
  readonly file: string;
  readonly request: QueryRequest;
}

/** What it answers. */
export interface Answered {
  readonly result?: QueryResult;
  readonly failed?: {readonly code: ErrorCode; readonly message: string; readonly context: ErrorContext; readonly remedy: string | undefined; readonly native: string | undefined};
}

/** A child runs compiled code only: sources are stripped of their types by whoever runs them, but not for children. */
const childrenWork = import.meta.url.endsWith('.js');

/**
 * Asks a SQLite file, opened for reading only. Nothing can interrupt a statement of SQLite's while it computes, so a process of
 * its own does, which can be ended.
 */
export class SqliteQuerier implements Querier {
  readonly kind = 'sqlite';
  readonly label: string;
  readonly #file: string;

  constructor(file: string) {
    this.label = `sqlite:${file}`;
    this.#file = file;
  }

  async query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
    signal.throwIfAborted();
    checkQuery(request, 'sqlite');
    const asked = {file: this.#file, request};
    if (!childrenWork) return runQuery(asked);
    // The child has no clock of its own, so nothing is waited for after the time is over.
    return await inTime(request, signal, either => askChild(asked, either), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function askChild(asked: Asked, signal: AbortSignal): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./query-child.js', import.meta.url), [], {
      // Of integers and bytes JSON makes others. A group of its own: what stops this program stops it through us.
      serialization: 'advanced', detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [],
    });
    const abort = () => {
      child.kill('SIGKILL');
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, {once: true});
    child.on('error', reject);
    // Sound: the child is our own.
    child.on('message', message => {
      const {result, failed} = message as Answered;
      if (result) resolve(result);
      if (failed) {
        const {code, message: what, context, remedy, native} = failed;
        reject(new PipelineError(code, what, {...context, retryable: false, ...(remedy !== undefined && {remedy}), ...(native !== undefined && {native})}));
      }
      child.kill('SIGKILL');
    });
    child.on('exit', code => {
      signal.removeEventListener('abort', abort);
      reject(new PipelineError(ErrorCode.CONNECT, `${asked.request.name}: the process that reads the file ended without an answer (exit code ${code ?? 'none'})`, {retryable: false, remedy: 'see whether there is enough memory'}));
    });
    child.send(asked);
  });
}
