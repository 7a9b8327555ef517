import {openChangeFeed, parseEndpoint, type ChangeFeed} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import {rejection} from '@sluice/testkit';
import {startMongoWire} from '@sluice/testkit/servers';
import {BSON, MongoClient, type Document} from 'mongodb';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {mongodb, never, openLab} from './lab.ts';
import {batchesAfter, changesAfter, nextChanges} from './reading-changes.ts';
import {firstEntry, Recorder} from './recorded.ts';

/** What a test does to documents; done for real where there is a real server, otherwise recorded. */
type Doing = Pick<Recorder, 'insert' | 'update' | 'replace' | 'remove' | 'drop' | 'rename' | 'dropDatabase'>;

interface Place extends AsyncDisposable {
  readonly url: string;
  readonly database: string;
  readonly oplog?: string;
  readonly doing: Doing;
}

const isReal = mongodb !== null && /^\d/.test(mongodb.version);

/** Where changes come from. Says in its name which server it is. */
const PLACES: readonly {readonly name: string; readonly label: RegExp; readonly open: (() => Promise<Place>) | null}[] = [
  {name: 'change streams, recorded, of the wire server', label: /^change streams of mongodb:/, open: () => openWire(true)},
  {name: 'change streams of its router, recorded, of the wire server', label: /^change streams of mongodb:/, open: () => openWire(true, 'sharded cluster')},
  {name: 'an oplog, recorded, of the wire server', label: /^oplog local\.oplog\.rs of mongodb:/, open: () => openWire(false)},
  {name: `an oplog, recorded, in a collection of ${mongodb?.version}`, label: /^oplog \w+\.log\.of\.changes of mongodb:/, open: mongodb && openRecorded},
  {name: `change streams of ${mongodb?.version}`, label: /^change streams of mongodb:/, open: isReal ? () => openReal(false) : null},
  {name: `the oplog of ${mongodb?.version}`, label: /^oplog local\.oplog\.rs of mongodb:/, open: isReal ? () => openReal(true) : null},
];

describe.each(PLACES)('changes from $name', ({label, open: openPlace}) => {
  // Where the server is not there, or only stands in for one that has such a log.
  if (!openPlace) {
    it.skip('needs a server of MongoDB itself');
    return;
  }
  let place: Place;
  let feed: ChangeFeed;
  beforeAll(async () => {
    place = await openPlace();
    feed = await open();
  });
  afterAll(async () => {
    await feed?.[Symbol.asyncDispose]();
    await place?.[Symbol.asyncDispose]();
  });
  const open = async (collections?: readonly string[]) => await openChangeFeed({
    source: parseEndpoint({url: withDatabase(place.url, place.database)}), followed: [{database: place.database, ...collections && {collections}}],
    ...place.oplog !== undefined && {oplog: place.oplog},
  }, never);

  it('tell which documents were touched, in their order, and that this was all', async () => {
    expect(feed.label).toMatch(label);
    expect(feed.label).not.toContain('@');
    const start = await feed.now(never);
    const {insert, update, replace, remove} = bound(place.doing);
    await insert('orders', {_id: 1, name: 'a'});
    await update('orders', 1, {name: 'b'});
    await replace('orders', {_id: 1, name: 'c'});
    await insert('lines.of.orders', {_id: 'x'});
    await remove('orders', 1);
    const batches = await batchesAfter(feed, start);
    expect(batches.map(batch => batch.caughtUp).slice(-1)).toEqual([true]);
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1', 'touched orders 1', 'touched orders 1', 'touched lines.of.orders "x"', 'touched orders 1']);
    expect(await changesAfter(feed, batches.at(-1)!.position)).toEqual([]);
    expect(await changesAfter(feed, await feed.now(never))).toEqual([]);
  });

  it('go on after any batch: prefix and rest are the whole, by another reader, the position having been JSON', async () => {
    const start = await feed.now(never);
    for (let id = 1; id <= 7; id++) await bound(place.doing).insert('many', {_id: id});
    const whole = await changesAfter(feed, start);
    expect(whole).toEqual(Array.from({length: 7}, (_, i) => `touched many ${i + 1}`));
    const batches = await batchesAfter(feed, start, 2);
    expect(batches.every(batch => batch.changes.length <= 2)).toBe(true);
    expect(batches.flatMap(batch => batch.changes)).toHaveLength(7);
    await using other = await open();
    let before = 0;
    for (const {changes, position} of batches) {
      before += changes.length;
      expect(await changesAfter(other, JSON.parse(JSON.stringify(position)) as Position)).toEqual(whole.slice(before));
    }
  });

  it('move the position on past changes of others, which are left out', async () => {
    await using some = await open(['mine']);
    const start = await some.now(never);
    const {insert, update} = bound(place.doing);
    await insert('other', {_id: 1});
    await insert('mine.too', {_id: 1});
    await insert('mine', {_id: 1}, `${place.database}2`);
    expect(await changesAfter(some, start)).toEqual([]);
    await insert('mine', {_id: 1});
    await update('other', 1, {a: 1});
    const batches = await batchesAfter(some, start);
    expect(await changesAfter(some, start)).toEqual(['touched mine 1']);
    expect(batches.at(-1)!.position).not.toBe(start);
    expect(await changesAfter(some, batches.at(-1)!.position)).toEqual([]);
  });

  it('come while they are followed, once each, until it is aborted', async () => {
    const stop = new AbortController();
    const start = await feed.now(never);
    const batches = feed.read(start, {follow: true, maxChanges: 10}, stop.signal)[Symbol.asyncIterator]();
    const {insert} = bound(place.doing);
    const first = nextChanges(batches);
    await insert('followed', {_id: 1});
    expect((await first).told).toEqual(['touched followed 1']);
    await insert('followed', {_id: 2});
    const {told, position} = await nextChanges(batches);
    expect(told).toEqual(['touched followed 2']);
    const waiting = rejection(batches.next().then(() => batches.next()).then(() => batches.next()));
    stop.abort(new Error('enough'));
    expect(await waiting).toMatchObject({message: 'enough'});
    expect(await changesAfter(feed, position)).toEqual([]);
  });

  it('let whoever reads leave, and read again', async () => {
    const start = await feed.now(never);
    const {insert} = bound(place.doing);
    for (let id = 1; id <= 3; id++) await insert('left', {_id: id});
    for await (const {changes} of feed.read(start, {follow: true, maxChanges: 1}, never)) if (changes.length > 0) break;
    expect(await changesAfter(feed, start)).toHaveLength(3);
  });

  it('of whole collections and of the database say so, and go on behind it', async () => {
    const start = await feed.now(never);
    const {insert, drop, rename, dropDatabase} = bound(place.doing);
    await insert('old', {_id: 1});
    await rename('old', 'new');
    await drop('new');
    await insert('new', {_id: 2});
    await dropDatabase();
    await insert('new', {_id: 3});
    const changes = await changesAfter(feed, start, 1);
    // A real server drops the collections before their database.
    expect(changes.filter((change, i) => change !== 'dropped new' || i < 4).filter(change => !/^dropped (?!new)/.test(change))).toEqual([
      'touched old 1', 'renamed old to new', 'dropped new', 'touched new 2', 'databaseDropped', 'touched new 3',
    ]);
  });
});

const withDatabase = (url: string, database: string): string => url.replace(/^(mongodb:\/\/[^/]+\/)[^?]*/, `$1${database}`);

function bound(doing: Doing): Doing {
  return {
    insert: doing.insert.bind(doing), update: doing.update.bind(doing), replace: doing.replace.bind(doing), remove: doing.remove.bind(doing),
    drop: doing.drop.bind(doing), rename: doing.rename.bind(doing), dropDatabase: doing.dropDatabase.bind(doing),
  };
}

async function openWire(changeStreams: boolean, topology: 'replica set' | 'sharded cluster' = 'replica set'): Promise<Place> {
  const wire = await startMongoWire({changeStreams, topology});
  wire.addEntry(firstEntry());
  const doing = new Recorder('shop', async ({event, entry}) => {
    wire.addEntry(entry);
    wire.addEvent(event);
    if (event['operationType'] === 'dropDatabase') wire.addEvent({operationType: 'invalidate', clusterTime: event['clusterTime'], wallTime: event['wallTime']});
  });
  return {url: wire.url, database: 'shop', doing, [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose]()};
}

async function openRecorded(): Promise<Place> {
  const lab = await openLab();
  const log = lab.db.collection<Document>('log.of.changes');
  await log.insertOne(firstEntry());
  const doing = new Recorder('shop', async ({entry}) => { await log.insertOne(entry); });
  return {url: lab.database.url, database: 'shop', oplog: `${lab.database.name}.log.of.changes`, doing, [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose]()};
}

async function openReal(oplog: boolean): Promise<Place> {
  const lab = await openLab();
  const client = await new MongoClient(lab.database.url).connect();
  const {name} = lab.database;
  const of = (collection: string, database = name) => client.db(database).collection<Document>(collection, {writeConcern: {w: 'majority'}});
  const doing: Doing = {
    insert: async (collection, document, database) => { await of(collection, database).insertOne(document); },
    update: async (collection, _id, set) => { await of(collection).updateOne({_id: _id as BSON.ObjectId}, {$set: set}); },
    replace: async (collection, document) => { await of(collection).replaceOne({_id: document['_id']}, document); },
    remove: async (collection, _id) => { await of(collection).deleteOne({_id: _id as BSON.ObjectId}); },
    drop: async collection => { await of(collection).drop(); },
    rename: async (collection, to) => { await of(collection).rename(to); },
    dropDatabase: async () => { await client.db(name).dropDatabase(); },
  };
  return {
    url: lab.database.url, database: name, doing, ...oplog && {oplog: 'local.oplog.rs'},
    [Symbol.asyncDispose]: async () => {
      await client.db(`${name}2`).dropDatabase();
      await client.close();
      await lab[Symbol.asyncDispose]();
    },
  };
}
