import type {ColumnType} from '@sluice/core';

/**
 * What is done to the text of a value.
 *
 * - `plain`: the text is the canonical value.
 * - `int`: a number, or a bigint beyond 2^53 - 1. `float`: the 64 bits. `float4`: the 32 bits, widened.
 * - `bool`: `t` or `f`. `bytes`: hex after `\x`.
 * - `utc`: the zone is always `+00`, which goes.
 */
export type Reading = 'plain' | 'int' | 'float' | 'float4' | 'bool' | 'bytes' | 'utc';

export interface NativeType {
  readonly type: ColumnType;
  readonly reading: Reading;
  /** What a reader of TYPES.md should know. */
  readonly note?: string;
}

const plain = (type: ColumnType, note?: string): NativeType => ({type, reading: 'plain', ...(note !== undefined && {note})});
const own = (note: string): NativeType => plain('text', note);

/** Every type of PostgreSQL that a column can have, by the name `pg_type` gives it. Others, made by users and extensions, are `OTHER_TYPE`. */
export const NATIVE_TYPES: Readonly<Record<string, NativeType>> = {
  bool: {type: 'bool', reading: 'bool'},
  int2: {type: 'int', reading: 'int'},
  int4: {type: 'int', reading: 'int'},
  int8: {type: 'int', reading: 'int'},
  float4: {type: 'float', reading: 'float4', note: 'the 32 bits, widened; NaN and infinities too'},
  float8: {type: 'float', reading: 'float', note: 'the 64 bits; NaN, infinities and minus zero too'},
  numeric: plain('decimal', 'text, every digit kept; `NaN`, `Infinity`, `-Infinity` travel as these words'),
  text: plain('text'),
  varchar: plain('text'),
  bpchar: plain('text', '`char(n)`, padded with blanks as the server prints it'),
  name: plain('text'),
  bytea: {type: 'bytes', reading: 'bytes'},
  date: plain('date', '`infinity`, `-infinity` and dates ` BC` travel as the server prints them'),
  time: plain('time', '`24:00:00` too'),
  timestamp: plain('timestamp', '`infinity`, `-infinity` and years ` BC` travel as the server prints them'),
  timestamptz: {type: 'timestamptz', reading: 'utc', note: 'UTC; `infinity`, `-infinity` and years ` BC` travel as the server prints them'},
  json: plain('json', "the text, unchanged"),
  jsonb: plain('json', "the server's text"),
  uuid: plain('uuid'),
  interval: own('`1 year 2 mons 3 days 04:05:06`: the interval style `postgres`'),
  timetz: own('the time with its offset'),
  money: own('with two fraction digits, whatever lc_monetary says'),
  bit: own('zeros and ones'),
  varbit: own('zeros and ones'),
  inet: own('an address, with its prefix where it is not the whole'),
  cidr: own('a network'),
  macaddr: own('six bytes'),
  macaddr8: own('eight bytes'),
  xml: own('the document or fragment, unchanged'),
  tsvector: own('lexemes and positions'),
  tsquery: own('a query'),
  jsonpath: own('a path'),
  point: own('floats as the shortest text of the same bits'),
  line: own('floats as the shortest text of the same bits'),
  lseg: own('floats as the shortest text of the same bits'),
  box: own('floats as the shortest text of the same bits'),
  path: own('floats as the shortest text of the same bits'),
  polygon: own('floats as the shortest text of the same bits'),
  circle: own('floats as the shortest text of the same bits'),
  int4range: own('a range'),
  int8range: own('a range'),
  numrange: own('a range'),
  daterange: own('a range'),
  tsrange: own('a range'),
  tstzrange: own('a range, its bounds in UTC'),
  int4multirange: own('ranges'),
  int8multirange: own('ranges'),
  nummultirange: own('ranges'),
  datemultirange: own('ranges'),
  tsmultirange: own('ranges'),
  tstzmultirange: own('ranges, their bounds in UTC'),
  char: own('`"char"`, one byte; other than ASCII as `\\ooo`'),
  oid: own('a number of the system'),
  xid: own('a number of the system'),
  xid8: own('a number of the system'),
  cid: own('a number of the system'),
  tid: own('a place in a table'),
  pg_lsn: own('a place in the log'),
  pg_snapshot: own('transactions'),
  txid_snapshot: own('transactions'),
  regclass: own('a name, which must exist where it is written'),
  regcollation: own('a name, which must exist where it is written'),
  regconfig: own('a name, which must exist where it is written'),
  regdictionary: own('a name, which must exist where it is written'),
  regnamespace: own('a name, which must exist where it is written'),
  regoper: own('a name, which must exist where it is written'),
  regoperator: own('a name, which must exist where it is written'),
  regproc: own('a name, which must exist where it is written'),
  regprocedure: own('a name, which must exist where it is written'),
  regrole: own('a name, which must exist where it is written'),
  regtype: own('a name, which must exist where it is written'),
  refcursor: own('a name'),
  gtsvector: own('as the server prints it'),
  int2vector: own('numbers'),
  oidvector: own('numbers'),
  aclitem: own('a privilege'),
};

/** Arrays, enumerations, composite types, ranges of users, types of extensions (hstore, citext, ltree, PostGIS …). */
export const OTHER_TYPE: NativeType = own("the server's own text, exact");

export function nativeType(name: string): NativeType {
  return (Object.hasOwn(NATIVE_TYPES, name) ? NATIVE_TYPES[name] : undefined) ?? OTHER_TYPE;
}

/** Total digits and fraction digits of a numeric's modifier (PostgreSQL source, `numeric.c`, `numeric_typmod_scale`). */
export function numericModifier(typmod: number): {readonly precision: number; readonly scale: number} | null {
  if (typmod < 4) return null;
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  // numeric(3,-2) holds 12300: five digits, none behind the point; numeric(2,4) holds 0.0012: four.
  return scale < 0 ? {precision: precision - scale, scale: 0} : {precision: Math.max(precision, scale), scale};
}
