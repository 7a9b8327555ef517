import {createRedactor} from '@sluice/redact';
import type {ColumnType, ReleaseColumn, Value} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {scannerFor} from '../src/index.ts';
import {jsonTexts} from '../src/json-values.ts';
import {ResidualScan} from '../src/residual-scan.ts';
import type {WrittenColumn} from '../src/roles.ts';

const written = (type: ColumnType, decided: Partial<ReleaseColumn> | null, madeUp = false): WrittenColumn => ({
  name: 'v', column: {name: 'v', type, nullable: true}, position: 0, madeUp, mayLeave: false,
  decided: decided === null ? null : {column: 'v', path: null, class: null, kind: null, method: 'keep', parameters: 'keep', reason: null, decidedBy: null, effect: 'kept', random: false, ...decided},
});
const scan = (column: WrittenColumn, values: readonly Value[], profile: 'safe-harbor' | 'limited-data-set' = 'safe-harbor') => {
  const one = new ResidualScan(column, scannerFor({profile, asOf: '2026-06-01'}), profile, '2026-06-01');
  for (const value of values) one.add(value);
  return one.result();
};

describe('the residual scan', () => {
  test('finds in free text what a redactor finds, and nothing in what it has redacted', () => {
    const texts = ['Mrs. Adaeze Okafor was seen on 3/14/2024, phone (617) 555-0142.', 'BP 120/80, 3 days post-op, no fever.'];
    const note = written('text', {class: 'freeText', method: 'redactText', effect: 'changed'});
    expect(scan(note, texts)).toMatchObject({as: 'text', scanned: 2, found: {A: expect.any(Number) as number, C: 1, D: 1}});
    const redactor = createRedactor({asOf: '2026-06-01'});
    const after = scan(note, texts.map(text => redactor.redact(text).text));
    expect(after).toMatchObject({found: {}, hints: {}});
    expect(after.labels['[DATE]']).toBe(1);
  });

  test('takes a name in a single cell for a hint, a number that only a person has for a find', () => {
    expect(scan(written('text', {class: 'none'}), ['Adaeze Okafor', 'jane@example.org', null])).toMatchObject({as: 'cell', scanned: 2, found: {F: 1}});
    expect(scan(written('text', {class: 'none'}), ['Adaeze Okafor']).found).toEqual({});
  });

  test('looks into every value of a document, and into its names where they are more than a word', () => {
    const document = JSON.stringify({phone: {list: ['call (617) 555-0142']}, ['x'.repeat(3)]: [1, null, true]});
    expect(scan(written('json', {class: 'none'}), [document]).found).toEqual({D: 1});
    expect(scan(written('json', {class: 'none'}), ['{"phone (617) 555-0142": 1}']).found).toEqual({D: 1});
    expect(scan(written('json', {class: 'none'}), ['{"Monday": 1, "Adaeze": {"Tuesday": 2}}']).found).toEqual({});
  });

  test('looks at members that are there twice, and at every digit of a number', () => {
    expect(scan(written('json', {class: 'none'}), ['{"a":"call (617) 555-0142","a":1}']).found).toEqual({D: 1});
    expect(jsonTexts('{"a":[{"b c":12345678901234567890.10},null,"x\\\\"],"a":"\\"\\u00fa","":{}}')).toEqual({
      scalars: [{path: '$.a[]["b c"]', text: '12345678901234567890.10'}, {path: '$.a[]', text: 'x\\'}, {path: '$.a', text: '"ú'}], members: ['a', 'b c', 'a', ''],
    });
    expect(jsonTexts('{"a":1')).toBeNull();
  });

  test('finds every value of a document that a parser finds, at its path', () => {
    fc.assert(fc.property(fc.json(), text => {
      const expected: string[] = [];
      const document: unknown = JSON.parse(text);
      JSON.stringify(document, (_, value: unknown) => {
        if (value !== null && typeof value !== 'object') expected.push(String(value));
        return value;
      });
      expect(jsonTexts(JSON.stringify(document))!.scalars.map(one => one.text).sort()).toEqual(expected.sort());
    }));
  });

  test('finds a column of names whatever it is said to be, and none where some cells are words that may be names', () => {
    const people = Array.from({length: 30}, (_, i) => ['Maria Lopez', 'James Whitfield', 'Susan Novak'][i % 3]!);
    expect(scan(written('text', {class: 'none'}), people)).toMatchObject({found: {A: 30}});
    expect(scan(written('text', {class: 'provider'}), people).found).toEqual({});
    expect(scan(written('text', {class: 'none'}), people.slice(0, 19)).found).toEqual({});
    expect(scan(written('text', {class: 'none'}), people.map((one, i) => i % 3 === 0 ? one : 'flu')).found).toEqual({});
  });

  test('finds ages over 90 and years of birth that tell them, where the policy said that there are none', () => {
    const ages = written('int', {class: 'C', kind: 'age'});
    expect(scan(ages, [34, 90, 91, 104, 999]).found).toEqual({C: 2});
    expect(scan(ages, [34, 90, 91, 104, 999], 'limited-data-set').found).toEqual({});
    expect(scan(ages, [34, 104, 400]).found).toEqual({});
    const born = written('int', {class: 'C', kind: 'date.birth', method: 'year', effect: 'changed'});
    expect(scan(born, [1935, 1936, 1937, 9999]).found).toEqual({C: 1});
    expect(scan(born, [1936, 1937]).found).toEqual({});
  });

  test('leaves what the profile leaves, and the class that a column is kept as', () => {
    const day = '2024-03-14';
    expect(scan(written('date', {class: 'none'}), [day]).found).toEqual({C: 1});
    expect(scan(written('date', {class: 'C'}), [day]).found).toEqual({});
    expect(scan(written('date', {class: 'none'}), [day], 'limited-data-set').found).toEqual({});
  });

  test('tells a column of numbers with check digits, and not one where chance made some', () => {
    // Visa's test number and others that pass Luhn, 20 of them; then twenty of which one in ten does.
    const luhn = Array.from({length: 20}, (_, i) => withLuhn(`41111111111${String(i).padStart(4, '0')}`));
    expect(scan(written('text', {class: 'none'}), luhn).found.J).toBeGreaterThanOrEqual(20);
    const plain = Array.from({length: 40}, (_, i) => 100_000_000_000_000 + i);
    expect(scan(written('int', {class: 'none'}), plain).found).toEqual({});
  });

  test('does not judge values that were made up', () => {
    expect(scan(written('text', {class: 'F', method: 'fakeRandom', effect: 'changed'}, true), ['jane@example.org'])).toMatchObject({scanned: 0, found: {}});
  });
});

function withLuhn(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, digit, i) => {
    const n = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return `${digits}${(10 - sum % 10) % 10}`;
}
