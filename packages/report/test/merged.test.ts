import {expect, test} from 'vitest';
import {renderHtml, renderSummary} from '../src/index.ts';
import {elementsOf} from './markup-of.ts';
import {sampleReport, sampleTable} from './sample-report.ts';

test('what became of rows of tables that were there is told, of each table and of all', () => {
  const merged = {inserted: 1200, updated: 3, deleted: 0};
  const report = sampleReport({tables: [sampleTable('visits', 1203, {merged}), sampleTable('people', 1, {merged: {inserted: 1, updated: 0, deleted: 7}}), sampleTable('fresh', 5)]});
  expect(renderSummary(report)).toMatch(/Merged +1,201 rows inserted, 3 updated, 7 deleted$/mu);
  const texts = elementsOf(renderHtml(report)).filter(({tag}) => tag === 'dd').map(({text}) => text);
  for (const text of ['1,200 rows inserted, 3 updated, 0 deleted', '1 row inserted, 0 updated, 7 deleted']) expect(texts).toContain(text);
});

test('where all tables are new ones, nothing is said of it', () => {
  expect(renderSummary(sampleReport({tables: [sampleTable('visits', 3)]}))).not.toContain('Merged');
});
