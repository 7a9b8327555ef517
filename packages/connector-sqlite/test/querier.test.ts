import {spawn, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {CANARY, expectNoLeak, rejection, until} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import type {QueryRequest} from '@sluice/core';
import {SqliteQuerier} from '../src/index.ts';
import {temporaryFolders} from './temporary-folder.ts';

const {signal} = new AbortController();
// Some start several processes, on machines that are busy.
vi.setConfig({testTimeout: 200_000});
const newFolder = temporaryFolders();
const child = fileURLToPath(new URL('children/query.mjs', import.meta.url));
/** Never comes to an end, and gives no row meanwhile. */
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i % 7) FROM n';

describe('a question to SQLite', () => {
  let file: string;
  beforeEach(() => {
    file = join(newFolder(), 'pets.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, species TEXT, cost DECIMAL_TEXT(38,4), price DECIMAL(10,2), yes BOOLEAN, f REAL, raw BLOB, moment DATETIME_TEXT(3), big /*sluice: int unsigned64*/, doc JSON_TEXT);
      INSERT INTO t VALUES (1, 'Cat', '12345678901234567890.0001', 1.5, 1, 0.1, x'00ff', '2020-01-01 00:00:00.000', '18446744073709551615', '{"a": 1}'), (2, 'Dog', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
      CREATE VIEW v AS SELECT species, cost FROM t;
      CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('a cat');`);
    db.close();
  });
  const ask = async (sql: string, more: Partial<QueryRequest> = {}) => {
    await using querier = new SqliteQuerier(file);
    return await querier.query({sql, name: 'report r', maxRows: 1000, maxBytes: 1e6, timeoutMs: 60_000, ...more}, signal);
  };

  test('has its answer in the canonical form of the types that its tables say', async () => {
    expect(await ask('SELECT * FROM t WHERE id = 1;')).toEqual({
      columns: ['id int', 'species text', 'cost decimal', 'price decimal', 'yes bool', 'f float', 'raw bytes', 'moment timestamp', 'big int', 'doc json'].map(text => ({name: text.split(' ')[0], type: text.split(' ')[1]})),
      rows: [[1, 'Cat', '12345678901234567890.0001', '1.50', true, 0.1, new Uint8Array([0, 255]), '2020-01-01 00:00:00.000', 18446744073709551615n, '{"a": 1}']],
      isTruncated: false,
    });
    expect(await ask('SELECT cost AS c FROM v ORDER BY species LIMIT 1')).toEqual({columns: [{name: 'c', type: 'decimal'}], rows: [['12345678901234567890.0001']], isTruncated: false});
    expect(await ask("SELECT body FROM words WHERE words MATCH 'cat'")).toMatchObject({rows: [['a cat']]});
  });

  test('has what is computed as SQLite has it', async () => {
    expect(await ask("WITH x AS (SELECT count(*) AS n FROM t) SELECT n, n AS n, 9007199254740993, 2.0, NULL, x'01', '\u{1F600} ' || char(27) FROM x")).toMatchObject({
      columns: Array.from({length: 7}, () => ({type: 'any'})), rows: [[2n, 2n, 9007199254740993n, 2, null, new Uint8Array([1]), '\u{1F600} \u001b']],
    });
  });

  test('says when there are more rows, or bytes, than were asked for', async () => {
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT';
    expect(await ask(`${numbers} i FROM n`, {maxRows: 2})).toMatchObject({rows: [[1n], [2n]], isTruncated: true});
    expect(await ask('VALUES (1), (2)', {maxRows: 2})).toMatchObject({rows: [[1n], [2n]], isTruncated: false});
    expect(await ask('SELECT id FROM t WHERE 0')).toEqual({columns: [{name: 'id', type: 'int'}], rows: [], isTruncated: false});
    const short = await ask(`${numbers} printf('%1000d', i) FROM n`, {maxBytes: 10_500});
    expect([short.rows.length, short.isTruncated]).toEqual([11, true]);
  });

  test.each([
    ['a second statement', 'SELECT 1; DELETE FROM t', 'SLUICE_CONFIG', /more than one statement/],
    ['a second statement that our own reading misses', 'SELECT 1 ; \u0001 DELETE FROM t', 'SLUICE', /./],
    ['a DELETE', 'DELETE FROM t RETURNING id', 'SLUICE_CONFIG', /begins with DELETE/],
    ['a DELETE behind a WITH', 'WITH x AS (SELECT 1) DELETE FROM t RETURNING id', 'SLUICE_CONFIG', /would write/],
    ['a PRAGMA', 'PRAGMA user_version = 5', 'SLUICE_CONFIG', /begins with PRAGMA/],
    ['another file', "ATTACH 'other.db' AS other", 'SLUICE_CONFIG', /begins with ATTACH/],
    ['nothing', '/* nothing */', 'SLUICE_CONFIG', /is empty/],
    ['no SQL', 'SELECT species FROM t GROUP species', 'SLUICE_SCHEMA', /report r: it is no valid SQL, near species \(SQLITE_ERROR\)/],
    ['a column that is not there', 'SELECT speceis FROM t', 'SLUICE_SCHEMA', /a column does not exist: speceis/],
    ['a table that is not there', 'SELECT 1 FROM pets', 'SLUICE_SCHEMA', /a table does not exist: pets/],
    ['a computation that fails', 'SELECT 9223372036854775807 + id, abs(-9223372036854775807 - id) FROM t', 'SLUICE_VALUE', /computing it fails/],
  ])('is refused when it is %s, and the file stays as it is', async (_, sql, code, says) => {
    const before = readFileSync(file);
    expect(await rejection(ask(sql))).toMatchObject({code: expect.stringContaining(code) as string, message: expect.stringMatching(says) as string, retryable: false});
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('shows no value of a row when it fails', async () => {
    const error = await rejection(ask(`SELECT json_extract('{}', species || '${CANARY}') FROM t`));
    expect(error).toMatchObject({code: 'SLUICE_VALUE'});
    expectNoLeak(error, CANARY);
  });

  test.each([['a file that is not there', () => `${file}.gone`], ['a folder', () => join(file, '..')], ['no database', () => child]])('%s is a sentence', async (_, path) => {
    await using querier = new SqliteQuerier(path());
    expect(await rejection(querier.query({sql: 'SELECT 1', name: 'report r', maxRows: 1, maxBytes: 1, timeoutMs: 1000}, signal))).toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
  });

  // What processes there are is read where Linux tells it.
  describe.skipIf(process.platform !== 'linux')('of a program that is built', () => {
    // A child is another process, on plain node: it runs what is built.
    beforeAll(() => {
      const root = fileURLToPath(new URL('../../..', import.meta.url));
      const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/connector-sqlite'], {cwd: root, encoding: 'utf8'});
      expect(built.stdout + built.stderr).toBe('');
    }, 120_000);
    const asked = (...words: string[]): unknown => {
      const {stdout, stderr} = spawnSync(process.execPath, [child, file, ...words], {encoding: 'utf8'});
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    };

    test('has the same answer, and the same refusals', () => {
      expect(asked('SELECT id, price, raw, count(*) AS n, 9007199254740993 AS big FROM t', '60000')).toMatchObject({
        columns: [{name: 'id', type: 'int'}, {name: 'price', type: 'decimal'}, {name: 'raw', type: 'bytes'}, {name: 'n', type: 'any'}, {name: 'big', type: 'any'}], rows: [[expect.anything(), expect.anything(), expect.anything(), '2n', '9007199254740993n']],
      });
      expect(asked('SELECT speceis FROM t', '60000')).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('does not exist: speceis') as string});
    });

    test('ends when its time is over, and when it is aborted; nothing computes any more', () => {
      expect(asked(ENDLESS, '500')).toEqual({name: 'PipelineError', code: 'SLUICE_CONNECT', message: 'report r: it did not end within 0.5 s', retryable: false});
      expect(asked(ENDLESS, '60000', '500')).toMatchObject({name: 'AbortError'});
    });

    test('ends with a program that is killed', async () => {
      const program = spawn(process.execPath, [child, file, ENDLESS, '600000'], {stdio: 'ignore'});
      const childrenOf = () => readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').trim();
      await until('the child is there', () => childrenOf() !== '', 60_000);
      const pid = Number(childrenOf().split(' ')[0]);
      await until('it has the file open', () => readdirSync(`/proc/${pid}/fd`).some(fd => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === file;
        } catch {
          return false;
        }
      }), 60_000);
      program.kill('SIGKILL');
      await until('the child is gone', () => {
        try {
          return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === true;
        } catch {
          return true;
        }
      }, 60_000);
    });
  });
});
