import {describe, expect, it} from 'vitest';
import {cleanTexts, identifyingTexts, parseMarked, scoreTexts} from '../src/deidentification/index.js';

const ranges = (text: string, ...parts: string[]) => parts.map(part => ({start: text.indexOf(part), end: text.indexOf(part) + part.length}));

describe('labelled texts', () => {
  it('marks become values at their place in UTF-16 units', () => {
    const {text, values} = parseMarked('t', '😀 [[A:Ann Lee]] of [[B:Dayton]]');
    expect(text).toBe('😀 Ann Lee of Dayton');
    expect(values.map(({start, end}) => text.slice(start, end))).toEqual(['Ann Lee', 'Dayton']);
  });

  it('a mark that is left open is refused', () => {
    expect(() => parseMarked('t', 'pt [[A:Ann')).toThrow('text t');
  });

  it('every label of the texts of this project stands where it says, and the clean ones have none', () => {
    for (const {text, values} of identifyingTexts) for (const {value, start, end} of values) expect(text.slice(start, end)).toBe(value);
    expect(identifyingTexts.every(({values}) => values.length > 0)).toBe(true);
    expect(cleanTexts.some(({values}) => values.length > 0)).toBe(false);
  });
});

describe('scoreTexts', () => {
  const text = parseMarked('t', '[[A:Ann Lee]], [[C:94-year-old]], of [[B:Dayton]], [[state:OH]], BP 120/80');

  it('half a value that stays is a miss, but not a whole survival', () => {
    const score = scoreTexts([text], whole => ranges(whole, 'Ann', '94', 'Dayton'), new Set(['state']));
    expect(score.total).toEqual({values: 3, gone: 2, whole: 0});
    expect(score.byClass['A']).toEqual({values: 1, gone: 0, whole: 0});
    expect(score.missed).toEqual([{id: 't', class: 'A', start: 0, end: 7}]);
  });

  it('part of a token that stays leaves the token', () => {
    expect(scoreTexts([text], whole => ranges(whole, 'Ann Le')).byClass['A']?.gone).toBe(0);
  });

  it('a label that is not taken survives whole', () => {
    expect(scoreTexts([text], () => []).total).toEqual({values: 4, gone: 0, whole: 4});
  });

  it('what lies outside the labels counts as over-redaction, separators and classes that may stay do not', () => {
    const score = scoreTexts([text], whole => ranges(whole, 'Ann Lee, ', 'OH', '120/80'), new Set(['state']));
    expect([score.touched, score.overRedacted, score.plainCharacters]).toEqual([1, 5, 'ofBP12080'.length]);
    expect(scoreTexts([text], whole => ranges(whole, 'Ann Lee', ', ')).touched).toBe(0);
  });
});
