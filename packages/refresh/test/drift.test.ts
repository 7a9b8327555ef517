import {copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {folders, Lab, rowsIn, run, told} from './lab.ts';

const folder = folders();

async function office(): Promise<Lab> {
  const lab = new Lab(folder()).source(
    'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT)', "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60) INSERT INTO a SELECT i, 'x' || i FROM c",
    'CREATE TABLE loose (x TEXT)', 'INSERT INTO loose SELECT x FROM a',
    'CREATE TABLE fixed (word TEXT PRIMARY KEY) WITHOUT ROWID', 'INSERT INTO fixed SELECT x FROM a',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT UNIQUE, a INT REFERENCES a (id))', 'INSERT INTO b SELECT id, x, id FROM a', 'CREATE INDEX b_x ON b (x, a)',
    'CREATE VIEW v AS SELECT x FROM a',
  );
  await lab.bulk();
  return lab;
}

const archives = ({folder: path}: Lab) => readdirSync(path).filter(name => /^live_/.test(name)).sort();

describe('what somebody changed in the file is seen, and put right', () => {
  test.for<[what: string, statements: string[], found: RegExp, tables: string[]]>([
    ['a row edited', ["UPDATE a SET x = 'edited' WHERE id = 30"], /table a: its rows were edited/, ['a']],
    ['a row added', ["INSERT INTO a VALUES (99, 'added')"], /table a: it holds 61 rows in the file, 60 were written/, ['a']],
    ['a row deleted', ['DELETE FROM a WHERE id = 30'], /table a: it holds 59 rows/, ['a']],
    ['a row exchanged for another', ['DELETE FROM a WHERE id = 30', "INSERT INTO a VALUES (300, 'x30')"], /table a: its rows were edited/, ['a']],
    ['a value of another type', ["UPDATE a SET x = CAST('x30' AS BLOB) WHERE id = 30"], /table a: /, ['a']],
    ['two rows that changed places', ["UPDATE loose SET x = CASE x WHEN 'x1' THEN 'x2' ELSE 'x1' END WHERE x IN ('x1', 'x2')"], /table loose: its rows were edited/, ['loose']],
    ['a row of a table without numbers of rows', ["UPDATE fixed SET word = 'edited' WHERE word = 'x30'"], /table fixed: /, ['fixed']],
    ['a table emptied', ['DELETE FROM b'], /table b: it holds 0 rows/, ['b']],
    ['a table dropped', ['DROP TABLE loose'], /table loose was taken out of the file/, ['loose']],
    ['a table added', ['CREATE TABLE mine (x)', 'INSERT INTO mine VALUES (1)'], /table mine was added to the file/, []],
    ['an index added', ['CREATE INDEX mine ON a (x)'], /index mine was added to the file/, ['a']],
    ['an index dropped', ['DROP INDEX b_x'], /index b_x was taken out of the file/, ['b']],
    ['a trigger', ['CREATE TRIGGER mine AFTER DELETE ON a BEGIN DELETE FROM b; END'], /trigger mine was added to the file/, ['a']],
    ['a view altered', ['DROP VIEW v', 'CREATE VIEW v AS SELECT id AS x FROM a'], /view v was altered in the file/, []],
    ['a view dropped', ['DROP VIEW v'], /view v was taken out of the file/, []],
    ['a view added', ['CREATE VIEW mine AS SELECT 1'], /view mine was added to the file/, []],
    ['a column added', ['ALTER TABLE a ADD COLUMN y'], /table a was altered in the file/, ['a']],
    ['a column renamed', ['ALTER TABLE loose RENAME COLUMN x TO y'], /table loose was altered in the file/, ['loose']],
    ['a table renamed', ['ALTER TABLE loose RENAME TO mine'], /table loose was taken out.*table mine was added/s, ['loose']],
  ])('%s', async ([, statements, found, tables]) => {
    const lab = await office();
    lab.edit(...statements);
    const edited = readFileSync(lab.target);
    const looked = await lab.changes();
    expect(looked.drift?.found.join('\n')).toMatch(found);
    expect(readFileSync(lab.target).equals(edited)).toBe(true);
    const report = await lab.update();
    expect(report.published).toBe(true);
    expect(report.warnings.join('\n')).toMatch(found);
    expect(Object.entries(told(report)).filter(([, what]) => what !== 'unchanged').map(([name]) => name).filter(name => !tables.includes(name)).filter(name => name !== 'fixed')).toEqual([]);
    for (const name of tables) expect(told(report)[name]).toMatch(/^rewritten/);
    await lab.sameAsFresh();
    // What they did is not lost.
    expect(archives(lab)).toHaveLength(1);
    expect(readFileSync(join(lab.folder, archives(lab)[0]!)).equals(edited)).toBe(true);
  });

  test('an edit and a change of the same table, and of another', async () => {
    const lab = await office();
    lab.edit("UPDATE a SET x = 'edited' WHERE id = 30", 'DELETE FROM loose');
    lab.source("UPDATE a SET x = 'corrected' WHERE id = 5", "UPDATE b SET x = 'corrected' WHERE id = 50", 'DROP TABLE fixed');
    await lab.update();
    await lab.sameAsFresh();
  });

  test.for<[what: string, damage: (file: string) => void]>([
    ['an index that does not say what its table holds', file => {
      const bytes = readFileSync(file);
      const db = new Database(file, {readonly: true});
      const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'b_x'").pluck().get() as number;
      const pageBytes = db.pragma('page_size', {simple: true}) as number;
      db.close();
      bytes.write('PHI', bytes.indexOf('x30', (root - 1) * pageBytes));
      writeFileSync(file, bytes);
    }],
    ['a page overwritten', file => {
      const bytes = readFileSync(file);
      bytes.fill(255, bytes.length - 4096, bytes.length - 4000);
      writeFileSync(file, bytes);
    }],
    ['the file cut short', file => writeFileSync(file, readFileSync(file).subarray(0, -4096))],
    ['only the head left', file => writeFileSync(file, readFileSync(file).subarray(0, 3000))],
  ])('damage: %s; everything is made anew, and the damaged file is the archive', async ([, damage]) => {
    for (const kind of ['changes', 'full'] as const) {
      const lab = await office();
      damage(lab.target);
      const damaged = readFileSync(lab.target);
      if (kind === 'changes') expect((await lab.changes()).full).toEqual(['the file is damaged']);
      const report = await lab.run(kind);
      if (kind === 'changes') expect(report.refresh).toMatchObject({kind: 'full', reasons: ['the file is damaged']});
      expect(JSON.stringify(report)).not.toContain('PHI');
      await lab.sameAsFresh();
      expect(readFileSync(join(lab.folder, archives(lab)[0]!)).equals(damaged)).toBe(true);
    }
  });

  test('bytes behind the last page or in the space of pages that no row takes: none of them stays', async () => {
    for (const hide of [
      (lab: Lab) => writeFileSync(lab.target, Buffer.concat([readFileSync(lab.target), Buffer.from('PHI-CANARY'.repeat(1000))])),
      (lab: Lab) => lab.edit("INSERT INTO a VALUES (99, 'PHI-CANARY')", 'DELETE FROM a WHERE id = 99', "CREATE TABLE mine AS SELECT 'PHI-CANARY' || hex(zeroblob(9000)) AS x", 'DROP TABLE mine'),
      (lab: Lab) => lab.edit("INSERT INTO a VALUES (99, 'PHI-CANARY')", 'DELETE FROM a WHERE id = 99'),
    ]) {
      const lab = await office();
      hide(lab);
      expect(readFileSync(lab.target).includes('PHI-CANARY')).toBe(true);
      await lab.update();
      expect(readFileSync(lab.target).includes('PHI-CANARY')).toBe(false);
      await lab.sameAsFresh();
    }
  });

  test('an edit that was taken back is none: the bytes differ, what they say does not', async () => {
    const lab = await office();
    const before = rowsOf(lab);
    lab.edit("UPDATE a SET x = 'edited' WHERE id = 30", "UPDATE a SET x = 'x30' WHERE id = 30", 'PRAGMA user_version = 7');
    expect((await lab.changes()).drift?.found.filter(text => !text.includes('fixed'))).toEqual([]);
    await lab.update();
    expect(rowsOf(lab)).toEqual(before);
    const db = new Database(lab.target, {readonly: true});
    expect(db.pragma('user_version', {simple: true})).toBe(0);
    db.close();
    await lab.sameAsFresh();
    expect((await lab.update()).refresh?.kind).toBe('none');
  });

  test('a VACUUMed file', async () => {
    const lab = await office();
    lab.edit('DELETE FROM loose WHERE x = \'x1\'', 'INSERT INTO loose VALUES (\'x1\')', 'VACUUM');
    await lab.update();
    await lab.sameAsFresh();
    expect((await lab.update()).refresh?.kind).toBe('none');
  });

  test('a file in WAL mode with a log beside it', async () => {
    const lab = await office();
    const db = new Database(lab.target);
    try {
      db.pragma('journal_mode = WAL');
      db.exec("UPDATE a SET x = 'edited' WHERE id = 30");
      const {drift} = await lab.changes();
      expect(drift?.found.join('\n')).toMatch(/table a: its rows were edited/);
    } finally {
      db.close();
    }
    await lab.update();
    await lab.sameAsFresh();
  });

  test('the file replaced by another database: everything is made anew, the stranger is kept as the archive', async () => {
    const lab = await office();
    rmSync(lab.target);
    run(lab.target, 'CREATE TABLE recipes (name TEXT)', "INSERT INTO recipes VALUES ('soup')", 'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO a VALUES (1, 'mine')");
    const stranger = readFileSync(lab.target);
    const report = await lab.update();
    expect(report.warnings.join('\n')).toMatch(/table recipes was added to the file/);
    await lab.sameAsFresh();
    expect(readFileSync(join(lab.folder, archives(lab)[0]!)).equals(stranger)).toBe(true);
  });

  test('the file replaced by an older version of itself', async () => {
    const lab = await office();
    copyFileSync(lab.target, join(lab.folder, 'from_1.db'));
    lab.source("UPDATE a SET x = 'later' WHERE id = 5", 'ALTER TABLE loose ADD COLUMN y');
    await lab.update();
    copyFileSync(join(lab.folder, 'from_1.db'), lab.target);
    const report = await lab.update();
    expect(told(report)).toMatchObject({a: 'rewritten: its rows were edited in the file', b: 'unchanged'});
    await lab.sameAsFresh();
  });

  test('the file gone: everything is copied, and it is said', async () => {
    const lab = await office();
    rmSync(lab.target);
    expect((await lab.changes()).full).toEqual(['the file of the last run is gone']);
    const report = await lab.update();
    expect(report.refresh).toMatchObject({kind: 'full', reasons: ['the file of the last run is gone']});
    await lab.sameAsFresh();
  });

  test.for([['text', 'these are my notes, not a database\n'.repeat(300)], ['nothing', '']] as const)('the file replaced by %s: a sentence, and it stays as it is', async ([, text]) => {
    const lab = await office();
    const bytes = Buffer.from(text);
    writeFileSync(lab.target, bytes);
    for (let i = 0; i < 2; i++) {
      const {report} = await lab.attempt('changes');
      if (report.status === 'ok') {
        // An empty file is an empty database to SQLite.
        expect(text).toBe('');
        await lab.sameAsFresh();
        return;
      }
      expect(report).toMatchObject({status: 'failed', published: false, error: {message: expect.stringMatching(/live\.db.*not a (SQLite )?database|live\.db.*(damaged|malformed)/), remedy: expect.any(String)}});
      expect(readFileSync(lab.target).equals(bytes)).toBe(true);
      expect(readdirSync(lab.folder).sort()).toEqual(['from.db', 'live.db']);
    }
  });
});

function rowsOf(lab: Lab): string[] {
  const db = new Database(lab.target, {readonly: true});
  try {
    return rowsIn(db, 'a');
  } finally {
    db.close();
  }
}
