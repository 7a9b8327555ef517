import {existsSync, readdirSync} from 'node:fs';
import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {socrataGather, start, type Ended} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program many times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});

const COLUMNS = [
  {fieldName: 'license_number', dataTypeName: 'text'}, {fieldName: 'license_issue_date', dataTypeName: 'calendar_date'}, {fieldName: 'animal_s_name', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'},
];
const ROWS = 1200;
const PAGE = 50;
const PAGES = ROWS / PAGE;
const pet = (i: number, name: string | null = i % 7 === 0 ? null : `José ${i} \u{1F600} O'Br\\ien "x"`): (string | null)[] => [`"S${i}"`, '"2015-12-18T00:00:00.000"', name === null ? null : JSON.stringify(name), `"${i}.10"`];

interface Target extends AsyncDisposable {
  readonly url: string | null;
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
}
const kinds: readonly (readonly [string, boolean, (place: Folder) => Promise<Target>])[] = [
  ['SQLite', true, async place => ({url: null, rows: async sql => rowsOf(place.at('socrata.db'), sql), [Symbol.asyncDispose]: async () => {}})],
  ['PostgreSQL', postgres !== null, () => openPostgres(postgres!)],
  ...servers.map((it): [string, boolean, () => Promise<Target>] => [it.kind, true, () => openDatabase(it)]),
];

describe.each(kinds.filter(([, isThere]) => isThere))('a load into %s that SIGKILL ends', (kind, _, open) => {
  let server: SodaServer;
  let table: SodaTable;
  let place: Folder;
  let target: Target;
  beforeEach(async () => {
    server = await startSoda();
    table = server.add({id: 'jguv-t9rb', name: 'Pets', columns: COLUMNS, rows: Array.from({length: ROWS}, (_each, i) => pet(i + 1))});
    place = folder();
    target = await open(place);
    place.write('topics.yaml', `${target.url === null ? '' : `targets: {warehouse: '${target.url}'}\n`}topics:\n  pets: {source: '${server.host}', tls: false, dataset: jguv-t9rb, table: pets, pageRows: ${PAGE}}\n`);
    return async () => {
      await target[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
  });

  const isPage = ({topic}: {readonly topic: string}) => topic === 'rows';
  /** Runs until the portal is asked for so many pages. */
  async function killed(words: readonly string[], pages: number): Promise<void> {
    let asked = 0;
    const running = start('socrata-gather', ['-t', 'pets', ...words], {cwd: place.path});
    server.onRequest(request => { if (isPage(request) && ++asked === pages) running.kill('SIGKILL'); });
    const {signal, stderr} = await running.ended;
    server.onRequest(() => {});
    expect(signal, stderr).toBe('SIGKILL');
  }
  const fine = (ended: Ended) => {
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return JSON.parse(ended.stdout) as Readonly<Record<string, unknown>>;
  };
  /** Runs to the end. Resolves with what is told, and how many pages the portal was asked for. */
  async function gathered(...words: string[]) {
    const before = server.requests.filter(isPage).length;
    const run = fine(await socrataGather(['-t', 'pets', ...words, '--json'], {cwd: place.path}));
    return {run, pages: server.requests.filter(isPage).length - before};
  }
  async function expectPublished(): Promise<void> {
    const rows = await target.rows('SELECT license_number, animal_s_name, fee FROM pets');
    const plain = (text: string | null | undefined) => (text == null ? null : String(JSON.parse(text)));
    const sorted = (texts: readonly (readonly unknown[])[]) => texts.map(row => JSON.stringify(row)).sort();
    expect(sorted(rows)).toEqual(sorted(table.rows.map(({cells: [number, , name, fee]}) => [plain(number), plain(name)?.replace(/\0/, kind === 'PostgreSQL' ? '' : '\0') ?? null, plain(fee)])));
  }
  const kept = () => (existsSync(place.at('.sluice/pages')) ? readdirSync(place.at('.sluice/pages')) : []);

  test('goes on behind the rows that were read, however often, and is the whole table in the end', async () => {
    for (const pages of [3, 4, 5]) await killed([], pages);
    await expect(target.rows('SELECT 1 FROM pets')).rejects.toThrow();
    expect(kept()).toHaveLength(1);
    const {run, pages} = await gathered();
    expect(run).toMatchObject({mode: 'full', status: 'ok', rowsRead: ROWS, rowsInTable: ROWS, remarks: expect.stringMatching(/; went on behind \d[\d,]* rows that were read since the run of 20\S+Z$/) as unknown});
    expect(pages).toBeLessThan(PAGES);
    expect(pages).toBeGreaterThan(0);
    await expectPublished();
    expect(kept()).toEqual([]);
    expect((await target.rows("SELECT status, remarks FROM import_run WHERE mode = 'full' ORDER BY started_at")).map(([status, remarks]) => [status, String(remarks).includes('went on')]).at(-1)).toEqual(['ok', true]);
  });

  test.runIf(kind === 'SQLite')('at any moment behind the last page asks for none again, unless it was live', async () => {
    for (const afterMs of [0, 60]) {
      const running = start('socrata-gather', ['-t', 'pets', '--initialize'], {cwd: place.path});
      server.onRequest(({soql}) => { if (soql?.includes('sum(') === true) setTimeout(() => running.kill('SIGKILL'), afterMs); });
      await running.ended;
      server.onRequest(() => {});
      const isKept = kept().length > 0;
      if (afterMs === 0) expect(isKept).toBe(true);
      expect((await gathered('--initialize')).pages).toBe(isKept ? 0 : PAGES);
      await expectPublished();
    }
  });

  test.runIf(kind === 'SQLite')('and whose rows the publisher changes or replaces meanwhile begins anew, and says so', async () => {
    const changes: readonly (readonly [() => void, string])[] = [
      [() => table.update(3, pet(4, 'renamed')), 'the publisher has changed some of them'],
      [() => table.replace(Array.from({length: ROWS + 10}, (_each, i) => pet(i + 5000))), 'the publisher has deleted, added or replaced some of them'],
    ];
    for (const [change, why] of changes) {
      await killed(['--initialize'], 12);
      change();
      const {run, pages} = await gathered('--initialize');
      expect(run['remarks']).toContain(why);
      expect(pages).toBeGreaterThanOrEqual(Math.ceil(table.rows.length / PAGE));
      await expectPublished();
    }
  });

  test('takes in what changes behind the rows that were read, and the next run what changed since the first of them was', async () => {
    table.update(1, pet(2, 'nul\0nul'));
    await killed([], 12);
    table.insert(pet(9001), pet(9002, 'nul\0nul'));
    table.update(ROWS - 1, pet(ROWS, 'renamed'));
    table.remove(ROWS - 5);
    const {run, pages} = await gathered();
    expect(run).toMatchObject({mode: 'full', rowsInTable: ROWS + 1, remarks: expect.stringContaining('went on behind') as unknown});
    if (kind === 'PostgreSQL') expect(run['remarks']).toContain('2 of column animal_s_name');
    expect(pages).toBeLessThan(PAGES - 5);
    await expectPublished();
    const next = await gathered();
    // Of the mark of the first part: what came since is brought once more, and is there once.
    expect(next.run).toMatchObject({mode: 'incremental', rowsRead: 3, rowsInserted: 0, rowsUpdated: 0, rowsInTable: ROWS + 1});
    await expectPublished();
    expect((await gathered()).run).toMatchObject({mode: 'unchanged'});
  });

  test('as a search for deletions or --initialize goes on when it is asked for again; until then a run brings what changed', async () => {
    await gathered();
    table.remove(ROWS - 3, 3);
    await killed(['--deletions'], 12);
    table.update(ROWS - 10, pet(7777));
    const between = await socrataGather(['-t', 'pets', '--json'], {cwd: place.path});
    expect(fine(between)).toMatchObject({mode: 'incremental', rowsUpdated: 1});
    expect(between.stderr).toContain('is kept: --initialize or --deletions goes on with it');
    const {run, pages} = await gathered('--deletions');
    expect(run).toMatchObject({mode: 'deletions', rowsDeleted: 3, rowsInserted: 0, rowsUpdated: 0, rowsInTable: ROWS - 3, remarks: expect.stringContaining('went on behind') as unknown});
    expect(pages).toBeLessThan(PAGES - 5);
    await expectPublished();
    expect(kept()).toEqual([]);
  });
});
