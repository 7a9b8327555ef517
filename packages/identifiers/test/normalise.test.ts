import {normalise, scanIdentifiers} from '@sluice/identifiers';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {faults} from './marked.ts';

describe('normalise', () => {
  it.each([
    ['zero-width characters', 'M\u200BR\u200DN\uFEFF', 'MRN'],
    ['soft hyphens and direction marks', 'SS\u00ADN \u202E12', 'SSN 12'],
    ['full-width forms', '１２３－４５－６７８９', '123-45-6789'],
    ['digits of other scripts', '٣٤٥ १२ 𝟗', '345 12 9'],
    ['spaces, dashes and quotation marks', '1\u00A02\u20113\u2019', "1 2-3'"],
    ['HTML entities', 'a&#64;b&nbsp;&#x31;&commat;', 'a@b 1@'],
    ['Cyrillic and Greek letters in Latin words', 'МRN ΡHONE', 'MRN PHONE'],
    ['words of look-alikes in a Latin text', 'her ЅЅ is on file', 'her SS is on file'],
    ['combining marks', 'Jose\u0301 S\u0336S\u0336N', 'José SSN'],
    ['circled and mathematical letters', 'Ⓐ① 𝐌𝐑𝐍', 'A1 MRN'],
  ])('undoes %s', (_, text, expected) => {
    expect(normalise(text).text).toBe(expected);
  });

  it.each(['Иван Петров', 'Αθήνα', 'β-blocker 10²', 'naïve café', 'plain & simple', '東京', '👩', '\uD800 alone', 'AT&T', '&unknown;'])('leaves %s as it is', text => {
    expect(normalise(text).text).toBe(text);
  });

  it('leads every part back to where it came from', () => {
    const text = 'x\u200B１&#64;y';
    const {text: plain, original} = normalise(text);
    expect(plain).toBe('x1@y');
    expect([0, 1, 2, 3].map(i => text.slice(...original(i, i + 1)))).toEqual(['x', '１', '&#64;', 'y']);
    expect(original(0, 4)).toEqual([0, text.length]);
    expect(original(4, 4)).toEqual([text.length, text.length]);
  });

  it('keeps offsets in order and inside the text, whatever the text is', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('\u200B', '&#64;', '&amp;', '\uD800', '\uDC00', 'e\u0301', '１', 'М', '123-45-6789', ' MRN: 12345 ')), {maxLength: 12}), parts => {
      const text = parts.join('');
      const {text: plain, original} = normalise(text);
      let last = 0;
      for (let i = 0; i < plain.length; i++) {
        const [start, end] = original(i, i + 1);
        if (start < last || end <= start || end > text.length) return false;
        last = start;
      }
      let covered = 0;
      return scanIdentifiers(text).every(({start, end}) => {
        const inOrder = start >= covered && end > start && end <= text.length;
        covered = end;
        return inOrder;
      });
    }), {seed: 20240501, numRuns: 100});
  }, 120_000);

  it('lets no disguise hide an identifier', () => {
    const disguised = ['SSN [[123-\u200B45-\u200B6789]]', '[[１２３－４５－６７８９]]', 'МRN: [[123456]]', '[[jane&#64;example.com]]', 'call [[555\u2011123\u20114567]]', '[[5\u00AD55-123-4567]]', 'M\u200BR\u200BN [[12\u200B34567]]', '[[٠١/١٥/٢٠٢٠]]', '[[4 1 2 - 6 8 - 3 3 0 5]]', '[[192[.]0[.]2[.]1]]'];
    expect(disguised.flatMap(text => faults(text))).toEqual([]);
  });
});
