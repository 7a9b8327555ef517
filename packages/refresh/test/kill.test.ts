import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {randomNumbers} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {beforeAll, describe, expect, test} from 'vitest';
import {folders, run} from './lab.ts';

const folder = folders();
const child = fileURLToPath(new URL('children/refresh.mjs', import.meta.url));
const BIG = 300_000;
const SMALL = 9;

// A child is another process, on plain node: it runs what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/refresh', 'packages/connector-sqlite', 'packages/state'], {cwd: root, encoding: 'utf8'});
  expect(built.stdout + built.stderr).toBe('');
}, 120_000);

interface Place {
  readonly folder: string;
  readonly from: string;
  readonly target: string;
  readonly state: string;
}

function place(from: string): Place {
  const path = folder();
  return {folder: path, from, target: join(path, 'live.db'), state: join(path, 'state', 'state.db')};
}

function makeSource(): string {
  const from = join(folder(), 'from.db');
  run(from, 'PRAGMA synchronous = OFF', 'CREATE TABLE big (id INTEGER PRIMARY KEY, version INT, x TEXT)',
    `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${BIG}) INSERT INTO big SELECT i, 1, 'text of row ' || i FROM c`,
    ...Array.from({length: SMALL}, (_, t) => [
      `CREATE TABLE small_${t} ${t % 3 === 0 ? '(id INTEGER PRIMARY KEY, x TEXT)' : t % 3 === 1 ? '(id INT, x TEXT, PRIMARY KEY (x, id)) WITHOUT ROWID' : '(id INT, x TEXT)'}`,
      `INSERT INTO small_${t} SELECT id, x FROM big WHERE id % 997 = ${t}`,
    ]).flat(), 'CREATE INDEX by_x ON big (x)', 'CREATE VIEW v AS SELECT id, x FROM big WHERE version > 1');
  return from;
}

interface Outcome {
  readonly status: string;
  readonly rowsRead: number;
  readonly refresh: {readonly kind: string; readonly resumed: boolean};
}

/** Runs the child; `killAt` says when it dies, looked at every few milliseconds. Null when it was killed. */
async function refresh({from, target, state}: Place, kind: 'full' | 'changes', killAt: ((elapsed: number) => boolean) | null = null): Promise<Outcome | null> {
  const running = spawn(process.execPath, [child, from, target, state, kind], {stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  running.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const started = performance.now();
  const timer = killAt && setInterval(() => { if (killAt(performance.now() - started)) running.kill('SIGKILL'); }, 3);
  const [, signal] = await once(running, 'close') as [number | null, string | null];
  if (timer) clearInterval(timer);
  return signal === 'SIGKILL' ? null : JSON.parse(said) as Outcome;
}

/** A digest of all that is in a file: comparing 300,000 rows as text for every kill would take longer than the run. */
function summary(file: string): string {
  const db = new Database(file, {readonly: true, fileMustExist: true});
  try {
    expect(db.pragma('quick_check(1)', {simple: true})).toBe('ok');
    const objects = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').raw().all().map(row => JSON.stringify(row)).sort();
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];
    // Rows count and their contents add up, whatever order they lie in.
    const sums = tables.map(name => db.prepare(`SELECT count(*), total(id), total(length(x)), total(unicode(substr(x, -1)) * id), total(unicode(substr(x, -2, 1)) * (id % 1009)) ${name === 'big' ? ', total(version * (id % 10007))' : ''} FROM ${name}`).raw().get());
    return JSON.stringify([objects, tables, sums]);
  } finally {
    db.close();
  }
}

const leftovers = ({folder: path}: Place) => readdirSync(path, {recursive: true}).map(String)
  .filter(name => !/^live(_[\d_.-]+)?\.db$|^state$|^state\/progress$|^state\/state\.db(-wal|-shm)?$/.test(name));

async function fresh(from: string): Promise<string> {
  const calm = place(from);
  expect(await refresh(calm, 'full')).toMatchObject({status: 'ok'});
  const found = summary(calm.target);
  rmSync(calm.folder, {recursive: true});
  return found;
}

const random = randomNumbers(20_261_124);

describe('a full run killed at any moment', () => {
  test('goes on, reads what is missing, and makes what a calm one makes: 30 times', {timeout: 600_000}, async () => {
    const from = makeSource();
    const expected = await fresh(from);
    let takes = Infinity;
    for (let i = 0; i < 2; i++) {
      const started = performance.now();
      await refresh(place(from), 'full');
      takes = Math.min(takes, performance.now() - started);
    }
    let resumed = 0;
    let killed = 0;
    for (let i = 0; i < 30; i++) {
      const here = place(from);
      const share = (i + random()) / 30;
      const first = await refresh(here, 'full', elapsed => elapsed > takes * share);
      if (first === null) killed++;
      expect(existsSync(here.target) ? summary(here.target) : null, `killed at ${share}`).toBeOneOf([null, expected]);
      const second = (await refresh(here, 'full'))!;
      expect(second.status, `killed at ${share}`).toBe('ok');
      expect(summary(here.target) === expected, `killed at ${share}`).toBe(true);
      expect(leftovers(here), `killed at ${share}`).toEqual([]);
      if (second.refresh.resumed) resumed++;
      rmSync(here.folder, {recursive: true});
    }
    // How many it meets depends on what else the machine does.
    expect(killed).toBeGreaterThan(12);
    expect(resumed).toBeGreaterThan(4);
  });

  test('late: it reads clearly less the second time', {timeout: 120_000}, async () => {
    const from = makeSource();
    const here = place(from);
    const noted = () => {
      const path = join(here.folder, 'state', 'progress');
      const [file] = existsSync(path) ? readdirSync(path) : [];
      return file === undefined ? '' : readFileSync(join(path, file), 'utf8');
    };
    expect(await refresh(here, 'full', () => (noted().match(/"entry":"segment","table":"big"/g) ?? []).length >= 4)).toBeNull();
    const second = (await refresh(here, 'full'))!;
    expect(second.refresh.resumed).toBe(true);
    // Four of its six segments were noted.
    expect(second.rowsRead).toBeLessThanOrEqual(BIG / 3 + 10_000);
    expect(summary(here.target)).toBe(await fresh(from));
    expect(leftovers(here)).toEqual([]);
  });

  test('and the source changed before the next one: it is as a fresh one, 8 times', {timeout: 300_000}, async () => {
    const from = makeSource();
    let resumed = 0;
    for (let i = 0; i < 8; i++) {
      const here = place(from);
      const bytes = 2 ** 20 * (2 + i * 2);
      const part = () => readdirSync(here.folder).find(name => name.endsWith('.part'));
      await refresh(here, 'full', () => {
        const name = part();
        return name !== undefined && (statSync(join(here.folder, name), {throwIfNoEntry: false})?.size ?? 0) > bytes;
      });
      const id = 1 + Math.floor(random() * BIG);
      run(from, `UPDATE big SET version = ${i + 2} WHERE id BETWEEN ${id} AND ${id + 10}`, `DELETE FROM big WHERE id = ${id + 20}`, `INSERT INTO big VALUES (${BIG + i + 1}, 0, 'appended')`,
        `UPDATE small_${i % SMALL} SET x = 'edited' WHERE id = (SELECT min(id) FROM small_${i % SMALL})`, ...i === 5 ? ['ALTER TABLE small_4 RENAME COLUMN id TO id_2', 'ALTER TABLE small_4 RENAME COLUMN id_2 TO id', 'CREATE TABLE small_9 (id INT, x TEXT)'] : []);
      const second = (await refresh(here, 'full'))!;
      if (second.refresh.resumed) resumed++;
      expect(summary(here.target)).toBe(await fresh(from));
      expect(leftovers(here)).toEqual([]);
      rmSync(here.folder, {recursive: true});
    }
    expect(resumed).toBeGreaterThan(3);
  });
});

test('an update killed at any moment: the file is the old one or the new one, and the next update makes it as fresh: 12 times', {timeout: 600_000}, async () => {
  const from = makeSource();
  const here = place(from);
  await refresh(here, 'full');
  let old = summary(here.target);
  let killed = 0;
  let takes = 1500;
  for (let i = 0; i < 12; i++) {
    const id = 1 + Math.floor(random() * BIG);
    run(from, `UPDATE big SET version = version + 1 WHERE id BETWEEN ${id} AND ${id + 3000}`, `DELETE FROM small_${i % SMALL} WHERE id = (SELECT max(id) FROM small_${i % SMALL})`, `INSERT INTO small_${i % SMALL} VALUES (${1_000_000 + i}, 'new ${i}')`);
    const expected = await fresh(from);
    const share = (i + random()) / 12;
    if (await refresh(here, 'changes', elapsed => elapsed > takes * share) === null) killed++;
    const meanwhile = summary(here.target);
    expect([old, expected].includes(meanwhile), `killed at ${share}`).toBe(true);
    const started = performance.now();
    const next = (await refresh(here, 'changes'))!;
    if (next.refresh.kind === 'incremental') takes = Math.min(takes, performance.now() - started);
    expect(summary(here.target) === expected, `killed at ${share}`).toBe(true);
    expect(leftovers(here), `killed at ${share}`).toEqual([]);
    expect(await refresh(here, 'changes')).toMatchObject({refresh: {kind: 'none'}, rowsRead: 0});
    old = expected;
  }
  expect(killed).toBeGreaterThan(4);
});
