import {closeSync, openSync, readdirSync, readFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {Destination, Load} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {SqliteDestination, SqliteSource} from '../src/index.ts';
import {never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

// What verification is for: the file is damaged between writing and reading back, and the run must notice.

const newFolder = temporaryFolders();
const tool = {name: 'test', version: '0'};

function folderWithSource(): {folder: string; from: string; to: string} {
  const folder = newFolder();
  const from = join(folder, 'from.db');
  const db = new Database(from);
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, n INT, d DECIMAL(8,2), f REAL);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5000) INSERT INTO t SELECT i, 'left ' || i, 'right ' || i, i, i / 100.0, i / 7.0 FROM s;
    CREATE TABLE u (a, b); INSERT INTO u VALUES (1, 'x'), (1, 'x'), (2.5, NULL), (x'00', 9223372036854775807);`);
  db.close();
  return {folder, from, to: join(folder, 'to.db')};
}

/** Copies everything; `damage` may do its worst to the part once it is finished. */
async function copy(from: string, to: string, damage?: (part: string) => void) {
  await using source = new SqliteSource(from);
  await using inner = new SqliteDestination(to);
  const finishing = (load: Load): Load => new Proxy(load, {
    get(target, property) {
      if (property === 'finish') {
        return async (signal: AbortSignal) => {
          const omissions = await target.finish(signal);
          const folder = join(to, '..');
          damage?.(join(folder, readdirSync(folder).find(name => name.endsWith('.part'))!));
          return omissions;
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const destination: Destination = new Proxy<Destination>(inner, {
    get(target, property) {
      if (property === 'begin') return async (...args: Parameters<Destination['begin']>) => finishing(await target.begin(...args));
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const {report} = await runCopy({tool, source, destination}, never);
  return report;
}

const sql = (statement: string) => (part: string) => {
  const db = new Database(part);
  db.exec(statement);
  db.close();
};

test('an undamaged copy is proved, published, and equal', async () => {
  const {folder, from, to} = folderWithSource();
  const report = await copy(from, to);
  expect(report.error).toBeUndefined();
  expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'passed', tables: 2, rows: 5004}});
  const db = new Database(to, {readonly: true});
  db.exec(`ATTACH '${from}' AS origin`);
  expect(db.prepare('SELECT count(*) FROM (SELECT *, typeof(f), typeof(d) FROM t EXCEPT SELECT *, typeof(f), typeof(d) FROM origin.t)').pluck().get()).toBe(0);
  expect(db.prepare('SELECT a, b, typeof(a), typeof(b) FROM u').raw().all()).toEqual(db.prepare('SELECT a, b, typeof(a), typeof(b) FROM origin.u').raw().all());
  db.close();
  expect(readdirSync(folder).sort()).toEqual(['from.db', 'to.db']);
});

test.each<[string, (part: string) => void]>([
  ['a single flipped bit', part => {
    const at = readFileSync(part).indexOf('left 4321');
    const file = openSync(part, 'r+');
    writeSync(file, Buffer.from('m'), 0, 1, at);
    closeSync(file);
  }],
  ['a swapped pair of values', sql('UPDATE t SET a = b, b = a WHERE id = 77')],
  ['a swapped pair of rows', sql("UPDATE t SET a = CASE id WHEN 5 THEN 'left 6' ELSE 'left 5' END WHERE id IN (5, 6)")],
  ['a missing row', sql('DELETE FROM t WHERE id = 5000')],
  ['a doubled row', sql('INSERT INTO u SELECT * FROM u LIMIT 1')],
  ['a doubled row in place of another', sql('UPDATE u SET (a, b) = (1, \'x\') WHERE a = 2.5')],
  ['the last bit of a float', sql('UPDATE t SET f = 0.14285714285714288 WHERE id = 1')],
  ['an integer that became a float', sql('UPDATE u SET a = 1.0 WHERE rowid = 1')],
  ['an integer that became text', sql("UPDATE u SET b = '9223372036854775807' WHERE rowid = 4")],
  ['null that became empty', sql("UPDATE u SET b = '' WHERE b IS NULL")],
  ['a number beyond its scale', sql('UPDATE t SET d = 0.014 WHERE id = 1')],
  ['the last bit of a decimal', sql('UPDATE t SET d = 0.010000000000000002 WHERE id = 1')],
])('%s makes the run fail and publishes nothing', async (_, damage) => {
  const {folder, from, to} = folderWithSource();
  const report = await copy(from, to, damage);
  expect(report).toMatchObject({status: 'failed', published: false, verification: {status: 'failed'}, error: {code: 'SLUICE_VERIFY'}});
  expect(readdirSync(folder)).toEqual(['from.db']);
});
