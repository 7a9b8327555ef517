import {TAG} from '@sluice/checksum';
import type {PackedRows, Rewrite} from '@sluice/core';
import {BINARY_SIGNATURE, packDay, packNumeric, packTime, packTimestamp, writeField} from '@sluice/csv-staging/postgres-binary';
import type {TargetType} from '../target-type.ts';
import {copyText} from './packed-text.ts';

/** A column that packed rows fill, in their order. */
export interface PackedColumn {
  readonly type: TargetType;
  readonly nullable: boolean;
  /** What the column would make of a value; a value that it changes is for whoever counts that. */
  readonly rewrite: Rewrite;
}

/** How a field of a column is written: what is common without a value being made of it. */
const TEXT = 0, JSONB = 1, INT2 = 2, INT4 = 3, INT8 = 4, FLOAT8 = 5, NUMERIC = 6, DATE = 7, TIMESTAMP = 8, TIME = 9, BYTES = 10, OTHER = 11;
/** Most that a field takes beyond its place in the packed row: a numeric of one digit has a head of 12 bytes, of n digits n / 2 more and not n. */
const ROOM_OF_FIELD = 16;
/** The signature, and what ends the rows. */
const ROOM_OF_BATCH = 32;
const FIRST_BYTES = 1 << 20;
/** A batch that needs more goes as text, which goes by the chunk. */
const MOST_BYTES = 16 << 20;
const MICROSECONDS = 6;

/**
 * Writes packed rows in the binary format of COPY, from bytes to bytes. Only what the column gives back as it is: for all else it gives
 * up, and the rows are fitted one by one.
 */
export class PackedEncoder {
  readonly #columns: readonly PackedColumn[];
  readonly #ways: readonly number[];
  /** Of a text column, how many characters it takes. */
  readonly #lengths: readonly number[];
  #out = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** What was given out last, and is on its way. */
  #sent = Buffer.allocUnsafeSlow(FIRST_BYTES);

  private constructor(columns: readonly PackedColumn[]) {
    this.#columns = columns;
    this.#ways = columns.map(({type}) => wayOf(type));
    this.#lengths = columns.map(({type}) => type.length ?? Infinity);
  }

  /** Null where a column has no binary form, or changes most of its values: `char` fills them up with blanks. */
  static of(columns: readonly PackedColumn[]): PackedEncoder | null {
    return columns.length > 0 && columns.every(({type: {family}}) => family !== 'own' && family !== 'char') ? new PackedEncoder(columns) : null;
  }

  /** The bytes of a whole COPY, in one of two buffers, which take turns; null when a value has to be looked at, or the rows are too large. */
  encode({bytes, starts, rows}: PackedRows): Buffer | null {
    const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const columns = this.#columns, ways = this.#ways, lengths = this.#lengths;
    const width = columns.length;
    const room = starts[rows]! - starts[0]! + rows * (2 + width * ROOM_OF_FIELD) + ROOM_OF_BATCH;
    if (room > this.#out.length) {
      if (room > MOST_BYTES) return null;
      this.#out = Buffer.allocUnsafeSlow(Math.min(MOST_BYTES, room + (room >> 2)));
    }
    const buffer = this.#out;
    const out = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    let end = BINARY_SIGNATURE.copy(buffer);
    for (let r = 0; r < rows; r++) {
      let at = starts[r]!;
      out.setInt16(end, width);
      end += 2;
      for (let i = 0; i < width; i++) {
        const tag = from.getUint8(at++);
        const start = end + 4;
        let written = -1;
        if (tag === TAG.null) {
          if (!columns[i]!.nullable) return null;
          out.setInt32(end, -1);
          end = start;
          continue;
        }
        const way = ways[i]!;
        if (tag === TAG.text || tag === TAG.bytes) {
          const length = from.getInt32(at, true);
          at += 4;
          if (way === TEXT && tag === TAG.text) {
            if (copyText(from, at, length, out, start, lengths[i]!)) written = length;
          } else {
            written = tag === TAG.text ? writeText(bytes, from, at, length, buffer, out, start, way, columns[i]!) : way === BYTES ? Buffer.from(bytes.buffer, bytes.byteOffset + at, length).copy(buffer, start) : -1;
          }
          at += length;
        } else if (tag === TAG.int) {
          const low = from.getInt32(at, true), high = from.getInt32(at + 4, true);
          at += 8;
          if (way === INT4) {
            if (high === low >> 31) written = 4;
            out.setInt32(start, low);
          } else if (way === INT8) {
            written = 8;
            out.setInt32(start, high);
            out.setInt32(start + 4, low);
          } else if (way === INT2) {
            if (high === low >> 31 && low === low << 16 >> 16) written = 2;
            out.setInt16(start, low);
          } else written = writeOther(buffer, start, from.getBigInt64(at - 8, true), columns[i]!);
        } else if (tag === TAG.float) {
          if (way === FLOAT8) {
            written = 8;
            out.setInt32(start, from.getInt32(at + 4, true));
            out.setInt32(start + 4, from.getInt32(at, true));
          } else written = writeOther(buffer, start, from.getFloat64(at, true), columns[i]!);
          at += 8;
        } else if (tag === TAG.uint) {
          written = writeOther(buffer, start, from.getBigUint64(at, true), columns[i]!);
          at += 8;
        } else {
          written = writeOther(buffer, start, tag === TAG.true, columns[i]!);
        }
        if (written < 0) return null;
        out.setInt32(end, written);
        end = start + written;
      }
      if (at !== starts[r + 1]) throw new Error('a packed row has other columns');
    }
    out.setInt16(end, -1);
    this.#out = this.#sent;
    this.#sent = buffer;
    return buffer.subarray(0, end + 2);
  }

  /** After an error: what was given out may still be on its way. */
  renew(): void {
    this.#out = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#sent = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }
}

function wayOf({family, precision, scale}: TargetType): number {
  switch (family) {
    case 'text': case 'json': return TEXT;
    case 'jsonb': return JSONB;
    case 'int2': return INT2;
    case 'int4': return INT4;
    case 'int8': return INT8;
    case 'float8': return FLOAT8;
    case 'numeric': return precision === null || (scale ?? 0) < 0 ? OTHER : NUMERIC;
    case 'date': return DATE;
    case 'timestamp': case 'timestamptz': return scale === null || scale > MICROSECONDS ? OTHER : TIMESTAMP;
    case 'time': return scale === null || scale > MICROSECONDS ? OTHER : TIME;
    case 'bytea': return BYTES;
    default: return OTHER;
  }
}

/** What is packed as its text and is none here; -1 where the column would change it, or has no such value. */
function writeText(bytes: Uint8Array, from: DataView, at: number, length: number, buffer: Buffer, out: DataView, end: number, way: number, column: PackedColumn): number {
  const {type, rewrite} = column;
  const scale = type.scale ?? 0;
  switch (way) {
    case JSONB:
      // The version of the form comes first.
      out.setUint8(end, 1);
      return copyText(from, at, length, out, end + 1, Infinity) ? length + 1 : -1;
    case NUMERIC: {
      const written = packNumeric(from, at, length, type.precision! - scale, scale, out, end);
      if (written >= 0) return written;
      break;
    }
    case DATE: if (packDay(from, at, length, buffer, end)) return 4; break;
    case TIMESTAMP: if (packTimestamp(from, at, length, scale, buffer, end)) return 8; break;
    case TIME: if (packTime(from, at, length, scale, buffer, end)) return 8; break;
    default:
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1');
  return rewrite(text) === text ? writeValue(buffer, end, text, type) : -1;
}

function writeOther(buffer: Buffer, at: number, value: boolean | number | bigint, {type, rewrite}: PackedColumn): number {
  return Object.is(rewrite(value), value) ? writeValue(buffer, at, value, type) : -1;
}

function writeValue(buffer: Buffer, at: number, value: boolean | number | bigint | string, {family}: TargetType): number {
  return family === 'own' ? -1 : writeField(buffer, at, value, family);
}
