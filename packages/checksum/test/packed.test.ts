import {PipelineError, type Column, type ColumnType, type Row, type Value} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {packRows, rowDigester, RUN_ROWS, unpackRow, unpackRows} from '../src/index.ts';

const columns = (...types: ColumnType[]): Column[] => types.map((type, i) => ({name: `c${i}`, type, nullable: true}));
const TYPES = ['bool', 'int', 'float', 'text', 'bytes', 'any'] as const;
const schema = columns(...TYPES);

const integer = fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n});
const orNull = <T extends Value>(values: fc.Arbitrary<T>) => fc.option(values, {nil: null});
const row: fc.Arbitrary<Row> = fc.tuple(
  orNull(fc.boolean()),
  orNull(integer.map(n => Number.isSafeInteger(Number(n)) ? Number(n) : n)),
  orNull(fc.oneof(fc.double(), fc.constantFrom(-0, NaN))),
  orNull(fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('\0', '\uFEFFx', 'é'.repeat(90_000)))),
  orNull(fc.uint8Array()),
  orNull(fc.oneof(integer, fc.double(), fc.string({unit: 'binary'}))),
);
const rows = fc.array(row, {maxLength: 12});

describe('packed rows', () => {
  test('hold every value of a row', () => {
    fc.assert(fc.property(rows, given => {
      const packed = packRows(schema, given);
      expect(packed.rows).toBe(given.length);
      expect(unpackRows(schema, packed)).toEqual(given);
      given.forEach((each, i) => expect(unpackRow(schema, packed, i)).toEqual(each));
    }));
  });

  test.for(['written', 'any'] as const)('are digested as the rows are, in order %s, mixed with rows and however they are cut', order => {
    const many = Array.from({length: 2 * RUN_ROWS + 17}, (_, i): Row => [i % 2 === 0, i, i / 7, `text ${i}`, new Uint8Array([i]), null]);
    const whole = rowDigester(schema, order);
    whole.update(many);
    const expected = whole.finish();
    fc.assert(fc.property(fc.array(fc.integer({min: 1, max: many.length - 1}), {maxLength: 6}), cuts => {
      const places = [0, ...cuts.sort((a, b) => a - b), many.length];
      const digester = rowDigester(schema, order);
      places.slice(1).forEach((until, i) => {
        const part = many.slice(places[i], until);
        if (i % 2 === 0) digester.updatePacked(packRows(schema, part));
        else digester.update(part);
      });
      expect(digester.finish()).toEqual(expected);
    }), {numRuns: 20});
  });

  test('with text that is no UTF-8 are refused with the column, and without the text', () => {
    const packed = packRows(columns('text'), [['abc']]);
    packed.bytes[6] = 0xff;
    expect(() => unpackRows(columns('text'), packed)).toThrow(expect.objectContaining({code: 'SLUICE_VALUE', message: 'column c0 holds text that is not Unicode'}) as PipelineError);
  });

  test('with text that is no UTF-8 are refused with their place in the table; where nobody asks, they are replaced', () => {
    const two = columns('text', 'text', 'int');
    const packed = packRows(two, [['a', 'b', 1], ['c', 'd', 2]]);
    packed.bytes[packed.starts[1]! + 5] = 0xff;
    expect(() => unpackRows(two, packed, {table: 't', before: 40})).toThrow(expect.objectContaining({
      code: 'SLUICE_VALUE', message: 'row 42 of table t: column c0 holds text that is not Unicode', context: expect.objectContaining({table: 't', column: 'c0', row: 41}) as unknown,
    }) as PipelineError);
    expect(unpackRow(two, packed, 1)).toEqual(['\uFFFD', 'd', 2]);
  });

  test('of other columns are no rows', () => {
    const packed = packRows(columns('text', 'int'), [['a', 1]]);
    expect(() => unpackRows(columns('text'), packed)).toThrow('other columns');
    packed.bytes[0] = 99;
    expect(() => unpackRows(columns('text', 'int'), packed)).toThrow('no row');
  });
});
