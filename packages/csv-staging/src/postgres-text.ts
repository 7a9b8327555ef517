import {isUtf8} from 'node:buffer';
import type {Row, Value} from '@sluice/core';
import {bulkText, CHUNK_BYTES} from './bulk-text.ts';
import type {Field} from './field-text.ts';

export interface PostgresTextOptions {
  /** Where in the row each field stands. */
  readonly at: readonly number[];
  /** A last field for row i, plain ASCII without separators. */
  readonly last?: (i: number) => string;
  /** Most bytes of a chunk; 256 KiB when absent. */
  readonly chunkBytes?: number;
}

const ESCAPES: Readonly<Record<string, string>> = {'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'};

/**
 * Writes rows as COPY reads them in its text format: fields end with a tab, rows with a newline, a
 * backslash escapes, NULL is `\N` (PostgreSQL 18 manual, COPY, "Text Format"). Text is UTF-8; a float
 * is the shortest text that reads back as the same bits, or `NaN`, `Infinity`, `-Infinity`; bytes are
 * in hex after `\x`; true is `t`, false `f`. Yields chunks that the receiver owns; one row larger
 * than a chunk spreads over several. A NUL in text is written as it is: the server refuses it.
 */
export function postgresText(rows: readonly Row[], options: PostgresTextOptions): Generator<Buffer> {
  const {at, last, chunkBytes = CHUNK_BYTES} = options;
  return bulkText(rows, {at, chunkBytes, escapes: ESCAPES, print: printed, ...(last && {last})});
}

function printed(value: Exclude<Value, null | string>): string {
  switch (typeof value) {
    case 'number': return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint': return String(value);
    case 'boolean': return value ? 't' : 'f';
    // The backslash of the hex form is itself escaped.
    default: return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  }
}

const NEWLINE = 10;

/** A row that is not UTF-8, or whose escapes are none: it never holds data. */
export class PostgresTextError extends Error {
  override readonly name = 'PostgresTextError';
  /** Rows before it. */
  readonly row: number;

  constructor(row: number, what: string) {
    super(what);
    this.row = row;
  }
}

/**
 * Reads what COPY writes in its text format, from bytes cut anywhere. Keeps no more than one
 * unfinished row. Neither a tab nor a newline ever stands unescaped in a field, and UTF-8 has no
 * other character with their bytes, so rows and fields are found without looking at anything else.
 */
export class PostgresTextReader {
  readonly #onRow: (fields: Field[], bytes: number) => void;
  #parts: Uint8Array[] = [];
  #rows = 0;

  /** `onRow` gets the fields of a row, which it owns, and how many bytes the row took. */
  constructor(onRow: (fields: Field[], bytes: number) => void) {
    this.#onRow = onRow;
  }

  /** Throws {@link PostgresTextError}. The bytes are read before it returns, but for an unfinished row, which is copied. */
  push(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(NEWLINE);
    let from = 0;
    if (end >= 0 && this.#parts.length > 0) {
      from = chunk.indexOf(NEWLINE) + 1;
      const whole = Buffer.concat([...this.#parts, chunk.subarray(0, from)]);
      this.#parts = [];
      this.#read(whole);
    }
    if (from <= end) this.#read(chunk.subarray(from, end + 1));
    // A copy: the chunk may belong to a pool.
    if (end + 1 < chunk.length) this.#parts.push(chunk.slice(end + 1));
  }

  /** Throws {@link PostgresTextError} when the last row does not end. */
  end(): void {
    if (this.#parts.length > 0) throw new PostgresTextError(this.#rows, 'the last row does not end');
  }

  /** Whole rows, each with its newline: looked at all together, because what is asked of the engine costs by the call. */
  #read(lines: Uint8Array): void {
    if (!isUtf8(lines)) this.#refuse(lines);
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    const escapes = bytes.includes(BACKSLASH);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      // A text of its own for each row: who keeps a field of it keeps no other rows in memory.
      const text = bytes.toString('utf8', from, end);
      const fields: Field[] = text.split('\t');
      if (escapes && text.includes(BACKSLASH)) {
        for (let i = 0; i < fields.length; i++) {
          const field = fields[i]!;
          if (field.includes(BACKSLASH)) fields[i] = field === '\\N' ? null : unescaped(field);
        }
      }
      this.#rows++;
      this.#onRow(fields, end - from);
      from = end + 1;
    }
  }

  /** Reads up to the row that is not UTF-8, and throws. */
  #refuse(lines: Uint8Array): never {
    let from = 0;
    for (let end = lines.indexOf(NEWLINE) + 1; isUtf8(lines.subarray(from, end)); end = lines.indexOf(NEWLINE, from) + 1) {
      this.#read(lines.subarray(from, end));
      from = end;
    }
    throw new PostgresTextError(this.#rows, 'a text is not UTF-8');
  }
}

const BACKSLASH = '\\';
const LETTERS: Readonly<Record<string, string>> = {b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'};
/** Codes that only other writers of this format use: `\101`, `\x41`. */
const CODE = /(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2})/y;

function unescaped(field: string): string {
  let result = '';
  let from = 0;
  for (let at = field.indexOf(BACKSLASH); at >= 0; at = field.indexOf(BACKSLASH, from)) {
    result += field.slice(from, at);
    const letter = field[at + 1] ?? '';
    from = at + 2;
    if (letter === 'x' || (letter >= '0' && letter <= '7')) {
      CODE.lastIndex = at + 1;
      const code = CODE.exec(field)?.[0];
      if (code !== undefined) {
        result += String.fromCharCode(letter === 'x' ? parseInt(code.slice(1), 16) : parseInt(code, 8));
        from = at + 1 + code.length;
        continue;
      }
    }
    result += LETTERS[letter] ?? letter;
  }
  return result + field.slice(from);
}

/** The bytes of a bytea field in hex, as the server prints it after its escapes are gone: `\x00ff`. */
export function postgresBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text.slice(2), 'hex');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

