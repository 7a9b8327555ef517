import type {Row, Value} from '@sluice/core';

/**
 * How a column is written. `value`: as its JavaScript type says, bytes as hex (for `UNHEX(@v)`).
 * `year`: like `value`, but 0 is `0000`, because MySQL takes the text `0` for the year 2000.
 */
export type MysqlField = 'value' | 'year';

export interface MysqlTextOptions {
  /** One for each field that is written. */
  readonly fields: readonly MysqlField[];
  /** Where in the row each field stands; absent means 0, 1, 2, … */
  readonly at?: readonly number[];
  /** A last field for row i, plain ASCII without separators. */
  readonly last?: (i: number) => string;
  /** Most bytes of a chunk, so that each fits into one packet of the server; 256 KiB when absent. */
  readonly chunkBytes?: number;
}

const CHUNK_BYTES = 256 * 1024;
const TAB = 9, NEWLINE = 10, BACKSLASH = 92, N = 78;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 24;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const UTF8_WORST = 3;
/** Room for one short value, its separator and the end of the row. */
const MARGIN = SHORT + 8;

const ESCAPED = /[\\\t\n\0]/;
const EVERY_ESCAPED = /[\\\t\n\0]/g;
const ESCAPES: Readonly<Record<string, string>> = {'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0'};

/**
 * Writes rows as MySQL's LOAD DATA reads them by default: fields end with a tab, rows with a
 * newline, a backslash escapes, NULL is `\N` (MySQL 9 manual, 15.2.9). Text is UTF-8, a float the
 * shortest text that reads back as the same bits, true 1, false 0. Yields chunks that the receiver
 * owns; one row larger than a chunk spreads over several. Throws a plain Error for NaN and infinity.
 */
export function* mysqlText(rows: readonly Row[], options: MysqlTextOptions): Generator<Buffer> {
  const {fields, at = fields.map((_, i) => i), last, chunkBytes = CHUNK_BYTES} = options;
  const width = fields.length;
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let end = 0;

  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    for (let i = 0; i <= width; i++) {
      if (end > chunkBytes - MARGIN) {
        yield chunk.subarray(0, end);
        chunk = Buffer.allocUnsafe(chunkBytes);
        end = 0;
      }
      if (i === width) break;
      if (i > 0) chunk[end++] = TAB;
      const value = row[at[i]!] as Value;
      if (value === null) {
        chunk[end++] = BACKSLASH;
        chunk[end++] = N;
        continue;
      }
      const text = typeof value === 'string' ? value : printed(value, fields[i]!);
      const length = text.length;
      let k = 0;
      if (length <= SHORT) {
        for (; k < length; k++) {
          const unit = text.charCodeAt(k);
          if (unit > 127 || unit === BACKSLASH || unit === TAB || unit === NEWLINE || unit === 0) break;
          chunk[end + k] = unit;
        }
        if (k === length) {
          end += length;
          continue;
        }
      }
      const safe = ESCAPED.test(text) ? text.replace(EVERY_ESCAPED, character => ESCAPES[character]!) : text;
      if (safe.length * UTF8_WORST <= chunkBytes - MARGIN - end) {
        end += chunk.write(safe, end);
        continue;
      }
      // Too long for what is left of the chunk: it gets chunks of its own.
      if (end > 0) yield chunk.subarray(0, end);
      const bytes = Buffer.from(safe);
      let from = 0;
      for (; bytes.length - from > chunkBytes; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
      chunk = Buffer.allocUnsafe(chunkBytes);
      end = bytes.copy(chunk, 0, from);
    }
    if (last) {
      chunk[end++] = TAB;
      end += chunk.write(last(r), end, 'latin1');
    }
    chunk[end++] = NEWLINE;
  }
  if (end > 0) yield chunk.subarray(0, end);
}

function printed(value: Exclude<Value, null | string>, field: MysqlField): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw new Error('MySQL has no NaN and no infinity');
      if (value !== 0) return String(value);
      return field === 'year' ? '0000' : Object.is(value, -0) ? '-0' : '0';
    case 'bigint': return String(value);
    case 'boolean': return value ? '1' : '0';
    default: return Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex');
  }
}
