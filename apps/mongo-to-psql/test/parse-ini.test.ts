import {PipelineError} from '@sluice/core';
import {expect, test} from 'vitest';
import {parseIni} from '../src/config/parse-ini.ts';

const read = (text: string) => [...parseIni(text, 'old.ini')].map(([name, keys]) => [name, Object.fromEntries([...keys].map(([key, {text: value}]) => [key, value]))]);

test('keys stand in sections, with = or :, and comments are left out', () => {
  expect(read('# top\n[misc]\nlogs-dir = logs ; here\n; no\nschemas-dir: s\n\n[psql]\r\npsql-pass = a;b#c%d\r\n')).toEqual([
    ['misc', {'logs-dir': 'logs', 'schemas-dir': 's'}], ['psql', {'psql-pass': 'a;b#c%d'}],
  ]);
});

test('an indented line goes on with the value before it', () => {
  expect(read('[mongo]\nmongo-host = a\n  b\nMongo-Port=1')).toEqual([['mongo', {'mongo-host': 'a\nb', 'mongo-port': '1'}]]);
});

test('a value of nothing is empty, and one with = keeps it', () => {
  expect(read('[psql]\npsql-schema-name =\npsql-pass = x=y')).toEqual([['psql', {'psql-schema-name': '', 'psql-pass': 'x=y'}]]);
});

test('every line that cannot be read is told, with its number and never its text', () => {
  const error = expectError(() => parseIni('stray = 1\n[a]\ntopsecret\nx = 1\nx = 2\n', 'old.ini'));
  expect(error.problems).toEqual([
    {path: 'old.ini:1', message: 'stands before the first section'},
    {path: 'old.ini:3', message: 'is neither a section nor `key = value`'},
    {path: 'old.ini:5', message: 'x is given twice'},
  ]);
  expect(error.message).not.toContain('topsecret');
});

function expectError(run: () => unknown): PipelineError {
  try {
    run();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
