import {describe, expect, test} from 'vitest';
import {createRedactor} from '@sluice/redact';
import {clean, letters, queries, unusual} from './texts/marked.ts';
import {leftOver, unmark} from './texts/marks.ts';

const redactor = createRedactor();

describe('nothing that identifies is left', () => {
  test.each([['questions', queries], ['letters and forms', letters], ['unusual names and addresses', unusual]] as const)('of %s', (_, texts) => {
    const left = texts.flatMap(text => {
      const marked = unmark(text);
      return leftOver(marked, redactor.find(marked.text));
    });
    expect(left).toEqual([]);
  });
});

test('sentences without identifiers stay as they are: eponyms, drugs, scores, departments, public bodies, nationalities', () => {
  expect(clean.filter(sentence => redactor.find(sentence).length > 0)).toEqual([]);
});

test('little besides the marked values is taken', () => {
  let outside = 0;
  let all = 0;
  for (const marked of [...queries, ...letters, ...unusual]) {
    const {text, values} = unmark(marked);
    for (const span of redactor.find(text)) {
      all++;
      if (!values.some(([start, end]) => span.start < end && span.end > start)) outside++;
    }
  }
  expect(all).toBeGreaterThan(200);
  expect(outside / all).toBeLessThan(0.02);
});
