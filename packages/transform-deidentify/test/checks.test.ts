import type {ForeignKey, Schema} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {deidentify, parsePolicy, type Policy} from '@sluice/transform-deidentify';
import {testKey} from './change.ts';
import {catalogOf, check, pass, table, told} from './tables.ts';

const policy = (tables: string, top = ''): Policy => parsePolicy(`version: 1\nasOf: 2026-01-01\n${top}\ntables:\n${tables}`);
const expert = 'profile: expert';
const withKey = (rules: Policy, tables: readonly Schema[]) => told(deidentify(rules, {key: testKey()}).check(catalogOf(tables)));

describe('what the schema promises and changed values cannot keep', () => {
  const people = table('people', {
    id: {type: 'int', nullable: false}, email: {nullable: false, maxLength: 20}, born: {type: 'date', nullable: false}, ward: {enumValues: ['north', 'south']}, score: 'int', seen: 'date',
  }, {
    primaryKey: ['id'], indexes: [
      {name: 'u_email', unique: true, parts: [{column: 'email'}]}, {name: 'u_two', unique: true, parts: [{column: 'born'}, {column: 'ward'}]}, {name: 'i_seen', unique: false, parts: [{column: 'seen'}]},
    ],
    checks: [{name: 'c_score', dialect: 'mysql', sql: '`score` between 0 and 9'}],
  });
  const columns = (changes: Readonly<Record<string, string>>) =>
    `  people: {columns: {${['id', 'email', 'born', 'ward', 'score', 'seen'].map(name => `${name}: ${changes[name] ?? 'keep'}`).join(', ')}}}`;
  const problems = (changes: Readonly<Record<string, string>>, top = `${expert}\ndomains: {p: {form: hex, length: 32}}`) => {
    const used = Object.values(changes).some(rule => rule.includes('domain'));
    return withKey(policy(columns(changes), used ? top : top.replace(/\ndomains.*/u, '')), [people]);
  };

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a primary key', {id: '{method: bucket, width: 10}'}, /^people\.id: policy\.yaml:5:\d+ .*: bucket lets different values of the primary key fall together: use drop, or a pseudonym/u],
    ['a key of one word', {id: '{method: constant, value: 1}'}, /^people\.id: .*constant lets different values of the primary key fall together/u],
    ['a unique index', {email: '{method: suppressRare, below: 5}'}, /^people\.email: .*suppressRare lets different values of the unique index u_email fall together/u],
    ['a unique index of several columns', {born: 'year'}, /^people\.born: .*year lets different values of the unique index u_two fall together/u],
    ['NOT NULL', {email: 'blank'}, /^people\.email: .*blank makes NULL of every value, and the column is NOT NULL: use drop or constant/u],
    ['a length', {email: '{method: hmac, domain: p}'}, /^people\.email: .*what hmac makes needs 32, and the column has room for 20/u],
    ['the words of an enumeration', {ward: '{method: suppressRare, below: 5}', born: 'drop'}, /^people\.ward: .*suppressRare makes other values than the words of the enumeration/u],
    ['a check', {score: '{method: bucket, width: 5}'}, /^people\.score: .*bucket makes values that the check c_score need not hold for/u],
  ])('%s', (_, changes, expected) => {
    expect(problems(changes)).toEqual([expect.stringMatching(expected)]);
  });

  test('the longest value of a SQLite column is no promise, a declared length is one', () => {
    const key = (sql: string) => table('people', {email: {maxLength: 6, native: {dialect: 'sqlite', sql}}}, {indexes: [{name: 'u', unique: true, parts: [{column: 'email'}]}]});
    const found = (rule: string, sql: string) => withKey(policy(`  people: {columns: {email: ${rule}}}`, `${expert}${rule.includes('domain') ? '\ndomains: {p: {form: hex, length: 32}}' : ''}`), [key(sql)]);
    expect(found('{method: hmac, domain: p}', 'TEXT')).toEqual([]);
    expect(found('{method: hmac, domain: p}', 'VARCHAR(6)')).toEqual([expect.stringMatching(/room for 6/u)]);
    expect(found('{method: tag, label: patient, constraints: relax}', 'TEXT')).toEqual([]);
    expect(found('{method: tag, label: patient, constraints: relax}', 'VARCHAR(6)')).toEqual([expect.stringMatching(/room for 6/u)]);
  });

  test('nothing is wrong with what goes altogether, and with pseudonyms that stay different', () => {
    expect(problems({id: 'drop', email: 'drop', born: 'drop', ward: 'blank', score: 'blank', seen: 'year'})).toEqual([]);
    expect(problems({id: '{method: fpe, domain: p}'})).toEqual([]);
  });

  test('`constraints: relax` of the policy or of the column leaves them out, and without a profile nothing else was ever promised', async () => {
    const changes = {id: '{method: bucket, width: 10}', score: '{method: bucket, width: 5}'};
    expect(problems(changes)).toHaveLength(2);
    expect(problems(changes, `${expert}\nconstraints: relax`)).toEqual([]);
    expect(problems(changes, '')).toEqual([]);
    expect(problems(changes, 'constraints: fail')).toHaveLength(2);
    expect(problems({...changes, id: '{method: bucket, width: 10, constraints: relax}'})).toEqual([expect.stringMatching(/^people\.score/u)]);
    const out = await pass(policy(columns(changes), 'constraints: relax'), people, []);
    expect(out!.omissions).toEqual(expect.arrayContaining(['unique primary key: its column id is changed', 'check c_score: it uses a column that is taken out or changed']));
  });
});

describe('foreign keys', () => {
  const key = (columns: readonly string[], to: string, referenced: readonly string[]): ForeignKey =>
    ({name: 'f', columns, table: to, referencedColumns: referenced, onUpdate: 'RESTRICT', onDelete: 'RESTRICT'});
  const family = table('family', {id: 'text', x: 'int'}, {primaryKey: ['id']});
  const twins = table('twins', {familyid: 'text', twin: 'int'}, {foreignKeys: [key(['familyid'], 'family', ['id'])]});
  const problems = (here: string, there: string, top = '') => {
    const names = ['a', 'b'].filter(name => `${here}${there}`.includes(`domain: ${name}`));
    return withKey(policy(`  twins: {columns: {familyid: ${here}, twin: keep}}\n  family: {columns: {id: ${there}, x: keep}}`,
      `${top}\ndomains: {${names.map(name => `${name}: {form: hex}`).join(', ')}}`), [family, twins]);
  };
  const hmac = (domain: string) => `{method: hmac, domain: ${domain}}`;

  test('join when both ends are treated alike, in one domain', () => {
    expect(problems(hmac('a'), hmac('a'))).toEqual([]);
    const transform = deidentify(policy(`  twins: {columns: {familyid: ${hmac('a')}, twin: keep}}\n  family: {columns: {id: ${hmac('a')}, x: keep}}`, 'domains: {a: {form: hex}}'), {key: testKey()});
    transform.check(catalogOf([family, twins]));
    expect(transform.plan(twins)!.schema.foreignKeys).toHaveLength(1);
    const one = transform.plan(twins)!.apply({rows: [['7', 1]], position: null}).rows[0]![0];
    expect(one).toBe(transform.plan(family)!.apply({rows: [['7', 1]], position: null}).rows[0]![0]);
    expect(one).not.toBe('7');
  });

  test('with ends in two domains, or of which one is kept, are a problem with or without a profile', () => {
    expect(problems(hmac('a'), hmac('b'))).toEqual([
      expect.stringMatching(/^twins\.familyid: policy\.yaml:6:\d+ .*: refers by the foreign key f to family\.id, and the two are not treated alike \(hmac domain "a" here, hmac domain "b" there\): they would not join$/u),
    ]);
    expect(problems('keep', hmac('a'))).toEqual([expect.stringMatching(/\(keep here, hmac domain "a" there\)/u)]);
    expect(problems(hmac('a'), 'keep')).toEqual([expect.stringMatching(/\(hmac domain "a" here, keep there\)/u)]);
  });

  test('with an end that is taken out are no keys any more', () => {
    expect(problems('drop', hmac('a'))).toEqual([]);
    expect(problems(hmac('a'), 'drop')).toEqual([]);
  });

  test('that lose their values in different ways are a problem where constraints count', () => {
    const lossy = '{method: suppressRare, below: 3}';
    expect(problems(lossy, 'keep', 'constraints: fail')).toEqual([expect.stringMatching(/\(suppressRare below 3 here, keep there\)/u)]);
    expect(problems(lossy, 'keep')).toEqual([]);
  });

  test('are not needed to know that keys of persons belong together', () => {
    const [one, two] = [table('one', {pid: 'text', a: 'int'}), table('two', {pid: 'text', b: 'int'})];
    const rules = (pid: string, subjects = '{"*": {key: [pid]}}') => policy(`  one: {columns: {pid: ${hmac('a')}, a: keep}}\n  two: {columns: {pid: ${pid}, b: keep}}`, `domains: {a: {form: hex}}\nsubjects: ${subjects}`);
    expect(withKey(rules('keep'), [one, two])).toEqual([
      expect.stringMatching(/^two\.pid: .*tells whose row it is, as one\.pid, and the two are not treated alike \(keep here, hmac domain "a" there\)/u),
    ]);
    expect(withKey(rules(hmac('a')), [one, two])).toEqual([]);
    expect(withKey(rules('drop'), [one, two])).toEqual([]);
    expect(withKey(rules('keep', '{one: {key: [pid]}}'), [one, two])).toEqual([]);
  });
});

test('pseudonyms of a domain are the same in every table, database and column type, and in no other domain or with another key', () => {
  const rules = (domain: string) => policy(`  "*": {columns: {who: {method: hmac, domain: ${domain}}}}`, `domains: {${domain}: {form: hex}}`);
  const pseudonym = (name: string, type: 'int' | 'text', value: string | number, domain: string, turn = 0) =>
    deidentify(rules(domain), {key: testKey(turn)}).plan(table(name, {who: type}))!.apply({rows: [[value]], position: null}).rows[0]![0];
  const here = pseudonym('a', 'int', 7, 'person');
  expect(pseudonym('b', 'text', '7', 'person')).toBe(here);
  expect(pseudonym('a', 'int', 7, 'family')).not.toBe(here);
  expect(pseudonym('a', 'int', 7, 'person', 1)).not.toBe(here);
});

describe('whose rows a table has', () => {
  const people = table('people', {id: 'int', seen: 'date'});
  test('must be said for methods that depend on it', () => {
    const rules = (top: string) => policy('  people: {columns: {id: keep, seen: dateShift}}', top);
    expect(withKey(rules(''), [people])).toEqual([expect.stringMatching(/^people\.seen: policy\.yaml:5:\d+ .*: dateShift must know whose rows these are: give `subjects: \{people: \{key: \[\.\.\.\]\}\}`$/u)]);
    expect(withKey(rules('subjects: {people: {key: [id]}}'), [people])).toEqual([]);
  });

  test.each([
    ['{peple: {key: [id]}}', /^policy\.yaml:3:\d+ subjects\.peple: there is no table peple; did you mean people\?$/u],
    ['{"x*": {key: [id]}}', /^policy\.yaml:3:\d+ subjects\.x\*: no table is like x\*$/u],
    ['{people: {key: [idd]}}', /^people: policy\.yaml:3:\d+ subjects\.people: there is no column idd in table people; did you mean id\?$/u],
    ['{"p*": {key: [id]}, "*e": {key: [seen]}}', /^people: these rules disagree, and none is more exact: policy\.yaml:3:\d+ subjects\.p\*; policy\.yaml:3:\d+ subjects\.\*e$/u],
  ])('%s is a problem', (subjects, expected) => {
    expect(check(policy('  people: {columns: {"*": keep}}', `subjects: ${subjects}`), [people])).toEqual([expect.stringMatching(expected)]);
  });
});

test('columns that identify together must exist', () => {
  const rules = policy('  people: {columns: {"*": keep}}', 'risk: {k: 11, quasi: {people: [sx, born], peple: [sex]}}');
  expect(check(rules, [table('people', {sex: 'int', born: 'int'})])).toEqual([
    expect.stringMatching(/^policy\.yaml:3:\d+ risk\.quasi\.people: there is no column sx in table people; did you mean sex\?$/u),
    expect.stringMatching(/^policy\.yaml:3:\d+ risk\.quasi\.peple: there is no table peple; did you mean people\?$/u),
  ]);
});

describe('a column that is of another type than when somebody decided', () => {
  const rules = (type: string) => policy(`  t: {columns: {a: {method: keep, type: ${JSON.stringify(type)}}}}`);
  const now = table('t', {a: {type: 'text', native: {dialect: 'mysql', sql: 'varchar(50)'}}});
  test('stops the run', () => {
    expect(check(rules('int'), [now])).toEqual([expect.stringMatching(/^t\.a: policy\.yaml:5:\d+ .*: the column was of type int when this was decided, and is text now: look at it again$/u)]);
    expect(check(rules('varchar(20)'), [now])).toEqual([expect.stringMatching(/was of type varchar\(20\) when this was decided, and is varchar\(50\) now/u)]);
  });
  test('may be written as the source spells it or in the words of the policy', () => {
    expect(check(rules('text'), [now])).toEqual([]);
    expect(check(rules('VARCHAR(50)'), [now])).toEqual([]);
  });
});

describe('keys and vault', () => {
  const people = table('people', {id: 'text'});
  test.each([['hmac', /^policy\.yaml:5:\d+ .*: hmac needs a master key: give it by a file/u], ['surrogate', /^policy\.yaml:5:\d+ .*: surrogate needs a vault: name the file/u]])('%s without them is a problem before a row is read', (method, expected) => {
    const rules = policy(`  people: {columns: {id: {method: ${method}, domain: p}}}`, 'domains: {p: {}}');
    expect(told(deidentify(rules).check(catalogOf([people])))).toEqual([expect.stringMatching(expected)]);
  });
});
