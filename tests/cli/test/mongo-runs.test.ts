import {copyFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {mariadb, openDatabase} from './support/database.ts';
import {mongodb} from './support/mongo.ts';
import {mongoToPsqlLab} from './support/mongo-to-psql.ts';
import {postgres} from './support/postgres.ts';
import {mongoToPsql, type Ended} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

// Each runs the program some ten times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});
const answer = ({stdout}: Ended) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

describe.skipIf(!mongodb || !postgres)(`mongo-to-psql, one run after the other (${mongodb?.version ?? 'no server'})`, () => {
  const lab = mongoToPsqlLab();
  const {ends, run, touch} = lab;

  test('tables of several prefixes go to one target: each run says which ones it was for, and none hides how another ended', async () => {
    await lab.source.put('parts', [{_id: 1, n: 1}]);
    const words = (prefix: string) => ['--collections', 'parts', '--prefix', prefix];
    expect(await run('load', ...words('a_'))).toMatchObject({code: 0});
    expect(await mongoToPsql(['sync', ...ends().slice(0, -1), await lab.source.oplog(9), ...words('a_')], {cwd: lab.place.path})).toMatchObject({code: 2});
    expect(await run('load', ...words('b_'))).toMatchObject({code: 0});
    expect(await run('sync', ...words('b_'))).toMatchObject({code: 0});
    expect(await lab.target.rows('SELECT comment, error FROM qmetlstatus ORDER BY time_start')).toEqual([
      [`init load (${lab.source.name}; prefix a_; collections parts)`, 'f'], [`oplog sync (${lab.source.name}; prefix a_; collections parts)`, null],
      [`init load (${lab.source.name}; prefix b_; collections parts)`, 'f'], [`oplog sync (${lab.source.name}; prefix b_; collections parts)`, 'f'],
    ]);
    const status = async (...more: string[]) => answer(await mongoToPsql(['status', '--target', lab.target.url, '--json', ...more], {cwd: lab.place.path}));
    expect(await status()).toMatchObject({state: 'failing', tables: [{of: expect.stringContaining('prefix b_'), state: 'in step'}, {of: expect.stringContaining('prefix a_'), state: 'failing'}]});
    expect(await status('--prefix', 'b_')).toMatchObject({state: 'in step'});
    expect(await run('sync', ...words('a_'))).toMatchObject({code: 0});
    expect(await status()).toMatchObject({state: 'in step'});
  });

  test('a load that died while its tables went live leaves nothing that is taken for their schema', async () => {
    await lab.source.put('dying', [{_id: 1, n: 1}]);
    const words = ['--collections', 'dying'];
    expect(await run('load', ...words)).toMatchObject({code: 0});
    const schemas = lab.place.at('.sluice/schemas');
    for (const file of readdirSync(schemas)) copyFileSync(join(schemas, file), join(schemas, `${file}.going-live`));
    expect(await run('sync', ...words)).toMatchObject({code: 2, stderr: expect.stringContaining('a load died while its tables went live')});
    expect(await run('load', ...words)).toMatchObject({code: 0});
    expect(readdirSync(schemas)).toHaveLength(1);
    expect(await run('sync', ...words)).toMatchObject({code: 0});
  });

  test('names that differ by case alone are two columns and two tables where these are one, too: the later ones get others, and the plan lists them', async () => {
    await lab.source.put('Cased', [{_id: 1, name: 'a', Name: 'b', tags: [1], Tags: [2, 3]}]);
    lab.place.write('schemas/Cased.js', '{"_id": "INT", "Name": "STRING", "name": "STRING", "Tags": ["INT"], "tags": ["INT"]}');
    await using other = mariadb ? await openDatabase(mariadb) : null;
    for (const url of ['sqlite:cased.db', ...other ? [other.url] : []]) {
      const words = [...ends(url), '--collections', 'Cased', '--schemas', 'schemas', '--compat'];
      expect(await mongoToPsql(['load', ...words, '--dry-run'], {cwd: lab.place.path})).toMatchObject({code: 0, stdout: expect.stringMatching(/name_2[^]*cased_tags_2|cased_tags_2[^]*name_2/)});
      const loaded = await mongoToPsql(['load', ...words], {cwd: lab.place.path});
      expect(loaded, loaded.stderr).toMatchObject({code: 0});
      await touch('Cased', 1);
      const synced = await mongoToPsql(['sync', ...words], {cwd: lab.place.path});
      expect(synced, synced.stderr).toMatchObject({code: 0});
      expect(await mongoToPsql(['verify', ...words], {cwd: lab.place.path})).toMatchObject({code: 0});
    }
    expect(rowsOf(lab.place.at('cased.db'), 'SELECT "Name", name_2 FROM "Cased"')).toEqual([['b', 'a']]);
    expect(rowsOf(lab.place.at('cased.db'), 'SELECT tags, idx FROM cased_tags_2')).toEqual([[1n, 1n]]);
  });
});
