import {describe, expect, test} from 'vitest';
import {createRedactor} from '@sluice/redact';
import {leftOver, unmark} from './texts/marks.ts';
import {noPeople, people} from './texts/people.ts';

const redactor = createRedactor();

describe('names that are words, rare, or written in a hurry', () => {
  test.each(people)('%s', sentence => {
    const marked = unmark(sentence);
    expect(leftOver(marked, redactor.find(marked.text))).toEqual([]);
  });
});

test('words that are names elsewhere stay', () => {
  expect(noPeople.filter(sentence => redactor.find(sentence).length > 0)).toEqual([]);
});

test('titles before a name and degrees behind it go with it', () => {
  expect(redactor.redact('Seen by Dr. Jane Okafor, MD, FACP today.').text).toBe('Seen by [NAME] today.');
});
