import {TAG} from '@sluice/checksum';
import type {Column} from '@sluice/core';
import {printClock, printDay, printMoment, printNumeric, TWO_32} from '@sluice/csv-staging/postgres-binary';
import type {NativeColumn} from '../describe-column.ts';

/** How the bytes of a column become the canonical encoding of what its text would be read as. */
export type Form = BytesForm | FieldForm;

/** The bytes behind the first `skip` as they are. */
export interface BytesForm {
  readonly kind: 'text' | 'bytes';
  readonly skip: number;
}

export type FieldForm =
  | {readonly kind: 'bool' | 'int2' | 'int4' | 'int8' | 'float4' | 'float8' | 'numeric' | 'numeric int' | 'date' | 'uuid'}
  /** At least so many digits behind the point. */
  | {readonly kind: 'time' | 'timestamp' | 'interval'; readonly digits: number};

/** Null for types whose text only the server knows. `digits`: of an interval, those that were written. */
export function formOf({type}: Column, {base, fraction}: NativeColumn, digits: number): Form | null {
  switch (base) {
    case 'text': case 'varchar': case 'bpchar': case 'json': return {kind: 'text', skip: 0};
    // The version of the form comes first.
    case 'jsonb': return {kind: 'text', skip: 1};
    case 'bytea': return {kind: 'bytes', skip: 0};
    case 'numeric': return {kind: type === 'int' ? 'numeric int' : base};
    case 'float4': case 'float8': return type === 'float' ? {kind: base} : null;
    case 'int2': case 'int4': case 'int8': return type === 'int' ? {kind: base} : null;
    case 'time': case 'timestamp': return {kind: base, digits: fraction ?? 0};
    case 'timestamptz': return {kind: 'timestamp', digits: fraction ?? 0};
    case 'interval': return {kind: base, digits};
    case 'bool': case 'date': case 'uuid': return {kind: base};
    default: return null;
  }
}

const MINUS = 45, DASH = 45;
const HEX = Buffer.from('0123456789abcdef');

/** Writes a field that is neither text nor bytes. The end; -1 when only the text form is right. The caller sees to the room. */
export function canonicalField(form: FieldForm, from: Buffer, at: number, size: number, out: Buffer, end: number): number {
  switch (form.kind) {
    case 'int4': return integer(out, end, from.readInt32BE(at), from[at]! & 128 ? -1 : 0);
    case 'int2': return integer(out, end, from.readInt16BE(at), from[at]! & 128 ? -1 : 0);
    case 'int8': return integer(out, end, from.readInt32BE(at + 4), from.readInt32BE(at));
    case 'bool':
      out[end] = from[at] === 0 ? TAG.false : TAG.true;
      return end + 1;
    case 'float8': return float(out, end, from.readDoubleBE(at));
    case 'float4': return float(out, end, from.readFloatBE(at));
    case 'numeric': return sized(out, end, printNumeric(from, at, out, end + 5));
    case 'numeric int': return wide(out, end, printNumeric(from, at, out, end + 5));
    case 'date': return sized(out, end, printDay(out, end + 5, from.readInt32BE(at)));
    case 'timestamp': return sized(out, end, printMoment(out, end + 5, from.readInt32BE(at), from.readUInt32BE(at + 4), form.digits));
    case 'time': return sized(out, end, printClock(out, end + 5, from.readUInt32BE(at) * TWO_32 + from.readUInt32BE(at + 4), form.digits));
    case 'interval': return interval(from, at, out, end, form.digits);
    case 'uuid': return uuid(from, at, size, out, end);
  }
}

/** The head of a text that stands there already. */
function sized(out: Buffer, end: number, stop: number): number {
  if (stop < 0) return -1;
  out[end] = TAG.text;
  out.writeUInt32LE(stop - end - 5, end + 1);
  return stop;
}

function integer(out: Buffer, end: number, low: number, high: number): number {
  out[end] = TAG.int;
  out.writeInt32LE(low, end + 1);
  out.writeInt32LE(high, end + 5);
  return end + 9;
}

function float(out: Buffer, end: number, value: number): number {
  out[end] = TAG.float;
  out.writeDoubleLE(Number.isNaN(value) ? NaN : value, end + 1);
  return end + 9;
}

/** An integer of up to 2^64 - 1 that stands there as text. */
function wide(out: Buffer, end: number, stop: number): number {
  if (stop < 0) return -1;
  const text = out.toString('latin1', end + 5, stop);
  if (!/^-?\d{1,20}$/.test(text)) return -1;
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) {
    out[end] = TAG.int;
    out.writeBigInt64LE(value, end + 1);
  } else if (BigInt.asUintN(64, value) === value) {
    out[end] = TAG.uint;
    out.writeBigUInt64LE(value, end + 1);
  } else return -1;
  return end + 9;
}

/** Hours, minutes and seconds only: days and months are printed in words. */
function interval(from: Buffer, at: number, out: Buffer, end: number, digits: number): number {
  const micros = from.readInt32BE(at) * TWO_32 + from.readUInt32BE(at + 4);
  if (from.readInt32BE(at + 8) !== 0 || from.readInt32BE(at + 12) !== 0 || !Number.isSafeInteger(micros)) return -1;
  if (micros >= 0) return sized(out, end, printClock(out, end + 5, micros, digits));
  out[end + 5] = MINUS;
  return sized(out, end, printClock(out, end + 6, -micros, digits));
}

function uuid(from: Buffer, at: number, size: number, out: Buffer, end: number): number {
  let to = end + 5;
  for (let i = 0; i < size; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) out[to++] = DASH;
    out[to++] = HEX[from[at + i]! >> 4]!;
    out[to++] = HEX[from[at + i]! & 15]!;
  }
  return sized(out, end, to);
}
