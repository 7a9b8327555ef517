import type {RunReport} from '@sluice/core';
import {expect, test} from 'vitest';
import {mergeReports} from '../src/merge-reports.ts';

const timings = {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: 1};
const report = (status: RunReport['status'], more: Partial<RunReport> = {}): RunReport => ({
  format: 'sluice.run-report/1', tool: {name: 'test', version: '0.0.0'}, status, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z',
  source: {kind: 'memory', label: 'from', snapshot: null}, destination: {kind: 'memory', label: 'to', archived: null, bytes: null}, published: true,
  tables: [], views: [], excluded: [], omissions: [], verification: {status: 'passed', tables: 0, rows: 0}, timings, warnings: [], ...more,
});

test('rows that any of several copies set aside make the whole partial, and are told with every place', () => {
  const merged = mergeReports([report('ok'), report('partial', {quarantine: {place: 'a.jsonl', rows: 2}}), report('partial', {quarantine: {place: 'b.jsonl', rows: 3}})]);
  expect(merged).toMatchObject({status: 'partial', quarantine: {place: 'a.jsonl, b.jsonl', rows: 5}});
  expect(mergeReports([report('ok'), report('ok')])).not.toHaveProperty('quarantine');
});
