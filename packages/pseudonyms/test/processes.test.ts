import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {masterKeyFrom, openVault} from '@sluice/pseudonyms';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {build, child} from './built.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-vault-processes-'));
const hex = '9d1f3a5c77e08b24c6f0e1d2a3b49586170f2e3d4c5b6a798897a6b5c4d3e2f1';
const key = masterKeyFrom(Buffer.from(hex, 'hex'));
beforeAll(build);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

type Given = readonly [value: number, surrogate: string];

/** Runs a child that mints, and gives what it told to be durable. `killAfter`: batches until it is killed at any moment. */
async function mint(file: string, from: number, count: number, batch: number, killAfter = Infinity, onOpen = () => {}): Promise<Given[]> {
  const process = spawn(globalThis.process.execPath, [child('mint.mjs'), file, hex, ...[from, count, batch].map(String)], {stdio: ['ignore', 'pipe', 'inherit']});
  let text = '';
  let batches = 0;
  process.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (text === '') onOpen();
    text += chunk;
    batches += chunk.split('\n').length - 1;
    if (batches >= killAfter && !process.killed) void wait(Math.random() * 8).then(() => process.kill('SIGKILL'));
  });
  const [code] = await once(process, 'close') as [number | null];
  if (killAfter === Infinity) expect(code).toBe(0);
  return text.split('\n').slice(0, -1).flatMap(line => JSON.parse(line) as Given[]);
}

it('what was committed survives a kill at any moment, and is the same for the next run', async () => {
  const file = join(folder, 'killed.db');
  const given = new Map<number, string>();
  for (let round = 0; round < 6; round++) {
    for (const [value, surrogate] of await mint(file, round * 300, 100_000, 40, 2 + round)) {
      expect(given.get(value) ?? surrogate).toBe(surrogate);
      given.set(value, surrogate);
    }
    using vault = openVault(file, key, {readOnly: true});
    const domain = vault.domain('person', {form: 'digits', length: 9});
    expect(vault.verify()).toBe(domain.size);
    expect(domain.size).toBeGreaterThanOrEqual(given.size);
    for (const [value, surrogate] of given) expect(domain.find(value)).toBe(surrogate);
  }
  expect(given.size).toBeGreaterThan(300);
}, 120_000);

it('two writers at once give one surrogate to one value, and different ones to others', async () => {
  const file = join(folder, 'shared.db');
  const [one, two] = await Promise.all([mint(file, 0, 3000, 70), mint(file, 1000, 3000, 90)]);
  const given = new Map(one);
  for (const [value, surrogate] of two) expect(given.get(value) ?? surrogate).toBe(surrogate);
  for (const [value, surrogate] of two) given.set(value, surrogate);
  expect([given.size, new Set(given.values()).size]).toEqual([4000, 4000]);
  using vault = openVault(file, key);
  expect(vault.verify()).toBe(4000);
}, 120_000);

it('a writer that waited for another finds what that one wrote', async () => {
  const file = join(folder, 'waiting.db');
  using vault = openVault(file, key);
  const domain = vault.domain('person', {form: 'digits', length: 9});
  vault.begin();
  const mine = domain.surrogate(7);
  // It has looked in vain by then, and waits for the lock.
  const theirs = await mint(file, 7, 1, 1, Infinity, () => void wait(700).then(() => vault.commit()));
  expect(theirs).toEqual([[7, mine]]);
}, 60_000);
