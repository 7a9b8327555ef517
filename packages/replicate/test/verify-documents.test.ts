import {MemoryDatabase, MemoryDestination} from '@sluice/connector-memory';
import {ErrorCode, type Row} from '@sluice/core';
import {CANARY, expectNoLeak, rejection} from '@sluice/testkit';
import {beforeEach, describe, expect, test} from 'vitest';
import {syncDocuments, verifyDocuments, type DocumentsVerification, type Recheck, type VerifyRequest} from '../src/index.ts';
import {DATABASE, FakeMongo} from './fake-mongo.ts';
import {beginAnew, customer, expectInStep, never, openStore, order, shop} from './shop.ts';

let mongo: FakeMongo;
let database: MemoryDatabase;
let destination: MemoryDestination;
const atOnce: Recheck = {times: 3, pause: async () => {}};
const DOCUMENTS = 1200;

beforeEach(async () => {
  mongo = new FakeMongo();
  database = new MemoryDatabase();
  destination = new MemoryDestination(database);
  await beginAnew(destination, shop());
  for (let id = 1; id <= DOCUMENTS; id++) mongo.put('orders', order(id, id % 4, {customer: `${CANARY} ${id}`}));
  for (const id of ['ann', 'bo', 'cy']) mongo.put('customers', customer(id));
  await sync();
});

async function sync(): Promise<void> {
  await using store = await openStore(destination, shop());
  await syncDocuments({feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, database: DATABASE, collections: shop(), store, maxChanges: 10_000, recheck: atOnce}, never);
}

async function verify(more: Partial<VerifyRequest> = {}): Promise<DocumentsVerification> {
  const collections = shop();
  await using store = await openStore(destination, collections, more.repair ? {} : {readOnly: true});
  return await verifyDocuments({reader: mongo.reader, scan: mongo.scan, store, collections, recheck: atOnce, ...more}, never);
}

/** Changes rows of a table as somebody else would. */
function tamper(table: string, change: (rows: Row[]) => Row[]): void {
  const there = database.tables.get(table);
  if (!there) throw new Error(`no table ${table}`);
  database.put([{...there, rows: change(there.rows.map(row => [...row]))}]);
}

/** Differences of every kind in the tables of orders: documents 4, 8 and 700 are missing, 1, 3, 5 and 7 differ, and 5001, 5002 and 6000 are of no document. */
function tamperWithOrders(): void {
  tamper('orders', rows => [...rows.filter(([id]) => id !== 4 && id !== 8 && id !== 700), ...[5001, 5002].map((id): Row => rows[0]!.map((value, i) => (i === 0 ? id : value)))]
    .map(row => (row[0] === 1 ? row.map((value, i) => (i === 1 ? `other ${CANARY}` : value)) : row)));
  tamper('orders_lines', rows => [
    ...rows.filter(([id, idx]) => id !== 700 && !(id === 3 && idx === 2)),
    // Left over from an earlier state of a document, and of a document that is gone.
    ...[5, 6000].map((id): Row => rows[0]!.map((value, i) => (i === 0 ? id : i === 1 ? 9 : value))),
  ]);
  tamper('orders_lines_tags', rows => rows.map(row => (row[0] === 7 ? row.map(value => (typeof value === 'string' ? 'another tag' : value)) : row)));
}

test('tables that are in step are equal, each side read once', async () => {
  const seen: number[] = [];
  let scans = 0;
  const counted = mongo.scan;
  const found = await verify({
    scan: {read: (request, signal) => {
      scans++;
      return counted.read(request, signal);
    }},
    onDocuments: (_, documents) => seen.push(documents),
  });
  expect(found).toMatchObject({format: 'sluice.documents-verification/1', equal: true, collections: [
    {collection: 'orders', documents: DOCUMENTS, missing: 0, differing: 0, extra: 0, keyless: 0, refused: 0, unsettled: 0, repaired: 0, ordinals: [], tables: [], equal: true},
    {collection: 'customers', documents: 3, equal: true},
  ]});
  expect(scans).toBe(2);
  expect(seen.at(-2)).toBe(DOCUMENTS);
});

test('missing, differing and left-over rows are counted and placed, and no value is told', async () => {
  tamperWithOrders();
  const found = await verify();
  const ordinals = [4, 8, 700, 1, 3, 5, 7].map(id => mongo.documents('orders').findIndex(document => Buffer.from(document).readInt32LE(9) === id) + 1).sort((a, b) => a - b);
  expect(found).toMatchObject({equal: false, collections: [
    {missing: 3, differing: 4, extra: 3, repaired: 0, equal: false, ordinals},
    {missing: 0, differing: 0, extra: 0, equal: true},
  ]});
  expect(found.collections[0]!.tables.map(({table}) => table).sort()).toEqual(['orders', 'orders_lines', 'orders_lines_tags']);
  expectNoLeak(found, CANARY);
  expectNoLeak(found, 'sku');
});

test('differing documents are loaded again, rows without a document deleted, and nothing else', async () => {
  tamperWithOrders();
  expect(await verify({repair: true})).toMatchObject({equal: true, collections: [{missing: 3, differing: 4, extra: 3, repaired: 10, equal: true}, {repaired: 0}]});
  await expectInStep(destination, mongo);
  expect(await verify()).toMatchObject({equal: true, collections: [{missing: 0, differing: 0, extra: 0}, {}]});
});

test('many documents that differ are told from each other in portions', async () => {
  tamper('orders', rows => rows.map((row, i) => (i % 2 === 0 ? [row[0]!, null, ...row.slice(2)] : row)));
  expect(await verify()).toMatchObject({equal: false, collections: [{differing: DOCUMENTS / 2}, {}]});
  expect(await verify({repair: true})).toMatchObject({equal: true, collections: [{repaired: DOCUMENTS / 2}, {}]});
  await expectInStep(destination, mongo);
});

test('many documents that differ wait for changes once, and are read again twice', async () => {
  tamper('orders', rows => rows.map(row => [row[0]!, null, ...row.slice(2)]));
  let pauses = 0;
  let fetched = 0;
  const {reader} = mongo;
  expect(await verify({
    recheck: {times: 5, pause: async () => { pauses++; }},
    reader: {fetch: (collection, idField, ids, signal) => {
      fetched += ids.length;
      return reader.fetch(collection, idField, ids, signal);
    }},
  })).toMatchObject({equal: false, collections: [{differing: DOCUMENTS}, {}]});
  expect({pauses, fetched}).toEqual({pauses: 5, fetched: 2 * DOCUMENTS});
});

test('of many that differ, those that came in step meanwhile do not count', async () => {
  tamper('orders', rows => rows.map(row => [row[0]!, null, ...row.slice(2)]));
  for (const {_id} of [1, 2, 3].map(id => ({_id: id}))) mongo.put('orders', order(_id, _id % 4, {customer: `${CANARY} ${_id}`}));
  expect(await verify({recheck: {times: 5, pause: async look => { if (look === 4) await sync(); }}})).toMatchObject({equal: false, collections: [{differing: DOCUMENTS - 3}, {}]});
});

test('rows without a key are counted, and not repaired', async () => {
  // Compatible tables take any row.
  const collections = shop('compat');
  const plain = new MemoryDestination(database = new MemoryDatabase());
  destination = plain;
  await beginAnew(plain, collections);
  {
    await using store = await openStore(plain, collections);
    await syncDocuments({feed: mongo.feed, reader: mongo.reader, scan: mongo.scan, database: DATABASE, collections, store, maxChanges: 10_000, recheck: atOnce}, never);
  }
  await expectInStep(plain, mongo, 'compat');
  const {table} = collections[0]!.tables[0]!.schema;
  tamper(table, rows => [...rows, rows[0]!.map(() => null)]);
  await using store = await openStore(plain, collections);
  const found = await verifyDocuments({reader: mongo.reader, scan: mongo.scan, store, collections, recheck: atOnce, repair: true}, never);
  expect(found).toMatchObject({equal: false, collections: [{keyless: 1, missing: 0, differing: 0, extra: 0, equal: false}, {equal: true}]});
});

test('a document whose rows cannot be written is counted, with the reason of the first', async () => {
  mongo.put('customers', {_id: 5, name: CANARY});
  const found = await verify();
  expect(found).toMatchObject({equal: false, collections: [{equal: true}, {documents: 4, refused: 1, equal: false, refusal: expect.stringContaining('_id')}]});
  expectNoLeak(found, CANARY);
});

test('rows that a repair cannot make right are an error', async () => {
  tamperWithOrders();
  const collections = shop();
  await using store = await openStore(destination, collections);
  const error = await rejection(verifyDocuments({
    reader: mongo.reader, scan: mongo.scan, collections, recheck: atOnce, repair: true,
    store: new Proxy(store, {get: (target, name) => (name === 'replace' ? async () => ({deleted: 0, inserted: 0}) : boundMethod(target, name))}),
  }, never), 'the repair');
  expect(error).toMatchObject({code: ErrorCode.VERIFY});
  expectNoLeak(error, CANARY);
});

describe('while documents change and are brought over', () => {
  test('a change that is on its way is no difference', async () => {
    mongo.put('orders', order(1, 3));
    mongo.put('orders', order(9001, 3));
    mongo.remove('orders', 2);
    mongo.remove('orders', 3);
    // Somebody else brings the changes over between two looks.
    const found = await verify({recheck: {times: 3, pause: async look => { if (look === 1) await sync(); }}});
    expect(found).toMatchObject({equal: true, collections: [{missing: 0, differing: 0, extra: 0, unsettled: 0}, {}]});
  });

  test('one that nobody brings over is', async () => {
    mongo.put('orders', order(1, 3));
    mongo.put('orders', order(9001, 3));
    mongo.remove('orders', 2);
    expect(await verify()).toMatchObject({equal: false, collections: [{missing: 1, differing: 1, extra: 1}, {}]});
  });

  test('a document that is never at rest proves nothing', async () => {
    tamper('orders', rows => rows.map(row => (row[0] === 1 ? [row[0], null, ...row.slice(2)] : row)));
    let changes = 0;
    mongo.onFetch = () => mongo.put('orders', order(1, ++changes));
    expect(await verify()).toMatchObject({collections: [{differing: 0, unsettled: 1}, {}]});
  });

  test('a document that comes, rows and all, after the documents were read is no left-over', async () => {
    let reads = 0;
    const {scan} = mongo;
    const found = await verify({scan: {read: (request, signal) => (async function* () {
      reads++;
      const isFirst = reads === 1;
      yield* scan.read(request, signal);
      if (!isFirst) return;
      mongo.put('orders', order(9001, 3));
      await sync();
    })()}});
    expect(found).toMatchObject({equal: true, collections: [{extra: 0}, {}]});
    expect(reads).toBe(3);
  });
});

/** Methods with private fields want their own object. */
function boundMethod(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
}
