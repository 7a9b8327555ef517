import {describe, expect, test} from 'vitest';
import {createRedactor} from '@sluice/redact';
import {leftOver, unmark} from './texts/marks.ts';
import {noPlaces, places} from './texts/places.ts';

const redactor = createRedactor();

describe('places', () => {
  test.each(places)('go: %s', marked => {
    const text = unmark(marked);
    expect(leftOver(text, redactor.find(text.text))).toEqual([]);
  });
  test.each(noPlaces)('that identify nobody stay: %s', text => {
    expect(redactor.find(text).map(({start, end, rule}) => `${text.slice(start, end)} ${rule}`)).toEqual([]);
  });
  test('and figures of an address are a part of it, not a day or a number of their own', () => {
    const text = 'Lives at ul. Kwiatowa 8/14, 61-881 Poznań.';
    expect(redactor.find(text).map(({start, end, class: letter}) => [text.slice(start, end), letter])).toEqual([['ul. Kwiatowa 8/14, 61-881 Poznań', 'B']]);
  });
  test('are a town where somebody is from there, although a scale may have the name', () => {
    const text = 'He is from Boston, stage 3 kidney disease.';
    expect(redactor.find(text).map(({start, end}) => text.slice(start, end))).toEqual(['Boston']);
  });
});
