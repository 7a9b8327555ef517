// read.mjs STATE TARGET: opens the state as somebody who may not write it, and says what can be done.
import {openState} from '../../dist/index.js';

const [path, target] = process.argv.slice(2);
const refused = await openState(path).then(() => null, error => error.code);
const state = await openState(path, {access: 'read'});
const {length} = await state.history(target, 100);
const written = await state.recordRun({format: 'sluice.run-report/1', status: 'ok', startedAt: '', destination: {kind: 'test', label: target}, tables: []}).then(() => null, error => error.code);
console.log(JSON.stringify({refused, length, written}));
