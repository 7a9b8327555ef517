import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
const child = fileURLToPath(new URL('children/digest.mjs', import.meta.url));

// Threads run what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/connector-sqlite'], {cwd: root, encoding: 'utf8'});
  expect(built.stdout + built.stderr).toBe('');
});

const childOfPlaces = fileURLToPath(new URL('children/digest-places.mjs', import.meta.url));

function digest(shape: 'alias' | 'rowid', damage = '', script = child, ...more: readonly string[]): unknown {
  const {stdout, stderr} = spawnSync(process.execPath, [script, join(newFolder(), 'to.db'), shape, damage, ...more], {encoding: 'utf8'});
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.each(['alias', 'rowid'] as const)('two threads, table by %s', shape => {
  test('digest what reading back gives, tell of every row, and stop when they are told', () => {
    expect(digest(shape)).toEqual({threads: true, equal: true, rows: 100_001, heard: 100_001, any: null, stopped: 'AbortError'});
  });

  test('are not started for a table of which a half is read sooner than they are', () => {
    expect(digest(shape, '', child, '65535')).toMatchObject({threads: false, heard: 0});
    expect(digest(shape, '', child, '65536')).toMatchObject({threads: true, equal: true, heard: 65_536});
  });

  test.each([
    ['a changed value in the first half', `UPDATE t SET body = 'x' WHERE body = 'body é 17'`, 100_001],
    ['a changed value in the second half', `UPDATE t SET big = 7 WHERE body = 'body é 99999'`, 100_001],
    ['a missing row', `DELETE FROM t WHERE body = 'body é 65535'`, 100_000],
    ['a row before the first', 'INSERT INTO t (rowid, id) VALUES (-9000000, -9000000)', 100_002],
    ['a row behind the last', 'INSERT INTO t (rowid, id) VALUES (9000000, 9000000)', 100_002],
  ])('notice %s', (_, damage, rows) => {
    expect(digest(shape, damage.replace('rowid, id', shape === 'alias' ? 'id' : 'rowid, id').replace(/VALUES \((-?\d+), -?\d+\)/, shape === 'alias' ? 'VALUES ($1)' : '$&')))
      .toMatchObject({threads: true, equal: false, rows});
  });
});

describe.each(['alias', 'rowid'] as const)('two threads, table by %s, place by place', shape => {
  test('digest each place as its rows were written, tell of every row, and stop when they are told', () => {
    expect(digest(shape, '', childOfPlaces)).toEqual({count: 100, different: [], heard: 100_000, stopped: 'AbortError'});
  });

  test.each([
    ['a changed value in the first place', `UPDATE t SET body = 'x' WHERE body = 'body é 17'`, [0], 100_000],
    ['a changed value in the last place', `UPDATE t SET big = 7 WHERE body = 'body é 99999'`, [99], 100_000],
    ['missing rows on both sides', `DELETE FROM t WHERE body IN ('body é 49999', 'body é 50000')`, [49, 50], 99_998],
  ])('notice %s, and where', (_, damage, different, heard) => {
    expect(digest(shape, damage, childOfPlaces)).toMatchObject({different, heard});
  });

  test('say what went wrong in their own words', () => {
    const {stderr, status} = spawnSync(process.execPath, [childOfPlaces, join(newFolder(), 'to.db'), shape, 'DROP TABLE t'], {encoding: 'utf8'});
    expect(status).toBe(1);
    expect(stderr).toContain("code: 'SLUICE_CONNECT'");
  });
});
