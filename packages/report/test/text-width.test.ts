import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {widthOf} from '../src/text-width.ts';

test.each([
  ['', 0], ['plain', 5], ['✓ done · 3 – 4 …', 16], ['Größe', 5], ['Gro\u0308ße', 5], ['漢字', 4], ['ﾊﾟ', 2], ['한국', 4], ['\u1112\u1161\u11ab', 2], ['👩‍👩‍👧', 2], ['❤️', 2], ['🇩🇪', 2], ['1️⃣', 2], ['1\u20e3', 2],
  ['a\u200bb\u0000', 2], ['नि', 2], ['\u001b[31mred\u001b[39m', 3], ['العربية', 7], ['\ud800', 0],
] as const)('%j takes %i columns', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
  expect(stringWidth(text)).toBe(columns);
});

test('any text takes as many columns as a library that was made for it says, but for letters of Hangul that are no syllable', () => {
  fc.assert(fc.property(fc.string({unit: 'grapheme', maxLength: 20}), text => {
    fc.pre(!/[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u001b\u009b]/.test(text));
    expect(widthOf(text)).toBe(stringWidth(text));
  }), {numRuns: 2_000, seed: 7});
});
