import type {Row, Value} from '@sluice/core';
import {bulkText, CHUNK_BYTES} from './bulk-text.ts';

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

const ESCAPES: Readonly<Record<string, string>> = {'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0'};

/**
 * Writes rows as MySQL's LOAD DATA reads them by default: fields end with a tab, rows with a
 * newline, a backslash escapes, NULL is `\N` (MySQL 9 manual, 15.2.9). Text is UTF-8, a float the
 * shortest text that reads back as the same bits, true 1, false 0. Yields chunks that the receiver
 * owns; one row larger than a chunk spreads over several. Throws a plain Error for NaN and infinity.
 */
export function mysqlText(rows: readonly Row[], options: MysqlTextOptions): Generator<Buffer> {
  const {fields, at = fields.map((_, i) => i), last, chunkBytes = CHUNK_BYTES} = options;
  return bulkText(rows, {at, chunkBytes, escapes: ESCAPES, print: (value, i) => printed(value, fields[i]!), ...(last && {last})});
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
