import {ErrorCode, PipelineError} from '@sluice/core';
import {expect, test} from 'vitest';
import {conditionProblem, whileFiltering} from '../src/index.ts';

test.each([
  ["name = 'open", 'it has a string that does not end, which is not taken here'],
  ['id = x\'abc\'', 'it has a hexadecimal literal that is not whole bytes, which is not taken here'],
  ['id = 1 /* open', 'it has a comment that does not end, which is not taken here'],
  ['id = 1 /*! or 1 */', 'it has a comment that some server versions run, which is not taken here'],
  ['id = 1; DROP TABLE t', 'it has a semicolon, and is to be one expression'],
  ['id = 1', null],
])('what is wrong with the condition %s', (sql, problem) => {
  expect(conditionProblem(sql, 'mysql')).toBe(problem);
});

const failure = (code: ErrorCode, native?: string) => new PipelineError(code, 'table t: as the server has it', {table: 't', remedy: 'correct the row', ...(native !== undefined && {native})});

test('what a server refuses of a condition while it reads is told of the condition, not of a row', () => {
  for (const native of ['SQLSTATE 22012', 'error 1690']) {
    expect(whileFiltering(failure(ErrorCode.VALUE, native), 't', '1 / n > 0')).toMatchObject({code: 'SLUICE_VALUE', message: `table t: its condition fails (${native})`, remedy: expect.stringMatching(/^correct the condition/)});
  }
  expect(whileFiltering(failure(ErrorCode.SCHEMA, 'SQLSTATE P0001'), 't', 'strict(n)')).toMatchObject({message: 'table t: its condition fails (SQLSTATE P0001)'});
  expect(whileFiltering(failure(ErrorCode.WRITE, 'SQLSTATE 25006'), 't', "nextval('s') > 0")).toMatchObject({message: 'table t: its condition would write (SQLSTATE 25006)', remedy: 'use a condition that only reads'});
});

test('other errors stay as they are, and all where there is no condition', () => {
  for (const error of [failure(ErrorCode.CONNECT, 'SQLSTATE 57P01'), failure(ErrorCode.SCHEMA, 'SQLSTATE 42P01'), failure(ErrorCode.VALUE, 'SQLSTATE 22021'), failure(ErrorCode.VALUE), new Error('a mistake')]) {
    expect(whileFiltering(error, 't', 'id = 1')).toBe(error);
  }
  const error = failure(ErrorCode.VALUE, 'SQLSTATE 22012');
  expect(whileFiltering(error, 't', undefined)).toBe(error);
});
