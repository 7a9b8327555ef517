import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PipelineError} from '@sluice/core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {defaultStudy, loadStudy, parseLegacyStudy, parseStudy, studyJsonSchema, type Study} from '@sluice/transform-age';

const minimal = `
version: 1
phaseKey: [familyid]
phases:
  4: {table: data_4_tr, column: packsent}
  5r: {table: data_5_tr, column: p5packetsent}
people:
  twin:
    table: gen_twins
    birthDate: dateofbirth
    match: {familyid: familyid, twin: twin}
    newColumn: twinage
`;

const problems = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof PipelineError) return error.problems.map(({path, message}) => `${path}: ${message}`);
    throw error;
  }
  throw new Error('nothing was wrong');
};

test('what is not given is as in the default study', () => {
  const study = parseStudy(minimal);
  expect(study).toMatchObject({ages: {unit: 'months', missing: null, capYears: null}, noDate: ['', 9998, 9999], names: defaultStudy.names, respondents: {}});
  expect(study.phases).toEqual({4: {table: 'data_4_tr', column: 'packsent'}, '5r': {table: 'data_5_tr', column: 'p5packetsent'}});
  expect(study.people).toEqual({twin: defaultStudy.people['twin']});
});

test('everything can be given', () => {
  const study = parseStudy(`${minimal}
ages: {unit: decimalYears, missing: -9, capYears: 90}
noDate: ['', null, -9, n/a]
names:
  separator: '-'
  types: {survey: {parts: 3, respondent: true, never: [test]}}
  exceptions: {odd: {type: survey, phase: '4'}}
respondents: {t: twin}
`);
  expect(study).toMatchObject({
    ages: {unit: 'decimalYears', missing: -9, capYears: 90}, noDate: ['', -9, 'n/a'], respondents: {t: 'twin'},
    names: {separator: '-', types: {survey: {parts: 3, respondent: true, never: ['test']}}, exceptions: {odd: {type: 'survey', phase: '4'}}},
  });
  expect(Object.keys(study.names.types)).toEqual(['survey']);
});

test('every problem is told at once, with its line', () => {
  expect(problems(() => parseStudy(`version: 2
ages: {unit: weeks, capYears: 0}
phaseKey: []
phases:
  4: {table: data_4_tr, colum: packsent}
people:
  twin: {table: gen_twins, birthDate: dateofbirth, match: {}, newColumn: twinage}
`))).toEqual([
    expect.stringContaining('study.yaml:1:10 version: must be 1'),
    expect.stringContaining('study.yaml:2:14 ages.unit: must be months, years or decimalYears'),
    expect.stringContaining('study.yaml:2:31 ages.capYears: '),
    expect.stringContaining('study.yaml:3:1 phaseKey: '),
    expect.stringMatching(/study\.yaml:5:.* phases\.4.*column.*missing/u),
    expect.stringMatching(/study\.yaml:5:.* phases\.4\.colum: .*did you mean column\?/u),
    expect.stringMatching(/study\.yaml:7:.* people\.twin\.match.*at least one/u),
  ]);
});

test('two people cannot have one column', () => {
  expect(problems(() => parseStudy(`${minimal}  child: {table: gen_x, birthDate: d, match: {a: a}, newColumn: TwinAge}\n`))).toEqual([
    expect.stringMatching(/people\.child\.newColumn: is the same column as that of twin/u),
  ]);
});

test('the JSON Schema knows every key of the file', () => {
  const schema = studyJsonSchema();
  expect(Object.keys(schema.properties!)).toEqual(['version', 'ages', 'phaseKey', 'phases', 'people', 'noDate', 'names', 'respondents']);
  expect(schema.required).toEqual(['version', 'phaseKey', 'phases', 'people']);
  expect(JSON.stringify(schema)).not.toContain('$ref');
});

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'sluice-study-')); });
afterAll(() => rm(folder, {recursive: true}));

test('is read from a file; one that is not there is a problem of its own', async () => {
  const path = join(folder, 'study.yaml');
  await writeFile(path, minimal);
  expect(await loadStudy(path)).toEqual(parseStudy(minimal));
  await expect(loadStudy(join(folder, 'other.yaml'))).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('there is no such file')});
});

const legacy = {
  diagnostic_logfile: 'x', collab_db_conn: 'y', tables_to_sanitize: {gen_twins: ['firstname']}, tables_we_dont_want_anything_to_do_with: ['trash*'],
  known_phases: {4: {table: 'data_4_tr', column: 'packsent'}, s: {table: 'data_s_tr', column: 'date complete'}},
  empty_equivs: [null, 9999, 9998, ''],
  dob_keys: {
    familyid: {
      father: {table: 'gen_parentdates', column: 'fatherdob', equalities: [['familyid', 'familyid']], primary_keys: ['familyid'], new_col: 'fatherage'},
      mother: {table: 'gen_parentdates', column: 'motherdob', equalities: [['familyid', 'familyid']], primary_keys: ['familyid'], new_col: 'motherage'},
    },
    twin: {
      twin: {table: 'gen_twins', column: 'dateofbirth', equalities: [['familyid', 'familyid'], ['twin', 'twin']], primary_keys: ['familyid', 'twin'], new_col: 'twinage'},
    },
  },
};

test('the settings of the superseded exporter are a study', () => {
  const {study, warnings} = parseLegacyStudy(JSON.stringify(legacy));
  const expected: Study = {
    ...defaultStudy, noDate: [9999, 9998, ''],
    phases: {4: {table: 'data_4_tr', column: 'packsent'}, s: {table: 'data_s_tr', column: 'date complete'}},
  };
  expect(study).toEqual(expected);
  expect(Object.keys(study.people)).toEqual(['father', 'mother', 'twin']);
  expect(warnings).toEqual([expect.stringMatching(/dob_keys: primary_keys have no effect/u)]);
});

test('the problems of old settings are told at once', () => {
  const broken = {known_phases: {4: {table: 'data_4_tr'}}, empty_equivs: 'x', dob_keys: {twin: {twin: {...legacy.dob_keys.twin.twin, equalities: [['familyid']]}}}};
  const found = problems(() => parseLegacyStudy(JSON.stringify(broken, null, 1)));
  expect(found).toEqual([
    expect.stringMatching(/known_phases\.4\.column/u), expect.stringMatching(/empty_equivs/u), expect.stringMatching(/equalities/u),
  ]);
});
