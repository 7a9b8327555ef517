import {readFileSync} from 'node:fs';
import {shape} from '@sluice/transform-shape';
import {describe, expect, test} from 'vitest';
import {folders, Lab, told} from './lab.ts';

const folder = folders();
const rows = (table: string, count = 40) => `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count}) INSERT INTO ${table} SELECT i, 'x' || i, i * 2 FROM c`;
const study = async (...more: string[]) => {
  const lab = new Lab(folder()).source(
    'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n INT)', rows('a'), 'CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, n INT)', rows('b'), ...more);
  await lab.bulk();
  return lab;
};
/** A table with another definition under the old name, with the rows it had. */
const redefined = (definition: string, select = '*') => [`CREATE TABLE new_a ${definition}`, `INSERT INTO new_a SELECT ${select} FROM a`, 'DROP TABLE a', 'ALTER TABLE new_a RENAME TO a'];

describe('a changed definition', () => {
  test.for<[what: string, statements: string[], reason: string]>([
    ['a renamed column', ['ALTER TABLE a RENAME COLUMN x TO y'], 'column x is called y now'],
    ['a column added', ['ALTER TABLE a ADD COLUMN y TEXT'], 'column y is new'],
    ['a column dropped', ['ALTER TABLE a DROP COLUMN n'], 'column n is gone'],
    ['another type', redefined('(id INTEGER PRIMARY KEY, x TEXT, n BIGINT)'), 'column n was INT and is BIGINT'],
    ['a longer text', redefined('(id INTEGER PRIMARY KEY, x VARCHAR(10), n INT)'), 'column x was TEXT and is VARCHAR(10)'],
    ['a column that must not be NULL', redefined('(id INTEGER PRIMARY KEY, x TEXT NOT NULL, n INT)'), 'column x has another definition'],
    ['another default', redefined("(id INTEGER PRIMARY KEY, x TEXT DEFAULT 'd', n INT)"), 'column x has another definition'],
    ['columns in another order', redefined('(id INTEGER PRIMARY KEY, n INT, x TEXT)', 'id, n, x'), 'its columns are in another order'],
    ['an index', ['CREATE INDEX by_x ON a (x)'], 'its indexes changed'],
    ['an index that is unique', ['CREATE UNIQUE INDEX by_x ON a (x)'], 'its indexes changed'],
    ['another key', redefined('(id INT NOT NULL, x TEXT NOT NULL, n INT, PRIMARY KEY (id, x))'), 'it has another primary key'],
    ['no key', redefined('(id INT, x TEXT, n INT)'), 'it has another primary key'],
    ['a check', redefined('(id INTEGER PRIMARY KEY, x TEXT, n INT, CHECK (n > 0))'), 'its checks changed'],
    ['a reference', redefined('(id INTEGER PRIMARY KEY, x TEXT, n INT, FOREIGN KEY (id) REFERENCES b (id))'), 'its foreign keys changed'],
  ])('%s is seen although no row changed', async ([, statements, reason]) => {
    const lab = await study();
    lab.source(...statements);
    const before = await lab.changes();
    const report = await lab.update();
    expect(told(report)['a']).toContain('rewritten: ');
    expect(told(report)['a']).toContain(reason);
    expect(told(report)['b']).toBe('unchanged');
    expect(new Set(lab.reads.map(({table}) => table))).toEqual(new Set(['a']));
    expect(before.decisions.find(({kind}) => kind === 'rewritten')?.reasons.join('; ')).toContain(reason);
    await lab.sameAsFresh();
  });

  test('an empty table that is defined anew is seen', async () => {
    const lab = await study('CREATE TABLE empty (id INTEGER PRIMARY KEY, x TEXT)');
    lab.source('ALTER TABLE empty RENAME COLUMN x TO y');
    expect(told(await lab.update())).toEqual({a: 'unchanged', b: 'unchanged', empty: 'rewritten: column x is called y now'});
    await lab.sameAsFresh();
  });

  test('an index goes with the source\'s', async () => {
    const lab = await study('CREATE INDEX by_x ON a (x)');
    lab.source('DROP INDEX by_x');
    expect(told(await lab.update())['a']).toMatch(/^rewritten: .*its indexes changed/);
    await lab.sameAsFresh();
  });

  test('the table another refers to: both are as a fresh copy makes them', async () => {
    const lab = await study('CREATE TABLE child (id INTEGER PRIMARY KEY, a INT REFERENCES a (id))', 'INSERT INTO child SELECT id, id FROM a');
    lab.source('DELETE FROM child WHERE a > 20', 'DELETE FROM a WHERE id > 20');
    await lab.update();
    await lab.sameAsFresh();
    lab.source('DROP TABLE child', 'ALTER TABLE a RENAME COLUMN id TO number', 'CREATE TABLE child (id INTEGER PRIMARY KEY, a INT REFERENCES a (number))', 'INSERT INTO child SELECT number, number FROM a');
    await lab.update();
    await lab.sameAsFresh();
  });
});

describe('tables that come and go', () => {
  test('a new one is copied, the others are not read', async () => {
    const lab = await study();
    lab.source('CREATE TABLE "c d" (id INTEGER PRIMARY KEY, x TEXT, n)', rows('"c d"'));
    const report = await lab.update();
    expect(told(report)).toEqual({a: 'unchanged', b: 'unchanged', 'c d': 'new'});
    expect(lab.reads.map(({table}) => table)).toEqual(['c d']);
    await lab.sameAsFresh();
  });

  test('one that is gone goes', async () => {
    const lab = await study();
    lab.source('DROP TABLE b');
    expect((await lab.changes()).removed).toMatchObject([{name: 'b', reason: 'it is no longer at the source'}]);
    const report = await lab.update();
    expect(report.refresh).toMatchObject({kind: 'incremental', tables: {unchanged: 1, removed: 1}});
    expect(lab.reads).toEqual([]);
    await lab.sameAsFresh();
  });

  test.for<[name: string]>([['renamed'], ['B']])('one renamed to %s: the old name goes, the new one comes, and it is said', async ([name]) => {
    const lab = await study();
    lab.source('ALTER TABLE b RENAME TO meanwhile', `ALTER TABLE meanwhile RENAME TO ${name}`);
    const report = await lab.update();
    expect(told(report)).toEqual({a: 'unchanged', [name]: 'new: it has the rows of b, which is gone: it was renamed'});
    expect(report.refresh?.tables).toMatchObject({removed: 1, new: 1});
    await lab.sameAsFresh();
  });

  test('two that exchange their names', async () => {
    const lab = await study();
    lab.source('UPDATE b SET n = -n', 'ALTER TABLE a RENAME TO t', 'ALTER TABLE b RENAME TO a', 'ALTER TABLE t RENAME TO b');
    await lab.update();
    await lab.sameAsFresh();
  });

  test('the last one goes, and comes back', async () => {
    const lab = await study();
    lab.source('DROP TABLE a');
    await lab.update();
    lab.source('DROP TABLE b', 'CREATE TABLE c (x)');
    await lab.update();
    await lab.sameAsFresh();
  });

  test('one that is excluded now goes; one included now comes', async () => {
    const lab = await study();
    lab.options = {rules: () => [shape({exclude: ['b']})]};
    const report = await lab.update();
    // Who could not say before what a rule was cannot say that it is the same: the first run had none.
    expect(report.refresh?.tables.removed).toBe(1);
    expect((await lab.changes()).removed).toEqual([]);
    await lab.sameAsFresh();
    lab.source("UPDATE b SET x = 'while it was away' WHERE id = 1");
    lab.options = {rules: () => [shape({exclude: ['a']})]};
    expect((await lab.update()).tables.map(({name, change}) => [name, change?.kind])).toEqual([['b', 'new']]);
    await lab.sameAsFresh();
  });

  test('one that is excluded says so', async () => {
    const lab = await study();
    lab.options = {rules: () => [shape({exclude: ['b']})]};
    expect((await lab.changes()).removed).toMatchObject([{name: 'b', reason: 'it is left out now: not selected'}]);
  });
});

describe('views', () => {
  test('added, changed and dropped', async () => {
    const lab = await study();
    for (const statements of [['CREATE VIEW v AS SELECT id, x FROM a'], ['DROP VIEW v', 'CREATE VIEW v AS SELECT id, n FROM a'], ['DROP VIEW v']]) {
      lab.source(...statements);
      expect((await lab.changes()).viewsChanged).toBe(true);
      const report = await lab.update();
      expect(report).toMatchObject({published: true, refresh: {kind: 'incremental', tables: {unchanged: 2}}});
      expect(lab.reads).toEqual([]);
      await lab.sameAsFresh();
    }
  });

  test('stay when a table they look at is made anew', async () => {
    const lab = await study('CREATE VIEW v AS SELECT a.x, b.n FROM a JOIN b USING (id)');
    lab.source('ALTER TABLE a ADD COLUMN more TEXT', 'UPDATE b SET n = 0 WHERE id = 3');
    await lab.update();
    await lab.sameAsFresh();
  });

  test('one over a table that is gone: it is left out, and said', async () => {
    const lab = await study('CREATE VIEW v AS SELECT x FROM b');
    lab.source('DROP TABLE b');
    const report = await lab.update();
    expect(report.omissions).toMatchObject([{kind: 'view', name: 'v'}]);
    await lab.sameAsFresh();
    expect((await lab.update()).omissions).toMatchObject([{kind: 'view', name: 'v'}]);
  });
});

test('a table whose check all rows must meet is made anew when rows of it change', async () => {
  const lab = await study('CREATE TABLE proved (id INTEGER PRIMARY KEY, x TEXT, n INT, CHECK (n > 0))', rows('proved'));
  lab.source("UPDATE proved SET x = 'new' WHERE id = 5");
  expect(told(await lab.update())['proved']).toBe('rewritten: rows changed in 1 of 4 ranges of its key');
  await lab.sameAsFresh();
});

describe('asked for by name', () => {
  test('is made anew whether it changed or not; rows of the others are not looked at', async () => {
    const lab = await study();
    lab.source("UPDATE b SET x = 'later' WHERE id = 1");
    const report = await lab.update({only: new Set(['a'])});
    expect(report.refresh?.unlooked).toEqual(report.tables.map(({name}) => name).filter(name => name !== 'a'));
    expect(told(report)).toEqual({a: 'rewritten: asked for', b: 'unchanged'});
    expect(new Set(lab.reads.map(({table}) => table))).toEqual(new Set(['a']));
    expect(told(await lab.update())['b']).toMatch(/^patched/);
    await lab.sameAsFresh();
  });

  test('others follow when their definition or their rules changed: no file has tables by two policies', async () => {
    const lab = await study();
    lab.source('ALTER TABLE b ADD COLUMN y TEXT');
    expect(told(await lab.update({only: new Set(['a'])}))).toEqual({a: 'rewritten: asked for', b: 'rewritten: column y is new'});
    await lab.sameAsFresh();
    lab.options = {rules: () => [shape({shapes: {b: {drop: ['x']}}})]};
    expect(told(await lab.update({only: new Set(['a'])}))['b']).toMatch(/^rewritten: the rules for it changed/);
    await lab.sameAsFresh();
  });

  test('under a name that is not there is refused before anything is touched', async () => {
    const lab = await study();
    for (const only of [['aa'], ['aa', 'bb', 'a']]) {
      const {report} = await lab.attempt('changes', {only: new Set(only)});
      expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_CONFIG'}});
      expect(report.error!.message).toBe(`${only.length === 1 ? 1 : 2} of the tables asked for cannot be refreshed`);
      expect(report.error!.problems).toContainEqual({path: 'aa', message: 'there is no such table at the source'});
    }
    await lab.sameAsFresh();
  });
});

test('another version of the tool makes every value again', async () => {
  const lab = await study();
  lab.options = {version: '2'};
  const report = await lab.update();
  expect(report.refresh).toMatchObject({kind: 'full', reasons: ['the last run was made by version 1, this is 2: every value is made again']});
  await lab.sameAsFresh();
});

test('without a record of an earlier run an update copies everything, and says so', async () => {
  const lab = new Lab(folder()).source('CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n)', rows('a'));
  const report = await lab.update();
  expect(report.refresh).toMatchObject({kind: 'full', reasons: ['there is no record of an earlier run for this target']});
  await lab.sameAsFresh();
});

test('a source without a table is refused, and what is live stays', async () => {
  const lab = await study();
  const before = readFileSync(lab.target);
  lab.source('DROP TABLE a', 'DROP TABLE b');
  const {report} = await lab.attempt('changes');
  expect(report).toMatchObject({status: 'failed', published: false, error: {message: expect.stringMatching(/nothing to copy/)}});
  expect(readFileSync(lab.target).equals(before)).toBe(true);
  lab.source('CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n INT)', rows('a'));
  await lab.update();
  await lab.sameAsFresh();
});
