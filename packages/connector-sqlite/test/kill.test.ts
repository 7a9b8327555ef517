import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {beforeAll, expect, test} from 'vitest';
import {randomNumbers} from '@sluice/testkit';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
const child = fileURLToPath(new URL('children/load.mjs', import.meta.url));
const ROWS = 3000;

// A child is another process, on plain node: it runs what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/connector-sqlite'], {cwd: root, encoding: 'utf8'});
  expect(built.stdout + built.stderr).toBe('');
});

type Mode = 'replace' | 'append' | 'upsert';

/** Runs a load and kills it `afterMs` after it has said `step` for the n-th time; resolves with the last thing that it said. */
async function killed(file: string, generation: number, mode: Mode, {step, times = 1, afterMs = 0}: {step: string; times?: number; afterMs?: number}): Promise<string> {
  const running = spawn(process.execPath, [child, file, String(generation), mode, String(ROWS)], {stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  let seen = 0;
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const now = said.split('\n').filter(line => line === step).length;
    if (now >= times && seen < times) setTimeout(() => running.kill('SIGKILL'), afterMs);
    seen = now;
  });
  await once(running, 'close');
  return said.trim().split('\n').at(-1) ?? '';
}

async function whole(file: string, generation: number, mode: Mode): Promise<void> {
  expect(await killed(file, generation, mode, {step: 'never'})).toBe('end');
}

/** What a reader finds: the generation and the number of rows. The file must be sound. */
function found(file: string): {generation: string; rows: number} | null {
  if (!existsSync(file)) return null;
  const db = new Database(file);
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 't'").get() === undefined) return {generation: '', rows: 0};
    const generations = db.prepare("SELECT DISTINCT substr(label, 1, 12) FROM t").pluck().all() as string[];
    expect(db.pragma('integrity_check', {simple: true})).toBe('ok');
    expect(generations.length, 'generations in one file').toBeLessThan(2);
    return {generation: generations[0]?.slice(-1) ?? '', rows: Number(db.prepare('SELECT count(*) FROM t').pluck().get())};
  } finally {
    db.close();
  }
}

const random = randomNumbers(7);
const moments = [
  ...['start', 'begun', 'opened', 'loaded', 'finished', 'published'].map(step => ({step})),
  ...[1, 2, 10, 29].map(times => ({step: 'written', times})),
  ...Array.from({length: 10}, () => ({step: ['start', 'opened', 'loaded', 'finished'][Math.floor(random() * 4)]!, afterMs: random() * 12})),
];

test('a replace load killed at any moment leaves the old file whole, or the new one; the next load finds nothing in its way', async () => {
  const folder = newFolder();
  const file = join(folder, 'x.db');
  await whole(file, 0, 'replace');
  const ends = new Set<string>();
  for (const moment of moments) {
    const last = await killed(file, 1, 'replace', moment);
    ends.add(last);
    const seen = found(file)!;
    if (last === 'published' || last === 'end') expect(seen.generation).toBe('1');
    expect(seen.rows, `rows after ${JSON.stringify(moment)}`).toBe(ROWS);
    await whole(file, 0, 'replace');
    expect(found(file)).toEqual({generation: '0', rows: ROWS});
    expect(readdirSync(folder).filter(name => name.startsWith('.') || /-(journal|wal|shm)$/.test(name))).toEqual([]);
  }
  expect(ends.size, 'different ends').toBeGreaterThan(4);
}, 120_000);

test.each(['append', 'upsert'] as const)('an %s load killed at any moment goes on where it was committed: no row is lost or doubled', async mode => {
  for (const moment of [{step: 'begun'}, {step: 'written', times: 3}, {step: 'committed', times: 2}, {step: 'committed', times: 3, afterMs: 1}, {step: 'loaded'}, ...moments.slice(-4)]) {
    const folder = newFolder();
    mkdirSync(folder, {recursive: true});
    const file = join(folder, 'x.db');
    await killed(file, 1, mode, moment);
    const seen = found(file);
    expect((seen?.rows ?? 0) % 500, `rows after ${JSON.stringify(moment)}`).toBe(0);
    await whole(file, 1, mode);
    expect(found(file)).toEqual({generation: '1', rows: ROWS});
  }
}, 120_000);
