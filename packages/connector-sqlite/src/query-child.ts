// The process that runs a query: asked by one message, it answers with {result} or {failed}. It ends with who started it.
import {PipelineError} from '@sluice/core';
import {Worker} from 'node:worker_threads';
import type {Answered, Asked} from './querier.ts';
import {runQuery} from './run-query.ts';

const WATCH_MS = 500;

// A statement that computes lets nothing else of this thread run; another one looks whether the parent is still there.
new Worker(`const {workerData} = require('node:worker_threads'); setInterval(() => { if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL'); }, ${WATCH_MS})`, {
  eval: true, workerData: process.ppid,
}).unref();

// Sound: the parent is our own.
process.once('message', message => answer(message as Asked));

function answer(asked: Asked): void {
  const say = (answered: Answered) => process.send?.(answered);
  try {
    say({result: runQuery(asked)});
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const {code, message, context, remedy, native} = error;
    say({failed: {code, message, context, remedy, native}});
  }
}
