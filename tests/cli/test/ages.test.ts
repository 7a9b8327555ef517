import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

/** Date of the phase, date of birth, age in months; null where there is none. */
const cases: readonly (readonly [phase: string | null, birth: string | null, months: number | null, why: string | null])[] = [
  ['02/01/1995', '01/31/1990', 61, null], ['02/01/1995', '1990-01-31', 61, null], ['1995-02-01 00:00:00', '01/31/1990', 61, null], ['1995-02-01', '01/31/1990', 61, null],
  ['01/31/1995', '02/01/1990', 59, null], ['1/5/2000', '1/5/1990', 120, null], ['12/31/1999', '12/01/1999', 0, null], ['01/01/1980', '01/01/1990', -120, null],
  ['01/01/2004', '01/01/1914', 1080, null], ['01/01/2004', '12/01/1890', 1357, null],
  [null, '01/01/1990', null, 'no date in data_4_tr.packsent'], ['', '01/01/1990', null, 'no date in data_4_tr.packsent'],
  ['9998', '01/01/1990', null, 'a code for missing in data_4_tr.packsent'], ['9999', '01/01/1990', null, 'a code for missing in data_4_tr.packsent'],
  ['02/30/2000', '01/01/1990', null, 'no readable date in data_4_tr.packsent'], ['1/5/00', '01/01/1990', null, 'no readable date in data_4_tr.packsent'],
  ['01/01/2000', '31/12/1990', null, 'no readable date in gen_twins.dateofbirth'], ['01/01/2000', '0000-00-00', null, 'no date in gen_twins.dateofbirth'],
];

describe.skipIf(!mariadb)('ages', () => {
  let source: Database;
  const place = folder();
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    const text = (value: string | null) => (value === null ? 'NULL' : `'${value}'`);
    await source.run(
      'CREATE TABLE data_4_tr (familyid varchar(10), packsent varchar(30))', 'CREATE TABLE gen_twins (familyid int, twin int, dateofbirth varchar(30))',
      'CREATE TABLE data_4_au_t (familyid int, twin int)', 'CREATE TABLE data_4_dates (familyid int, twin int)', 'CREATE TABLE data_9_au_t (familyid int, twin int)',
      `INSERT INTO data_4_tr VALUES ${cases.map(([phase], i) => `('${i}', ${text(phase)})`).join(', ')}, ('700', '01/01/2010'), ('700', '01/01/2005')`,
      `INSERT INTO gen_twins VALUES ${cases.map(([, birth], i) => `(${i}, 1, ${text(birth)})`).join(', ')}, (700, 1, '01/01/2000')`,
      `INSERT INTO data_4_au_t VALUES ${cases.map((_, i) => `(${i}, 1)`).join(', ')}, (700, 1), (800, 1), (NULL, 1), (700, 3)`,
    );
    place.write('keep.yaml', 'version: 1\ntables: {"*": {columns: {"*": keep}}}\n');
    place.write('harbor.yaml', `version: 1\nprofile: safe-harbor\ntables: {"*": {columns: {"*": {method: keep, class: none, reason: test}, packsent: {method: keep, reason: test}, dateofbirth: drop, twinage: {method: keep, reason: test},
      familyid: {method: keep, reason: test}, twin: {method: keep, reason: test}}}}\n`);
  });
  afterAll(async () => { await source.drop(); });

  const bulk = async (target: string, policy = 'keep.yaml', study = 'default') => {
    const ended = await mysqlToSqlite(['bulk', '--source', source.url, '--target', target, '--policy', policy, ...(study === 'default' ? [] : ['--study', study]), '--json'], {cwd: place.path});
    if (ended.code !== 0) throw new Error(ended.stderr);
    return reportOf(ended);
  };
  const agesIn = (file: string) => rowsOf(place.at(file), 'SELECT twinage FROM data_4_au_t WHERE familyid < 100 ORDER BY familyid').flat();

  test('are the months between the calendar months, and NULL with a reason where a date is missing', async () => {
    const report = await bulk('months.db');
    expect(agesIn('months.db')).toEqual(cases.map(([, , months]) => (months === null ? null : BigInt(months))));
    const notes = report.tables.find(({name}) => name === 'data_4_au_t')!.notes;
    const counted = Object.fromEntries(notes.map(({message, count}) => [message, count]));
    for (const why of new Set(cases.map(([, , , reason]) => reason).filter(reason => reason !== null))) {
      expect(counted[`no age: ${why}`], why).toBe(cases.filter(([, , , reason]) => reason === why).length);
    }
    expect(counted).toMatchObject({
      'no age: no row in data_4_tr': 1, 'no age: familyid is NULL': 1, 'no age: no row in gen_twins': 1, 'negative: the event was before the birth': 1,
      'data_4_tr has more than one row for a key; the earliest packsent counts': 1, 'computed from one of several different dates': 1,
    });
    expect(rowsOf(place.at('months.db'), 'SELECT twinage FROM data_4_au_t WHERE familyid = 700 AND twin = 1')).toEqual([[60n]]);
  });

  test('go only to tables whose name says a phase, and the report says why others have none', async () => {
    const report = await bulk('which.db');
    const columns = (table: string) => rowsOf(place.at('which.db'), `SELECT name FROM pragma_table_info('${table}')`).flat();
    expect(columns('data_4_au_t')).toEqual(['familyid', 'twin', 'twinage']);
    for (const table of ['data_4_dates', 'data_9_au_t']) {
      expect(columns(table)).toEqual(['familyid', 'twin']);
      expect(report.tables.find(({name}) => name === table)!.notes.map(({message}) => message).join()).toMatch(/no ages: /);
    }
  });

  test('come in years, in exact decimals and with a code for missing, as study.yaml asks', async () => {
    const study = (ages: string) => place.write('study.yaml', `version: 1\nages: ${ages}\nphaseKey: [familyid]\nphases: {4: {table: data_4_tr, column: packsent}}
people: {twin: {table: gen_twins, birthDate: dateofbirth, match: {familyid: familyid, twin: twin}, newColumn: age}}\n`);
    const column = (file: string) => rowsOf(place.at(file), 'SELECT age FROM data_4_au_t WHERE familyid IN (0, 4, 7, 10) ORDER BY familyid').flat();
    study('{unit: years, missing: 9998}');
    await bulk('years.db', 'keep.yaml', 'study.yaml');
    expect(column('years.db')).toEqual([5n, 4n, -10n, 9998n]);
    study('{unit: decimalYears}');
    await bulk('decimals.db', 'keep.yaml', 'study.yaml');
    // One day after the fifth birthday; one day before it; a whole number of years; none.
    expect(column('decimals.db')).toEqual([5.0027, 4.9972, -10n, null]);
  });

  test('from 90 years on are one category when the policy asks for Safe Harbor', async () => {
    const report = await bulk('harbor.db', 'harbor.yaml');
    const ages = agesIn('harbor.db');
    expect(ages.slice(8, 10)).toEqual([1080n, 1080n]);
    expect(ages.slice(0, 8)).toEqual(cases.slice(0, 8).map(([, , months]) => BigInt(months!)));
    expect(report.tables.find(({name}) => name === 'data_4_au_t')!.notes).toContainEqual(expect.objectContaining({message: expect.stringMatching(/^capped/) as string, count: 2}));
  });

  test('a study that names a column which is not there stops the run before anything is made', async () => {
    place.write('wrong.yaml', `version: 1\nphaseKey: [familyid]\nphases: {4: {table: data_4_tr, column: packsend}}
people: {twin: {table: gen_twins, birthDate: birthday, match: {familyid: familyid, twin: twin}, newColumn: age}}\n`);
    const {code, stderr} = await mysqlToSqlite(['bulk', '--source', source.url, '--target', 'no.db', '--policy', 'keep.yaml', '--study', 'wrong.yaml'], {cwd: place.path});
    expect(code).toBe(2);
    expect(stderr).toMatch(/packsend[^]*birthday|birthday[^]*packsend/);
    expect(place.list()).not.toContain('no.db');
  });
});
