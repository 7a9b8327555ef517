import type {Row, Value} from '@sluice/core';

/**
 * How the values of a column are written: `int8` of integers, `float8` of numbers, `json` and `text` of texts without NUL, `jsonb` of texts
 * as the server prints them, `bytea` of bytes, `uuid` of its text, `numeric` of digits with a point or without, and `timestamptz` of
 * milliseconds since 1970, which any moment of PostgreSQL may be.
 */
export type PostgresBinaryType = 'bool' | 'int8' | 'float8' | 'numeric' | 'text' | 'json' | 'jsonb' | 'bytea' | 'uuid' | 'timestamptz';

/** The signature, flags and the length of an extension that nobody uses (PostgreSQL 18 manual, COPY, "Binary Format"). */
const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** A row of -1 fields. */
const END = Buffer.from([0xff, 0xff]);
/** Of bytes that are handed on together; a row that is larger makes a larger one. */
const CHUNK_BYTES = 128 * 1024;
/** Room that the head of a row, a length and any value but text and bytes need. */
const ROOM = 2 + 4 + 16;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const UTF8_WORST = 3;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 24;
const TWO_32 = 0x1_0000_0000;
/** 2000-01-01, where the server counts from. */
const EPOCH_MS = 946_684_800_000;

const TEXT = 0, INT8 = 1, FLOAT8 = 2, BOOL = 3, MOMENT = 4, BYTES = 5, UUID = 6, JSONB = 7, NUMERIC = 8;
const WAYS: Readonly<Record<PostgresBinaryType, number>> = {text: TEXT, json: TEXT, int8: INT8, float8: FLOAT8, bool: BOOL, timestamptz: MOMENT, bytea: BYTES, uuid: UUID, jsonb: JSONB, numeric: NUMERIC};

/**
 * Writes rows in the binary format of PostgreSQL's COPY, by the chunk: a table is what `take` gives, as often as it is called, and `end`
 * last. What the server gives back of these rows are the same bytes.
 */
export class PostgresBinaryRows {
  readonly #ways: readonly number[];
  #buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #end = HEAD.copy(this.#buffer);

  constructor(types: readonly PostgresBinaryType[]) {
    this.#ways = types.map(type => WAYS[type]);
  }

  /** There is a chunk to take. */
  get full(): boolean {
    return this.#end > CHUNK_BYTES * 3 / 4;
  }

  /** Appends a row. Throws a plain Error for a value of another type than its column's. */
  add(row: Row): void {
    const ways = this.#ways;
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
      else size = writeOther(buffer, start, value, way);
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

function writeInt32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >> 24;
  buffer[at + 1] = value >> 16;
  buffer[at + 2] = value >> 8;
  buffer[at + 3] = value;
}

/** 64 bits of what is `high` times 2^32 and `low`, a whole number below 2^32. */
function write64(buffer: Buffer, at: number, high: number, low: number): 8 {
  writeInt32(buffer, at, high);
  writeInt32(buffer, at + 4, low);
  return 8;
}

function writeInteger(buffer: Buffer, at: number, value: number): number {
  if (!Number.isSafeInteger(value)) return -1;
  const high = Math.floor(value / TWO_32);
  return write64(buffer, at, high, value - high * TWO_32);
}

function writeText(buffer: Buffer, at: number, text: string): number {
  const {length} = text;
  if (length > SHORT) return buffer.write(text, at);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return buffer.write(text, at);
    buffer[at + i] = unit;
  }
  return length;
}

/** Microseconds since 2000, of which not all are safe integers: they are computed in two halves, each of them exact. */
function writeMoment(buffer: Buffer, at: number, milliseconds: number | bigint): number {
  if (typeof milliseconds === 'bigint') return buffer.writeBigInt64BE((milliseconds - BigInt(EPOCH_MS)) * 1000n, at) - at;
  const since = milliseconds - EPOCH_MS;
  if (!Number.isSafeInteger(since)) return writeMoment(buffer, at, BigInt(milliseconds));
  const high = Math.floor(since / TWO_32);
  const low = (since - high * TWO_32) * 1000;
  const carry = Math.floor(low / TWO_32);
  return write64(buffer, at, high * 1000 + carry, low - carry * TWO_32);
}

function writeOther(buffer: Buffer, at: number, value: NonNullable<Value>, way: number): number {
  if (way === BOOL && typeof value === 'boolean') {
    buffer[at] = value ? 1 : 0;
    return 1;
  }
  if (way === INT8 && typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return buffer.writeBigInt64BE(value, at) - at;
  if (way === BYTES && value instanceof Uint8Array) {
    buffer.set(value, at);
    return value.length;
  }
  if (typeof value !== 'string') return -1;
  if (way === UUID) return buffer.write(value.replaceAll('-', ''), at, 'hex') === 16 ? 16 : -1;
  if (way === NUMERIC) return writeNumeric(buffer, at, value);
  if (way !== JSONB) return -1;
  // The version of the form.
  buffer[at] = 1;
  return 1 + writeText(buffer, at + 1, value);
}

const DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;
/** Digits of a group. */
const GROUP = 4;
const NEGATIVE = 0x4000;

/** Groups of four digits on both sides of the point, none of zeros at either end (PostgreSQL source, `numeric_recv`). They take less room than the text, but for 16 bytes. */
function writeNumeric(buffer: Buffer, at: number, text: string): number {
  const parts = DECIMAL.exec(text);
  if (!parts) return -1;
  const [, whole = '', fraction = ''] = parts;
  const before = Math.ceil(whole.length / GROUP);
  const digits = whole.padStart(before * GROUP, '0') + fraction.padEnd(Math.ceil(fraction.length / GROUP) * GROUP, '0');
  let first = 0;
  let last = digits.length / GROUP;
  const isZero = (group: number) => digits.startsWith('0000', group * GROUP);
  while (first < last && isZero(first)) first++;
  while (first < last && isZero(last - 1)) last--;
  const count = last - first;
  buffer.writeUInt16BE(count, at);
  buffer.writeInt16BE(count === 0 ? 0 : before - 1 - first, at + 2);
  buffer.writeUInt16BE(count > 0 && text.startsWith('-') ? NEGATIVE : 0, at + 4);
  buffer.writeUInt16BE(fraction.length, at + 6);
  for (let i = 0; i < count; i++) buffer.writeUInt16BE(Number(digits.slice((first + i) * GROUP, (first + i + 1) * GROUP)), at + 8 + 2 * i);
  return 8 + 2 * count;
}
