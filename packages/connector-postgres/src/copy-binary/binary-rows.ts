import type {Row, Value} from '@sluice/core';
import {BINARY_SIGNATURE, FIELD_ROOM, UTF8_WORST, writeField, type BinaryType} from '@sluice/csv-staging/postgres-binary';
import type {Family} from '../target-type.ts';

/** How a field is written: text and the commonest numbers in the loop, others by `writeField`. */
const TEXT = 0, INT4 = 1, FLOAT8 = 2, OTHER = 3;
const WAYS: Readonly<Record<BinaryType, number>> = {
  text: TEXT, char: TEXT, json: TEXT, int4: INT4, float8: FLOAT8,
  bool: OTHER, int2: OTHER, int8: OTHER, numeric: OTHER, float4: OTHER, bytea: OTHER, date: OTHER, time: OTHER, interval: OTHER, timestamp: OTHER, timestamptz: OTHER,
  jsonb: OTHER, uuid: OTHER,
};

export interface BinaryColumn {
  readonly family: Family;
  /** Where its values stand in a row. */
  readonly at: number;
}

/** Room that a length and any value but text and bytes need. */
const ROOM = 4 + FIELD_ROOM;
const FIRST_BYTES = 1 << 20;
/** A batch that needs more goes as text, which goes by the chunk. */
const MOST_BYTES = 16 << 20;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 24;

/**
 * Writes rows in the binary format of COPY (PostgreSQL 18 manual, COPY, "Binary Format"): the server need not read numbers and dates from
 * text, which is most of its work. Only values that are beyond doubt: all else is for the text form, where the server judges and says
 * what is wrong.
 */
export class BinaryRows {
  readonly #families: readonly BinaryType[];
  readonly #ways: readonly number[];
  readonly #at: readonly number[];
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_BYTES);

  private constructor(families: readonly BinaryType[], at: readonly number[]) {
    this.#families = families;
    this.#ways = families.map(family => WAYS[family]);
    this.#at = at;
  }

  /** Null where a column is of a type that only its own server can write. */
  static of(columns: readonly BinaryColumn[]): BinaryRows | null {
    const families = columns.map(({family}) => family).filter(family => family !== 'own');
    return columns.length > 0 && families.length === columns.length ? new BinaryRows(families, columns.map(({at}) => at)) : null;
  }

  /** The bytes of a whole COPY, in a buffer that the next call uses again; null when a value has to go as text, or the rows are too large. */
  encode(rows: readonly Row[]): Buffer | null {
    const families = this.#families, ways = this.#ways, places = this.#at;
    const width = ways.length;
    let buffer = this.#buffer;
    let end = BINARY_SIGNATURE.copy(buffer);
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r]!;
      for (let i = 0; i < width; i++) {
        const value = row[places[i]!] as Value;
        const isString = typeof value === 'string';
        const needed = end + ROOM + (isString ? value.length * UTF8_WORST : value instanceof Uint8Array ? value.length : 0);
        if (needed > buffer.length) {
          const larger = this.#larger(needed, end);
          if (larger === null) return null;
          buffer = larger;
        }
        if (i === 0) {
          buffer[end++] = width >> 8;
          buffer[end++] = width;
        }
        let bytes = 0;
        if (value === null) {
          bytes = -1;
        } else if (ways[i] === TEXT) {
          if (!isString) return null;
          const {length} = value;
          const start = end + 4;
          if (length <= SHORT) {
            for (; bytes < length; bytes++) {
              const unit = value.charCodeAt(bytes);
              if (unit > 127) break;
              buffer[start + bytes] = unit;
            }
          }
          if (bytes !== length) bytes = buffer.write(value, start);
        } else if (ways[i] === INT4) {
          if (typeof value !== 'number' || value !== (value | 0)) return null;
          buffer[end + 4] = value >> 24;
          buffer[end + 5] = value >> 16;
          buffer[end + 6] = value >> 8;
          buffer[end + 7] = value;
          bytes = 4;
        } else if (ways[i] === FLOAT8) {
          if (typeof value !== 'number') return null;
          buffer.writeDoubleBE(value, end + 4);
          bytes = 8;
        } else {
          bytes = writeField(buffer, end + 4, value, families[i]!);
          if (bytes < 0) return null;
        }
        buffer[end] = bytes >> 24;
        buffer[end + 1] = bytes >> 16;
        buffer[end + 2] = bytes >> 8;
        buffer[end + 3] = bytes;
        end += bytes < 0 ? 4 : 4 + bytes;
      }
    }
    // Each row left room for this.
    buffer[end++] = 0xff;
    buffer[end++] = 0xff;
    return buffer.subarray(0, end);
  }

  /** After an error: what was given out may still be on its way. */
  renew(): void {
    this.#buffer = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** A buffer of at least so many bytes with what there is; null when that is more than a batch may take. */
  #larger(needed: number, end: number): Buffer | null {
    if (needed > MOST_BYTES) return null;
    const larger = Buffer.allocUnsafe(Math.min(MOST_BYTES, Math.max(needed, this.#buffer.length * 2)));
    this.#buffer.copy(larger, 0, 0, end);
    return this.#buffer = larger;
  }
}
