import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {ErrorCode} from '@sluice/core';
import {openState, type PendingBase, type StoredBase} from '@sluice/state';
import Database from 'better-sqlite3';
import {afterAll, beforeEach, expect, test} from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'sluice-base-'));
let path: string;
let number = 0;
beforeEach(() => { path = join(root, String(number++), 'state.db'); });
afterAll(() => rmSync(root, {recursive: true, force: true}));

const texts = (entries: Record<string, string>) => new Map(Object.entries(entries));
const base: StoredBase = {head: 'h1', tables: texts({users: 'u1', visits: 'v1', 'é"😀\u0000': 'w1'})};
const pending: PendingBase = {head: 'h2', tables: texts({visits: 'v2', new: 'n2'}), removed: ['é"😀\u0000', 'never there']};
const adopted: StoredBase = {head: 'h2', tables: texts({users: 'u1', visits: 'v2', new: 'n2'})};

test('a base comes back as it was saved, by target', async () => {
  {
    await using state = await openState(path);
    expect(await state.loadBase('a')).toBeNull();
    await state.saveBase('a', base);
    await state.saveBase('b', {head: '', tables: new Map()});
  }
  await using state = await openState(path);
  expect(await state.loadBase('a')).toEqual(base);
  expect(await state.loadBase('b')).toEqual({head: '', tables: new Map()});
});

test('what is pending changes nothing until it is adopted, then changed tables are others and removed ones are gone', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  await state.saveBase('b', base);
  await state.savePending('a', pending);
  expect([await state.loadBase('a'), await state.loadPending('a'), await state.loadPending('b')]).toEqual([base, 'h2', null]);
  expect(await state.adoptPending('a')).toBe(true);
  expect([await state.loadBase('a'), await state.loadPending('a')]).toEqual([adopted, null]);
  expect(await state.loadBase('b')).toEqual(base);
  expect(await state.adoptPending('a')).toBe(false);
  expect(await state.loadBase('a')).toEqual(adopted);
});

test('texts of tables that did not change are not written again', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  const db = new Database(path);
  for (const act of ['update', 'delete']) {
    db.exec(`create trigger no_${act} before ${act} on base_table when old.name = 'users' begin select raise(abort, 'touched'); end`);
  }
  db.exec("create trigger no_insert before insert on base_table when new.name = 'users' begin select raise(abort, 'touched'); end");
  db.close();
  await state.savePending('a', pending);
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual(adopted);
});

test('`others` removes what is not pending', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  await state.saveBase('b', base);
  await state.savePending('a', {head: 'h2', tables: texts({visits: 'v2'}), removed: 'others'});
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual({head: 'h2', tables: texts({visits: 'v2'})});
  expect(await state.loadBase('b')).toEqual(base);
});

test('a table that is both changed and removed stays', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  await state.savePending('a', {head: 'h2', tables: texts({users: 'u2'}), removed: base.tables.keys()});
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual({head: 'h2', tables: texts({users: 'u2'})});
});

test('what is pending without a base becomes the base', async () => {
  await using state = await openState(path);
  await state.savePending('a', pending);
  expect(await state.loadBase('a')).toBeNull();
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual({head: 'h2', tables: pending.tables});
});

test('a later pending base takes the place of an earlier one, and dropping it leaves the base', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  await state.savePending('a', {head: 'lost', tables: texts({lost: 'x'}), removed: ['users']});
  await state.savePending('a', pending);
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual(adopted);
  await state.savePending('a', {head: 'lost', tables: texts({users: 'x'}), removed: 'others'});
  await state.dropPending('a');
  expect([await state.loadPending('a'), await state.adoptPending('a'), await state.loadBase('a')]).toEqual([null, false, adopted]);
});

test('a base that is saved or forgotten takes what was pending along', async () => {
  await using state = await openState(path);
  await state.savePending('a', pending);
  await state.saveBase('a', base);
  expect([await state.loadPending('a'), await state.loadBase('a')]).toEqual([null, base]);
  await state.savePending('a', pending);
  await state.saveBase('b', base);
  await state.forgetBase('a');
  expect([await state.loadPending('a'), await state.loadBase('a'), await state.adoptPending('a')]).toEqual([null, null, false]);
  expect(await state.loadBase('b')).toEqual(base);
});

test('saving that fails in the middle changes nothing', async () => {
  await using state = await openState(path);
  await state.saveBase('a', base);
  await state.savePending('a', pending);
  const breaks = (): ReadonlyMap<string, string> => {
    const map = texts({x: '1', y: '2'});
    map[Symbol.iterator] = function* () {
      yield ['x', '1'] as [string, string];
      throw new Error('stop');
    } as typeof map[typeof Symbol.iterator];
    return map;
  };
  await expect(state.savePending('a', {head: 'h3', tables: breaks(), removed: 'others'})).rejects.toThrow('stop');
  await expect(state.saveBase('a', {head: 'h3', tables: breaks()})).rejects.toThrow('stop');
  expect([await state.loadBase('a'), await state.loadPending('a')]).toEqual([base, 'h2']);
  await state.adoptPending('a');
  expect(await state.loadBase('a')).toEqual(adopted);
});

test('a store that another process keeps busy is a WRITE error that can be retried', {timeout: 20_000}, async () => {
  await using state = await openState(path);
  const other = new Database(path);
  other.exec('begin immediate');
  const error: unknown = await state.saveBase('a', base).catch((caught: unknown) => caught);
  other.close();
  expect(error).toMatchObject({code: ErrorCode.WRITE, retryable: true});
});

/** As version 0.1.0 made it. */
const FORMAT_1 = `create table run (id integer primary key, target text not null, status text not null, started_at text not null, report text not null) strict;
  create index run_by_target on run (target, id);
  create table position (target text not null, name text not null, position text not null, primary key (target, name)) strict, without rowid;
  create table checksum (target text not null, name text not null, digest text not null, primary key (target, name)) strict, without rowid;
  pragma application_id = ${0x534c4345}; pragma user_version = 1;`;

test('a file of format 1 is brought up to date and keeps what it held', async () => {
  mkdirSync(dirname(path));
  const old = new Database(path);
  const report = {format: 'sluice.run-report/1', status: 'ok', startedAt: '2024', finishedAt: '2024', tables: [], source: {}, destination: {label: 'a'}, error: null, warnings: []};
  old.exec(FORMAT_1);
  old.prepare('insert into run (target, status, started_at, report) values (?, ?, ?, ?)').run('a', 'ok', '2024', JSON.stringify(report));
  old.prepare('insert into position values (?, ?, ?)').run('a', 'users', '7');
  old.close();
  for (let time = 0; time < 2; time++) {
    await using state = await openState(path);
    expect(await state.history('a')).toEqual([report]);
    expect(await state.loadPosition('a', 'users')).toBe('7');
    expect(await state.loadBase('a')).toEqual(time === 0 ? null : base);
    await state.saveBase('a', base);
  }
});

test.each([
  ['format 1 with a table too much', `${FORMAT_1} create table base (mine)`],
  ['format 2 without its tables', `${FORMAT_1} pragma user_version = 2`],
])('a file of %s is damaged, says its CONFIG error', async (_, sql) => {
  mkdirSync(dirname(path));
  const old = new Database(path);
  old.exec(sql);
  old.close();
  await expect(openState(path)).rejects.toMatchObject({code: ErrorCode.CONFIG, message: `the state file ${path} is damaged`});
});

test('a file of format 1 that is not as it should be stays as it is', async () => {
  mkdirSync(dirname(path));
  const old = new Database(path);
  old.exec(`${FORMAT_1} create table base (mine); insert into base values (1)`);
  old.close();
  await expect(openState(path)).rejects.toThrow();
  const after = new Database(path);
  expect([after.pragma('user_version', {simple: true}), after.prepare('select * from base').all()]).toEqual([1, [{mine: 1}]]);
  after.close();
});
