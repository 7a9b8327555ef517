import type {Catalog} from '@sluice/core';
import {ageTransform, parseStudy} from '@sluice/transform-age';
import {expect, test} from 'vitest';
import {generateStudy, studyViews} from '../src/demo/study-generator.ts';
import {demoStudy} from '../src/demo/study-layout.ts';

const DEMO = {families: 60, seed: 1};
const catalog: Catalog = {tables: [...generateStudy(DEMO)].map(({schema}) => schema), views: studyViews, others: []};

test('study.yaml fits the generated study: every phase, tracker and birth date it names is there', () => {
  const study = parseStudy(demoStudy);
  const ages = ageTransform(study);
  expect(ages.check(catalog)).toEqual([]);
  const names = new Set(catalog.tables.map(({table}) => table));
  for (const {table} of [...Object.values(study.phases), ...Object.values(study.people)]) expect(names.has(table), table).toBe(true);
  const used = new Set(ages.tables.flatMap(each => 'people' in each ? [each.phase] : []));
  expect(used).toEqual(new Set(Object.keys(study.phases)));
});

test('study.yaml gives fathers, mothers, twins and siblings their ages', () => {
  const ages = ageTransform(parseStudy(demoStudy));
  ages.check(catalog);
  const of = (name: string) => ages.tables.flatMap(each => each.table === name && 'people' in each ? each.people.map(({newColumn}) => newColumn) : []);
  expect(of('data_4_au_t')).toEqual(['fatherage', 'motherage', 'twinage']);
  expect(of('data_4_hb_ph_sib_m')).toEqual(['fatherage', 'motherage', 'siblingage']);
  expect(of('data_1_tb_99_f')).toEqual(['fatherage', 'motherage', 'twinage']);
  expect(of('gen_twins')).toEqual([]);
});
