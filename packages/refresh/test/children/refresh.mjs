// One refresh as programs do it, from what is built, to be killed at any moment. Says what it came to.
import {SqliteDestination, SqliteSource} from '@sluice/connector-sqlite';
import {runRefresh} from '@sluice/refresh';
import {openRecord} from '@sluice/state';

const [from, target, state, kind] = process.argv.slice(2);
const source = new SqliteSource(from);
const destination = new SqliteDestination(target, {fresh: true});
const {store, progressLog, ...record} = await openRecord(state, target);
const {report, cause} = await runRefresh({tool: {name: 'test', version: '1'}, kind, source, destination, store, progressLog}, new AbortController().signal);
if (cause) console.error(cause);
process.stdout.write(`${JSON.stringify({status: report.status, refresh: report.refresh, rowsRead: report.tables.reduce((sum, {rowsRead}) => sum + rowsRead, 0)})}\n`);
await record[Symbol.asyncDispose]();
await destination[Symbol.asyncDispose]();
await source[Symbol.asyncDispose]();
