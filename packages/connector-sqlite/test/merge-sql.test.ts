import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {BESIDE, differingSql, insertSql, updateSql, type MergePair} from '../src/merge-sql.ts';

test.each([1, 2, 3, 250, 1_500])('rows of %i columns are compared, changed and added', columns => {
  const names = ['id', ...Array.from({length: columns}, (_, i) => `c${i}`)];
  const pair: MergePair = {name: 'wide', columns: names, filled: names, key: ['id']};
  const db = new Database(':memory:');
  db.exec(`ATTACH ':memory:' AS ${BESIDE}`);
  for (const schema of ['main', BESIDE]) db.exec(`CREATE TABLE ${schema}.wide (id INTEGER PRIMARY KEY, ${names.slice(1).join(', ')})`);
  const row = (id: number, last: number | string | null) => [id, ...Array.from({length: columns - 1}, (_, i) => i), last];
  const insert = (schema: string, values: readonly unknown[]) => db.prepare(`INSERT INTO ${schema}.wide VALUES (${names.map(() => '?').join(', ')})`).run(...values);
  for (const [id, last] of [[1, 'same'], [2, 'old'], [3, null]] as const) insert('main', row(id, last));
  for (const [id, last] of [[1, 'same'], [2, 'new'], [3, 0], [4, 'more']] as const) insert(BESIDE, row(id, last));

  expect(db.prepare(differingSql(pair)).pluck().get()).toBe(3);
  expect(db.prepare(updateSql(pair)).run().changes).toBe(2);
  expect(db.prepare(insertSql(pair, true)).run().changes).toBe(1);
  expect(db.prepare(differingSql(pair)).pluck().get()).toBe(0);
  expect(db.prepare(`SELECT c${columns - 1} FROM main.wide ORDER BY id`).pluck().all()).toEqual(['same', 'new', 0, 'more']);
  db.close();
});
