import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Row, Value} from '@sluice/core';
import {openVault, type Vault} from '@sluice/pseudonyms';
import {deidentify, methodTools, parsePolicy, type MethodTools} from '@sluice/transform-deidentify';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {change, testKey} from './change.ts';
import {catalogOf, never, table} from './tables.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-surrogates-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
let file: string;
beforeEach(() => { file = join(mkdtempSync(join(root, 'vault-')), 'vault.db'); });

/** Opens the vault for a moment. */
function using<T>(work: (vault: Vault) => T, readOnly = false): T {
  const vault = openVault(file, testKey(), {readOnly});
  try {
    return work(vault);
  } finally {
    vault[Symbol.dispose]();
  }
}

const minted = (values: readonly Value[], domain: string, name: 'surrogate' | 'sequence' = 'surrogate', more: Partial<MethodTools> = {}) =>
  using(vault => change(name, 'any', values, {parameters: {domain}, tools: methodTools({vault, ...more})}), more.comparing);

describe.each(['surrogate', 'sequence'] as const)('%s', name => {
  test('joins inside a domain, in every run, and never across', () => {
    const first = minted([1001, '1001', 1001n, 'Ann', null], 'person', name).out;
    expect([first[0], first[1]]).toEqual([first[1], first[2]]);
    expect(new Set([first[0], first[3]]).size).toBe(2);
    expect(first[4]).toBe(null);
    expect(minted(['Ann', 1001], 'person', name).out).toEqual([first[3], first[0]]);
    if (name === 'surrogate') expect(minted(['Ann', 1001], 'family', name).out).not.toEqual([first[3], first[0]]);
  });
  test('of what the vault does not know is, where it is only compared, a value that no pseudonym equals; the vault stays as it was', () => {
    const [known] = minted(['Ann'], 'family', name).out;
    const {out, notes} = minted(['Ann', 'Bob', null, 'Bob'], 'family', name, {comparing: true});
    expect([out, notes]).toEqual([[known, 0, null, 0], {'is not in the vault': 2}]);
    expect(minted(['Bob'], 'family', name, {comparing: true}).out).toEqual([0]);
  });
  test('that a copy would have to make is refused with a vault that is open for reading only', () => {
    minted(['Ann'], 'family', name);
    expect(() => using(vault => change(name, 'any', ['Bob'], {parameters: {domain: 'family'}, tools: methodTools({vault})}), true)).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG'}));
  });
  test('needs a vault', () => {
    expect(() => change(name, 'text', ['x'], {parameters: {domain: 'person'}})).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', message: `${name} needs a vault, and none was given`}));
  });
});

test('sequence counts in random order', () => {
  const {out, column} = minted(Array.from({length: 300}, (_, i) => i), 'person', 'sequence');
  expect(new Set(out).size).toBe(300);
  expect(out.every(value => typeof value === 'number' && value >= 1 && value <= 1024)).toBe(true);
  expect([...out].sort((a, b) => (a as number) - (b as number))).not.toEqual(out);
  expect(column).toMatchObject({type: 'int'});
});

test('pseudonyms of numbers equal no value that is still to come', async () => {
  const policy = parsePolicy('version: 1\ndomains: {short: {form: digits, length: 4}}\ntables: {t: {columns: {id: {method: surrogate, domain: short}}}}');
  const schema = table('t', {id: {nullable: false}}, {primaryKey: ['id']});
  // Three thousand of nine thousand that there can be: one in three would be the number of somebody.
  const rows = Array.from({length: 3000}, (_, i): Row => [String(1000 + i)]);
  const {MemoryDatabase, MemorySource} = await import('@sluice/connector-memory');
  const vault = openVault(file, testKey());
  const transform = deidentify(policy, {key: testKey(), vault});
  expect(transform.check(catalogOf([schema]))).toEqual([]);
  await transform.prepare!(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), catalogOf([schema]), never);
  const plan = transform.plan(schema)!;
  expect(plan.dependsOn).toBeUndefined();
  expect(plan.schema).toMatchObject({primaryKey: ['id']});
  const out = plan.apply({rows: rows.map(row => [...row]), position: null}).rows.map(([id]) => id as string);
  vault[Symbol.dispose]();
  const originals = new Set(rows.map(([id]) => id));
  expect(new Set(out).size).toBe(3000);
  expect(out.filter(id => originals.has(id))).toEqual([]);
});

test('a table with pseudonyms of another vault is another table, and one without them is not', () => {
  const policy = parsePolicy('version: 1\ndomains: {p: {}}\ntables:\n  people: {columns: {name: {method: surrogate, domain: p}}}\n  day: {columns: {score: keep}}');
  const [people, day] = [table('people', {name: 'text'}), table('day', {score: 'int'})];
  const prints = () => using(vault => {
    const transform = deidentify(policy, {vault});
    transform.check(catalogOf([people, day]));
    return [transform.fingerprint!(people), transform.fingerprint!(day)];
  });
  const first = prints();
  expect(prints()).toEqual(first);
  rmSync(file);
  const other = prints();
  expect(other[0]).not.toBe(first[0]);
  expect(other[1]).toBe(first[1]);
});
