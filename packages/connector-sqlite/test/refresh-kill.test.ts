import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, existsSync, readdirSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {randomNumbers} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {beforeAll, expect, test} from 'vitest';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
const child = fileURLToPath(new URL('children/refresh.mjs', import.meta.url));

// A child is another process, on plain node: it runs what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/connector-sqlite'], {cwd: root, encoding: 'utf8'});
  expect(built.stdout + built.stderr).toBe('');
});

interface Moment {
  readonly step: string;
  readonly times?: number;
  readonly afterMs?: number;
}

/** Runs the child and kills it `afterMs` after it has said `step` for the n-th time; resolves with all that it said. */
async function run(folder: string, from: 'nothing' | 'live', generation: number, moment: Moment | null): Promise<string[]> {
  const running = spawn(process.execPath, [child, join(folder, 'x.db'), from, String(generation), folder], {stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  let killing = false;
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (killing || moment === null || said.split('\n').filter(line => line === moment.step).length < (moment.times ?? 1)) return;
    killing = true;
    setTimeout(() => running.kill('SIGKILL'), moment.afterMs ?? 0);
  });
  await once(running, 'close');
  return said.trim().split('\n');
}

/** All that a reader finds, rowids too. */
function contentOf(file: string): unknown {
  const db = new Database(file);
  try {
    expect(db.pragma('integrity_check', {simple: true})).toBe('ok');
    const objects = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').raw().all();
    return [objects, ...['keyed', 'counted', 'proved'].map(table => db.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).raw().all())];
  } finally {
    db.close();
  }
}
/** The same without the rowids that nobody chose. */
function valuesOf(file: string): unknown {
  const db = new Database(file, {readonly: true});
  try {
    return ['keyed', 'counted', 'proved'].map(table => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).raw().all());
  } finally {
    db.close();
  }
}

const random = randomNumbers(11);
const steps = ['begun', 'written', 'committed', 'loaded', 'finished', 'sealed'];
const moments: readonly Moment[][] = [
  ...steps.map(step => [{step, times: step === 'written' || step === 'committed' ? 7 : 1}]),
  [{step: 'written', times: 1}, {step: 'written', times: 1}, {step: 'retained', times: 1}],
  [{step: 'committed', times: 41}, {step: 'committed', times: 2}],
  ...Array.from({length: 6}, () => Array.from({length: 3}, () => ({
    step: ['start', 'begun', 'written', 'committed', 'loaded', 'finished'][Math.floor(random() * 6)]!, times: 1 + Math.floor(random() * 2), afterMs: random() * 30,
  }))),
];
const left = (folder: string) => readdirSync(folder).filter(name => name.startsWith('.') || /-(journal|wal|shm)$/.test(name));

test('a load killed at any moment goes on from what was noted: the file is that of a load that was not', async () => {
  const calm = newFolder();
  expect((await run(calm, 'nothing', 1, null)).at(-1)).toBe('end');
  const expected = contentOf(join(calm, 'x.db'));
  let resumed = 0;
  for (const kills of moments) {
    const folder = newFolder();
    for (const moment of kills) {
      const said = await run(folder, 'nothing', 1, moment);
      if (said.includes('resumed')) resumed++;
      if (said.includes('lost')) expect(existsSync(join(folder, 'x.db')), 'nothing but a published load cannot be resumed').toBe(true);
    }
    const last = await run(folder, 'nothing', 1, null);
    if (last.includes('resumed')) resumed++;
    expect(last.at(-1)).toBe('end');
    expect(contentOf(join(folder, 'x.db')), JSON.stringify(kills)).toEqual(expected);
    expect(left(folder)).toEqual([]);
  }
  expect(resumed).toBeGreaterThan(moments.length / 2);
}, 180_000);

test('so does one that patches a copy of the live file, which stays whole meanwhile', async () => {
  const calm = newFolder();
  await run(calm, 'nothing', 1, null);
  renameSync(join(calm, 'base.next'), join(calm, 'base'));
  const first = valuesOf(join(calm, 'x.db'));
  const start = newFolder();
  for (const name of ['x.db', 'base']) copyFileSync(join(calm, name), join(start, name));
  expect((await run(calm, 'live', 2, null)).at(-1)).toBe('end');
  const expected = valuesOf(join(calm, 'x.db'));
  expect(expected).not.toEqual(first);
  for (const kills of moments.slice(0, 10)) {
    const folder = newFolder();
    for (const name of ['x.db', 'base']) copyFileSync(join(start, name), join(folder, name));
    let live = 1;
    for (const moment of kills) {
      const said = await run(folder, 'live', 2, moment);
      if (said.includes('sealed')) live = 2; // or about to be
      if (live === 1) expect(valuesOf(join(folder, 'x.db')), 'the live file').toEqual(first);
      // The state that would follow a publication.
      if (said.includes('published')) renameSync(join(folder, 'base.next'), join(folder, 'base'));
    }
    expect((await run(folder, 'live', 2, null)).at(-1)).toBe('end');
    expect(valuesOf(join(folder, 'x.db')), JSON.stringify(kills)).toEqual(expected);
    contentOf(join(folder, 'x.db'));
    expect(left(folder)).toEqual([]);
  }
}, 180_000);
