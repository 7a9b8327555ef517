import {closeSync, openSync, readdirSync, readFileSync, writeSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {reportOf} from './support/report.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

// Somebody else's hand, or a bad disk, in the file while it is being built: found by reading it back, and nothing goes live.
describe.skipIf(!mariadb)('a file that is not what was written', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(
      'CREATE TABLE a_first (id int PRIMARY KEY, word varchar(40), n int)',
      "INSERT INTO a_first VALUES (1, 'marker-one-marker', 1), (2, 'marker-two-marker', 2), (3, 'marker-six-marker', 3)",
      'CREATE TABLE b_second (id int PRIMARY KEY AUTO_INCREMENT, filler varchar(250))', "INSERT INTO b_second (filler) VALUES (REPEAT('x', 250))",
    );
    for (let i = 0; i < 13; i++) await source.run('INSERT INTO b_second (filler) SELECT filler FROM b_second');
  });
  afterAll(async () => { await source.drop(); });

  const damages: readonly {readonly what: string; readonly harm: (bytes: Buffer) => void}[] = [
    {what: 'a single flipped bit', harm: bytes => { bytes[bytes.indexOf('marker-one-marker') + 4]! ^= 1; }},
    {
      what: 'a swapped pair of values', harm(bytes) {
        const [one, two] = [bytes.indexOf('marker-one-marker'), bytes.indexOf('marker-two-marker')];
        bytes.write('marker-two-marker', one);
        bytes.write('marker-one-marker', two);
      },
    },
  ];

  test.for(damages)('$what makes the run fail: nothing is published, the old file stays, nothing is left', async ({harm}) => {
    const place = folder();
    makeSqlite(place.at('live.db'), 'CREATE TABLE a_first (old)', "INSERT INTO a_first VALUES ('old')");
    await using way = await proxied(source);
    const running = start('sluice', ['copy', way.url(), 'sqlite:live.db', '--json'], {cwd: place.path});
    way.proxy.throttle(500_000);
    let part = '';
    await until('the first table lies in the part', () => {
      part = readdirSync(place.path).find(name => name.endsWith('.part')) ?? '';
      return part !== '' && readFileSync(place.at(part)).includes('marker-six-marker');
    }, 60_000);
    const bytes = readFileSync(place.at(part));
    harm(bytes);
    // Only the page in which the rows lie.
    const page = bytes.indexOf('marker-six-marker') & ~4095;
    const descriptor = openSync(place.at(part), 'r+');
    writeSync(descriptor, bytes, page, 4096, page);
    closeSync(descriptor);
    way.proxy.resume();
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(1);
    expect(reportOf(ended)).toMatchObject({status: 'failed', published: false, verification: {status: 'failed'}, error: {code: 'SLUICE_VERIFY', table: 'a_first'}});
    expect(ended.stderr).toMatch(/error: .*a_first/);
    expect(place.list()).toEqual(['live.db']);
    expect(rowsOf(place.at('live.db'), 'SELECT * FROM a_first')).toEqual([['old']]);
  });

  test('is not looked at with --no-verify, and the report says so', async () => {
    const place = folder();
    const report = reportOf(await sluice(['copy', source.url, 'sqlite:live.db', '--no-verify', '--json'], {cwd: place.path}));
    expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'skipped', tables: 0, rows: 0}});
    expect(report.tables.every(({verified, digest}) => !verified && digest === null)).toBe(true);
  });

  test('a run that was proved says the same of the same rows, whichever way they went', async () => {
    const place = folder();
    const digests = async (words: string[]) => Object.fromEntries(reportOf(await sluice([...words, '--json'], {cwd: place.path})).tables.map(({name, digest}) => [name, digest]));
    const first = await digests(['copy', source.url, 'sqlite:one.db']);
    expect(first['a_first']).toMatch(/^[0-9a-f]{64}$/);
    expect(await digests(['copy', source.url, 'csv:two/'])).toEqual(first);
    expect(await digests(['copy', source.url, 'sqlite:three.db', '--tables', 'a_first'])).toEqual({a_first: first['a_first']});
    await source.run("UPDATE a_first SET word = 'marker-One-marker' WHERE id = 1");
    expect(await digests(['copy', source.url, 'sqlite:four.db'])).toEqual({...first, a_first: expect.not.stringMatching(first['a_first']!) as string});
  });
});
