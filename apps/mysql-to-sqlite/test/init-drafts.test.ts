import type {Catalog, Column, ColumnType, Schema} from '@sluice/core';
import {parseStudy} from '@sluice/transform-age';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';
import {expect, test} from 'vitest';
import {draftPolicy} from '../src/init-policy.ts';
import {draftStudy, withAges} from '../src/init-study.ts';

const column = (name: string, type: ColumnType = 'text'): Column => ({name, type, nullable: true});
const schema = (table: string, ...columns: (string | Column)[]): Schema => ({table, columns: columns.map(one => typeof one === 'string' ? column(one) : one), primaryKey: []});
const catalog = (...tables: Schema[]): Catalog => ({tables, views: [], others: []});
const study = catalog(
  schema('data_1_tr', 'familyid', 'IntDate'), schema('data_3_tr', 'familyid', 'other'), schema('data_1_au_t', 'familyid', 'twin', 'au1'),
  schema('data_7_tr', 'familyid', column('packsent', 'date'), 'x'), schema('data_7_au_m', 'familyid'), schema('data_9_au_m', 'familyid'), schema('calc_9_x_m', 'familyid'),
  schema('gen_twins', 'familyid', 'twin', 'dateofbirth'), schema('gen_parentdates', 'familyid', 'motherdob'), schema('gen_sibs', 'familyid', 'dob'),
);

test('a study of the known layout is recognised, and what is missing or elsewhere is left to a person', () => {
  const draft = draftStudy(study);
  expect([draft.phases, draft.people]).toEqual([['1'], ['mother', 'twin']]);
  expect(draft.open).toEqual([
    'phase 3: data_3_tr has no column packsent',
    'phase 7 (1 table): perhaps data_7_tr (packsent)',
    'phase 9 (2 tables): no table looks like its tracker',
    'a birth date, by its name: gen_sibs.dob',
  ]);
  const read = parseStudy(draft.text);
  expect(read.phases).toEqual({1: {table: 'data_1_tr', column: 'IntDate'}});
  expect(read).toEqual(draft.study);
  for (const line of draft.open) expect(draft.text).toContain(`# - ${line}\n`);
});

test('a database without any study has a study file that loads and gives no ages', () => {
  const draft = draftStudy(catalog(schema('customers', 'id', 'name')));
  expect([draft.phases, draft.people, draft.open]).toEqual([[], [], []]);
  expect(parseStudy(draft.text)).toMatchObject({phases: {}, people: {}});
});

test('a new column whose name is taken is left to a person, and no ages are promised to the policy', () => {
  const taken = catalog(...study.tables, schema('data_1_bc_t', 'familyid', 'twin', 'twinage'));
  const draft = draftStudy(taken);
  expect(draft.open).toContainEqual(expect.stringMatching(/^data_1_bc_t\.twinage: has the name of the column with the age of the twin/));
  expect(withAges(taken, draft.study)).toBe(taken);
});

const hostile = catalog(
  schema('a*b?c\\d', 'x: y', '# z', '"', "it's", ' lead', 'null', '*', '1', 'ünï', 'a\nb', 'true'), schema('null', 'id'), schema('1e3', 'id'), schema('- x', column('photo', 'bytes'), column('born', 'date')),
);

test.each([['a study', study], ['hostile names', hostile]])('a policy of %s decides nothing, names every column, and holds once every line is decided', (_, found) => {
  const all = withAges(found, draftStudy(found).study);
  const draft = draftPolicy(all)!;
  const columns = all.tables.flatMap(({table, columns: own}) => own.map(({name}) => `${table}.${name}`));
  expect([draft.tables, draft.columns]).toEqual([all.tables.length, columns.length]);
  expect(draft.text.match(/: undecided( #|$)/gm)).toHaveLength(columns.length);
  const undecided = deidentify(parsePolicy(draft.text)).check!(all);
  expect(undecided.length).toBeGreaterThanOrEqual(all.tables.length);
  for (const problem of undecided) expect(problem.undecided).toBe(true);

  const decided = deidentify(parsePolicy(draft.text.replaceAll(/: undecided( #|$)/gm, ': keep$1')));
  expect(decided.check!(all)).toEqual([]);
  for (const table of all.tables) expect(decided.plan(table)!.schema.columns.map(({name}) => name)).toEqual(table.columns.map(({name}) => name));
  // One that was forgotten stops everything.
  const [forgotten] = deidentify(parsePolicy(draft.text.replace(/: undecided( #|$)/m, ': keep$1'))).check!(all);
  expect(forgotten?.undecided).toBe(true);
});

test('the ages of the study are decided about as well', () => {
  const draft = draftPolicy(withAges(study, draftStudy(study).study))!;
  expect(draft.text).toMatch(/^ {6}twinage: undecided # .*age90/m);
});

test('types and what a name may mean stand beside, views are named, and no tables make no policy', () => {
  const {text} = draftPolicy({...study, views: [{name: 'v*', columns: ['one'], dialect: 'mysql', sql: 'select 1'}]})!;
  expect(text).toMatch(/^ {6}dateofbirth: undecided # text; perhaps year \(C, birth date\)$/m);
  expect(text).toMatch(/^# {3}"v\\\\\*": keep$/m);
  expect(draftPolicy(catalog())).toBeNull();
});
