import {beforeEach, describe, expect, test} from 'vitest';
import {folders, Lab, told} from './lab.ts';

const folder = folders();

/** Two tables with keys that are read in chunks of ten, one whose key is text, one without a key. */
const tables = [
  'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n)', 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100) INSERT INTO a SELECT i * 10, \'x\' || i, i FROM c',
  'CREATE TABLE other (id INTEGER PRIMARY KEY, x TEXT)', 'INSERT INTO other SELECT id, x FROM a',
  'CREATE TABLE words (word TEXT, part INT, x TEXT, PRIMARY KEY (word, part)) WITHOUT ROWID', 'INSERT INTO words SELECT \'w\' || (id % 7), id, x FROM a',
  'CREATE TABLE loose (x TEXT, n)', 'INSERT INTO loose SELECT x, n FROM a',
];

describe.for([true, false])('changed rows are seen (the source digests them itself: %s)', digests => {
  let lab: Lab;
  beforeEach(async () => {
    lab = new Lab(folder(), {digests}).source(...tables);
    const report = await lab.bulk();
    expect(report.refresh).toMatchObject({kind: 'full', resumed: false, since: null, tables: {new: 4}});
  });

  test('nothing changed: nothing is read, nothing is written, the file stays', async () => {
    const report = await lab.update();
    expect(report).toMatchObject({status: 'ok', published: false, verification: {status: 'passed'}, refresh: {kind: 'none', tables: {unchanged: 4, new: 0, patched: 0, rewritten: 0, removed: 0}}});
    expect(report.tables.map(({rowsRead}) => rowsRead)).toEqual([0, 0, 0, 0]);
    if (digests) expect(lab.reads).toEqual([]);
    await lab.sameAsFresh();
  });

  // The change, and how many rows of the table have to be read for it: whole chunks of ten.
  test.for<[what: string, sql: string, rows: number | 'all', table?: string]>([
    ['a row updated in the first chunk', "UPDATE a SET x = 'new' WHERE id = 10", 10],
    ['a row updated in the middle', "UPDATE a SET x = 'new' WHERE id = 500", 10],
    ['a row updated in the last chunk', "UPDATE a SET x = 'new' WHERE id = 1000", 10],
    ['a row inserted before the first', "INSERT INTO a VALUES (-5, 'new', 0)", 11],
    ['a row inserted in the middle', "INSERT INTO a VALUES (505, 'new', 0)", 11],
    ['rows appended', "INSERT INTO a VALUES (1001, 'new', 0), (1002, 'new', 1)", 12],
    ['a chunk full appended', "INSERT INTO a SELECT id + 1000, x, n FROM a WHERE id <= 250", 35],
    ['the first row deleted', 'DELETE FROM a WHERE id = 10', 9],
    ['a row deleted in the middle', 'DELETE FROM a WHERE id = 550', 9],
    ['the last row deleted', 'DELETE FROM a WHERE id = 1000', 9],
    ['the last row of a chunk deleted', 'DELETE FROM a WHERE id = 500', 9],
    ['a whole chunk deleted', 'DELETE FROM a WHERE id > 400 AND id <= 500', 0],
    ['the first chunk deleted', 'DELETE FROM a WHERE id <= 100', 0],
    ['the last chunk deleted', 'DELETE FROM a WHERE id > 900', 0],
    ['a key changed within its chunk', 'UPDATE a SET id = 501 WHERE id = 510', 10],
    ['a key moved to another chunk', 'UPDATE a SET id = 95 WHERE id = 910', 20],
    ['a key moved far', 'UPDATE a SET id = 905 WHERE id = 550', 20],
    ['two rows exchanged', "UPDATE a SET x = CASE id WHEN 100 THEN 'x90' ELSE 'x10' END WHERE id IN (100, 900)", 20],
    ['neighbouring chunks', "UPDATE a SET x = 'new' WHERE id IN (100, 110, 210)", 30],
    ['a value moved to the next column', "UPDATE a SET x = '', n = 'x3' WHERE id = 30", 10],
    ['NULL for an empty text', "UPDATE a SET x = NULL WHERE id = 30", 10],
    ['a text for a number', "UPDATE a SET n = '3' WHERE id = 30", 10],
    ['every row', 'UPDATE a SET n = n + 1', 'all'],
    ['the table emptied', 'DELETE FROM a', 'all'],
    ['a row of a text key', "UPDATE words SET x = 'new' WHERE word = 'w2' AND part = 30", 10, 'words'],
    ['a row of a text key inserted', "INSERT INTO words VALUES ('w2', 31, 'new'), ('', 0, 'first'), ('zz', 0, 'last')", 33, 'words'],
    ['a text key changed', "UPDATE words SET word = 'w0' WHERE word = 'w6'", 'all', 'words'],
    ['a table without a key: a row', "UPDATE loose SET x = 'new' WHERE n = 50", 'all', 'loose'],
    ['a table without a key: a row once more', "INSERT INTO loose SELECT x, n FROM loose WHERE n = 50", 'all', 'loose'],
    ['a table without a key: emptied', 'DELETE FROM loose', 'all', 'loose'],
  ])('%s', async ([, sql, rows, table = 'a']) => {
    lab.source(sql);
    const report = await lab.update();
    const changes = Object.fromEntries(report.tables.map(({name, change}) => [name, change?.kind]));
    expect(changes).toEqual({a: 'unchanged', other: 'unchanged', words: 'unchanged', loose: 'unchanged', [table]: rows === 'all' ? expect.stringMatching(/rewritten|patched/) : 'patched'});
    const {rowsRead, change} = report.tables.find(({name}) => name === table)!;
    if (rows !== 'all') expect(rowsRead).toBe(rows);
    else expect(rowsRead).toBeLessThanOrEqual(change!.rows);
    if (digests) expect(new Set(lab.reads.map(read => read.table))).toEqual(new Set([table]));
    if (digests) expect(lab.reads.reduce((sum, read) => sum + read.rows, 0)).toBe(rowsRead);
    expect(report).toMatchObject({published: true, verification: {status: 'passed', tables: 4}, refresh: {kind: 'incremental'}});
    await lab.sameAsFresh();
  });

  test('an empty table is filled, and one emptied is filled again', async () => {
    lab.source('DELETE FROM other');
    expect(told(await lab.update())['other']).toMatch(/^rewritten: /);
    await lab.sameAsFresh();
    lab.source('INSERT INTO other SELECT id, x FROM a WHERE id < 400');
    expect(told(await lab.update())['other']).toMatch(/^rewritten: .*39 rows more/);
    await lab.sameAsFresh();
  });

  test('many updates after one another, each of them small', async () => {
    const edits = [
      'DELETE FROM a WHERE id BETWEEN 301 AND 500', "INSERT INTO a VALUES (350, 'back', 1)", "UPDATE a SET x = x || '!' WHERE id IN (290, 510)",
      'DELETE FROM a WHERE id = 350', "INSERT INTO a VALUES (2000, 'end', 0)", 'DELETE FROM a WHERE id = 2000', "INSERT INTO a SELECT id + 3000, x, n FROM a", 'DELETE FROM a WHERE id < 100',
    ];
    for (const edit of edits) {
      lab.source(edit);
      const report = await lab.update();
      expect(report.refresh?.tables.unchanged, edit).toBe(3);
      await lab.sameAsFresh();
    }
  });

  test('what was changed back is no change', async () => {
    lab.source("UPDATE a SET x = 'new' WHERE id = 500", "UPDATE a SET x = 'x50' WHERE id = 500");
    expect((await lab.update()).refresh?.kind).toBe('none');
  });
});
