import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeAccount} from './support/account.ts';
import {contents, openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite, sluice, type Ended} from './support/program.ts';
import {jsonOf, reportOf} from './support/report.ts';
import {sampleDatabase, sampleTables} from './support/sample-database.ts';
import {integrity, makeSqlite, namesIn, reading, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

/** What a SQLite file cannot hold of the sample, each with a reason. */
const cannotTravel = [
  'trigger loan.loan_log', 'trigger book.book_title', 'procedure books_of', 'function fine_of', 'event tidy',
  'default branch.opened', 'index book.ft_blurb', 'index branch.idx_place', 'prefix book.idx_title', 'prefix book.idx_price',
  'view fines_due', 'view about_nothing', 'view reading_list',
];
const named = (omissions: readonly {readonly table: string | null; readonly kind: string; readonly name: string}[]) =>
  omissions.map(({table, kind, name}) => `${kind} ${table === null ? name : `${table}.${name}`}`);

for (const server of servers) {
  describe(`a sample database with everything, from ${server.kind}`, () => {
    const place = folder();
    const file = place.at('library.db');
    let source: Database;
    let ended: Ended;
    beforeAll(async () => {
      source = await openDatabase(server);
      await source.run(...sampleDatabase(server.kind));
      ended = await sluice(['copy', source.url, 'sqlite:library.db', '--json'], {cwd: place.path});
    });
    afterAll(async () => { await source.drop(); });

    test('copies whole, and every row is proved', () => {
      expect(ended.code).toBe(0);
      const report = reportOf(ended);
      expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'passed', tables: 5, rows: 10}});
      expect(Object.fromEntries(report.tables.map(({name, rowsRead, rowsWritten, rowsQuarantined, verified}) => [name, [rowsRead, rowsWritten, rowsQuarantined, verified]])))
        .toEqual({book: [3, 3, 0, true], branch: [2, 2, 0, true], clerk: [2, 2, 0, true], loan: [3, 3, 0, true], log: [0, 0, 0, true]});
      expect(namesIn(file, "'table'")).toEqual([...sampleTables]);
      expect(rowsOf(file, 'SELECT isbn, title, price, rating, details FROM book WHERE book_id = 1')).toEqual([['9780000000001', 'A Book', 12.5, 'teen', '{"tags": ["a", "b"]}']]);
      expect(rowsOf(file, 'SELECT full_name, initials, rights, picture FROM clerk ORDER BY clerk_id'))
        .toEqual([["Ada O'Neil", 'AO', 'lend', Buffer.from('89504e470d0a1a0a', 'hex')], ['Zoë Łukasz', 'ZŁ', 'lend,return,order', null]]);
      expect(integrity(file)).toBe('ok');
      expect(reading(file, db => db.pragma('foreign_key_check'))).toEqual([]);
    });

    test('what cannot travel is in the report and in the plan, each with a reason', async () => {
      const report = reportOf(ended);
      const plan = jsonOf(await sluice(['plan', source.url, 'sqlite:other.db', '--json'], {cwd: place.path})) as Pick<typeof report, 'omissions'>;
      for (const {omissions} of [report, plan]) {
        expect(named(omissions)).toEqual(expect.arrayContaining(cannotTravel));
        for (const {reason} of omissions) expect(reason).toMatch(/\w+ \w+/);
      }
      const text = (await sluice(['plan', source.url, 'sqlite:other.db'], {cwd: place.path})).stdout;
      for (const one of cannotTravel) expect(text).toContain(`  ${one}: `);
      expect(text).toContain('CREATE TABLE "book"');
      expect(text).toContain('Nothing was touched');
    });

    test('keys, checks, defaults, generated columns and indexes work in the file as they did at the server', () => {
      const copy = folder();
      reading(file, db => void db.exec(`VACUUM INTO '${copy.at('try.db').replaceAll("'", "''")}'`));
      const attempt = (sql: string) => {
        try {
          makeSqlite(copy.at('try.db'), 'PRAGMA foreign_keys = ON', sql);
          return 'done';
        } catch (error) {
          return (error as {code?: string}).code;
        }
      };
      expect(attempt("INSERT INTO book (title) VALUES ('new')")).toBe('done');
      expect(rowsOf(copy.at('try.db'), "SELECT book_id, price, rating, code FROM book WHERE title = 'new'")).toEqual([[4n, 9.99, 'all', 'b-new']]);
      expect(attempt("INSERT INTO book (isbn, title) VALUES ('9780000000001', 'twice')")).toBe('SQLITE_CONSTRAINT_UNIQUE');
      expect(attempt("INSERT INTO book (title, pages) VALUES ('x', 0)")).toBe('SQLITE_CONSTRAINT_CHECK');
      expect(attempt('INSERT INTO book (title) VALUES (NULL)')).toBe('SQLITE_CONSTRAINT_NOTNULL');
      expect(attempt('INSERT INTO loan (book_id, clerk_id) VALUES (99, 1)')).toBe('SQLITE_CONSTRAINT_FOREIGNKEY');
      expect(attempt('DELETE FROM branch WHERE branch_id = 1')).toMatch(/^SQLITE_CONSTRAINT/);
      // All ways lead round the circle: the clerk goes, the branch forgets its manager; the book goes, and its loans with it.
      expect(attempt('DELETE FROM loan WHERE clerk_id = 2; DELETE FROM clerk WHERE clerk_id = 2; DELETE FROM book WHERE book_id = 1')).toBe('done');
      expect(rowsOf(copy.at('try.db'), 'SELECT manager_id FROM branch ORDER BY branch_id')).toEqual([[1n], [null]]);
      expect(rowsOf(copy.at('try.db'), 'SELECT book_id FROM loan')).toEqual([[3n]]);
      const columnsOf = (index: string) => rowsOf(file, `SELECT name, "desc" FROM pragma_index_xinfo('${index}') WHERE key`);
      expect(columnsOf('book_idx_price')).toEqual([['price', 1n], ['title', 0n]]);
      expect(columnsOf('loan_idx_clerk')).toEqual([['clerk_id', 0n]]);
      expect(rowsOf(file, "SELECT sql FROM sqlite_schema WHERE name = 'branch'")[0]![0]).toContain("where people come; it's open on Sundays");
    });

    test('a portable view is a view there, with the same rows', async () => {
      expect(reportOf(ended).views).toContain('open_loans');
      expect(rowsOf(file, 'SELECT CAST(book_id AS TEXT), title, lent FROM open_loans')).toEqual(await source.rows('SELECT book_id, title, lent FROM open_loans'));
    });

    test('comes back to the server with the same tables and rows', async () => {
      await using back = await openDatabase(server);
      expect(await sluice(['copy', 'sqlite:library.db', back.url], {cwd: place.path})).toMatchObject({code: 0});
      for (const table of sampleTables) expect(await contents(back, table), table).toEqual(await contents(source, table));
      const keys = (database: Database) => database.rows(`SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS
        WHERE CONSTRAINT_SCHEMA = '${database.name}' ORDER BY 1, 2`);
      expect(await keys(back)).toEqual(await keys(source));
      await back.run("INSERT INTO book (title) VALUES ('next')");
      expect(await back.rows("SELECT book_id, price, code FROM book WHERE title = 'next'")).toEqual([['4', '9.99', 'b-new']]);
    });

    test('a broken view, or views the user may not look into, keep no table from travelling', async () => {
      await source.run('CREATE TABLE doomed (x int)', 'CREATE VIEW broken AS SELECT x FROM doomed', 'DROP TABLE doomed');
      try {
        await using account = await makeAccount(source, ['SELECT ON DB.*']);
        for (const [url, reason] of [[source.url, /\w+ \w+/], [account.url(), /SHOW VIEW is missing/]] as const) {
          const run = await sluice(['copy', url, 'sqlite:some.db', '--json'], {cwd: place.path});
          expect(run.code).toBe(0);
          expect(reportOf(run).tables).toHaveLength(5);
          expect(reportOf(run).omissions).toContainEqual({table: null, kind: 'view', name: 'broken', reason: expect.stringMatching(reason) as string});
        }
      } finally {
        await source.run('DROP VIEW broken');
      }
    });

    test('the de-identifying program copies it whole too, with a policy that keeps all', async () => {
      const policy = place.write('policy.yaml', 'version: 1\ntables:\n  "*": {columns: {"*": keep}}\nviews: {open_loans: keep}\n');
      const run = await mysqlToSqlite(['bulk', '--source', source.url, '--target', 'collab.db', '--policy', policy, '--study', 'none', '--json'], {cwd: place.path});
      expect(run.code).toBe(0);
      expect(reportOf(run)).toMatchObject({status: 'ok', verification: {status: 'passed', tables: 5, rows: 10}});
      expect(namesIn(place.at('collab.db'))).toEqual([...sampleTables, 'open_loans'].sort());
    });
  });
}
