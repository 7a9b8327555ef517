import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {silent} from '@sluice/core';
import {runJob, verifyCopy, type CopyJob} from '@sluice/job';
import {openVault} from '@sluice/pseudonyms';
import {deidentify, parsePolicy, type DeidentifyTools} from '@sluice/transform-deidentify';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {testKey} from './change.ts';
import {never} from './tables.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-deid-verify-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const policy = parsePolicy(`
version: 1
domains: {person: {form: uuid}, visit: {form: integer}, chart: {form: uuid}, mail: {}}
subjects: {people: {key: [id]}, visits: {key: [person]}}
tables:
  people:
    columns:
      id: {method: surrogate, domain: person}
      name: {method: fakeRandom, kind: name.full}
      born: {method: localSuppress, k: 2, first: year}
      zip: {method: localSuppress, k: 2, first: zip3}
      job: {method: suppressRare, below: 3}
      mrn: {method: hmac, domain: chart}
  visits:
    columns:
      id: {method: sequence, domain: visit}
      person: {method: surrogate, domain: person}
      day: dateShift
      email: {method: fakeKeyed, domain: mail, kind: email}
      weight: {method: noise, spread: 2}
      score: {method: round, to: 5}
`);

let folder: string;
let vaultFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
  vaultFile = join(folder, 'vault.db');
  fill('a.db', 1, 300);
});

function sql(name: string, ...statements: string[]): unknown[][] {
  const db = new Sqlite(join(folder, name));
  try {
    for (const statement of statements.slice(0, -1)) db.exec(statement);
    const last = db.prepare(statements.at(-1)!);
    if (last.reader) return last.raw().all() as unknown[][];
    last.run();
    return [];
  } finally {
    db.close();
  }
}

/** People with these numbers, three visits each. */
function fill(name: string, first: number, last: number): void {
  sql(name,
    'CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, name TEXT, born TEXT, zip TEXT, job TEXT, mrn TEXT)',
    'CREATE TABLE IF NOT EXISTS visits (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id), day TEXT, email TEXT, weight INTEGER, score INTEGER)',
    `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) INSERT INTO people
      SELECT i, 'Name ' || i, (1950 + i % 50) || '-03-0' || (1 + i % 9), CASE i % 3 WHEN 0 THEN '53703' ELSE '10027' END, CASE WHEN i % 100 = 0 THEN 'pilot ' || i ELSE 'job ' || i % 7 END, 'MRN' || i FROM n`,
    `INSERT INTO visits SELECT p.id * 10 + v.k, p.id, '2020-05-' || (10 + v.k), 'p' || p.id || '@mail.test', 70, p.id % 40 FROM people p, (SELECT 1 k UNION SELECT 2 UNION SELECT 3) v WHERE p.id >= ${first}`);
}

/** Runs or verifies with the vault opened for it. */
async function withVault<T>(options: {readonly comparing?: true; readonly file?: string}, work: (tools: DeidentifyTools) => Promise<T>): Promise<T> {
  const key = testKey();
  const vault = openVault(options.file ?? vaultFile, key, {readOnly: options.comparing === true});
  try {
    return await work({key, vault, ...(options.comparing && {comparing: true})});
  } finally {
    vault[Symbol.dispose]();
  }
}

const job = (from: string, to: string, tools: DeidentifyTools): CopyJob => ({
  tool: {name: 'test', version: '1.2.3'}, source: {url: `sqlite:${join(folder, from)}`}, destination: {url: `sqlite:${join(folder, to)}`},
  reportFiles: {}, stateFile: null, transforms: [deidentify(policy, tools)],
});

async function copy(from: string, to: string): Promise<void> {
  const {report, cause} = await withVault({}, tools => runJob(job(from, to, tools), {logger: silent}, never));
  if (report.status !== 'ok') throw cause ?? new Error(report.error?.message);
}
const verify = (from: string, to: string, file?: string) => withVault({comparing: true, ...(file !== undefined && {file})}, tools => verifyCopy(job(from, to, tools), {logger: silent}, never));

describe('a masked copy', () => {
  test('is equal when it is computed again with the same key and the vault read only; what was random is named', async () => {
    await copy('a.db', 'out.db');
    expect(await verify('a.db', 'out.db')).toMatchObject({
      status: 'equal', totals: {equal: 2, rows: {left: 1200, right: 1200}},
      tables: [{name: 'people', key: ['id'], notCompared: ['name']}, {name: 'visits', key: ['id'], notCompared: ['weight']}],
    });
    // Nothing of the source is there, and every reference still finds its row.
    expect(sql('out.db', "SELECT count(*) FROM people WHERE name LIKE 'Name %' OR mrn LIKE 'MRN%' OR id = '17'")).toEqual([[0]]);
    expect(sql('out.db', 'SELECT count(*) FROM visits v JOIN people p ON p.id = v.person')).toEqual([[900]]);
    expect(sql('out.db', 'PRAGMA foreign_key_list(visits)')).toHaveLength(1);
    expect(Number(sql('out.db', 'SELECT min(n) FROM (SELECT count(*) n FROM people GROUP BY born, zip)')[0]![0])).toBeGreaterThanOrEqual(2);
    expect(sql('out.db', "SELECT count(*) FROM people WHERE job LIKE 'pilot%'")).toEqual([[0]]);
    // Between the visits of a person lies what lay between them; the day itself moved.
    expect(sql('out.db', "SELECT DISTINCT julianday(max(day)) - julianday(min(day)) FROM visits GROUP BY person")).toEqual([[2]]);
    expect(Number(sql('out.db', "SELECT count(*) FROM visits WHERE day BETWEEN '2020-05-11' AND '2020-05-13'")[0]![0])).toBeLessThan(20);
  });

  test.each([
    ['a pseudonym', "UPDATE people SET id = '00000000-0000-4000-8000-000000000000' WHERE rowid = (SELECT max(rowid) FROM people)"],
    ['a moved date', "UPDATE visits SET day = date(day, '+1 day') WHERE rowid = (SELECT max(rowid) FROM visits)"],
    ['a token', "UPDATE people SET mrn = 'x' WHERE rowid = 7"],
    ['a cell that is to be NULL', "UPDATE people SET job = 'pilot 100' WHERE job IS NULL AND rowid IN (SELECT rowid FROM people WHERE job IS NULL LIMIT 1)"],
  ])('is different when %s was altered', async (_, statement) => {
    await copy('a.db', 'out.db');
    sql('out.db', 'PRAGMA foreign_keys = OFF', statement);
    expect(await verify('a.db', 'out.db')).toMatchObject({status: 'different'});
  });

  test('is different where the vault does not know a pseudonym', async () => {
    await copy('a.db', 'out.db');
    copyFileSync(vaultFile, join(folder, 'old.db'));
    fill('a.db', 301, 310);
    await copy('a.db', 'out.db');
    expect(await verify('a.db', 'out.db')).toMatchObject({status: 'equal'});
    expect(await verify('a.db', 'out.db', join(folder, 'old.db'))).toMatchObject({status: 'different', tables: [{name: 'people', missing: 10, extra: 10}, {name: 'visits', missing: 30, extra: 30}]});
  });

  test('of another database, made in another run, joins with it', async () => {
    fill('b.db', 250, 350);
    await copy('a.db', 'out-a.db');
    await copy('b.db', 'out-b.db');
    const ids = (file: string) => new Set(sql(file, 'SELECT id FROM people').map(([id]) => id));
    const [a, b] = [ids('out-a.db'), ids('out-b.db')];
    expect([...a].filter(id => b.has(id))).toHaveLength(51);
    const tokens = new Map(sql('out-a.db', 'SELECT id, mrn FROM people') as [string, string][]);
    expect(sql('out-b.db', 'SELECT id, mrn FROM people').every(([id, mrn]) => !tokens.has(id as string) || tokens.get(id as string) === mrn)).toBe(true);
  });
});

test('a vault of another key, and a policy without what it needs, are refused before a row is read', async () => {
  await copy('a.db', 'out.db');
  expect(() => openVault(vaultFile, testKey(1))).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG'}));
  const {report} = await runJob(job('a.db', 'none.db', {key: testKey()}), {logger: silent}, never);
  expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_CONFIG'}, tables: []});
});
