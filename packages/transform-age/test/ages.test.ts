import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {ColumnType, ReadRequest, Row, Source, Value} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {ageTransform, defaultStudy, type Study} from '@sluice/transform-age';
import {age, never, parents, questionnaire, table, told, trackers, twins} from './study.ts';

const study = (ages: Partial<Study['ages']>): Study => ({...defaultStudy, ages: {...defaultStudy.ages, ...ages}});
const ages = (rows: readonly Row[]) => rows.map(row => row.slice(3));

test('a table that a study of one\'s own names and that is not there is told: as an error where another one was likely meant', () => {
  const study = {...defaultStudy, phases: {4: {table: 'data_4_rt', column: 'packsent'}, 5: {table: 'data_5_tr', column: 'x'}}, people: {twin: {...defaultStudy.people['twin']!, table: 'gen_twin'}}};
  const catalog = {tables: [questionnaire([]), trackers, twins].map(({schema}) => schema), views: [], others: []};
  const transform = ageTransform(study);
  expect(transform.check(catalog)).toEqual([
    {path: 'phases.4', message: 'names table data_4_rt, which is not there; did you mean data_4_tr?'},
    {path: 'people.twin', message: 'names table gen_twin, which is not there; did you mean gen_twins?'},
  ]);
  expect(transform.warnings).toContain('the study names tables that are not there: data_5_tr (phases.5)');
  const built = ageTransform(defaultStudy);
  expect(built.check(catalog)).toEqual([]);
});

describe('end to end', () => {
  test('the ages of father, mother and twin follow the last column, in this order', async () => {
    const aged = await age([trackers, parents, twins, questionnaire([[1001, 1, 7]])]);
    expect(aged.columns.map(({name}) => name)).toEqual(['familyid', 'twin', 'au1', 'fatherage', 'motherage', 'twinage']);
    expect(aged.columns.slice(3).map(({type, nullable}) => [type, nullable])).toEqual([['int', true], ['int', true], ['int', true]]);
    expect(aged.rows).toEqual([[1001, 1, 7, 559, 539, 181]]);
    expect(told(aged)).toEqual([]);
  });

  test('a family in no tracker has no ages, and the report says why', async () => {
    const aged = await age([trackers, parents, twins, questionnaire([[1001, 1, 7], [9999, 1, 7]])]);
    expect(ages(aged.rows)).toEqual([[559, 539, 181], [null, null, null]]);
    expect(told(aged)).toEqual(['fatherage', 'motherage', 'twinage'].map(column => `${column}: no age: no row in data_4_tr = 1`));
  });

  test('the study code for missing is written on request', async () => {
    const aged = await age([trackers, parents, twins, questionnaire([[9999, 1, 7]])], study({missing: 9998}));
    expect(ages(aged.rows)).toEqual([[9998, 9998, 9998]]);
    expect((await age([trackers, parents, twins, questionnaire([[9999, 1, 7]])], study({missing: 9998}), {missing: null})).rows).toEqual([[9999, 1, 7, null, null, null]]);
  });

  test('father NULL and mother empty are absent while the twin is 167 months old', async () => {
    const aged = await age([
      table('data_4_tr', {familyid: 'int', packsent: 'timestamp'}, [[1, '2005-04-19 00:00:00']]),
      table('gen_parentdates', {familyid: 'int', fatherdob: 'text', motherdob: 'text'}, [[1, null, '']]),
      table('gen_twins', {familyid: 'int', twin: 'int', dateofbirth: 'date'}, [[1, 1, '1991-05-20']]),
      questionnaire([[1, 1, 0]]),
    ], study({missing: 9998}));
    expect(ages(aged.rows)).toEqual([[9998, 9998, 167]]);
    expect(told(aged)).toEqual([
      'fatherage: no age: no date in gen_parentdates.fatherdob = 1', 'motherage: no age: no date in gen_parentdates.motherdob = 1',
    ]);
  });

  test('years and decimal years are written in their own form, the code for missing too', async () => {
    const all = [trackers, parents, twins, questionnaire([[1001, 1, 7], [9999, 1, 7]])];
    expect(ages((await age(all, study({unit: 'years', missing: 9998}))).rows)).toEqual([[46, 44, 15], [9998, 9998, 9998]]);
    const decimal = await age(all, study({unit: 'decimalYears', missing: 9998}));
    expect(decimal.columns[5]).toMatchObject({name: 'twinage', type: 'decimal', scale: 4});
    expect(ages(decimal.rows)).toEqual([['46.5890', '44.8849', '15.0027'], ['9998.0000', '9998.0000', '9998.0000']]);
  });
});

describe('missing and bad dates', () => {
  const reasons: [Value, string][] = [
    [null, 'no date'], ['', 'no date'], ['0000-00-00 00:00:00', 'no date'], [9998, 'a code for missing'], [9999, 'a code for missing'],
    ['9998', 'a code for missing'], ['02/30/2000', 'no readable date'], ['1/5/00', 'no readable date'], ['soon', 'no readable date'], [19900131, 'no readable date'],
  ];
  test.each(reasons)('an event on %j is %s', async (value, reason) => {
    const type: ColumnType = typeof value === 'number' ? 'int' : 'text';
    const aged = await age([table('data_4_tr', {familyid: 'int', packsent: type}, [[1001, value]]), parents, twins, questionnaire([[1001, 1, 7]])]);
    expect(ages(aged.rows)).toEqual([[null, null, null]]);
    expect(told(aged)).toContain(`twinage: no age: ${reason} in data_4_tr.packsent = 1`);
  });

  test.each(reasons)('a birth on %j is %s', async (value, reason) => {
    const type: ColumnType = typeof value === 'number' ? 'int' : 'text';
    const aged = await age([trackers, parents, table('gen_twins', {familyid: 'int', twin: 'int', dateofbirth: type}, [[1001, 1, value]]), questionnaire([[1001, 1, 7]])]);
    expect(ages(aged.rows)).toEqual([[559, 539, null]]);
    expect(told(aged)).toEqual([`twinage: no age: ${reason} in gen_twins.dateofbirth = 1`]);
  });

  test('every missing age has one reason', async () => {
    const aged = await age([trackers, parents, twins, questionnaire([[null, 1, 0], [1001, null, 0], [1001, 3, 0], [2, null, 0]])]);
    expect(ages(aged.rows)).toEqual([[null, null, null], [559, 539, null], [559, 539, null], [null, null, null]]);
    expect(told(aged).filter(note => note.startsWith('twinage'))).toEqual([
      'twinage: no age: familyid is NULL = 1', 'twinage: no age: no row in data_4_tr = 1',
      'twinage: no age: familyid or twin is NULL = 1', 'twinage: no age: no row in gen_twins = 1',
    ]);
  });

  test('a negative age stays and is counted, also within one month', async () => {
    const early = table('data_4_tr', {familyid: 'int', packsent: 'text'}, [[1, '01/01/1980'], [2, '1990-01-30']]);
    const aged = await age([early, parents, table('gen_twins', {familyid: 'int', twin: 'int', dateofbirth: 'text'}, [[1, 1, '01/01/1990'], [2, 1, '01/31/1990']]), questionnaire([[1, 1, 0], [2, 1, 0]])]);
    expect(aged.rows.map(row => row[5])).toEqual([-120, 0]);
    expect(told(aged)).toContain('twinage: negative: the event was before the birth = 2');
  });
});

describe('several rows for one key', () => {
  test('the earliest date counts, whatever the order, and the report says so', async () => {
    const rows: Row[] = [[1001, '02/01/2010'], [1001, null], [1001, '02/01/2005'], [1001, 'soon'], [7, '1/1/2001'], [7, '2001-01-01']];
    for (const order of [rows, rows.toReversed()]) {
      const aged = await age([table('data_4_tr', {familyid: 'int', packsent: 'text'}, order), parents, twins, questionnaire([[1001, 1, 7]])]);
      expect(ages(aged.rows)).toEqual([[559, 539, 181]]);
      expect(told(aged).filter(note => note.startsWith('twinage'))).toEqual([
        'twinage: computed from one of several different dates = 1', 'twinage: data_4_tr has more than one row for a key; the earliest packsent counts = 2',
      ]);
    }
  });
});

describe('ages over 89', () => {
  const old = (birth: string) => [
    table('data_4_tr', {familyid: 'int', packsent: 'text'}, [[1, '01/15/2005']]),
    table('gen_parentdates', {familyid: 'int', fatherdob: 'text', motherdob: 'text'}, [[1, birth, '01/16/1915']]),
    questionnaire([[1, 1, 0]]),
  ];
  test.each([['months', [1080, 1080]], ['years', [90, 89]], ['decimalYears', ['90.0000', '89.9972']]] as const)('are one category in %s', async (unit, expected) => {
    const aged = await age(old('1/1/1900'), study({unit}), {capYears: 90});
    expect(ages(aged.rows)).toEqual([expected]);
    expect(told(aged)).toContain('fatherage: capped: this age and above are one category = 1');
  });

  test('the code for missing is not capped, and the lower of two caps counts', async () => {
    const aged = await age([...old('1/1/1900').slice(0, 2), questionnaire([[1, 1, 0], [2, 1, 0]])], study({missing: 9998, capYears: 40}), {capYears: 90});
    expect(ages(aged.rows)).toEqual([[480, 480], [9998, 9998]]);
  });
});

describe('keys', () => {
  test('a number in one table and text in the other match', async () => {
    const all = (familyid: ColumnType, rows: Row[]) => age([trackers, parents, twins, questionnaire(rows, {familyid, twin: 'text', au1: 'int'})]);
    expect((await all('text', [['1001', '1', 0], ['01001', '01', 0], [' 1001 ', '1.0', 0], ['1001x', '1', 0]])).rows.map(row => row[5])).toEqual([181, 181, 181, null]);
    expect((await all('decimal', [['1001.00', '1', 0]])).rows.map(row => row[5])).toEqual([181]);
    expect((await all('any', [[1001n, '1', 0], [1001, '1', 0]])).rows.map(row => row[5])).toEqual([181, 181]);
  });

  test('text in the tracker matches numbers in the data', async () => {
    const typed = table('data_4_tr', {familyid: 'text', packsent: 'text'}, [['01001', '02/01/2005']]);
    expect((await age([typed, parents, twins, questionnaire([[1001, 1, 0]])])).rows).toEqual([[1001, 1, 0, 559, 539, 181]]);
  });

  test('text on both sides is compared as it is', async () => {
    const lookup = table('data_4_tr', {familyid: 'text', packsent: 'text'}, [['0101', '02/01/2005'], ['101', '03/01/2005']]);
    const texts = table('gen_parentdates', {familyid: 'text', fatherdob: 'text', motherdob: 'text'}, [['0101', '1/1/1960', null], ['101', '1/1/1960', null]]);
    const aged = await age([lookup, texts, questionnaire([['0101', 1, 0], ['101', 1, 0], ['1', 1, 0]], {familyid: 'text', twin: 'int', au1: 'int'})]);
    expect(aged.rows.map(row => row[3])).toEqual([541, 542, null]);
  });

  test('keys of several parts are not run together', async () => {
    const two = table('gen_twins', {familyid: 'int', twin: 'int', dateofbirth: 'text'}, [[1, 23, '1/1/1990'], [12, 3, '1/1/1980']]);
    const track = table('data_4_tr', {familyid: 'int', packsent: 'text'}, [[1, '1/1/2000'], [12, '1/1/2000']]);
    const aged = await age([track, parents, two, questionnaire([[1, 23, 0], [12, 3, 0], [1, 3, 0]])]);
    expect(aged.rows.map(row => row[5])).toEqual([120, 240, null]);
  });
});

describe('which tables', () => {
  const skipped = (tables: Parameters<typeof age>[0]) => age(tables).then(told);
  test.each<[string, string]>([
    ['gen_x', 'no ages: its name does not say a phase = 0'],
    ['data_4_dates', 'no ages: its name does not say a phase = 0'],
    ['data_2_au_t', 'no ages: the study has no date for phase 2 = 0'],
    ['data_6_au_t', 'no ages: there is no table data_6_tr with the dates of phase 6 = 0'],
  ])('%s has none, and says why', async (name, note) => {
    const before = table(name, {familyid: 'int', twin: 'int'}, [[1001, 1]]);
    const aged = await age([trackers, parents, twins, before]);
    expect(aged.rows).toEqual([[1001, 1]]);
    expect(told(aged)).toEqual([note]);
  });

  test('the family column must be spelt exactly, the twin column in any case', async () => {
    expect(await skipped([trackers, parents, twins, table('data_4_au_t', {FamilyID: 'int', twin: 'int'}, [])])).toEqual([
      'no ages: it has no column familyid, only FamilyID: letters count = 0',
    ]);
    const aged = await age([trackers, parents, twins, table('data_4_au_t', {familyid: 'int', Twin: 'int'}, [[1001, 1]])]);
    expect(aged.rows).toEqual([[1001, 1, 559, 539, 181]]);
  });

  test('a tracker has ages too; a table without twins has those of the parents', async () => {
    const aged = await age([parents, twins, trackers]);
    expect(aged.columns.map(({name}) => name)).toEqual(['familyid', 'packsent', 'fatherage', 'motherage']);
    expect(aged.rows).toEqual([[1001, '02/01/2005', 559, 539]]);
  });

  test('without the table of birth dates the person has no age, and the report says so', async () => {
    const aged = await age([trackers, twins, questionnaire([[1001, 1, 7]])]);
    expect(aged.columns.map(({name}) => name)).toEqual(['familyid', 'twin', 'au1', 'twinage']);
    expect(told(aged)).toEqual([
      'no age of the father: there is no table gen_parentdates with birth dates = 0', 'no age of the mother: there is no table gen_parentdates with birth dates = 0',
    ]);
  });

  test('an empty table has the same columns as a full one', async () => {
    expect((await age([trackers, parents, twins, questionnaire([])])).columns).toHaveLength(6);
  });
});

describe('check', () => {
  const check = (tables: readonly {schema: Parameters<ReturnType<typeof ageTransform>['plan']>[0]}[]) => {
    const transform = ageTransform();
    const catalog = {tables: tables.map(({schema}) => schema), views: [], others: []};
    return {problems: transform.check(catalog), remedy: transform.remedy!(catalog)};
  };

  test('names every column that the study has and the database has not, with what was meant', () => {
    const {problems} = check([
      table('data_4_tr', {familyid: 'int', packsend: 'text'}, []), table('gen_twins', {family: 'int', twin: 'int', birthdate: 'text'}, []),
      parents, questionnaire([]),
    ]);
    expect(problems).toEqual([
      {path: 'data_4_tr', message: 'has no column packsent, which the study names in phases.4; did you mean packsend?'},
      {path: 'gen_twins', message: 'has no column dateofbirth, which the study names in people.twin'},
      {path: 'gen_twins', message: 'has no column familyid, which the study names in people.twin; did you mean family?'},
    ]);
  });

  test('a column that has the new name already is a problem in any case, with a remedy', () => {
    const {problems, remedy} = check([trackers, parents, twins, questionnaire([], {familyid: 'int', twin: 'int', TwinAge: 'int'})]);
    expect(problems).toEqual([{path: 'data_4_au_t.TwinAge', message: expect.stringContaining('people.twin.newColumn')}]);
    expect(remedy).toBe('# in study.yaml\npeople:\n  "twin":\n    newColumn: "twinage_at_phase"');
  });

  test('warns of tables that the study names and the database has not', () => {
    const transform = ageTransform();
    const names = ['data_6_a_t', 'data_6_b_t', 'data_6_c_t', 'data_6_d_t', 'data_2_x_t', 'data_4_au_t'];
    expect(transform.warnings).toEqual([]);
    transform.check({tables: [trackers.schema, twins.schema, ...names.map(name => ({...questionnaire([]).schema, table: name}))], views: [], others: []});
    expect(transform.warnings).toEqual([
      'no age of the father: there is no table gen_parentdates with birth dates (data_4_tr, data_4_au_t)',
      'no age of the mother: there is no table gen_parentdates with birth dates (data_4_tr, data_4_au_t)',
      'no ages: there is no table data_6_tr with the dates of phase 6 (data_6_a_t, data_6_b_t, data_6_c_t and 1 more)',
    ]);
  });

  test('where no ages are added, a column may be called twinage', () => {
    expect(check([trackers, parents, twins, table('gen_x', {familyid: 'int', twinage: 'int'}, [])]).problems).toEqual([]);
  });
});

test('of trackers and birth-date tables only keys and dates are read, each table once', async () => {
  const read: (readonly [string, ...string[]])[] = [];
  const named = table('gen_parentdates', {id: 'int', familyid: 'int', mothername: 'text', fatherdob: 'text', motherdob: 'text'}, [], ['id']);
  const source = new MemorySource(new MemoryDatabase({tables: [trackers, named, twins, questionnaire([])]}));
  const catalog = await source.discover(never);
  const spied: Source = Object.assign(Object.create(source) as Source, {
    read: (request: ReadRequest, signal: AbortSignal) => {
      read.push([request.schema.table, ...request.schema.columns.map(({name}) => name)]);
      return source.read(request, signal);
    },
  });
  const transform = ageTransform();
  transform.check(catalog);
  await transform.prepare(spied, catalog, never);
  expect(read.toSorted()).toEqual([
    ['data_4_tr', 'familyid', 'packsent'], ['gen_parentdates', 'id', 'familyid', 'fatherdob', 'motherdob'], ['gen_twins', 'familyid', 'twin', 'dateofbirth'],
  ]);
});

test('nothing of a row is in notes or effects', async () => {
  const canary = 'Zanzibar-1987';
  const aged = await age([
    table('data_4_tr', {familyid: 'text', packsent: 'text'}, [[canary, canary]]), table('gen_parentdates', {familyid: 'text', fatherdob: 'text', motherdob: 'text'}, [[canary, canary, '1/1/1950']]),
    questionnaire([[canary, 1, 0]], {familyid: 'text', twin: 'int', au1: 'int'}),
  ]);
  expect(JSON.stringify([aged.notes, aged.columns])).not.toContain('Zanzibar');
});
