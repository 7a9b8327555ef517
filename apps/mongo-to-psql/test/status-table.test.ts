import {MemoryDatabase, MemoryDestination} from '@sluice/connector-memory';
import type {GroupStore, Position, Row} from '@sluice/core';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {statusSchema} from '../src/status/status-row.ts';
import {statusFamily, StatusTable} from '../src/status/status-table.ts';

const {signal} = new AbortController();
let database: MemoryDatabase;
let store: GroupStore;
let now: Date;
let table: StatusTable;
beforeEach(async () => {
  database = new MemoryDatabase();
  now = new Date(2016, 4, 26, 12, 0, 0);
  await open();
});
afterEach(async () => { await store[Symbol.asyncDispose](); });

async function open() {
  store = await new MemoryDestination(database).openGroups({families: [statusFamily], positionKey: 'status'}, signal);
  table = new StatusTable(store, 0, () => now);
}

const rows = () => database.tables.get('qmetlstatus')?.rows ?? [];

test('a run is a row that begins open and is ended, in the columns of the superseded system', async () => {
  const row = await table.start(0, {ts: 'Timestamp(1464278289, 1)', attempt: null, label: '', position: 'p' as Position}, signal);
  expect(rows()).toEqual([['init load', '2016-05-26 12:00:00.000000', null, null, null, 'Timestamp(1464278289, 1)', 0, null, null]]);
  now = new Date(2016, 4, 26, 12, 0, 5);
  await table.finish(row, {error: false, records: 7, queries: 21}, signal);
  expect(rows()).toEqual([['init load', '2016-05-26 12:00:00.000000', '2016-05-26 12:00:05.000000', 7, 21, 'Timestamp(1464278289, 1)', 0, null, false]]);
  expect(await store.position(signal)).toBe('p');
});

test('runs of one millisecond stay apart and in their order, also when the clock goes back', async () => {
  await table.start(1, {ts: null, attempt: 0, label: ''}, signal);
  await table.start(2, {ts: null, attempt: 0, label: ''}, signal);
  now = new Date(2016, 4, 26, 11, 0, 0);
  await table.start(2, {ts: null, attempt: 1, label: ''}, signal);
  expect((await table.newest(2, signal)).map(({status, attempt}) => [status, attempt])).toEqual([[2, 1], [2, 0]]);
  expect(rows().map(row => row[1])).toEqual(['2016-05-26 12:00:00.000000', '2016-05-26 12:00:00.000001', '2016-05-26 12:00:00.000002']);
});

test('the newest of some tables is found among those of others', async () => {
  await table.start(0, {ts: null, attempt: 0, label: 'shop'}, signal);
  for (let i = 0; i < 5; i++) await table.start(2, {ts: null, attempt: i, label: ''}, signal);
  expect((await table.newest(1, signal, 'shop')).map(({comment}) => comment)).toEqual(['init load (shop)']);
  expect((await table.newest(2, signal, '')).map(({comment, attempt}) => [comment, attempt])).toEqual([['oplog use', 4], ['oplog use', 3]]);
  expect(await table.newest(1, signal, 'nobody')).toEqual([]);
});

test('the newest is found among thousands, however old it is; rows of no status that we know are passed over', async () => {
  await store[Symbol.asyncDispose]();
  const old = (i: number): Row => ['oplog use', `2015-01-0${1 + Math.floor(i / 1000)} 00:00:00.${String(i % 1000).padStart(6, '0')}`, null, i, null, null, 2, 0, false];
  database.put([{schema: statusSchema, rows: [...Array.from({length: 2500}, (_, i) => old(i)), ['other', '2015-02-01 00:00:00.000000', null, null, null, null, 9, null, null]], position: null}]);
  await open();
  expect((await table.newest(3, signal)).map(({records}) => records)).toEqual([2499, 2498]);
});
