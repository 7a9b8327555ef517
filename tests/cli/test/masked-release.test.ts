import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {sluice, type Ended} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {placesOf} from './support/search.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

const POLICY = `version: 1
profile: safe-harbor
asOf: 2026-06-30
domains: {person: {form: integer}}
subjects: {patients: {key: [id]}, visits: {key: [patient]}}
attestation: {actualKnowledge: none, by: privacy office, on: 2026-06-30}
tables:
  patients:
    columns:
      id: {method: surrogate, domain: person, class: mrn}
      name: {method: drop, class: name.full}
      born: {method: yearFloor90, class: date.birth}
      zip: {method: zip3, class: geo.zip}
  visits:
    columns:
      id: {method: keep, class: key.surrogate, reason: given by the database}
      patient: {method: surrogate, domain: person, class: mrn}
      day: {method: year, class: date.service}
      note: {method: redactText, class: freeText}
`;

const NAMES = ['Aurelio Quintanilla', 'Siobhan Thistlewood', 'Bohumil Vavrinec', 'Oluwaseun Adebanjo'];

/** A clinic of four patients, a policy, a key and a vault to be. */
function clinic(policy = POLICY): Folder {
  const place = folder();
  makeSqlite(place.at('clinic.db'),
    'CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT, born TEXT, zip TEXT)',
    'CREATE TABLE visits (id INTEGER PRIMARY KEY, patient INTEGER NOT NULL REFERENCES patients (id), day TEXT, note TEXT)',
    ...NAMES.map((name, i) => `INSERT INTO patients VALUES (${48213371 + i * 977}, '${name}', '${1930 + i * 15}-02-03', '5370${i}')`),
    ...NAMES.map((name, i) => `INSERT INTO visits VALUES (${i + 1}, ${48213371 + i * 977}, '2024-05-0${i + 1}', '${name} felt well; ${name.split(' ')[1]} asks for a call on 608-555-014${i}.')`));
  place.write('policy.yaml', policy);
  writeFileSync(place.at('project.key'), randomBytes(32).toString('hex'), {mode: 0o600});
  return place;
}

const release = (place: Folder, more: readonly string[] = [], to = 'sqlite:out.db'): Promise<Ended> =>
  sluice(['copy', 'sqlite:clinic.db', to, '--policy', 'policy.yaml', '--key-file', 'project.key', '--vault', 'people.vault', ...more], {cwd: place.path});

test('a release under Safe Harbor: pseudonyms join, nothing of anybody is left, and a signed certificate says so elsewhere', async () => {
  const place = clinic();
  const {privateKey, publicKey} = generateKeyPairSync('ed25519');
  writeFileSync(place.at('office.key'), privateKey.export({type: 'pkcs8', format: 'pem'}), {mode: 0o600});
  place.write('office.pub', publicKey.export({type: 'spki', format: 'pem'}));
  const ended = await release(place, ['--certificate', 'out.certificate.json', '--signing-key', 'office.key', '--operator', 'data office', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(reportOf(ended)).toMatchObject({status: 'ok', published: true});

  const joined = rowsOf(place.at('out.db'), 'SELECT p.born, p.zip, v.day, v.note FROM patients p JOIN visits v ON v.patient = p.id');
  expect(joined).toHaveLength(4);
  expect(new Set(joined.map(([, zip]) => zip))).toEqual(new Set(['537']));
  expect(joined.map(([born]) => Number(born)).sort()).toEqual([1936, 1945, 1960, 1975]);
  const elsewhere = folder();
  for (const name of ['out.db', 'out.certificate.json', 'out.certificate.html', 'office.pub']) elsewhere.write(name, readFileSync(place.at(name)));
  expect(placesOf([...NAMES.flatMap(name => name.split(' ')), '48213371', '608-555-014'], elsewhere.path, [ended])).toEqual([]);

  const check = (...more: string[]) => sluice(['certificate', 'verify', 'out.certificate.json', ...more, '--json'], {cwd: elsewhere.path});
  const valid = await check('--target', 'out.db', '--public-key', 'office.pub');
  expect(valid.code, valid.stderr).toBe(0);
  expect(JSON.parse(valid.stdout)).toMatchObject({format: 'sluice.certificate-verification/1', status: 'valid', certificate: {claimed: 'safe-harbor', computed: 'safe-harbor'}});
  makeSqlite(elsewhere.at('out.db'), "UPDATE visits SET note = 'Siobhan Thistlewood, SSN 212-09-9999' WHERE id = 1");
  const edited = await check('--target', 'out.db');
  expect(edited.code).toBe(1);
  expect((JSON.parse(edited.stdout) as {checks: {name: string; status: string}[]}).checks.filter(({status}) => status === 'failed').map(({name}) => name)).toEqual(expect.arrayContaining(['file', 'residual']));
  writeFileSync(elsewhere.at('out.certificate.json'), readFileSync(elsewhere.at('out.certificate.json'), 'utf8').replace('data office', 'data Office'));
  expect((await check()).code).not.toBe(0);
});

test('the next release gives everybody the number they had, and each certificate follows the one before', async () => {
  const place = clinic();
  expect((await release(place, ['--certificate', 'c.json'])).code).toBe(0);
  const before = rowsOf(place.at('out.db'), 'SELECT id, born FROM patients ORDER BY born');
  makeSqlite(place.at('clinic.db'), "INSERT INTO patients VALUES (77000111, 'Wilhelmina Featheringay', '1990-01-01', '53711')");
  expect((await release(place, ['--certificate', 'c.json'])).code).toBe(0);
  const after = rowsOf(place.at('out.db'), 'SELECT id, born FROM patients ORDER BY born');
  expect(after.slice(0, 4)).toEqual(before);
  expect(after).toHaveLength(5);
  const [first, second] = ['c.certificates/000001.certificate.json', 'c.certificates/000002.certificate.json'];
  expect((await sluice(['certificate', 'verify', second!, '--previous', first!, '--target', 'out.db'], {cwd: place.path})).code).toBe(0);
  expect((await sluice(['certificate', 'verify', first!, '--previous', second!], {cwd: place.path})).code).toBe(1);
});

test('masked data is proved against the source, with the vault, and an edited row is found', async () => {
  const place = clinic();
  expect((await release(place)).code).toBe(0);
  const verify = (...more: string[]) => sluice(['verify', 'sqlite:clinic.db', 'sqlite:out.db', '--policy', 'policy.yaml', '--key-file', 'project.key', '--vault', 'people.vault', '--json', ...more], {cwd: place.path});
  const equal = await verify();
  expect(equal.code, equal.stderr).toBe(0);
  makeSqlite(place.at('out.db'), "UPDATE patients SET zip = '538' WHERE born = 1945", 'UPDATE visits SET patient = (SELECT max(id) FROM patients) WHERE id = 1');
  const different = await verify();
  expect(different.code).toBe(1);
  expect(JSON.parse(different.stdout)).toMatchObject({status: 'different'});
  expect(different.stdout + different.stderr).not.toMatch(/48213371|Quintanilla/);
});

describe('refused before the first row, nothing released', () => {
  const refused = async (place: Folder, more: readonly string[] = []) => {
    const ended = await release(place, more);
    expect(ended.code, ended.stderr).toBe(2);
    expect(existsSync(place.at('out.db'))).toBe(false);
    expect(placesOf([readFileSync(place.at('project.key'), 'utf8').trim(), ...NAMES], place.path, [ended]).filter(found => found.includes(' in std'))).toEqual([]);
    return ended.stderr;
  };

  test.each([
    ['a contradiction', POLICY.replace('      name: {method: drop, class: name.full}', '      name: {method: keep, class: name.full, reason: wanted}'), /name.*(direct identifier|safe-harbor)/],
    ['an undecided column', POLICY.replace('      zip: {method: zip3, class: geo.zip}\n', ''), /patients\.zip.*undecided|patients\.zip/],
    ['an unused rule', POLICY.replace('      zip:', '      zpi:'), /zpi/],
    ['two methods for one person', POLICY.replace('patient: {method: surrogate, domain: person', 'patient: {method: sequence, domain: person'), /person|domain/],
    ['a claim that the methods do not support', POLICY.replace('day: {method: year,', 'day: {method: month,'), /month is enough for limited-data-set only|month/],
    ['a path into a single value', POLICY.replace('note: {method: redactText, class: freeText}', 'note: {json: {$.a: drop}, undecided: drop}'), /visits\.note/],
    ['a column of another type', POLICY.replace('born: {method: yearFloor90,', 'born: {type: DATE, method: yearFloor90,'), /born.*type|type.*born/i],
  ])('%s', async (_, policy, told) => {
    expect(await refused(clinic(policy))).toMatch(told);
  });

  test.each([
    ['a key of the wrong length', 'ab'.repeat(31), /32 bytes/],
    ['a weak key', '00'.repeat(32), /weak|same|repeat/i],
  ])('%s', async (_, key, told) => {
    const place = clinic();
    writeFileSync(place.at('project.key'), key, {mode: 0o600});
    expect(await refused(place)).toMatch(told);
  });

  test('a vault of another key', async () => {
    const place = clinic();
    expect((await release(place)).code).toBe(0);
    makeSqlite(place.at('unused.db'));
    writeFileSync(place.at('project.key'), randomBytes(32).toString('hex'), {mode: 0o600});
    const ended = await release(place, [], 'sqlite:other.db');
    expect([ended.code, existsSync(place.at('other.db'))]).toEqual([2, false]);
    expect(ended.stderr).toMatch(/people\.vault.*key/);
  });
});

test('a certificate that finds somebody keeps the release back, and stays as evidence', async () => {
  const place = clinic(POLICY.replace('note: {method: redactText, class: freeText}', 'note: {method: drop, class: freeText}\n      remark: {method: keep, class: none, reason: numbers only}'));
  makeSqlite(place.at('clinic.db'), 'ALTER TABLE visits ADD COLUMN remark TEXT', "UPDATE visits SET remark = 'as Siobhan Thistlewood said' WHERE id = 3");
  makeSqlite(place.at('out.db'), "CREATE TABLE live (it)", "INSERT INTO live VALUES ('stays')");
  const ended = await release(place, ['--certificate', 'c.json', '--json']);
  expect(ended.code, ended.stderr).toBe(1);
  expect(reportOf(ended)).toMatchObject({status: 'failed', published: false});
  expect(ended.stderr).toMatch(/visits\.remark/);
  expect(ended.stdout + ended.stderr).not.toContain('Thistlewood');
  expect(rowsOf(place.at('out.db'), 'SELECT it FROM live')).toEqual([['stays']]);
  expect(existsSync(place.at('c.json'))).toBe(false);
  expect(JSON.parse(readFileSync(place.at('c.failed.json'), 'utf8'))).toMatchObject({status: 'failed'});
});
