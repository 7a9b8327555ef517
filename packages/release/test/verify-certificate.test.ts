import {createHash, generateKeyPairSync, type KeyObject} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {SqliteDestination, SqliteSource} from '@sluice/connector-sqlite';
import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {canonicalJson} from '@sluice/checksum';
import type {Gate, Row, RunReport, Schema} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {runRefresh, type StoredBase} from '@sluice/refresh';
import {describe, expect, test} from 'vitest';
import {certificateGate, verifyCertificate, type Certificate, type CertificateQuestion} from '../src/index.ts';
import {column, finding, folders, masking, never, policyOf, today, type Rules} from './lab.ts';

const folder = folders();
const person: Schema = {table: 'person', primaryKey: ['id'], columns: [column('id', 'int', false), column('name'), column('born', 'date'), column('sex', 'bool'), column('weight', 'decimal'), column('note')]};
const visit: Schema = {
  table: 'visit', primaryKey: ['id'], columns: [column('id', 'int', false), column('person', 'int'), column('disease')],
  foreignKeys: [{name: 'of', columns: ['person'], table: 'person', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}],
};
const rules: Rules = {
  person: {
    id: {class: 'key.surrogate', method: 'keep'}, name: {class: 'A', method: 'drop', apply: null},
    born: {class: 'C', kind: 'date.birth', method: 'year', apply: value => Number(String(value).slice(0, 4)), type: 'int'}, sex: {class: 'quasi', method: 'keep'},
    weight: {class: 'sensitive', method: 'keep'}, note: {class: 'freeText', method: 'redactText', apply: (_, i) => i % 3 === 0 ? null : 'Seen [NAME].'},
  },
  visit: {id: {class: 'key.surrogate', method: 'keep'}, person: {class: 'key.surrogate', method: 'keep'}, disease: {class: 'sensitive', method: 'keep'}},
};
const database = () => new MemoryDatabase({name: 'clinic', tables: [
  {schema: person, rows: Array.from({length: 30}, (_, i): Row => [i + 1, `Okafor ${i}`, `19${50 + i % 3}-05-11`, i % 2 === 0, `${60 + i % 5}.50`, 'Seen Okafor.'])},
  {schema: visit, rows: Array.from({length: 60}, (_, i): Row => [i + 1, i % 30 + 1, i % 4 === 0 ? 'flu' : 'gout'])},
]});

interface Released {
  readonly where: string;
  readonly file: string;
  readonly text: string;
  readonly report: RunReport;
}

const keys = generateKeyPairSync('ed25519');
const publicPem = (key: KeyObject) => key.export({type: 'spki', format: 'pem'}) as string;

function gateIn(where: string) {
  const key = join(where, 'key.pem');
  writeFileSync(key, keys.privateKey.export({type: 'pkcs8', format: 'pem'}) as string, {mode: 0o600});
  return certificateGate({
    policy: () => policyOf(rules, {}, {visit: ['person']}), files: {json: join(where, 'release.json')}, tool: {name: 'test', version: '1'}, now: () => new Date(`${today}T12:00:00Z`),
    scanner: finding('FINDME'), signingKey: key,
  });
}

/** Copies into a SQLite file, as a job does. */
async function release(where = folder()): Promise<Released> {
  const file = join(where, 'copy.db');
  await using destination = new SqliteDestination(file, {fresh: true});
  const gate = gateIn(where);
  const {report, cause} = await runCopy({tool: {name: 'test', version: '1'}, source: new MemorySource(database()), destination, transforms: [masking(rules)], gates: [gate]}, never);
  if (cause !== undefined) throw cause as Error;
  await gate.settled({report, seal: async signal => await destination.sealLive(signal)}, never);
  return {where, file, report, text: readFileSync(join(where, 'release.json'), 'utf8')};
}

const verify = async ({text, file}: Released, more: Partial<CertificateQuestion> = {}) => {
  await using target = new SqliteSource(file);
  return await verifyCertificate(text, {target, file, publicKey: publicPem(keys.publicKey), scanner: finding('FINDME'), ...more}, never);
};
const edit = async (file: string, sql: string) => {
  const {default: Database} = await import('better-sqlite3');
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
};
const results = ({checks}: Awaited<ReturnType<typeof verify>>) => Object.fromEntries(checks.map(({name, status}) => [name, status]));

describe('a certificate elsewhere', () => {
  test('is valid beside what was released: bytes, tables, rows, scan and risk are what they were', async () => {
    const released = await release();
    expect(JSON.parse(released.text)).toMatchObject({identity: {target: {file: {sha256: createHash('sha256').update(readFileSync(released.file)).digest('hex')}}}});
    const found = await verify(released);
    expect({problems: found.problems, status: found.status}).toEqual({problems: [], status: 'valid'});
    expect(results(found)).toEqual({signature: 'passed', chain: 'passed', file: 'passed', tables: 'passed', rows: 'passed', residual: 'passed', risk: 'passed'});
    expect(found.certificate).toMatchObject({sequence: 1, status: 'passed', claimed: 'safe-harbor', hash: createHash('sha256').update(released.text).digest('hex')});
  });

  test('says what it did not look at', async () => {
    const released = await release();
    const found = await verifyCertificate(released.text, {}, never);
    expect(found.status).toBe('valid');
    expect(results(found)).toEqual({signature: 'not checked', chain: 'passed', file: 'not checked', tables: 'not checked', rows: 'not checked', residual: 'not checked', risk: 'not checked'});
    expect(found.notChecked).toContain('known values, changed values and the risk before: they need the source');
    for (const {name, status} of found.checks) expect(found.notChecked.some(what => what.startsWith(`${name}: `)), name).toBe(status === 'not checked');
    expect((await verify(released)).notChecked).toEqual(['known values, changed values and the risk before: they need the source']);
  });

  test.each([
    ['rows', 'DELETE FROM visit WHERE id = 60'], ['rows', 'UPDATE person SET note = NULL WHERE id = 2'], ['rows', 'UPDATE visit SET person = 999 WHERE id = 3'],
    ['residual', "UPDATE person SET note = 'FINDME' WHERE id = 2"], ['risk', 'UPDATE person SET born = 1917 WHERE id = 4'], ['risk', "UPDATE visit SET disease = 'plague' WHERE id = 5"],
    ['tables', 'ALTER TABLE person ADD COLUMN name TEXT'], ['tables', 'DROP TABLE visit'], ['tables', 'CREATE TABLE more (x)'],
  ])('finds in its %s: %s', async (check, sql) => {
    const released = await release();
    await edit(released.file, sql);
    const found = await verify(released);
    expect(found.status).toBe('invalid');
    expect(results(found)).toMatchObject({file: 'failed', [check]: 'failed'});
    expect(found.problems.join('\n')).not.toMatch(/FINDME|plague|1917/u);
  });

  test('does not hold when a byte of it is another, whoever sealed it again', async () => {
    const released = await release();
    for (const [from, to] of [['"rowsIn":30', '"rowsIn":31'], ['"passed"', '"failed"'], ['"attestation":{', '"attestation": {']] as const) {
      await expect(verify({...released, text: released.text.replace(from, to)})).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
    }
    await expect(verify({...released, text: 'no'})).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    const {seal: _, signature, ...open} = JSON.parse(released.text) as Certificate;
    const forged = {...open, reviewBy: '2030-01-01'};
    const text = `${canonicalJson({...forged, seal: createHash('sha256').update(canonicalJson(forged)).digest('hex'), signature})}\n`;
    expect((await verify({...released, text})).problems).toEqual(['its signature is not of this text']);
  });

  test('has to be signed by the key that was named', async () => {
    const released = await release();
    expect((await verify(released, {publicKey: publicPem(generateKeyPairSync('ed25519').publicKey)})).problems).toEqual(['it is signed by another key than the one that was given']);
    await expect(verify(released, {publicKey: 'nothing'})).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    const {seal: _, signature: __, ...open} = JSON.parse(released.text) as Certificate;
    const unsigned = `${canonicalJson({...open, seal: createHash('sha256').update(canonicalJson(open)).digest('hex'), signature: null})}\n`;
    expect((await verify({...released, text: unsigned})).problems).toEqual(['it is not signed']);
  });

  test('follows the one before it, and no other', async () => {
    const first = await release();
    const second = await release(first.where);
    expect(results(await verify(second, {previous: first.text})).chain).toBe('passed');
    expect(results(await verify(second)).chain).toBe('not checked');
    const other = await release();
    expect((await verify(second, {previous: other.text})).problems).toEqual(['it does not follow the certificate that was given']);
    expect((await verify(first, {previous: other.text, file: second.file})).problems).toContain('it is the first of its chain, yet one before it was given');
  });
});

test('a refresh that changes nothing has what is live examined and certified anew', async () => {
  const where = folder();
  const file = join(where, 'copy.db');
  const kept: {base: StoredBase | null; next: StoredBase | null} = {base: null, next: null};
  const clinic = database();
  const run = async (gates: readonly Gate[]) => {
    await using source = new MemorySource(clinic);
    await using destination = new SqliteDestination(file, {fresh: true});
    const {report, cause} = await runRefresh({
      tool: {name: 'test', version: '1'}, kind: 'changes', source, destination, transforms: [masking(rules)], gates,
      store: {
        load: async () => kept.base, pending: async () => kept.next?.head ?? null,
        savePending: async ({head, tables}) => { kept.next = {head, tables: new Map([...kept.base?.tables ?? [], ...tables])}; },
        adopt: async () => { Object.assign(kept, {base: kept.next, next: null}); }, dropPending: async () => { kept.next = null; },
      },
      progressLog: {entries: async () => [], append: async () => {}, remove: async () => {}},
    }, never);
    if (cause !== undefined) throw cause as Error;
    for (const gate of gates) await gate.settled?.({report, seal: async signal => await destination.sealLive(signal)}, never);
    return report;
  };
  expect((await run([gateIn(where)])).refresh?.kind).toBe('full');
  const report = await run([gateIn(where)]);
  expect(report).toMatchObject({published: false, refresh: {kind: 'none'}});
  const text = readFileSync(join(where, 'release.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({sequence: 2, status: 'passed', identity: {published: true, receipt: report.refresh!.receipt}});
  expect((await verify({where, file, text, report})).problems).toEqual([]);
});
