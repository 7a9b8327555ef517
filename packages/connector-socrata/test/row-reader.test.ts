import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {rowReader, type ReadColumn} from '../src/row-reader.ts';
import {knownType} from '../src/values.ts';

const TYPES = [[':id', 'text'], ['name', 'text'], ['weight', 'number'], ['alive', 'checkbox'], ['born', 'calendar_date'], ['place', 'point'], ['__proto__', 'text'], ['constructor', 'text'], ['to_string', 'text']] as const;
const columns = TYPES.flatMap(([name, type]): ReadColumn[] => {
  const field = knownType(type);
  return field === null ? [] : [{name, field, nullable: name !== ':id'}];
});
const known = new Set(columns.map(({name}) => name));

/** What a platform that sends its own columns unasked adds: such a row is read member by member. */
const withMore = (text: string) => text.replace(/^\{/, '{":version":"rv-1",');

describe('a row that is parsed and one that is read member by member', () => {
  const text = fc.oneof(fc.string({unit: 'grapheme'}), fc.constantFrom('', '\0', '\u2028', '"', '\\', '\\u0041', '__proto__', '\ufeff'));
  const number = fc.constantFrom('12', '12.50', '-0.00', '9007199254740993', '1e3', '0.10000000000000000000001');
  const members = fc.record({
    ':id': fc.constantFrom('row-1', 'row-2'), name: text, ['__proto__']: text, constructor: text, to_string: fc.oneof(text, fc.constant(null)), alive: fc.boolean(), born: fc.constantFrom('2015-12-18T00:00:00.000', '0001-01-01T00:00:00', '2015-12-18T23:59:59.123456'),
  }, {requiredKeys: [':id']});
  const quoted = (row: Readonly<Record<string, unknown>>) => Object.entries(row).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);

  it('are the same row, whatever is in them', () => {
    fc.assert(fc.property(members, fc.option(fc.tuple(number, fc.boolean())), fc.option(fc.constant('{"type":"Point", "coordinates":[-122.20,47.60]}')), (row, weight, place) => {
      const parts = [...quoted(row), ...weight === null ? [] : [`"weight":${weight[1] ? `"${weight[0]}"` : weight[0]}`], ...place === null ? [] : [`"place":${place}`]];
      const asParsed = rowReader('pets', columns, known)(`{${parts.join(',')}}`, 0);
      expect(asParsed).toEqual(rowReader('pets', columns, known)(withMore(`{${parts.join(',')}}`), 0));
      const at = (name: string) => columns.findIndex(column => column.name === name);
      expect(asParsed.row[at('name')]).toBe(row.name ?? null);
      expect(asParsed.row[at('__proto__')]).toBe(Object.hasOwn(row, '__proto__') ? row['__proto__'] : null);
      expect(asParsed.row[at('constructor')]).toBe(Object.hasOwn(row, 'constructor') ? row.constructor : null);
      expect(asParsed.row[at('place')]).toBe(place);
    }), {numRuns: 300});
  });

  it('keep every digit of a number, of many rows that have one', () => {
    const read = rowReader('pets', columns, known);
    const at = columns.findIndex(({name}) => name === 'weight');
    for (let i = 0; i < 1000; i++) expect(read(`{":id":"row-${i}","weight":0.${String(i).padStart(30, '1')}0}`, i).row[at]).toBe(`0.${String(i).padStart(30, '1')}0`);
  });

  it.each([
    ['a member that nobody knows', '{":id":"row-1","surprise":"x"}', /sends a column that the table has not/],
    ['a member of every object, sent unasked', '{":id":"row-1","valueOf":"x"}', /sends a column that the table has not/],
    ['no id', '{"name":"x"}', /a row has no :id/],
    ['an id that is no text', '{":id":7,"name":"x"}', /row 8 of table pets, column :id/],
    ['half a character', '{":id":"row-1","name":"\\ud83d"}', /row 8 of table pets, column name/],
    ['a word for a number', '{":id":"row-1","weight":"heavy"}', /row 8 of table pets, column weight/],
    ['what is cut short', '{":id":"row-1","name":"x"', /not JSON/],
    ['a bare control character', '{":id":"row-1","name":"\n"}', /not JSON/],
  ])('refuse %s', (_, row, message) => {
    const read = rowReader('pets', columns, known);
    expect(() => read(row, 7)).toThrow(message);
  });
});
