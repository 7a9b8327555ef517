import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {expectNoLeak} from '@sluice/testkit';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice, type Ended} from './support/program.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const TOKEN = 'PHI-CANARY-7f3a-token';
const COLUMNS = [
  {fieldName: 'license_number', dataTypeName: 'text', name: 'License Number'}, {fieldName: 'issued', dataTypeName: 'calendar_date'}, {fieldName: 'name', dataTypeName: 'text'},
  {fieldName: 'fee', dataTypeName: 'number', description: 'in dollars'}, {fieldName: 'place', dataTypeName: 'point'}, {fieldName: 'seen', dataTypeName: 'date'}, {fieldName: 'neutered', dataTypeName: 'checkbox'},
];
const pet = (i: number): (string | null)[] => [
  `"S${i}"`, '"2015-12-18T00:00:00.000"', i % 3 === 0 ? null : JSON.stringify(`Zoë ${i} \u{1F600}`), `"${i}.${'0'.repeat(i % 4)}10"`, `{"type":"Point","coordinates":[-122.${i}0,47.60]}`, '"2014-10-14T07:00:00.123Z"', String(i % 2 === 0),
];
const pets = (count: number) => Array.from({length: count}, (_, i) => pet(i + 1));

describe('copies of open data', () => {
  let server: SodaServer;
  let table: SodaTable;
  let url: string;
  beforeEach(async () => {
    server = await startSoda({tokens: [TOKEN], needsToken: true});
    table = server.add({id: 'jguv-t9rb', name: 'Seattle Pet Licenses', columns: COLUMNS, rows: pets(250), rowIdentifier: 'license_number'});
    url = `socrata://${server.host}/jguv-t9rb?tls=false`;
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const fine = (ended: Ended) => {
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return ended;
  };
  const SELECT = 'SELECT license_number, issued, name, fee, place, seen, neutered FROM seattle_pet_licenses';

  test('a data set becomes a table with its types, key and comments, every digit and character there, proved; run again, what changed is there', async () => {
    const place = folder();
    const copied = fine(await sluice(['copy', url, 'sqlite:out.db', '--json'], {cwd: place.path}));
    expect(JSON.parse(copied.stdout)).toMatchObject({
      status: 'ok', verification: {status: 'passed'}, source: {kind: 'socrata', snapshot: 'jguv-t9rb as of 2026-01-05T12:01:00Z'}, tables: [{name: 'seattle_pet_licenses', rowsRead: 250, rowsWritten: 250, verified: true}],
    });
    const file = place.at('out.db');
    expect(rowsOf(file, `${SELECT} WHERE license_number IN ('S2', 'S3') ORDER BY license_number`)).toEqual([
      ['S2', '2015-12-18 00:00:00.000', 'Zoë 2 \u{1F600}', '2.0010', '{"type":"Point","coordinates":[-122.20,47.60]}', '2014-10-14 07:00:00.123', 1n],
      ['S3', '2015-12-18 00:00:00.000', null, '3.00010', '{"type":"Point","coordinates":[-122.30,47.60]}', '2014-10-14 07:00:00.123', 0n],
    ]);
    const [[made]] = rowsOf(file, "SELECT sql FROM sqlite_master WHERE name = 'seattle_pet_licenses'") as [[string]];
    expect(made).toContain('PRIMARY KEY ("license_number")');
    expect(made).toContain('in dollars');

    table.remove(0, 50);
    table.insert(pet(300));
    fine(await sluice(['copy', url, 'sqlite:out.db'], {cwd: place.path}));
    expect(rowsOf(file, "SELECT count(*), min(length(license_number)), max(license_number = 'S300') FROM seattle_pet_licenses")).toEqual([[201n, 3n, 1n]]);
  });

  test.skipIf(postgres === null)('to PostgreSQL, with its own types', async () => {
    const target = await openPostgres(postgres!);
    try {
      fine(await sluice(['copy', url, target.url], {cwd: folder().path}));
      expect(await target.rows("SELECT fee::text, place::text, seen AT TIME ZONE 'UTC', neutered, pg_typeof(fee)::text FROM seattle_pet_licenses WHERE license_number = 'S2'"))
        .toEqual([['2.0010', expect.stringMatching(/^\{"type": ?"Point", ?"coordinates": ?\[-122\.20, ?47\.60\]\}$/), '2014-10-14 07:00:00.123', 't', 'numeric']]);
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });

  test.for(servers)('to $kind, where numbers without a precision are texts, digit by digit', async it => {
    await using target = await openDatabase(it);
    fine(await sluice(['copy', url, target.url], {cwd: folder().path}));
    expect(await target.rows("SELECT fee, name, seen, neutered FROM seattle_pet_licenses WHERE license_number = 'S2'")).toEqual([['2.0010', 'Zoë 2 \u{1F600}', '2014-10-14 07:00:00.123', '1']]);
    expect(await target.rows('SELECT count(*), sum(CAST(fee AS DECIMAL(30,5))) FROM seattle_pet_licenses')).toEqual([['250', '31381.89920']]);
  });

  test('an app token comes from a variable or a file, goes to the portal, and shows nowhere', async () => {
    const place = folder();
    place.write('token', `${TOKEN}\n`);
    for (const [words, env] of [[[], {SLUICE_SOURCE_PASSWORD: TOKEN}], [['--password-file', 'token'], {}]] as const) {
      const ended = fine(await sluice(['copy', url, 'sqlite:out.db', '--json', ...words], {cwd: place.path, env}));
      expectNoLeak(ended, TOKEN);
      expect(server.requests.at(-1)).toMatchObject({api: '3', headers: {'x-app-token': TOKEN}});
    }
    const refused = await sluice(['copy', url.replace('socrata://', `socrata://:${TOKEN}@`), 'sqlite:out.db'], {cwd: place.path});
    expect(refused).toMatchObject({code: 2});
    expect(refused.stderr).toContain('the app token must not stand in the URL');
    expectNoLeak(refused, TOKEN);
  });

  test('whatever goes wrong is one sentence, and the table is as it was', async () => {
    const place = folder();
    fine(await sluice(['copy', url, 'sqlite:out.db'], {cwd: place.path}));
    const before = rowsOf(place.at('out.db'), SELECT);
    const other = await startSoda();
    try {
      const changing = () => {
        let pages = 0;
        server.onRequest(({topic}) => {
          if (topic === 'rows' && ++pages === 2) table.remove(240);
        });
      };
      const cases: readonly (readonly [() => void, string, string])[] = [
        [() => {}, url.replace('jguv-t9rb', 'miss-ing1'), 'there is no data set miss-ing1'],
        [() => server.fail('metadata', {kind: 'html'}), url, 'does not answer as a Socrata portal: it answers with a page of HTML'],
        [() => server.fail('metadata', {kind: 'redirect', to: `http://${other.host}/`}), url, `redirects to another host, ${other.host}`],
        [() => server.fail('rows', {kind: 'reorder'}, Infinity), `${url}&pageRows=100`, 'what came is not what the portal says it has'],
        [() => server.fail('rows', {kind: 'html'}), url, 'does not answer as a Socrata portal: it answers with a page of HTML'],
        [changing, `${url}&pageRows=100`, 'the publisher changed the data set while it was read: 250 rows before, 249 behind it'],
        [() => {}, url.replace('?tls=false', ''), 'the server does not speak TLS there'],
      ];
      for (const [prepare, source, said] of cases) {
        prepare();
        const ended = await sluice(['copy', source, 'sqlite:out.db'], {cwd: place.path});
        expect(ended, said).toMatchObject({code: 1});
        expect(ended.stderr).toContain(said);
        expect(rowsOf(place.at('out.db'), SELECT), said).toEqual(before);
        server.recover();
        server.onRequest(null);
      }
      expect(other.requests).toEqual([]);
      expect(namesIn(place.at('out.db'), "'table'").filter(name => !name.startsWith('_sluice') && !name.startsWith('sqlite_'))).toEqual(['seattle_pet_licenses']);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test('an empty data set is an empty table', async () => {
    const place = folder();
    table.remove(0, 250);
    fine(await sluice(['copy', url, 'sqlite:out.db'], {cwd: place.path}));
    expect(rowsOf(place.at('out.db'), SELECT)).toEqual([]);
  });

  test('rows that came since are appended; after a full replace that is refused', async () => {
    const place = folder();
    const append = () => sluice(['copy', url, 'sqlite:out.db', '--mode', 'append'], {cwd: place.path});
    fine(await append());
    table.insert(pet(251), pet(252));
    fine(await append());
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM seattle_pet_licenses')).toEqual([[252n]]);
    table.replace(pets(252));
    const refused = await append();
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toContain('the publisher has replaced or deleted rows that were read before: 252 then, 0 now');
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM seattle_pet_licenses')).toEqual([[252n]]);
  });

  test('what changed or came since is merged by the cursor of the platform, and nothing else is read', async () => {
    const place = folder();
    const merge = async () => JSON.parse(fine(await sluice(['copy', `${url}&system=true`, 'sqlite:out.db', '--mode', 'upsert', '--cursor', ':updated_at', '--json'], {cwd: place.path})).stdout) as unknown;
    expect(await merge()).toMatchObject({status: 'ok', tables: [{rowsRead: 250}]});
    expect(await merge()).toMatchObject({status: 'ok', tables: [{rowsRead: 0}]});
    table.update(1, pet(2).with(2, '"Max"'));
    table.insert(pet(251));
    expect(await merge()).toMatchObject({status: 'ok', tables: [{rowsRead: 2}]});
    expect(rowsOf(place.at('out.db'), "SELECT count(*), max(CASE license_number WHEN 'S2' THEN name END) FROM seattle_pet_licenses")).toEqual([[251n, 'Max']]);
  });

  test('rows are chosen by a condition in the words of the portal; one that it does not take is a mistake', async () => {
    const place = folder();
    fine(await sluice(['copy', url, 'sqlite:out.db', '--where', "seattle_pet_licenses: neutered = true AND license_number < 'S2'"], {cwd: place.path}));
    expect(rowsOf(place.at('out.db'), 'SELECT count(*), sum(neutered) FROM seattle_pet_licenses')).toEqual([[55n, 55n]]);
    const refused = await sluice(['copy', url, 'sqlite:out.db', '--where', 'species = 1'], {cwd: place.path});
    expect(refused).toMatchObject({code: 2});
    expect(refused.stderr).toContain('it names a column that the data set has not');
  });

  test('check and inspect tell what there is', async () => {
    const {path: cwd} = folder();
    const checked = fine(await sluice(['check', url], {cwd}));
    expect(checked.stdout + checked.stderr).toContain('SODA 2.1');
    const inspected = fine(await sluice(['inspect', url], {cwd}));
    expect(inspected.stdout).toContain('seattle_pet_licenses');
  });
});
