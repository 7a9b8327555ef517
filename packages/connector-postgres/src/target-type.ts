import type {Column, ColumnType, Omission} from '@sluice/core';
import type {BinaryType} from '@sluice/csv-staging/postgres-binary';
import {nativeType, type NativeType} from './native-types.ts';

/** What a type is at heart: it decides how values are looked at before they are written. */
export type Family = BinaryType | 'own';

/** The type a column gets. */
export interface TargetType {
  readonly family: Family;
  /** As DDL writes it, collation included. */
  readonly sql: string;
  /** Characters, where the type limits them. */
  readonly length: number | null;
  readonly precision: number | null;
  /** Fraction digits of a numeric or of a time; null where none are laid down. */
  readonly scale: number | null;
  readonly note?: string;
}

/** Types that the plan asked the server for, by the spelling of a column's source; null where it has none of that name. */
export type KnownTypes = ReadonlyMap<string, {readonly base: string} | null>;

const COLLATE = ' COLLATE ';

/** A spelling such as `text COLLATE pg_catalog."C"` taken apart. */
export function splitCollation(sql: string): {readonly type: string; readonly collation: string | null} {
  const at = sql.lastIndexOf(COLLATE);
  return at < 0 ? {type: sql, collation: null} : {type: sql.slice(0, at), collation: sql.slice(at + COLLATE.length)};
}

/** The type that holds every value of the column exactly; null where no type of the server does. */
export function targetType(column: Column, types: KnownTypes, collations: ReadonlySet<string>, omit: (kind: Omission['kind'], reason: string) => void): TargetType | null {
  return own(column, types, collations, omit) ?? fromMysql(column) ?? canonical(column);
}

const make = (family: Family, sql: string, more: Partial<TargetType> = {}): TargetType => ({family, sql, length: null, precision: null, scale: null, ...more});

/** Text of an unlimited length. */
const text = (note?: string) => make('text', 'text', note === undefined ? {} : {note});

const unlimited = ({caseInsensitive}: Column) => text(caseInsensitive ? 'compared with regard to case here' : undefined);

/** A VARCHAR may be declared as long as this (PostgreSQL source, `MaxAttrSize`). */
const MAX_VARCHAR = 10_485_760;
/** Most digits of a declared numeric. */
const MAX_PRECISION = 1000;
const MICROSECONDS = 6;

function canonical(column: Column): TargetType | null {
  const {precision, scale} = column;
  const moment = (family: 'timestamp' | 'timestamptz'): TargetType =>
    scale === undefined ? make(family, family) : scale > MICROSECONDS ? text(`kept as text: ${family} holds six fraction digits`) : make(family, `${family}(${scale})`, {scale});
  switch (column.type) {
    case 'bool': return make('bool', 'boolean');
    case 'int': return column.unsigned64 ? make('numeric', 'numeric(20)', {precision: 20, scale: 0, note: 'up to 2^64 - 1'}) : make('int8', 'bigint');
    case 'float': return make('float8', 'double precision');
    case 'decimal':
      return precision === undefined || precision > MAX_PRECISION ? make('numeric', 'numeric') : make('numeric', `numeric(${precision},${scale ?? 0})`, {precision, scale: scale ?? 0});
    case 'text': {
      const {maxLength} = column;
      return maxLength === undefined || maxLength < 1 || maxLength > MAX_VARCHAR ? unlimited(column) : {...unlimited(column), sql: `varchar(${maxLength})`, length: maxLength};
    }
    case 'bytes': return make('bytea', 'bytea');
    case 'date': return make('date', 'date');
    case 'time':
      return scale !== undefined && scale > MICROSECONDS ? text('kept as text: interval holds six fraction digits')
        : make('interval', 'interval', {scale: scale ?? null, note: 'it may be negative or longer than a day, which `time` is not'});
    case 'timestamp': return moment('timestamp');
    case 'timestamptz': return moment('timestamptz');
    case 'json': return make('json', 'json', {note: 'the text, unchanged; jsonb would change it'});
    case 'uuid': return make('uuid', 'uuid');
    case 'any': return null;
  }
}

/** Narrower integers and floats of MySQL have types of the same reach here, and its texts whose length is only that of their storage are `text`. */
function fromMysql(column: Column): TargetType | null {
  const {native, type} = column;
  if (native?.dialect !== 'mysql' && native?.dialect !== 'mariadb') return null;
  const base = /^[a-z]+/.exec(native.sql.toLowerCase())?.[0] ?? '';
  if (type === 'float' && base === 'float') return make('float4', 'real');
  if (type === 'text' && /^(?:tiny|medium|long)?text$/.test(base)) return unlimited(column);
  if (type !== 'int') return null;
  const unsigned = / unsigned/i.test(native.sql);
  switch (base) {
    case 'tinyint': case 'year': return make('int2', 'smallint');
    case 'smallint': return unsigned ? make('int4', 'integer') : make('int2', 'smallint');
    case 'mediumint': return make('int4', 'integer');
    case 'int': return unsigned ? make('int8', 'bigint') : make('int4', 'integer');
    default: return null;
  }
}

const FAMILIES: Readonly<Record<string, Family>> = {
  bool: 'bool', int2: 'int2', int4: 'int4', int8: 'int8', numeric: 'numeric', float4: 'float4', float8: 'float8', text: 'text', varchar: 'text', name: 'own', bpchar: 'char',
  bytea: 'bytea', date: 'date', time: 'time', timestamp: 'timestamp', timestamptz: 'timestamptz', json: 'json', jsonb: 'jsonb', uuid: 'uuid',
};

/** A column that comes from PostgreSQL keeps its type where the server has one of that name. */
function own(column: Column, types: KnownTypes, collations: ReadonlySet<string>, omit: (kind: Omission['kind'], reason: string) => void): TargetType | null {
  const {native} = column;
  if (native?.dialect !== 'postgres') return null;
  const {type, collation} = splitCollation(native.sql);
  const known = types.get(type);
  if (!known) {
    omit('type', `there is no type ${type} in the destination`);
    return null;
  }
  // A transform may have made another type of it.
  if (nativeType(known.base).type !== column.type) return null;
  const hasCollation = collation === null || collations.has(collation);
  if (!hasCollation) omit('collation', `the destination has no collation ${collation}; its own is used`);
  return typeOf(column, known.base, collation !== null && hasCollation ? `${type}${COLLATE}${collation}` : type);
}

/** A type the server has, described by the column of a catalog: what is planned from one, or what is there already. */
export function typeOf({precision, scale, maxLength}: Column, base: string, sql: string): TargetType {
  return make(FAMILIES[base] ?? 'own', sql, {precision: precision ?? null, scale: scale ?? null, length: maxLength ?? null});
}

/** What a column of this type is read as. */
export function readAs(family: Family): ColumnType {
  const native: NativeType = nativeType(family === 'char' ? 'bpchar' : family);
  return native.type;
}
