import {existsSync, mkdirSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, sluice, type Ended} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {oldSettings, studyDatabase, type OldSettings} from './support/study-database.ts';
import {makeSqlite, namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!mariadb)('the old flags and files', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(...studyDatabase);
  });
  afterAll(async () => { await source.drop(); });

  /** Folders and files as the old system wanted them. */
  function office(settings: OldSettings = oldSettings): Folder {
    const place = folder();
    for (const name of ['collab', 'archive']) mkdirSync(place.at(name));
    place.write('file_path.json', JSON.stringify({db_directory: `${place.at('collab')}/`, db_name: 'wtp_collab.db', archive_dir: `${place.at('archive')}/`, checksum_name: 'checksum.json'}));
    place.write('db_exporter_settings.json', JSON.stringify(settings, null, 2));
    return place;
  }
  const rebuild = (place: Folder, ...more: string[]): Promise<Ended> =>
    mysqlToSqlite(['-a', '--file-path', 'file_path.json', '--settings', 'db_exporter_settings.json', '--source', source.url, ...more], {cwd: place.path});

  test('build the same file: lists and "all" blank, "drop" and exclusions leave out, [] and what is not listed pass', async () => {
    const place = office();
    const ended = await rebuild(place, '--json');
    expect(ended.code).toBe(0);
    const file = place.at('collab/wtp_collab.db');
    expect(namesIn(file)).toEqual(['data_4_au_t', 'data_4_tr', 'data_oc_m', 'gen_family', 'gen_parentdates', 'gen_twins']);
    expect(rowsOf(file, 'SELECT * FROM gen_family ORDER BY 1')).toEqual([1001n, 1002n, 9999n].map(id => [id, null, null, null, null, null, null, null]));
    expect(rowsOf(file, 'SELECT * FROM gen_parentdates')).toEqual([[null, null, null], [null, null, null]]);
    expect(rowsOf(file, 'SELECT * FROM gen_twins ORDER BY 1, 2')).toEqual([[1001n, 1n, null, null, null], [1001n, 2n, null, null, null], [1002n, 1n, null, null, null]]);
    expect(rowsOf(file, 'SELECT * FROM data_oc_m')).toEqual([[1001n, 1n]]);
    const {excluded, tables} = reportOf(ended);
    expect(excluded.map(({name}) => name).sort()).toEqual(['gen_social_security', 'gen_staff', 'trash_old']);
    expect(tables.find(({name}) => name === 'gen_family')!.effects.filter(({effect}) => effect === 'blanked')).toHaveLength(7);
  });

  test('append the ages of the old system\'s own examples: 559, 539, 181, and 9998 where there is none', async () => {
    const place = office();
    expect(await rebuild(place)).toMatchObject({code: 0});
    const file = place.at('collab/wtp_collab.db');
    expect(rowsOf(file, "SELECT name FROM pragma_table_info('data_4_au_t')").flat()).toEqual(['familyid', 'twin', 'au1', 'diagnosis', 'fatherage', 'motherage', 'twinage']);
    expect(rowsOf(file, 'SELECT familyid, twin, au1, fatherage, motherage, twinage FROM data_4_au_t ORDER BY 1, 2')).toEqual([
      [1001n, 1n, 7n, 559n, 539n, 181n], [1001n, 2n, null, 559n, 539n, 181n], [1002n, 1n, 9998n, 9998n, 9998n, 167n], [9999n, 1n, 0n, 9998n, 9998n, 9998n],
    ]);
    expect(rowsOf(file, 'SELECT familyid, packsent, sender, fatherage, motherage FROM data_4_tr ORDER BY 1')).toEqual([[1001n, '02/01/2005', null, 559n, 539n], [1002n, '2005-04-19', null, 9998n, 9998n]]);
  });

  test('are told what is wrong with them once, although they are read for two purposes', async () => {
    const place = office();
    place.write('db_exporter_settings.json', '{"tables_we_dont_want_anything_to_do_with": [], "tables_to_sanitize": {}, "tables_to_sanitize": {}}');
    const {code, stderr} = await rebuild(place);
    expect({code, told: stderr.split('duplicate key').length - 1}).toEqual({code: 2, told: 1});
  });

  test('archive the file that is replaced, named as ever', async () => {
    const place = office();
    makeSqlite(place.at('collab/wtp_collab.db'), 'CREATE TABLE trash_old (x)', 'CREATE TABLE data_oc_m (old)');
    expect(await rebuild(place)).toMatchObject({code: 0});
    const [archived, ...more] = place.list().filter(name => name.startsWith('archive/'));
    expect(more).toEqual([]);
    expect(archived).toMatch(/^archive\/wtp_collab_\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d\.\d{6}\.db$/);
    expect(namesIn(place.at(archived!))).toEqual(['data_oc_m', 'trash_old']);
    expect(namesIn(place.at('collab/wtp_collab.db')), 'nothing of the old file is left in the new one').not.toContain('trash_old');
    expect(place.list().filter(name => /^collab\/.*(db|html|report.json)$/.test(name))).toEqual(['collab/wtp_collab.db', 'collab/wtp_collab.report.html', 'collab/wtp_collab.report.json']);
  });

  test('are checked against the database first: every misspelt column, unknown table and unused rule is told, and nothing is made', async () => {
    const {tables_to_sanitize: rules, ...rest} = oldSettings;
    const place = office({
      ...rest, tables_we_dont_want_anything_to_do_with: ['trash*', 'gen_staff', 'gen_no_recruit'],
      tables_to_sanitize: {...rules, gen_family: ['mothermadienname', 'motherfirstname', 'adress'], gen_sibling: ['firstname'], gen_twinz: 'drop', Gen_twins: 'all'},
    });
    const ended = await rebuild(place);
    expect(ended.code).toBe(2);
    for (const wrong of ['mothermadienname', 'adress', 'gen_sibling', 'gen_twinz', 'Gen_twins', 'gen_no_recruit']) expect(ended.stderr).toContain(wrong);
    expect(ended.stderr).toMatch(/adress.*address/);
    expect(ended.stderr).not.toMatch(/motherfirstname: /);
    expect(place.list().filter(name => /^collab\/.*(db|html|report.json)$/.test(name))).toEqual([]);
    const document = documentOf(await rebuild(place, '--json')) as {error: {code: string; problems: {message: string}[]}};
    expect(document.error.code).toBe('SLUICE_CONFIG');
    expect(document.error.problems).toHaveLength(6);
  });

  test('with a mistake of their own are refused with every problem at once', async () => {
    const place = office({...oldSettings, tables_to_sanitize: {gen_family: 'some', gen_twins: 5}, tables_we_dont_want_anything_to_do_with: ['(', 'gen_staff']});
    place.write('file_path.json', JSON.stringify({db_directory: 'collab/', archive_dir: ''}));
    const {code, stderr} = await rebuild(place);
    expect(code).toBe(2);
    for (const wrong of ['tables_to_sanitize.gen_family', 'tables_to_sanitize.gen_twins', 'db_name', 'checksum_name', 'archive_dir']) expect(stderr).toContain(wrong);
    expect(existsSync(place.at('collab/wtp_collab.db'))).toBe(false);
  });

  test('exclusions match as they did: at the start, as regular expressions, by case', async () => {
    await using other = await openDatabase(mariadb!);
    const names = ['trash_x', 'tras', 'tracsh_trash42', 'aaatable', 'aaatabl', 'aaatab', 'gen_staff', 'gen_staffing', 'xgen_staff', 'GEN_STAFF'];
    await other.run(...names.map(name => `CREATE TABLE ${name} (x int)`));
    const place = office({...oldSettings, known_phases: {} as never, tables_we_dont_want_anything_to_do_with: ['trash*', 'aaatable*', 'gen_staff'], tables_to_sanitize: {}, dob_keys: {} as never});
    const ended = await mysqlToSqlite(['-a', '--file-path', 'file_path.json', '--settings', 'db_exporter_settings.json', '--source', other.url, '--json'], {cwd: place.path});
    expect(reportOf(ended).warnings.join('\n')).toMatch(/trash\*.*regular expression[^]*gen_staff.*gen_staffing/);
    expect(namesIn(place.at('collab/wtp_collab.db'))).toEqual(['GEN_STAFF', 'aaatab', 'tracsh_trash42', 'xgen_staff']);
  });

  test('a plan with them touches nothing', async () => {
    const place = office();
    const ended = await rebuild(place, '--dry-run');
    expect(ended).toMatchObject({code: 0, stdout: expect.stringMatching(/gen_family[^]*motherfirstname +blanked[^]*Not read[^]*gen_social_security/) as string});
    expect(place.list().filter(name => name.includes('/'))).toEqual([]);
    expect((await sluice(['check', source.url], {cwd: place.path})).code).toBe(0);
  });
});
