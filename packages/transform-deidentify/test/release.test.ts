import {CANARY, expectNoLeak} from '@sluice/testkit';
import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {checkPolicy, deidentify, draftPolicy, parseLegacySettings, parsePolicy, releasePolicy, type Proposal} from '@sluice/transform-deidentify';
import {testKey} from './change.ts';
import {catalogOf, table, told} from './tables.ts';

const people = table('people', {id: 'text', 'last name': 'text', born: 'date', doc: 'json', note: 'text'});
const staff = table('staff', {name: 'text'});
const text = `version: 1
profile: limited-data-set
asOf: 2026-01-01
domains: {person: {form: hex}}
subjects: {people: {key: [id]}}
tables:
  staff: {exclude: true, reason: not about patients}
  people:
    columns:
      id: {method: hmac, domain: person, class: R}
      last name: {method: drop, class: name.family, reason: a name, decidedBy: PO}
      born: {method: yearFloor90, class: date.birth}
      note: blank
      doc: {json: {$.phone: {method: drop, class: phone}, $.score: keep, $.seen: {method: month, class: date.service}}}
risk: {k: 11, t: 0.4, quasi: {"p*": [born]}, accepted: [{check: "residual:people", reason: few, decidedBy: PO, expires: 2026-06-30}]}
attestation: {actualKnowledge: none, by: Privacy Office, on: 2025-12-31}
reviewBy: 2027-01-01
`;

test('what a policy decided is told as plain data', () => {
  const transform = deidentify(parsePolicy(text), {key: testKey()});
  expect(told(transform.check(catalogOf([people, staff])))).toEqual([]);
  const release = releasePolicy(transform);
  expect(JSON.parse(JSON.stringify(release))).toEqual(release);
  const plain = {path: null, class: null, kind: null, reason: null, decidedBy: null, random: false};
  expect(release).toEqual({
    profile: 'limited-data-set', claim: 'limited-data-set', version: 1, asOf: '2026-01-01', reviewBy: '2027-01-01',
    prevented: [
      {claim: 'safe-harbor', path: 'people.id', reason: 'hmac is enough for limited-data-set only'},
      {claim: 'safe-harbor', path: 'people.doc $.seen', reason: 'month is enough for limited-data-set only'},
    ],
    sha256: createHash('sha256').update(text).digest('hex'),
    excluded: [{table: 'staff', reason: 'excluded by the policy: not about patients'}],
    keyIds: [testKey().id],
    attestation: {actualKnowledge: 'none', by: 'Privacy Office', on: '2025-12-31'},
    risk: {
      quasi: [{table: 'people', column: 'born'}], thresholds: {k: 11, t: 0.4},
      accepted: [{check: 'residual:people', reason: 'few', decidedBy: 'PO', expires: '2026-06-30'}],
    },
    tables: [{table: 'people', subject: ['id'], columns: [
      {...plain, column: 'id', class: 'R', method: 'hmac', parameters: 'hmac domain "person"', effect: 'changed'},
      {...plain, column: 'last name', class: 'A', kind: 'name.family', method: 'drop', parameters: 'drop', reason: 'a name', decidedBy: 'PO', effect: 'dropped'},
      {...plain, column: 'born', class: 'C', kind: 'date.birth', method: 'yearFloor90', parameters: 'yearFloor90', effect: 'changed'},
      {...plain, column: 'doc', method: 'json', parameters: 'json $.phone drop, $.score keep, $.seen month', effect: 'changed'},
      {...plain, column: 'doc', path: '$.phone', class: 'D', kind: 'phone', method: 'drop', parameters: 'drop', effect: 'dropped'},
      {...plain, column: 'doc', path: '$.score', method: 'keep', parameters: 'keep', effect: 'kept'},
      {...plain, column: 'doc', path: '$.seen', class: 'C', kind: 'date.service', method: 'month', parameters: 'month', effect: 'changed'},
      {...plain, column: 'note', method: 'blank', parameters: 'blank', effect: 'blanked'},
    ]}],
  });
});

test('a policy without any of it, and what was dropped because nobody decided', () => {
  const transform = deidentify(parsePolicy('version: 1\nundecided: drop\ntables: {people: {columns: {born: year}}}'));
  transform.check(catalogOf([people, staff]));
  const release = releasePolicy(transform);
  expect(release).toMatchObject({profile: null, asOf: null, attestation: null, reviewBy: null, keyIds: [], risk: {quasi: null, thresholds: {}, accepted: []}});
  expect(release.excluded).toEqual([{table: 'staff', reason: 'not in the policy'}]);
  expect(release.tables[0]!.columns[0]).toMatchObject({column: 'id', method: 'drop', reason: 'not in the policy', effect: 'dropped'});
});

test('what goes without a class counts as what its name says, so that its values are looked for; what somebody classified, and what stays, as that', () => {
  const transform = deidentify(parsePolicy(`version: 1
undecided: drop
tables: {people: {columns: {id: keep, last name: drop, born: keep, note: {method: drop, class: none}, doc: {json: {$.first_name: drop, $.phone: keep, $.x: drop}}}}}`));
  transform.check(catalogOf([people]));
  const [columns] = releasePolicy(transform).tables.map(one => Object.fromEntries(one.columns.map(({column, path, class: of, kind}) => [path ?? column, kind ?? of])));
  expect(columns).toEqual({id: null, 'last name': 'name.family', born: null, note: 'none', doc: null, '$.first_name': 'name.given', '$.phone': null, '$.x': null});
});

test('a surrogate is told to be random, a key that made no value is none', () => {
  const surrogate = parsePolicy('version: 1\ndomains: {p: {}}\ntables: {staff: {columns: {name: {method: surrogate, domain: p}}}}');
  const transform = deidentify(surrogate);
  transform.check(catalogOf([staff]));
  expect(releasePolicy(transform).tables[0]!.columns[0]).toMatchObject({random: true, effect: 'changed'});
});

test('old settings support no claim: what they do not name is kept', () => {
  const {claim, problems, prevented} = checkPolicy(parseLegacySettings(JSON.stringify({tables_we_dont_want_anything_to_do_with: [], tables_to_sanitize: {people: ['note']}})), catalogOf([people, staff]));
  expect([claim, problems]).toEqual([null, []]);
  expect(prevented.map(({claim, reason}) => `${claim}: ${reason}`)).toContain('expert: 5 columns are kept that nobody has decided about');
});

describe('a draft', () => {
  const hostile = table('it\'s "x*"\\', {'a: b # c': {native: {dialect: 'mysql', sql: "enum('Ann','Bob')"}}, null: {type: 'int', native: {dialect: 'mysql', sql: 'int(11)'}}, doc: 'json'}, {primaryKey: []});
  const proposals: Proposal[] = [
    {table: 'people', column: 'last name', class: 'A', kind: 'name.family', score: 0.97, reasons: ['named so', '93 of 100 values\nare surnames']},
    {table: 'people', column: 'note', class: 'freeText', score: 0.3, reasons: []},
    {table: 'people', column: 'id', class: 'none', score: 0.9, reasons: ['a count']},
    {table: 'people', column: 'doc', path: '$.phone', class: 'D', kind: 'phone', score: 0.99, reasons: ['valid numbers']},
    {table: 'people', column: 'doc', path: '$["odd # name"][]', class: 'none', score: 0.1, reasons: []},
  ];
  const draft = draftPolicy(catalogOf([people, hostile]), proposals, {profile: 'expert', asOf: '2026-01-01'});

  test('tells what every column was proposed to be, and decides nothing', () => {
    expect(draft.split('\n').slice(4)).toEqual([
      'version: 1', 'profile: expert', 'asOf: 2026-01-01',
      '# domains: {person: {form: uuid}}            # pseudonyms of one domain join, in all tables and databases',
      '# subjects: {"some_*": {key: [person_id]}}   # whose rows these are',
      'tables:', '  people:', '    columns:',
      '      id: {method: undecided, type: "text"} # none (not an identifier), 0.90: a count',
      '      "last name": {method: undecided, class: name.family, type: "text"} # A name.family (names), 0.97: named so; 93 of 100 values are surnames',
      '      born: {method: undecided, type: "date"}',
      '      doc:', '        type: "json"', '        json:',
      '          "$.phone": {method: undecided, class: phone} # D phone (telephone numbers), 0.99: valid numbers',
      '          "$[\\"odd # name\\"][]": {method: undecided} # none (not an identifier), 0.10',
      '      note: {method: undecided, type: "text"} # freeText (free text), 0.30',
      '  "it\'s \\"x\\\\*\\"\\\\\\\\":', '    columns:',
      '      "a: b # c": {method: undecided, type: "text"}', '      "null": {method: undecided, type: "int(11)"}', '      doc: {method: undecided, type: "json"}', '',
    ]);
  });

  test('is a policy that stops a run, and with decisions one that does not', () => {
    const problems = deidentify(parsePolicy(draft)).check(catalogOf([people, hostile]));
    expect(problems.every(({undecided}) => undecided)).toBe(true);
    expect(problems.map(({path}) => path)).toEqual(['people.doc $.phone', 'people.doc $["odd # name"][]', 'people.id', 'people.last name', 'people.born', 'people.note', 'it\'s "x*"\\']);
    const filled = deidentify(parsePolicy(draft.replaceAll('undecided', 'keep')));
    expect(told(filled.check(catalogOf([people, hostile])))).toEqual([]);
  });

  test('of nothing is a policy, too, and views are named', () => {
    expect(parsePolicy(draftPolicy(catalogOf([]))).tables).toEqual([]);
    expect(draftPolicy(catalogOf([], [{name: 'v*', columns: [], dialect: 'mysql', sql: ''}]))).toContain('#   "v\\\\*": keep');
  });
});

test('no document, key or value is in anything that is told', () => {
  const transform = deidentify(parsePolicy(text), {key: testKey()});
  transform.check(catalogOf([people, staff]));
  const plan = transform.plan(people)!;
  const {rows} = plan.apply({rows: [['1', CANARY, '1950-02-03', `{"phone":"${CANARY}","score":1,"seen":"2020-02-03"}`, CANARY]], position: null});
  expect(rows[0]!.slice(1)).toEqual([1950, '{"score":1,"seen":"2020-02"}', null]);
  expectNoLeak([rows, plan.notes!(), plan.effects, plan.omissions, releasePolicy(transform), transform.fingerprint!(people)], CANARY);
});
