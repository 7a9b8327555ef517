// Loads a table, damages it as told, and compares the digests of its places by two threads with those of reading them. Prints what it found as JSON.
import {rowDigester} from '@sluice/checksum';
import {join, dirname} from 'node:path';
import Database from 'better-sqlite3';
import {SqliteDestination} from '@sluice/connector-sqlite';

const [, , file, shape, damage] = process.argv;
const signal = new AbortController().signal;
const columns = [
  {name: 'id', type: 'int', nullable: false},
  {name: 'big', type: 'int', nullable: true, unsigned64: true},
  {name: 'body', type: 'text', nullable: true},
];
const schema = {table: 't', columns, primaryKey: shape === 'alias' ? ['id'] : [], ...(shape === 'alias' && {order: 'key'})};
const destination = new SqliteDestination(file);
const load = await destination.beginRefresh({catalog: {tables: [schema], views: [], others: []}, from: 'nothing', keep: new Set()}, signal);
const writer = await load.open(schema, 'anew', signal);
const places = [], digests = [];
const digest = rows => {
  const digester = rowDigester(columns, 'written');
  digester.update(rows);
  return digester.finish().digest;
};
for (let i = 0; i < 100_000; i += 1000) {
  const rows = Array.from({length: 1000}, (_, k) => [shape === 'alias' ? (i + k - 50_000) * 3 : k % 7, (i + k) % 3 ? 2n ** 64n - 1n - BigInt(i) : null, `body é ${i + k}`]);
  digests.push(digest(rows));
  places.push(await writer.write({rows, position: null}));
  await writer.commit();
}
await writer[Symbol.asyncDispose]();
await load.finish(signal);
if (damage) {
  const db = new Database(join(dirname(file), load.token));
  db.exec(damage);
  db.close();
}
const limits = {maxRows: 1000, maxBytes: 1 << 20};
let heard = 0;
const found = await load.digestPlaces(schema, places, limits, signal, rows => { heard += rows; });
const aborted = new AbortController();
const stopped = load.digestPlaces(schema, places, limits, aborted.signal).then(() => 'ended', error => error.name);
aborted.abort();
console.log(JSON.stringify({count: found.length, different: found.flatMap((one, i) => (one === digests[i] ? [] : [i])), heard, stopped: await stopped}));
await load[Symbol.asyncDispose]();
await destination[Symbol.asyncDispose]();
