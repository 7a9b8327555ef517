import {writeFileSync} from 'node:fs';
import {CANARY} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, plainSession, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, type Ended} from './support/program.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const report = ({stdout}: Ended) => JSON.parse(stdout) as {
  readonly status: string; readonly warnings: readonly string[]; readonly verification: {readonly status: string; readonly rows: number};
  readonly tables: readonly {readonly name: string; readonly target: string; readonly rowsRead: number; readonly verified: boolean; readonly merged?: object}[];
};

describe.skipIf(postgres === null || mariadb === undefined)('modes between servers', () => {
  let pg: PostgresDatabase;
  let my: Database;
  const place = folder();
  const run = async (...words: string[]) => await sluice(words, {cwd: place.path});
  const copied = async (...words: string[]) => {
    const ended = await run('copy', ...words, '--json');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return report(ended);
  };
  beforeAll(async () => {
    pg = await openPostgres(postgres!);
    my = await openDatabase(mariadb!);
  });
  afterAll(async () => {
    await pg.drop();
    await my.drop();
  });

  test('a row that is committed late arrives in the run after, exactly once: PostgreSQL to MariaDB', async () => {
    await pg.run('CREATE TABLE late (id serial PRIMARY KEY, label text)', "INSERT INTO late (label) VALUES ('a')");
    const other = await plainSession(pg.url);
    await other.run('BEGIN', "INSERT INTO late (label) VALUES ('late')");
    await pg.run("INSERT INTO late (label) VALUES ('c')");
    const words = [`${pg.url}?lockTimeout=0.1`, my.url, '--tables', 'late', '--mode', 'append', '--cursor', 'id'];
    const first = await copied(...words);
    expect(first.warnings.join()).toContain('nothing new was copied of late');
    await other.run('COMMIT');
    await other.end();
    expect((await copied(...words)).tables).toMatchObject([{rowsRead: 3, verified: true}]);
    await pg.run("INSERT INTO late (label) VALUES ('d')");
    expect((await copied(...words)).tables).toMatchObject([{rowsRead: 1}]);
    expect(await my.rows('SELECT id, label FROM late ORDER BY id')).toEqual([['1', 'a'], ['2', 'late'], ['3', 'c'], ['4', 'd']]);
  });

  test('what has changed since is upserted by a cursor: MariaDB to PostgreSQL', async () => {
    await my.run('CREATE TABLE changing (id int PRIMARY KEY, label varchar(20), at datetime(3) NOT NULL)', "INSERT INTO changing VALUES (1, 'a', '2020-01-01'), (2, 'b', '2020-01-02')");
    const words = [my.url, pg.url, '--tables', 'changing', '--mode', 'upsert', '--cursor', 'changing=at'];
    expect((await copied(...words)).tables).toMatchObject([{rowsRead: 2}]);
    await my.run("UPDATE changing SET label = 'B', at = '2020-01-03' WHERE id = 2", "INSERT INTO changing VALUES (3, 'c', '2020-01-04')");
    expect((await copied(...words)).tables).toMatchObject([{rowsRead: 2}]);
    expect(await pg.rows('SELECT id, label FROM changing ORDER BY id')).toEqual([['1', 'a'], ['2', 'B'], ['3', 'c']]);
  });

  test('mirror by a key of one\'s own, with a condition, columns and new names; views on the table stay', async () => {
    await my.run('CREATE TABLE visits (person int, day date, site int, notes text)', `INSERT INTO visits VALUES (1, '2020-01-01', 1, '${CANARY}'), (1, '2020-01-02', 1, NULL), (2, '2020-01-01', 2, NULL)`);
    const words = [my.url, pg.url, '--tables', 'visits', '--mode', 'mirror', '--key', 'person,day', '--where', 'visits: site IN (1, 3)', '--columns', '*,-notes', '--rename', 'visits=visit,visits.day=on_day'];
    const plan = await run('plan', ...words);
    expect(plan, plan.stderr).toMatchObject({code: 0});
    for (const text of ['Mode mirror', 'only rows where site IN (1, 3)', 'visits -> visit', 'PRIMARY KEY ("person", "on_day")', 'notes']) expect(plan.stdout).toContain(text);
    await copied(...words);
    await pg.run('CREATE VIEW days AS SELECT on_day FROM visit');
    await my.run("DELETE FROM visits WHERE day = '2020-01-02'", "INSERT INTO visits VALUES (3, '2020-01-05', 3, NULL)");
    expect(await copied(...words)).toMatchObject({verification: {status: 'passed', rows: 2}, tables: [{target: 'visit', verified: true, merged: {inserted: 1, updated: 0, deleted: 1}}]});
    expect(await pg.rows('SELECT * FROM visit ORDER BY 1')).toEqual([['1', '2020-01-01', '1'], ['3', '2020-01-05', '3']]);
    expect(await pg.rows('SELECT * FROM days ORDER BY 1')).toEqual([['2020-01-01'], ['2020-01-05']]);
    // A key that identifies no row is found out, and nothing changes.
    await my.run("INSERT INTO visits VALUES (3, '2020-01-05', 1, NULL)");
    const twice = await run('copy', ...words);
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain('has a key that another row has already');
    expect(await pg.rows('SELECT count(*) FROM visit')).toEqual([['2']]);
  });

  test('with a policy a first append goes into tables that a run which died has made, and not into rows that nobody knows the rules of', async () => {
    // Databases of its own: beside what a policy leaves out nothing may stand that is there from before.
    await using my = await openDatabase(mariadb!);
    await using pg = await openPostgres(postgres!);
    const long = 'é'.repeat(40);
    await my.run('CREATE TABLE started (id int PRIMARY KEY)', 'INSERT INTO started VALUES (1)', `CREATE TABLE ${long} (id int PRIMARY KEY)`, `INSERT INTO ${long} VALUES (1)`);
    const keep = '{columns: {id: {method: keep, reason: a number of our own}}}';
    writeFileSync(place.at('policy.yaml'), `version: 1\ntables:\n  started: ${keep}\n  ${long}: ${keep}\n`);
    await pg.run('CREATE TABLE started (id int PRIMARY KEY)');
    for (const mode of ['append', 'upsert']) {
      expect((await copied(my.url, pg.url, '--tables', 'started', '--mode', mode, '--policy', 'policy.yaml')).tables).toMatchObject([{verified: true}]);
      await pg.run('TRUNCATE started', 'DELETE FROM _sluice_position', 'INSERT INTO started VALUES (9)');
      const refused = await run('copy', my.url, pg.url, '--tables', 'started', '--mode', mode, '--policy', 'policy.yaml');
      expect(refused, refused.stderr).toMatchObject({code: 1});
      expect(refused.stderr).toContain('nothing says by which rules');
      await pg.run('TRUNCATE started');
    }
    // Also where the table has another name at the destination.
    await pg.run('DROP TABLE started');
    const target = (await copied(my.url, pg.url, '--tables', long)).tables[0]?.target;
    expect(target).not.toBe(long);
    const refused = await run('copy', my.url, pg.url, '--tables', long, '--mode', 'upsert', '--policy', 'policy.yaml');
    expect(refused.stderr).toContain('nothing says by which rules');
  });

  test('snapshots stand side by side, and only the last so many stay', async () => {
    await pg.run('CREATE TABLE stock (sku text PRIMARY KEY, n int)', "INSERT INTO stock VALUES ('a', 1), ('b', 2)");
    const words = [pg.url, my.url, '--tables', 'stock', '--mode', 'snapshot', '--keep-snapshots', '1', '--snapshot-column', 'taken'];
    for (const n of [10, 20]) {
      await pg.run(`UPDATE stock SET n = ${n} WHERE sku = 'a'`);
      await copied(...words);
    }
    expect(await my.rows("SELECT n FROM stock WHERE sku = 'a' ORDER BY taken")).toEqual([['20']]);
    expect(await my.rows('SELECT count(*), count(DISTINCT taken) FROM stock')).toEqual([['2', '1']]);
  });

  test('what cannot be meant or cannot be done is told before anything is read', async () => {
    await pg.run('CREATE TABLE plain (id int PRIMARY KEY, day date, label text)');
    const refusals: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['--where', 'plain: id = ', '--key', 'plain=idd', '--cursor', 'id'], ['its condition cannot be used: it is no valid SQL', 'did you mean id', 'mode replace copies all rows']],
      [['--where', 'plian: 1 = 1', '--where', '1 = 1; DROP TABLE plain', '--cursor', 'nope', '--mode', 'append'], ['did you mean plain', 'it has a semicolon', 'there is no such column']],
    ];
    for (const [words, texts] of refusals) {
      const ended = await run('copy', pg.url, my.url, '--tables', 'plain', ...words);
      expect(ended, ended.stderr).toMatchObject({code: 2});
      for (const text of texts) expect(ended.stderr).toContain(text);
    }
    const files = await run('copy', pg.url, 'csv:out/', '--tables', 'plain', '--mode', 'mirror');
    expect(files).toMatchObject({code: 2});
    expect(files.stderr).toContain('use mode replace or append');
    expect(await my.tables()).not.toContain('plain');
  });
});

test('with a policy, what cannot hold in a mode is refused before a row is read; a mirror can', async () => {
  const place = folder();
  makeSqlite(place.at('source.db'), 'CREATE TABLE people (id integer PRIMARY KEY, town text, age integer)',
    `INSERT INTO people VALUES ${Array.from({length: 20}, (_, i) => `(${i + 1}, '${i < 18 ? 'Leeds' : `rare${i}`}', ${i})`).join()}`);
  writeFileSync(place.at('policy.yaml'), `version: 1
tables:
  people:
    columns:
      id: {method: keep, reason: a number of our own}
      town: {method: suppressRare, below: 5}
      age: keep
`);
  const run = async (mode: string) => await sluice(['copy', 'sqlite:source.db', 'sqlite:out.db', '--policy', 'policy.yaml', '--mode', mode], {cwd: place.path});
  const refused = await run('upsert');
  expect(refused, refused.stderr).toMatchObject({code: 2});
  expect(refused.stderr).toContain('a rule looks at other rows, and in mode upsert rows of earlier runs stay');
  for (let i = 0; i < 2; i++) {
    const ended = await run('mirror');
    expect(ended, ended.stderr).toMatchObject({code: 0});
  }
  expect(rowsOf(place.at('out.db'), 'SELECT town, count(*) FROM people GROUP BY 1 ORDER BY 1')).toEqual([[null, 2n], ['Leeds', 18n]]);
});
