// One refresh load, as a run does it, said aloud step by step, to be killed at any of them: what is noted after each commit lets the next start go on.
import {appendFileSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {rowDigester} from '@sluice/checksum';
import {SqliteDestination} from '../../dist/index.js';

const [file, from, generation, folder] = process.argv.slice(2);
const signal = new AbortController().signal;
const CHUNKS = 20, ROWS = 60;
const mysql = sql => ({dialect: 'mysql', sql});
const id = {name: 'id', type: 'int', nullable: false};
const body = {name: 'body', type: 'text', nullable: true};
const code = {name: 'code', type: 'text', nullable: false};
const tables = [
  {table: 'keyed', columns: [id, body], primaryKey: ['id'], order: 'key', indexes: [{name: 'by_body', unique: false, parts: [{column: 'body'}]}]},
  {table: 'counted', columns: [code, body], primaryKey: ['code'], indexes: [{name: 'u', unique: true, parts: [{column: 'body'}]}]},
  {table: 'proved', columns: [id, body, {name: 'twice', type: 'int', nullable: true, generated: {...mysql('(`id` * 2)'), stored: true}}], primaryKey: ['id'], order: 'key', checks: [{name: 'c', ...mysql('(`id` > 0)')}]},
];
const catalog = {tables, views: [{name: 'v', columns: ['id'], ...mysql('select `keyed`.`id` AS `id` from `keyed`')}], others: []};
/** Every fifth chunk is another one in another generation, and of another size. */
const rowsOf = ({table}, chunk) => {
  const version = chunk % 5 === 2 ? generation : 1;
  return Array.from({length: ROWS - (chunk % 5 === 2 ? Number(generation) * 3 : 0)}, (_, i) => {
    const n = chunk * ROWS + i + 1;
    const text = `${table} ${n} version ${version} ${'x'.repeat(40)}`;
    return table === 'keyed' ? [n, text] : table === 'counted' ? [`c${n}`, text] : [n, text, n * 2];
  });
};
const digestOf = (schema, rows) => {
  const digester = rowDigester(schema.columns, 'written');
  digester.update(rows);
  return digester.finish().digest;
};
const say = step => process.stdout.write(`${step}\n`);
const pause = () => new Promise(resolve => setImmediate(resolve));
const limits = {maxRows: 1000, maxBytes: 1 << 20};
const progress = `${folder}/progress`, base = `${folder}/base`;

const known = new Map(tables.map(({table}) => [table, new Map()]));
const learn = path => {
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const {table, chunk, place} = JSON.parse(line);
    if (table) known.get(table).set(chunk, place);
  }
};
say('start');
const destination = new SqliteDestination(file);
const all = new Set(tables.map(({table}) => table));
let load = null;
if (from === 'live') learn(base);
if (existsSync(progress)) {
  learn(progress);
  const {token} = JSON.parse(readFileSync(progress, 'utf8').split('\n')[0]);
  const keep = new Set([...all].filter(table => known.get(table).size > 0));
  load = await destination.beginRefresh({catalog, from: {resume: token}, keep}, signal);
  say(load ? 'resumed' : 'lost');
  if (!load) {
    for (const chunks of known.values()) chunks.clear();
    if (from === 'live') learn(base);
  }
}
if (!load) {
  load = await destination.beginRefresh({catalog, from, keep: from === 'live' ? all : new Set()}, signal);
  writeFileSync(progress, `${JSON.stringify({token: load.token})}\n`);
}
say('begun');
for (const schema of tables) {
  const chunks = known.get(schema.table);
  const expected = Array.from({length: CHUNKS}, (_, chunk) => digestOf(schema, rowsOf(schema, chunk)));
  const patch = chunks.size > 0 && load.patchable(schema);
  if (!patch) chunks.clear();
  const writer = await load.open(schema, patch ? 'patch' : 'anew', signal);
  if (patch) {
    await writer.retain([...chunks.values()]);
    await writer.commit();
    say('retained');
    const there = [...chunks.keys()];
    const found = await load.digestPlaces(schema, [...chunks.values()], limits, signal);
    const bad = there.filter((chunk, i) => found[i] !== expected[chunk]);
    await writer.remove(bad.map(chunk => chunks.get(chunk)));
    for (const chunk of bad) chunks.delete(chunk);
    await writer.commit();
    say('removed');
  }
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    if (chunks.has(chunk)) continue;
    const place = await writer.write({rows: rowsOf(schema, chunk), position: null});
    say('written');
    await pause();
    await writer.commit();
    say('committed');
    await pause();
    chunks.set(chunk, place);
    appendFileSync(progress, `${JSON.stringify({table: schema.table, chunk, place})}\n`);
  }
  await writer[Symbol.asyncDispose]();
}
say('loaded');
await load.finish(signal);
say('finished');
for (const schema of tables) {
  const chunks = [...known.get(schema.table)];
  const found = await load.digestPlaces(schema, chunks.map(([, place]) => place), limits, signal);
  for (const [i, [chunk]] of chunks.entries()) if (found[i] !== digestOf(schema, rowsOf(schema, chunk))) throw new Error(`chunk ${chunk} of ${schema.table} is not what was written`);
  if (await load.countRows(schema, signal) !== chunks.reduce((sum, [chunk]) => sum + rowsOf(schema, chunk).length, 0)) throw new Error(`${schema.table} has other rows, too`);
}
await load.seal(signal);
writeFileSync(`${base}.next`, [...known].flatMap(([table, chunks]) => [...chunks].map(([chunk, place]) => `${JSON.stringify({table, chunk, place})}\n`)).join(''));
say('sealed');
await load.publish(signal);
say('published');
await load[Symbol.asyncDispose]();
rmSync(progress);
say('end');
