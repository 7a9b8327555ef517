import type {ColumnType, ResultColumn, Value} from '@sluice/core';
import type {FieldPacket, QueryOptions} from 'mysql2';

/** A column of a result that comes in the binary form (MySQL 9 Source Code Documentation, binary protocol resultset). */
export interface ResultReading {
  readonly column: ResultColumn;
  /** Makes the driver's value canonical; null where it is. */
  readonly convert: ((value: Value) => Value) | null;
}

/** Types that the driver would take apart. */
const WHOLE: readonly string[] = ['GEOMETRY', 'VECTOR'];

export const typeCast: NonNullable<QueryOptions['typeCast']> = (field, next) => (WHOLE.includes(field.type) ? field.buffer() : next());

export const resultColumns = (fields: readonly FieldPacket[]): readonly ResultReading[] => fields.map(field => {
  const [type, convert = null] = readingOf(field);
  return {column: {name: field.name, type}, convert};
});

/** `enum_field_types`; the numbers are the protocol's. */
function readingOf({columnType, characterSet, decimals, extendedTypeName, extendedFormat}: FieldPacket): readonly [ColumnType, ((value: Value) => Value)?] {
  switch (columnType) {
    case 0: case 246: return ['decimal', withoutZeros];
    case 1: case 2: case 3: case 9: case 13: return ['int'];
    // Beyond 2^53 - 1 the driver gives text.
    case 8: return ['int', value => (typeof value === 'string' ? BigInt(value) : value)];
    case 16: return ['int', bits];
    case 4: case 5: return ['float'];
    case 6: return ['any'];
    case 7: return ['timestamptz', value => padded(value, decimals)];
    case 12: return ['timestamp', value => padded(value, decimals)];
    case 11: return ['time', value => padded(value, decimals)];
    case 10: case 14: return ['date'];
    case 245: return ['json'];
    case 242: case 255: return ['bytes', bytes];
    default:
      if (extendedFormat === 'json') return ['json'];
      if (extendedTypeName === 'uuid') return ['uuid'];
      return characterSet === BINARY ? ['bytes', bytes] : ['text'];
  }
}

const BINARY = 63;
/** ZEROFILL prints zeros in front, which are display only. */
const withoutZeros = (value: Value): Value => (typeof value === 'string' ? value.replace(/^0+(?=\d)/, '') : value);
/** A plain view: consumers compare and transfer Uint8Arrays, not Buffers. */
const bytes = (value: Value): Value => (value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.length) : value);

function bits(value: Value): Value {
  if (!(value instanceof Uint8Array)) return value;
  const number = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
}

/** Computed moments say 31: as many as there are. */
const MAX_DECIMALS = 6;

/** The binary form leaves a fraction of zeros out, and the driver zeros at its end; a column with so many digits has them. */
function padded(value: Value, decimals: number): Value {
  if (typeof value !== 'string' || decimals === 0 || decimals > MAX_DECIMALS) return value;
  const dot = value.indexOf('.');
  return dot < 0 ? `${value}.${'0'.repeat(decimals)}` : value.padEnd(dot + 1 + decimals, '0');
}
