import {Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp} from 'bson';
import fc from 'fast-check';

/** Names of fields: usual ones, and those that are allowed but hostile. */
export const fieldNames = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 12}).filter(name => !name.includes('\0')),
  fc.constantFrom('', 'a.b', '$set', '$oid', '__proto__', 'constructor', '0', 'naïve', '🙂', 'a'.repeat(200)),
);

const int64s = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n});
const decimals = fc.oneof(
  fc.constantFrom('0', '-0', '0E+6111', '0E-6176', 'NaN', 'Infinity', '-Infinity', '1E+3', '1.10', '-12.5', '9.999999999999999999999999999999999E+6144', '1E-6176', '0.000001', '0.0000001'),
  fc.tuple(fc.bigInt({min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n}), fc.integer({min: -6176, max: 6111})).map(([digits, exponent]) => `${digits}E${exponent}`),
);
const scalars: fc.Arbitrary<unknown> = fc.oneof(
  fc.double().map(value => new Double(value)),
  fc.constantFrom(0, -0, NaN, Infinity, 1, -1.5, 1e20, 1e21, 5e-324).map(value => new Double(value)),
  fc.string({unit: 'grapheme', maxLength: 40}),
  fc.constantFrom('\0', 'a\0b', '"\\\u2028', '\ufffd', 'x'.repeat(300)),
  fc.tuple(fc.uint8Array({maxLength: 20}), fc.constantFrom(0, 1, 2, 5, 128, 255)).map(([bytes, subtype]) => new Binary(bytes, subtype)),
  fc.uint8Array({minLength: 16, maxLength: 16}).map(bytes => new Binary(bytes, 4)),
  fc.uint8Array({minLength: 12, maxLength: 12}).map(bytes => new ObjectId(bytes)),
  fc.boolean(),
  fc.constant(null),
  fc.integer({min: -8.64e15, max: 8.64e15}).map(at => new Date(at)),
  fc.tuple(fc.string({maxLength: 8}), fc.subarray(['i', 'm', 's', 'x'])).map(([pattern, options]) => new BSONRegExp(pattern.replaceAll('\0', ''), options.join(''))),
  fc.string({maxLength: 8}).map(code => new Code(code)),
  fc.string({maxLength: 8}).map(text => new BSONSymbol(text)),
  fc.string({maxLength: 8}).map(code => new Code(code, {inner: new Int32(1)})),
  fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}).map(value => new Int32(value)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({t, i})),
  int64s.map(value => Long.fromBigInt(value)),
  decimals.map(text => Decimal128.fromString(text)),
  fc.constantFrom(new MinKey(), new MaxKey()),
);

export const values: fc.Arbitrary<unknown> = fc.letrec<{value: unknown; document: Map<string, unknown>; array: unknown[]}>(tie => ({
  value: fc.oneof({maxDepth: 4}, scalars, tie('document'), tie('array')),
  document: fc.array(fc.tuple(fieldNames, tie('value')), {maxLength: 5}).map(entries => new Map(entries)),
  array: fc.array(tie('value'), {maxLength: 4}),
})).value;

/** Documents of every type, as the driver's library takes them; a Map keeps the order of its names. */
export const documents: fc.Arbitrary<Map<string, unknown>> = fc.array(fc.tuple(fieldNames, values), {maxLength: 8}).map(entries => new Map(entries));
