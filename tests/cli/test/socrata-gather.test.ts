import {readFileSync} from 'node:fs';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {socrataGather, start, type Ended} from './support/program.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const COLUMNS = [
  {fieldName: 'license_number', dataTypeName: 'text', name: 'License Number'}, {fieldName: 'license_issue_date', dataTypeName: 'calendar_date'}, {fieldName: 'animal_s_name', dataTypeName: 'text'},
  {fieldName: 'species', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'},
];
const pet = (i: number, name: string | null = `José ${i} \u{1F600} O'Br\\ien "x"`): (string | null)[] => [`"S${i}"`, '"2015-12-18T00:00:00.000"', name === null ? null : JSON.stringify(name), i % 3 === 0 ? '"Cat"' : '"Dog"', `"${i}.10"`];
const pets = (count: number) => Array.from({length: count}, (_, i) => pet(i + 1));
const TOKEN = `${CANARY}-token`;

describe('socrata-gather', () => {
  let server: SodaServer;
  let table: SodaTable;
  let place: Folder;
  beforeEach(async () => {
    server = await startSoda({tokens: [TOKEN]});
    table = server.add({id: 'jguv-t9rb', name: 'Seattle Pet Licenses', columns: COLUMNS, rows: pets(25)});
    place = folder();
    write();
    return () => server[Symbol.asyncDispose]();
  });
  afterEach(() => { server.recover(); });

  function write({more = '', target = ''}: {readonly more?: string; readonly target?: string} = {}): void {
    place.write('topics.yaml', `${target === '' ? '' : `targets: {warehouse: '${target}'}\n`}topics:\n  pet_license:\n    source: ${server.host}\n    tls: false\n    dataset: jguv-t9rb\n    table: pet_license\n    pageRows: 10\n${more}`);
  }
  const gather = (...words: string[]) => socrataGather(['-t', 'pet_license', ...words, '--json'], {cwd: place.path});
  const fine = (ended: Ended): Readonly<Record<string, unknown>> => {
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return JSON.parse(ended.stdout) as Readonly<Record<string, unknown>>;
  };
  const file = () => place.at('socrata.db');
  const names = () => rowsOf(file(), 'SELECT license_number, animal_s_name FROM pet_license ORDER BY length(license_number), license_number');
  const expected = () => table.rows.map(({cells: [number, , name]}) => [JSON.parse(number!), name === null ? null : JSON.parse(name!)]);
  const rowPages = () => server.requests.filter(({topic}) => topic === 'rows').length;

  test('the first run brings everything, the next ones what changed, and one that finds nothing new reads no row', async () => {
    expect(fine(await gather())).toMatchObject({format: 'sluice.gather/1', mode: 'full', status: 'ok', rowsPublished: 25, rowsRead: 25, rowsInserted: 25, rowsInTable: 25, remarks: 'nothing was loaded yet'});
    expect(names()).toEqual(expected());
    const pages = rowPages();
    expect(fine(await gather())).toMatchObject({mode: 'unchanged', rowsRead: 0, rowsInTable: 25});
    expect(rowPages()).toBe(pages);

    table.update(3, pet(4, 'renamed'));
    table.insert(pet(26));
    expect(fine(await gather('--dry-run'))).toMatchObject({mode: 'incremental'});
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsRead: 2, rowsInserted: 1, rowsUpdated: 1, rowsDeleted: 0, rowsInTable: 26, remarks: null});
    expect(names()).toEqual(expected());
  });

  test('what is not published any more is told, and taken away when that is asked for', async () => {
    fine(await gather());
    table.remove(0, 5);
    const ended = await gather();
    expect(fine(ended)).toMatchObject({mode: 'incremental', rowsRead: 0, rowsInTable: 25, remarks: '5 rows of the table are not published any more: --deletions takes them away'});
    expect(ended.stderr).toContain('--deletions takes them away');
    expect(fine(await gather('--deletions'))).toMatchObject({mode: 'deletions', rowsRead: 20, rowsDeleted: 5, rowsInTable: 20});
    expect(names()).toEqual(expected());
    expect(fine(await gather())).toMatchObject({mode: 'unchanged'});
  });

  test('a full replace by the publisher is noticed, and read as one', async () => {
    fine(await gather());
    table.replace(pets(30));
    const ended = await gather();
    expect(fine(ended)).toMatchObject({mode: 'full', rowsRead: 30, rowsInTable: 30, remarks: 'the publisher has replaced the whole data set: everything is read again'});
    expect(names()).toEqual(expected());
    table.insert(pet(31));
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsRead: 1, rowsInTable: 31});
  });

  test('a new column is brought; one that is gone is a sentence, and the table as it was until somebody says', async () => {
    fine(await gather());
    table.reshape([...COLUMNS, {fieldName: 'zip_code', dataTypeName: 'text'}]);
    expect(fine(await gather())).toMatchObject({mode: 'full', remarks: 'the publisher has added column zip_code: everything is read again'});
    table.reshape(COLUMNS.map(column => column.fieldName === 'fee' ? {fieldName: 'cost', dataTypeName: 'number'} : column));
    const before = names();
    const refused = await gather();
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toMatch(/fee is gone; zip_code is gone.*--initialize/s);
    expect(names()).toEqual(before);
    expect(rowsOf(file(), "SELECT status, error LIKE '%fee is gone%' FROM import_run ORDER BY started_at DESC LIMIT 1")).toEqual([['failed', 1n]]);
    expect(fine(await gather('--initialize', '--keep-archives', '1'))).toMatchObject({mode: 'full', rowsInTable: 25});
    expect(place.list().filter(name => /^socrata_.*\.db$/.test(name))).toHaveLength(1);
    expect(namesIn(file())).toEqual(expect.arrayContaining(['import_log', 'import_run', 'pet_license']));
  });

  test('the log has the begin, each page and the end of a run, and the end of one that failed; the table is never emptied first', async () => {
    fine(await gather());
    const log = () => rowsOf(file(), 'SELECT source_file, target_table, total_row_count, chunk_row_count, comments FROM import_log ORDER BY import_log_id');
    expect(log()).toEqual([
      ['jguv-t9rb', 'pet_license', 25n, 0n, 'STARTING import from jguv-t9rb to pet_license (full).'],
      ...[[10n, 0], [10n, 10], [5n, 20]].map(([count, offset]) => ['jguv-t9rb', 'pet_license', 25n, count, `Chunk import (offset=${offset}): ${count} rows for jguv-t9rb.`]),
      ['jguv-t9rb', 'pet_license', 25n, 0n, 'SUCCESS!! COMPLETED import from jguv-t9rb to pet_license.'],
    ]);
    server.fail('rows', {kind: 'body', text: '{"what": "is this"}'});
    const failed = await gather('--initialize');
    expect(failed).toMatchObject({code: 1});
    expect(names()).toEqual(expected());
    expect(log().at(-1)?.[4]).toBe('FAILED import from jguv-t9rb to pet_license.');
    const status = await socrataGather(['status', '--json'], {cwd: place.path});
    expect(status).toMatchObject({code: 1});
    expect(JSON.parse(status.stdout)).toMatchObject({topics: [{topic: 'pet_license', state: 'failed', runs: [{mode: 'full', status: 'failed'}]}]});
  });

  test('killed while it reads, it leaves the table as it was; status tells, and the next run brings everything', async () => {
    fine(await gather());
    table.update(0, pet(1, 'changed'));
    for (const words of [[], ['--initialize']]) {
      let go = () => {};
      server.fail('rows', {kind: 'slow', until: new Promise<void>(resolve => { go = resolve; })});
      const asked = new Promise<void>(resolve => { server.onRequest(({topic}) => { if (topic === 'rows') resolve(); }); });
      const running = start('socrata-gather', ['-t', 'pet_license', ...words], {cwd: place.path});
      await asked;
      running.kill('SIGKILL');
      await running.ended;
      go();
      expect(names()[0]).not.toEqual(['S1', 'changed']);
      const status = await socrataGather(['status', '-t', 'pet_license'], {cwd: place.path});
      expect(status).toMatchObject({code: 1});
      expect(status.stdout).toMatch(/pet_license +interrupted/);
    }
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsUpdated: 1, rowsInTable: 25});
    expect(names()).toEqual(expected());
    expect(rowsOf(file(), 'SELECT status, count(*) FROM import_run GROUP BY status ORDER BY status')).toEqual([['interrupted', 2n], ['ok', 2n]]);
  });

  test('a filter chooses rows; another one reads everything again', async () => {
    write({more: `    filter: "species = 'Cat'"\n`});
    expect(fine(await gather())).toMatchObject({rowsPublished: 8, rowsInTable: 8});
    table.insert(pet(30), pet(31));
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsRead: 1, rowsInTable: 9});
    write();
    expect(fine(await gather())).toMatchObject({mode: 'full', remarks: 'the filter is another one: everything is read again', rowsInTable: 27});
  });

  test('a table that somebody else made is left alone until it is said', async () => {
    fine(await gather());
    write({more: '  other:\n    source: h.example\n    dataset: aaaa-bbbb\n    table: other\n'});
    place.write('topics.yaml', `topics:\n  cats: {source: '${server.host}', tls: false, dataset: jguv-t9rb, table: pet_license}\n`);
    const refused = await socrataGather(['-t', 'cats'], {cwd: place.path});
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toMatch(/pet_license is there, and no run of topic cats.*--initialize/s);
  });

  test.each([
    {what: 'a topic that is not there', words: ['-t', 'pet_licence'], code: 2, says: /no topic pet_licence in topics\.yaml.*pet_license/s},
    {what: 'both ways to read everything', words: ['-t', 'pet_license', '--initialize', '--deletions'], code: 2, says: /both read everything/},
    {what: 'no file', words: ['-t', 'pet_license', '--topics', 'none.yaml'], code: 2, says: /none\.yaml/},
  ])('refused in a sentence: $what', async ({words, code, says}) => {
    const ended = await socrataGather(words, {cwd: place.path});
    expect(ended).toMatchObject({code, stdout: ''});
    expect(ended.stderr).toMatch(says);
  });

  test('every mistake of a topics file is told at once, with its place', async () => {
    place.write('topics.yaml', 'topics:\n  a: {source: https://x/y, dataset: nope, table: t, tabel: u}\n  b: {source: h.example, dataset: aaaa-bbbb, table: t}\n');
    const ended = await socrataGather(['-t', 'a'], {cwd: place.path});
    expect(ended).toMatchObject({code: 2});
    for (const says of [/a\.source/, /a\.dataset/, /tabel/]) expect(ended.stderr).toMatch(says);
  });

  test('an app token comes by reference, goes to the portal, and shows nowhere', async () => {
    write({more: '    token: ${PETS_TOKEN}\n'});
    const ended = await socrataGather(['-t', 'pet_license', '--json'], {cwd: place.path, env: {PETS_TOKEN: TOKEN}});
    fine(ended);
    expectNoLeak(ended, TOKEN);
    expect(server.requests.at(-1)).toMatchObject({headers: {'x-app-token': TOKEN}});
    const missing = await gather();
    expect(missing).toMatchObject({code: 2});
    expect(missing.stderr).toContain('PETS_TOKEN');
  });

  test('from a search to a topic that is brought: what stands in the file stays', async () => {
    server.add({id: 'aaaa-bbbb', name: 'Trees of the City', columns: COLUMNS, description: 'None of them a pet'});
    const listed = await socrataGather(['list', server.host, '--tls=false', '--search', 'pet licenses'], {cwd: place.path});
    expect(listed).toMatchObject({code: 0});
    expect(listed.stdout).toMatch(/^ID +CHANGED +COLUMNS +NAME\njguv-t9rb +2026-01-05 +5 +Seattle Pet Licenses\n$/);
    expect(JSON.parse((await socrataGather(['list', server.host, '--tls=false', '--limit', '1', '--json'], {cwd: place.path})).stdout)).toMatchObject({total: 2, entries: [{id: 'jguv-t9rb'}]});
    const described = await socrataGather(['describe', server.host, 'jguv-t9rb', '--tls=false'], {cwd: place.path});
    expect(described.stdout).toMatch(/^Seattle Pet Licenses\n25 rows, the last change 2026-01-05T12:01:00\.000Z; the key is :id\n/);
    expect(described.stdout).toMatch(/^fee +number +decimal$/m);

    place.write('topics.yaml', '# mine\ntopics:\n  old: { source: h.example, dataset: cccc-dddd, table: old } # kept\n');
    const add = (...words: string[]) => socrataGather(['add', server.host, 'jguv-t9rb', '--tls=false', ...words], {cwd: place.path});
    expect(await add('--name', 'pet_license')).toMatchObject({code: 0, stdout: 'topic pet_license is in topics.yaml: 25 rows, key :id; next: socrata-gather -t pet_license\n'});
    expect(readFileSync(place.at('topics.yaml'), 'utf8')).toBe(`# mine\ntopics:\n  old: { source: h.example, dataset: cccc-dddd, table: old } # kept\n  pet_license:\n    # Seattle Pet Licenses\n    source: ${server.host}\n    dataset: jguv-t9rb\n    table: pet_license\n    tls: false\n`);
    const again = await add('--name', 'pet_license');
    expect(again).toMatchObject({code: 2});
    expect(again.stderr).toContain('has a topic pet_license already');
    expect(fine(await gather())).toMatchObject({rowsInTable: 25});

    expect(await add('--topics', 'new.yaml')).toMatchObject({code: 0});
    expect(readFileSync(place.at('new.yaml'), 'utf8')).toBe(`topics:\n  seattle_pet_licenses:\n    # Seattle Pet Licenses\n    source: ${server.host}\n    dataset: jguv-t9rb\n    table: seattle_pet_licenses\n    tls: false\n`);
  });

  test('a host that is no portal, and a data set that is not there, are a sentence each', async () => {
    server.fail('metadata', {kind: 'html'});
    const html = await socrataGather(['describe', server.host, 'jguv-t9rb', '--tls=false'], {cwd: place.path});
    expect(html).toMatchObject({code: 1, stdout: ''});
    expect(html.stderr).toContain('does not answer as a Socrata portal: it answers with a page of HTML');
    const missing = await socrataGather(['add', server.host, 'zzzz-zzzz', '--tls=false'], {cwd: place.path});
    expect(missing).toMatchObject({code: 1});
    expect(missing.stderr).toContain('there is no data set zzzz-zzzz');
  });

  test('the demonstration needs no server, and what it leaves is what it says', async () => {
    const answer = fine(await socrataGather(['demo', '--json'], {cwd: place.path}));
    expect(answer).toMatchObject({format: 'sluice.socrata-demo/1', file: 'demo-output/socrata.db', runs: [
      {mode: 'full', rowsInTable: 5000}, {mode: 'unchanged'}, {mode: 'incremental', rowsInserted: 30, rowsUpdated: 12, rowsInTable: 5030}, {mode: 'deletions', rowsDeleted: 7, rowsInTable: 5023},
    ]});
    const demo = place.at('demo-output/socrata.db');
    expect(rowsOf(demo, "SELECT count(*), sum(animal_s_name = 'Renamed'), count(DISTINCT \":id\") FROM pet_license")).toEqual([[5023n, 12n, 5023n]]);
    expect(rowsOf(demo, "SELECT DISTINCT animal_s_name FROM pet_license WHERE animal_s_name IN ('小白', 'Пушок', '🐾 Biscuit') ORDER BY 1")).toEqual([['Пушок'], ['小白'], ['🐾 Biscuit']]);
    expect(rowsOf(place.at('demo-output/runs.db'), 'SELECT mode FROM import_run ORDER BY started_at')).toEqual([['full'], ['unchanged'], ['incremental'], ['deletions']]);
    expect(place.list().filter(name => name.startsWith('demo-output/') && name.endsWith('.db'))).toEqual(['demo-output/runs.db', 'demo-output/socrata.db', 'demo-output/state.db']);
    const shown = await socrataGather(['demo', '--output', 'again'], {cwd: place.path});
    expect(shown).toMatchObject({code: 0, stderr: ''});
    expect(shown.stdout).toMatch(/^1\. A portal[^]*all 5,000 rows[^]*\n2\. [^]*nothing changed[^]*\n3\. [^]*42 rows read, 30 new, 12 changed[^]*7 rows of the table are not published any more[^]*\n4\. [^]*7 gone[^]*\n5\. [^]*\nCat +2014 +47\n[^]*\nDog\n {2}2014 {2}█+▊? 95\n[^]*again\/licences\.html/);
    expect(readFileSync(place.at('again/licences.html'), 'utf8')).toContain('<title>Licences per species and year</title>');
    const again = await socrataGather(['report', 'licences', '--topics', 'again/topics.yaml', '--quiet', '--csv'], {cwd: place.path});
    expect(again.stdout).toMatch(/^species,year,licences\r\nCat,2014,47\r\n/);
  });

  const through = async (rows: (sql: string) => Promise<readonly (readonly unknown[])[]>) => {
    expect(fine(await gather())).toMatchObject({mode: 'full', rowsInTable: 25});
    table.update(3, pet(4, null));
    table.insert(pet(26));
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsInserted: 1, rowsUpdated: 1, rowsInTable: 26});
    table.remove(0);
    expect(fine(await gather('--deletions'))).toMatchObject({rowsDeleted: 1, rowsInTable: 25});
    expect(fine(await gather())).toMatchObject({mode: 'unchanged'});
    expect(await rows("SELECT license_number, animal_s_name FROM pet_license WHERE license_number IN ('S1', 'S2', 'S4') ORDER BY license_number")).toEqual([['S2', `José 2 \u{1F600} O'Br\\ien "x"`], ['S4', null]]);
    expect(await rows('SELECT mode, status, rows_in_table FROM import_run ORDER BY started_at')).toEqual([['full', 'ok', '25'], ['incremental', 'ok', '26'], ['deletions', 'ok', '25'], ['unchanged', 'ok', '25']]);
    expect((await rows('SELECT comments FROM import_log ORDER BY import_log_id')).length).toBe(5 + 3 + 5);
  };
  test.skipIf(postgres === null)('into PostgreSQL, run by run', async () => {
    const target = await openPostgres(postgres!);
    try {
      write({target: target.url});
      await through(sql => target.rows(sql));
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });
  test.for(servers)('into $kind, run by run', async it => {
    await using target = await openDatabase(it);
    write({target: target.url});
    await through(sql => target.rows(sql));
  });
});
