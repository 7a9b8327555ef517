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

const short = (name: string, at: number, nullable = true) => ({at, name, nullable, rewrite: shorten.rewrite});
const long = 'too long for it';

test('by the rule null, NULL takes the place of what cannot be held, and is counted with the reason', () => {
  const fitting = new Fitting('t', [short('a', 0), short('b', 1)], new Map([['a', 'null']]));
  const rows: Row[] = [[long, ' x'], ['ok', 'ok']];
  const {batch, quarantined} = fitting.fit(batchOf(rows), 0);
  expect(batch.rows).toBe(rows);
  expect(rows).toEqual([[null, 'x'], ['ok', 'ok']]);
  expect(quarantined).toEqual([]);
  expect(fitting.adjustments).toEqual([
    {column: 'a', kind: 'is too short for the value', rule: 'null', count: 1}, {column: 'b', kind: 'written as the column prints it', count: 1},
  ]);
});

test('the rule null does not help a column that allows none, nor another column', () => {
  expect(() => new Fitting('t', [short('a', 0, false)], new Map([['a', 'null']])).fit(batchOf([[long]]), 0)).toThrow('row 1 of table t: column a is too short');
  expect(() => new Fitting('t', [short('a', 0), short('b', 1)], new Map([['a', 'null']])).fit(batchOf([[long, long]]), 0)).toThrow('row 1 of table t: column b is too short');
});

test('rows that are set aside leave the batch as they came, with every reason; their operations go with them', () => {
  const fitting = new Fitting('t', [short('a', 0), short('b', 1), short('c', 2, false)], new Map([['b', 'quarantine'], ['c', 'quarantine'], ['a', 'null']]));
  const rows: Row[] = [[' 1', 'b', 'c'], [' 2', long, null], [long, 'b', long], ['4', 'b', 'c']];
  const {batch, quarantined} = fitting.fit(batchOf(rows, ['insert', 'update', 'insert', 'delete']), 40);
  expect(quarantined).toEqual([
    {row: [' 2', long, null], ordinal: 41, reasons: [{column: 'b', reason: 'is too short for the value'}, {column: 'c', reason: 'holds NULL, and the column allows none'}]},
    {row: [long, 'b', long], ordinal: 42, reasons: [{column: 'c', reason: 'is too short for the value'}]},
  ]);
  expect(batch).toEqual({rows: [['1', 'b', 'c'], ['4', 'b', 'c']], ops: ['insert', 'delete'], position: null});
  expect(fitting.adjustments.filter(({rule}) => rule === 'quarantine').map(({column, count}) => [column, count])).toEqual([['b', 1], ['c', 1], ['c', 1]]);
  expect(fitting.adjustments.some(({rule}) => rule === 'null')).toBe(false);
});

test('rows that were set aside count where a later one is refused', () => {
  const fitting = new Fitting('t', [short('a', 0), short('b', 1)], new Map([['a', 'quarantine']]));
  expect(fitting.fit(batchOf([[long, ''], ['', '']]), 0).quarantined).toHaveLength(1);
  // One row is written by now; rows 3, 4, 6 and 7 are set aside, row 8 is refused.
  const rows: Row[] = [[long, ''], [long, ''], ['', ''], [long, ''], [long, ''], ['', long], [long, '']];
  expect(() => fitting.fit(batchOf(rows), 1)).toThrow('row 8 of table t: column b is too short');
});

test('a value is judged as it would be fitted, whatever the rules are', () => {
  const fitting = new Fitting('t', [short('a', 0), short('b', 1, false)], new Map([['a', 'null']]));
  expect(fitting.judge('a', long)).toEqual({refused: 'is too short for the value'});
  expect(fitting.judge('a', ' x')).toEqual({adjusted: 'written as the column prints it'});
  expect([fitting.judge('a', 'x'), fitting.judge('a', null), fitting.judge('z', long)]).toEqual([null, null, null]);
  expect(fitting.judge('b', null)).toEqual({refused: 'holds NULL, and the column allows none'});
});

test('minus zero that becomes zero is a change', () => {
  const fitting = new Fitting('t', [{at: 0, name: 'x', nullable: true, rewrite: value => value === 0 ? 0 : value, adjusts: 'negative zero'}]);
  const rows: Row[] = [[-0], [0]];
  fitting.fit(batchOf(rows), 0);
  expect(rows).toEqual([[0], [0]]);
  expect(fitting.adjustments).toEqual([{column: 'x', kind: 'negative zero', count: 1}]);
});
