import {expect, test} from 'vitest';
import {ErrorCode, Fitting, Refusal, type Batch, type Operation, type Row} from '../src/index.ts';

const tooLong = new Refusal('is too short for the value');
const shorten = {at: 1, name: 'text', nullable: false, rewrite: (value: unknown) => typeof value === 'string' && value.length > 5 ? tooLong : String(value).trim()};
const batchOf = (rows: Row[], ops?: readonly Operation[]): Batch => ({rows, position: null, ...(ops && {ops})});

test('values are rewritten in place and counted by column; what stays the same is not', () => {
  const fitting = new Fitting('t', [shorten, {at: 0, name: 'id', nullable: false, rewrite: null}]);
  const rows: Row[] = [[1, ' a'], [2, 'b'], [3, 'c ']];
  fitting.fit(batchOf(rows), 0);
  fitting.fit(batchOf([[4, ' d']]), 3);
  expect(rows).toEqual([[1, 'a'], [2, 'b'], [3, 'c']]);
  expect(fitting.adjustments).toEqual([{column: 'text', kind: 'written as the column prints it', count: 3}]);
});

test('NaN that stays NaN is no change', () => {
  const fitting = new Fitting('t', [{at: 0, name: 'x', nullable: true, rewrite: value => value}]);
  fitting.fit(batchOf([[NaN], [null]]), 0);
  expect(fitting.adjustments).toEqual([]);
});

test('a refusal names table, column and row of the whole run, and not the value', () => {
  const fitting = new Fitting('t', [shorten]);
  let caught: unknown;
  try {
    fitting.fit(batchOf([[1, 'a'], [2, 'canary']]), 40);
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({code: ErrorCode.VALUE, message: 'row 42 of table t: column text is too short for the value', context: {table: 't', column: 'text', row: 41}});
  expect(JSON.stringify(caught) + String((caught as Error).stack)).not.toContain('canary');
});

test('NULL is refused where the column allows none, with or without a rewrite, but for a row that is to be deleted', () => {
  const fitting = new Fitting('t', [{at: 0, name: 'id', nullable: false, rewrite: null}, {at: 1, name: 'note', nullable: true, rewrite: () => tooLong}]);
  expect(() => fitting.fit(batchOf([[1, null], [null, null]]), 0)).toThrow('row 2 of table t: column id holds NULL, and the column allows none');
  fitting.fit(batchOf([[1, null], [null, null]], ['update', 'delete']), 0);
});
