import {rejection, startMongoWire, until} from '@sluice/testkit';
import {MongoClient, Timestamp, type ChangeStreamDocument, type Document} from 'mongodb';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {MongoWire} from '../src/servers/mongo-wire.ts';

const at = (i: number) => new Timestamp({t: 1_700_000_000, i});
const event = (i: number, more: Document = {}) => ({operationType: 'insert', clusterTime: at(i), ns: {db: 'shop', coll: 'orders'}, documentKey: {_id: i}, fullDocument: {_id: i}, ...more});

describe('the wire server, to the driver of MongoDB', () => {
  let wire: MongoWire;
  let client: MongoClient;
  beforeEach(async () => {
    wire = await startMongoWire();
    client = await new MongoClient(wire.url, {serverSelectionTimeoutMS: 10_000}).connect();
  });
  afterEach(async () => {
    await client.close();
    await wire[Symbol.asyncDispose]();
  });

  it('is a replica set with a primary and another member, which takes over', async () => {
    const before: Document = await client.db('admin').command({hello: 1});
    expect(before).toMatchObject({setName: 'wire', isWritablePrimary: true, hosts: [expect.any(String), expect.any(String)] as unknown});
    wire.stepDown();
    // Reads are sent once more by the driver when their connection is gone; commands are not.
    await client.db('local').collection('oplog.rs').findOne();
    const after: Document = await client.db('admin').command({hello: 1});
    expect(after['isWritablePrimary']).toBe(true);
    expect(after['me']).not.toBe(before['me']);
  });

  it('plays events to streams from a time, from behind any token, and as they come', async () => {
    for (let i = 1; i <= 3; i++) wire.addEvent(event(i));
    const first = client.db('shop').watch([], {startAtOperationTime: at(2)});
    const second: ChangeStreamDocument = await first.next();
    expect(second).toMatchObject({operationType: 'insert', documentKey: {_id: 2}});
    await first.close();
    const rest = client.watch([{$project: {key: ['$documentKey'], name: '$ns.coll', operationType: 1}}], {startAfter: second._id, maxAwaitTimeMS: 10_000});
    expect(await rest.next()).toEqual({_id: expect.anything() as unknown, operationType: 'insert', key: [{_id: 3}], name: 'orders'});
    const next = rest.next();
    wire.addEvent(event(4));
    expect(await next).toMatchObject({key: [{_id: 4}]});
    await rest.close();
    await until('no cursor stays', () => wire.openCursors === 0);
  });

  it('shows a stream its own database, and ends it with an invalidate event', async () => {
    const stream = client.db('shop').watch([], {startAtOperationTime: at(1)});
    wire.addEvent(event(1, {ns: {db: 'other', coll: 'orders'}}));
    wire.addEvent({operationType: 'dropDatabase', clusterTime: at(2), ns: {db: 'shop'}});
    wire.addEvent({operationType: 'invalidate', clusterTime: at(2)});
    wire.addEvent(event(3));
    expect(await stream.next()).toMatchObject({operationType: 'dropDatabase'});
    const invalidate = await stream.next();
    expect(invalidate).toMatchObject({operationType: 'invalidate'});
    await stream.close();
    expect(await rejection(client.db('shop').watch([], {resumeAfter: invalidate._id}).next())).toMatchObject({code: 260});
    const anew = client.db('shop').watch([], {startAfter: invalidate._id});
    expect(await anew.next()).toMatchObject({documentKey: {_id: 3}});
    await anew.close();
  });

  it('lets a tailing cursor wait for entries of its oplog', async () => {
    wire.addEntry({ts: at(1), op: 'n', ns: '', o: {}});
    const cursor = client.db('local').collection('oplog.rs').find({ts: {$gte: at(1)}}, {tailable: true, awaitData: true, maxAwaitTimeMS: 10_000});
    expect(await cursor.next()).toMatchObject({op: 'n'});
    const next = cursor.next();
    wire.addEntry({ts: at(2), op: 'i', ns: 'shop.orders', o: {_id: 2}});
    expect(await next).toMatchObject({op: 'i', o: {_id: 2}});
    await cursor.close();
  });

  it('fails as it is told to, once each, and counts what it was asked', async () => {
    wire.addEvent(event(1));
    wire.fail('aggregate', {code: 286, labels: ['NonResumableChangeStreamError']});
    expect(await rejection(client.watch([], {startAtOperationTime: at(1)}).next())).toMatchObject({code: 286});
    wire.forget(at(5));
    expect(await rejection(client.watch([], {startAtOperationTime: at(1)}).next())).toMatchObject({code: 286});
    wire.fail('ping', 'reset');
    expect(await rejection(client.db('admin').command({ping: 1}))).toMatchObject({name: 'MongoNetworkError'});
    expect(await client.db('admin').command({ping: 1})).toMatchObject({ok: 1});
    expect(wire.commands.map(({name}) => name).filter(name => name !== 'killCursors')).toEqual(['aggregate', 'aggregate', 'ping', 'ping']);
  });

  it('refuses what it does not know', async () => {
    expect(await rejection(client.db('shop').collection('orders').insertOne({}))).toMatchObject({code: 59});
  });
});
