import {expect, test} from 'vitest';
import {renderHtml, renderSummary} from '../src/index.ts';
import {elementsOf} from './markup-of.ts';
import {sampleReport, sampleTable} from './sample-report.ts';

const adjustments = [
  {column: 'born', kind: 'kept as text', rule: 'text', count: 1200}, {column: 'note', kind: 'holds text with a NUL', rule: 'null', count: 1},
  {column: 'price', kind: 'holds a number out of its range', rule: 'quarantine', count: 3}, {column: 'ratio', kind: 'negative zero', count: 7},
] as const;
const place = '.sluice/quarantine/<b>.jsonl';
const partial = () => sampleReport({
  status: 'partial', quarantine: {place, rows: 2}, tables: [sampleTable('visits', 1200, {rowsWritten: 1198, rowsQuarantined: 2, adjustments})],
  verification: {status: 'passed', tables: 1, rows: 1198},
});

test('the summary says how many values met a rule, and where rows that were set aside are', () => {
  const text = renderSummary(partial());
  expect(text).toContain('! Copied in part');
  expect(text).toContain('2 rows were set aside; all else arrived and was read back equal.');
  expect(text).toMatch(/By rule +1,200 values kept as text, 1 value became NULL$/mu);
  expect(text).toMatch(/Set aside +2 rows, in \.sluice\/quarantine\/<b>\.jsonl$/mu);
});

test('without rules it says nothing of them', () => {
  const text = renderSummary(sampleReport({tables: [sampleTable('visits', 3, {adjustments: [adjustments[3]]})]}));
  expect(text).not.toMatch(/By rule|Set aside/u);
});

test('tables that failed and rows that were set aside are both told', () => {
  const tables = [...partial().tables, sampleTable('other', 0, {status: 'failed', verified: false, digest: null})];
  expect(renderSummary({...partial(), tables})).toContain('1 table did not arrive and 2 rows were set aside; 1 table did.');
});

test('the page lists every column and rule with the reason, and escapes the place', () => {
  const elements = elementsOf(renderHtml(partial()));
  expect(elements.some(({tag, text}) => tag === 'code' && text === place)).toBe(true);
  const {text: section} = elements.find(({attributes}) => attributes.get('id') === 'adjustments')!;
  for (const text of ['holds text with a NUL: NULL in its place', 'holds a number out of its range: its row set aside', 'kept as text', 'negative zero', '1,200']) expect(section, text).toContain(text);
});
