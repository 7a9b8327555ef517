// The thread that digests a part: started with the part as workerData, posts {rows} now and then and {digest} or {failed} at the end.
import {must, PipelineError} from '@sluice/core';
import {parentPort, workerData} from 'node:worker_threads';
import {digestPart, type Part} from './digest-part.ts';
import {classify} from './errors.ts';

const port = must(parentPort, 'parent thread');
const {part, named, tableName} = workerData as {readonly part: Part; readonly named: string; readonly tableName: string};
let unsaid = 0;
const REPORT_ROWS = 20_000;
try {
  const digest = digestPart(part, rows => {
    unsaid += rows;
    if (unsaid < REPORT_ROWS) return;
    port.postMessage({rows: unsaid});
    unsaid = 0;
  });
  port.postMessage({rows: unsaid, digest});
} catch (error) {
  const known = classify(error, {file: named, access: 'read', table: tableName});
  if (!(known instanceof PipelineError)) throw error;
  const {code, message, context, remedy} = known;
  port.postMessage({failed: {code, message, context, remedy}});
}
