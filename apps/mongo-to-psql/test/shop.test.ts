import {serialize} from 'bson';
import {expect, test} from 'vitest';
import {changeShop, makeShop} from '../src/demo/shop.ts';
import {ShopDocuments} from '../src/demo/shop-documents.ts';

const {signal} = new AbortController();

test('the shop is the same every time, byte by byte', () => {
  const bytes = () => Object.values(makeShop()).flat().map(document => Buffer.from(serialize(document)).toString('hex'));
  expect(bytes()).toEqual(bytes());
  expect(new Set(bytes()).size).toBe(420);
});

test('its log tells which documents were touched, in order, and ends', async () => {
  const shop = makeShop();
  const documents = new ShopDocuments();
  documents.put('orders', shop.orders);
  await using feed = documents.feed();
  const before = await feed.now(signal);
  const {orders} = changeShop(shop);
  documents.put('orders', orders.changed);
  documents.remove('orders', orders.gone);
  const batches = [];
  for await (const batch of feed.read(before, {follow: false, maxChanges: 2}, signal)) batches.push(batch);
  expect(batches.map(({changes, caughtUp}) => [changes.length, caughtUp])).toEqual([[2, false], [1, true]]);
});

test('documents come in the order of their ids, from behind one to another', async () => {
  const documents = new ShopDocuments();
  documents.put('orders', makeShop().orders.slice(0, 5));
  const groups = [];
  for await (const group of documents.read({collection: 'orders', after: {id: serialize({'': 1}), included: false}, until: serialize({'': 4})}, signal)) groups.push(...group);
  expect(groups).toHaveLength(3);
});
