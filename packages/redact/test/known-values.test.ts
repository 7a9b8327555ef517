import {describe, expect, test} from 'vitest';
import {createRedactor, knownValues} from '@sluice/redact';

const redactor = createRedactor();
const known = knownValues([
  {value: 'William', class: 'A', kind: 'name.given'},
  {value: 'Stone', class: 'A', kind: 'name.family'},
  {value: '12 Quartz Hollow, Apt 5', class: 'B', kind: 'geo.street'},
  {value: '+1 (937) 555-0144', class: 'D', kind: 'phone'},
  {value: 'AB-7730021', class: 'H', kind: 'mrn'},
  {value: '1961-04-03', class: 'C', kind: 'date.birth'},
  {value: 'teal heron', class: 'R'},
]);
const rules = (text: string) => redactor.find(text, known).filter(span => span.rule.startsWith('known')).map(span => text.slice(span.start, span.end));

describe('known values are found', () => {
  test.each([
    ['a name that is an ordinary word', 'will call Stone tomorrow', ['Stone']],
    ['a nickname', 'spoke to Billy about it', ['Billy']],
    ['a name in capitals', 'STONE refused', ['STONE']],
    ['a misspelling by one letter', 'wiliam came in', ['wiliam']],
    ['two letters swapped', 'Wililam came in', ['Wililam']],
    ['initials with points', 'W.S. was asleep', ['W.S.']],
    ['initials behind a word for a person', 'pt WS was asleep', ['WS']],
    ['a telephone number in another writing', 'cell 937.555.0144 ok', ['937.555.0144']],
    ['its last seven digits', 'ext 555-0144 rang', ['555-0144']],
    ['a code grouped differently', 'chart ab 773 0021 open', ['ab 773 0021']],
    ['a date without marks', 'file 04031961 scanned', ['04031961']],
    ['the street without its number', 'the house on quartz hollow burned', ['quartz hollow']],
    ['anything else in its words', 'password Teal-Heron', ['Teal-Heron']],
  ])('%s', (_, text, expected) => {
    expect(rules(text)).toEqual(expected);
  });
});

test('ordinary words in small letters are left, though they are names of the subject', () => {
  expect(rules('a kidney stone will pass')).toEqual([]);
});

test('values of one letter and short numbers are not looked for', () => {
  expect(redactor.find('grade 7 x', knownValues([{value: '7', class: 'R'}, {value: 'x', class: 'A'}]))).toEqual([]);
});

test('refuses the values of a whole table', () => {
  expect(() => knownValues(Array.from({length: 10_001}, (_, index) => ({value: `v${index}`, class: 'R' as const})))).toThrow(/10000 known values/);
});
