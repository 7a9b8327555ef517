import type {Column, Omission} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import {NATIVE_TYPES} from './native-types.ts';
import type {Flavor} from './server.ts';
import {labels} from './unescape.ts';

/** What a server offers, as far as types depend on it. */
export interface TargetServer {
  readonly flavor: Flavor;
  readonly version: readonly [number, number, number];
  readonly collations: ReadonlySet<string>;
  /** Table names that differ only in case are the same table. */
  readonly foldsNames: boolean;
}

/** How values of a column are handed to LOAD DATA: as they are, as hex, as a number for BIT, as a year. */
export type Encoding = 'plain' | 'hex' | 'bit' | 'year';

/** The type a column gets. */
export interface TargetType {
  /** The base name, lower case. */
  readonly base: string;
  /** As DDL writes it, collation included. */
  readonly sql: string;
  /** Characters or bytes, where the type limits them. */
  readonly length: number | null;
  readonly precision: number | null;
  /** Fraction digits of a DECIMAL or a time type. */
  readonly scale: number | null;
  readonly unsigned: boolean;
  /** What one more byte in a key or row costs: the most bytes a value takes in an index. */
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly note?: string;
  /** A CHECK that belongs to the type: JSON kept as text. */
  readonly check?: string;
}

export interface TypeRequest {
  readonly column: Column;
  /** Part of a primary key or a unique index: it must be comparable whole. */
  readonly unique: boolean;
  /** What of the row's 64 KB is left for VARCHARs. */
  readonly rowBytesLeft: number;
}

const UTF8_BYTES = 4;
/** An index entry takes at most this many bytes in InnoDB (MySQL 9 manual, 17.22). */
export const MAX_KEY_BYTES = 3072;
/** Text in a key whose source gives no limit. */
const KEY_CHARACTERS = 255;
/** A VARCHAR beyond this is stored as LONGTEXT: the row's 64 KB are few. */
const LONG_CHARACTERS = 1000;

/** The type that holds every value of the column exactly; null where no type of the server does. */
export function targetType({column, unique, rowBytesLeft}: TypeRequest, server: TargetServer, omit: (kind: Omission['kind'], reason: string) => void): TargetType | null {
  const native = nativeType(column, server, omit);
  if (native) return native;
  const plain = (base: string, bytes: number, more: Partial<TargetType> = {}): TargetType =>
    ({base, sql: base, length: null, precision: null, scale: null, unsigned: false, bytes, encoding: 'plain', ...more});
  const fraction = column.scale ?? 6;
  const moment = (base: string, bytes: number, note?: string): TargetType => fraction > 6
    ? text(false, `kept as text: ${base} holds six fraction digits`)
    : plain(base, bytes, {sql: fraction === 0 ? base : `${base}(${fraction})`, scale: column.scale ?? null, ...(note !== undefined && {note})});

  const text = (inKey: boolean, note?: string, bin = true): TargetType => {
    const collation = bin ? binCollation(server) : ciCollation(server);
    const length = column.type === 'text' ? column.maxLength : undefined;
    if (inKey || (length !== undefined && length <= LONG_CHARACTERS && length * UTF8_BYTES <= rowBytesLeft)) {
      const characters = length ?? KEY_CHARACTERS;
      return plain('varchar', characters * UTF8_BYTES, {
        sql: `varchar(${characters}) collate ${collation}`, length: characters,
        ...(note === undefined ? inKey && length === undefined && {note: `the source gives no limit: a key holds ${KEY_CHARACTERS} characters here`} : {note}),
      });
    }
    return plain('longtext', Infinity, {sql: `longtext collate ${collation}`, ...(note !== undefined && {note})});
  };

  switch (column.type) {
    case 'bool': return plain('tinyint', 1, {sql: 'tinyint(1)', note: '1 and 0'});
    case 'int': return plain('bigint', 8, column.unsigned64 ? {sql: 'bigint unsigned', unsigned: true} : {});
    case 'float': return plain('double', 8);
    case 'decimal': {
      const {precision, scale} = column;
      if (precision === undefined || scale === undefined || precision > 65 || scale > 30 || scale > precision) {
        return text(unique, 'kept as text, every digit: the source gives no precision that DECIMAL could hold');
      }
      return plain('decimal', 30, {sql: `decimal(${precision},${scale})`, precision, scale});
    }
    case 'text': {
      if (column.caseInsensitive && unique) omit('collation', 'its key compares case here, so that no row is refused');
      return text(unique, undefined, !column.caseInsensitive || unique);
    }
    case 'bytes': {
      const {maxLength} = column;
      if (unique || (maxLength !== undefined && maxLength <= LONG_CHARACTERS && maxLength <= rowBytesLeft)) {
        const length = maxLength ?? KEY_CHARACTERS;
        return plain('varbinary', length, {sql: `varbinary(${length})`, length, encoding: 'hex'});
      }
      return plain('longblob', Infinity, {encoding: 'hex'});
    }
    case 'date': return plain('date', 3);
    case 'time': return moment('time', 6);
    case 'timestamp': return moment('datetime', 8);
    case 'timestamptz': return moment('datetime', 8, 'UTC: TIMESTAMP ends in 2038');
    case 'json': return server.flavor === 'mariadb'
      ? plain('longtext', Infinity, {sql: 'json'})
      : {...text(false, "kept as text: MySQL's JSON reorders members and rounds numbers"), check: 'json'};
    case 'uuid': return plain('char', 36 * UTF8_BYTES, {sql: `char(36) collate ${binCollation(server)}`, length: 36});
    case 'any': return null;
  }
}

/** `varchar(20) unsigned zerofill collate x`, taken apart; null for what is not a type of these servers. */
interface ParsedType {
  readonly base: string;
  readonly args: string | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;
  readonly collation: string | null;
}

function parseType(sql: string): ParsedType | null {
  const match = /^([a-z0-9]+)(?:\(([\s\S]*)\))?( unsigned)?( zerofill)?(?: collate ([a-z0-9_]+))?$/i.exec(sql.trim());
  if (!match) return null;
  const [, base = '', args, unsigned, zerofill, collation] = match;
  return {base: base.toLowerCase(), args: args ?? null, unsigned: unsigned !== undefined, zerofill: zerofill !== undefined, collation: collation ?? null};
}

/** The column's own type, when it comes from one of these servers and the other knows it too. */
function nativeType(column: Column, server: TargetServer, omit: (kind: Omission['kind'], reason: string) => void): TargetType | null {
  const {native} = column;
  if (native?.dialect !== 'mysql' && native?.dialect !== 'mariadb') return null;
  const parsed = parseType(native.sql);
  if (!parsed) return null;
  const {base, args, unsigned, zerofill} = parsed;
  const known = NATIVE_TYPES[base];
  if (!known) return null;
  const isJsonText = column.type === 'json' && base === 'longtext';
  // A transform that made another type of the column left the old name behind.
  if (known.type !== column.type && !isJsonText) return null;
  const numbers = (args ?? '').split(',').map(Number);
  const [first = NaN, second = NaN] = numbers;
  const make = (more: Partial<TargetType> & Pick<TargetType, 'sql' | 'bytes'>): TargetType =>
    ({base, length: null, precision: null, scale: null, unsigned, encoding: 'plain', ...more});
  const sign = `${unsigned ? ' unsigned' : ''}${zerofill ? ' zerofill' : ''}`;

  switch (base) {
    case 'tinyint': case 'smallint': case 'mediumint': case 'int': case 'bigint': {
      // Display widths are deprecated but for the one that marks a truth value, and those that ZEROFILL pads to.
      const width = zerofill || (base === 'tinyint' && first === 1) ? `(${first})` : '';
      return make({sql: `${base}${Number.isInteger(first) ? width : ''}${sign}`, bytes: 8});
    }
    case 'decimal': return Number.isInteger(second) ? make({sql: `decimal(${first},${second})${sign}`, precision: first, scale: second, bytes: 30}) : null;
    case 'float': case 'double':
      return make({sql: `${base}${numbers.length === 2 && Number.isInteger(second) ? `(${first},${second})` : ''}${sign}`, bytes: 8});
    case 'bit': return Number.isInteger(first) ? make({sql: `bit(${first})`, bytes: 8, encoding: 'bit'}) : null;
    case 'year': return make({sql: 'year', bytes: 1, encoding: 'year'});
    case 'date': return make({sql: 'date', bytes: 3});
    case 'time': case 'datetime': case 'timestamp': {
      const scale = args === null ? 0 : first;
      return make({sql: `${base}${scale > 0 ? `(${scale})` : ''}`, scale, bytes: 8});
    }
    case 'char': case 'varchar':
      return Number.isInteger(first)
        ? make({sql: `${base}(${first})${collate(parsed.collation, server, omit)}`, length: first, bytes: first * UTF8_BYTES}) : null;
    case 'tinytext': case 'text': case 'mediumtext': case 'longtext':
      return isJsonText && server.flavor === 'mysql' ? null : make({sql: `${base}${collate(parsed.collation, server, omit)}`, bytes: Infinity});
    case 'enum': case 'set': {
      const list = labels(native.sql).map(label => quoteText('mysql', label)).join(',');
      return list === '' ? null : make({sql: `${base}(${list})${collate(parsed.collation, server, omit)}`, bytes: 8});
    }
    case 'json':
      // MySQL's JSON prints what it prints again; any other text would be changed by it.
      if (server.flavor === 'mariadb') return make({sql: 'json', bytes: Infinity});
      return native.dialect === 'mysql' ? make({sql: 'json', bytes: Infinity}) : null;
    case 'binary': case 'varbinary':
      return Number.isInteger(first) ? make({sql: `${base}(${first})`, length: first, bytes: first, encoding: 'hex'}) : null;
    case 'tinyblob': case 'blob': case 'mediumblob': case 'longblob':
      return make({sql: base, bytes: Infinity, encoding: 'hex'});
    case 'geomcollection': case 'geometrycollection': return make({sql: 'geometrycollection', bytes: Infinity, encoding: 'hex'});
    case 'geometry': case 'point': case 'linestring': case 'polygon': case 'multipoint': case 'multilinestring': case 'multipolygon':
      return make({sql: base, bytes: Infinity, encoding: 'hex'});
    case 'vector':
      return Number.isInteger(first) && hasVector(server) ? make({sql: `vector(${first})`, bytes: Infinity, encoding: 'hex'}) : null;
    case 'uuid': return server.flavor === 'mariadb' && isAtLeast(server, 10, 7) ? make({sql: 'uuid', bytes: 16}) : null;
    case 'inet4': return server.flavor === 'mariadb' && isAtLeast(server, 10, 10) ? make({sql: 'inet4', bytes: 4}) : null;
    case 'inet6': return server.flavor === 'mariadb' && isAtLeast(server, 10, 5) ? make({sql: 'inet6', bytes: 16}) : null;
    default: return null;
  }
}

function hasVector(server: TargetServer): boolean {
  return server.flavor === 'mysql' ? isAtLeast(server, 9, 0) : isAtLeast(server, 11, 7);
}

function isAtLeast(server: TargetServer, major: number, minor: number): boolean {
  return server.version[0] !== major ? server.version[0] > major : server.version[1] >= minor;
}

/** The column's collation, or the nearest one the server knows. */
function collate(collation: string | null, server: TargetServer, omit: (kind: Omission['kind'], reason: string) => void): string {
  if (collation === null) return '';
  if (server.collations.has(collation)) return ` collate ${collation}`;
  const [charset = 'utf8mb4'] = collation.split('_');
  const ignoresCase = /_ci$/i.test(collation);
  const endings = ignoresCase
    ? ['0900_ai_ci', 'uca1400_ai_ci', 'unicode_520_nopad_ci', 'unicode_520_ci', 'general_ci', 'swedish_ci']
    : ['0900_bin', 'nopad_bin', 'bin'];
  const instead = [charset, 'utf8mb4'].flatMap(set => endings.map(ending => `${set}_${ending}`)).find(name => server.collations.has(name)) ?? 'utf8mb4_bin';
  omit('collation', `the server does not know ${collation}; ${instead} is used`);
  return ` collate ${instead}`;
}

/** Compares code points, blanks at the end included: different text is never the same key. */
function binCollation(server: TargetServer): string {
  return ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'].find(name => server.collations.has(name)) ?? 'utf8mb4_bin';
}

function ciCollation(server: TargetServer): string {
  return ['utf8mb4_0900_as_ci', 'utf8mb4_unicode_520_nopad_ci', 'utf8mb4_unicode_ci'].find(name => server.collations.has(name)) ?? 'utf8mb4_general_ci';
}
