// Tries to take a lock that another thread of its process holds.
import {parentPort, workerData} from 'node:worker_threads';
import {acquireLock, fileLock, thisProcess} from '../../dist/index.js';

acquireLock(fileLock(workerData), thisProcess('test thread', new Date(0)), new AbortController().signal)
  .then(() => 'acquired', error => error.code).then(result => parentPort.postMessage(result));
