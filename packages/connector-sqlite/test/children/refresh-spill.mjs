// Begins to empty a large table of a refresh load, more than the cache holds, and dies before it commits.
import {SqliteDestination} from '../../dist/index.js';

const [file, text] = process.argv.slice(2);
const signal = new AbortController().signal;
const schema = JSON.parse(text);
const destination = new SqliteDestination(file);
const load = await destination.beginRefresh({catalog: {tables: [schema], views: [], others: []}, from: 'live', keep: new Set([schema.table])}, signal);
const writer = await load.open(schema, 'patch', signal);
await writer.retain([]);
process.stdout.write(load.token, () => process.kill(process.pid, 'SIGKILL'));
