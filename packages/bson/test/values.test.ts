import {BSON, Decimal128, Double, Int32, Long, ObjectId, UUID} from 'bson';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  binaryOf, BsonType, decimal128At, decimal128Text, doubleAt, findField, idDocument, idJson, idOf, int64At, momentText, objectIdText, plainDecimal, textOf, uuidText,
} from '../src/index.ts';

const decimal = (text: string) => decimal128At(Decimal128.fromString(text).bytes, 0);

describe('numbers', () => {
  test('an int64 is a number where it is safe, a bigint beyond', () => {
    fc.assert(fc.property(fc.oneof(fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}), fc.bigInt({min: -(2n ** 54n), max: 2n ** 54n})), value => {
      const read = int64At(Buffer.from(Long.fromBigInt(value).toBytesLE()), 0);
      expect(BigInt(read)).toBe(value);
      expect(typeof read).toBe(value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? 'number' : 'bigint');
    }), {seed: 1, numRuns: 500});
  });

  test.each([0, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, -1.5])('a double is read with every bit: %s', value => {
    const document = BSON.serialize({value: new Double(value)});
    expect(doubleAt(document, findField(document, 'value')!.start)).toBe(value);
  });

  test('a decimal128 has the text of the library, of any digits and exponent', () => {
    fc.assert(fc.property(fc.bigInt({min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n}), fc.integer({min: -6176, max: 6111}), (digits, exponent) => {
      const value = Decimal128.fromString(`${digits}E${exponent}`);
      expect(decimal128Text(decimal128At(value.bytes, 0))).toBe(value.toString());
    }), {seed: 1, numRuns: 500});
  });

  test('any 16 bytes are a decimal128: as the library reads them, or zero where they have more than 34 digits', () => {
    fc.assert(fc.property(fc.uint8Array({minLength: 16, maxLength: 16}), bytes => {
      const {kind, digits} = decimal128At(bytes, 0);
      const text = new Decimal128(bytes).toString();
      // The library prints coefficients that the standard says are zero.
      if (kind === 'finite' && /\d/.test(text) && text.replace(/^-|E.*$/g, '').replace('.', '').replace(/^0+/, '').length > 34) expect(digits).toBe('0');
      else if (kind !== 'finite' || !digits.startsWith('0') || /^-?0/.test(text)) expect(decimal128Text(decimal128At(bytes, 0))).toBe(text);
    }), {seed: 2, numRuns: 2000});
  });

  test('a decimal has digits and a point only, and what is none has no text', () => {
    expect(['1.10', '-12.5', '1E+3', '0E+6111', '0E-3', '0.0000001', '1E-6176', '12E-1'].map(text => plainDecimal(decimal(text))))
      .toEqual(['1.10', '-12.5', '1000', '0', '0.000', '0.0000001', `0.${'0'.repeat(6175)}1`, '1.2']);
    expect(plainDecimal(decimal('9E+6111'))).toBe(`9${'0'.repeat(6111)}`);
    expect(['NaN', 'Infinity', '-Infinity', '-0', '-0.00'].map(text => plainDecimal(decimal(text)))).toEqual([null, null, null, null, null]);
  });
});

describe('a moment', () => {
  test('is UTC, with its milliseconds', () => {
    expect([1454961143883, 1454961143000, 1454961143500, 0, -1].map(momentText))
      .toEqual(['2016-02-08 19:52:23.883', '2016-02-08 19:52:23.000', '2016-02-08 19:52:23.500', '1970-01-01 00:00:00.000', '1969-12-31 23:59:59.999']);
  });

  test('has the date of JavaScript wherever that has one', () => {
    fc.assert(fc.property(fc.integer({min: -62_135_596_800_000, max: 253_402_300_799_999}), at => {
      expect(momentText(at)).toBe(new Date(at).toISOString().replace('T', ' ').replace('Z', ''));
    }), {seed: 4, numRuns: 2000});
  });

  test('may lie beyond the year 9999 and before the first', () => {
    expect(momentText(253_402_300_800_000)).toBe('10000-01-01 00:00:00.000');
    expect(momentText(-62_135_596_800_001)).toBe('0001-12-31 23:59:59.999 BC');
    expect(momentText(Date.UTC(-43, 2, 15))).toBe('0044-03-15 00:00:00.000 BC');
    expect(momentText(Date.UTC(-4, 1, 29))).toBe('0005-02-29 00:00:00.000 BC');
  });

  test('is none outside of what PostgreSQL holds, to the millisecond', () => {
    const first = Date.UTC(-4712, 0, 1);
    expect([momentText(first), momentText(first - 1)]).toEqual(['4713-01-01 00:00:00.000 BC', null]);
    const last = 9_224_318_015_999_999n;
    expect([momentText(last), momentText(last + 1n), momentText(-(2n ** 63n))]).toEqual(['294276-12-31 23:59:59.999', null, null]);
  });
});

describe('ids', () => {
  test('an ObjectId and a UUID are their lower-case digits', () => {
    const id = new ObjectId('56B8F05CF9FCEE1B00000010');
    expect(objectIdText(id.id, 0)).toBe('56b8f05cf9fcee1b00000010');
    expect(uuidText(new UUID('00112233-4455-6677-8899-AABBCCDDEEFF').buffer, 0)).toBe('00112233-4455-6677-8899-aabbccddeeff');
  });

  test('an id travels as a document with an empty name, of whatever type', () => {
    const document = BSON.serialize({x: 1, _id: {a: 'long', b: [1, 2]}});
    const id = idDocument(findField(document, '_id')!);
    expect(Buffer.from(id)).toEqual(Buffer.from(BSON.serialize({'': {a: 'long', b: [1, 2]}})));
    expect(idOf(id)).toMatchObject({type: BsonType.DOCUMENT, start: 6});
    expect(idOf(document)).toBeNull();
  });

  describe('as text', () => {
    const text = (_id: unknown) => idJson(findField(BSON.serialize({_id}), '_id')!).text;
    const decimals = (...texts: readonly string[]) => texts.map(each => Decimal128.fromString(each));

    test.each<[string, readonly unknown[]]>([
      ['{"$numberInt":"1"}', [new Int32(1), Long.fromNumber(1), new Double(1), ...decimals('1', '1.00', '10E-1')]],
      ['{"$numberInt":"0"}', [new Double(-0), ...decimals('0', '-0', '0E+6111', '-0.00')]],
      ['{"$numberLong":"4294967296"}', [new Double(2 ** 32), Long.fromNumber(2 ** 32), ...decimals('4294967296')]],
      ['{"$numberDouble":"9223372036854776000"}', [new Double(2 ** 63), ...decimals('9223372036854775808')]],
      ['{"$numberDecimal":"9223372036854775809"}', decimals('9223372036854775809', '92233720368547758090E-1')],
      ['{"$numberDouble":"0.375"}', [new Double(0.375), ...decimals('0.375', '37.500E-2')]],
      ['{"$numberDouble":"-1.5"}', [new Double(-1.5), ...decimals('-1.5')]],
      ['{"$numberDouble":"0.1"}', [new Double(0.1)]],
      ['{"$numberDecimal":"1E-1"}', decimals('0.1', '0.100')],
      ['{"$numberDecimal":"-1E-6000"}', decimals('-1E-6000')],
      ['{"$numberDouble":"1e+300"}', [new Double(1e300)]],
      ['{"$numberDouble":"NaN"}', [new Double(NaN), ...decimals('NaN')]],
      ['{"$numberDouble":"-Infinity"}', [new Double(-Infinity), ...decimals('-Infinity')]],
      ['{"a":[{"$numberInt":"2"},"2",{"$date":{"$numberLong":"2"}}]}', [{a: [new Double(2), '2', new Date(2)]}]],
    ])('%s', (expected, ids) => {
      for (const id of ids) expect(text(id)).toBe(expected);
    });

    test('a double and the decimal of exactly its value are one id', () => {
      fc.assert(fc.property(fc.bigInt({min: -(2n ** 53n), max: 2n ** 53n}), fc.integer({min: 0, max: 18}), (numerator, halvings) => {
        const digits = numerator * 5n ** BigInt(halvings);
        fc.pre(String(digits).replace('-', '').length <= 34);
        expect(text(Decimal128.fromString(`${digits}E-${halvings}`))).toBe(text(new Double(Number(numerator) / 2 ** halvings)));
      }), {seed: 6, numRuns: 500});
    });
  });

  test('a binary is its bytes and its subtype', () => {
    const document = BSON.serialize({b: Buffer.from('abc')});
    const {bytes, subtype} = binaryOf(findField(document, 'b')!);
    expect([Buffer.from(bytes).toString(), subtype]).toEqual(['abc', 0]);
  });
});

test('text is read where it is UTF-8, whatever its length', () => {
  fc.assert(fc.property(fc.string({unit: 'grapheme', maxLength: 60}), text => {
    const bytes = Buffer.from(`<${text}>`);
    expect(textOf(bytes, 1, bytes.length - 1)).toBe(text);
  }), {seed: 5, numRuns: 500});
  expect(textOf(Buffer.from([0xed, 0xa0, 0x80]), 0, 3)).toBeNull();
  expect(textOf(Buffer.from([0x61, 0xc3]), 0, 2)).toBeNull();
});
