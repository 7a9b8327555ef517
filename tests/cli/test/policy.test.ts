import {existsSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startPrivateServer} from '@sluice/testkit';
import {makeAccount} from './support/account.ts';
import {mariadb, openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite, sluice} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {canaries, studyDatabase, studyPolicy} from './support/study-database.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!mariadb)('a policy', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(...studyDatabase);
  });
  afterAll(async () => { await source.drop(); });

  test('decides about every column, and the file holds what it says', async () => {
    const place = folder();
    place.write('policy.yaml', studyPolicy);
    const ended = await mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml', '--json'], {cwd: place.path});
    expect(ended.code).toBe(0);
    const file = place.at('collab.db');
    expect(namesIn(file)).toEqual(['data_4_au_t', 'data_4_tr', 'data_oc_m', 'gen_family', 'gen_parentdates', 'gen_twins']);
    const all = (table: string) => rowsOf(file, `SELECT * FROM ${table} ORDER BY 1, 2`);
    expect(all('gen_family')).toEqual([[1001n, null, 'none', null, '537'], [1002n, null, 'none', null, null], [9999n, null, 'none', null, null]]);
    expect(all('gen_parentdates')).toEqual([[1001n, null], [1002n, null]]);
    expect(all('gen_twins')).toEqual([[1001n, 1n, 1990n], [1001n, 2n, 1990n], [1002n, 1n, 1991n]]);
    expect(all('data_4_au_t')).toEqual([
      [1001n, 1n, 7n, null, 559n, 539n, 181n], [1001n, 2n, null, null, 559n, 539n, 181n], [1002n, 1n, 9998n, null, null, null, 167n], [9999n, 1n, 0n, null, null, null, null],
    ]);
    const report = reportOf(ended);
    expect(report.excluded.map(({name}) => name).sort()).toEqual(['gen_social_security', 'gen_staff', 'trash_old']);
    expect(report.excluded.find(({name}) => name === 'gen_staff')!.reason).toMatch(/people who work here.*Privacy Office/);
    expect(report.omissions).toContainEqual(expect.objectContaining({kind: 'view', name: 'family_names'}));
    expect(report.omissions).toContainEqual(expect.objectContaining({kind: 'index', name: 'by_name'}));
  });

  test('without a decision about something stops the run, names all of it at once, and what it prints to paste works once it is filled in', async () => {
    const place = folder();
    place.write('policy.yaml', 'version: 1\ntables:\n  gen_staff: exclude\n');
    const bulk = (policy: string) => mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', policy, '--json'], {cwd: place.path});
    const ended = await bulk('policy.yaml');
    expect(ended.code).toBe(2);
    const {status, tables, error} = reportOf(ended);
    expect({status, tables}).toEqual({status: 'failed', tables: []});
    expect(error!.code).toBe('SLUICE_UNDECIDED');
    // Columns that ages append want a decision as well.
    const named = error!.problems!.map(({path, message}) => `${path}: ${message}`).join('\n');
    for (const [table, columns] of Object.entries({
      data_4_au_t: ['familyid', 'twin', 'au1', 'diagnosis', 'fatherage', 'motherage', 'twinage'], data_4_tr: ['familyid', 'packsent', 'sender', 'fatherage', 'motherage'],
      gen_family: ['familyid', 'motherfirstname', 'address', 'zip'], gen_social_security: ['ssn'], trash_old: ['x'], gen_twins: ['dateofbirth'],
    })) for (const column of columns) expect(named).toMatch(new RegExp(`^${table}: .*\\b${column}\\b`, 'm'));
    expect(place.list()).toEqual(['policy.yaml']);

    const fragment = error!.remedy!;
    place.write('pasted.yaml', `version: 1\n${fragment}  gen_staff: exclude\n`);
    expect(await bulk('pasted.yaml'), 'pasted as it is it decides nothing').toMatchObject({code: 2});
    place.write('filled.yaml', `version: 1\n${fragment.replaceAll(': undecided', ': keep')}  gen_staff: exclude\n`);
    expect(await bulk('filled.yaml')).toMatchObject({code: 0});
    expect(rowsOf(place.at('collab.db'), 'SELECT count(*) FROM gen_social_security')).toEqual([[1n]]);
  });

  test('with a rule for nothing is refused, all such rules at once, with what was probably meant', async () => {
    const place = folder();
    place.write('policy.yaml', `${studyPolicy.replace('motherlastname: drop', 'motherlastnam: drop').replace('gen_staff:', 'gen_stuff:').replace('trash_*', 'rubbish_*')}`);
    const {code, stderr} = await mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml'], {cwd: place.path});
    expect(code).toBe(2);
    expect(stderr).toMatch(/motherlastnam.*did you mean motherlastname/);
    expect(stderr).toMatch(/gen_stuff.*did you mean gen_staff/);
    expect(stderr).toContain('rubbish_*');
    expect(stderr).toMatch(/gen_family\.motherlastname: no decision/);
    expect(existsSync(place.at('collab.db'))).toBe(false);
  });

  test('can leave out what nobody decided, and lists it', async () => {
    const place = folder();
    place.write('policy.yaml', 'version: 1\nundecided: drop\ntables:\n  gen_twins: {columns: {familyid: keep, twin: keep}}\n');
    const ended = await sluice(['copy', source.url, 'sqlite:some.db', '--policy', 'policy.yaml', '--json'], {cwd: place.path});
    expect(ended.code).toBe(0);
    expect(namesIn(place.at('some.db'))).toEqual(['gen_twins']);
    expect(rowsOf(place.at('some.db'), 'SELECT * FROM gen_twins')[0]).toEqual([1001n, 1n]);
    expect(reportOf(ended).excluded.map(({name}) => name)).toEqual(expect.arrayContaining(['gen_family', 'gen_social_security']));
  });

  test('holds for every destination, and what it takes out lies beside the rows in no other table', async () => {
    const place = folder();
    await using target = await openDatabase(mariadb!);
    place.write('policy.yaml', 'version: 1\ntables:\n  gen_social_security: {columns: {ssn: drop, familyid: keep}}\n');
    expect(await sluice(['copy', source.url, target.url, '--tables', 'gen_social_security', '--policy', 'policy.yaml'], {cwd: place.path})).toMatchObject({code: 0});
    expect(await target.rows('SELECT * FROM gen_social_security')).toEqual([['1001']]);
    // A position would be the last key: the very number.
    expect(await target.tables()).toEqual(['gen_social_security']);
  });
});

for (const server of servers) {
  test(`what is excluded or dropped is never asked for: the log of ${server.kind} has no read of it`, async () => {
    const place = folder();
    const alone = await startPrivateServer(server.kind);
    if (alone === null) return expect(process.env['CI'], 'a server program').not.toBe('true');
    await using _ = alone;
    await using source = await openDatabase(alone);
    await source.run(...studyDatabase, "SET GLOBAL log_output = 'TABLE'", 'TRUNCATE mysql.general_log', 'SET GLOBAL general_log = 1');
    const reads = async () => (await source.rows("SELECT argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute')"))
      .map(([sql]) => String(sql)).filter(sql => /^select/i.test(sql) && !/information_schema|general_log/i.test(sql));
    place.write('undecided.yaml', studyPolicy.replace(' email: drop,', ''));
    place.write('policy.yaml', studyPolicy);
    const bulk = (policy: string) => mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', policy], {cwd: place.path});
    expect(await bulk('undecided.yaml')).toMatchObject({code: 2});
    expect((await reads()).filter(sql => /gen_|data_|trash_/.test(sql)), 'reads of an undecided run').toEqual([]);
    expect(await bulk('policy.yaml')).toMatchObject({code: 0});
    const read = (await reads()).join('\n');
    expect(read).toMatch(/au1[^]*data_4_au_t/);
    for (const left of ['gen_social_security', 'gen_staff', 'trash_old', 'motherlastname', 'address', 'firstname', 'diagnosis', 'sender', '`comment`']) expect(read).not.toContain(left);
  });

  test(`a table nobody may read is no hindrance on ${server.kind} when it is excluded, and is named when it is not`, async () => {
    const place = folder();
    await using source = await openDatabase(server);
    await source.run('CREATE TABLE open_one (id int PRIMARY KEY)', 'INSERT INTO open_one VALUES (1)', 'CREATE TABLE closed_one (id int PRIMARY KEY, name varchar(40))', `INSERT INTO closed_one VALUES (1, '${canaries.staff}')`);
    // Who may insert sees that it exists.
    await using account = await makeAccount(source, ['SELECT ON DB.open_one', 'INSERT ON DB.closed_one']);
    place.write('policy.yaml', 'version: 1\ntables:\n  open_one: {columns: {id: keep}}\n  closed_one: exclude\n');
    for (const words of [['--exclude', 'closed_*'], ['--tables', 'open_one'], ['--policy', 'policy.yaml']]) {
      expect(await sluice(['copy', account.url(), 'sqlite:open.db', ...words], {cwd: place.path})).toMatchObject({code: 0});
      expect(namesIn(place.at('open.db'))).toEqual(['open_one']);
    }
    const refused = await sluice(['copy', account.url(), 'sqlite:all.db'], {cwd: place.path});
    expect(refused).toMatchObject({code: 1, stderr: expect.stringMatching(/closed_one.*grant/) as string});
    expect(existsSync(place.at('all.db'))).toBe(false);
    const checked = await sluice(['check', account.url(), '--json'], {cwd: place.path});
    expect(checked.code).toBe(1);
    expect(JSON.stringify(documentOf(checked)['problems'])).toContain('closed_one');
  });
}
