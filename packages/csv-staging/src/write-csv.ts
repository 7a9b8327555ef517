/// <reference lib="es2024.string" />
import {ErrorCode, PipelineError} from '@sluice/core';
import {stringify} from 'csv-stringify/sync';
import type {Field} from './field-text.ts';

/**
 * What csv-stringify does not quote by itself: '' (or it would read as null), a lone CR or LF, and a
 * first character U+FEFF, which at the start of a file would read as a byte order mark.
 */
const ALSO_QUOTED = /^$|^\uFEFF|[\r\n]/;

/**
 * Encodes rows as RFC 4180 records in UTF-8, each ended by CRLF. Null is an empty field without
 * quotes and '' is `""`; what holds a comma, a quote, CR or LF is quoted; nothing else is changed.
 * Throws VALUE for text that UTF-8 cannot hold (a lone surrogate).
 *
 * Whoever writes a header passes it as the first row of the file.
 */
export function csvBytes(rows: readonly (readonly Field[])[], context: {readonly table?: string; readonly firstRow?: number} = {}): Buffer {
  const text = stringify(rows as Field[][], {record_delimiter: '\r\n', quoted_match: ALSO_QUOTED});
  if (!text.isWellFormed()) refuse(rows, context);
  return Buffer.from(text, 'utf8');
}

function refuse(rows: readonly (readonly Field[])[], {table, firstRow = 0}: {readonly table?: string; readonly firstRow?: number}): never {
  const row = firstRow + rows.findIndex(fields => fields.some(field => field?.isWellFormed() === false));
  throw new PipelineError(ErrorCode.VALUE, 'text holds half of a surrogate pair, which UTF-8 cannot hold', {
    row, ...(table !== undefined && {table}),
  });
}
