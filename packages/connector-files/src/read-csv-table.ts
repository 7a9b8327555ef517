import {ErrorCode, PipelineError, type Problem, type Row} from '@sluice/core';
import {readCsv} from '@sluice/csv-staging';
import type {TableBatch, TableReadOptions} from './read-table.ts';
import {shorter, valueError} from './read-table.ts';
import type {ColumnReader, TableFile} from './table-file.ts';

/** The rows of a CSV file; its header may name the columns in another order than the schema. */
export async function* readCsvTable(
  bytes: AsyncIterable<Uint8Array>, file: TableFile, readers: readonly ColumnReader[], options: TableReadOptions, signal: AbortSignal,
): AsyncGenerator<TableBatch, void, undefined> {
  let positions: readonly number[] | null = null;
  for await (const batch of readCsv(bytes, {...options, table: file.schema.table}, signal)) {
    if (positions === null) {
      checkHeader(file, batch.columns);
      positions = readers.map(({column}) => batch.columns.indexOf(column.name));
    }
    if (batch.rows.length === 0) {
      if (batch.firstRow < options.skip) throw shorter(file);
      continue;
    }
    const at = positions;
    const rows = batch.rows.map((fields, i): Row => readers.map((reader, k) => {
      const text = fields[at[k]!]!;
      if (text === null) {
        if (reader.column.nullable) return null;
        throw valueError(file, reader, batch.firstRow + i, 'null');
      }
      const value = reader.fromText(text);
      if (value === undefined) throw valueError(file, reader, batch.firstRow + i, 'other');
      if (value === null && !reader.column.nullable) throw valueError(file, reader, batch.firstRow + i, 'null');
      return value;
    }));
    yield {rows, next: batch.firstRow + rows.length};
  }
}

/** Names the columns that the header has beyond its description, and those it lacks. */
export function checkHeader(file: TableFile, header: readonly string[]): void {
  const {table, columns} = file.schema;
  const problems: Problem[] = headerProblems(header).map(message => ({path: table, message}));
  const names = new Set(columns.map(({name}) => name));
  for (const name of header) if (name !== '' && !names.has(name)) problems.push({path: `${table}.${name}`, message: 'is in the header, but not described'});
  for (const {name} of columns) if (!header.includes(name)) problems.push({path: `${table}.${name}`, message: 'is described, but not in the header'});
  if (problems.length === 0) return;
  throw new PipelineError(ErrorCode.SCHEMA, `the header is not as described: ${problems.map(p => `${p.path}: ${p.message}`).join('; ')}`, {
    table, problems, remedy: 'correct the header, or datapackage.json',
  });
}

/** Column names that are empty, or there twice, with their places. */
export function headerProblems(header: readonly string[]): string[] {
  const first = new Map<string, number>();
  return header.flatMap((name, i) => {
    if (name === '') return [`column ${i + 1} of the header has no name`];
    const before = first.get(name);
    if (before === undefined) first.set(name, i + 1);
    return before === undefined ? [] : [`column ${i + 1} of the header has the same name as column ${before}`];
  });
}
