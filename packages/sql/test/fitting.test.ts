import {ErrorCode, type Row} from '@sluice/core';
import {Fitting, Refusal} from '../src/index.ts';
import {expect, test} from 'vitest';

const tooLong = new Refusal('is too short for the value');
const shorten = {at: 1, name: 'text', nullable: false, rewrite: (value: unknown) => typeof value === 'string' && value.length > 5 ? tooLong : String(value).trim()};
const noDeletes = () => false;

test('values are rewritten in place and counted by column; what stays the same is not', () => {
  const fitting = new Fitting('t', [shorten, {at: 0, name: 'id', nullable: false, rewrite: null}]);
  const rows: Row[] = [[1, ' a'], [2, 'b'], [3, 'c ']];
  fitting.fit(rows, 0, noDeletes);
  fitting.fit([[4, ' d']], 3, noDeletes);
  expect(rows).toEqual([[1, 'a'], [2, 'b'], [3, 'c']]);
  expect(fitting.adjustments).toEqual([{column: 'text', kind: 'written as the column prints it', count: 3}]);
});

test('NaN that stays NaN is no change', () => {
  const fitting = new Fitting('t', [{at: 0, name: 'x', nullable: true, rewrite: value => value}]);
  fitting.fit([[NaN], [null]], 0, noDeletes);
  expect(fitting.adjustments).toEqual([]);
});

test('a refusal names table, column and row of the whole run, and not the value', () => {
  const fitting = new Fitting('t', [shorten]);
  let caught: unknown;
  try {
    fitting.fit([[1, 'a'], [2, 'canary']], 40, noDeletes);
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({code: ErrorCode.VALUE, message: 'row 42 of table t: column text is too short for the value', context: {table: 't', column: 'text', row: 41}});
  expect(JSON.stringify(caught) + String((caught as Error).stack)).not.toContain('canary');
});

test('NULL is refused where the column allows none, with or without a rewrite, but for a row that is to be deleted', () => {
  const fitting = new Fitting('t', [{at: 0, name: 'id', nullable: false, rewrite: null}, {at: 1, name: 'note', nullable: true, rewrite: () => tooLong}]);
  expect(() => fitting.fit([[1, null], [null, null]], 0, noDeletes)).toThrow('row 2 of table t: column id holds NULL, and the column allows none');
  fitting.fit([[1, null], [null, null]], 0, i => i === 1);
});
