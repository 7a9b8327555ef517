import {expect, test} from 'vitest';
import {assess, BY_HAND, exitCodeOf, worst, type Evidence} from '../src/status/assess.ts';
import type {StatusRow} from '../src/status/status-row.ts';

const good: StatusRow = {comment: 'oplog use', timeStart: '2016-05-26 12:00:00.000000', timeEnd: '2016-05-26 12:00:05.000000', records: 1, queries: 2, ts: null, status: 2, attempt: 0, error: false};
const judged = (row: Partial<StatusRow> | null, more: Partial<Evidence> = {}) => {
  const {state} = assess({rows: row === null ? [] : [{...good, ...row}], isHeld: false, ageMs: null, maxAgeMs: null, ...more});
  return `${state} ${exitCodeOf(state)}`;
};

test('the newest row tells what to do', () => {
  expect(judged(null)).toBe('load needed 3');
  expect(judged({})).toBe('in step 0');
  expect(judged({error: true})).toBe('load needed 3');
  expect(judged({error: null, attempt: 2})).toBe('failing 1');
});

test('an open row is a run under way, or one that died: a load has to be begun anew, a sync goes on', () => {
  expect(judged({timeEnd: null, error: null}, {isHeld: true})).toBe('running 0');
  expect(judged({timeEnd: null, error: null})).toBe('interrupted 1');
  expect(judged({timeEnd: null, error: null, status: 0, comment: 'init load'})).toBe('load needed 3');
  expect(judged({timeEnd: null, error: null, status: 0, comment: BY_HAND})).toBe('running 0');
  expect(judged({timeEnd: null, error: null, status: 0, comment: `${BY_HAND} (shop)`})).toBe('running 0');
});

test('of the states of several sets of tables the worst counts', () => {
  const states = (['in step', 'load needed', 'running', 'failing', 'in step'] as const).map(state => ({state, line: state}));
  expect([worst(states)?.state, worst(states.filter(({state}) => state !== 'load needed'))?.state, worst([])]).toEqual(['load needed', 'failing', undefined]);
});

test('a good run may be too long ago', () => {
  expect(judged({}, {ageMs: 9_000, maxAgeMs: 10_000})).toBe('in step 0');
  expect(judged({}, {ageMs: 11_000, maxAgeMs: 10_000})).toBe('late 1');
});
