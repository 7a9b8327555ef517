import type {Row, Value} from '@sluice/core';
import {writeField, type BinaryType} from './field.ts';
import {TWO_32, writeHalves, writeInt32, writeSafeInteger} from './int64.ts';
import {writeNumeric} from './numeric.ts';
import {BINARY_SIGNATURE} from './signature.ts';
import {UTF8_WORST, writeText} from './text.ts';

/**
 * How the values of a column are written: `int8` of integers, `float8` of numbers, `json` and `text` of texts without NUL, `jsonb` of texts
 * as the server prints them, `bytea` of bytes, `uuid` of its text, `numeric` of digits with a point or without, and `timestamptz` of
 * milliseconds since 1970, which any moment of PostgreSQL may be.
 */
export type PostgresBinaryType = Extract<BinaryType, 'bool' | 'int8' | 'float8' | 'numeric' | 'text' | 'json' | 'jsonb' | 'bytea' | 'uuid' | 'timestamptz'>;

/** A row of -1 fields. */
const END = Buffer.from([0xff, 0xff]);
/** Of bytes that are handed on together; a row that is larger makes a larger one. */
const CHUNK_BYTES = 128 * 1024;
/** Room that the head of a row, a length and any value but text and bytes need. */
const ROOM = 2 + 4 + 16;
/** 2000-01-01, where the server counts from. */
const EPOCH_MS = 946_684_800_000;

/** How a field is written: what is common or is written here in its own way, and all else by `writeField`. */
const TEXT = 0, INT8 = 1, FLOAT8 = 2, MOMENT = 3, NUMERIC = 4, OTHER = 5;
const WAYS: Readonly<Record<PostgresBinaryType, number>> = {text: TEXT, json: TEXT, int8: INT8, float8: FLOAT8, timestamptz: MOMENT, numeric: NUMERIC, bool: OTHER, bytea: OTHER, uuid: OTHER, jsonb: OTHER};

/**
 * Writes rows in the binary format of PostgreSQL's COPY, by the chunk: a table is what `take` gives, as often as it is called, and `end`
 * last. What the server gives back of these rows are the same bytes.
 */
export class PostgresBinaryRows {
  readonly #types: readonly PostgresBinaryType[];
  readonly #ways: readonly number[];
  #buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #end = BINARY_SIGNATURE.copy(this.#buffer);

  constructor(types: readonly PostgresBinaryType[]) {
    this.#types = types;
    this.#ways = types.map(type => WAYS[type]);
  }

  /** There is a chunk to take. */
  get full(): boolean {
    return this.#end > CHUNK_BYTES * 3 / 4;
  }

  /** Appends a row. Throws a plain Error for a value of another type than its column's. */
  add(row: Row): void {
    const types = this.#types, ways = this.#ways;
    const width = ways.length;
    let buffer = this.#buffer;
    let end = this.#end;
    for (let i = 0; i < width; i++) {
      const value = row[i] as Value;
      const isText = typeof value === 'string';
      const needed = end + ROOM + (isText ? value.length * UTF8_WORST : value instanceof Uint8Array ? value.length : 0);
      if (needed > buffer.length) buffer = this.#larger(needed, end);
      if (i === 0) {
        buffer[end] = width >> 8;
        buffer[end + 1] = width;
        end += 2;
      }
      const start = end + 4;
      let size: number;
      if (value === null) {
        writeInt32(buffer, end, -1);
        end = start;
        continue;
      }
      const way = ways[i]!;
      if (way === TEXT && isText) size = writeText(buffer, start, value);
      else if (way === INT8 && typeof value === 'number') size = writeInteger(buffer, start, value);
      else if (way === FLOAT8 && typeof value === 'number') size = buffer.writeDoubleBE(value, start) - start;
      else if (way === MOMENT && (typeof value === 'number' || typeof value === 'bigint')) size = writeMoment(buffer, start, value);
      else size = writeOther(buffer, start, value, way, types[i]!);
      if (size < 0) throw new Error(`column ${i} holds a ${typeof value}, which is not what it is written as`);
      writeInt32(buffer, end, size);
      end = start + size;
    }
    this.#end = end;
  }

  /** What there is so far. The receiver owns the bytes. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#end);
    this.#buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#end = 0;
    return bytes;
  }

  /** The last bytes of the table. */
  end(): Buffer {
    return Buffer.concat([this.take(), END]);
  }

  #larger(needed: number, end: number): Buffer {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, end);
    return this.#buffer = larger;
  }
}

function writeInteger(buffer: Buffer, at: number, value: number): number {
  if (!Number.isSafeInteger(value)) return -1;
  writeSafeInteger(buffer, at, value);
  return 8;
}

/** Microseconds since 2000, of which not all are safe integers: they are computed in two halves, each of them exact. */
function writeMoment(buffer: Buffer, at: number, milliseconds: number | bigint): number {
  if (typeof milliseconds === 'bigint') return buffer.writeBigInt64BE((milliseconds - BigInt(EPOCH_MS)) * 1000n, at) - at;
  const since = milliseconds - EPOCH_MS;
  if (!Number.isSafeInteger(since)) return writeMoment(buffer, at, BigInt(milliseconds));
  const high = Math.floor(since / TWO_32);
  const low = (since - high * TWO_32) * 1000;
  const carry = Math.floor(low / TWO_32);
  writeHalves(buffer, at, high * 1000 + carry, low - carry * TWO_32);
  return 8;
}

function writeOther(buffer: Buffer, at: number, value: NonNullable<Value>, way: number, type: PostgresBinaryType): number {
  // Of any length, and of nothing but text.
  if (way === NUMERIC) return typeof value === 'string' ? writeNumeric(buffer, at, value) : -1;
  // A moment that is text is none here.
  return way === MOMENT ? -1 : writeField(buffer, at, value, type);
}
