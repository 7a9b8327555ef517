import type {Column, ColumnType, Value} from '@sluice/core';

/** A value that breaks naive connectors, and what to call it: values are never in test names. */
export interface NamedValue {
  readonly name: string;
  readonly value: NonNullable<Value>;
}

/** A column of `everyType`, and the values that stand in it. */
export interface HostileColumn {
  readonly column: Column;
  readonly values: readonly NamedValue[];
}

type HostileType = Exclude<ColumnType, 'any'>;

function hostile(name: string, type: HostileType, values: Readonly<Record<string, NonNullable<Value>>>, more: Partial<Column> = {}): HostileColumn {
  return {
    column: {name, type, nullable: true, ...more},
    values: Object.entries(values).map(([label, value]) => ({name: label, value})),
  };
}

const EVERY_BYTE = Uint8Array.from({length: 256}, (_, i) => i);

/**
 * One column, at least, of every canonical type but `any`. Each value is in the canonical form that
 * every system prints alike: all fraction digits that the column has, the last of them not zero.
 */
export const HOSTILE_COLUMNS: readonly HostileColumn[] = [
  hostile('yes', 'bool', {true: true, false: false}),
  hostile('big', 'int', {
    'zero': 0,
    'minus one': -1,
    'int32 max + 1': 2_147_483_648,
    '2^53 - 1': Number.MAX_SAFE_INTEGER,
    '2^53': 9_007_199_254_740_992n,
    '2^53 + 1': 9_007_199_254_740_993n,
    '-(2^53 + 1)': -9_007_199_254_740_993n,
    'int64 max': 9_223_372_036_854_775_807n,
    'int64 min': -9_223_372_036_854_775_808n,
  }),
  hostile('huge', 'int', {
    'unsigned zero': 0,
    'unsigned 2^53 + 1': 9_007_199_254_740_993n,
    '2^63': 9_223_372_036_854_775_808n,
    'uint64 max': 18_446_744_073_709_551_615n,
  }, {unsigned64: true}),
  hostile('ratio', 'float', {
    'one tenth': 0.1,
    '0.1 + 0.2': 0.30000000000000004,
    'a whole number': -3,
    'a whole number beyond 2^53': 123_456_789_012_345_680_000,
    'smallest': 5e-324,
    'smallest normal': 2.2250738585072014e-308,
    'largest': 1.7976931348623157e308,
    'largest negative': -1.7976931348623157e308,
    'minus zero': -0,
    '17 digits': 9_007_199_254_740_991.5 / 3,
  }),
  hostile('price', 'decimal', {
    'trailing zero': '0.10',
    'all zero': '0.00',
    'small negative': '-0.01',
    '20 digits': '999999999999999999.99',
  }, {precision: 20, scale: 2}),
  hostile('exact', 'decimal', {
    '65 digits': '12345678901234567890123456789012345.123456789012345678901234567891',
    'smallest of 65': '0.000000000000000000000000000001',
    '65 nines': '-99999999999999999999999999999999999.999999999999999999999999999999',
  }, {precision: 65, scale: 30}),
  hostile('note', 'text', {
    'empty': '',
    'one space': ' ',
    'trailing space': 'trailing ',
    'the word NULL': 'NULL',
    'the word null': 'null',
    'backslash N': '\\N',
    'backslashes': 'a\\b\\\\c\\',
    'quotes': `it's "quoted" \`so\``,
    'doubled quotes': `''""`,
    'separators': 'tab\tcomma,semicolon;pipe|',
    'line ends': 'lf\ncr\rcrlf\r\nend',
    'control z': 'before\u001aafter',
    'NUL': 'before\u0000after',
    'only NUL': '\u0000',
    'escape sequences as text': '\\0\\n\\x00',
    'digits with a leading zero': '007',
    'a number': '1e5',
    'emoji': '\u{1F600}\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
    'combining mark': 'e\u0301 and \u00e9',
    'right to left': '\u05e9\u05dc\u05d5\u05dd',
    'byte order mark': '\ufeffmark',
    'noncharacter': '\uffff',
    'last code point': '\u{10FFFF}',
    'SQL': `'; drop table every_type; --`,
    'placeholders': '? :a $1 @b %s {0} ${c}',
    'HTML': '<b>&amp;</b>',
    '70,000 characters': 'x'.repeat(69_999) + 'y',
  }),
  hostile('raw', 'bytes', {
    'no bytes': new Uint8Array(),
    'NUL byte': Uint8Array.of(0),
    'not UTF-8': Uint8Array.of(0xff, 0xfe, 0x80, 0xc0),
    'ASCII': Uint8Array.of(0x31, 0x32, 0x33),
    'every byte': EVERY_BYTE,
    'line ends and escapes': Uint8Array.of(0x5c, 0x4e, 0x0a, 0x0d, 0x09, 0x27, 0x22, 0x2c, 0x1a, 0x00),
    '70,000 bytes': Uint8Array.from({length: 70_000}, (_, i) => i % 251),
  }),
  hostile('day', 'date', {
    'year 1': '0001-01-01',
    'year 9999': '9999-12-31',
    'leap day': '2020-02-29',
    'before 1970': '1969-12-31',
    'October 1582': '1582-10-10',
  }),
  hostile('clock', 'time', {
    'midnight and a microsecond': '00:00:00.000001',
    'end of day': '23:59:59.999999',
    'beyond a day': '838:59:58.999999',
    'negative': '-12:34:56.789012',
    'small negative': '-00:00:00.000001',
  }, {scale: 6}),
  hostile('at', 'timestamp', {
    'year 1': '0001-01-01 00:00:00',
    'year 9999': '9999-12-31 23:59:59',
    'a gap of summer time': '2021-03-28 02:30:00',
  }, {scale: 0}),
  hostile('moment', 'timestamp', {
    'microseconds in year 1': '0001-01-01 00:00:00.000001',
    'microseconds in year 9999': '9999-12-31 23:59:59.999999',
    'before 1970': '1969-12-31 23:59:59.999999',
  }, {scale: 6}),
  hostile('instant', 'timestamptz', {
    'second 1': '1970-01-01 00:00:01.000001',
    'a repeated hour': '2021-10-31 01:30:00.123456',
    'a gap of summer time': '2021-03-28 02:30:00.654321',
    'last second of 32 bits': '2038-01-19 03:14:07.999999',
  }, {scale: 6}),
  hostile('doc', 'json', {
    'object': '{"a": 1, "b": [true, false, null]}',
    'null': 'null',
    'empty array': '[]',
    'string with escapes': '"quote \\" backslash \\\\ tab \\t"',
    'string with emoji': '{"smile": "\u{1F600}"}',
    'integer beyond 2^53': '{"id": 9007199254740993}',
    'uint64 max': '[18446744073709551615]',
  }),
  hostile('ident', 'uuid', {
    'zero': '00000000-0000-0000-0000-000000000000',
    'ordinary': '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'highest': 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  }),
];
