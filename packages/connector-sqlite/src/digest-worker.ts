// The thread that digests a part or places: started with that as workerData, posts {rows} now and then and {answer} or {failed} at the end.
import {must, PipelineError} from '@sluice/core';
import {parentPort, workerData} from 'node:worker_threads';
import {digestPart} from './digest-part.ts';
import {digestPlaces} from './digest-places.ts';
import type {Work} from './digest-threads.ts';
import {classify} from './errors.ts';
import {openReader} from './read-back.ts';

const port = must(parentPort, 'parent thread');
const {task, named, tableName} = workerData as Work;
let unsaid = 0;
const REPORT_ROWS = 20_000;
const tell = (rows: number) => {
  unsaid += rows;
  if (unsaid < REPORT_ROWS) return;
  port.postMessage({rows: unsaid});
  unsaid = 0;
};
try {
  port.postMessage({answer: 'places' in task ? ofPlaces() : digestPart(task, tell), rows: unsaid});
} catch (error) {
  const known = classify(error, {file: named, access: 'read', table: tableName});
  if (!(known instanceof PipelineError)) throw error;
  const {code, message, context, remedy} = known;
  port.postMessage({failed: {code, message, context, remedy}});
}

function ofPlaces(): string[] {
  if (!('places' in task)) throw new Error('these are no places');
  const db = openReader(task.file, named);
  try {
    const digesting = digestPlaces(db, task);
    for (;;) {
      const {done, value} = digesting.next();
      if (done) return value;
      tell(value);
    }
  } finally {
    db.close();
  }
}
