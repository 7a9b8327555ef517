import type {Row, Value} from '@sluice/core';

/** The text that a server's bulk loader reads: fields end with a tab, rows with a newline, a backslash escapes, NULL is `\N`. */
export interface BulkTextOptions {
  /** Where in the row each field stands. */
  readonly at: readonly number[];
  /** A last field for row i, plain ASCII without separators. */
  readonly last?: (i: number) => string;
  /** Most bytes of a chunk. */
  readonly chunkBytes: number;
  /** How field i writes a value that is no string; plain ASCII that needs no escaping. */
  readonly print: (value: Exclude<Value, null | string>, field: number) => string;
  /** The characters that are escaped, all of them below 0x10 or the backslash, and what they become. */
  readonly escapes: Readonly<Record<string, string>>;
}

export const CHUNK_BYTES = 256 * 1024;
const TAB = 9, NEWLINE = 10, BACKSLASH = 92, N = 78;
/** Nothing below is copied unseen: whatever a dialect escapes is there. */
const FIRST_PLAIN = 16;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 24;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const UTF8_WORST = 3;
/** Room for one short value, its separator and the end of the row. */
const MARGIN = SHORT + 8;

/** Copies a text of ASCII that nobody escapes. A function of its own, which is compiled long before the generator that calls it. */
function copyPlain(text: string, chunk: Buffer, end: number): boolean {
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    if (unit > 127 || unit === BACKSLASH || unit < FIRST_PLAIN) return false;
    chunk[end + k] = unit;
  }
  return true;
}

/** Yields chunks that the receiver owns; one row larger than a chunk spreads over several. */
export function* bulkText(rows: readonly Row[], options: BulkTextOptions): Generator<Buffer> {
  const {at, last, chunkBytes, print, escapes} = options;
  const everyEscaped = new RegExp(`[${Object.keys(escapes).map(character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}]`, 'g');
  const anyEscaped = new RegExp(everyEscaped.source);
  const width = at.length;
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
      const isText = typeof value === 'string';
      const text = isText ? value : print(value, i);
      if (text.length <= SHORT && copyPlain(text, chunk, end)) {
        end += text.length;
        continue;
      }
      const safe = isText && anyEscaped.test(text) ? text.replace(everyEscaped, character => escapes[character]!) : text;
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
