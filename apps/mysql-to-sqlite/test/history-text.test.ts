import type {RunReport} from '@sluice/core';
import {expect, test} from 'vitest';
import {historyText, pastRun} from '../src/history-text.ts';

const table = (name: string, status: 'ok' | 'failed', rowsWritten: number) => ({
  name, target: name, status, rowsRead: 0, rowsWritten, rowsQuarantined: 0, verified: true, digest: null, seconds: 1, columns: [], effects: [], notes: [], adjustments: [],
  ...(status === 'failed' && {error: {code: 'SLUICE_VALUE', message: 'canary'} as const}),
});
const run = (more: Partial<RunReport>) => ({
  format: 'sluice.run-report/1', tool: {name: 't', version: '1'}, status: 'ok', startedAt: new Date(2024, 4, 6, 7, 8).toISOString(), finishedAt: new Date(2024, 4, 6, 7, 9).toISOString(),
  source: {kind: 'a', label: 'a', snapshot: null}, destination: {kind: 'b', label: 'b', archived: null, bytes: null},
  published: true, tables: [table('a', 'ok', 1200), table('b', 'ok', 34)], views: [], excluded: [], omissions: [], verification: {status: 'passed', tables: 0, rows: 0},
  timings: {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 12.34}, warnings: [], ...more,
}) satisfies RunReport;

test('one line for each run says when, what, how it ended, how much, how long, whether proved', () => {
  const refresh = {kind: 'incremental', reasons: [], resumed: false, since: null, tables: {unchanged: 907, new: 1, patched: 2, rewritten: 1, removed: 1}, digestSeconds: 1, receipt: null} as const;
  expect(historyText([
    run({refresh, tables: []}), run({refresh: {...refresh, kind: 'none'}, timings: {...run({}).timings, total: 1234.5}}),
    run({status: 'failed', tables: [table('a', 'ok', 1), table('b', 'failed', 0)], verification: {status: 'failed', tables: 0, rows: 0}}), run({status: 'interrupted', verification: {status: 'skipped', tables: 0, rows: 0}}),
  ].map(pastRun))).toBe(`\
STARTED           KIND         OUTCOME              CHANGED   ROWS  SECONDS  VERIFIED
2024-05-06 07:08  incremental  ok                    5 of 0      0     12.3  yes
2024-05-06 07:08  none         ok                    5 of 2  1,234    1,235  yes
2024-05-06 07:08  full         failed SLUICE_VALUE   1 of 2      1     12.3  FAILED
2024-05-06 07:08  full         interrupted           2 of 2  1,234     12.3  no
`);
});

test('a run as a program reads it holds counts and codes only', () => {
  expect(pastRun(run({status: 'failed', tables: [table('b', 'failed', 7)]}))).toEqual({
    startedAt: expect.any(String), finishedAt: expect.any(String), kind: 'full', status: 'failed', error: 'SLUICE_VALUE', published: true, tables: 1, tablesChanged: 0, rowsWritten: 7, seconds: 12.34, verification: 'passed',
  });
});
