import {startSoda, type SodaServer} from '@sluice/testkit/servers';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {searchCatalog} from '../src/index.ts';

const {signal} = new AbortController();
const id = (i: number) => `aaaa-${String(i).padStart(4, '0')}`;
let server: SodaServer;
beforeAll(async () => {
  server = await startSoda();
  for (let i = 0; i < 230; i++) server.add({id: id(i), name: `Data ${i}`, description: i === 7 ? 'of pets' : 'of none', columns: [{fieldName: 'a', dataTypeName: 'text'}]});
});
afterAll(() => server[Symbol.asyncDispose]());
const search = (words: string | null, limit: number) => searchCatalog({url: `socrata://${server.host}?tls=false`}, {words, limit}, signal);

test('as many as are wanted, page by page, and how many there are', async () => {
  const {total, entries} = await search(null, 220);
  expect(total).toBe(230);
  expect(entries.map(entry => entry.id)).toEqual(Array.from({length: 220}, (_, i) => id(i)));
  expect((await search(null, 1000)).entries).toHaveLength(230);
});

test('those that words are found in, with what the catalogue says of them', async () => {
  expect(await search('pets', 10)).toEqual({total: 1, entries: [{id: id(7), name: 'Data 7', description: 'of pets', updatedAt: '2026-01-05T12:01:00.000Z', columns: 1}]});
  expect(await search('nothing like it', 10)).toEqual({total: 0, entries: []});
});

test('a portal is named by its host alone', async () => {
  await expect(searchCatalog({url: `socrata://${server.host}/${id(1)}?tls=false`}, {words: null, limit: 1}, signal)).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('by its host alone')});
});
