import type {Column, ColumnType, Row} from '@sluice/core';
import {unreachable} from '@sluice/core';

/*
 * The canonical encoding, version 1. Every value is a tag byte and its content, so that no two
 * different rows of one table encode alike: ('ab','c') is not ('a','bc'), null is not '', 1 is not 1.0.
 *
 *   00                 null
 *   01 / 02            false / true
 *   03 + 8 bytes       integer -2^63 .. 2^63-1, two's complement, little endian
 *   04 + 8 bytes       integer 2^63 .. 2^64-1, unsigned, little endian
 *   05 + 8 bytes       float, IEEE 754 binary64, little endian; every NaN as 7ff8000000000000
 *   06 + u32 + bytes   any string type, length and UTF-8
 *   07 + u32 + bytes   bytes, length and content
 */
export const TAG = {null: 0, false: 1, true: 2, int: 3, uint: 4, float: 5, text: 6, bytes: 7} as const;
const {null: NULL, false: FALSE, true: TRUE, int: INT, uint: UINT, float: FLOAT, text: TEXT, bytes: BYTES} = TAG;

/** Takes encoded bytes; the view is reused, so it must be consumed before returning. */
export type Sink = (bytes: Uint8Array) => void;

/** One flush to the hash per this many bytes: large enough to make the call cheap, small enough to stay in the CPU's cache. */
const BUFFER_BYTES = 256 * 1024;
/** Room that any fixed-size value, or a short string's worst case (5 + 32 x 3 bytes), needs. */
const MARGIN = 112;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 32;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const UTF8_WORST = 3;

/** Encodes rows of one table into a reused buffer and hands the bytes to a sink. */
export class RowEncoder {
  readonly #floats: readonly boolean[];
  readonly #sink: Sink;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #number = new Float64Array(1);
  readonly #numberBytes = new Uint8Array(this.#number.buffer);
  readonly #bigint = new BigInt64Array(1);
  readonly #bigintBytes = new Uint8Array(this.#bigint.buffer);
  #at = 0;

  constructor(columns: readonly Column[], sink: Sink) {
    this.#floats = columns.map(column => numbersAreFloats(column.type));
    this.#sink = sink;
  }

  /** Appends one row. Throws a plain Error for a value that is not a core `Value`. */
  encode(row: Row): void {
    const buffer = this.#buffer;
    const floats = this.#floats;
    const width = floats.length;
    let at = this.#at;
    for (let i = 0; i < width; i++) {
      if (at > BUFFER_BYTES - MARGIN) at = this.#drain(at);
      const value = row[i];
      if (typeof value === 'string') {
        const length = value.length;
        if (length <= SHORT) {
          let k = 0;
          const start = at + 5;
          for (; k < length; k++) {
            const unit = value.charCodeAt(k);
            if (unit > 127) break;
            buffer[start + k] = unit;
          }
          const bytes = k === length ? length : buffer.write(value, start);
          buffer[at] = TEXT;
          buffer[at + 1] = bytes;
          buffer[at + 2] = 0;
          buffer[at + 3] = 0;
          buffer[at + 4] = 0;
          at = start + bytes;
        } else {
          at = this.#text(value, at);
        }
      } else if (typeof value === 'number') {
        if (floats[i]) {
          this.#number[0] = value === value ? value : NaN;
          buffer[at] = FLOAT;
          const bytes = this.#numberBytes;
          for (let k = 0; k < 8; k++) buffer[at + 1 + k] = bytes[k]!;
        } else {
          // Both halves are exact: |value| < 2^53, and ToInt32 is modulo 2^32.
          const high = Math.floor(value / 4294967296);
          buffer[at] = INT;
          buffer[at + 1] = value;
          buffer[at + 2] = value >> 8;
          buffer[at + 3] = value >> 16;
          buffer[at + 4] = value >> 24;
          buffer[at + 5] = high;
          buffer[at + 6] = high >> 8;
          buffer[at + 7] = high >> 16;
          buffer[at + 8] = high >> 24;
        }
        at += 9;
      } else if (value === null) {
        buffer[at++] = NULL;
      } else if (typeof value === 'boolean') {
        buffer[at++] = value ? TRUE : FALSE;
      } else if (typeof value === 'bigint') {
        this.#bigint[0] = value;
        buffer[at] = value > 9223372036854775807n ? UINT : INT;
        const bytes = this.#bigintBytes;
        for (let k = 0; k < 8; k++) buffer[at + 1 + k] = bytes[k]!;
        at += 9;
      } else if (value instanceof Uint8Array) {
        at = this.#bytes(value, at);
      } else {
        throw new Error(`column ${i} holds a ${typeof value}, which is not a core Value`);
      }
    }
    this.#at = at;
  }

  /** Hands everything encoded so far to the sink. */
  flush(): void {
    this.#at = this.#drain(this.#at);
  }

  #text(value: string, at: number): number {
    if (value.length * UTF8_WORST + MARGIN > BUFFER_BYTES - at) {
      at = this.#drain(at);
      if (value.length * UTF8_WORST + MARGIN > BUFFER_BYTES) {
        const bytes = Buffer.from(value);
        at = this.#drain(this.#head(TEXT, bytes.length, at));
        this.#sink(bytes);
        return at;
      }
    }
    const bytes = this.#buffer.write(value, at + 5);
    this.#head(TEXT, bytes, at);
    return at + 5 + bytes;
  }

  #bytes(value: Uint8Array, at: number): number {
    if (value.length + MARGIN > BUFFER_BYTES - at) at = this.#drain(at);
    at = this.#head(BYTES, value.length, at);
    if (value.length + MARGIN > BUFFER_BYTES) {
      at = this.#drain(at);
      this.#sink(value);
      return at;
    }
    this.#buffer.set(value, at);
    return at + value.length;
  }

  #head(tag: number, length: number, at: number): number {
    this.#buffer[at] = tag;
    this.#buffer.writeUInt32LE(length, at + 1);
    return at + 5;
  }

  #drain(at: number): number {
    if (at > 0) this.#sink(this.#buffer.subarray(0, at));
    return 0;
  }
}

/** Whether a JavaScript number in such a column is a float; otherwise it is an integer. */
function numbersAreFloats(type: ColumnType): boolean {
  switch (type) {
    case 'float': case 'any':
      return true;
    case 'bool': case 'int': case 'decimal': case 'text': case 'bytes': case 'date': case 'time':
    case 'timestamp': case 'timestamptz': case 'json': case 'uuid':
      return false;
    default:
      return unreachable(type);
  }
}
