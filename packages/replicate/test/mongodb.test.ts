import {MemoryDatabase, MemoryDestination} from '@sluice/connector-memory';
import {MongoConnection, MongoDocumentReader, MongoDocuments, openChangeFeed, parseEndpoint} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import {planCollections, Profiler} from '@sluice/relational';
import {expectSameRows, randomNumbers, rejection} from '@sluice/testkit';
import {freshDatabase, server} from '@sluice/testkit/servers';
import {BSON, MongoClient, Timestamp, type Db, type Document} from 'mongodb';
import {describe, expect, it} from 'vitest';
import {documentRows, syncDocuments, verifyDocuments} from '../src/index.ts';

const mongodb = await server('mongodb');
const never = new AbortController().signal;
const COLLECTIONS = ['orders', 'archive'] as const;
const ROUNDS = 6;
const STEPS_PER_ROUND = 20;

// Documents are on a real server; its oplog is recorded beside them, as not every server that stands in for MongoDB has one.
describe.skipIf(!mongodb)(`tables in step with documents of ${mongodb?.version}, by an oplog that is recorded there`, () => {
  it.each([1, 2])('are what the documents are after anything that an oplog can tell, interrupted or not (seed %i)', async seed => {
    const lab = await freshDatabase(mongodb!);
    const client = await new MongoClient(lab.url, {forceServerObjectId: true}).connect();
    try {
      const db = client.db(lab.name);
      const random = randomNumbers(seed);
      const shop = new RecordedShop(db, random);
      await shop.begin();

      const plans = planCollections(COLLECTIONS.map(collection => profiled(collection)), {mode: 'clean'});
      const collections = plans.map(plan => documentRows(plan));
      const memory = new MemoryDatabase();
      await using destination = new MemoryDestination(memory);
      await using store = await destination.openGroups({families: collections.map(({tables}) => ({tables})), positionKey: 'shop'}, never);
      const endpoint = parseEndpoint({url: lab.url});
      await using connection = await MongoConnection.open(endpoint, never);
      await using scan = new MongoDocuments(endpoint);
      const reader = new MongoDocumentReader(connection);
      const open = async () => await openChangeFeed({source: endpoint, oplog: `${lab.name}.oplog`, followed: [{database: lab.name, collections: COLLECTIONS}]}, never);
      {
        await using feed = await open();
        await store.replace([], await feed.now(never), never);
      }

      const fresh = async () => await Promise.all(collections.map(async each => each.rowsOf(await rawDocuments(db, each.collection))));
      let largest = 0;
      for (let round = 0; round < ROUNDS; round++) {
        for (let step = 0; step < STEPS_PER_ROUND; step++) await shop.step();
        // Another run each time, at times one that ends after its first batch, as one that is killed does.
        await using feed = await open();
        const stop = new AbortController();
        const request = {feed, reader, scan, store, database: lab.name, collections, maxChanges: 1 + Math.floor(random() * 9)};
        if (random() < 0.5) await rejection(syncDocuments({...request, onBatch: () => { stop.abort(); }}, stop.signal));
        const before = await store.position(never);
        const report = await syncDocuments(request, never);
        expect(report.caughtUp).toBe(true);
        const wanted = await fresh();
        for (const [family, {tables}] of collections.entries()) {
          for (const [i, {schema}] of tables.entries()) expectSameRows(schema, memory.tables.get(schema.table)!.rows, wanted[family]![i]!);
        }
        largest = Math.max(largest, ...wanted.flat().map(rows => rows.length));
        expect((await syncDocuments(request, never)).changes).toBe(0);
        // From where it was, everything comes once more, and changes nothing.
        const position = await store.position(never);
        await store.replace([], before as Position, never);
        await syncDocuments(request, never);
        expect(await store.position(never)).toBe(position);
      }
      expect(largest).toBeGreaterThan(10);
      const verified = await verifyDocuments({reader, scan, store, collections}, never);
      expect(verified).toMatchObject({equal: true});
    } finally {
      await client.close();
      await lab.drop();
    }
  });
});

/** A schema for documents of `RecordedShop`. */
function profiled(collection: string) {
  const profiler = new Profiler(collection);
  for (const id of [1, 'a', new BSON.ObjectId('000000000000000000000001')]) profiler.add(BSON.serialize({_id: id, n: 1, lines: [{sku: 'a', tags: ['x']}], to: {city: 'b'}}));
  return profiler.schema('all');
}

async function rawDocuments(db: Db, collection: string): Promise<readonly Uint8Array[]> {
  // Raw cursors give bytes, whatever their type says.
  return await db.collection(collection).find({}, {raw: true}).toArray() as unknown as readonly Uint8Array[];
}

/** Changes documents at random, and writes what a server's oplog would say of it, in all its formats. */
class RecordedShop {
  readonly #db: Db;
  readonly #random: () => number;
  #i = 1;

  constructor(db: Db, random: () => number) {
    this.#db = db;
    this.#random = random;
  }

  async begin(): Promise<void> {
    await this.#record({op: 'n', ns: '', o: {msg: 'initiating set'}});
  }

  async step(): Promise<void> {
    const roll = this.#random();
    if (roll < 0.03) await this.#drop();
    else if (roll < 0.06) await this.#rename();
    else if (roll < 0.15) await this.#transaction();
    else await this.#record(await this.#write());
  }

  async #write(): Promise<Document> {
    const collection = this.#random() < 0.8 ? 'orders' : 'archive';
    const _id = this.#id();
    const ns = `${this.#db.databaseName}.${collection}`;
    const there = this.#db.collection<Document>(collection);
    // The driver's types want ObjectIds.
    const one = {_id: _id as BSON.ObjectId};
    const roll = this.#random();
    if (roll < 0.2) {
      await there.deleteOne(one);
      return {op: 'd', ns, o: {_id}};
    }
    if (roll < 0.5) {
      await there.replaceOne(one, this.#fields(), {upsert: true});
      return {op: 'u', ns, o: {_id, n: 1}, o2: {_id}};
    }
    const exists = await there.findOne(one) !== null;
    if (!exists) {
      await there.insertOne({_id: one._id, ...this.#fields()});
      return {op: 'i', ns, o: {_id}};
    }
    const n = Math.floor(this.#random() * 1000);
    await there.updateOne(one, {$set: {n, 'to.city': `c${n}`}, $unset: {lines: true}});
    return {op: 'u', ns, o2: {_id}, o: roll < 0.75 ? {$v: 1, $set: {n}, $unset: {lines: true}} : {$v: 2, diff: {d: {lines: false}, u: {n}, sto: {u: {city: `c${n}`}}}}};
  }

  /** In one entry, or in several that are linked. */
  async #transaction(): Promise<void> {
    let previous = new Timestamp({t: 0, i: 0});
    const parts = 1 + Math.floor(this.#random() * 3);
    const isPrepared = this.#random() < 0.3;
    const all: Document[][] = [];
    // Whoever reads sees none of it before its last entry, but a server without transactions shows it earlier: that does no harm.
    for (let part = 0; part < parts; part++) all.push([await this.#write(), await this.#write()]);
    for (const [part, applyOps] of all.entries()) {
      const isLast = part === parts - 1;
      const o = {applyOps, ...!isLast && {partialTxn: true}, ...isLast && isPrepared && {prepare: true}};
      previous = await this.#record({op: 'c', ns: 'admin.$cmd', o, prevOpTime: {ts: previous, t: BSON.Long.fromNumber(1)}});
    }
    if (isPrepared) await this.#record({op: 'c', ns: 'admin.$cmd', o: {commitTransaction: 1}, prevOpTime: {ts: previous, t: BSON.Long.fromNumber(1)}});
  }

  async #drop(): Promise<void> {
    if (await this.#db.collection('orders').countDocuments() === 0) return;
    await this.#db.collection('orders').drop();
    await this.#record({op: 'c', ns: `${this.#db.databaseName}.$cmd`, o: {drop: 'orders'}});
  }

  async #rename(): Promise<void> {
    // One without documents need not exist.
    if (await this.#db.collection('orders').countDocuments() === 0) return;
    await this.#db.collection('orders').rename('archive', {dropTarget: true});
    const name = this.#db.databaseName;
    await this.#record({op: 'c', ns: `${name}.$cmd`, o: {renameCollection: `${name}.orders`, to: `${name}.archive`, dropTarget: true}});
  }

  async #record(entry: Document): Promise<Timestamp> {
    // Times whose texts are in another order than they are.
    const ts = new Timestamp({t: 95 + Math.floor(this.#i / 7), i: this.#i++});
    await this.#db.collection('oplog').insertOne({ts, t: BSON.Long.fromNumber(1), v: BSON.Long.fromNumber(2), wall: new Date(0), ...entry});
    return ts;
  }

  #id(): unknown {
    const n = 1 + Math.floor(this.#random() * 12);
    const roll = this.#random();
    return roll < 0.5 ? n : roll < 0.7 ? `k${n}` : new BSON.ObjectId(n.toString(16).padStart(24, '0'));
  }

  #fields(): Document {
    const lines = Array.from({length: Math.floor(this.#random() * 4)}, (_, i) => ({sku: `s${i}`, tags: Array.from({length: i}, (__, k) => `t${k}`)}));
    return {n: Math.floor(this.#random() * 1000), lines, to: {city: `c${Math.floor(this.#random() * 9)}`}};
  }
}
