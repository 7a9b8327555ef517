// What mongo-to-psql costs: a load against reading the raw cursor to its end, a sync of many changes, a comparison of everything.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startFerretdb, startPrivateServer} from '@sluice/testkit/servers';
import {MongoClient} from 'mongodb';
import {alternate, peakOf, ratio, runOnce, secondsOf} from '../measure.mjs';
import {documentOf, timestamp} from '../mongo/documents.mjs';

const cli = join(import.meta.dirname, '../../apps/mongo-to-psql/bin/mongo-to-psql.js');
const rawCursor = join(import.meta.dirname, '../mongo/raw-cursor.mjs');
const flattening = join(import.meta.dirname, '../../packages/relational/bench/flatten.mjs');
const DATABASE = 'bench';
/** FerretDB takes no writes into `local`. */
const LOG = 'bench_log';
const PER_INSERT = 5000;
/** Of a million documents every tenth one changes. */
const CHANGED = 0.1;

async function startMongo(log) {
  const ferret = await startFerretdb(log);
  if (!('missing' in ferret)) return {url: ferret.url, name: ferret.version, stop: () => ferret[Symbol.asyncDispose]()};
  log(ferret.missing);
  const server = await startPrivateServer('mongodb', {options: []});
  if (!server) throw new Error('this benchmark needs FerretDB, mongod or Java for mongo-java-server');
  return {url: server.url, name: server.version, stop: () => server.stop()};
}

async function fill(db, from, to, log) {
  for (let i = from; i < to; i += PER_INSERT) {
    await db.collection('orders').insertMany(Array.from({length: Math.min(PER_INSERT, to - i)}, (_, k) => documentOf(i + k)), {ordered: false});
    if (i % 100_000 === 0) log(`${i.toLocaleString('en')} documents`);
  }
}

/** Changes documents from all over the collection, and puts into the log what a server would have put there. */
async function change(client, rows, round) {
  const db = client.db(DATABASE);
  const every = Math.round(1 / CHANGED);
  const log = client.db(LOG).collection('oplog');
  await db.collection('orders').updateMany({count: {$mod: [every, 0]}}, {$set: {version: round}});
  let entries = [];
  let ordinal = 0;
  for (let i = 0; i < rows; i += every) {
    entries.push({ts: timestamp(1000 + round * 1000 + Math.floor(ordinal / 1000), 1 + ordinal++ % 1000), op: 'u', ns: `${DATABASE}.orders`, o: {$v: 2, diff: {u: {version: round}}}, o2: {_id: i}});
    if (entries.length < PER_INSERT && i + every < rows) continue;
    await log.insertMany(entries);
    entries = [];
  }
  return ordinal;
}

export async function run({log, rounds, rows = 1_000_000}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const mongo = await startMongo(log);
  const postgres = await startPrivateServer('postgres', {options: ['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB']});
  // FerretDB knows no writes that are tried twice.
  const client = new MongoClient(mongo.url, {retryWrites: false});
  try {
    if (!postgres) throw new Error('this benchmark needs PostgreSQL, which is not on this machine');
    await client.connect();
    log(`filling ${mongo.name} with ${rows.toLocaleString('en')} documents`);
    const db = client.db(DATABASE);
    await fill(db, 0, rows, log);
    await client.db(LOG).collection('oplog').insertOne({ts: timestamp(1, 1), op: 'n', ns: '', o: {}});

    const source = new URL(mongo.url);
    source.pathname = `/${DATABASE}`;
    const schema = join(folder, 'schema.json');
    const env = {SLUICE_DESTINATION_PASSWORD: postgres.password};
    const program = (command, ...words) => ({name: command, env, command: process.execPath, args: [cli, command, ...words]});
    const ends = ['--source', source.href, '--target', `postgresql://${postgres.user}@localhost:${postgres.port}/postgres`, '--schemas', schema, '--oplog', `${LOG}.oplog`, '--state', join(folder, 'state.db'), '--json'];
    log('looking at all documents');
    const described = await runOnce({...program('schema', source.href, '--collections', 'orders', '-o', schema), label: 'schema'});

    const raw = {name: 'raw cursor', command: process.execPath, args: [rawCursor, source.href, 'orders']};
    const load = {...program('load', ...ends), name: 'load, proved'};
    const quick = {...program('load', ...ends, '--no-verify'), name: 'load, not proved'};
    const loads = await alternate([raw, quick, load], {rounds, log});

    let round = 0;
    let changes = 0;
    const sync = {...program('sync', ...ends), name: 'sync'};
    const verify = {...program('verify', ...ends), name: 'verify'};
    const synced = await alternate([sync, verify], {
      rounds, log,
      before: async candidate => { if (candidate === sync) changes = await change(client, rows, ++round); },
      after: async (candidate, {out}) => {
        const told = JSON.parse(out);
        if (candidate === sync && told.documents.written < changes) throw new Error(`a sync wrote ${told.documents.written} of ${changes} documents`);
        if (candidate === verify && (!told.equal || told.collections[0].documents !== rows)) throw new Error('a comparison did not find everything equal');
        return {};
      },
    });
    const flat = (await runOnce({command: process.execPath, args: [flattening], label: 'flattening'})).out.trim().split('\n');
    const all = new Map([['schema', [described]], ...loads, ...synced]);
    const perSecond = (name, count) => `${Math.round(count / secondsOf(all.get(name))).toLocaleString('en')} a second`;
    return {
      rows, server: mongo.name,
      figures: {
        'documents from': mongo.name, 'the loads': 'with --schemas: they do not look at all documents first, which is the figure `schema`',
        'schema, documents': perSecond('schema', rows), 'load, documents': perSecond(load.name, rows), 'load, not proved, documents': perSecond(quick.name, rows), 'sync, changes': perSecond(sync.name, changes),
        'verify, documents': perSecond(verify.name, rows), ...Object.fromEntries(flat.map((line, i) => [`decoding and flattening ${i + 1}`, line.replace(/ +/g, ' ')])),
      },
      ratios: {
        'load / raw cursor (aim <= 2)': ratio(all.get(load.name), all.get(raw.name)), 'load, not proved / raw cursor': ratio(all.get(quick.name), all.get(raw.name)),
        'verify / raw cursor': ratio(all.get(verify.name), all.get(raw.name)),
        'load / raw cursor, processor time': ratio(all.get(load.name), all.get(raw.name), 'cpuSeconds'), 'load, not proved / raw cursor, processor time': ratio(all.get(quick.name), all.get(raw.name), 'cpuSeconds'),
      },
      seconds: Object.fromEntries([...all].map(([name, runs]) => [name, secondsOf(runs)])),
      peakMemoryMb: Object.fromEntries([...all].map(([name, runs]) => [name, peakOf(runs)])),
    };
  } finally {
    await client.close();
    await postgres?.stop();
    await mongo.stop();
    rmSync(folder, {recursive: true, force: true});
  }
}
