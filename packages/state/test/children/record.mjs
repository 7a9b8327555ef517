// record.mjs STATE TARGET COUNT: opens the state, records COUNT runs, saying so after each, and waits to be killed if told to.
import {openState} from '../../dist/index.js';

const [path, target, count, wait] = process.argv.slice(2);
const state = await openState(path);
for (let i = 0; i < Number(count); i++) {
  await state.recordRun({format: 'sluice.run-report/1', status: 'ok', startedAt: `2024-01-01T00:00:${String(i).padStart(2, '0')}Z`, destination: {kind: 'test', label: target}, tables: [], number: i});
  await state.savePosition(target, 'users', String(i));
  process.stdout.write(`${i}\n`);
}
if (wait) setInterval(() => {}, 1000);
else await state[Symbol.asyncDispose]();
