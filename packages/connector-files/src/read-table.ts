import {ErrorCode, must, PipelineError, type Problem, type Row, type Schema} from '@sluice/core';
import {readBytes} from '@sluice/csv-staging';
import {readCsvTable} from './read-csv-table.ts';
import {readJsonTable} from './read-json-table.ts';
import type {ColumnReader, TableFile} from './table-file.ts';

export interface TableReadOptions {
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Rows to pass over. */
  readonly skip: number;
}

export interface TableBatch {
  readonly rows: Row[];
  /** Ordinal of the row after the last, 0-based. */
  readonly next: number;
}

/**
 * The rows of a file in the columns of `wanted`. Throws SCHEMA when the file does not have them,
 * VALUE with table, column and row for a field that is no value of its column, CONNECT or AUTH when
 * the file cannot be read.
 */
export async function* readTable(file: TableFile, wanted: Schema, options: TableReadOptions, signal: AbortSignal): AsyncGenerator<TableBatch, void, undefined> {
  checkColumns(file.schema, wanted);
  const positions = new Map(file.schema.columns.map(({name}, i) => [name, i]));
  const readers = wanted.columns.map(({name}): ColumnReader => must(file.readers[must(positions.get(name), 'column')], 'reader'));
  const bytes = readBytes(file.path, signal, file.end ?? undefined);
  try {
    yield* file.format === 'csv'
      ? readCsvTable(bytes, file, readers, options, signal)
      : readJsonTable(bytes, file, readers, options, signal);
  } catch (error) {
    throw placed(error, wanted.table, file.name);
  }
}

/** Every column that the file does not have, or has with another type. */
export function checkColumns(there: Schema, wanted: Schema): void {
  const problems = wanted.columns.flatMap(({name, type}): Problem[] => {
    const found = there.columns.find(column => column.name === name);
    const path = `${wanted.table}.${name}`;
    if (!found) return [{path, message: 'column does not exist'}];
    return found.type === type ? [] : [{path, message: `column is ${found.type}, not ${type}`}];
  });
  if (problems.length === 0) return;
  throw new PipelineError(ErrorCode.SCHEMA, `table is not as described: ${problems.map(p => `${p.path}: ${p.message}`).join('; ')}`, {table: wanted.table, problems});
}

/** Names table and file in an error that knows neither. */
export function placed(error: unknown, table: string, file: string): unknown {
  if (!(error instanceof PipelineError) || error.message.startsWith(`${file}: `)) return error;
  const {code, message, context, retryable, problems, remedy} = error;
  return new PipelineError(code, `${file}: ${message}`, {...context, table, retryable, problems, ...(remedy !== undefined && {remedy})});
}

/** A field that is no value of its column. */
export function valueError(file: TableFile, {column}: ColumnReader, row: number, found: 'null' | 'other'): PipelineError {
  const message = found === 'null'
    ? `data row ${row + 1}, column ${column.name}: is empty, but the column may not be null`
    : `data row ${row + 1}, column ${column.name}: is not a value of type ${column.type}`;
  return new PipelineError(ErrorCode.VALUE, message, {
    table: file.schema.table, column: column.name, row,
    remedy: 'correct the file, or the description of the column in datapackage.json',
  });
}

/** Fewer rows than an earlier run has read. */
export function shorter(file: TableFile): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, 'the file has fewer rows than were read from it before', {
    table: file.schema.table, remedy: 'it is another file now: start from the beginning',
  });
}
