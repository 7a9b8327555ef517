import type {Column, ColumnDefault} from '@sluice/core';
import type {ColumnRow} from './catalog-queries.ts';
import {nativeType, numericModifier, type Reading} from './native-types.ts';
import {isBytewise} from './server.ts';

/** What reading a column needs to know. */
export interface NativeColumn {
  readonly name: string;
  readonly reading: Reading;
  /** The type's own name, of a domain that of what it is made of. */
  readonly base: string;
  /** As DDL and casts spell it. */
  readonly sqlType: string;
  /** Fraction digits that the text is filled up to; null leaves it as it is printed. */
  readonly fraction: number | null;
  /** A column of text whose own order is not that of its bytes, or may not be. */
  readonly ordersByLocale: boolean;
  readonly isGenerated: boolean;
}

export interface DescribedColumn {
  readonly column: Column;
  readonly native: NativeColumn;
}

/** Types whose modifier is a number of fraction digits. */
export const MOMENTS: ReadonlySet<string> = new Set(['time', 'timestamp', 'timestamptz']);

export function describeColumn(row: ColumnRow, bytewise: boolean): DescribedColumn {
  const [, name, sqlType, base, baseModifier, , notNull, defaultSql, identity, generated, collation, comment, labels, isSerial, collatable] = row;
  const {type, reading} = nativeType(base);
  const modifier = Number(baseModifier);
  const digits = base === 'numeric' ? numericModifier(modifier) : null;
  const isText = base === 'varchar' || base === 'bpchar';
  const fraction = MOMENTS.has(base) && modifier >= 0 ? modifier : null;
  const isIdentity = identity !== '' || isSerial === 't';
  const column: Column = {
    name, type, nullable: notNull === 'f',
    native: {dialect: 'postgres', sql: collation === null ? sqlType : `${sqlType} COLLATE ${collation}`},
    ...(digits && {precision: digits.precision, scale: digits.scale}),
    ...(fraction !== null && {scale: fraction}),
    ...(isText && modifier > 4 && {maxLength: modifier - 4}),
    ...(labels !== null && {enumValues: JSON.parse(labels) as string[]}),
    ...(generated !== '' && defaultSql !== null
      ? {generated: {dialect: 'postgres', sql: defaultSql, stored: generated === 's'}}
      : !isIdentity && defaultSql !== null && {default: columnDefault(defaultSql)}),
    ...(isIdentity && {autoIncrement: true as const}),
    ...(comment !== null && {comment}),
  };
  const ordersByLocale = collatable === 't' && (collation === null ? !bytewise : !isBytewise(/"?([^".]+)"?$/.exec(collation)?.[1] ?? ''));
  return {column, native: {name, reading, base, sqlType, fraction, ordersByLocale, isGenerated: generated !== ''}};
}

/** A constant of the server's printing becomes a literal that every system can have; anything else stays SQL. */
function columnDefault(sql: string): ColumnDefault {
  const text = /^'((?:[^']|'')*)'::(?:text|character varying|bpchar|date|uuid|json|timestamp without time zone)(?:\(\d+\))?$/.exec(sql)?.[1];
  if (text !== undefined) return {kind: 'literal', text: text.replaceAll("''", "'")};
  if (/^(?:-?\d+(?:\.\d+)?|true|false)$/.test(sql)) return {kind: 'literal', text: sql};
  const number = /^'(-?\d+(?:\.\d+)?)'::(?:integer|bigint|smallint|numeric)$/.exec(sql)?.[1] ?? /^\((-?\d+(?:\.\d+)?)\)(?:::(?:numeric|double precision|bigint|smallint))?$/.exec(sql)?.[1];
  return number === undefined ? {kind: 'expression', dialect: 'postgres', sql} : {kind: 'literal', text: number};
}
