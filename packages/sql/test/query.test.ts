import {ErrorCode, PipelineError} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {checkQuery, inTime, nameInSql, placeInSql, queryFault, type DialectName} from '../src/index.ts';

describe('one query', () => {
  test.each<[string, DialectName]>([
    ['SELECT 1', 'mysql'], [' /* why */ select 1 ; -- done', 'postgres'], ['(SELECT 1) UNION (SELECT 2)', 'mariadb'], ['WITH x AS (SELECT 1) SELECT * FROM x', 'sqlite'], ['VALUES (1)', 'sqlite'], ['TABLE t;', 'postgres'],
    ["SELECT ';DELETE', `into` FROM t", 'mysql'], ['SELECT "a;b" FROM t', 'postgres'],
    // What only the server reads right is left to it, where it refuses all that is to be refused.
    ["SELECT E'\\n'", 'postgres'], ['SELECT $$;$$', 'postgres'],
  ])('is taken: %s (%s)', (sql, dialect) => {
    expect(() => checkQuery({sql, name: 'report r'}, dialect)).not.toThrow();
  });

  test.each<[string, DialectName, RegExp]>([
    ['', 'sqlite', /is empty/], ['-- nothing', 'postgres', /is empty/], [';', 'mysql', /is empty/], ['SELECT 1; SELECT 2', 'postgres', /more than one statement/], ['SELECT 1;; DROP TABLE t', 'sqlite', /more than one statement/],
    ['DELETE FROM t', 'sqlite', /begins with DELETE/], ['"select" 1', 'sqlite', /begins with what begins no query/], ["'select'", 'mysql', /begins with what begins no query/], ['EXPLAIN SELECT 1', 'postgres', /begins with EXPLAIN/],
    ["SELECT 1 INTO OUTFILE 'x'", 'mysql', /has an INTO/], ["SELECT 1 /*!50000 INTO OUTFILE 'x' */", 'mysql', /comment that some server versions run/], ["SELECT 1 /*M! INTO OUTFILE 'x' */", 'mariadb', /comment that some server versions run/],
  ])('is refused: %s (%s)', (sql, dialect, says) => {
    expect(() => checkQuery({sql, name: 'report r'}, dialect)).toThrow(says);
    expect(() => checkQuery({sql, name: 'report r'}, dialect)).toThrow(/^report r: its SQL /);
  });
});

test('a name is told only when the query has it, so that no value is', () => {
  expect(nameInSql('SELECT speceis FROM t', 'mysql', "Unknown column 'speceis' in 'field list'")).toBe(': speceis');
  expect(nameInSql('SELECT 1 FROM pets', 'mysql', "Table 'rover.pets' doesn't exist")).toBe(': pets');
  expect(nameInSql('SELECT 1 FROM "My Pets"', 'sqlite', 'no such table: pets')).toBe('');
  expect(nameInSql("SELECT 'Ann' FROM t", 'mysql', "Incorrect value: 'Ann'")).toBe('');
  expect(nameInSql("SELECT 'open", 'mysql', "near 'open'")).toBe('');
});

test('a place is a line and a column', () => {
  expect(placeInSql('SELECT\n  x', 9)).toBe(', at line 2, column 3');
  expect(placeInSql('SELECT', 0)).toBe(', at line 1, column 1');
});

test('what a server says is told as a fault of the query, and other errors stay as they are', () => {
  const said = (code: ErrorCode, native: string) => queryFault(new PipelineError(code, `report r: what (${native})`, {native, retryable: true}), {name: 'report r', timeoutMs: 2000}, ', at line 1');
  expect(said(ErrorCode.WRITE, 'SQLSTATE 25006')).toMatchObject({code: 'SLUICE_CONFIG', message: 'report r: its SQL would write, at line 1 (SQLSTATE 25006)', retryable: false});
  expect(said(ErrorCode.CONNECT, 'error 3024')).toMatchObject({code: 'SLUICE_CONNECT', message: 'report r: it did not end within 2 s (error 3024)', retryable: false});
  expect(said(ErrorCode.SCHEMA, 'error 1054')).toMatchObject({code: 'SLUICE_SCHEMA', message: 'report r: what, at line 1 (error 1054)'});
  expect(said(ErrorCode.SCHEMA, 'SQLSTATE P0001')).toMatchObject({code: 'SLUICE_SCHEMA'});
  expect(said(ErrorCode.VALUE, 'SQLSTATE 22012')).toMatchObject({code: 'SLUICE_VALUE', message: 'report r: computing it fails, at line 1 (SQLSTATE 22012)'});
  const gone = new PipelineError(ErrorCode.CONNECT, 'gone', {native: 'SQLSTATE 57P01'});
  expect(queryFault(gone, {name: 'report r', timeoutMs: 1})).toBe(gone);
  const ours = new Error('a mistake');
  expect(queryFault(ours, {name: 'report r', timeoutMs: 1})).toBe(ours);
});

test('waiting ends with its time, with the caller, and not otherwise', async () => {
  const never = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true}));
  await expect(inTime({name: 'report r', timeoutMs: 10}, new AbortController().signal, never, 0)).rejects.toMatchObject({code: 'SLUICE_CONNECT', message: 'report r: it did not end within 0.01 s', retryable: false});
  const stop = new AbortController();
  const waiting = inTime({name: 'report r', timeoutMs: 60_000}, stop.signal, never);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({name: 'AbortError'});
  expect(await inTime({name: 'report r', timeoutMs: 60_000}, new AbortController().signal, async () => 1)).toBe(1);
});
