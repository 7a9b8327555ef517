import type {ServerKind} from '@sluice/testkit';
import type {SqliteValue} from './sqlite-file.ts';

/** A column, what four statements put into it, and how the four lie in a SQLite file, by TYPES.md. */
export interface HostileType {
  readonly name: string;
  readonly type: string;
  /** SQL, one for each row. */
  readonly given: readonly [string, string, string, string];
  readonly stored: readonly [SqliteValue, SqliteValue, SqliteValue, SqliteValue];
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const NULL = 'NULL';

/** Bytes of a geometry: the SRID and then well-known binary, both little-endian. */
function point(srid: number, x: number, y: number): Buffer {
  const buffer = Buffer.alloc(25);
  buffer.writeUInt32LE(srid, 0);
  buffer.writeUInt8(1, 4);
  buffer.writeUInt32LE(1, 5);
  buffer.writeDoubleLE(x, 9);
  buffer.writeDoubleLE(y, 17);
  return buffer;
}

function floats(...numbers: number[]): Buffer {
  const buffer = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => buffer.writeFloatLE(number, 4 * i));
  return buffer;
}

// Longer than a tinytext, with everything that quoting has to survive.
const poison = 'emoji 😀 "double" \'single\' back\\slash tab\tline\nreturn\r\\N \\n %s ; -- /* ` \u0001 é ẞ \u{10FFFF}';
const hex = (text: string) => `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`;

const everywhere: readonly HostileType[] = [
  {name: 'tiny', type: 'tinyint', given: ['-128', '127', '0', NULL], stored: [-128n, 127n, 0n, null]},
  {name: 'truth', type: 'tinyint(1)', given: ['1', '0', '2', '-1'], stored: [1n, 0n, 2n, -1n]},
  {name: 'medium', type: 'mediumint(7) unsigned zerofill', given: ['0', '16777215', '42', NULL], stored: [0n, 16777215n, 42n, null]},
  {name: 'big', type: 'bigint', given: ['-9223372036854775808', '9223372036854775807', '9007199254740993', NULL], stored: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, null]},
  {name: 'big unsigned', type: 'bigint unsigned', given: ['18446744073709551615', '9223372036854775808', '9223372036854775807', '0'],
    stored: ['18446744073709551615', '09223372036854775808', 2n ** 63n - 1n, 0n]},
  {name: 'money', type: 'decimal(10,2)', given: ['0.10', '-99999999.99', '12345678.90', NULL], stored: [0.1, -99999999.99, 12345678.9, null]},
  {name: 'digits', type: 'decimal(65,30)', given: [
    "'99999999999999999999999999999999999.123456789012345678901234567890'", "'-0.000000000000000000000000000001'", "'1.1'", NULL,
  ], stored: ['99999999999999999999999999999999999.123456789012345678901234567890', '-0.000000000000000000000000000001', '1.100000000000000000000000000000', null]},
  {name: 'single', type: 'float', given: ['1.1', '3.4028235e38', '1e-45', NULL], stored: [Math.fround(1.1), Math.fround(3.4028235e38), Math.fround(1e-45), null]},
  {name: 'double', type: 'double', given: ['0.1', '1.7976931348623157e308', '5e-324', '9007199254740993'], stored: [0.1, Number.MAX_VALUE, 5e-324, 2 ** 53]},
  {name: 'day', type: 'date', given: ["'2024-02-29'", "'0000-00-00'", "'2024-00-00'", "'9999-12-31'"], stored: ['2024-02-29', '0000-00-00', '2024-00-00', '9999-12-31']},
  {name: 'moment', type: 'datetime(6)', given: ["'2024-02-29 23:59:59.999999'", "'0000-00-00'", "'1000-01-01'", NULL],
    stored: ['2024-02-29 23:59:59.999999', '0000-00-00 00:00:00.000000', '1000-01-01 00:00:00.000000', null]},
  {name: 'second', type: 'datetime', given: ["'9999-12-31 23:59:59'", "'2024-01-00 00:00:00'", "'1000-01-01 00:00:01'", NULL],
    stored: ['9999-12-31 23:59:59', '2024-01-00 00:00:00', '1000-01-01 00:00:01', null]},
  {name: 'instant', type: 'timestamp(3) NULL', given: ["'1970-01-01 00:00:01.5'", "'2038-01-19 03:14:07.999'", "'2024-03-31 02:30:00'", NULL],
    stored: ['1970-01-01 00:00:01.500', '2038-01-19 03:14:07.999', '2024-03-31 02:30:00.000', null]},
  {name: 'span', type: 'time(6)', given: ["'838:59:59'", "'-838:59:59'", "'-00:00:00.000001'", NULL], stored: ['838:59:59.000000', '-838:59:59.000000', '-00:00:00.000001', null]},
  {name: 'hour', type: 'time', given: ["'25:00:00'", "'-12:00:00'", "'00:00:00'", NULL], stored: ['25:00:00', '-12:00:00', '00:00:00', null]},
  {name: 'year', type: 'year', given: ['2155', '1901', '0', NULL], stored: [2155n, 1901n, 0n, null]},
  {name: 'flag', type: 'bit(1)', given: ["b'1'", "b'0'", NULL, "b'1'"], stored: [1n, 0n, null, 1n]},
  {name: 'bits', type: 'bit(64)', given: ['18446744073709551615', "b'0'", '9223372036854775808', NULL], stored: ['18446744073709551615', 0n, '09223372036854775808', null]},
  {name: 'choice', type: "enum('a','b''c','','ü','B') character set utf8mb4", given: ["'a'", "'b''c'", "''", hex('ü')], stored: ['a', "b'c", '', 'ü']},
  {name: 'choices', type: "set('x','y','z')", given: ["'x,z'", "''", "'x,y,z'", NULL], stored: ['x,z', '', 'x,y,z', null]},
  {name: 'western', type: 'varchar(20) character set latin1', given: [hex('é ß €'), "''", "'back\\\\slash'", NULL], stored: ['é ß €', '', 'back\\slash', null]},
  {name: 'three bytes', type: 'text character set utf8mb3', given: [hex('漢字'), "''", hex('\\N'), NULL], stored: ['漢字', '', '\\N', null]},
  {name: 'padded', type: 'char(5) character set utf8mb4', given: [hex('ab'), "''", hex('ü'), NULL], stored: ['ab', '', 'ü', null]},
  {name: 'text', type: 'longtext character set utf8mb4', given: [hex(poison), "''", "'\\0nul\\0'", NULL], stored: [poison, '', '\0nul\0', null]},
  {name: 'fixed', type: 'binary(4)', given: ["x'00ff'", "''", "x'ffffffff'", NULL], stored: [bytes('00ff0000'), bytes('00000000'), bytes('ffffffff'), null]},
  {name: 'any bytes', type: 'varbinary(16)', given: ["x'00ff805c4e'", "''", "'text'", NULL], stored: [bytes('00ff805c4e'), bytes(''), Buffer.from('text'), null]},
  {name: 'blob', type: 'longblob', given: ["x'fffe00'", "''", "'{\"looks\":\"like json\"}'", NULL], stored: [bytes('fffe00'), bytes(''), Buffer.from('{"looks":"like json"}'), null]},
  {name: 'shape', type: 'geometry', given: ["ST_GeomFromText('POINT(1 -2.5)', 3857)", "ST_GeomFromText('POINT(0 0)')", NULL, NULL], stored: [point(3857, 1, -2.5), point(0, 0, 0), null, null]},
];

const ofMariadb: readonly HostileType[] = [
  {name: 'document', type: 'json', given: ['\'{"n":12345678901234567890,"z":[1,null],"f":1.0}\'', "'null'", "'  [ ]'", NULL],
    stored: ['{"n":12345678901234567890,"z":[1,null],"f":1.0}', 'null', '  [ ]', null]},
  {name: 'id', type: 'uuid', given: ["'123E4567-e89b-12d3-a456-426614174000'", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", NULL],
    stored: ['123e4567-e89b-12d3-a456-426614174000', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null]},
  {name: 'address', type: 'inet6', given: ["'2001:db8::1'", "'::'", "'::ffff:1.2.3.4'", NULL], stored: ['2001:db8::1', '::', '::ffff:1.2.3.4', null]},
];

const ofMysql: readonly HostileType[] = [
  {name: 'document', type: 'json', given: ['\'{"n":12345678901234567890,"z":[1,null],"f":1.0}\'', "'null'", "'[]'", NULL],
    stored: ['{"f": 1.0, "n": 12345678901234567890, "z": [1, null]}', 'null', '[]', null]},
  {name: 'embedding', type: 'vector(3)', given: ["string_to_vector('[1,-0.5,3.4e38]')", "string_to_vector('[0,0,0]')", NULL, NULL], stored: [floats(1, -0.5, 3.4e38), floats(0, 0, 0), null, null]},
];

/** The columns after the key `n`, 1 to 4. */
export const hostileTypes = (kind: ServerKind): readonly HostileType[] => [...everywhere, ...(kind === 'mariadb' ? ofMariadb : ofMysql)];

/** Statements that make and fill a table of all of them. */
export function hostileTable(table: string, kind: ServerKind): string[] {
  const types = hostileTypes(kind);
  return [
    `CREATE TABLE ${table} (n int PRIMARY KEY, ${types.map(({name, type}) => `\`${name}\` ${type}`).join(', ')})`,
    `INSERT INTO ${table} VALUES ${[0, 1, 2, 3].map(row => `(${[row + 1, ...types.map(({given}) => given[row]!)].join(', ')})`).join(', ')}`,
  ];
}
