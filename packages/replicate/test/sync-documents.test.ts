import {MemoryDatabase, MemoryDestination} from '@sluice/connector-memory';
import {ErrorCode, type GroupStore, type Position} from '@sluice/core';
import {CANARY, expectNoLeak, rejection} from '@sluice/testkit';
import {Double, Int32, serialize} from 'bson';
import {beforeEach, describe, expect, test} from 'vitest';
import {documentRows, syncDocuments, type Recheck, type SyncReport, type SyncRequest, type TableTransform} from '../src/index.ts';
import {DATABASE, FakeMongo, idOf} from './fake-mongo.ts';
import {beginAnew, customer, expectInStep, never, openStore, order, plans, shop} from './shop.ts';

let mongo: FakeMongo;
let destination: MemoryDestination;
/** Nothing waits: what changes while a test runs changes in calls that it counts. */
const atOnce: Recheck = {times: 5, pause: async () => {}};

beforeEach(async () => {
  mongo = new FakeMongo();
  destination = new MemoryDestination(new MemoryDatabase());
  await beginAnew(destination, shop());
});

async function sync(more: Partial<SyncRequest> = {}, wrap: (store: GroupStore) => GroupStore = store => store): Promise<SyncReport> {
  const collections = more.collections ?? shop();
  await using store = await openStore(destination, collections);
  return await syncDocuments({feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, database: DATABASE, collections, recheck: atOnce, ...more, store: wrap(store)}, never);
}

async function position(): Promise<Position | null> {
  await using store = await openStore(destination, shop(), {readOnly: true});
  return await store.position(never);
}

describe('documents that change', () => {
  test('are in the tables as they are now, however often they changed', async () => {
    mongo.put('orders', order(1, 3));
    mongo.put('orders', order(2, 1));
    mongo.put('orders', order(1, 1));
    mongo.put('customers', customer('ann'));
    mongo.remove('orders', 2);
    mongo.remove('orders', 99);
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report).toMatchObject({
      format: 'sluice.sync/1', batches: 1, changes: 6, caughtUp: true,
      documents: {written: 2, gone: 2, verified: 4, unsettled: 0}, ignored: {collections: [], otherDatabases: 0},
      collections: [{collection: 'orders', changes: 5, written: 1, gone: 2, verified: 3}, {collection: 'customers', changes: 1, written: 1, gone: 0, verified: 1}],
    });
    expect(await position()).toBe(mongo.end);
    // Nothing is left: the next run has nothing to do.
    expect(await sync()).toMatchObject({changes: 0, documents: {written: 0}, rows: {deleted: 0, inserted: 0}});
  });

  test('stop the sync when a compatible table has no place for their id, and say what to do: nothing would find their rows again', async () => {
    const collections = shop('compat');
    await beginAnew(destination, collections);
    mongo.put('orders', {...order(1, 1), _id: CANARY});
    const error = await rejection(sync({collections}), 'the sync');
    expect(error).toMatchObject({code: ErrorCode.VALUE, message: 'collection orders: the _id of a document does not fit its column, and nothing else says which rows are its own', remedy: expect.stringContaining('widen the type of _id')});
    expectNoLeak(error, CANARY);
  });

  test('lose the rows of elements that are gone, and keep those of other documents', async () => {
    for (let id = 1; id <= 20; id++) mongo.put('orders', order(id, 4));
    await sync({maxChanges: 7});
    mongo.put('orders', order(7, 1));
    mongo.put('orders', order(8, 0, {lines: 'none'}));
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report.collections[0]!.misfits).toMatchObject([{path: 'lines', got: 'string', count: expect.any(Number)}]);
  });

  test('are found by ids of another numeric type', async () => {
    mongo.put('orders', {...order(5, 2), _id: new Int32(5)});
    mongo.tell({kind: 'touched', database: DATABASE, collection: 'orders', id: idOf(serialize({_id: new Double(5)}))});
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report).toMatchObject({documents: {verified: 2}});
  });

  test('go through transforms, and their rows are found again', async () => {
    const [orders, customers] = plans();
    const upper = customers!.tables.map(({schema}): TableTransform => ({
      schema, apply: batch => ({...batch, rows: batch.rows.map(row => row.map(value => (typeof value === 'string' ? value.toUpperCase() : value)))}),
    }));
    const collections = [documentRows(orders!), documentRows(customers!, upper)];
    mongo.put('customers', customer('ann'));
    mongo.put('customers', customer('bo'));
    await sync({collections});
    mongo.remove('customers', 'ann');
    await sync({collections});
    await using store = await openStore(destination, collections, {readOnly: true});
    expect(await store.keys(1, null, 10, never)).toEqual([['BO']]);
  });

  test('come in several transactions when they are large, and all the same', async () => {
    for (let id = 1; id <= 6; id++) mongo.put('orders', order(id, 2, {customer: 'x'.repeat(5_000_000)}));
    const calls: (Position | undefined)[] = [];
    await sync({verify: false}, store => ({...bound(store), replace: (changes, at, signal) => {
      calls.push(at);
      return store.replace(changes, at, signal);
    }}));
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter(at => at !== undefined)).toEqual([mongo.end]);
    expect(calls.at(-1)).toBe(mongo.end);
    await expectInStep(destination, mongo);
  });
});

describe('collections', () => {
  test.each(['dropped', 'truncated'] as const)('that are %s are emptied, and filled again by what comes later', async kind => {
    for (let id = 1; id <= 5; id++) mongo.put('orders', order(id, 2));
    mongo.put('customers', customer('ann'));
    await sync();
    mongo.drop('orders', kind);
    mongo.put('orders', order(6, 1));
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report.collections[0]).toMatchObject({emptied: 1, reloaded: 0, written: 1});
  });

  test('that are renamed away are emptied, those they are renamed to are read whole', async () => {
    for (let id = 1; id <= 5; id++) mongo.put('orders', order(id, 2));
    await sync();
    for (let id = 10; id <= 700; id++) mongo.put('archive', order(id, 1));
    mongo.rename('orders', 'old_orders');
    mongo.rename('archive', 'orders');
    const report = await sync({maxChanges: 10_000});
    await expectInStep(destination, mongo);
    expect(report).toMatchObject({
      collections: [{collection: 'orders', reloaded: 1, written: 691}, {collection: 'customers', emptied: 0}],
      ignored: {collections: [{collection: 'archive', changes: 692}, {collection: 'old_orders', changes: 1}]},
    });
    mongo.rename('orders', 'gone');
    expect((await sync()).collections[0]).toMatchObject({emptied: 1, reloaded: 0});
    await expectInStep(destination, mongo);
  });

  test('of a database that is dropped are emptied, and those of others do not matter', async () => {
    mongo.put('orders', order(1, 1));
    mongo.put('customers', customer('ann'));
    await sync();
    mongo.dropDatabase();
    mongo.put('customers', customer('bo'));
    mongo.tell({kind: 'dropped', database: 'other', collection: 'customers'});
    mongo.tell({kind: 'databaseDropped', database: 'other'});
    mongo.tell({kind: 'touched', database: 'other', collection: 'orders', id: idOf(serialize({_id: 1}))});
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report).toMatchObject({ignored: {otherDatabases: 3, collections: []}, collections: [{emptied: 1}, {emptied: 1, written: 1}]});
  });

  test('that come from another database by renaming are read whole', async () => {
    mongo.put('orders', order(1, 1));
    await sync();
    mongo.tell({kind: 'renamed', database: 'other', collection: 'x', to: {database: DATABASE, collection: 'orders'}});
    expect(await sync()).toMatchObject({collections: [{reloaded: 1, written: 1}, {}]});
    mongo.tell({kind: 'renamed', database: DATABASE, collection: 'orders', to: {database: 'other', collection: 'orders'}});
    expect(await sync()).toMatchObject({collections: [{emptied: 1, reloaded: 0}, {}], ignored: {collections: []}});
  });
});

describe('the position', () => {
  test('is wanted: without one nothing is done', async () => {
    const bare = new MemoryDestination(new MemoryDatabase());
    const collections = shop();
    await using store = await openStore(bare, collections);
    const error = await rejection(syncDocuments({feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, database: DATABASE, collections, store}, never), 'the sync');
    expect(error).toMatchObject({code: ErrorCode.POSITION});
  });

  test('comes in the transaction of the rows where nothing is proved, together with the caller\'s own changes', async () => {
    mongo.put('orders', order(1, 2));
    const collections = shop();
    const state = {schema: {table: 'states', primaryKey: ['id'], columns: [{name: 'id', type: 'int' as const, nullable: false}, {name: 'changes', type: 'int' as const, nullable: false}]}, group: ['id']};
    await using store = await openStore(destination, collections, {families: [...collections.map(({tables}) => ({tables})), {tables: [state]}]});
    const calls: (readonly [number, Position | undefined])[] = [];
    await syncDocuments({
      feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, database: DATABASE, collections, verify: false,
      store: {...bound(store), replace: (changes, at, signal) => {
        calls.push([changes.length, at]);
        return store.replace(changes, at, signal);
      }},
      alongside: (_, {changes}) => [{family: 2, groups: [[1]], rows: [[[1, changes]]]}],
    }, never);
    expect(calls).toEqual([[2, mongo.end]]);
    expect(await store.read(2, [[1]], never)).toEqual([[[1, 1]]]);
  });

  test('moves on behind the proof only: rows that are not what was written are an error', async () => {
    mongo.put('orders', order(1, 2));
    await sync();
    const before = await position();
    mongo.put('orders', order(2, 2, {customer: CANARY}));
    const error = await rejection(sync({}, store => ({...bound(store), replace: (changes, at, signal) => (
      store.replace(changes.map(change => ({...change, rows: change.rows.map((rows, i) => (i === 1 ? rows.slice(1) : rows))})), at, signal))})), 'the sync');
    expect(error).toMatchObject({code: ErrorCode.VERIFY, context: {table: 'orders_lines'}});
    expectNoLeak(error, CANARY);
    expect(await position()).toBe(before);
    await sync();
    await expectInStep(destination, mongo);
  });

  test('stays before a document that cannot be written', async () => {
    mongo.put('orders', order(1, 2));
    mongo.put('orders', {...order(2, 2), _id: `${CANARY} is no number`});
    const error = await rejection(sync(), 'the sync');
    expect(error).toMatchObject({code: ErrorCode.VALUE});
    expectNoLeak(error, CANARY);
    expect(await position()).toBe('0');
  });
});

describe('a document that changes while it is compared', () => {
  test('is written again', async () => {
    mongo.put('orders', order(1, 1));
    let fetches = 0;
    mongo.onFetch = () => { if (++fetches === 2) mongo.put('orders', order(1, 3)); };
    const report = await sync();
    await expectInStep(destination, mongo);
    expect(report).toMatchObject({changes: 1, documents: {written: 2, verified: 1, unsettled: 0}});
  });

  test('again and again is left to the changes that follow', async () => {
    mongo.put('orders', order(1, 1));
    let fetches = 0;
    mongo.onFetch = () => { if (fetches < 40) mongo.put('orders', order(1, ++fetches)); };
    const report = await sync();
    expect(report).toMatchObject({changes: 1, documents: {verified: 0, unsettled: 1}});
    mongo.onFetch = () => {};
    await sync();
    await expectInStep(destination, mongo);
  });

  test('by being deleted has no rows', async () => {
    mongo.put('orders', order(1, 1));
    let fetches = 0;
    mongo.onFetch = () => { if (++fetches === 2) mongo.remove('orders', 1); };
    await sync();
    await expectInStep(destination, mongo);
  });
});

test('following goes on until it is told to end, and knows how late it is', async () => {
  const abort = new AbortController();
  const collections = shop();
  await using store = await openStore(destination, collections);
  const reports: SyncReport[] = [];
  mongo.put('orders', order(1, 1));
  const following = syncDocuments({
    feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, store, database: DATABASE, collections, follow: true, now: () => 1_005_000,
    onBatch(report) {
      reports.push(report);
      if (reports.length < 4) mongo.put('orders', order(1 + reports.length, reports.length));
      else abort.abort(new Error('enough'));
    },
  }, abort.signal);
  await expect(following).rejects.toThrow('enough');
  expect(reports.map(({lagSeconds}) => lagSeconds)).toEqual([4, 3, 2, 1]);
  expect(reports.at(-1)).toMatchObject({batches: 4, changes: 4, caughtUp: true});
  expect(await store.position(never)).toBe('4');
});

/** A store whose methods can be spread. */
function bound(store: GroupStore): GroupStore {
  return {
    get adjustments() { return store.adjustments; },
    position: signal => store.position(signal), fit: (family, rows) => store.fit(family, rows), key: (family, key) => store.key(family, key),
    replace: (changes, at, signal) => store.replace(changes, at, signal), read: (family, groups, signal) => store.read(family, groups, signal),
    keys: (family, after, limit, signal) => store.keys(family, after, limit, signal), keyless: (family, signal) => store.keyless(family, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
