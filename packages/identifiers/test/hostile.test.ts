import {scanIdentifiers} from '@sluice/identifiers';
import {describe, expect, it} from 'vitest';

// Texts that make a careless pattern try everything again from every position: one character without end, separators without end, labels without values, halves of
// addresses and dates, values that fail at their last character.
const shapes: Readonly<Record<string, string>> = {
  letters: 'a', digits: '1', zeros: '0', dots: 'a.', 'digits and dots': '1.', hyphens: '12-', 'blanks between digits': '1 ', blanks: ' ', lines: '\n', brackets: '(0', plus: '+1 ', at: 'a@', 'at and dots': 'a@a.', colons: 'ab:', slashes: '1/2/', labels: 'MRN ', 'labels with signs': 'MRN: ',
  lists: 'MRN 12345, ', months: 'Jan ', 'months and days': 'Jan 1 ', ages: '92 ', 'spelt ages': 'ninety ', schemes: 'http://', entities: '&#', marks: 'e\u0301', invisible: '\u200B', Cyrillic: 'а', surrogates: '\uD83D', groups: 'AB12 ', dotted: 'a dot ', born: 'born in ', stars: '*', 'figures in words': 'one ', 'glued numbers': '555-867-5309a', capitals: 'Aa', underscores: 'a_',
};

// Processor time, since others use the machine, too; the least of a few goes, since collecting garbage takes time as well.
function cost(text: string): number {
  const goes = Array.from({length: 2}, () => {
    const before = process.cpuUsage();
    scanIdentifiers(text);
    const {user, system} = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...goes);
}

describe('hostile texts', () => {
  it.each(Object.entries(shapes))('takes time in proportion to the length: %s without end', (_, shape) => {
    const long = (size: number): string => shape.repeat(Math.ceil(size / shape.length));
    cost(long(4_000));
    // Four times the text is four times the work; squared it would be sixteen times.
    const ratios: number[] = [];
    do ratios.push(cost(long(64_000)) / cost(long(16_000)));
    while (ratios.at(-1)! > 9 && ratios.length < 4);
    expect(Math.min(...ratios)).toBeLessThanOrEqual(9);
  }, 240_000);

  it('takes a very long line without complaint', () => {
    expect(scanIdentifiers(`${'x '.repeat(100_000)}MRN 4482137`)).toMatchObject([{start: 200_004, end: 200_011, class: 'H'}]);
  }, 240_000);
});
