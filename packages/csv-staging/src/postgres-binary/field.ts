import type {Value} from '@sluice/core';
import {writeSafeInteger} from './int64.ts';
import {clock, dayNumber, fraction, writeMoment} from './moments.ts';
import {numericRoom, writeNumeric} from './numeric.ts';
import {writeText} from './text.ts';

/** Types of PostgreSQL whose binary form is written here. */
export type BinaryType =
  | 'bool' | 'int2' | 'int4' | 'int8' | 'numeric' | 'float4' | 'float8' | 'text' | 'char' | 'bytea' | 'date' | 'time' | 'interval' | 'timestamp' | 'timestamptz'
  | 'json' | 'jsonb' | 'uuid';

const NONE = -1;
/** A numeric of more digits than this is rare, and left to the text form. */
const MAX_NUMERIC = 256;
/** Most bytes that `writeField` writes of any value but text and bytes. */
export const FIELD_ROOM = numericRoom(MAX_NUMERIC);

/** Writes a value as its type's binary form. The bytes written; -1 where the value has none beyond doubt. The caller sees to the room. */
export function writeField(buffer: Buffer, at: number, value: Exclude<Value, null>, type: BinaryType): number {
  switch (type) {
    case 'bool':
      if (typeof value !== 'boolean') return NONE;
      buffer[at] = value ? 1 : 0;
      return 1;
    case 'numeric': return numeric(buffer, at, value);
    case 'int8': return int8(buffer, at, value);
    case 'int2':
      if (typeof value !== 'number' || value !== (value << 16 >> 16)) return NONE;
      buffer[at] = value >> 8;
      buffer[at + 1] = value;
      return 2;
    case 'int4':
      if (typeof value !== 'number' || value !== (value | 0)) return NONE;
      buffer.writeInt32BE(value, at);
      return 4;
    case 'timestamp': case 'timestamptz': return typeof value === 'string' && writeMoment(buffer, at, value) ? 8 : NONE;
    case 'date': {
      const day = typeof value === 'string' && value.length === 10 ? dayNumber(value) : NaN;
      if (Number.isNaN(day)) return NONE;
      buffer.writeInt32BE(day, at);
      return 4;
    }
    case 'time': {
      const micros = typeof value === 'string' ? clock(value, 0) : NaN;
      if (Number.isNaN(micros)) return NONE;
      writeSafeInteger(buffer, at, micros);
      return 8;
    }
    case 'interval': return typeof value === 'string' ? duration(buffer, at, value) : NONE;
    case 'float8':
      if (typeof value !== 'number') return NONE;
      buffer.writeDoubleBE(value, at);
      return 8;
    case 'float4':
      if (typeof value !== 'number' || (Math.fround(value) !== value && !Number.isNaN(value))) return NONE;
      buffer.writeFloatBE(value, at);
      return 4;
    case 'bytea':
      if (!(value instanceof Uint8Array)) return NONE;
      buffer.set(value, at);
      return value.length;
    case 'uuid': return typeof value === 'string' && value.length === 36 && buffer.write(value.replaceAll('-', ''), at, 'hex') === 16 ? 16 : NONE;
    case 'jsonb':
      if (typeof value !== 'string') return NONE;
      // The version of the form.
      buffer[at] = 1;
      return 1 + writeText(buffer, at + 1, value);
    case 'text': case 'char': case 'json': return typeof value === 'string' ? writeText(buffer, at, value) : NONE;
  }
}

/** Of a text, or of an integer that is exact. */
function numeric(buffer: Buffer, at: number, value: Exclude<Value, null>): number {
  if (typeof value !== 'string' && typeof value !== 'bigint' && !Number.isSafeInteger(value)) return NONE;
  const text = String(value);
  return text.length > MAX_NUMERIC ? NONE : writeNumeric(buffer, at, text);
}

function int8(buffer: Buffer, at: number, value: Exclude<Value, null>): number {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) return NONE;
    buffer.writeBigInt64BE(value, at);
  } else {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return NONE;
    writeSafeInteger(buffer, at, value);
  }
  return 8;
}

/** `[-]HH:MM:SS[.ffffff]`, as many digits as the hours have. */
function duration(buffer: Buffer, at: number, text: string): number {
  const match = /^(-?)(\d{2,6}):([0-5]\d):([0-5]\d)/.exec(text);
  if (!match) return NONE;
  const micros = ((Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4])) * 1e6 + fraction(text, match[0].length);
  if (Number.isNaN(micros)) return NONE;
  writeSafeInteger(buffer, at, match[1] === '-' ? -micros : micros);
  // No days and no months.
  buffer.fill(0, at + 8, at + 16);
  return 16;
}
