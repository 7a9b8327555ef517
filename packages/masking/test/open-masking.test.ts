import {randomBytes} from 'node:crypto';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Catalog} from '@sluice/core';
import {parsePolicy} from '@sluice/transform-deidentify';
import {afterAll, describe, expect, test} from 'vitest';
import {openMasking} from '@sluice/masking';

const folder = mkdtempSync(join(tmpdir(), 'sluice-masking-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const {signal} = new AbortController();

const keyText = randomBytes(32).toString('hex');
const keyFile = join(folder, 'key');
writeFileSync(keyFile, keyText, {mode: 0o600});
const vault = join(folder, 'vault');

const policy = parsePolicy(`
version: 1
domains: {person: {form: uuid}}
tables: {visits: {columns: {person: {method: surrogate, domain: person}, day: year}}}
`);
const catalog: Catalog = {
  tables: [{table: 'visits', primaryKey: [], columns: [{name: 'person', type: 'int', nullable: true}, {name: 'day', type: 'date', nullable: true}]}], views: [], others: [],
};
const open = (settings: Parameters<typeof openMasking>[0]['settings'], purpose: Parameters<typeof openMasking>[0]['purpose'] = 'run', env = {}) =>
  openMasking({policy, settings, env, purpose, tool: {name: 'test', version: '1.0.0'}}, signal);

test('a policy whose methods need key and vault gets both, and says so when it does not', async () => {
  {
    await using masking = await open({});
    expect(masking.transform.check(catalog).map(({message}) => message).join()).toMatch(/surrogate needs a (vault|master key)/);
  }
  await using masking = await open({keyFile, vault});
  expect(masking.transform.check(catalog)).toEqual([]);
  expect(masking.transform.keyIds).toHaveLength(1);
});

test('the same value gets the same surrogate in the next run, and in a comparison', async () => {
  const masked = async (purpose: 'run' | 'compare') => {
    await using masking = await open({keyFile, vault}, purpose);
    masking.transform.check(catalog);
    const plan = masking.transform.plan(catalog.tables[0]!)!;
    return plan.apply({rows: [[7, '2020-02-03']], position: null}).rows;
  };
  const first = await masked('run');
  expect(first[0]![0]).not.toBe(7);
  expect(first[0]![1]).toBe(2020);
  expect(await masked('run')).toEqual(first);
  expect(await masked('compare')).toEqual(first);
});

describe('where nothing may be touched', () => {
  test('a plan makes no vault', async () => {
    const fresh = join(folder, 'fresh');
    await using masking = await open({keyFile, vault: fresh}, 'look');
    expect(masking.transform.check(catalog)).toEqual([]);
    expect(existsSync(fresh)).toBe(false);
  });

  test('a comparison without the vault is refused', async () => {
    await expect(open({keyFile, vault: join(folder, 'nowhere')}, 'compare')).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
  });
});

describe('refused, without a word of the key', () => {
  test.each([
    ['two keys', {keyFile, vault}, {SLUICE_KEY: keyText}, /2 master keys are given/],
    ['a vault without a key', {vault}, {}, /needs the master key/],
    ['the vault of another key', {vault}, {SLUICE_KEY: randomBytes(32).toString('hex')}, /key/],
    ['a signing key without a certificate', {signingKey: 'key.pem'}, {}, /no certificate to sign/],
    ['a short key', {}, {SLUICE_KEY: keyText.slice(2)}, /32 bytes/],
    ['a weak key', {}, {SLUICE_KEY: '00'.repeat(32)}, /weak|same/],
  ])('%s', async (_, settings, env, message) => {
    const error: unknown = await open(settings, 'run', env).then(() => null, (reason: unknown) => reason);
    expect(error).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(message) as string});
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(keyText.slice(2, 30));
  });
});
