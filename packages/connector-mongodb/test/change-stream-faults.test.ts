import {kindOfPosition, MongoConnection, MongoDocumentReader, openChangeFeed, parseEndpoint, type ChangeFeed} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import {rejection} from '@sluice/testkit';
import {startMongoWire, type MongoWire, type WireFault} from '@sluice/testkit/servers';
import {BSON} from 'mongodb';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {all, never} from './lab.ts';
import {batchesAfter, changesAfter, nextChanges} from './reading-changes.ts';
import {Recorder} from './recorded.ts';

const {Timestamp} = BSON;

// Only a server that plays what is put into it fails when it is told to: all of these run on the wire server.
describe('change streams of the wire server', () => {
  let wire: MongoWire;
  let feed: ChangeFeed;
  let doing: Recorder;
  let start: Position;
  beforeEach(async () => {
    wire = await startMongoWire();
    feed = await openFeed();
    doing = new Recorder('shop', async ({event}) => { wire.addEvent(event); });
    start = await feed.now(never);
  });
  afterEach(async () => {
    await feed[Symbol.asyncDispose]();
    await wire[Symbol.asyncDispose]();
  });
  const openFeed = async (more: {readonly kind?: 'change streams'; readonly options?: string} = {}) => await openChangeFeed({
    source: parseEndpoint({url: `${wire.url.replace('/?', '/shop?')}${more.options ?? ''}`}), followed: [{database: 'shop'}], ...more.kind && {kind: more.kind},
  }, never);

  it.each<[string, WireFault]>([
    ['a step-down', {code: 11_602, labels: ['ResumableChangeStreamError']}],
    ['a time-out between the servers', {code: 89, labels: ['ResumableChangeStreamError']}],
    ['a step-down that is told without a label', {code: 189}],
    ['a lost cursor', {code: 43}],
    ['a connection that breaks', 'reset'],
  ])('go on after %s, and lose nothing and tell nothing twice', async (_, fault) => {
    for (let id = 1; id <= 300; id++) await doing.insert('orders', {_id: id});
    // The first answer has 101 events; the next one fails, and the one after it as well.
    wire.fail('getMore', fault);
    wire.fail('getMore', fault);
    expect(await changesAfter(feed, start)).toEqual(Array.from({length: 300}, (__, i) => `touched orders ${i + 1}`));
    expect(wire.commands.filter(({name}) => name === 'aggregate').length).toBeGreaterThan(2);
  });

  it('go on when a server does not answer any more', async () => {
    await using impatient = await openFeed({options: '&socketTimeoutMS=2000'});
    for (let id = 1; id <= 300; id++) await doing.insert('orders', {_id: id});
    wire.fail('getMore', 'silence');
    expect(await changesAfter(impatient, start)).toHaveLength(300);
  });

  it('go on when even starting anew fails', async () => {
    for (let id = 1; id <= 300; id++) await doing.insert('orders', {_id: id});
    wire.fail('getMore', {code: 43});
    // Commands that read are sent once more by the driver itself.
    for (let times = 0; times < 4; times++) wire.fail('aggregate', {code: 189});
    expect(await changesAfter(feed, start)).toHaveLength(300);
  });

  it('tell whoever follows at once, without looking whether there is more', async () => {
    for await (const batch of feed.read(start, {follow: true, maxChanges: 10}, never)) {
      if (batch.changes.length === 0) await doing.insert('orders', {_id: 1});
      else {
        expect(batch).toMatchObject({caughtUp: false});
        break;
      }
    }
  });

  it('go on however often starting anew fails, as long as they come further', async () => {
    for (let id = 1; id <= 1500; id++) await doing.insert('orders', {_id: id});
    let read = 0;
    for await (const {changes} of feed.read(start, {follow: false, maxChanges: 101}, never)) {
      read += changes.length;
      wire.fail('getMore', {code: 43});
      // The first of these is the driver's own try.
      wire.fail('aggregate', {code: 43});
      wire.fail('aggregate', {code: 43});
    }
    expect(read).toBe(1500);
  });

  it('wait for a database that a router does not know, and tell of it once it is there', async () => {
    await using router = await startMongoWire({topology: 'sharded cluster'});
    const recorder = new Recorder('shop', async ({event}) => { router.addEvent(event); });
    router.fail('aggregate', {code: 26});
    await using routed = await openChangeFeed({source: parseEndpoint({url: `${router.url}shop`}), followed: [{database: 'shop'}]}, never);
    expect(routed.label).toMatch(/^change streams/);
    const before = await routed.now(never);
    router.fail('aggregate', {code: 26});
    expect(await batchesAfter(routed, before)).toEqual([{changes: [], position: before, caughtUp: true, newestAt: null}]);
    router.fail('aggregate', {code: 26});
    const stop = new AbortController();
    const batches = routed.read(before, {follow: true, maxChanges: 10}, stop.signal)[Symbol.asyncIterator]();
    expect((await batches.next()).value).toMatchObject({changes: [], caughtUp: true});
    await recorder.insert('orders', {_id: 1});
    expect((await nextChanges(batches)).told).toEqual(['touched orders 1']);
    stop.abort();
    await rejection(batches.next());
  });

  it('go on at the new primary while they are followed', async () => {
    const stop = new AbortController();
    const batches = feed.read(start, {follow: true, maxChanges: 10}, stop.signal)[Symbol.asyncIterator]();
    const first = nextChanges(batches);
    await doing.insert('orders', {_id: 1});
    expect((await first).told).toEqual(['touched orders 1']);
    wire.stepDown();
    const second = nextChanges(batches);
    await doing.insert('orders', {_id: 2});
    expect((await second).told).toEqual(['touched orders 2']);
    stop.abort();
    await rejection(batches.next());
  });

  it('give up when nothing helps, and may be asked again', async () => {
    await doing.insert('orders', {_id: 1});
    for (let times = 0; times < 20; times++) wire.fail('aggregate', {code: 43});
    for (let times = 0; times < 3; times++) expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1']);
  });

  it.each<[string, number]>([['a log that does not reach back', 286], ['a token that is not found', 280], ['a token of another deployment', 260]])(
    'say that the position is lost, and what to do: %s', async (_, code) => {
      await doing.insert('orders', {_id: 1});
      const {position} = (await batchesAfter(feed, start)).at(-1)!;
      wire.fail('aggregate', {code, labels: ['NonResumableChangeStreamError']});
      const error = await rejection(changesAfter(feed, position));
      expect(error).toMatchObject({code: 'SLUICE_POSITION', retryable: false, remedy: expect.stringMatching(/^load the collections again/) as string});
      expect(error).toMatchObject({message: expect.stringMatching(/^change streams of mongodb:.* no longer reaches back/) as string});
    },
  );

  it('say so, too, when events went that were not read, before and in the middle', async () => {
    for (let id = 1; id <= 300; id++) await doing.insert('orders', {_id: id});
    const [batch] = await batchesAfter(feed, start, 100);
    expect(batch!.newestAt).toBe(1_700_000_000_000);
    wire.forget(new Timestamp({t: 1_700_000_000, i: 150}));
    expect(await rejection(changesAfter(feed, batch!.position))).toMatchObject({code: 'SLUICE_POSITION'});
    expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_POSITION'});
    const reading = feed.read(await feed.now(never), {follow: true, maxChanges: 10}, never)[Symbol.asyncIterator]();
    const next = nextChanges(reading);
    await doing.insert('orders', {_id: 301});
    await next;
    for (let id = 302; id <= 310; id++) await doing.insert('orders', {_id: id});
    wire.loseCursors();
    wire.forget(new Timestamp({t: 1_700_000_000, i: 309}));
    expect(await rejection((async () => { for (;;) await nextChanges(reading); })())).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it('end where they were when reading began, however much comes meanwhile', async () => {
    for (let id = 1; id <= 150; id++) await doing.insert('orders', {_id: id});
    let read = 0;
    for await (const {changes, caughtUp} of feed.read(start, {follow: false, maxChanges: 10}, never)) {
      read += changes.length;
      if (!caughtUp) for (let more = 0; more < 20; more++) await doing.insert('orders', {_id: 1000 + more});
    }
    expect(read).toBeGreaterThanOrEqual(150);
    expect(read).toBeLessThan(300);
  });

  it('of events that are not known are refused, and never skipped', async () => {
    await doing.insert('orders', {_id: 1});
    wire.addEvent({operationType: 'somethingNew', ns: {db: 'shop', coll: 'orders'}, clusterTime: new Timestamp({t: 1_700_000_001, i: 1})});
    const error = await rejection(changesAfter(feed, start));
    expect(error).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('somethingNew') as string, remedy: expect.stringContaining('load again') as string});
  });

  it('of what changes no document, and of others, move on', async () => {
    wire.addEvent({operationType: 'createIndexes', ns: {db: 'shop', coll: 'orders'}, clusterTime: new Timestamp({t: 1_700_000_001, i: 1})});
    wire.advance(new Timestamp({t: 1_700_000_009, i: 1}));
    const batches = await batchesAfter(feed, start);
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({changes: [], caughtUp: true});
    expect(batches[0]!.position).not.toBe(start);
    // A place between events is a place to go on from, even when nothing else is left of its time.
    wire.forget(new Timestamp({t: 1_700_000_008, i: 1}));
    expect(await changesAfter(feed, batches[0]!.position)).toEqual([]);
  });

  it('keep ids to the bit, of every type', async () => {
    const ids = [new BSON.Double(1), new BSON.Int32(1), BSON.Long.fromNumber(1), BSON.Decimal128.fromString('1.00'), new BSON.Binary(Buffer.from('a'), 128), {b: 1, a: [null]}, new Date(-1)];
    for (const id of ids) await doing.insert('orders', {_id: id});
    const found = (await batchesAfter(feed, start)).flatMap(batch => batch.changes);
    expect(found.map(change => Buffer.from((change as {id: Uint8Array}).id).toString('hex'))).toEqual(ids.map(id => Buffer.from(BSON.serialize({'': id})).toString('hex')));
  });

  it('start at a time that a majority has reached, where the documents are', async () => {
    const some = await openChangeFeed({source: parseEndpoint({url: wire.url.replace('/?', '/shop?')}), followed: [{database: 'shop', collections: ['orders', 'lines']}]}, never);
    wire.advance(new Timestamp({t: 1_700_000_100, i: 7}));
    const position = await some.now(never);
    await some[Symbol.asyncDispose]();
    expect(JSON.parse(position)).toEqual({changeStream: {from: {t: 1_700_000_100, i: 8}}});
    const asked = wire.commands.filter(({name}) => name === 'find').slice(-2).map(({command}) => [String(command['find']), command['readConcern']]);
    const readConcern = {level: 'majority', afterClusterTime: new Timestamp({t: 1_700_000_100, i: 7})};
    expect(asked).toEqual([['orders', readConcern], ['lines', readConcern]]);
  });

  it('are followed by reads that are not older, by whichever server', async () => {
    const documents = [{_id: 1, name: 'a'}, {_id: 2, name: 'b'}].map(document => BSON.serialize(document));
    await using other = await startMongoWire({collections: [{name: 'orders', documents}]});
    other.advance(new Timestamp({t: 1_700_000_200, i: 3}));
    await using connection = await MongoConnection.open(parseEndpoint({url: other.url.replace('/?', '/shop?')}), never);
    const found = await all(new MongoDocumentReader(connection).fetch('orders', '_id', [BSON.serialize({'': 2}), BSON.serialize({'': 3})], never));
    expect(found.map(bytes => Buffer.from(bytes).toString('hex'))).toEqual([Buffer.from(documents[1]!).toString('hex')]);
    const [find] = other.commands.filter(({name}) => name === 'find');
    expect(find!.command['readConcern']).toEqual({level: 'majority', afterClusterTime: new Timestamp({t: 1_700_000_200, i: 3})});
  });

  it('are a kind of position of their own, which another feed refuses', async () => {
    expect(kindOfPosition(start)).toBe('change streams');
    expect(await rejection(changesAfter(feed, '{"oplog":{"oplog":{"t":1,"i":1}}}' as Position))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/one of an oplog/) as string});
    for (const strange of ['', '{}', '[]', '{"changeStream":{"after":"x","from":{"t":1,"i":1}}}', '{"changeStream":{"from":{"t":-1,"i":1}}}', '{"version":2,"changeStream":{"after":"x"}}']) {
      expect(await rejection(changesAfter(feed, strange as Position)), strange).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/a shape that is not known/) as string});
    }
  });

  it('leave nothing open at the server', async () => {
    for (let id = 1; id <= 300; id++) await doing.insert('orders', {_id: id});
    for await (const _ of feed.read(start, {follow: true, maxChanges: 5}, never)) break;
    await batchesAfter(feed, start);
    expect(wire.openCursors).toBe(0);
  });
});

describe('a feed of changes', () => {
  it('reads the oplog where a replica set refuses change streams, unless the position is one of these', async () => {
    await using wire = await startMongoWire({changeStreams: false});
    const source = parseEndpoint({url: wire.url.replace('/?', '/shop?')});
    await using feed = await openChangeFeed({source, followed: null}, never);
    expect(feed.label).toMatch(/^oplog local\.oplog\.rs of /);
    const oldKind = await openChangeFeed({source, followed: null, kind: 'change streams'}, never);
    expect(await rejection(changesAfter(oldKind, '{"changeStream":{"from":{"t":1,"i":1}}}' as Position))).toMatchObject({code: 'SLUICE_SCHEMA'});
    await oldKind[Symbol.asyncDispose]();
  });

  it('reads the oplog of a replica set that has change streams, too, when it is asked to', async () => {
    await using wire = await startMongoWire();
    const source = parseEndpoint({url: wire.url.replace('/?', '/shop?')});
    for (const request of [{oplog: 'local.oplog.rs'}, {kind: 'oplog'}] as const) {
      await using feed = await openChangeFeed({source, followed: null, ...request}, never);
      expect(feed.label).toMatch(/^oplog /);
    }
  });

  it('of a standalone server without an oplog says what to do', async () => {
    await using wire = await startMongoWire({topology: 'standalone'});
    const source = parseEndpoint({url: `${wire.url}shop`});
    const error = await rejection(openChangeFeed({source, followed: null}, never));
    expect(error).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/a standalone server keeps none/) as string, remedy: expect.stringMatching(/as a replica set.*--oplog/) as string});
  });

  it('of a sharded cluster without change streams says what to do', async () => {
    await using wire = await startMongoWire({topology: 'sharded cluster', changeStreams: false});
    const source = parseEndpoint({url: `${wire.url}shop`});
    expect(await rejection(openChangeFeed({source, followed: null}, never))).toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringMatching(/every shard/) as string});
  });

  it.each(['oplog', '.oplog', 'local.'])('refuses %s as the name of an oplog', async oplog => {
    const source = parseEndpoint({url: 'mongodb://127.0.0.1:1/shop'});
    expect(await rejection(openChangeFeed({source, followed: null, oplog}, never))).toMatchObject({code: 'SLUICE_CONFIG', remedy: 'try: --oplog local.oplog.rs'});
  });
});
