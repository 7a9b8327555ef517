import {copyFileSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {CANARY} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite, sluice, type Ended} from './support/program.ts';
import {placesOf} from './support/search.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

interface Table {
  readonly name: string;
  readonly status: string;
  readonly differing: number;
  readonly missing: number;
  readonly extra: number;
  readonly passes: number;
  readonly columns: readonly {readonly name: string; readonly differing: number}[];
}
const answer = ({stdout}: Ended) => JSON.parse(stdout) as {readonly format: string; readonly status: string; readonly tables: readonly Table[]; readonly totals: Readonly<Record<string, unknown>>};

describe.each(servers)('sluice verify with $kind', it => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(it);
    await source.run(
      `CREATE TABLE visits (person varchar(20) COLLATE utf8mb4_general_ci, day date, cost decimal(10,2), note text, raw varbinary(20), score double, at datetime(3), PRIMARY KEY (person, day))`,
      `INSERT INTO visits VALUES ('Zoe M.', '2020-01-01', 1.50, '${CANARY}', x'00ff', 0.1, '2020-01-01 01:02:03.100'), ('adam', '2020-01-02', -2, NULL, '', NULL, NULL), ('Bea', '1000-01-01', 0, '', NULL, 1e300, '9999-12-31 23:59:59')`,
      'CREATE TABLE numbers (id int PRIMARY KEY, big bigint unsigned)', `INSERT INTO numbers VALUES ${Array.from({length: 3000}, (_, i) => `(${i}, ${i * 7})`).join()}`,
      'UPDATE numbers SET big = 18446744073709551615 WHERE id = 1000',
      'CREATE TABLE twins (a int, b varchar(10))', "INSERT INTO twins VALUES (1, 'x'), (1, 'x'), (2, NULL)",
    );
  });
  afterAll(async () => { await source.drop(); });

  test('a copy is equal to its source, and each to the other, whatever they are', async () => {
    const place = folder();
    const ends = [source.url, 'sqlite:copy.db', 'csv:csv/', 'jsonl:jsonl/'];
    for (const end of ends.slice(1)) expect((await sluice(['copy', source.url, end], {cwd: place.path})).code).toBe(0);
    for (const [left, right] of [[0, 1], [0, 2], [3, 0], [1, 2], [2, 3]] as const) {
      const ended = await sluice(['verify', ends[left]!, ends[right]!, '--json'], {cwd: place.path});
      expect(ended, `${ends[left]} and ${ends[right]}`).toMatchObject({code: 0});
      expect(answer(ended)).toMatchObject({format: 'sluice.verification/1', status: 'equal', totals: {tables: 3, equal: 3, rows: {left: 3006, right: 3006}}});
    }
  });

  test('says what differs, mends it, and shows no value', async () => {
    const place = folder();
    await sluice(['copy', source.url, 'sqlite:copy.db'], {cwd: place.path});
    makeSqlite(place.at('copy.db'), `UPDATE visits SET note = 'OTHER-${CANARY}', cost = 2 WHERE person = 'Zoe M.'`, "DELETE FROM visits WHERE person = 'adam'", "UPDATE numbers SET big = big + 1 WHERE id < 10", 'DELETE FROM twins WHERE rowid = 1');

    const found = await sluice(['verify', source.url, 'sqlite:copy.db'], {cwd: place.path});
    expect(found.code).toBe(1);
    expect(found.stdout).toContain('numbers: 10 rows differ (big: 10)\n');
    expect(found.stdout).toContain('visits: 1 row differs (cost: 1, note: 1); 1 row missing\n');
    expect(found.stdout).toContain('twins: 1 row missing\n');
    expect(found.stdout).toMatch(/copy\.db differs from mysql:\/\/.* in 3 of 3 tables \(3,006 rows, [\d.]+ s\)\.\n$/);

    const document = await sluice(['verify', source.url, 'sqlite:copy.db', '--tables', 'visits,numbers', '--json'], {cwd: place.path});
    expect(answer(document).tables).toMatchObject([{name: 'numbers', differing: 10, passes: 2}, {name: 'visits', differing: 1, missing: 1, extra: 0}]);

    const repaired = await sluice(['verify', source.url, 'sqlite:copy.db', '--exclude', 'twins', '--repair'], {cwd: place.path});
    expect(repaired).toMatchObject({code: 0});
    expect(repaired.stdout).toContain('visits: repaired: 2 rows written, 0 deleted\n');
    expect(repaired.stdout).toMatch(/is equal to .*, after a repair of 2 tables: 2 tables, 3,003 rows/);
    expect(rowsOf(place.at('copy.db'), "SELECT cost FROM visits WHERE person = 'Zoe M.'")).toEqual([[1.5]]);

    const refused = await sluice(['verify', source.url, 'sqlite:copy.db', '--repair'], {cwd: place.path});
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('twins: 1 row missing; not repaired: the table has no primary key at the destination\n');
    for (const ended of [found, document, repaired, refused]) expect(ended.stdout + ended.stderr).not.toContain(CANARY);
  });

  test('repairs the server from the file', async () => {
    const place = folder();
    await sluice(['copy', source.url, 'sqlite:copy.db'], {cwd: place.path});
    makeSqlite(place.at('copy.db'), 'UPDATE numbers SET big = 5 WHERE id = 5', 'DELETE FROM numbers WHERE id = 6', "INSERT INTO numbers VALUES (7000, '18446744073709551614')");
    expect(await sluice(['verify', 'sqlite:copy.db', source.url, '--tables', 'numbers', '--repair'], {cwd: place.path})).toMatchObject({code: 0});
    expect(await source.rows('SELECT id, big FROM numbers WHERE id IN (5, 6, 7000) ORDER BY id')).toEqual([['5', '5'], ['7000', '18446744073709551614']]);
    await source.run('UPDATE numbers SET big = 35 WHERE id = 5', 'INSERT INTO numbers VALUES (6, 42)', 'DELETE FROM numbers WHERE id = 7000');
  });

  test('compares by a key of one\'s own, and refuses one that is not there', async () => {
    const place = folder();
    await sluice(['copy', source.url, 'sqlite:copy.db'], {cwd: place.path});
    makeSqlite(place.at('copy.db'), "UPDATE twins SET b = 'y' WHERE a = 2");
    const byKey = await sluice(['verify', source.url, 'sqlite:copy.db', '--key', 'twins=a', '--json'], {cwd: place.path});
    expect(answer(byKey).tables.find(({name}) => name === 'twins')).toMatchObject({differing: 1, missing: 0, extra: 0, columns: [{differing: 0}, {differing: 1}]});
    for (const key of ['twins=c', 'nothing=a', '=a', 'a,twins=b']) {
      expect(await sluice(['verify', source.url, 'sqlite:copy.db', '--key', key], {cwd: place.path}), key).toMatchObject({code: 2, stdout: ''});
    }
  });

  test('a file is checked against its receipt where there is no source', async () => {
    const place = folder();
    place.write('policy.yaml', 'version: 1\ntables:\n  numbers: {columns: {id: keep, big: keep}}\n  twins: {columns: {a: keep, b: keep}}\n  visits: {columns: {person: keep, day: keep, cost: keep, note: keep, raw: keep, score: keep, at: keep}}\n');
    const run = (command: string) => mysqlToSqlite([command, '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml'], {cwd: place.path});
    expect(await run('bulk')).toMatchObject({code: 0});
    await source.run('UPDATE numbers SET big = 1 WHERE id = 2');
    expect(await run('update')).toMatchObject({code: 0});
    await source.run('UPDATE numbers SET big = 14 WHERE id = 2');
    const check = (target = 'collab.db', receipt = 'collab.receipt.json') => sluice(['verify-receipt', receipt, '--target', target], {cwd: place.path});

    const good = await check();
    expect(good).toMatchObject({code: 0, stderr: ''});
    expect(good.stdout).toMatch(/^sqlite:.*collab\.db is what the run of .* made of mysql:.*: 3 tables, 3,006 rows, byte by byte; receipts 1 to 2 hang together\.\n$/);
    expect(JSON.parse((await sluice(['verify-receipt', 'collab.receipt.json', '--target', 'collab.db', '--json'], {cwd: place.path})).stdout))
      .toMatchObject({format: 'sluice.receipt-verification/1', status: 'equal', file: 'equal', chain: {length: 2, oldest: 1, problems: []}});

    // Written anew by VACUUM, and rows with other numbers, as some dumps make them.
    copyFileSync(place.at('collab.db'), place.at('other.db'));
    makeSqlite(place.at('other.db'), 'VACUUM', 'UPDATE twins SET rowid = rowid + 100');
    const vacuumed = await check('other.db');
    expect(vacuumed).toMatchObject({code: 0});
    expect(vacuumed.stdout).toContain('every table and object is as it was, but the bytes of the file are others: it was written anew since');

    // Every edit is noticed.
    for (const [edit, said] of [
      ['UPDATE numbers SET big = big + 1 WHERE id = 2500', 'table numbers has its 3000 rows; 1 of 2 groups of rows are not as they were, first among rows 2001 to 3000'],
      ["DELETE FROM visits WHERE person = 'Zoe M.'", 'table visits has 2 rows, 3 were put there'], ["INSERT INTO twins VALUES (9, 'z')", 'table twins has 4 rows, 3 were put there; all of those are as they were'],
      ['CREATE INDEX added ON twins (a)', 'index added was added'], ['DROP TABLE twins', 'table twins is gone'], ['ALTER TABLE twins ADD COLUMN c', 'table twins has another definition'],
    ] as const) {
      copyFileSync(place.at('collab.db'), place.at('other.db'));
      makeSqlite(place.at('other.db'), edit);
      const ended = await check('other.db');
      expect(ended, edit).toMatchObject({code: 1});
      expect(ended.stdout).toContain(said);
      expect(ended.stdout + ended.stderr).not.toContain(CANARY);
    }

    // Receipts hold none of the values, and none of the source's keys (which no digest can spell, having a blank), nor the numbers of rows, which may be those.
    const {tables} = JSON.parse(readFileSync(place.at('collab.receipt.json'), 'utf8')) as {tables: {name: string; groups: unknown}[]};
    expect(tables.find(({name}) => name === 'numbers')?.groups).toEqual([[2000, expect.any(String)], [1000, expect.any(String)]]);
    expect(placesOf([CANARY, 'Zoe M.'], place.path).filter(found => found.includes('receipt'))).toEqual([]);
    const receipt = readFileSync(place.at('collab.receipt.json'), 'utf8');
    writeFileSync(place.at('altered.receipt.json'), receipt.replace('"sequence":2', '"sequence":1'));
    expect(await check('collab.db', 'altered.receipt.json')).toMatchObject({code: 1, stderr: expect.stringContaining('is not as it was written')});
    for (const damaged of [receipt.slice(1), receipt.replace('"rows":', '"raws":'), receipt.slice(0, 20)]) {
      writeFileSync(place.at('altered.receipt.json'), damaged);
      expect(await check('collab.db', 'altered.receipt.json')).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('is not as it was written')});
    }
    rmSync(place.at('altered.receipt.json'));
    writeFileSync(place.at('collab.receipts/000001.receipt.json'), receipt);
    const swapped = await check();
    expect(swapped).toMatchObject({code: 1});
    expect(swapped.stdout).toContain('but the receipts before it are not in order');
    expect(await check('nothing.db')).toMatchObject({code: 1, stdout: expect.stringContaining('there is nothing at the destination')});
    expect(await check('collab.db', 'policy.yaml')).toMatchObject({code: 2});
  }, 120_000);

  test('receipts go on when the record of the runs before was lost', async () => {
    const place = folder();
    place.write('policy.yaml', 'version: 1\ntables:\n  numbers: {columns: {id: keep, big: keep}}\n  twins: {columns: {a: keep, b: keep}}\n  visits: {columns: {person: keep, day: keep, cost: keep, note: keep, raw: keep, score: keep, at: keep}}\n');
    const bulk = () => mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml'], {cwd: place.path});
    expect(await bulk()).toMatchObject({code: 0});
    const first = readFileSync(place.at('collab.receipts/000001.receipt.json'), 'utf8');
    expect(existsSync(place.at('.sluice/state.db'))).toBe(true);
    rmSync(place.at('.sluice'), {recursive: true});
    const again = await bulk();
    expect(again).toMatchObject({code: 0});
    expect(again.stdout + again.stderr).toContain('the new one, number 2, follows those');
    expect(readFileSync(place.at('collab.receipts/000001.receipt.json'), 'utf8')).toBe(first);
    const checked = await sluice(['verify-receipt', 'collab.receipt.json', '--target', 'collab.db'], {cwd: place.path});
    expect(checked).toMatchObject({code: 0, stdout: expect.stringContaining('receipts 1 to 2 hang together')});

    makeSqlite(place.at('.sluice/state.db'), String.raw`UPDATE base SET head = replace(head, '\"kind\":\"full\"', '\"kind\":\"none\"') WHERE instr(head, '\"kind\":\"full\"') > 0`);
    const third = await bulk();
    expect(third).toMatchObject({code: 0});
    expect(third.stdout + third.stderr).toContain('not in the state file as it was written there');
    expect(await sluice(['verify-receipt', 'collab.receipt.json', '--target', 'collab.db'], {cwd: place.path}))
      .toMatchObject({code: 0, stdout: expect.stringContaining('receipts 1 to 3 hang together')});
  }, 120_000);
});
