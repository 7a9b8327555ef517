import {readFile} from 'node:fs/promises';
import {PipelineError, type Schema} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {deidentify, parseLegacyPaths, parseLegacySettings} from '@sluice/transform-deidentify';
import {catalogOf, check, pass, table, told} from './tables.ts';

const settings = (excluded: readonly string[], sanitized: Readonly<Record<string, unknown>>, more: object = {}) =>
  parseLegacySettings(JSON.stringify({tables_we_dont_want_anything_to_do_with: excluded, tables_to_sanitize: sanitized, ...more}));
const problemsOf = (read: () => unknown): string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof PipelineError) return told(error.problems);
    throw error;
  }
  throw new Error('nothing was wrong');
};
const named = (...names: readonly string[]): Schema[] => names.map(name => table(name, {a: 'int'}));
const dob = table('gen_de_state', {dob_m: {type: 'text', nullable: false}, dob_f: 'text', z: 'int'});

describe('excluded tables', () => {
  const excluded = (rule: string, ...names: readonly string[]) => {
    const transform = deidentify(settings([rule], {}));
    transform.check(catalogOf(named(...names)));
    return names.filter(name => transform.plan(table(name, {a: 'int'})) === null);
  };
  test.each<[string, string[], string[]]>([
    ['trash*', ['trash_x', 'tras'], ['tracsh_trash42']],
    ['aaatable*', ['aaatable', 'aaatables', 'aaatabl'], ['aaatab']],
    ['user_jlb*', ['user_jlb_cort4', 'user_jl', 'user_jl_b'], ['user_j']],
    ['gen_staff', ['gen_staff', 'gen_staffing'], ['xgen_staff', 'GEN_STAFF']],
    ['gen_family_alt', ['gen_family_alt', 'gen_family_alt2'], ['gen_family']],
    ['a|gen_x', ['abc', 'gen_x1'], ['xgen_x']],
  ])('%s is a regular expression, anchored at the start, that looks at case', (rule, out, kept) => {
    expect(excluded(rule, ...out, ...kept)).toEqual(out);
  });

  test('go before the lists of columns', () => {
    const transform = deidentify(settings(['gen_de'], {gen_de_state: ['dob_m']}));
    expect(transform.check(catalogOf([dob]))).toEqual([]);
    expect(transform.plan(dob)).toBeNull();
  });

  test('a rule that reads like a file pattern is warned of, and what it does beyond it is named', () => {
    const policy = settings(['trash*', 'gen_staff', '^user_(a|b)$'], {});
    expect(policy.warnings).toEqual([expect.stringMatching(/tables_we_dont_want_anything_to_do_with\[0\]: trash\* reads like a file pattern but is a regular expression/u)]);
    const transform = deidentify(policy);
    expect(transform.check(catalogOf(named('trash_x', 'tras', 'gen_staff', 'gen_staffing', 'user_a')))).toEqual([]);
    expect(transform.warnings.slice(1)).toEqual([
      expect.stringMatching(/\[0\]: trash\* also leaves out tras$/u), expect.stringMatching(/\[1\]: gen_staff also leaves out gen_staffing$/u),
    ]);
  });

  test('a rule for nothing is a problem; one for a view is not', () => {
    const transform = deidentify(settings(['gen_none', 'v_'], {}));
    const view = {name: 'v_x', columns: [], dialect: 'mysql', sql: ''};
    expect(told(transform.check(catalogOf(named('a'), [view])))).toEqual([expect.stringMatching(/\[0\]: no table is like gen_none$/u)]);
    expect(transform.refusesView(view)).toBe('not in the policy');
  });

  test('what JavaScript would understand otherwise than Python is refused', () => {
    expect(problemsOf(() => settings(['(?P<x>a)', 'x\\Z', '(?i)a', '(', 'ok'], {}))).toEqual([
      expect.stringMatching(/\[0\].*Python/u), expect.stringMatching(/\[1\].*Python/u), expect.stringMatching(/\[2\].*Python/u), expect.stringMatching(/\[3\].*not a regular expression/u),
    ]);
  });
});

describe('sanitized tables', () => {
  const row = () => [['1', '2', 3]];
  test('a list of columns blanks them, whatever their case and whether they may be NULL', async () => {
    const out = await pass(settings([], {gen_de_state: ['DOB_M', 'dob_f']}), table('gen_de_state', {Dob_m: {nullable: false}, dob_f: 'text', z: 'int'}), row());
    expect(out).toMatchObject({columns: ['Dob_m', 'dob_f', 'z'], rows: [[null, null, 3]], read: ['z']});
    expect(out!.schema.columns[0]).toMatchObject({nullable: true});
    expect(out!.effects).toEqual(['Dob_m blanked: blank', 'dob_f blanked: blank']);
  });
  test('an empty list changes nothing', async () => {
    expect((await pass(settings([], {gen_de_state: []}), dob, row()))!.rows).toEqual([['1', '2', 3]]);
  });
  test('"drop" leaves the table out', async () => {
    expect(await pass(settings([], {gen_de_state: 'drop'}), dob, row())).toBeNull();
  });
  test('"all" blanks every column and keeps the rows', async () => {
    expect((await pass(settings([], {gen_de_state: 'all'}), dob, row()))!.rows).toEqual([[null, null, null]]);
  });
  test('a misspelt column or table is a problem before anything is read, all at once', () => {
    expect(check(settings([], {gen_de_state: ['dob_m', 'nope', 'dobf'], gen_de_stat: 'drop', Gen_De_State: []}), [dob])).toEqual([
      expect.stringMatching(/gen_de_state\[1\]: there is no column nope in table gen_de_state$/u),
      expect.stringMatching(/gen_de_state\[2\]: there is no column dobf in table gen_de_state; did you mean dob_f\?$/u),
      expect.stringMatching(/gen_de_stat: there is no table gen_de_stat; did you mean gen_de_state\?$/u),
      expect.stringMatching(/Gen_De_State: there is no table Gen_De_State; did you mean gen_de_state\?$/u),
    ]);
  });
  test('what is not listed is allowed', () => {
    expect(check(settings([], {}), named('a', 'b'))).toEqual([]);
  });
});

test('dead and unknown keys are warned of, those of the study are not', () => {
  const {warnings} = settings([], {}, {diagnostic_logfile: 'x', wtp_data_conn: 'y', known_phases: {}, dob_keys: {}, empty_equivs: [], extra: 1});
  expect(warnings).toEqual([
    expect.stringMatching(/diagnostic_logfile: has no effect any more/u), expect.stringMatching(/wtp_data_conn: has no effect any more/u), expect.stringMatching(/extra: is not a known key/u),
  ]);
});

test('every problem of the file is told at once', () => {
  expect(problemsOf(() => parseLegacySettings('{"tables_to_sanitize": {"a": "dropp", "b": [1]}}'))).toEqual([
    expect.stringMatching(/tables_we_dont_want_anything_to_do_with.*missing/u), expect.stringMatching(/tables_to_sanitize\.a/u), expect.stringMatching(/tables_to_sanitize\.b/u),
  ]);
  expect(problemsOf(() => parseLegacySettings('{"tables_to_sanitize": {"a": ["x"], "a": ["y"]}, "tables_we_dont_want_anything_to_do_with": []}'))).toEqual([expect.stringMatching(/duplicate key a/u)]);
});

test('file_path.json says where the files are', () => {
  expect(parseLegacyPaths('{"db_directory":"/srv/collab/","db_name":"wtp_collab.db","archive_dir":"/srv/collab/archive/","checksum_name":""}')).toEqual({
    databaseFolder: '/srv/collab/', databaseName: 'wtp_collab.db', archiveFolder: '/srv/collab/archive/', checksumFile: 'checksum_table.json',
  });
  expect(problemsOf(() => parseLegacyPaths('{"db_name": 3}'))).toHaveLength(4);
});

test('the example with the shipped values is read, and fits a database that has its tables', async () => {
  const policy = parseLegacySettings(await readFile(new URL('../examples/db_exporter_settings.json', import.meta.url), 'utf8'));
  expect(policy.tables.filter(({excluded}) => excluded)).toHaveLength(16);
  expect(policy.tables.filter(({excluded}) => !excluded).map(({pattern, columns}) => [pattern, columns.length])).toEqual([
    ['gen_family', 17], ['gen_parentdates', 3], ['gen_siblings', 5], ['gen_twins', 3], ['gen_de_state', 2], ['data_oc_m', 0], ['data_oc_m_tap', 0],
  ]);
  const database = policy.tables.map(rule => rule.excluded
    ? table(rule.pattern.replace('*', '_x'), {a: 'int'})
    : table(rule.pattern, {familyid: 'int', ...Object.fromEntries(rule.columns.map(({pattern}) => [pattern, 'text' as const]))}));
  expect(check(policy, database)).toEqual([]);
  expect(check(policy, database.slice(1))).toHaveLength(1);
});

test('rules that say nothing or are said twice are warned of', () => {
  const transform = deidentify(settings(['gone', 'gone', 'trash.*'], {t: ['a', 'A'], u: [], trash_x: ['a']}));
  transform.check(catalogOf(named('gone', 't', 'u', 'trash_x')));
  expect(transform.warnings.map(text => text.replace(/^.*?: /u, ''))).toEqual(expect.arrayContaining([
    'gone is there already', 'A is there already', 'an empty list takes out nothing of u', expect.stringMatching(/^has no effect: trash_x is left out, by .*\[2\]$/u),
  ]));
});
