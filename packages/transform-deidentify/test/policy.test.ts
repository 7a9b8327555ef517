import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PipelineError} from '@sluice/core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {identifierClasses} from '@sluice/identifiers';
import {allMethods, deidentify, loadPolicy, parsePolicy, policyJsonSchema} from '@sluice/transform-deidentify';
import {catalogOf, check, pass, table} from './tables.ts';

const problemsOf = (text: string): string[] => {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'SLUICE_CONFIG') return error.problems.map(({path, message}) => `${path}: ${message}`);
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('the file', () => {
  test('every problem is told at once, with its line, and no value of it is repeated', () => {
    const problems = problemsOf(`version: 3
profile: safeharbor
asOf: 2026-13-01
tables:
  gen_twins:
    columns:
      firstname: drp
      lastname:
      dateofbirth: {method: yeer}
      zip: {method: zip3, digits: 3}
      income: {method: topCode}
      weight: {method: bucket, width: 1}
  gen_family: exlude
  gen_staff: {reason: nobody's business}
  gen_both: {exclude: true, columns: {a: keep}}
view: {}
`);
    expect(problems).toEqual([
      expect.stringMatching(/^policy\.yaml:1:10 version: must be 1/u),
      expect.stringMatching(/^policy\.yaml:2:10 profile: must be safe-harbor, limited-data-set or expert.*did you mean safe-harbor\?/u),
      expect.stringMatching(/^policy\.yaml:3:7 asOf: /u),
      expect.stringMatching(/^policy\.yaml:7:.*gen_twins\.columns\.firstname: .*did you mean drop\?/u),
      expect.stringMatching(/^policy\.yaml:8:.*gen_twins\.columns\.lastname: /u),
      expect.stringMatching(/^policy\.yaml:9:.*gen_twins\.columns\.dateofbirth/u),
      expect.stringMatching(/^policy\.yaml:10:.*gen_twins\.columns\.zip\.digits: is not a known key/u),
      expect.stringMatching(/^policy\.yaml:11:.*gen_twins\.columns\.income\.max: is missing/u),
      expect.stringMatching(/^policy\.yaml:12:.*gen_twins\.columns\.weight\.width: /u),
      expect.stringMatching(/^policy\.yaml:13:.*tables\.gen_family: .*did you mean exclude\?/u),
      expect.stringMatching(/^policy\.yaml:14:.*tables\.gen_staff: must have either/u),
      expect.stringMatching(/^policy\.yaml:15:.*tables\.gen_both: must have either/u),
      expect.stringMatching(/^policy\.yaml:16:.*view: is not a known key; did you mean views\?/u),
    ]);
    expect(problems.join()).not.toContain('exlude');
  });

  test('yearFloor90 needs the day of the release', () => {
    expect(problemsOf('version: 1\ntables: {t: {columns: {dob: yearFloor90}}}')).toEqual([
      'policy.yaml:2:24 tables.t.columns.dob: needs the day of the release: give `asOf` at the top',
    ]);
  });

  test('a table named twice is refused: one rule would be lost', () => {
    expect(problemsOf('version: 1\ntables:\n  t: exclude\n  t: {columns: {a: keep}}')).toEqual([expect.stringMatching(/policy\.yaml:4:3: duplicate key/u)]);
  });

  test('the JSON Schema knows every key and every method', () => {
    const schema = policyJsonSchema();
    expect(Object.keys(schema.properties!)).toEqual([
      'version', 'profile', 'asOf', 'undecided', 'onUnknown', 'constraints', 'domains', 'subjects', 'tables', 'views', 'risk', 'attestation', 'reviewBy',
    ]);
    expect(schema.required).toEqual(['version', 'tables']);
    const text = JSON.stringify(schema);
    for (const {name, aliases = []} of allMethods) for (const called of [name, ...aliases]) expect(text).toContain(`"${called}"`);
    for (const word of [...identifierClasses, 'name.given', 'date.birth']) expect(text).toContain(`"${word}"`);
  });

  let folder: string;
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'sluice-policy-')); });
  afterAll(() => rm(folder, {recursive: true}));
  test('is loaded by path', async () => {
    await writeFile(join(folder, 'p.yaml'), 'version: 1\nprofile: expert\ntables: {t: exclude}\n');
    expect(await loadPolicy(join(folder, 'p.yaml'))).toMatchObject({profile: 'expert', undecided: 'fail', tables: [{pattern: 't', excluded: true}]});
  });
});

const policy = (tables: string, top = '') => parsePolicy(`version: 1\n${top === '' ? '' : `${top}\n`}tables:\n${tables}`);
const twins = table('gen_twins', {familyid: 'int', twin: 'int', firstname: 'text'});
const family = table('gen_family', {familyid: 'int', address: 'text'});

describe('default deny', () => {
  test('every undecided table and column is named at once, and marked as undecided', () => {
    expect(check(policy('  gen_twins: {columns: {familyid: keep, firstname: undecided}}'), [twins, family])).toEqual([
      'gen_twins.twin: no decision about the column (undecided)', 'gen_twins.firstname: no decision about the column (undecided)',
      'gen_family: no decision about the table and its columns familyid, address (undecided)',
    ]);
  });

  test('nothing is wrong when everything is decided', () => {
    expect(check(policy('  gen_twins: {columns: {"*": keep}}\n  gen_family: exclude'), [twins, family])).toEqual([]);
  });

  test('an empty policy decides nothing', () => {
    expect(check(parsePolicy('version: 1\ntables: {}'), [twins])).toHaveLength(1);
  });
});

describe('rules for nothing', () => {
  const all = '  "*": {columns: {"*": keep}}\n';
  test('a view whose definition the user may not see is not called misspelt', () => {
    const unseen = {table: null, kind: 'view', name: 'v_summary', reason: 'the user may not see its definition: SHOW VIEW is missing'} as const;
    const found = deidentify(policy(`${all}\nviews: {v_summary: keep}`)).check({...catalogOf([twins, family]), others: [unseen]});
    expect(found.map(({message}) => message)).toEqual(['the view v_summary cannot travel: the user may not see its definition: SHOW VIEW is missing']);
  });

  test('a misspelt table, column, pattern or view is a problem, with what was meant', () => {
    expect(check(policy(`${all}
  gen_twin: {columns: {firstname: drop}}
  gen_family: {columns: {adress: drop}}
  trash_*: exclude
  gen_*: {columns: {ssn: drop, phone_*: drop}}
views: {v_sumary: keep, w_*: keep, gen_twins: keep}`), [twins, family], [{name: 'v_summary', columns: [], dialect: 'mysql', sql: ''}])).toEqual([
      'policy.yaml:5:3 tables.gen_twin: there is no table gen_twin; did you mean gen_twins?',
      'policy.yaml:6:26 tables.gen_family.columns.adress: there is no column adress in table gen_family; did you mean address?',
      'policy.yaml:7:3 tables.trash_*: no table is like trash_*',
      'policy.yaml:8:21 tables.gen_*.columns.ssn: there is no column ssn in the 2 tables that gen_* means',
      'policy.yaml:8:32 tables.gen_*.columns.phone_*: no column in the 2 tables that gen_* means is like phone_*',
      'policy.yaml:9:9 views.v_sumary: there is no view v_sumary; did you mean v_summary?',
      'policy.yaml:9:25 views.w_*: no view is like w_*',
      'policy.yaml:9:36 views.gen_twins: there is no view gen_twins; it is a table',
    ]);
  });

  test('letters count in names', () => {
    expect(check(policy('  gen_family: exclude\n  gen_twins: {columns: {"*": drop, twin: keep, FirstName: drop}}'), [twins, family])).toEqual([
      'policy.yaml:4:48 tables.gen_twins.columns.FirstName: there is no column FirstName in table gen_twins; did you mean firstname?',
    ]);
  });

  test('a rule for a view under tables says where it belongs', () => {
    expect(check(policy(`${all}  v: exclude`), [twins], [{name: 'v', columns: [], dialect: 'mysql', sql: ''}])).toEqual([
      'policy.yaml:4:3 tables.v: v is a view, not a table: decide about it under `views`',
    ]);
  });
});

describe('which rule counts', () => {
  const decided = (tables: string, schema = twins) => {
    const problems = check(policy(tables), [schema]);
    return problems.length === 0 ? 'decided' : problems;
  };
  const effects = async (tables: string) => {
    return (await pass(policy(tables), twins, []))?.effects ?? 'excluded';
  };

  test('a name beats a pattern, a pattern beats *', async () => {
    expect(await effects('  gen_twins: {columns: {"*": drop, "f*": keep, firstname: blank}}')).toEqual(['twin dropped: drop', 'firstname blanked: blank']);
  });

  test('a named table beats a pattern that excludes it, and the other way round', async () => {
    expect(await effects('  gen_*: exclude\n  gen_twins: {columns: {"*": keep}}')).toEqual([]);
    expect(await effects('  "*": {columns: {"*": keep}}\n  gen_*: exclude')).toBe('excluded');
  });

  test('two patterns that say the same agree', () => {
    expect(decided('  gen_*: {columns: {firstname: drop}}\n  "*_twins": {columns: {firstname: drop, familyid: keep, twin: keep}}')).toBe('decided');
  });

  test('two patterns that disagree about a column or a table are a problem', () => {
    expect(decided('  gen_*: {columns: {firstname: drop}}\n  "*_twins": {columns: {firstname: keep, familyid: keep, twin: keep}}')).toEqual([
      'gen_twins.firstname: these rules disagree, and none is more exact: policy.yaml:3:21 tables.gen_*.columns.firstname; policy.yaml:4:25 tables.*_twins.columns.firstname',
    ]);
    expect(decided('  gen_*: {columns: {"*": drop}}\n  "*_twins": exclude')).toEqual([
      'gen_twins: these rules disagree, and none is more exact: policy.yaml:3:3 tables.gen_*; policy.yaml:4:3 tables.*_twins',
    ]);
    expect(decided('  gen_twins: {columns: {"*name": drop, "first*": keep, familyid: keep, twin: keep}}')).toHaveLength(1);
  });

  test('between a named column anywhere and everything of a named table, taking out goes before keeping', async () => {
    expect(await effects('  "*": {columns: {firstname: drop}}\n  gen_twins: {columns: {"*": keep}}')).toEqual(['firstname dropped: drop']);
    expect(await effects('  "*": {columns: {firstname: keep, twin: keep}}\n  gen_twins: {columns: {"*": drop, twin: keep}}')).toEqual(['familyid dropped: drop', 'firstname dropped: drop']);
  });

  test('two ways of taking out disagree there', () => {
    expect(decided('  "*": {columns: {firstname: drop}}\n  gen_twins: {columns: {"*": blank}}')).toHaveLength(1);
  });

  test('undecided by name is undecided, whatever * says', () => {
    expect(decided('  gen_twins: {columns: {"*": keep, firstname: undecided}}')).toEqual(['gen_twins.firstname: no decision about the column (undecided)']);
    expect(decided('  "*": {columns: {firstname: undecided}}\n  gen_twins: {columns: {"*": keep}}')).toEqual(['gen_twins.firstname: no decision about the column (undecided)']);
  });

  test('the same method with other parameters is another decision', () => {
    const ages = table('t', {age: 'int'});
    expect(decided('  t: {columns: {"a*": {method: topCode, max: 90}, "*e": {method: topCode, max: 80}}}', ages)).toHaveLength(1);
    expect(decided('  t: {columns: {"a*": {method: topCode, max: 90}, "*e": {method: topCode, max: 90}}}', ages)).toBe('decided');
  });
});

describe('profiles', () => {
  const dates = table('visits', {id: 'int', day: 'date', zip: 'text', note: 'text', score: 'int', age: 'int', scan: 'bytes'});
  test('refuse methods that would make the claim untrue', () => {
    const rules = '  visits: {columns: {"*": drop, id: keep, day: month, zip: zip5}}';
    expect(check(policy(rules, 'profile: safe-harbor'), [dates])).toEqual([
      'policy.yaml:4:43 tables.visits.columns.day: month is not enough for safe-harbor, only for limited-data-set',
      'policy.yaml:4:55 tables.visits.columns.zip: zip5 is not enough for safe-harbor, only for limited-data-set',
    ]);
    for (const profile of ['limited-data-set', 'expert']) expect(check(policy(rules, `profile: ${profile}`), [dates])).toEqual([]);
    expect(check(policy(rules), [dates])).toEqual([]);
  });

  test('under Safe Harbor the plain year of a birth date would tell ages over 89', () => {
    const people = table('people', {dateofbirth: 'date', visited: 'date', dob: 'text'});
    const rules = '  people: {columns: {dateofbirth: year, visited: year, dob: {method: year, reason: children only}}}';
    expect(check(policy(rules, 'profile: safe-harbor'), [people])).toEqual([
      expect.stringMatching(/^people\.dateofbirth: policy\.yaml:4:\d+ .*: year under safe-harbor .*birth date.*use yearFloor90, or give a rule by name with a reason$/u),
    ]);
    expect(check(policy(rules.replace('dateofbirth: year', 'dateofbirth: yearFloor90'), 'profile: safe-harbor\nasOf: 2026-01-01'), [people])).toEqual([]);
    expect(check(policy('  people: {columns: {"*": {method: year, reason: all of them}}}', 'profile: safe-harbor'), [people])).toHaveLength(2);
    for (const profile of ['limited-data-set', 'expert']) expect(check(policy(rules, `profile: ${profile}`), [people])).toEqual([]);
  });

  test('and the fragment to paste proposes the other', () => {
    const people = table('people', {dateofbirth: 'date', visited: 'date'});
    const proposed = (top: string) => {
      const transform = deidentify(policy('  p: exclude', top));
      return /dateofbirth: undecided # (.*)/u.exec(transform.remedy(catalogOf([people, table('p', {x: 'int'})]))!)![1];
    };
    expect([proposed('profile: safe-harbor'), proposed('')]).toEqual(['date; perhaps yearFloor90 (C, birth date)', 'date; perhaps year (C, birth date)']);
  });

  test('what looks like an identifier is kept only by name and with a reason', () => {
    const keepAll = '  visits: {columns: {"*": {method: keep, class: none, reason: of the device}}}';
    expect(check(policy(keepAll, 'profile: safe-harbor'), [dates]).map(problem => problem.split(':')[0])).toEqual(['visits.day', 'visits.zip', 'visits.note', 'visits.scan']);
    expect(check(policy(keepAll, 'profile: limited-data-set'), [dates]).map(problem => problem.split(':')[0])).toEqual(['visits.note', 'visits.scan']);
    expect(check(policy(keepAll, 'profile: expert'), [dates])).toEqual([]);
    expect(check(policy(`  visits:
    columns:
      id: keep
      score: keep
      age: age90
      day: {method: keep, reason: day of the calibration of the scale}
      zip: keep
      note: drop
      scan: {method: keep, decidedBy: somebody}`, 'profile: safe-harbor'), [dates]).map(problem => problem.split(':')[0])).toEqual(['visits.zip', 'visits.scan']);
  });

  test('a keep of everything keeps nothing under a profile until somebody says what it is', () => {
    for (const rule of ['keep', '{method: keep, reason: all is fine}', '{method: keep, class: none}']) {
      const all = policy(`  visits: {columns: {"*": ${rule}}}`, 'profile: safe-harbor');
      expect(check(all, [dates])).toHaveLength(dates.columns.length);
      expect(check(all, [dates])[0]).toMatch(/nobody said what this one is/u);
    }
    expect(check(policy('  visits: {columns: {"*": keep}}', 'profile: expert'), [dates])).toEqual([]);
    expect(check(policy('  visits: {columns: {"*": keep}}'), [dates])).toEqual([]);
  });
});

test('a method that does not fit the type is a problem before any row', () => {
  expect(check(policy('  gen_twins: {columns: {familyid: year, twin: zip3, firstname: {method: topCode, max: 3}}}'), [twins])).toEqual([
    'gen_twins.familyid: policy.yaml:3:25 tables.gen_twins.columns.familyid: year does not fit a column of type int, only date, timestamp, timestamptz, text, any',
    'gen_twins.firstname: policy.yaml:3:53 tables.gen_twins.columns.firstname: topCode does not fit a column of type text, only int, decimal, float, any',
  ]);
});

test('a table of which no column is left must be excluded', () => {
  expect(check(policy('  gen_twins: {columns: {"*": drop}}'), [twins])).toEqual(['gen_twins: no column is left: exclude the table']);
});
