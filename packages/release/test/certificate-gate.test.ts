import {createHash, generateKeyPairSync} from 'node:crypto';
import {chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ReleasePolicy, Row, Schema} from '@sluice/core';
import {CANARY} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {parseCertificate, scannerFor, type CertificateGate} from '../src/index.ts';
import {column, copy, finding, folders, policyOf, statuses, type Rules, type Table} from './lab.ts';

const folder = folders();
const surnames = ['Okafor', 'Nowak', 'Zielinski', 'Delacroix', 'Nakamura', 'Andersson', 'Petrov', 'Haddad'];
const patients: Schema = {
  table: 'patient', primaryKey: ['id'], indexes: [{name: 'mrn', unique: true, parts: [{column: 'mrn'}]}],
  columns: [column('id', 'int', false), column('name'), column('mrn'), column('born', 'date'), column('zip'), column('sex'), column('disease'), column('note'), column('score', 'int')],
};
const rows = (n = 40): Row[] => Array.from({length: n}, (_, i): Row => [
  i + 1, `${surnames[i % 8]!} ${CANARY}`, `MR-00${123_450 + i}`, `19${50 + i % 4}-0${1 + i % 9}-11`, `0213${i % 3}`, i % 2 === 0 ? 'f' : 'm', i % 3 === 0 ? 'flu' : 'gout', `Seen ${surnames[i % 8]!} on ${CANARY}.`, i % 5,
]);
const table = (own = rows()): Table => ({schema: patients, rows: own});
const rules: Rules[string] = {
  id: {class: 'key.surrogate', method: 'keep'},
  name: {class: 'A', kind: 'name.full', method: 'drop', apply: null},
  mrn: {class: 'H', kind: 'mrn', method: 'surrogate', apply: (_, i) => `s${(i * 7919 % 1000).toString(36)}x${i}`},
  born: {class: 'C', kind: 'date.birth', method: 'year', apply: value => Number(String(value).slice(0, 4)), type: 'int'},
  zip: {class: 'B', kind: 'geo.zip', method: 'zip3', apply: value => value === '02130' ? '000' : String(value).slice(0, 3)},
  sex: {class: 'quasi', method: 'keep'},
  disease: {class: 'sensitive', method: 'keep'},
  note: {class: 'freeText', method: 'redactText', apply: () => 'Seen [NAME] on [DATE].'},
  score: {class: 'none', method: 'keep'},
};
const masked: Rules = {patient: rules};
const with_ = (name: string, rule: Partial<Rules[string][string]>): Rules => ({patient: {...rules, [name]: {...rules[name]!, ...rule}}});
const risks = (risk: Partial<ReleasePolicy['risk']>): Partial<ReleasePolicy> => ({risk: {quasi: null, thresholds: {}, accepted: [], ...risk}});
const read = (file: string) => readFileSync(file, 'utf8');
const problemsFound = (id: string, {certificate}: CertificateGate) => certificate!.checks.find(check => check.id === id)!.problems;

describe('a release that is in order', () => {
  test('goes live with a certificate of all nine parts, and not one value in it or on its page', async () => {
    const where = folder();
    const {report, gate, to} = await copy([table()], masked, where, {operator: 'a data steward', population: 100_000, notChecked: ['pictures in the archive']});
    expect(report).toMatchObject({status: 'ok', published: true});
    expect(to.tables.get('patient')!.rows).toHaveLength(40);
    const text = read(join(where, 'release.json'));
    const certificate = parseCertificate(text);
    expect(certificate).toEqual(gate.certificate);
    expect(statuses(gate)).toEqual({
      coverage: 'passed', claim: 'passed', attestation: 'passed', rows: 'passed', unique: 'passed', references: 'not applicable', residual: 'passed', leak: 'passed', changed: 'passed',
      k: 'reported', l: 'reported', t: 'reported', uniqueness: 'reported', averageRisk: 'reported',
    });
    expect(certificate).toMatchObject({
      status: 'passed', sequence: 1, previous: null, signature: null,
      identity: {operator: 'a data steward', published: true, source: {label: 'memory:from'}, target: {label: 'memory:to', file: null}, policy: {sha256: 'ab'.repeat(32), asOf: '2026-06-01'}},
      method: {claimed: 'safe-harbor', computed: 'safe-harbor'},
      freeText: {documents: 40, redactions: {'[NAME]': 40, '[DATE]': 40}, review: {sample: 40, upperBound: 0.075}},
      attestation: {by: 'a privacy officer'}, reviewBy: '2027-01-01',
    });
    expect(certificate.notChecked).toContain('pictures in the archive');
    expect(certificate.categories).toHaveLength(18);
    expect(certificate.categories.find(({class: letter}) => letter === 'A')).toMatchObject({columns: [{column: 'name', effect: 'dropped', rows: 40}], verified: expect.arrayContaining(['the column is not there']) as string[]});
    expect(certificate.categories.find(({class: letter}) => letter === 'G')!.notApplicable).not.toBeNull();
    expect(certificate.columns[0]!.columns.map(one => one.column)).toEqual(patients.columns.map(one => one.name));
    expect(certificate.counts.tables[0]).toMatchObject({rowsIn: 40, rowsOut: 40, rowsExpected: 40});
    expect(certificate.counts.tables[0]!.columns.find(one => one.column === 'zip')!.zip000).toBe(14);
    expect(certificate.scans.leak).toMatchObject({hits: [], columns: ['patient.name', 'single words of patient.name', 'patient.mrn', 'patient.zip'], leftOut: {short: 3}});
    expect(certificate.scans.leak.values).toBeGreaterThan(40);
    expect(certificate.scans.changed.find(one => one.column === 'mrn')).toMatchObject({by: 'keys', compared: 40, unchanged: 0});
    const [risk] = certificate.risk.tables;
    expect(risk!.before).toMatchObject({quasi: ['born', 'zip', 'sex'], k: 1});
    expect(risk!.after!.k).toBeGreaterThan(1);
    expect(risk!.after!.sensitive).toEqual([expect.objectContaining({column: 'disease', values: 2})]);
    const page = read(join(where, 'release.html'));
    expect(page).toContain('Released');
    for (const written of [text, page, JSON.stringify(report)]) for (const secret of [CANARY, ...surnames, 'MR-00', '02131', 'gout', 'Seen']) expect(written).not.toContain(secret);
    expect(page).not.toMatch(/<(?:script|link|img)|https?:|@import|url\(/u);
    expect(readdirSync(where).sort()).toEqual(['release.certificates', 'release.html', 'release.json']);
    expect(readdirSync(join(where, 'release.certificates'))).toEqual(['000001.certificate.json']);
  });

  test('is followed by the next, which says what the rules do otherwise', async () => {
    const where = folder();
    const {gate: {certificate: first}} = await copy([table()], masked, where);
    const {gate: {certificate: second}} = await copy([table()], with_('score', {method: 'drop', apply: null}), where);
    expect(second!.sequence).toBe(2);
    expect(second!.previous).not.toBeNull();
    expect(second!.drift).toEqual({since: first!.identity.finishedAt, changes: [{path: 'patient.score', change: 'keep became drop'}]});
    expect(readdirSync(join(where, 'release.certificates'))).toEqual(['000001.certificate.json', '000002.certificate.json']);
  });

  test('follows the last that was kept where the newest one is lost, or an older one was put in its place; none is ever written over', async () => {
    const where = folder();
    const [file, kept] = [join(where, 'release.json'), join(where, 'release.certificates')];
    await copy([table()], masked, where);
    const first = read(file);
    await copy([table()], masked, where);
    const second = read(file);
    rmSync(file);
    const third = (await copy([table()], masked, where)).gate.certificate!;
    expect([third.sequence, third.previous]).toEqual([3, createHash('sha256').update(second).digest('hex')]);
    writeFileSync(file, first);
    expect((await copy([table()], masked, where)).gate.certificate!.sequence).toBe(4);
    expect([read(join(kept, '000001.certificate.json')), read(join(kept, '000002.certificate.json'))]).toEqual([first, second]);
    writeFileSync(join(kept, '000005.certificate.json'), first.replace('"rowsIn":40', '"rowsIn":41'));
    expect((await copy([table()], masked, where)).report).toMatchObject({published: false, error: {code: 'SLUICE_VERIFY'}});
  });

  test('does not go live after a certificate that somebody altered, nor over a file that is none', async () => {
    const where = folder();
    await copy([table()], masked, where);
    const file = join(where, 'release.json');
    writeFileSync(file, read(file).replace('"rowsIn":40', '"rowsIn":41'));
    expect((await copy([table()], masked, where)).report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_VERIFY'}});
    writeFileSync(file, '{}');
    expect((await copy([table()], masked, where)).report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_CONFIG'}});
  });
});

/** What is wrong, which check has to see it, and where. */
const faults: readonly (readonly [string, Rules, string, string, Partial<ReleasePolicy>?])[] = [
  ['a name left in a text', with_('note', {apply: (_, i) => i === 7 ? `Seen ${surnames[7]!} ${CANARY}` : 'Seen [NAME].'}), 'leak', 'patient.note'],
  ['a record number in a column that is kept', with_('score', {type: 'text', method: 'bucket', apply: (value, i) => i === 3 ? 'mr 00123453' : String(value)}), 'leak', 'patient.score'],
  ['what the scan finds in a text', with_('note', {apply: () => 'Seen FINDME today.'}), 'residual', 'patient.note'],
  ['a column that was to be masked and was not', with_('mrn', {method: 'surrogate', apply: value => value}), 'changed', 'patient.mrn'],
  ['keys that are there twice', with_('mrn', {method: 'bucket', apply: (_, i) => `a${i % 39}`}), 'unique', 'patient'],
  ['too few who are alike', masked, 'k', 'patient', risks({thresholds: {k: 11}})],
  ['too few different values', masked, 'l', 'patient.disease', risks({thresholds: {l: 3}})],
  ['a class unlike the whole', masked, 't', 'patient.disease', risks({thresholds: {t: 0.01}})],
  ['too many who are alone', with_('zip', {class: 'quasi', method: 'keep'}), 'uniqueness', 'patient', {...risks({thresholds: {uniqueness: 0}, quasi: ['id', 'zip'].map(name => ({table: 'patient', column: name}))})}],
  ['too high a risk on average', masked, 'averageRisk', 'patient', risks({thresholds: {averageRisk: 0.05}})],
  ['a claim that the rules do not support', masked, 'claim', '', {claim: 'expert'}],
  ['somebody who knows a person', masked, 'attestation', '', {attestation: {actualKnowledge: 'one patient is a public figure', by: 'x', on: '2026-01-01'}}],
  ['an attestation of a day that has not come', masked, 'attestation', '', {attestation: {actualKnowledge: 'none', by: 'x', on: '2026-06-02'}}],
  ['a review that is due', masked, 'attestation', '', {reviewBy: '2026-05-31'}],
];

describe('nothing goes live, and a certificate marked failed stays beside as evidence', () => {
  test.each(faults.map(([what, own, check, path, more = {}]) => ({what, own, check, path, more})))('for $what', async ({own, check, path, more}) => {
    const where = folder();
    const {report, gate, to} = await copy([table()], own, where, {scanner: finding('FINDME')}, policyOf(own, more));
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_RELEASE'}});
    expect(report.error!.problems!.map(one => one.path ?? '')).toContain(path);
    expect(statuses(gate)[check]).toBe('failed');
    expect(to.tables.size).toBe(0);
    expect(readdirSync(where).sort()).toEqual(['release.certificates', 'release.failed.html', 'release.failed.json']);
    expect(readdirSync(join(where, 'release.certificates'))).toEqual([]);
    const text = read(join(where, 'release.failed.json'));
    expect(parseCertificate(text)).toMatchObject({status: 'failed', identity: {published: false}});
    const page = read(join(where, 'release.failed.html'));
    expect(page).toContain('Refused');
    for (const written of [text, page, JSON.stringify(report)]) for (const secret of [CANARY, ...surnames, 'FINDME', '00123453']) expect(written).not.toContain(secret);
  });

  test('which the next release moves to the others, so that none is lost and none stands beside a certificate that passed', async () => {
    const where = folder();
    const refused = async (what: string) => {
      await copy([table()], with_('note', {apply: () => `Seen ${what} today.`}), where, {scanner: finding(what)});
      return read(join(where, 'release.failed.json'));
    };
    const [first, second] = [await refused('FINDME'), await refused('FINDUS')];
    const kept = join(where, 'release.certificates');
    const aside = () => readdirSync(kept).filter(name => /^failed-[0-9a-f]{16}\.json$/u.test(name)).map(name => read(join(kept, name)));
    expect(aside()).toEqual([first]);
    expect((await copy([table()], masked, where)).gate.certificate).toMatchObject({status: 'passed', sequence: 1});
    expect(aside().sort()).toEqual([first, second].sort());
    expect(readdirSync(where).sort()).toEqual(['release.certificates', 'release.html', 'release.json']);
    expect((await copy([table()], masked, where)).gate.certificate).toMatchObject({status: 'passed', sequence: 2});
    expect(aside()).toHaveLength(2);
  }, 60_000);

  test('for a column or a table that the policy does not have', async () => {
    const {id: _, ...some} = rules;
    const where = folder();
    const {report} = await copy([table(), {schema: {...patients, table: 'staff'}, rows: rows(2)}], {patient: rules, staff: rules}, where, {}, policyOf({patient: some}));
    expect(report.error!.problems!.map(({path}) => path).sort()).toEqual(['patient.id', 'staff']);
  });
});

test('a surname alone is a leak, wherever it stands, and a town in a column of towns is none', async () => {
  const own: Rules = {patient: {...rules, note: {class: 'freeText', method: 'redactText', apply: () => 'the szczepaniak household'}}};
  const named = table(rows().map((row, i) => i === 3 ? row.with(1, 'Wioletta Szczepaniak') : row));
  const {report, gate} = await copy([named], own, folder());
  expect(report.published).toBe(false);
  expect(problemsFound('leak', gate)).toEqual([{path: 'patient.note', message: 'holds 40 single words of patient.name', accepted: false}]);
  const towns: Rules = {patient: {...rules, disease: {class: 'B', kind: 'geo.city', method: 'keep'}}};
  const there = (class_: string) => copy([table(rows().map((row, i) => i === 3 ? row.with(1, 'Elena Szczepaniak').with(6, 'Szczepaniak') : row))],
    {patient: {...towns['patient'], disease: {...towns['patient']!['disease']!, class: class_}}}, folder(), {}, policyOf(towns, {profile: 'expert', claim: 'expert'}, {}));
  expect((await there('B')).report.published).toBe(true);
});

test('a pseudonym inside of a document is no identifier, and what stands beside it is looked at', async () => {
  const released = async (document: string, kept: string) => {
    const own: Rules = {patient: {...rules, note: {class: 'freeText', method: 'json', apply: () => document}}};
    const policy = policyOf(own);
    const path = {column: 'note', class: 'H', kind: 'mrn', parameters: '', reason: null, decidedBy: null, random: true} as const;
    const tables = policy.tables.map(one => ({...one, columns: [...one.columns,
      {...path, path: '$.**', method: 'surrogate', effect: 'changed' as const}, {...path, path: kept, class: 'none', kind: null, method: 'keep', effect: 'kept' as const}]}));
    return await copy([table()], own, folder(), {scanner: scannerFor(policy)}, {...policy, tables});
  };
  expect((await released('{"mrn":"MRN 00123456","of":[{"mrn":700101}],"q":"yes"}', '$.q')).gate.certificate!.checks.filter(({status}) => status === 'failed')).toEqual([]);
  expect(statuses((await released('{"mrn":"f70b2d6afcf1","q":"call (617) 555-0142"}', '$.q')).gate)).toMatchObject({residual: 'failed', leak: 'passed'});
  expect(statuses((await released('{"mrn":"okafor","q":"zielinski"}', '$.q')).gate)).toMatchObject({leak: 'failed'});
  expect(statuses((await released('{"mrn":"zielinski","q":"yes"}', '$.q')).gate)).toMatchObject({leak: 'passed'});
});

test('a known value in the structure of what is written is a leak, too', async () => {
  const place = folder();
  const own: Schema = {...patients, checks: [{name: 'c', dialect: 'memory', sql: "note <> 'Wioletta Szczepaniak'"}],
    columns: patients.columns.map(one => one.name === 'disease' ? {...one, comment: 'as Szczepaniak had', default: {kind: 'literal', text: 'szczepaniak, wioletta'}} : one)};
  const {report, gate} = await copy([{schema: own, rows: rows().map((row, i) => i === 3 ? row.with(1, 'Wioletta Szczepaniak') : row)}], {patient: {...rules, note: {class: 'none', method: 'keep'}}}, place);
  expect(report.published).toBe(false);
  const told = problemsFound('leak', gate).map(({path, message}) => `${path}: ${message}`);
  expect(told).toContain('patient.disease: the comment holds single words of patient.name');
  expect(told).toContain('patient.disease: the default holds single words of patient.name');
  expect(told).toContain('patient: a check holds a value of patient.name');
  expect(JSON.stringify(report) + read(join(place, 'release.failed.json'))).not.toMatch(/szczepaniak/iu);
});

test('a name that a member of staff has, too, is no leak where it is theirs, and the certificate says where nobody looked', async () => {
  const {report, gate} = await copy([table()], with_('score', {class: 'provider', method: 'keep'}), folder(), {});
  expect(report.published).toBe(true);
  expect(gate.certificate!.notChecked.join('\n')).toMatch(/staff.*patient\.score/u);
  const staffed: Schema = {table: 'staff', primaryKey: [], columns: [column('doctor')]};
  const own = (of: string): Rules => ({patient: rules, staff: {doctor: {class: of, method: 'keep'}}});
  const both = [table(), {schema: staffed, rows: [[`Dr. ${surnames[0]!} ${CANARY}`]]}];
  expect((await copy(both, own('provider'), folder())).report.published).toBe(true);
  expect((await copy(both, own('none'), folder())).report).toMatchObject({published: false, error: {problems: [{path: 'staff.doctor'}]}});
}, 60_000);

describe('an accepted risk', () => {
  const accepted = (check: string, expires = '2026-12-31') => policyOf(masked, risks({thresholds: {k: 11}, accepted: [{check, reason: 'only staff see it', decidedBy: 'the board', expires}]}));

  test.each(['k', 'k:patient'])('%s lets the release go live, and the certificate says who answers', async check => {
    const {report, gate} = await copy([table()], masked, folder(), {}, accepted(check));
    expect(report.published).toBe(true);
    expect(gate.certificate).toMatchObject({status: 'passed', risk: {accepted: [{check, decidedBy: 'the board', used: true, expired: false}]}});
    expect(statuses(gate).k).toBe('accepted');
  });

  test.each([['k', '2026-05-31'], ['k:other', '2026-12-31'], ['k:pat', '2026-12-31'], ['l', '2026-12-31']])('%s until %s does not', async (check, expires) => {
    const {report, gate} = await copy([table()], masked, folder(), {}, accepted(check, expires));
    expect(report).toMatchObject({published: false, error: {code: 'SLUICE_RELEASE'}});
    expect(gate.certificate!.risk.accepted[0]).toMatchObject({used: false, expired: expires < '2026-06-01'});
  });
});

describe('the signing key', () => {
  const pem = (type: 'ed25519' | 'rsa') => (type === 'rsa' ? generateKeyPairSync('rsa', {modulusLength: 2048}) : generateKeyPairSync('ed25519')).privateKey.export({type: 'pkcs8', format: 'pem'}) as string;

  test('signs, and none of it is in what is written', async () => {
    const where = folder();
    const file = join(where, 'key.pem');
    const key = pem('ed25519');
    writeFileSync(file, key, {mode: 0o600});
    const {gate} = await copy([table()], masked, where, {signingKey: file});
    expect(gate.certificate!.signature).toMatchObject({algorithm: 'Ed25519', keyId: expect.stringMatching(/^[0-9a-f]{64}$/u) as string});
    for (const name of ['release.json', 'release.html']) expect(read(join(where, name))).not.toContain(key.split('\n')[1]);
  });

  test.each([['is no key', 'not a key', 0o600], ['is of another kind', pem('rsa'), 0o600], ['others can read', pem('ed25519'), 0o644]])('is refused before a row is read when it %s, and nothing of it is told', async (_, content, mode) => {
    const where = folder();
    const file = join(where, 'key.pem');
    writeFileSync(file, content);
    chmodSync(file, mode);
    const {report, gate} = await copy([table()], masked, where, {signingKey: file});
    expect(report).toMatchObject({published: false, error: {code: 'SLUICE_CONFIG'}});
    expect(JSON.stringify(report)).not.toContain(content.trim().split('\n').at(1) ?? 'not a key');
    expect(gate.certificate).toBeNull();
    expect(existsSync(join(where, 'release.json'))).toBe(false);
  });
});
