import type {ColumnType} from '@sluice/core';

/**
 * How a column is asked for and what is done to what the driver gives. Measured against both
 * servers with random bit patterns:
 *
 * - `plain`: the driver's value is the canonical one.
 * - `bigint`: beyond 2^53 - 1 the driver gives text, which becomes a bigint.
 * - `bit`: `col + 0`, then like `bigint`.
 * - `float`: the text protocol prints six digits of a FLOAT; `col * 1e0` is sent as a DOUBLE, and
 *   rounding to 24 bits removes the error of the driver's own number parser.
 * - `double`: `CONCAT(col)` gives the shortest text that reads back as the same bits; as a number it
 *   would pass through the driver's parser, which is off by one unit for some 16-digit numbers.
 * - `zerofill`: a DECIMAL printed with leading zeros, which are display only and go.
 * - `bytes`: the driver gives a Buffer.
 * - `raw`: the driver would take the value apart; it is told to leave the bytes alone.
 */
export type Reading = 'plain' | 'bigint' | 'bit' | 'float' | 'double' | 'zerofill' | 'bytes' | 'raw';

export interface NativeType {
  readonly type: ColumnType;
  readonly reading: Reading;
  /** What a reader of TYPES.md should know. */
  readonly note?: string;
}

const plain = (type: ColumnType, note?: string): NativeType => ({type, reading: 'plain', ...(note && {note})});
const geometry: NativeType = {type: 'bytes', reading: 'raw', note: "the server's own form: SRID (4 bytes, little endian), then WKB"};

/** Every type of MySQL 9 and MariaDB, by the name `information_schema` gives it. */
export const NATIVE_TYPES: Readonly<Record<string, NativeType>> = {
  tinyint: plain('int', 'also TINYINT(1), which may hold -128 to 127'),
  smallint: plain('int'),
  mediumint: plain('int'),
  int: plain('int'),
  bigint: {type: 'int', reading: 'bigint', note: 'BIGINT UNSIGNED reaches 2^64 - 1'},
  bit: {type: 'int', reading: 'bit', note: 'the bits as an unsigned number'},
  year: plain('int', '0000 is 0'),
  decimal: plain('decimal', 'text, every digit kept'),
  float: {type: 'float', reading: 'float', note: 'the 32 bits, widened'},
  double: {type: 'float', reading: 'double', note: 'the 64 bits'},
  char: plain('text'),
  varchar: plain('text'),
  tinytext: plain('text'),
  text: plain('text'),
  mediumtext: plain('text'),
  longtext: plain('text', 'any text that a CHECK with JSON_VALID guards is `json`: that is what MariaDB\'s JSON is'),
  enum: plain('text', 'the label'),
  set: plain('text', 'the labels, separated by commas'),
  json: plain('json', "the server's text, unchanged"),
  binary: {type: 'bytes', reading: 'bytes', note: 'padding kept'},
  varbinary: {type: 'bytes', reading: 'bytes'},
  tinyblob: {type: 'bytes', reading: 'bytes'},
  blob: {type: 'bytes', reading: 'bytes'},
  mediumblob: {type: 'bytes', reading: 'bytes'},
  longblob: {type: 'bytes', reading: 'bytes'},
  date: plain('date', 'zero and partial dates as they are'),
  time: plain('time', '-838:59:59 to 838:59:59'),
  datetime: plain('timestamp', 'zero and partial dates as they are'),
  timestamp: plain('timestamptz', 'UTC, whatever the time zone of the server'),
  geometry, point: geometry, linestring: geometry, polygon: geometry,
  multipoint: geometry, multilinestring: geometry, multipolygon: geometry,
  geometrycollection: geometry, geomcollection: geometry,
  vector: {type: 'bytes', reading: 'raw', note: '32-bit floats, little endian'},
  uuid: plain('uuid', 'MariaDB'),
  inet4: plain('text', 'MariaDB'),
  inet6: plain('text', 'MariaDB'),
};

/** A type nobody described here travels as the bytes the server sends. */
export const UNKNOWN_TYPE: NativeType = {type: 'bytes', reading: 'raw', note: 'a type this version does not know'};
