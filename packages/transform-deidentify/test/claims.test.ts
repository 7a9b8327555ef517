import {PipelineError, type Schema} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {checkPolicy, deidentify, parsePolicy, type Policy} from '@sluice/transform-deidentify';
import {testKey} from './change.ts';
import {catalogOf, check, table, told as messages} from './tables.ts';

const policy = (columns: string, top = ''): Policy => parsePolicy(`version: 1\nasOf: 2026-01-01\n${top}\ntables:\n  t:\n    columns:\n      id: {method: keep, class: none}\n${columns.split('\n').map(line => `      ${line}`).join('\n')}\n`);
const schema = (columns: string): Schema => table('t', {
  id: 'int', ...Object.fromEntries(columns.split('\n').map(line => [line.split(':')[0]!, /age/u.test(line) ? 'int' as const : 'text' as const])),
});
const judged = (columns: string, top = '') => checkPolicy(policy(columns, top), catalogOf([schema(columns)]));
const claimOf = (columns: string) => judged(columns).claim;

describe('the strongest claim', () => {
  test.each([
    ['x: {method: drop, class: ssn}', 'safe-harbor'],
    ['x: {method: tag, class: name.full}', 'safe-harbor'],
    ['x: {method: zip3, class: geo.zip}', 'safe-harbor'],
    ['x: {method: toState, class: B}', 'safe-harbor'],
    ['x: {method: year, class: date.service}', 'safe-harbor'],
    ['x: {method: yearFloor90, class: date.birth}', 'safe-harbor'],
    ['age: {method: age90, class: age}', 'safe-harbor'],
    ['age: {method: topCode, max: 89, class: age}', 'safe-harbor'],
    ['age: {method: keep, class: age, reason: capped by the age transform}', 'safe-harbor'],
    ['x: {method: keep, class: quasi}', 'safe-harbor'],
    ['x: {method: keep, class: provider}', 'safe-harbor'],
    ['x: {method: keep, class: key.surrogate}', 'safe-harbor'],
    ['x: {method: year, class: date.birth}', 'limited-data-set'],
    ['age: {method: topCode, max: 95, class: age}', 'limited-data-set'],
    ['age: {method: bucket, width: 10, class: age}', 'limited-data-set'],
    ['age: {method: keep, class: age}', 'limited-data-set'],
    ['x: {method: month, class: date.service}', 'limited-data-set'],
    ['x: {method: keep, class: date.service}', 'limited-data-set'],
    ['x: {method: keep, class: geo.city}', 'limited-data-set'],
    ['x: {method: keep, class: R, reason: the trial number}', 'limited-data-set'],
    ['x: {method: keep, class: geo.street}', 'expert'],
    ['x: {method: keep, class: mrn, reason: of no use to anybody}', 'expert'],
    ['x: {method: keep, class: name.initials}', 'expert'],
    ['x: {method: suppressRare, below: 5, class: name.family}', 'expert'],
    ['x: {method: localSuppress, k: 5, first: year, class: date.service}', 'safe-harbor'],
    ['x: {method: localSuppress, k: 5, class: date.service}', 'limited-data-set'],
    ['x: {method: keep, class: freeText, reason: read by two people}', 'expert'],
    ['x: {method: keep, class: blob, reason: scales}', 'expert'],
    ['x: {method: keep, class: secret, reason: nobody needs it}', null],
    ['x: undecided', null],
    ['doc: {json: {"$.name": {method: drop, class: A}, "$.zip": {method: zip3, class: geo.zip}}}', 'safe-harbor'],
    ['doc: {json: {"$.name": {method: drop, class: A}, "$.city": {method: keep, class: geo.city}}}', 'limited-data-set'],
  ])('of %s is %s', (columns, claim) => {
    expect(claimOf(columns)).toBe(claim);
  });

  test('is that of the weakest decision, and all that prevent a stronger one are named', () => {
    const {claim, prevented} = judged('city: {method: keep, class: geo.city}\nemail: {method: keep, class: F}\nzip: zip3\nlastname: keep\ndoc: {json: {"$.seen": {method: month, class: C}}}');
    expect(claim).toBe('expert');
    expect(prevented.map(({claim, path, reason}) => `${claim} ${path}: ${reason}`)).toEqual([
      'safe-harbor t.city: keep of class geo.city (geographic subdivisions smaller than a state) leaves a place smaller than a state',
      'safe-harbor t.email: keep of class F (e-mail addresses) leaves a direct identifier, or a part of one',
      'safe-harbor t.lastname: keep under safe-harbor of what looks like an identifier (A, name) needs a rule by name with a reason',
      'safe-harbor t.doc $.seen: month is enough for limited-data-set only',
      'limited-data-set t.email: keep of class F (e-mail addresses) leaves a direct identifier, or a part of one',
      'limited-data-set t.lastname: keep under safe-harbor of what looks like an identifier (A, name) needs a rule by name with a reason',
    ]);
  });

  test('a higher one is refused, with the line', () => {
    const columns = 'city: {method: keep, class: geo.city, reason: needed}\nemail: {method: keep, class: F, reason: needed}\ncode: {method: keep, class: secret, reason: needed}';
    const refused = (profile: string) => check(policy(columns, `profile: ${profile}`), [schema(columns)]).map(problem => problem.replace(/^policy.yaml:(\d+):\d+ \S+ /u, '$1 '));
    expect(refused('safe-harbor')).toEqual([
      '8 keep of class geo.city (geographic subdivisions smaller than a state) leaves a place smaller than a state, which is not enough for safe-harbor, only for limited-data-set',
      '9 keep of class F (e-mail addresses) leaves a direct identifier, or a part of one, which is not enough for safe-harbor, only for expert',
      '10 keep of class secret (credential) would hand out a credential, and no release can have it',
    ].map(line => line.replace(/^(\d+) /u, '$1 ')));
    expect(refused('limited-data-set')).toHaveLength(2);
    expect(refused('expert')).toHaveLength(1);
  });

  test('needs an attestation to be complete', () => {
    const warned = (top: string) => judged('x: drop', `profile: safe-harbor\n${top}`).warnings;
    expect(warned('')).toEqual([expect.stringMatching(/Safe Harbor also needs that nobody here knows .*give `attestation`/u)]);
    expect(warned('attestation: {actualKnowledge: none, by: Privacy Office, on: 2026-01-01}')).toEqual([]);
  });
});

describe('two columns that tell together what each hides:', () => {
  const dated = table('t', {id: 'int', dateofbirth: 'date', age: 'int', visit: 'date', entered: 'timestamp'});
  const told = (columns: string, top = 'profile: safe-harbor') => messages(deidentify(policy(columns, top), {key: testKey()}).check(catalogOf([dated])));

  test('a capped age and the true year of birth', () => {
    const columns = (birth: string) => `dateofbirth: ${birth}\nage: age90\nvisit: year\nentered: drop`;
    expect(told(columns('{method: year, reason: nobody is old}'))).toEqual([
      't.dateofbirth: policy.yaml:8:7 tables.t.columns.dateofbirth: tells by t.dateofbirth the ages over 89 that t.age hides: use yearFloor90',
    ]);
    expect(told(columns('yearFloor90'))).toEqual([]);
    expect(told(columns('drop'))).toEqual([]);
    expect(told(columns('{method: year, reason: nobody is old}'), 'profile: limited-data-set')).toEqual([]);
    expect(checkPolicy(policy(columns('{method: year, reason: nobody is old}')), catalogOf([dated])).claim).toBe('limited-data-set');
  });

  test('and in two tables, where it is known whose rows they have', () => {
    const [births, ages] = [table('births', {id: 'int', dateofbirth: 'date'}), table('ages', {id: 'int', age: 'int'})];
    const rules = (top: string) => parsePolicy(`version: 1
profile: safe-harbor
${top}
tables:
  births: {columns: {id: keep, dateofbirth: {method: year, reason: nobody is old}}}
  ages: {columns: {id: keep, age: age90}}`);
    expect(check(rules('subjects: {"*": {key: [id]}}'), [births, ages])).toEqual([expect.stringMatching(/^births\.dateofbirth: .*tells by births\.dateofbirth the ages over 89 that ages\.age hides/u)]);
    expect(check(rules(''), [births, ages])).toEqual([]);
  });

  test('a shifted date and one that is kept', () => {
    const shifted = (entered: string) => told(`dateofbirth: drop\nage: keep\nvisit: dateShift\nentered: ${entered}`, 'profile: limited-data-set\nsubjects: {t: {key: [id]}}');
    expect(shifted('keep')).toEqual([expect.stringMatching(/^t\.entered: policy\.yaml:12:\d+ .*keeps a date beside t\.visit, which is shifted: it tells by how many days/u)]);
    expect(shifted('{method: keep, class: date.service, reason: needed}')).toHaveLength(1);
    expect(shifted('{method: keep, class: provider, reason: when the clerk came}')).toEqual([]);
    expect(shifted('dateShift')).toEqual([]);
    expect(shifted('year')).toEqual([]);
  });

  test('a kept key of an identifier that is taken out elsewhere', () => {
    const people = table('people', {mrn: 'text', x: 'int'}, {primaryKey: ['mrn']});
    const visits = table('visits', {patient: 'text'}, {foreignKeys: [{name: 'f', columns: ['patient'], table: 'people', referencedColumns: ['mrn'], onUpdate: 'RESTRICT', onDelete: 'RESTRICT'}]});
    const rules = (patient: string) => parsePolicy(`version: 1\nprofile: safe-harbor\ntables: {people: {columns: {mrn: {method: drop, class: H}, x: keep}}, visits: {columns: {patient: ${patient}}}}`);
    expect(check(rules('keep'), [people, visits])).toEqual([expect.stringMatching(/^visits\.patient: .*keeps what is taken out of people\.mrn, an identifier of class H/u)]);
    expect(check(rules('{method: keep, class: none, reason: numbers of the copy}'), [people, visits])).toEqual([]);
  });
});

test('what only looks like an identifier is not let through by methods that leave most values either', () => {
  const columns = 'lastname: {method: suppressRare, below: 5}\nage: {method: bucket, width: 10}';
  expect(check(policy(columns, 'profile: safe-harbor'), [schema(columns)])).toEqual([
    expect.stringMatching(/^t\.lastname: .*suppressRare under safe-harbor of what looks like an identifier \(A, name\) needs a rule by name with a reason$/u),
  ]);
});

describe('inside of documents the same counts:', () => {
  const told = (paths: string, profile = 'safe-harbor') => check(policy(`doc: {json: ${paths}}`, `profile: ${profile}`), [table('t', {id: 'int', doc: 'json'})]);
  test('what looks like an identifier by its last name is kept only with a reason', () => {
    expect(told('{$.person.lastName: keep, "$.phones[]": keep, $.score: keep}')).toEqual([
      expect.stringMatching(/^t\.doc \$\.person\.lastName: policy\.yaml:8:\d+ .*: keep under safe-harbor of what looks like an identifier \(A, name\) needs a rule by name with a reason$/u),
      expect.stringMatching(/^t\.doc \$\.phones\[\]: .*\(D, telephone\)/u),
    ]);
    expect(told('{$.person.lastName: {method: keep, class: provider, reason: of the nurse}}')).toEqual([]);
  });
  test('and so is whatever else is there', () => {
    for (const paths of ['{$: keep}', '{$.*: keep}', '{$.a.**: keep}']) expect(told(paths), paths).toEqual([expect.stringMatching(/looks like an identifier \(a document\)/u)]);
    expect(told('{$.*: {method: keep, reason: answers by number}}')).toEqual([]);
    expect(told('{$.*: keep}', 'expert')).toEqual([]);
    expect(judged('doc: {json: {$.lastName: keep}}').claim).toBe('expert');
  });
  test('a capped age and the true year of birth', () => {
    expect(told('{$.age: age90, $.dob: {method: year, class: date.birth, reason: nobody is old}}')).toEqual([
      expect.stringMatching(/^t\.doc \$\.dob: .*tells by t\.doc \$\.dob the ages over 89 that t\.doc \$\.age hides/u),
    ]);
    expect(told('{$.age: age90, $.dob: yearFloor90}')).toEqual([]);
  });
});

describe('contradictions in the policy itself', () => {
  const told = (text: string): string[] => {
    try {
      parsePolicy(text);
    } catch (error) {
      if (error instanceof PipelineError) return error.problems.map(({path, message}) => `${path}: ${message}`);
      throw error;
    }
    throw new Error('nothing was wrong');
  };
  test.each([
    ['a method for places and a class of names', 'tables: {t: {columns: {a: {method: zip3, class: name.given}}}}',
      'policy.yaml:3:24 tables.t.columns.a: zip3 is for places, and class name.given is names'],
    ['a method for dates and a class of telephone numbers', 'tables: {t: {columns: {a: {method: year, class: D}}}}',
      'policy.yaml:3:24 tables.t.columns.a: year is for dates and ages, and class D is telephone numbers'],
    ['a domain that nobody has named', 'domains: {family: {form: integer}}\ntables: {t: {columns: {a: {method: surrogate, domain: famly}, b: {method: surrogate, domain: family}}}}',
      'policy.yaml:4:24 tables.t.columns.a: there is no domain famly; did you mean family?; name it under `domains`'],
    ['a domain without columns', 'domains: {family: {form: integer}}\ntables: {t: exclude}', 'policy.yaml:3:11 domains.family: no column is in the domain family'],
    ['two methods of one domain that do not join', 'domains: {person: {}}\ntables: {t: {columns: {a: {method: surrogate, domain: person}, b: {method: hmac, domain: person}}}}',
      'policy.yaml:4:64 tables.t.columns.b: hmac does not join with surrogate, which the domain person has elsewhere: policy.yaml:4:24 tables.t.columns.a'],
    ['dates of persons that move apart', 'tables: {t: {columns: {a: dateShift, b: {method: dateShift, days: 30}}}}',
      'policy.yaml:3:38 tables.t.columns.b: moves dates by other numbers of days than elsewhere, and what lies between them would not stay: policy.yaml:3:24 tables.t.columns.a'],
    ['two spellings of one setting', 'undecided: drop\nonUnknown: fail\ntables: {}', 'policy.yaml:4:1 onUnknown: is the same as `undecided`: give one of them'],
    ['two spellings in a document', 'tables: {t: {columns: {a: {json: {$: keep}, undecided: drop, onUnknown: drop}}}}',
      'policy.yaml:3:62 tables.t.columns.a.onUnknown: is the same as `undecided`: give one of them'],
    ['a review that is due before the release', 'asOf: 2026-01-01\nreviewBy: 2025-12-31\ntables: {}', 'policy.yaml:4:11 reviewBy: is before the day of the release'],
    ['an acceptance that has expired', 'asOf: 2026-01-01\nrisk: {k: 11, accepted: [{check: k, reason: small, decidedBy: PO, expires: 2025-12-31}]}\ntables: {}',
      'policy.yaml:4:26 risk.accepted[0]: the acceptance of k has expired before the day of the release'],
    ['a method that takes no domain', 'domains: {p: {}}\ntables: {t: {columns: {a: {method: drop, domain: p}}}}', 'policy.yaml:4:42 tables.t.columns.a.domain: is not a known key'],
    ['an unknown class', 'tables: {t: {columns: {a: {method: drop, class: name.givn}}}}', expect.stringMatching(/^policy\.yaml:3:\d+ tables\.t\.columns\.a\.class: .*did you mean name\.given\?/u)],
    ['no decision but a class', 'tables: {t: {columns: {a: {class: A}}}}', expect.stringMatching(/^policy\.yaml:3:\d+ tables\.t\.columns\.a\.method: is missing/u)],
  ])('%s', (_, text, expected) => {
    expect(told(`version: 1\nprofile: expert\n${text}`)).toEqual([expected]);
  });
});
