import type {SodaServer, SodaTable} from '@sluice/testkit/servers';
import {afterEach, expect, test} from 'vitest';
import {parseEndpoint, SocrataSource, type KeptSoFar, type PageKeep} from '../src/index.ts';
import {never, noWaiting, onlyTable, pet, petServer, pets, PET_ID} from './lab.ts';

const servers: SodaServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

/** Keeps in memory; what it holds survives a read that is left. */
function memory() {
  let work: string | null = null;
  let lastUpdated: string | null = null;
  let pages: {readonly query: string; readonly pieces: readonly string[]; readonly rows: number; readonly last: string}[] = [];
  let open: string[] = [];
  let next = 0;
  const told: string[] = [];
  const sofar = (): KeptSoFar => ({rows: pages.reduce((sum, {rows}) => sum + rows, 0), last: pages.at(-1)!.last, lastUpdated});
  const keep: PageKeep = {
    async find(wanted) {
      [next, open] = [0, []];
      return wanted === work && pages.length > 0 ? sofar() : null;
    },
    async goOn(updated) {
      lastUpdated = updated;
      told.push(`on ${sofar().rows}`);
    },
    async begin(wanted, updated, why) {
      [work, lastUpdated, pages] = [wanted, updated, []];
      told.push(why === null ? 'begun' : `anew: ${why}`);
    },
    async forget(why) {
      [work, pages] = [null, []];
      told.push(why === null ? 'forgotten' : `forgotten: ${why}`);
    },
    page(query) {
      const page = pages[next];
      if (page?.query !== query) return null;
      next++;
      return (async function* () { yield* page.pieces; })();
    },
    async add(piece) { open.push(piece); },
    async end(query, page) {
      pages.push({query, pieces: open, ...page});
      next = pages.length;
      open = [];
    },
  };
  return {keep, told, rows: () => pages.reduce((sum, {rows}) => sum + rows, 0)};
}

async function lab(count: number) {
  const {server, table} = await petServer(count);
  servers.push(server);
  const {keep, told, rows: kept} = memory();
  const open = (parameters: string) => new SocrataSource(parseEndpoint({url: `socrata://${server.host}/${PET_ID}?tls=false&pageRows=10&${parameters}`}), noWaiting(), {keep});
  return {
    server, table, told, kept,
    /** Reads, and leaves behind so many rows; resolves with what came. */
    async read({until = Infinity, parameters = ''} = {}): Promise<unknown[]> {
      await using source = open(parameters);
      const schema = await onlyTable(source);
      const came: unknown[] = [];
      for await (const {rows} of source.read({schema, after: null, maxRows: 5, maxBytes: 1 << 20}, never)) {
        came.push(...rows.map(([, , number]) => number));
        if (came.length >= until) break;
      }
      return came;
    },
    /** How many rows the portal sent since the last call, at most. */
    pages: (() => {
      let before = 0;
      return () => {
        const all = server.requests.filter(({topic}) => topic === 'rows').length;
        const since = all - before;
        before = all;
        return since;
      };
    })(),
    published: () => table.rows.map(({cells}) => JSON.parse(cells[1]!) as unknown),
  };
}

test('a read that was left is gone on with behind the last whole page, and counted and summed as one', async () => {
  const {read, pages, told, published} = await lab(150);
  await read({until: 74});
  pages();
  expect(await read()).toEqual(published());
  expect(pages()).toBe(8);
  // Again, from its end.
  expect(await read()).toEqual(published());
  expect(pages()).toBe(0);
  expect(told).toEqual(['begun', 'on 70', 'on 150']);
});

test('left wherever, again and again, it gives every row once', async () => {
  const {server, read, pages, published} = await lab(150);
  for (let until = 3; until < 150; until += 13) {
    if (until % 2 === 0) server.fail('rows', {kind: 'cut', afterRows: until % 9});
    await read({until});
  }
  pages();
  expect(await read()).toEqual(published());
  expect(pages()).toBeLessThan(5);
});

test('a page that broke off is kept as far as it came', async () => {
  const {server, read, kept, pages, published} = await lab(150);
  await read({until: 20});
  server.fail('rows', {kind: 'cut', afterRows: 4});
  server.fail('rows', {kind: 'error', status: 500}, 6);
  await expect(read()).rejects.toThrow('500');
  expect(kept()).toBe(14);
  server.recover();
  pages();
  expect(await read()).toEqual(published());
  expect(pages()).toBe(14);
});

test.each<[string, (changed: SodaTable) => void, string]>([
  ['changed', table => table.update(2, pet(999)), 'anew: the publisher has changed some of them'],
  ['deleted', table => table.remove(2), 'anew: the publisher has deleted, added or replaced some of them: there are 69 now'],
  ['replaced', table => table.replace(pets(150, 1000)), 'anew: '],
])('rows that were %s since begin it anew, and why is told', async (_, change, why) => {
  const at = await lab(150);
  await at.read({until: 74});
  change(at.table);
  expect(await at.read()).toEqual(at.published());
  expect(at.told).toEqual(['begun', expect.stringContaining(why)]);
});

test('rows that came behind, or were changed there, are read with the rest', async () => {
  const {table, read, pages, told, published} = await lab(150);
  await read({until: 74});
  table.insert(pet(500));
  table.update(80, pet(501));
  pages();
  expect(await read({until: 110})).toHaveLength(110);
  // What that part read was no older than its own beginning.
  expect(await read()).toEqual(published());
  expect(told).toEqual(['begun', 'on 70', 'on 100']);
  expect(pages()).toBeLessThan(12);
});

test('other columns, pages, conditions or places are other work', async () => {
  const {read, told, published} = await lab(150);
  for (const parameters of ['', 'system=true', 'api=3', '']) await read({until: 74, parameters});
  expect(told).toEqual(['begun', 'begun', 'begun', 'begun']);
  expect(await read()).toEqual(published());
});

test('a change that no moment tells of is found by the sums over all rows, and what was kept is let go', async () => {
  const {table, read, pages, told, published} = await lab(150);
  await read({until: 74});
  table.rows[2]!.cells = pet(999);
  await expect(read()).rejects.toThrow(/weight: .*sum/);
  pages();
  expect(await read()).toEqual(published());
  expect(pages()).toBe(15);
  expect(told).toEqual(['begun', 'on 70', 'forgotten', 'begun']);
});

test('a read of few pages keeps nothing', async () => {
  const {read, told, kept} = await lab(99);
  await read({until: 74});
  expect(kept()).toBe(0);
  expect(told).toEqual(['forgotten']);
});
