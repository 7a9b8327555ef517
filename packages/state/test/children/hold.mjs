// hold.mjs TARGET: takes the lock, says so, and holds it until it is killed or its input ends.
import {acquireLock, fileLock, thisProcess} from '../../dist/index.js';

try {
  const lock = await acquireLock(fileLock(process.argv[2]), thisProcess('test hold', new Date(0)), new AbortController().signal);
  process.stdout.write('held\n');
  for await (const _ of process.stdin);
  await lock[Symbol.asyncDispose]();
  process.stdout.write('released\n');
} catch (error) {
  process.stdout.write(`${error.code}\n`);
}
