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
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = chunk.subarray(from, end);
      from = end + 1;
      if (this.#parts.length === 0) {
        this.#read(line);
        continue;
      }
      const whole = Buffer.concat([...this.#parts, line]);
      this.#parts = [];
      this.#read(whole);
    }
    // A copy: the chunk may belong to a pool.
    if (from < chunk.length) this.#parts.push(chunk.slice(from));
  }

  /** Throws {@link PostgresTextError} when the last row does not end. */
  end(): void {
    if (this.#parts.length > 0) throw new PostgresTextError(this.#rows, 'the last row does not end');
  }

  #read(line: Uint8Array): void {
    if (!isUtf8(line)) throw new PostgresTextError(this.#rows, 'a text is not UTF-8');
    const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8');
    const fields: Field[] = text.split('\t');
    if (text.includes('\\')) {
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i]!;
        if (field.includes('\\')) fields[i] = field === '\\N' ? null : unescaped(field);
      }
    }
    this.#rows++;
    this.#onRow(fields, line.length);
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

