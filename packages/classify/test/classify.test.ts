import {classifyCatalog, classifyTable} from '@sluice/classify';
import type {Proposal} from '@sluice/classify';
import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Schema, Value} from '@sluice/core';
import {expectNoLeak} from '@sluice/testkit';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {family, foreignKey, full, given, madeUp, mails, phones, prose, ssns, streets, table} from './schemas.ts';
import type {MadeUpTable} from './schemas.ts';

const isIdentifier = (classes: readonly string[]) => classes.some(each => each.length === 1 || ['provider', 'freeText', 'secret', 'blob'].includes(each));
const source = (tables: readonly MadeUpTable[]) => new MemorySource(new MemoryDatabase({tables: tables.map(({schema, rows}) => ({schema, rows: rows.map(row => [...row])}))}));
const {signal} = new AbortController();

async function propose(tables: readonly MadeUpTable[], sampleRows?: number): Promise<Proposal[]> {
  await using opened = source(tables);
  return await classifyCatalog(opened, await opened.discover(signal), sampleRows === undefined ? {} : {sampleRows}, signal);
}
const of = (name: string, values: readonly Value[] | null, type: Schema['columns'][number]['type'] = 'text', tableName = 'things') => {
  const proposals = classifyTable({table: tableName, primaryKey: [], columns: [{name, type, nullable: true}]}, values?.map(value => [value]) ?? null);
  return proposals[0]!;
};

describe.each(Object.keys(madeUp))('the made-up database %s', name => {
  const tables = madeUp[name]!;
  const wanted = (one: Proposal) => tables.find(({schema}) => schema.table === one.table)!.expected.get(one.column)!;

  it('has every identifier found with its class, from a sample', async () => {
    const proposals = (await propose(tables)).filter(({path}) => path === undefined);
    expect(proposals.map(({table, column}) => `${table}.${column}`)).toEqual(tables.flatMap(({schema}) => schema.columns.map(column => `${schema.table}.${column.name}`)));
    const wrong = proposals.filter(one => !wanted(one).includes(one.class)).map(({table, column, class: letter, reasons}) => `${table}.${column}: ${letter}, ${reasons.join('; ')}`);
    expect(wrong).toEqual([]);
  });

  it('has nearly every identifier found without any row', async () => {
    const proposals = await propose(tables, 0);
    const identifiers = proposals.filter(one => isIdentifier(wanted(one)) && !wanted(one).includes('none'));
    const missed = identifiers.filter(one => !wanted(one).includes(one.class)).map(({table, column}) => `${table}.${column}`);
    expect(missed.filter(each => !/respondents\.q\d/.test(each))).toEqual([]);
  });

  it('has no value in a reason', async () => {
    const proposals = await propose(tables);
    const text = proposals.flatMap(({reasons}) => reasons).join('\n').toLowerCase();
    for (const {rows} of tables) for (const row of rows) for (const value of row) {
      if (typeof value === 'string' && value.length > 5 && !/^(?:Medicare|Glucose)$/.test(value)) expect(text.includes(value.toLowerCase()), value.length.toString()).toBe(false);
    }
  });
});

describe('values', () => {
  it.each<[string, readonly Value[], string, string | null]>([
    ['given names', given, 'A', 'name.given'], ['surnames', family, 'A', 'name.family'], ['full names', full, 'A', 'name.full'], ['names with the surname first', full.map(each => each.split(' ').reverse().join(', ')), 'A', 'name.full'],
    ['e-mail addresses', mails, 'F', 'email'], ['telephone numbers', phones, 'D', 'phone'], ['social security numbers', ssns, 'G', 'ssn'], ['streets', streets, 'B', 'geo.street'], ['prose', prose, 'freeText', null],
    ['dates', ['3/14/2020', '4/1/2021', '12/24/1999'], 'C', 'date.other'], ['IP addresses', ['10.0.0.1', '2001:db8::1'], 'O', 'ip'], ['addresses of the web', ['https://example.org/a', 'http://example.com/u/7'], 'N', 'url'],
    ['MAC addresses', ['00:1B:44:11:3A:B7', '00:1b:44:11:3a:b8'], 'M', 'device'], ['vehicles', ['1HGCM82633A004352', '1M8GDM9AXKP042788'], 'L', 'vehicle'], ['cards', ['4111 1111 1111 1111', '5500005555555559'], 'J', 'account'],
    ['UUIDs', ['2f1b7c3e-0c5e-4d7a-9a51-0f6c2d3b4a59', '7d1b7c3e-0c5e-4d7a-9a51-0f6c2d3b4a59'], 'R', 'other'], ['codes of one shape', Array.from({length: 30}, (_, i) => `KX-${1000 + i * 7}-Q`), 'R', 'other'],
    ['short texts with identifiers in them', ['call 608-555-0143 pls', 'ok', 'left msg', 'see a.k@example.com now', 'fine', 'done'], 'freeText', null],
  ])('say what they are under a name that says nothing: %s', (_, values, letter, kind) => {
    expect(of('x17', values)).toMatchObject({class: letter, kind});
  });

  it.each<[string, readonly Value[]]>([
    ['colours', ['red', 'white', 'brown', 'green', 'black', 'blue', 'gray', 'yellow', 'orange']], ['answers', ['yes', 'no', 'maybe', 'often', 'never', 'always']], ['scores', [1, 2, 3, 4, 5]], ['measurements', [12.5, 3.75, 88.1]], ['units', ['mg', 'ml', 'kg', 'mmol/l', 'mm Hg']],
    ['weekdays of a form', ['agree', 'disagree', 'strongly agree', 'neither', 'strongly disagree']],
  ])('are left alone: %s', (_, values) => {
    expect(of('x17', values).class).toBe('none');
  });

  it('decide where names are generic: a name of a drug is none of a person', () => {
    expect(of('drug_name', ['Aspirin', 'Ibuprofen', 'Metformin']).class).toBe('sensitive');
    expect(of('file_name', ['a.csv', 'b.csv']).class).toBe('none');
    expect(of('name', full, 'text', 'patients')).toMatchObject({class: 'A'});
    expect(of('name', ['Aetna Northern', 'Blue Lake'], 'text', 'payers')).toMatchObject({class: 'provider', kind: null});
  });
});

describe('names', () => {
  it.each([
    ['dateofbirth', 'C'], ['PatientDOB', 'C'], ['birth_dt', 'C'], ['Geburtsdatum', 'C'], ['fecha_de_nacimiento', 'C'], ['date_de_naissance', 'C'], ['firstnam', 'A'], ['adresss', 'B'], ['Telefonnummer', 'D'], ['telephonnumber', 'D'], ['número_de_teléfono', 'D'], ['codigoPostal', 'B'], ['ZIPCODE', 'B'],
    ['medical_record_number', 'H'], ['SocialSecurityNumber', 'G'], ['health_insurance_no', 'I'], ['licensePlate', 'L'], ['passport_no', 'K'], ['device_serial_number', 'M'], ['homepage_url', 'N'], ['remote_ip', 'O'], ['mothersname', 'A'], ['next_of_kin_phone', 'D'], ['spouse_first_name', 'A'], ['home ph', 'D'],
    ['pwd', 'secret'], ['gender', 'quasi'], ['icd10_code', 'sensitive'], ['doctor_name', 'provider'], ['clinical_notes', 'freeText'], ['email_verified', 'none'], ['phone_type', 'none'], ['number_of_children', 'none'], ['has_address', 'none'],
  ])('say what they are: %s', (name, letter) => expect(of(name, null).class).toBe(letter));

  it('are believed less when types and values deny them', () => {
    expect(of('email', null).score).toBeGreaterThan(of('email', Array.from({length: 20}, (_, i) => `word${i}`)).score);
    expect(of('phone', [true, false], 'bool').class).toBe('none');
    expect(of('birth_place', ['2020-01-01'], 'date').class).toBe('C');
  });

  it('of any kind are read, and values of any kind: a proposal comes for each column, and holds none of its values', () => {
    fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 40}), fc.array(fc.oneof(fc.string({unit: 'binary', minLength: 8, maxLength: 60}), fc.integer(), fc.bigInt(), fc.double(), fc.boolean(), fc.constant(null), fc.uint8Array()), {maxLength: 20}), (name, values) => {
      const proposal = of(name, values, 'any');
      expect(proposal.score).toBeGreaterThanOrEqual(0);
      expect(proposal.score).toBeLessThanOrEqual(1);
      expect(proposal.reasons.length).toBeGreaterThan(0);
      for (const value of values) if (typeof value === 'string' && value.trim().length >= 8) expectNoLeak(proposal.reasons, value);
    }), {numRuns: 60});
  });
});

describe('keys', () => {
  const patients = table('patients', [['id', 'int', 'R'], ['mrn', 'text', 'H', ['M1', 'M2']]], {primaryKey: ['id']});

  it('have the class of what they refer to, over several tables', async () => {
    const visits = table('visits', [['visit', 'int', 'R'], ['who', 'text', 'H', ['M1', 'M2']]], {primaryKey: ['visit'], foreignKeys: [foreignKey('who', 'patients', 'mrn')]});
    const bills = table('bills', [['nr', 'int', 'R'], ['x', 'text', 'H', ['M1', 'M2']], ['patient', 'int', 'R']], {foreignKeys: [foreignKey('x', 'visits', 'who')]});
    const proposals = await propose([bills, visits, patients]);
    const found = (table: string, column: string) => proposals.find(one => one.table === table && one.column === column)!;
    expect(found('visits', 'who')).toMatchObject({class: 'H', kind: 'mrn'});
    expect(found('visits', 'who').reasons[0]).toBe('refers to patients.mrn');
    expect(found('bills', 'x')).toMatchObject({class: 'H', kind: 'mrn'});
    expect(found('bills', 'patient').reasons[0]).toBe('refers to patients.id, by its name');
    expect(found('bills', 'patient').class).toBe('R');
  });

  it('of providers are surrogates, those of people are not', () => {
    expect(of('id', [1, 2, 3], 'int', 'providers').class).toBe('key.surrogate');
    expect(of('id', [1, 2, 3], 'int', 'patients').class).toBe('R');
    // A table with the name of a hospital that holds people.
    const [id] = classifyTable({table: 'hospital', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'ssn', type: 'text', nullable: true}]}, null);
    expect(id!.class).toBe('R');
  });
});

it('looks into documents', async () => {
  const document = {patient: {name: {first: 'Keisha', last: 'Okafor'}, born: '1975-11-30', contacts: [{tel: '608-555-0143', kind: 'home'}]}, 'odd key': 'x', score: 7};
  const one = table('forms', [['doc', 'json', 'freeText', [JSON.stringify(document)]], ['answers', 'text', 'freeText', [JSON.stringify([{email: 'a.k@example.com'}])]]]);
  const paths = new Map((await propose([one])).filter(({path}) => path !== undefined).map(({column, path, class: letter}) => [`${column} ${path}`, letter]));
  expect(Object.fromEntries(paths)).toEqual({
    'doc $.patient.name.first': 'A', 'doc $.patient.name.last': 'A', 'doc $.patient.born': 'C', 'doc $.patient.contacts[].tel': 'D', 'doc $.patient.contacts[].kind': 'none', 'doc $["odd key"]': 'none', 'doc $.score': 'sensitive', 'answers $[].email': 'F',
  });
});
