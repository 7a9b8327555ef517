import {readFileSync, rmSync} from 'node:fs';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, type Ended} from './support/program.ts';
import {jsonOf, reportOf} from './support/report.ts';
import {integrity, makeSqlite, namesIn, rowsOf} from './support/sqlite-file.ts';
import {oldSettings, studyDatabase, studyPolicy} from './support/study-database.ts';

const folder = folders();

interface Changes {
  readonly format: string;
  readonly full: boolean;
  readonly tables: readonly {readonly name: string; readonly change: string; readonly reasons: readonly string[]}[];
  readonly drift: readonly string[];
}
const changesOf = (ended: Ended) => jsonOf(ended) as Changes;
const kinds = (ended: Ended) => Object.fromEntries(reportOf(ended).tables.map(({name, change}) => [name, change?.kind]));

describe.each(servers)('a file that is kept up to date, from $kind', it => {
  let source: Database;
  let place: Folder;
  beforeEach(async () => {
    await source?.drop();
    source = await openDatabase(it);
    await source.run(...studyDatabase, 'CREATE TABLE data_4_many_m (familyid int PRIMARY KEY, x int)');
    await source.run(`INSERT INTO data_4_many_m WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 900) SELECT i, 0 FROM c`);
    for (let i = 1; i < 10; i++) await source.run(`INSERT INTO data_4_many_m SELECT familyid + ${i * 900}, 0 FROM data_4_many_m WHERE familyid <= 900`);
    place = folder();
    place.write('policy.yaml', studyPolicy.replace('  data_oc_m', '  data_4_many_m: {columns: {"*": keep}}\n  data_oc_m'));
  });
  afterAll(async () => { await source?.drop(); });

  const words = (...more: string[]) => [...more, '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml'];
  const program = (...more: string[]) => mysqlToSqlite(words(...more), {cwd: place.path});
  const good = async (...more: string[]) => {
    const ended = await program(...more);
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return ended;
  };
  /** Nobody can tell the file from one that a full run into another folder makes. */
  const expectAsFresh = async () => {
    const other = folder();
    other.write('policy.yaml', readFileSync(place.at('policy.yaml'), 'utf8'));
    expect(await mysqlToSqlite(words('bulk'), {cwd: other.path})).toMatchObject({code: 0});
    const tables = namesIn(other.at('collab.db'));
    expect(namesIn(place.at('collab.db'))).toEqual(tables);
    for (const table of tables) {
      const contents = (file: string) => rowsOf(file, `SELECT * FROM "${table}"`).map(row => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
      expect(contents(place.at('collab.db')), table).toEqual(contents(other.at('collab.db')));
    }
    const objects = (file: string) => rowsOf(file, 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2');
    expect(objects(place.at('collab.db'))).toEqual(objects(other.at('collab.db')));
    expect(integrity(place.at('collab.db'))).toBe('ok');
  };

  test('-u without a record of an earlier run copies everything and says so; then there is nothing to do', async () => {
    const first = await good('-u');
    expect(first.stdout + first.stderr).toMatch(/no record of an earlier run/);
    await expectAsFresh();
    const second = await good('-u', '--json');
    expect(reportOf(second)).toMatchObject({status: 'ok', published: false, refresh: {kind: 'none', tables: {new: 0, patched: 0, rewritten: 0, removed: 0}}});
    expect(reportOf(second).tables.map(({rowsRead}) => rowsRead)).toEqual(reportOf(second).tables.map(() => 0));
    expect((await good('-changed')).stdout).toMatch(/Nothing changed in 7 tables since .*\nNothing was touched\.\n$/);
  });

  test('changed says what an update does, touching nothing; update does it and no more', async () => {
    await good('bulk');
    await source.run('UPDATE data_4_many_m SET x = 1 WHERE familyid = 5000', "UPDATE gen_twins SET dateofbirth = '02/28/1990' WHERE familyid = 1001 AND twin = 2", 'ALTER TABLE data_oc_m ADD COLUMN oc2 int', 'CREATE TABLE trash_more (x int)');
    const before = readFileSync(place.at('collab.db'));
    const listed = place.list();
    for (const how of [['changed', '--json'], ['update', '--dry-run', '--json']]) {
      const found = changesOf(await good(...how));
      expect(found).toMatchObject({format: 'sluice.changes/1', full: false, drift: []});
      expect(found.tables.filter(({change}) => change !== 'unchanged').map(({name, change}) => [name, change]).sort()).toEqual([
        ['data_4_au_t', 'rewritten'], ['data_oc_m', 'rewritten'], ['data_4_many_m', 'patched'], ['gen_twins', 'rewritten'],
      ].sort());
    }
    const text = (await good('-changed')).stdout;
    expect(text).toMatch(/data_4_au_t +anew +familyid or twin or dateofbirth of gen_twins changed/);
    expect(text).toMatch(/data_oc_m +anew +column oc2 is new/);
    expect(text).toMatch(/4 of 7 tables would be updated\.\nNothing was touched\.\n$/);
    expect(readFileSync(place.at('collab.db')).equals(before)).toBe(true);
    expect(place.list()).toEqual(listed);

    const ended = await good('update', '--json');
    expect(kinds(ended)).toEqual({data_4_au_t: 'rewritten', data_4_many_m: 'patched', data_4_tr: 'unchanged', data_oc_m: 'rewritten', gen_family: 'unchanged', gen_parentdates: 'unchanged', gen_twins: 'rewritten'});
    expect(reportOf(ended).tables.find(({name}) => name === 'data_4_many_m')?.rowsRead).toBeLessThanOrEqual(2000);
    await expectAsFresh();
    expect((await good('update')).code).toBe(0);
  });

  test('-t makes the named tables anew, with spaces in their names, too, and refuses those that are not there', async () => {
    await source.run('CREATE TABLE `data_4_a b_m` (familyid int PRIMARY KEY, x int)', 'INSERT INTO `data_4_a b_m` VALUES (1001, 1)');
    place.write('policy.yaml', readFileSync(place.at('policy.yaml'), 'utf8').replace('  data_oc_m', '  data_4_a b_m: {columns: {"*": keep}}\n  data_oc_m'));
    expect(await program('-t', 'data_oc_m')).toMatchObject({code: 2, stderr: expect.stringMatching(/no record of an earlier run.*\n?.*update or bulk/) as string});
    await good('bulk');
    await source.run('UPDATE `data_4_a b_m` SET x = 2', 'UPDATE data_oc_m SET oc1 = 2');
    const ended = await mysqlToSqlite(words('-t', 'data_4_a b_m', 'gen_twins').concat('--json'), {cwd: place.path});
    expect(kinds(ended)).toMatchObject({'data_4_a b_m': 'rewritten', gen_twins: 'rewritten', data_oc_m: 'unchanged'});
    expect(rowsOf(place.at('collab.db'), 'SELECT x FROM "data_4_a b_m"')).toEqual([[2n]]);
    expect(rowsOf(place.at('collab.db'), 'SELECT oc1 FROM data_oc_m')).toEqual([[1n]]);
    for (const name of ['nobody', 'gen_staff']) {
      const refused = await program('tables', name);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(name === 'nobody' ? /nobody.*no such table/ : /gen_staff.*left out/);
    }
    await good('-u');
    await expectAsFresh();
  });

  test('what somebody did to the file is seen and put right, and kept as the archive', async () => {
    await good('bulk');
    makeSqlite(place.at('collab.db'), 'UPDATE data_oc_m SET oc1 = 99', 'CREATE TABLE mine (x)');
    expect((await good('changed')).stdout).toMatch(/Somebody changed the file: table mine was added to the file\.\nSomebody changed the file: table data_oc_m: its rows were edited/);
    const ended = await good('update');
    expect(ended.stdout + ended.stderr).toMatch(/table mine was added to the file/);
    await expectAsFresh();
    const [archive] = place.list().filter(name => /^collab_.*\.db$/.test(name));
    expect(rowsOf(place.at(archive!), 'SELECT oc1 FROM data_oc_m')).toEqual([[99n]]);
    rmSync(place.at('collab.db'));
    expect(reportOf(await good('update', '--json')).refresh).toMatchObject({kind: 'full', reasons: ['the file of the last run is gone']});
    await expectAsFresh();
  });

  test('the old flags and the old files', async () => {
    place.write('settings.json', JSON.stringify({...oldSettings, tables_to_sanitize: {...oldSettings.tables_to_sanitize, data_4_many_m: []}}));
    const old = (flag: string, ...more: string[]) => mysqlToSqlite([flag, ...more, '--source', source.url, '--target', 'old.db', '--settings', 'settings.json'], {cwd: place.path});
    expect((await old('-u')).code).toBe(0);
    await source.run('UPDATE data_oc_m SET oc1 = 3');
    expect((await old('-changed')).stdout).toMatch(/data_oc_m/);
    expect((await old('-u')).code).toBe(0);
    expect((await old('-t', 'gen_twins')).code).toBe(0);
    expect(rowsOf(place.at('old.db'), 'SELECT oc1 FROM data_oc_m')).toEqual([[3n]]);
    // The old files are read as before; a new column is sanitised for tables that did not change.
    const settings = JSON.parse(readFileSync(place.at('settings.json'), 'utf8')) as {tables_to_sanitize: Record<string, unknown>};
    settings.tables_to_sanitize['data_oc_m'] = ['oc1'];
    place.write('settings.json', JSON.stringify(settings));
    expect((await old('-u')).code).toBe(0);
    expect(rowsOf(place.at('old.db'), 'SELECT oc1 FROM data_oc_m')).toEqual([[null]]);
  });
});
