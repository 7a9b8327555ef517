import type {RunReport} from '@sluice/core';
import {expect, test} from 'vitest';
import {judge, timeText, type Evidence} from '../src/check-freshness.ts';

const HOUR = 3_600_000;
const now = new Date(2024, 4, 6, 12);
const at = (hoursAgo: number) => new Date(now.getTime() - hoursAgo * HOUR).toISOString();
const run = (hoursAgo: number, more: Partial<RunReport> = {}) => ({
  format: 'sluice.run-report/1', tool: {name: 't', version: '1'}, status: 'ok', startedAt: at(hoursAgo + 0.5), finishedAt: at(hoursAgo),
  source: {kind: 'a', label: 'a', snapshot: null}, destination: {kind: 'b', label: 'b', archived: null, bytes: null},
  published: true, tables: [], views: [], excluded: [], omissions: [], verification: {status: 'passed', tables: 0, rows: 0},
  timings: {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 0}, warnings: [], ...more,
}) satisfies RunReport;
const judged = (more: Partial<Evidence> = {}) => {
  const last = 'last' in more ? more.last! : run(3);
  const {ok, concerns, line} = judge({name: 'collab.db', last, lastGood: last?.status === 'ok' ? last : null, damage: null, file: 'there', now, maxAgeMs: 26 * HOUR, ...more});
  expect(line).not.toContain('\n');
  expect(ok).toBe(concerns.length === 0);
  return [concerns.map(({kind}) => kind), line] as const;
};

test('a good run that is not too old is good', () => {
  expect(judged()).toEqual([[], 'collab.db: good, the last run was 3 h ago (2024-05-06 09:00), verified']);
  expect(judged({last: run(3, {verification: {status: 'skipped', tables: 0, rows: 0}})})[1]).toMatch(/, not verified$/);
  expect(judged({last: run(26)})[0]).toEqual([]);
});

test('a good run that is too old is a concern', () => {
  expect(judged({last: run(26.01)})).toEqual([['old'], 'collab.db: the last run was 26 h ago (2024-05-05 09:59), more than 26 h']);
  expect(judged({last: run(80)})[1]).toBe('collab.db: the last run was 3 d 8 h ago (2024-05-03 04:00), more than 26 h');
});

test.each([
  ['failed', 'failed'], ['partial', 'was partial'], ['interrupted', 'was interrupted'],
] as const)('a last run that was %s is a concern, whenever it was, with its code and the time of the last good one', (status, words) => {
  const last = run(2, {status, error: {code: 'SLUICE_UNDECIDED', message: 'canary'}});
  expect(judged({last, lastGood: run(30)})).toEqual([['failed'], `collab.db: the last run, 2 h ago (2024-05-06 10:00), ${words} with SLUICE_UNDECIDED; the last good one was 30 h ago (2024-05-05 06:00)`]);
  expect(judged({last: run(2, {status})})[1]).toBe(`collab.db: the last run, 2 h ago (2024-05-06 10:00), ${words}; there was no good one yet`);
});

test('no run at all is a concern', () => {
  expect(judged({last: null})).toEqual([['no run'], 'collab.db: no run is remembered yet']);
});

test('a last run in the future says that the clock has jumped back; a minute is none', () => {
  expect(judged({last: run(-48)})).toEqual([['clock'], 'collab.db: the last run ended 2 d from now, at 2024-05-08 12:00: the clock has jumped back, and no age can be told']);
  expect(judged({last: run(-1 / 60)})[0]).toEqual([]);
  expect(judged({last: run(-1 / 59)})[0]).toEqual(['clock']);
});

test('a file that is not there or is something else is a concern besides all others', () => {
  expect(judged({file: 'missing'})).toEqual([['file'], 'collab.db: the file does not exist']);
  expect(judged({last: run(80), file: 'no database'})).toEqual([['old', 'file'], expect.stringMatching(/more than 26 h; the file is not a SQLite database$/)]);
});

test.each([
  [0, '0 s'], [999, '0 s'], [45_000, '45 s'], [60_000, '1 min'], [61_000, '1 min 1 s'], [HOUR, '1 h'], [3.2 * HOUR, '3 h 12 min'], [26 * HOUR, '26 h'], [47.5 * HOUR, '47 h 30 min'], [48 * HOUR, '2 d'], [49 * HOUR, '2 d 1 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text);
});

test('what is remembered cannot be read: that is the concern, and not that there was no run', () => {
  expect(judged({last: null, lastGood: null, damage: 'the state file state.db is damaged'})).toEqual([['state'], 'collab.db: the state file state.db is damaged']);
});
