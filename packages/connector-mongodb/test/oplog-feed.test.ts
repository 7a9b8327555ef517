import {kindOfPosition, openChangeFeed, parseEndpoint, type ChangeFeed} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import {rejection} from '@sluice/testkit';
import {startMongoWire, type MongoWire, type WireFault} from '@sluice/testkit/servers';
import {BSON, type Document} from 'mongodb';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {mongodb, never, openLab} from './lab.ts';
import {batchesAfter, changesAfter, nextChanges, told} from './reading-changes.ts';
import {firstEntry} from './recorded.ts';

const {Binary, Long, Timestamp} = BSON;

const at = (t: number, i = 1) => new Timestamp({t, i});
const entry = (ts: BSON.Timestamp, op: Document): Document => ({ts, t: Long.fromNumber(1), v: Long.fromNumber(2), wall: new Date(0), ...op});
const insert = (ts: BSON.Timestamp, _id: unknown, collection = 'orders') => entry(ts, {op: 'i', ns: `shop.${collection}`, o: {_id}});
const drop = (ts: BSON.Timestamp, collection = 'orders') => entry(ts, {op: 'c', ns: 'shop.$cmd', o: {drop: collection}});
const inTransaction = (ts: BSON.Timestamp, previous: BSON.Timestamp | null, o: Document) => entry(ts, {
  op: 'c', ns: 'admin.$cmd', lsid: {id: new Binary(Buffer.alloc(16, 1), 4)}, txnNumber: Long.fromNumber(1), o,
  prevOpTime: previous ? {ts: previous, t: Long.fromNumber(1)} : {ts: at(0, 0), t: Long.fromNumber(-1)},
});
const inserts = (...ids: readonly number[]) => ids.map(_id => ({op: 'i', ns: 'shop.orders', o: {_id}}));
const position = (oplog: Readonly<Record<string, {readonly t: number; readonly i: number}>>, logs?: Readonly<Record<string, string>>) => JSON.stringify({oplog, logs}) as Position;

describe('an oplog of the wire server', () => {
  let wire: MongoWire;
  let feed: ChangeFeed;
  let start: Position;
  beforeEach(async () => {
    wire = await startMongoWire({changeStreams: false});
    wire.addEntry(firstEntry(100));
    feed = await openChangeFeed({source: parseEndpoint({url: wire.url.replace('/?', '/shop?')}), followed: [{database: 'shop'}]}, never);
    start = await feed.now(never);
  });
  afterEach(async () => {
    await feed[Symbol.asyncDispose]();
    await wire[Symbol.asyncDispose]();
  });
  const fill = (count: number) => { for (let i = 1; i <= count; i++) wire.addEntry(insert(at(200, i), i)); };

  it('starts behind its last entry, which a majority has', async () => {
    expect(start).toBe('{"oplog":{"oplog":{"t":100,"i":1}}}');
    expect(kindOfPosition(start)).toBe('oplog');
    fill(3);
    await changesAfter(feed, start);
    const finds = wire.commands.filter(({name}) => name === 'find').map(({command}) => command['readConcern'] as unknown);
    expect(finds.length).toBeGreaterThan(2);
    for (const readConcern of finds) expect(readConcern).toEqual({level: 'majority'});
  });

  it('starts at its beginning when it is empty', async () => {
    await using empty = await startMongoWire({changeStreams: false});
    await using other = await openChangeFeed({source: parseEndpoint({url: empty.url.replace('/?', '/shop?')}), followed: null}, never);
    const origin = await other.now(never);
    expect(origin).toBe(position({oplog: {t: 0, i: 0}}));
    expect(await changesAfter(other, origin)).toEqual([]);
    empty.addEntry(insert(at(5), 1));
    expect(await changesAfter(other, origin)).toEqual(['touched orders 1']);
  });

  it('compares times by number', async () => {
    for (const time of [at(200, 9), at(200, 10), at(999, 1), at(1000, 1), at(1000, 4_294_967_295), at(4_294_967_295, 1)]) wire.addEntry(insert(time, `${time.t}.${time.i}`));
    const batches = await batchesAfter(feed, start, 1);
    expect(batches.flatMap(batch => batch.changes)).toHaveLength(6);
    expect(await changesAfter(feed, position({oplog: {t: 200, i: 9}}))).toHaveLength(5);
    expect(await changesAfter(feed, position({oplog: {t: 999, i: 1}}))).toHaveLength(3);
    wire.forget(at(200, 8));
    expect(await changesAfter(feed, position({oplog: {t: 1000, i: 4_294_967_295}}))).toEqual(['touched orders "4294967295.1"']);
    expect(await changesAfter(feed, position({oplog: {t: 200, i: 10}}))).toHaveLength(4);
  });

  it('says that the position is lost once what comes behind it may be gone, and what to do', async () => {
    fill(10);
    const here = position({oplog: {t: 200, i: 5}});
    wire.forget(at(200, 4));
    expect(await changesAfter(feed, here)).toHaveLength(5);
    wire.forget(at(200, 5));
    const error = await rejection(changesAfter(feed, here));
    expect(error).toMatchObject({code: 'SLUICE_POSITION', retryable: false, remedy: expect.stringMatching(/^load the collections again/) as string});
    expect(error).toMatchObject({message: expect.stringMatching(/^oplog local\.oplog\.rs of mongodb:.* no longer reaches back/) as string});
    wire.forget(at(300));
    expect(await rejection(changesAfter(feed, here))).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it('says so in the middle of reading, when the log overtakes it', async () => {
    fill(300);
    wire.fail('getMore', {code: 136});
    const reading = feed.read(start, {follow: false, maxChanges: 50}, never)[Symbol.asyncIterator]();
    expect((await reading.next()).value.changes).toHaveLength(50);
    wire.forget(at(200, 200));
    expect(await rejection((async () => { while ((await reading.next()).done !== true); })())).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it.each<[string, WireFault]>([['a step-down', {code: 11_602}], ['a lost cursor', {code: 43}], ['a cursor overtaken by the log', {code: 136}], ['a connection that breaks', 'reset']])(
    'goes on after %s, and loses nothing and tells nothing twice', async (_, fault) => {
      fill(300);
      wire.fail('getMore', fault);
      wire.fail('getMore', fault);
      expect(await changesAfter(feed, start)).toEqual(Array.from({length: 300}, (__, i) => `touched orders ${i + 1}`));
    },
  );

  it('goes on at the new primary while it is followed', async () => {
    const stop = new AbortController();
    const batches = feed.read(start, {follow: true, maxChanges: 10}, stop.signal)[Symbol.asyncIterator]();
    const first = nextChanges(batches);
    wire.addEntry(insert(at(200), 1));
    expect((await first).told).toEqual(['touched orders 1']);
    const second = nextChanges(batches);
    wire.stepDown();
    wire.addEntry(insert(at(201), 2));
    expect((await second).told).toEqual(['touched orders 2']);
    stop.abort();
    await rejection(batches.next());
  });

  it('gives up when nothing helps, and may be asked again', async () => {
    fill(300);
    for (let times = 0; times < 6; times++) wire.fail('getMore', {code: 43});
    // Each start comes 101 entries further, so that six failures are not six in vain.
    expect(await changesAfter(feed, start)).toHaveLength(300);
    for (let times = 0; times < 7; times++) wire.fail('find', {code: 43});
    expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
  });

  it('tells a transaction of several entries when its last one is there, whatever entry reading starts behind', async () => {
    wire.addEntry(inTransaction(at(200, 1), null, {applyOps: inserts(1, 2), partialTxn: true}));
    wire.addEntry(insert(at(200, 2), 'between'));
    wire.addEntry(inTransaction(at(200, 3), at(200, 1), {applyOps: inserts(3), partialTxn: true}));
    expect(await changesAfter(feed, start)).toEqual(['touched orders "between"']);
    const {position: between} = (await batchesAfter(feed, start)).at(-1)!;
    expect(between).toBe(position({oplog: {t: 200, i: 3}}));
    wire.addEntry(inTransaction(at(200, 4), at(200, 3), {applyOps: inserts(4), count: Long.fromNumber(4)}));
    expect((await changesAfter(feed, between)).toSorted()).toEqual([1, 2, 3, 4].map(id => `touched orders ${id}`));
    expect((await changesAfter(feed, start)).toSorted()).toEqual(['touched orders "between"', ...[1, 2, 3, 4].map(id => `touched orders ${id}`)]);
    wire.forget(at(200, 1));
    expect(await rejection(changesAfter(feed, between))).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it('tells a prepared transaction when it is committed, and never one that is given up', async () => {
    wire.addEntry(inTransaction(at(200, 1), null, {applyOps: inserts(1), partialTxn: true}));
    wire.addEntry(inTransaction(at(200, 2), at(200, 1), {applyOps: inserts(2), prepare: true}));
    const {position: prepared} = (await batchesAfter(feed, start)).at(-1)!;
    expect(await changesAfter(feed, start)).toEqual([]);
    wire.addEntry(inTransaction(at(200, 3), at(200, 2), {commitTransaction: 1, commitTimestamp: at(200, 2)}));
    expect((await changesAfter(feed, prepared)).toSorted()).toEqual(['touched orders 1', 'touched orders 2']);
    wire.addEntry(inTransaction(at(201, 1), null, {applyOps: inserts(3), prepare: true}));
    wire.addEntry(inTransaction(at(201, 2), at(201, 1), {abortTransaction: 1}));
    expect(await changesAfter(feed, position({oplog: {t: 200, i: 3}}))).toEqual([]);
  });

  it('does not go back beyond the statements of one transaction', async () => {
    wire.addEntry(inTransaction(at(200, 1), null, {applyOps: inserts(1)}));
    wire.addEntry(inTransaction(at(200, 2), at(200, 1), {applyOps: inserts(2)}));
    expect(await changesAfter(feed, position({oplog: {t: 200, i: 1}}))).toEqual(['touched orders 2']);
  });

  it('parts a large transaction into batches that all begin before it', async () => {
    wire.addEntry(insert(at(200, 1), 'before'));
    wire.addEntry(inTransaction(at(200, 2), null, {applyOps: inserts(...Array.from({length: 10}, (_, i) => i))}));
    wire.addEntry(insert(at(200, 3), 'behind'));
    const batches = await batchesAfter(feed, start, 4);
    expect(batches.map(batch => batch.changes.length)).toEqual([4, 4, 4, 0]);
    expect(batches.map(batch => batch.position)).toEqual([1, 1, 3, 3].map(i => position({oplog: {t: 200, i}})));
    expect(batches.flatMap(batch => batch.changes.map(told))).toEqual(['touched orders "before"', ...Array.from({length: 10}, (_, i) => `touched orders ${i}`), 'touched orders "behind"']);
  });

  it('holds what is not understood, and never skips it', async () => {
    fill(3);
    wire.addEntry(entry(at(201), {op: 'c', ns: 'shop.$cmd', o: {importCollection: 'orders'}}));
    wire.addEntry(insert(at(202), 4));
    const reading = feed.read(start, {follow: false, maxChanges: 3}, never)[Symbol.asyncIterator]();
    expect((await reading.next()).value.changes).toHaveLength(3);
    expect(await rejection(reading.next())).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('importCollection') as string});
  });

  it('refuses positions that are not its own', async () => {
    expect(await rejection(changesAfter(feed, '{"changeStream":{"after":"{}"}}' as Position))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/one of change streams/) as string});
    expect(await rejection(changesAfter(feed, position({a: {t: 1, i: 1}, oplog: {t: 1, i: 1}})))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/the shards a,/) as string});
    for (const strange of ['null', '{"oplog":{}}', '{"oplog":{"oplog":{"t":1}}}', '{"oplog":{"oplog":{"t":1.5,"i":1}}}', '{"oplog":{"oplog":{"t":1,"i":1,"h":1}}}']) {
      expect(await rejection(changesAfter(feed, strange as Position)), strange).toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringMatching(/load again/) as string});
    }
  });

  it('leaves no cursor open at the server', async () => {
    fill(300);
    for await (const _ of feed.read(start, {follow: true, maxChanges: 5}, never)) break;
    await batchesAfter(feed, start);
    expect(wire.openCursors).toBe(0);
  });
});

describe('oplogs of shards, of wire servers', () => {
  let one: MongoWire;
  let two: MongoWire;
  beforeEach(async () => {
    [one, two] = [await startMongoWire(), await startMongoWire()];
    for (const shard of [one, two]) shard.addEntry(firstEntry(100));
  });
  afterEach(async () => {
    for (const shard of [one, two]) await shard[Symbol.asyncDispose]();
  });
  const endpoint = (wire: MongoWire) => parseEndpoint({url: wire.url.replace('/?', '/shop?')});
  const open = async (shards: Readonly<Record<string, MongoWire>> = {one, two}) => await openChangeFeed({
    source: parseEndpoint({url: 'mongodb://127.0.0.1:1/shop'}), followed: [{database: 'shop'}],
    shards: Object.fromEntries(Object.entries(shards).map(([name, wire]) => [name, {endpoint: endpoint(wire)}])),
  }, never);

  it('have a position each', async () => {
    await using feed = await open();
    expect(feed.label).toMatch(/^oplog .*, oplog /);
    const start = await feed.now(never);
    one.addEntry(insert(at(201), 1));
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1']);
    const batches = await batchesAfter(feed, start);
    expect(batches.at(-1)!.position).toBe(position({one: {t: 201, i: 1}, two: {t: 100, i: 1}}));
    two.addEntry(insert(at(150), 2));
    expect(await changesAfter(feed, batches.at(-1)!.position)).toEqual(['touched orders 2']);
  });

  it('come in one order: what is dropped everywhere and made anew is not dropped twice', async () => {
    await using feed = await open();
    const start = await feed.now(never);
    for (const [shard, times] of [[one, [998, 1002, 1005]], [two, [999, 1001, 1006]]] as const) {
      shard.addEntry(insert(at(times[0]), times[0]));
      shard.addEntry(drop(at(times[1])));
      shard.addEntry(insert(at(times[2]), times[2]));
    }
    const whole = await changesAfter(feed, start);
    expect(whole).toEqual(['touched orders 998', 'touched orders 999', 'dropped orders', 'dropped orders', 'touched orders 1005', 'touched orders 1006']);
    let before = 0;
    for (const {changes, position: here} of await batchesAfter(feed, start, 1)) {
      before += changes.length;
      expect(await changesAfter(feed, here), here).toEqual(whole.slice(before));
    }
  });

  it('do not drop from a cluster what one of them gave to another', async () => {
    await using feed = await open();
    const start = await feed.now(never);
    two.addEntry({...insert(at(201), 1), fromMigrate: true});
    one.addEntry(entry(at(202), {op: 'd', ns: 'shop.orders', o: {_id: 1}, fromMigrate: true}));
    one.addEntry({...drop(at(203)), fromMigrate: true});
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1', 'touched orders 1']);
  });

  it('lose their place when one of them does', async () => {
    await using feed = await open();
    const start = await feed.now(never);
    one.addEntry(insert(at(201), 1));
    two.addEntry(insert(at(202), 2));
    two.forget(at(150));
    expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it('are followed side by side, until aborted', async () => {
    await using feed = await open();
    const stop = new AbortController();
    const batches = feed.read(await feed.now(never), {follow: true, maxChanges: 10}, stop.signal)[Symbol.asyncIterator]();
    for (const [shard, t] of [[one, 201], [two, 202], [one, 203]] as const) {
      const next = nextChanges(batches);
      shard.addEntry(insert(at(t), t));
      expect((await next).told).toEqual([`touched orders ${t}`]);
    }
    const last = rejection(nextChanges(batches));
    stop.abort(new Error('enough'));
    expect(await last).toMatchObject({message: 'enough'});
  });

  it('must be those of the position', async () => {
    await using feed = await open();
    const start = await feed.now(never);
    await using fewer = await open({one});
    expect(await rejection(changesAfter(fewer, start))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/the shards two, which are not read/) as string});
    await using more = await open({one, two, three: two});
    expect(await rejection(changesAfter(more, start))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/no place in the shards three/) as string});
  });
});

describe.skipIf(!mongodb)(`an oplog in a plain collection (${mongodb?.version})`, () => {
  it('is read in the order of its times, and says when its beginning is gone', async () => {
    await using lab = await openLab();
    await lab.insert('oplog', [insert(at(300), 3), firstEntry(100), insert(at(200), 2), insert(at(150, 10), 1.5), insert(at(150, 9), 1)]);
    const source = parseEndpoint({url: lab.database.url});
    await using feed = await openChangeFeed({source, followed: [{database: 'shop'}], oplog: `${lab.database.name}.oplog`}, never);
    const place = (t: number, i: number) => position({oplog: {t, i}}, {oplog: `${lab.database.name}.oplog`});
    expect(await feed.now(never)).toBe(place(300, 1));
    const start = place(100, 1);
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1', 'touched orders 1.5', 'touched orders 2', 'touched orders 3']);
    await lab.db.collection('oplog').deleteMany({ts: {$lte: at(150, 9)}});
    expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_POSITION'});
    expect(await changesAfter(feed, place(150, 10))).toHaveLength(2);
    await lab.db.collection('oplog').drop();
    expect(await rejection(changesAfter(feed, start))).toMatchObject({code: 'SLUICE_POSITION'});
  });

  it('may be that of one shard beside others of the same server', async () => {
    await using lab = await openLab();
    const {name, url} = lab.database;
    await lab.insert('one', [firstEntry(100), insert(at(200), 1), drop(at(201))]);
    await lab.insert('two', [firstEntry(100), drop(at(202)), insert(at(203), 2)]);
    const endpoint = parseEndpoint({url});
    const shards = {one: {endpoint, oplog: `${name}.one`}, two: {endpoint, oplog: `${name}.two`}};
    await using feed = await openChangeFeed({source: endpoint, followed: [{database: 'shop'}], shards}, never);
    const start = position({one: {t: 100, i: 1}, two: {t: 100, i: 1}}, {one: `${name}.one`, two: `${name}.two`});
    expect(await changesAfter(feed, start)).toEqual(['touched orders 1', 'dropped orders', 'dropped orders', 'touched orders 2']);
    expect((await batchesAfter(feed, start, 2)).map(batch => batch.newestAt)).toEqual([201_000, 203_000, null]);
  });

  it('is that of the position: another one of the same server is refused, and what to name is told', async () => {
    await using lab = await openLab();
    const {name, url} = lab.database;
    await lab.insert('one', [firstEntry(100)]);
    await lab.insert('two', [firstEntry(100)]);
    const of = (log: string) => openChangeFeed({source: parseEndpoint({url}), followed: [{database: 'shop'}], oplog: `${name}.${log}`}, never);
    await using one = await of('one');
    await using two = await of('two');
    expect(await rejection(changesAfter(two, await one.now(never)))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining(`is one of the oplog ${name}.one`) as string, remedy: expect.stringContaining(`--oplog ${name}.one`) as string});
    // A position that names none is of the log that every server has.
    expect(await rejection(changesAfter(two, position({oplog: {t: 100, i: 1}})))).toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('--oplog local.oplog.rs') as string});
    expect(await rejection(openChangeFeed({source: parseEndpoint({url}), followed: null, oplog: `${name}.one`, kind: 'change streams'}, never))).toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('without --oplog') as string});
  });

  it('is missed by its name', async () => {
    await using lab = await openLab();
    const source = parseEndpoint({url: lab.database.url});
    const error = await rejection(openChangeFeed({source, followed: null, oplog: `${lab.database.name}.log`}, never));
    expect(error).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining(`there is no oplog ${lab.database.name}.log`) as string});
  });
});
