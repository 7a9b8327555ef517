import {readdirSync, readFileSync} from 'node:fs';
import {CANARY, until} from '@sluice/testkit';
import {BSON, type Document} from 'mongodb';
import {describe, expect, test, vi} from 'vitest';
import {mariadb, openDatabase} from './support/database.ts';
import {mongodb} from './support/mongo.ts';
import {mongoToPsqlLab} from './support/mongo-to-psql.ts';
import {postgres} from './support/postgres.ts';
import {mongoToPsql, start, type Ended} from './support/program.ts';
import {placesOf} from './support/search.ts';
import {rowsOf} from './support/sqlite-file.ts';

const {Binary, Decimal128, Double, Int32, Long, MaxKey, ObjectId, Timestamp, UUID} = BSON;
// Each runs the program some ten times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});
/** Only a run that hangs takes that long. */
const FOLLOWS_WITHIN_MS = 60_000;
const answer = ({stdout}: Ended) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

const oid = new ObjectId('56b8da51f9fcee1b00000006');
const everything: Document = {
  _id: oid, int: 1, long: Long.fromString('9007199254740993'), double: 0.1, decimal: Decimal128.fromString('1.10'), text: '\\N "quoted"\ttab\n😀', yes: true,
  at: new Date('2016-02-08T19:52:23.883Z'), uuid: new UUID('00112233-4455-6677-8899-aabbccddeeff'), bytes: new Binary(Uint8Array.of(0, 255)), stamp: new Timestamp({t: 7, i: 8}),
  regex: /^a/i, last: new MaxKey(), nothing: null, deep: {er: {still: 'x'}}, grid: [[1, 2], [3]], 'dotted.name': 1, '': 'empty',
};

describe.skipIf(!mongodb || !postgres)(`mongo-to-psql (${mongodb?.version ?? 'no server'})`, () => {
  const lab = mongoToPsqlLab();
  const {ends, run, touch} = lab;

  test('every type arrives exactly, and what has no column is kept with its reason', async () => {
    await lab.source.put('things', [everything]);
    expect(await run('load', '--collections', 'things', '--json')).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT id, "int", "long", "double", "decimal", text, yes, at AT TIME ZONE \'UTC\', uuid, bytes, deep_er_still FROM things')).toEqual([
      ['56b8da51f9fcee1b00000006', '1', '9007199254740993', '0.1', '1.10', '\\N "quoted"\ttab\n😀', 't', '2016-02-08 19:52:23.883', '00112233-4455-6677-8899-aabbccddeeff', '\\x00ff', 'x'],
    ]);
    await lab.source.put('things', [{...everything, int: 'one', later: {unknown: [1]}}]);
    await touch('things', oid);
    expect(await run('sync', '--collections', 'things')).toMatchObject({code: 0});
    const [[extra]] = await lab.target.rows('SELECT _extra FROM things') as [[string]];
    expect(JSON.parse(extra)).toMatchObject({int: {value: 'one'}, later: {value: {unknown: [{$numberInt: '1'}]}}});
    expect(await run('verify', '--collections', 'things')).toMatchObject({code: 0});
  });

  test('integers of both sizes, and doubles among them, are one column: none becomes NULL', async () => {
    await lab.source.put('numbers', [{_id: 1, n: new Int32(1)}, {_id: 2, n: Long.fromNumber(2)}, {_id: 3, n: new Double(2.5)}, {_id: 4, n: null}]);
    expect(await run('load', '--collections', 'numbers')).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT id, n FROM numbers ORDER BY id')).toEqual([['1', '1'], ['2', '2'], ['3', '2.5'], ['4', null]]);
  });

  test('verify finds what is missing, different, left over and too much; --repair mends it', async () => {
    await lab.source.put('orders', [1, 2, 3].map(_id => ({_id, n: _id, lines: [{sku: 'a'}, {sku: 'b'}]})));
    const words = ['--collections', 'orders'];
    expect(await run('load', ...words)).toMatchObject({code: 0});
    await lab.target.run('DELETE FROM orders_lines WHERE orders_id = 1 AND idx = 2', "UPDATE orders SET n = 9 WHERE id = 2", "INSERT INTO orders_lines (orders_id, idx, sku) VALUES (2, 3, 'stale'), (7, 1, 'nobody')",
      'DELETE FROM orders_lines WHERE orders_id = 3', 'DELETE FROM orders WHERE id = 3');
    const found = await run('verify', ...words, '--json');
    expect(found.code).toBe(1);
    expect(answer(found)).toMatchObject({equal: false, collections: [{collection: 'orders', documents: 3, missing: 1, differing: 2, extra: 1}]});
    expect(await run('verify', ...words, '--repair')).toMatchObject({code: 0});
    expect(await run('verify', ...words)).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT orders_id, idx, sku FROM orders_lines ORDER BY 1, 2')).toEqual([1, 2, 3].flatMap(id => [[`${id}`, '1', 'a'], [`${id}`, '2', 'b']]));
  });

  test('what is not decided fails load and sync alike, and nothing of it leaves', async () => {
    const secret = `${CANARY}@home`;
    await lab.source.put('people', [{_id: 1, city: 'Oslo', mail: secret, notes: [secret]}]);
    lab.place.write('half.yaml', 'version: 1\ntables:\n  people_notes: exclude\n  people:\n    columns:\n      id: keep\n      city: keep\n      _extra: {json: {$.nick: {method: drop, reason: unknown}}}\n');
    lab.place.write('policy.yaml', 'version: 1\ntables:\n  people:\n    columns:\n      id: keep\n      city: keep\n      mail: {method: drop, reason: direct identifier}\n      _extra: {json: {$.nick: {method: drop, reason: unknown}}}\n  people_notes: exclude\n');
    const words = ['--collections', 'people'];
    const refused = await run('load', ...words, '--policy', 'half.yaml', '--json');
    expect(refused.code).toBe(2);
    expect(answer(refused)).toMatchObject({error: {code: 'SLUICE_UNDECIDED', problems: [{path: 'people.mail'}]}});
    const loaded = await run('load', ...words, '--policy', 'policy.yaml');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT * FROM people')).toEqual([['1', 'Oslo', null]]);

    await lab.source.put('people', [{_id: 1, city: 'Bergen', mail: secret, notes: [secret]}]);
    await touch('people', 1);
    const synced = await run('sync', ...words, '--policy', 'policy.yaml');
    expect(synced, synced.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT * FROM people')).toEqual([['1', 'Bergen', null]]);
    expect(await run('verify', ...words, '--policy', 'policy.yaml')).toMatchObject({code: 0});

    await lab.source.put('people', [{_id: 1, city: 'Oslo', mail: secret, phone: secret}]);
    await touch('people', 1);
    const late = await run('sync', ...words, '--policy', 'policy.yaml', '--json');
    expect(late.code).toBe(2);
    expect(answer(late)).toMatchObject({error: {code: 'SLUICE_UNDECIDED'}});
    expect(await lab.target.rows('SELECT * FROM people')).toEqual([['1', 'Bergen', null]]);

    // Who forgets the policy writes nothing of what it keeps back.
    const forgotten = await run('sync', ...words);
    expect(forgotten).toMatchObject({code: 2, stderr: expect.stringContaining('the tables were made with a policy')});
    const mended = await run('verify', ...words, '--repair');
    expect(mended).toMatchObject({code: 2, stderr: expect.stringContaining('the tables were made with a policy')});
    expect(await lab.target.rows('SELECT * FROM people')).toEqual([['1', 'Bergen', null]]);
    expect(placesOf([CANARY], lab.place.path, [refused, loaded, synced, late, forgotten, mended])).toEqual([]);
    // Who decides otherwise loads again.
    expect(await run('load', ...words)).toMatchObject({code: 0});
    expect(await run('sync', ...words)).toMatchObject({code: 0});
  });

  test('one that follows and is killed leaves nothing that the next run does not understand', async () => {
    const words = ['--collections', 'killed'];
    await lab.source.put('killed', [{_id: 1, n: 1}]);
    expect(await run('load', ...words)).toMatchObject({code: 0});
    const following = start('mongo-to-psql', ['sync', ...ends(), ...words, '--follow'], {cwd: lab.place.path});
    await lab.source.put('killed', [{_id: 1, n: 2}]);
    await touch('killed', 1);
    await until('the change is there', async () => (await lab.target.rows('SELECT n FROM killed'))[0]?.[0] === '2', FOLLOWS_WITHIN_MS);
    expect(await mongoToPsql(['sync', ...ends(), ...words], {cwd: lab.place.path})).toMatchObject({code: 1, stderr: expect.stringContaining('is locked by process')});
    expect(await run('status')).toMatchObject({code: 0, stdout: expect.stringContaining('is under way')});
    following.kill('SIGKILL');
    await following.ended;
    expect(await run('status')).toMatchObject({code: 1, stderr: expect.stringContaining('interrupted')});
    await lab.source.put('killed', [{_id: 1, n: 3}]);
    await touch('killed', 1);
    expect(await run('sync', ...words)).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT n FROM killed')).toEqual([['3']]);
    expect(await run('status')).toMatchObject({code: 0});

    const stopped = start('mongo-to-psql', ['sync', ...ends(), ...words, '--follow'], {cwd: lab.place.path});
    await lab.source.put('killed', [{_id: 1, n: 4}]);
    await touch('killed', 1);
    await until('the change is there', async () => (await lab.target.rows('SELECT n FROM killed'))[0]?.[0] === '4', FOLLOWS_WITHIN_MS);
    stopped.kill('SIGINT');
    expect(await stopped.ended).toMatchObject({code: 130});
    expect(await run('status')).toMatchObject({code: 0});
  });

  test('who loads by other means says when it begins and how it ends', async () => {
    const words = ['--collections', 'byhand'];
    await lab.source.put('byhand', [{_id: 1, n: 1}]);
    expect(await run('load', ...words, '--finish', 'ok')).toMatchObject({code: 2});
    const begun = await run('load', ...words, '--start');
    expect(begun).toMatchObject({code: 0, stdout: expect.stringMatching(/^Timestamp\(\d+, \d+\)\n$/)});
    expect(await run('status')).toMatchObject({code: 0, stdout: expect.stringContaining('by hand')});
    await run('read', ...words, '--csv-path', 'csv', '--ddl-statements-file', 'ddl.sql');
    await lab.target.run(readFileSync(lab.place.at('ddl.sql'), 'utf8'), 'INSERT INTO byhand VALUES (1, 1)');
    await lab.source.put('byhand', [{_id: 1, n: 1}, {_id: 2, n: 2}]);
    await lab.source.log([{op: 'i', ns: `${lab.source.name}.byhand`, o: {_id: 2, n: 2}}]);
    expect(await run('load', ...words, '--finish', 'ok')).toMatchObject({code: 0});
    const synced = await run('sync', ...words);
    expect(synced, synced.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT id, n FROM byhand ORDER BY id')).toEqual([['1', '1'], ['2', '2']]);
    expect(await run('load', ...words, '--start')).toMatchObject({code: 0});
    expect(await run('load', ...words, '--finish', 'error')).toMatchObject({code: 0});
    expect(await run('status')).toMatchObject({code: 3});
  });

  test('the INI file of the superseded system gives both ends, and tables like its own', async () => {
    await lab.source.put('guests', [{_id: 11, comment: 'hello', rooms: ['blue']}]);
    const [mongo, psql] = [new URL(lab.source.url), new URL(lab.target.url)];
    lab.place.write('schemas/guests.js', '{"_id": "INT", "comment": "STRING", "rooms": ["STRING"]}');
    lab.place.write('old.ini', [
      '[misc]', `schemas-dir = ${lab.place.at('schemas')}`, `logs-dir = ${lab.place.at('logs')}`, 'recovery-allowed = true',
      '[psql]', `psql-host = ${psql.hostname}`, `psql-port = ${psql.port}`, `psql-dbname = ${lab.target.name}`, `psql-user = ${decodeURIComponent(psql.username)}`, `psql-pass = ${decodeURIComponent(psql.password)}`, 'psql-schema-name =',
      '[mongo]', `mongo-host = ${mongo.hostname}`, `mongo-port = ${mongo.port}`, `mongo-dbname = ${lab.source.name}`,
      '[mongo-oplog]', `mongo-oplog-host = ${mongo.hostname}`, `mongo-oplog-port = ${mongo.port}`, 'mongo-oplog-dbname = local', '',
    ].join('\n'));
    const old = (command: string) => mongoToPsql([command, '--config', 'old.ini', '--oplog', lab.oplog, '--json'], {cwd: lab.place.path});
    const loaded = await old('load');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT comment, id FROM guests')).toEqual([['hello', '11']]);
    expect(await lab.target.rows('SELECT guests_id, rooms, idx FROM guest_rooms')).toEqual([['11', 'blue', '1']]);
    expect(await old('sync')).toMatchObject({code: 0});
    expect(await old('verify')).toMatchObject({code: 0});
    expect(await old('status')).toMatchObject({code: 0});
    expect(readdirSync(lab.place.at('logs')).length).toBeGreaterThan(0);
    const password = decodeURIComponent(psql.password);
    if (password !== '') expect([loaded.stdout, loaded.stderr].join().includes(password)).toBe(false);
  });

  test('read and copy: the tables travel as files, and stay in step from where reading began', async () => {
    const words = ['--collections', 'staged', '--csv-path', 'csv'];
    await lab.source.put('staged', [{_id: 1, text: '\\N', lines: [{n: 1}, {n: 2}]}, {_id: 2, text: 'tab\there', lines: []}]);
    const {code, stderr} = await run('read', ...words, '--stats-file', 'stats', '--ddl-statements-file', 'ddl.sql');
    expect(code, stderr).toBe(0);
    expect(readFileSync(lab.place.at('csv/staged/00000'), 'utf8')).toBe('1\t\\\\N\t\\N\n2\ttab\\there\t\\N\n');
    expect(readFileSync(lab.place.at('stats'), 'utf8').split('\n').sort()).toEqual(['', 'staged 2', 'staged_lines 2']);
    await lab.target.run(readFileSync(lab.place.at('ddl.sql'), 'utf8'));
    await lab.source.put('staged', [{_id: 1, text: 'changed', lines: []}]);
    await lab.source.log([{op: 'u', ns: `${lab.source.name}.staged`, o: {$set: {text: 'changed', lines: []}}, o2: {_id: 1}}, {op: 'd', ns: `${lab.source.name}.staged`, o: {_id: 2}}]);
    expect(await run('copy', '--csv-path', 'csv')).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT id, text FROM staged ORDER BY id')).toEqual([['1', '\\N'], ['2', 'tab\there']]);
    const synced = await run('sync', '--collections', 'staged');
    expect(synced, synced.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT id, text FROM staged')).toEqual([['1', 'changed']]);
    expect(await lab.target.rows('SELECT * FROM staged_lines')).toEqual([]);
  });

  test('a sync with other options than the load had, or with a table that nobody loaded, writes nothing', async () => {
    const words = ['--collections', 'grown'];
    await lab.source.put('grown', [{_id: 1, n: 1}]);
    lab.place.write('schema.json', JSON.stringify({version: 1, collections: [{name: 'grown', fields: [{name: '_id', as: 'int'}, {name: 'n', as: 'int'}]}]}));
    expect(await run('load', ...words, '--schemas', 'schema.json')).toMatchObject({code: 0});
    await touch('grown', 1);
    expect(await run('sync', ...words, '--schemas', 'schema.json', '--compat')).toMatchObject({code: 3});
    const otherLog = await mongoToPsql(['sync', ...ends().slice(0, -1), await lab.source.oplog(9), ...words, '--schemas', 'schema.json'], {cwd: lab.place.path});
    expect(otherLog).toMatchObject({code: 2, stderr: expect.stringContaining(`name it as before: --oplog ${lab.oplog}; or load again`)});
    lab.place.write('schema.json', JSON.stringify({version: 1, collections: [{name: 'grown', fields: [{name: '_id', as: 'int'}, {name: 'n', as: 'int'}, {name: 'lines', as: 'table', items: {as: 'int'}}]}]}));
    expect(await run('sync', ...words, '--schemas', 'schema.json')).toMatchObject({code: 1, stderr: expect.stringContaining('table grown_lines is not there')});
    expect((await lab.target.tables()).filter(name => name.startsWith('grown'))).toEqual(['grown']);
    lab.place.write('schema.json', JSON.stringify({version: 1, collections: [{name: 'grown', fields: [{name: '_id', as: 'int'}, {name: 'n', as: 'int'}, {name: 'late', as: 'int'}]}]}));
    expect(await run('sync', ...words, '--schemas', 'schema.json')).toMatchObject({code: 1, stderr: expect.stringContaining('table grown has no column late; load again')});
    // Whoever watches is told.
    expect(await run('status')).toMatchObject({code: 1, stderr: expect.stringContaining('failing')});
    expect(await lab.target.rows('SELECT * FROM grown')).toEqual([['1', '1', null]]);
    // A repair writes all documents anew, and has the column.
    expect(await run('verify', ...words, '--schemas', 'schema.json', '--repair')).toMatchObject({code: 0});
    expect(await run('sync', ...words, '--schemas', 'schema.json')).toMatchObject({code: 0});
  });

  test('a dry run touches nothing, and what no patterns mean is told', async () => {
    await lab.source.put('dry', [{_id: 1}]);
    expect(await run('load', '--collections', 'dry', '--dry-run')).toMatchObject({code: 0, stdout: expect.stringContaining('dry')});
    expect(await lab.target.tables()).toEqual([]);
    expect(await run('load', '--collections', 'nothing_like_it')).toMatchObject({code: 2, stderr: expect.stringContaining('no collection of these names')});
  });

  test('a dry run leaves the tables that are there to be followed as they were made', async () => {
    await lab.source.put('grows', [{_id: 1, n: 1}]);
    expect(await run('load', '--collections', 'grows')).toMatchObject({code: 0});
    await lab.source.put('grows', [{_id: 1, n: 2, lines: [1]}]);
    await touch('grows', 1);
    expect(await run('load', '--collections', 'grows', '--dry-run')).toMatchObject({code: 0, stdout: expect.stringContaining('grows_lines')});
    const synced = await run('sync', '--collections', 'grows');
    expect(synced, synced.stderr).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT n, _extra IS NOT NULL FROM grows')).toEqual([['2', 't']]);
  });

  test('an SQLite file and a MariaDB server are targets, too', async () => {
    await lab.source.put('kept', [{_id: 1, at: new Date('2020-01-02T03:04:05.678Z'), lines: [{n: 1}]}]);
    await using other = mariadb ? await openDatabase(mariadb) : null;
    for (const url of ['sqlite:kept.db', ...other ? [other.url] : []]) {
      // More names than a key of MySQL has bytes.
      const words = [...ends(url), '--collections', ['kept', ...Array.from({length: 30}, (_, i) => `not_there_${i}`)].join(',')];
      const loaded = await mongoToPsql(['load', ...words], {cwd: lab.place.path});
      expect(loaded, loaded.stderr).toMatchObject({code: 0});
      await lab.source.put('kept', [{_id: 1, at: new Date('2020-01-02T03:04:05.678Z'), lines: [{n: 2}, {n: 3}]}]);
      await touch('kept', 1);
      const synced = await mongoToPsql(['sync', ...words], {cwd: lab.place.path});
      expect(synced, synced.stderr).toMatchObject({code: 0});
      expect(await mongoToPsql(['verify', ...words], {cwd: lab.place.path})).toMatchObject({code: 0});
      expect(await mongoToPsql(['status', '--target', url], {cwd: lab.place.path})).toMatchObject({code: 0});
      await lab.source.put('kept', [{_id: 1, at: new Date('2020-01-02T03:04:05.678Z'), lines: [{n: 1}]}]);
    }
    expect(rowsOf(lab.place.at('kept.db'), 'SELECT kept_id, idx, n FROM kept_lines ORDER BY idx')).toEqual([[1n, 1n, 2n], [1n, 2n, 3n]]);
  });

  test.skipIf(!mariadb)('rules for losses with which tables were loaded hold for sync and verify, too', async () => {
    const early = new Date('0000-12-31T23:59:59.999Z');
    await lab.source.put('early', [{_id: 1, at: early, d: early}, {_id: 2, at: new Date(0), d: new Date(0)}]);
    await using other = await openDatabase(mariadb!);
    const words = [...ends(other.url), '--collections', 'early', '--on-loss', 'early.at=null,early.d=text'];
    const loaded = await mongoToPsql(['load', ...words], {cwd: lab.place.path});
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    await lab.source.put('early', [{_id: 1, at: new Date(0), d: new Date(0)}, {_id: 2, at: early, d: early}]);
    await touch('early', 1, 2);
    const synced = await mongoToPsql(['sync', ...words], {cwd: lab.place.path});
    expect(synced, synced.stderr).toMatchObject({code: 0});
    expect(await other.rows('SELECT id, at, d FROM early ORDER BY id')).toEqual([['1', '1970-01-01 00:00:00.000', '1970-01-01 00:00:00.000'], ['2', null, '0001-12-31 23:59:59.999 BC']]);
    expect(await mongoToPsql(['verify', ...words], {cwd: lab.place.path})).toMatchObject({code: 0});
    expect(await mongoToPsql(['sync', ...words.slice(0, -1), 'quarantine'], {cwd: lab.place.path})).toMatchObject({code: 2});
  });
});
