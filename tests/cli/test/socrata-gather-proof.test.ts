import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice, socrataGather, type Ended} from './support/program.ts';
import {changeFile, makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs programs several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const COLUMNS = [
  {fieldName: 'license_number', dataTypeName: 'text'}, {fieldName: 'issued', dataTypeName: 'calendar_date'}, {fieldName: 'fee', dataTypeName: 'number'}, {fieldName: 'seen', dataTypeName: 'date'},
  {fieldName: 'chipped', dataTypeName: 'checkbox'}, {fieldName: 'place', dataTypeName: 'point'},
];
const pet = (i: number, fee = `"${i}.${'0'.repeat(i % 4)}10"`): (string | null)[] =>
  [`"S${i}"`, `"2015-12-${String(10 + (i % 9)).padStart(2, '0')}T08:30:00.${i % 2 === 0 ? '000' : '250'}"`, i % 5 === 0 ? null : fee, '"2014-10-14T07:00:00.123Z"', i % 3 === 0 ? null : 'true', `{"type":"Point","coordinates":[-122.${i}0,47.60]}`];
const pets = (count: number) => Array.from({length: count}, (_, i) => pet(i + 1));

describe('what a run leaves is compared with what the portal says, and sealed in a receipt', () => {
  let server: SodaServer;
  let table: SodaTable;
  let place: Folder;
  beforeEach(async () => {
    server = await startSoda({users: {reader: CANARY}});
    table = server.add({id: 'jguv-t9rb', name: 'Seattle Pet Licenses', columns: COLUMNS, rows: pets(25)});
    place = folder();
    write();
    return () => server[Symbol.asyncDispose]();
  });

  function write({more = '', targets = '', dataset = 'jguv-t9rb'}: {readonly more?: string; readonly targets?: string; readonly dataset?: string} = {}): void {
    place.write('topics.yaml', `${targets}topics:\n  pet_license:\n    source: ${server.host}\n    tls: false\n    dataset: ${dataset}\n    table: pet_license\n${more}`);
  }
  const gather = (...words: string[]) => socrataGather(['-t', 'pet_license', ...words, '--json'], {cwd: place.path});
  const documentOf = (ended: Ended): Readonly<Record<string, unknown>> => {
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return JSON.parse(ended.stdout) as Readonly<Record<string, unknown>>;
  };
  const file = () => place.at('socrata.db');
  const check = async (target: string) => JSON.parse((await sluice(['verify-receipt', 'receipts/pet_license.receipt.json', '--target', target, '--json'], {cwd: place.path})).stdout) as Readonly<Record<string, unknown>>;

  const through = async (target: string, change: (sql: string) => Promise<unknown>) => {
    const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const number = {count: 25, min: digest('S1'), max: digest('S9')};
    const fee = {count: 20, min: '1.010', max: '24.10', sum: '250.55550'};
    const figures = (more: object) => ({
      rows: {source: 25, destination: 25}, columns: [
        {name: 'license_number', source: number, destination: number, equal: true},
        {name: 'issued', source: {count: 25, min: '2015-12-10 08:30:00.000', max: '2015-12-18 08:30:00.250'}, destination: {count: 25, min: '2015-12-10 08:30:00.000', max: '2015-12-18 08:30:00.250'}, equal: true},
        {name: 'fee', equal: true, ...more}, {name: 'seen', source: {count: 25, min: '2014-10-14 07:00:00.123', max: '2014-10-14 07:00:00.123'}, equal: true},
        {name: 'chipped', source: {count: 17}, destination: {count: 17}, equal: true}, {name: 'place', source: {count: 25}, destination: {count: 25}, equal: true},
      ],
    });
    const whole = documentOf(await gather());
    expect(whole).toMatchObject({mode: 'full', rowsInTable: 25, receipt: 'receipts/pet_license.receipt.json', figures: {asOf: '2026-01-05T12:01:00.000Z', ...figures({source: fee})}});
    expect(JSON.parse(readFileSync(place.at('receipts/pet_license.receipt.json'), 'utf8'))).toMatchObject({kind: 'full', scope: 'tables', tables: [{target: 'pet_license', rows: 25, figures: whole['figures']}]});

    table.update(1, pet(2, '"100.5"'));
    expect(documentOf(await gather())).toMatchObject({mode: 'incremental', rowsUpdated: 1, remarks: null, figures: figures({source: {...fee, max: '100.5', sum: '349.05450'}})});
    expect(await check(target)).toMatchObject({
      status: 'equal', chain: {length: 2}, tables: [{status: 'equal', rows: 25, figures: {rows: {source: 25}}}],
      remarks: ["table pet_license: the source's own counts, sums, least and greatest values of 6 columns were those of the table when the receipt was made"],
    });
    await change("UPDATE pet_license SET fee = 100 WHERE license_number = 'S2'");
    expect(await check(target)).toMatchObject({status: 'different', tables: [{status: 'different', rowsFound: 25}]});

    // Rows that came are not what is wrong: that is found by the portal's own sum.
    table.insert(pet(26));
    const refused = await gather();
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toMatch(/table pet_license is not what the portal says it has: fee: max, sum.*--deletions reads everything/s);
    expect(documentOf(await gather('--deletions'))).toMatchObject({mode: 'deletions', rowsUpdated: 1, rowsInTable: 26, remarks: '--deletions was given'});
    expect(await check(target)).toMatchObject({status: 'equal', chain: {length: 4}});
    await change('DELETE FROM pet_license WHERE fee IS NULL');
    expect((await gather()).stderr).toMatch(/table pet_license has 21 rows, and the run of .* left 26: somebody else took rows away.*--deletions/s);
    expect(await check(target)).toMatchObject({status: 'different', problems: [expect.stringContaining('table pet_license has 21 rows, 26 were put there')]});
  };

  /** A portal with an order of texts of its own; what it calls the least and the greatest lies in the midst of ours. */
  const inOrders = async (target: string, change: (sql: string) => Promise<unknown>) => {
    const NAMES = ['Beta', 'alpha', 'Zeta', 'omega', "'quoted'", 'José', '\u{1F600}', 'a\u0000b'];
    const names = server.add({
      id: 'text-0001', name: 'Texts', columns: [{fieldName: 'name', dataTypeName: 'text'}], textOrder: (a, b) => NAMES.indexOf(a) - NAMES.indexOf(b), rows: NAMES.map(name => [JSON.stringify(name)]),
    });
    write({dataset: 'text-0001', targets: target === '' ? '' : `targets: {warehouse: '${target}'}\n`});
    expect(documentOf(await gather())).toMatchObject({mode: 'full', rowsInTable: 8, figures: {columns: [{name: 'name', equal: true, source: {count: 8, min: expect.stringMatching(/^sha256:/)}}]}});
    await change("UPDATE pet_license SET name = 'Bets' WHERE name = 'Beta'");
    names.insert(['"omega"']);
    const refused = await gather();
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toMatch(/table pet_license is not what the portal says it has: name: min\b/);
    expect(refused.stderr).not.toMatch(/Bet/);
  };

  test('of a SQLite file', () => through('socrata.db', async sql => changeFile(file(), db => db.exec(sql))));

  test.skipIf(postgres === null)('of PostgreSQL', async () => {
    const target = await openPostgres(postgres!);
    try {
      write({targets: `targets: {warehouse: '${target.url}'}\n`});
      await through(target.url, sql => target.run(sql));
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });

  test.for(servers)('of $kind', async it => {
    await using target = await openDatabase(it);
    write({targets: `targets: {warehouse: '${target.url}'}\n`});
    await through(target.url, sql => target.run(sql));
  });

  test('the least and the greatest of texts, whatever the order of the portal: of a SQLite file', () => inOrders('', async sql => changeFile(file(), db => db.exec(sql))));

  test.skipIf(postgres === null)('the least and the greatest of texts, whatever the order of the portal: of PostgreSQL', async () => {
    const target = await openPostgres(postgres!);
    try {
      await inOrders(target.url, sql => target.run(sql));
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });

  test.for(servers)('the least and the greatest of texts, whatever the order of the portal: of $kind', async it => {
    await using target = await openDatabase(it);
    await inOrders(target.url, sql => target.run(sql));
  });

  test('a data set that is read as a user shows no value of it in a receipt or a report, and what agrees still agrees', async () => {
    server.add({id: 'priv-ate1', name: 'Private', columns: COLUMNS, rows: [pet(1, '"4711.0815"'), pet(2, '"0.5"')], isPrivate: true});
    write({dataset: 'priv-ate1', more: '    user: reader\n    token: ${SECRET}\n'});
    const ended = await socrataGather(['-t', 'pet_license', '--json'], {cwd: place.path, env: {SECRET: CANARY}});
    expect(documentOf(ended)).toMatchObject({figures: {columns: [{}, {}, {name: 'fee', equal: true, source: {count: 2, max: expect.stringMatching(/^sha256:[0-9a-f]{64}$/)}}, {}, {}, {}]}});
    for (const text of [ended.stdout, ended.stderr, readFileSync(place.at('receipts/pet_license.receipt.json'), 'utf8')]) {
      expect(text).not.toContain('4711.0815');
      expectNoLeak(text, CANARY);
    }
  });

  test('rows that the publisher took away are told, and so in the receipt; a portal that refuses to sum leaves the count', async () => {
    documentOf(await gather());
    table.remove(0, 5);
    expect(documentOf(await gather())).toMatchObject({remarks: '5 rows of the table are not published any more: --deletions takes them away', figures: {rows: {source: 20, destination: 25}}});
    expect(await check('socrata.db')).toMatchObject({status: 'equal', remarks: [expect.stringMatching(/were not those of the table when the receipt was made: 20 rows there, 25 here, license_number, /)]});
    server.onRequest(({soql}) => { if (soql?.includes('sum(')) server.fail('totals', {kind: 'error', status: 400, body: '{"message":"Query coordinator error","errorCode":"query.soql.type-mismatch"}'}); });
    expect(documentOf(await gather('--initialize'))).toMatchObject({remarks: '--initialize was given; the portal refuses to count and sum columns: the rows alone were compared', figures: {rows: {source: 20, destination: 20}, columns: []}});
  });

  test('another data set under the same topic is read as a whole, not brought into the rows of the first', async () => {
    documentOf(await gather());
    server.add({id: 'othe-one1', name: 'Others', columns: COLUMNS, rows: pets(3)});
    write({dataset: 'othe-one1'});
    expect(documentOf(await gather())).toMatchObject({mode: 'full', rowsInTable: 3, remarks: expect.stringMatching(/^the topic names another data set than at the run of .*, 127\.0\.0\.1:\d+\/jguv-t9rb: everything is read again$/)});
  });

  test('a table of another target that no run made is left alone, though the log tells of runs', async () => {
    const targets = (first: string) => `targets: {one: 'sqlite:${first}', runs: 'sqlite:runs.db'}\nlog: {target: runs}\n`;
    write({targets: targets('one.db')});
    documentOf(await gather());
    makeSqlite(place.at('two.db'), 'CREATE TABLE pet_license (mine TEXT)', "INSERT INTO pet_license VALUES ('x')");
    write({targets: targets('two.db')});
    const refused = await gather();
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toMatch(/table pet_license is there, and the run of .* made that of sqlite:.*one\.db, not this one.*--initialize/s);
    expect(rowsOf(place.at('two.db'), 'SELECT * FROM pet_license')).toEqual([['x']]);
  });

  test('a clock that jumped back: a sentence, and the run that is the last one is the newest', async () => {
    documentOf(await gather());
    changeFile(file(), db => db.exec("UPDATE import_run SET started_at = '2099-01-01T00:00:00.000Z'"));
    table.insert(pet(26));
    const ended = await gather();
    expect(documentOf(ended)).toMatchObject({mode: 'incremental', rowsInserted: 1, startedAt: '2099-01-01T00:00:00.001Z'});
    expect(ended.stderr).toMatch(/the clock of this machine says .*, and the last run began at 2099-01-01T00:00:00\.000Z: one of them was wrong/);
    expect(documentOf(await gather())).toMatchObject({mode: 'unchanged', startedAt: '2099-01-01T00:00:00.002Z'});
  });

  test.skipIf(postgres === null)('the one character that PostgreSQL cannot hold is taken out, counted and told; SQLite holds it', async () => {
    const target = await openPostgres(postgres!);
    try {
      table.update(0, pet(1).with(0, '"a\\u0000b"'));
      table.update(1, pet(2).with(0, '"\\u0000"'));
      const text = 'the character NUL, which PostgreSQL cannot hold, was taken out of texts: 2 of column license_number';
      expect(documentOf(await gather())).toMatchObject({remarks: 'nothing was loaded yet'});
      expect(rowsOf(file(), "SELECT count(*) FROM pet_license WHERE instr(CAST(license_number AS BLOB), x'00') > 0")).toEqual([[2n]]);
      write({targets: `targets: {warehouse: '${target.url}'}\n`});
      const ended = await gather();
      expect(documentOf(ended)).toMatchObject({rowsInTable: 25, remarks: `nothing was loaded yet; ${text}`});
      expect(ended.stderr).toContain(text);
      expect(await target.rows("SELECT license_number FROM pet_license WHERE license_number NOT LIKE 'S%' ORDER BY 1")).toEqual([[''], ['ab']]);
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });
});
