import type {Check, Column, ColumnDefault, Omission, SqlText} from '@sluice/core';
import type {ColumnRow} from './catalog-queries.ts';
import {NATIVE_TYPES, UNKNOWN_TYPE, type Reading} from './native-types.ts';
import type {Flavor} from './server.ts';
import {labels, literalText, unescapeBackslashes} from './unescape.ts';

/**
 * How text may arrive as something else, without an error. `surrogates`: both servers let lone
 * surrogates into Unicode columns, which are not text. `unmapped`: bytes of an older character set
 * that stand for no character are sent as `?` (or U+FFFD). Tried with every character set of both.
 */
export type TextDoubt = 'none' | 'surrogates' | 'unmapped';

/** What reading needs to know of a column beyond its `Column`. */
export interface NativeColumn {
  readonly name: string;
  /** The base name of the type, lower case: `decimal`. */
  readonly base: string;
  readonly reading: Reading;
  /** FLOAT(7,3), DOUBLE(20,5): printed with that many decimals, though more bits are stored. */
  readonly fixedDecimals: boolean;
  readonly doubt: TextDoubt;
  /** Labels of an ENUM or SET. */
  readonly labels: readonly string[];
}

export interface DescribedColumn {
  readonly column: Column;
  readonly native: NativeColumn;
  readonly omissions: readonly Omission[];
}

const TEXT_TYPES = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set'];
const UNICODE_CHARSETS = ['utf8mb4', 'utf8mb3', 'utf8', 'ucs2', 'utf16', 'utf16le', 'utf32'];
/** The server's latin1 is Windows-1252 with its five holes filled: every byte stands for a character. */
const TOTAL_CHARSETS = ['latin1', 'binary'];
/** LONGTEXT and LONGBLOB: 4 GB is no limit worth carrying on. */
const NO_LIMIT = 4294967295;

/**
 * Describes one column. `implicitJson` says that its text is checked with JSON_VALID, which is what
 * MariaDB's JSON type is. `binaryDefault` is a binary default as hex, read apart, because
 * `information_schema` damages it.
 */
export function describeColumn(row: ColumnRow, flavor: Flavor, implicitJson: boolean, binaryDefault: string | null): DescribedColumn {
  const [table, name, base, columnType, nullable, , extra, expression, length, precision, scale, fraction, charset, collation, comment] = row;
  const isText = TEXT_TYPES.includes(base);
  const known = NATIVE_TYPES[base] ?? UNKNOWN_TYPE;
  const type = implicitJson && isText ? 'json' : known.type;
  const omissions: Omission[] = [];
  if (/on update/i.test(extra)) {
    omissions.push({table, kind: 'default', name, reason: 'ON UPDATE CURRENT_TIMESTAMP stays behind: the copy does not touch its rows by itself'});
  }
  if (/\bINVISIBLE\b/i.test(extra)) omissions.push({table, kind: 'column', name, reason: 'it is invisible at the source and becomes an ordinary one'});
  const unsigned64 = (base === 'bigint' && /\bunsigned\b/i.test(columnType)) || (base === 'bit' && (precision ?? 0) > 63);
  const isTime = base === 'time' || base === 'datetime' || base === 'timestamp';
  const maxLength = length === null ? null : Number(length);
  const generated = /\b(VIRTUAL|STORED|PERSISTENT) GENERATED\b|^(VIRTUAL|PERSISTENT)$/i.exec(extra);
  const {value, omission} = generated ? {value: null, omission: null} : describeDefault(row, flavor, binaryDefault);
  if (omission) omissions.push(omission);

  const column: Column = {
    name,
    type,
    nullable: nullable === 'YES',
    native: {dialect: flavor, sql: nativeSql(columnType, collation, implicitJson && flavor === 'mariadb' && base === 'longtext' && collation === 'utf8mb4_bin')},
    ...(base === 'decimal' && precision !== null && {precision, scale: scale ?? 0}),
    ...(isTime && {scale: fraction ?? 0}),
    ...((isText || known.reading === 'bytes') && type !== 'json' && maxLength !== null && maxLength < NO_LIMIT && {maxLength}),
    ...(unsigned64 && {unsigned64: true as const}),
    ...(base === 'enum' && {enumValues: labels(columnType)}),
    ...(isText && type === 'text' && collation !== null && /_ci$/i.test(collation) && {caseInsensitive: true as const}),
    ...(value && {default: value}),
    ...(generated && expression !== null && {
      generated: {...sqlText(flavor, expression), stored: !/VIRTUAL/i.test(generated[0])},
    }),
    ...(/\bauto_increment\b/i.test(extra) && {autoIncrement: true as const}),
    ...(comment !== '' && {comment}),
  };
  return {
    column,
    native: {
      name, base, reading: base === 'decimal' && /\bzerofill\b/i.test(columnType) ? 'zerofill' : known.reading,
      fixedDecimals: (base === 'double' || base === 'float') && /\(/.test(columnType),
      doubt: !isText || charset === null || TOTAL_CHARSETS.includes(charset) ? 'none'
        : UNICODE_CHARSETS.includes(charset) ? 'surrogates' : 'unmapped',
      labels: base === 'enum' || base === 'set' ? labels(columnType) : [],
    },
    omissions,
  };
}

/** The type with its collation, which decides what is equal; the collation implies the character set. */
function nativeSql(columnType: string, collation: string | null, isJsonType: boolean): string {
  if (isJsonType) return 'json';
  return collation === null ? columnType : `${columnType} collate ${collation}`;
}

/** SQL of a default, a check, a generated column: MySQL gives it with one level of escapes too many. */
export function sqlText(flavor: Flavor, sql: string): SqlText {
  return {dialect: flavor, sql: flavor === 'mysql' ? unescapeBackslashes(sql) : sql};
}

/** Whether a check is nothing but the one MariaDB's JSON type consists of. */
export function isImplicitJson(check: Pick<Check, 'sql'>, column: string): boolean {
  return check.sql.toLowerCase() === `json_valid(\`${column.replaceAll('`', '``').toLowerCase()}\`)`;
}

function describeDefault(
  row: ColumnRow, flavor: Flavor, binaryDefault: string | null,
): {readonly value: ColumnDefault | null; readonly omission: Omission | null} {
  const [table, name, base, , , text, extra] = row;
  const none = {value: null, omission: null};
  if (text === null) return none;
  const literal = (constant: string) => ({value: {kind: 'literal', text: constant} as const, omission: null});
  const expression = (sql: string) => ({value: {kind: 'expression', dialect: flavor, sql} as const, omission: null});

  if (base === 'bit') {
    const bits = /^b'([01]+)'$/.exec(text)?.[1];
    if (bits !== undefined) return literal(BigInt(`0b${bits}`).toString());
  }
  if (/\bDEFAULT_GENERATED\b/.test(extra)) return expression(unescapeBackslashes(text));
  const isBinary = base === 'binary' || base === 'varbinary';
  if (flavor === 'mariadb' && text === 'NULL') return none;
  if (isBinary && (flavor === 'mysql' || text.startsWith("'"))) {
    if (binaryDefault !== null) return expression(`x'${binaryDefault.toLowerCase()}'`);
    return {value: null, omission: {table, kind: 'default', name, reason: 'the server does not show the bytes of a binary default'}};
  }
  if (flavor === 'mysql') {
    // Before MySQL 8 nothing but the type tells the function from the text.
    const moving = (base === 'timestamp' || base === 'datetime') && /^CURRENT_TIMESTAMP\b/i.test(text);
    return moving ? expression(text) : literal(text);
  }
  // MariaDB since 10.2.7 gives the default as SQL.
  const constant = literalText(text);
  if (constant !== null) return literal(constant);
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? literal(text) : expression(text);
}
