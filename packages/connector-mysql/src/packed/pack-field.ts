import {copyBytes, TAG} from '@sluice/checksum';
import type {Way} from './packed-plan.ts';

const MINUS = 45, ZERO = 48;
/** So many digits are exact in a double. */
const SAFE_DIGITS = 15;
const TWO_32 = 4_294_967_296;
const MOST_INT64 = 2n ** 63n - 1n;
/** What an encoded field takes at most beyond its text. */
export const FIELD_ROOM = 9;

/** Writes the canonical encoding of a field of the text protocol. The end. The caller sees to the room: `FIELD_ROOM` and the text. */
export function packField(way: Way, from: DataView, at: number, length: number, out: DataView, end: number): number {
  switch (way) {
    case 'int': return packInteger(from, at, length, out, end);
    case 'float': return packFloat(Math.fround(numberAt(from, at, length)), out, end);
    case 'double': return packFloat(numberAt(from, at, length), out, end);
    default: {
      out.setUint8(end, way === 'text' ? TAG.text : TAG.bytes);
      out.setUint32(end + 1, length, true);
      copyBytes(from, at, length, out, end + 5);
      return end + 5 + length;
    }
  }
}

const textAt = ({buffer, byteOffset}: DataView, at: number, length: number) => Buffer.from(buffer, byteOffset + at, length).toString('latin1');
const numberAt = (from: DataView, at: number, length: number) => Number(textAt(from, at, length));

function packInteger(from: DataView, at: number, length: number, out: DataView, end: number): number {
  if (length > SAFE_DIGITS) {
    const value = BigInt(textAt(from, at, length));
    out.setUint8(end, value > MOST_INT64 ? TAG.uint : TAG.int);
    out.setBigUint64(end + 1, BigInt.asUintN(64, value), true);
    return end + FIELD_ROOM;
  }
  const isNegative = from.getUint8(at) === MINUS;
  let value = 0;
  for (let i = isNegative ? 1 : 0; i < length; i++) value = value * 10 + from.getUint8(at + i) - ZERO;
  if (isNegative) value = -value;
  const high = Math.floor(value / TWO_32);
  out.setUint8(end, TAG.int);
  out.setUint32(end + 1, value - high * TWO_32, true);
  out.setInt32(end + 5, high, true);
  return end + FIELD_ROOM;
}

function packFloat(value: number, out: DataView, end: number): number {
  out.setUint8(end, TAG.float);
  out.setFloat64(end + 1, value, true);
  return end + FIELD_ROOM;
}
