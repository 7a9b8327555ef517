// compete.mjs TARGET WINS SEED: takes the lock WINS times, and each time sees that nobody else has it. Now and then it dies with it.
import {closeSync, openSync, rmSync} from 'node:fs';
import {acquireLock, fileLock, thisProcess} from '../../dist/index.js';

const [target, wins, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const inside = `${target}.inside`;
const never = new AbortController().signal;
let refused = 0;
for (let won = 0; won < wins;) {
  let lock;
  try {
    lock = await acquireLock(fileLock(target), thisProcess('test compete', new Date(0)), never);
  } catch (error) {
    if (error.code !== 'SLUICE_LOCKED') throw error;
    refused++;
    await new Promise(resolve => setTimeout(resolve, (seed * 7 + refused) % 5));
    continue;
  }
  won++;
  enter();
  await new Promise(resolve => setTimeout(resolve, (seed + won) % 3));
  rmSync(inside);
  if (seed % 4 === 0 && won === wins) process.kill(process.pid, 'SIGKILL');
  await lock[Symbol.asyncDispose]();
}
process.stdout.write(JSON.stringify({won: wins, refused}));

function enter() {
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    process.stdout.write('VIOLATION');
    process.exit(9);
  }
}
