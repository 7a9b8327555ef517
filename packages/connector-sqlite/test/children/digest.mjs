// Loads a table, damages it as told, and compares the digest of two threads with that of reading back. Prints what it found as JSON.
import {rowDigester} from '@sluice/checksum';
import {readdirSync} from 'node:fs';
import {join, dirname} from 'node:path';
import Database from 'better-sqlite3';
import {SqliteDestination} from '@sluice/connector-sqlite';

const [, , file, shape, damage, count = '100001'] = process.argv;
const signal = new AbortController().signal;
const columns = [
  {name: 'id', type: 'int', nullable: false},
  {name: 'big', type: 'int', nullable: true, unsigned64: true},
  {name: 'price', type: 'decimal', nullable: true, precision: 10, scale: 2},
  {name: 'body', type: 'text', nullable: true},
];
const schema = {table: 't', columns, primaryKey: shape === 'alias' ? ['id'] : [], ...(shape === 'alias' && {order: 'key'})};
const ROWS = Number(count);
const keyOf = i => (shape === 'alias' ? (i - 50_000) * 3 : i % 7);
const destination = new SqliteDestination(file);
const load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
const writer = await load.open(schema, signal);
for (let i = 0; i < ROWS; i += 1000) {
  const rows = Array.from({length: Math.min(1000, ROWS - i)}, (_, k) => [keyOf(i + k), (i + k) % 3 ? 2n ** 64n - 1n - BigInt(i) : null, `${i + k}.50`, `body é ${i + k}`]);
  await writer.write({rows, position: null});
}
await writer.commit(null);
await writer[Symbol.asyncDispose]();
await load.finish(signal);
const part = join(dirname(file), readdirSync(dirname(file)).find(name => name.endsWith('.part')));
const change = sql => {
  const db = new Database(part);
  db.exec(sql);
  db.close();
};
const limits = {maxRows: 1000, maxBytes: 1 << 20};
const reading = rowDigester(columns, 'written');
for await (const {rows} of load.readBack(schema, limits, signal)) reading.update(rows);
const expected = reading.finish();
if (damage) change(damage);
let heard = 0;
const found = await load.digestBack(schema, 'written', limits, signal, rows => { heard += rows; });
const aborted = new AbortController();
const stopped = load.digestBack(schema, 'written', limits, aborted.signal, () => {}).then(() => 'ended', error => error.name);
aborted.abort();
console.log(JSON.stringify({threads: found !== null, equal: found?.digest === expected.digest, rows: found?.rows, heard, any: await load.digestBack(schema, 'any', limits, signal, () => {}), stopped: await stopped}));
await load[Symbol.asyncDispose]();
await destination[Symbol.asyncDispose]();
