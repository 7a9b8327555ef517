import {CANARY, expectNoLeak, rejection, until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {QueryRequest} from '@sluice/core';
import {MysqlQuerier} from '../src/querier.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();
/** Long enough for a machine that is busy. */
const PATIENCE_MS = 60_000;
vi.setConfig({testTimeout: 4 * PATIENCE_MS});

describe.each(servers)('a question to $kind', server => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(server);
    await lab.run('CREATE TABLE t (id INT PRIMARY KEY, species VARCHAR(20), f FLOAT, z DECIMAL(6,2) ZEROFILL, b BIT(60), moment DATETIME(3), instant TIMESTAMP(6) NULL, day DATE, span TIME(2), raw VARBINARY(9), doc JSON, place POINT, kind ENUM(\'é\', \'b\'), big BIGINT UNSIGNED, y YEAR)');
    await lab.run("INSERT INTO t VALUES (1, 'Cat', 0.1, 1.5, b'111111111111111111111111111111111111111111111111111111111111', '2020-01-01 00:00:00.000', '2020-01-01 00:00:00.100000', '2020-02-29', '-26:00:00.50', x'00ff', '{\"a\": 1}', POINT(1, 2), 'é', 18446744073709551615, 2014)");
    await lab.run("INSERT INTO t (id, species, moment) VALUES (2, 'Dog', '0000-00-00')");
    await lab.run('CREATE TABLE many (id INT PRIMARY KEY AUTO_INCREMENT, words TEXT)');
    await lab.run(`INSERT INTO many (words) VALUES ${Array.from({length: 1200}, () => "(REPEAT('x', 1000))").join(', ')}`);
    await lab.run('CREATE FUNCTION writes() RETURNS INT MODIFIES SQL DATA NOT DETERMINISTIC BEGIN DELETE FROM t; RETURN 1; END');
    await lab.run('CREATE PROCEDURE escapes() BEGIN COMMIT; DELETE FROM t; SELECT 1; END');
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  const ask = async (sql: string, more: Partial<QueryRequest> = {}, stop = signal) => {
    await using querier = new MysqlQuerier(lab.endpoint());
    return await querier.query({sql, name: 'report r', maxRows: 1000, maxBytes: 4e6, timeoutMs: 60_000, ...more}, stop);
  };

  test('has its answer in the canonical form of its types', async () => {
    const {columns, rows, isTruncated} = await ask('SELECT * FROM t ORDER BY id;');
    const point = new Uint8Array(25);
    const view = new DataView(point.buffer);
    view.setUint8(4, 1);
    view.setUint32(5, 1, true);
    view.setFloat64(9, 1, true);
    view.setFloat64(17, 2, true);
    expect(columns.map(({name, type}) => `${name} ${type}`)).toEqual(['id int', 'species text', 'f float', 'z decimal', 'b int', 'moment timestamp', 'instant timestamptz', 'day date', 'span time', 'raw bytes', 'doc json', 'place bytes', 'kind text', 'big int', 'y int']);
    expect(rows).toEqual([
      [1, 'Cat', Math.fround(0.1), '1.50', 1152921504606846975n, '2020-01-01 00:00:00.000', '2020-01-01 00:00:00.100000', '2020-02-29', '-26:00:00.50', new Uint8Array([0, 255]), '{"a": 1}', point, 'é', 18446744073709551615n, 2014],
      [2, 'Dog', null, null, null, '0000-00-00 00:00:00.000', null, null, null, null, null, null, null, null, null],
    ]);
    expect(isTruncated).toBe(false);
  });

  test('has what is computed exactly', async () => {
    expect(await ask("SELECT 9007199254740993 AS big, 1 AS big, 0.10 AS money, 0.1e0 AS f, 5e-324 AS tiny, 1.7976931348623157e308 AS huge, SUM(id) AS total, COUNT(*) AS n, CONCAT('\u{1F600} ', CHAR(27 USING utf8mb4)) AS words, NULL AS nothing FROM t")).toMatchObject({
      columns: [{name: 'big', type: 'int'}, {name: 'big', type: 'int'}, {type: 'decimal'}, {type: 'float'}, {type: 'float'}, {type: 'float'}, {name: 'total', type: 'decimal'}, {name: 'n', type: 'int'}, {name: 'words', type: 'text'}, {name: 'nothing'}],
      rows: [[9007199254740993n, 1, '0.10', 0.1, 5e-324, Number.MAX_VALUE, '3', 2, '\u{1F600} \u001b', null]],
    });
  });

  test('says when there are more rows, or bytes, than were asked for, and leaves nothing running', async () => {
    const few = await ask('SELECT id FROM many ORDER BY id', {maxRows: 3});
    expect([few.rows, few.isTruncated]).toEqual([[[1], [2], [3]], true]);
    const all = await ask('WITH x AS (SELECT 1 AS id UNION ALL SELECT 2) SELECT id FROM x', {maxRows: 2});
    expect([all.rows, all.isTruncated]).toEqual([[[1], [2]], false]);
    const none = await ask('SELECT id FROM many WHERE 1 = 0');
    expect([none.columns, none.rows, none.isTruncated]).toEqual([[{name: 'id', type: 'int'}], [], false]);
    const short = await ask('SELECT words FROM many', {maxBytes: 10_500});
    expect([short.rows.length, short.isTruncated]).toEqual([11, true]);
    await until('no thread is left', async () => (await lab.threads()).length === 0, PATIENCE_MS);
  });

  test.each([
    ['a second statement', 'SELECT 1; DELETE FROM t', 'SLUICE_CONFIG', /more than one statement/],
    ['a DELETE', 'DELETE FROM t', 'SLUICE_CONFIG', /begins with DELETE/],
    ['a DELETE behind a WITH', 'WITH x AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM x)', 'SLUICE', /./],
    ['a procedure', 'CALL escapes()', 'SLUICE_CONFIG', /begins with CALL/],
    ['a file at the server', "SELECT * FROM t INTO OUTFILE 'never.txt'", 'SLUICE_CONFIG', /has an INTO/],
    ['a comment that is run', "SELECT 1 /*! INTO OUTFILE 'never.txt' */", 'SLUICE_CONFIG', /comment that some server versions run/],
    ['a function that writes', 'SELECT writes()', 'SLUICE_CONFIG', /report r: its SQL would write \(error 1792\)/],
    ['a text with a backslash in it', "SELECT '\\' INTO OUTFILE 'never.txt' -- '", 'SLUICE', /./],
    ['nothing', '# nothing', 'SLUICE_CONFIG', /is empty/],
    ['no SQL', 'SELECT species\n  FORM t', 'SLUICE_SCHEMA', /report r: it is no valid SQL, at line 2 \(error 1064\)/],
    ['a column that is not there', 'SELECT speceis FROM t', 'SLUICE_SCHEMA', /a column does not exist: speceis \(error 1054\)/],
    ['a table that is not there', 'SELECT 1 FROM pets', 'SLUICE_SCHEMA', /the table does not exist: pets \(error 1146\)/],
    ['a computation that fails', 'SELECT 9223372036854775807 + id FROM t', 'SLUICE_VALUE', /computing it fails \(error 1690\)/],
  ])('is refused when it is %s, and nothing has changed', async (_, sql, code, says) => {
    const error = await rejection(ask(sql));
    expect(error).toMatchObject({code: expect.stringContaining(code) as string, message: expect.stringMatching(says) as string, retryable: false});
    expect(await lab.rows('SELECT COUNT(*) FROM t')).toEqual([[2]]);
  });

  test('shows no value of a row when it fails', async () => {
    const error = await rejection(ask(`SELECT EXTRACTVALUE(1, CONCAT('~', species, '${CANARY}')) FROM t`));
    expect(error).toMatchObject({retryable: false});
    expectNoLeak(error, CANARY);
  });

  test('ends when its time is over, and when it is aborted, and the server computes no longer', async () => {
    // What is slept is no computing, and a count alone is known without.
    const slow = 'SELECT SUM(a.id * b.id + c.id * d.id + e.id) FROM many a, many b, many c, many d, many e';
    expect(await rejection(ask(slow, {timeoutMs: 500}))).toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: expect.stringContaining('report r: it did not end within 0.5 s') as string});
    const stop = new AbortController();
    const asked = rejection(ask(slow, {}, stop.signal));
    await until('the server computes', async () => (await lab.rows(`SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND COMMAND IN ('Execute', 'Query') AND INFO LIKE '%many e%'`)).length === 1, PATIENCE_MS);
    stop.abort();
    expect(await asked).toMatchObject({name: 'AbortError'});
    await until('no thread is left', async () => (await lab.threads()).length === 0, PATIENCE_MS);
  });
});
