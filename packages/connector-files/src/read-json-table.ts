/// <reference lib="es2024.string" />
import {ErrorCode, PipelineError, type Row} from '@sluice/core';
import {type JsonKind, scanMembers} from './json-line.ts';
import {linesOf} from './json-lines.ts';
import {shorter, type TableBatch, type TableReadOptions, valueError} from './read-table.ts';
import type {ColumnReader, TableFile} from './table-file.ts';

/** The rows of a JSON Lines file; a key that is absent is null. */
export async function* readJsonTable(
  bytes: AsyncIterable<Uint8Array>, file: TableFile, readers: readonly ColumnReader[], {maxRows, maxBytes, skip}: TableReadOptions, signal: AbortSignal,
): AsyncGenerator<TableBatch, void, undefined> {
  const parser = new RowParser(file, readers);
  let rows: Row[] = [];
  let size = 0;
  let next = 0;
  for await (const lines of linesOf(bytes, signal)) {
    for (const {text, row} of lines) {
      next = row + 1;
      if (row < skip) continue;
      if (rows.length > 0 && (rows.length >= maxRows || size + text.length > maxBytes)) {
        yield {rows, next: row};
        rows = [];
        size = 0;
      }
      rows.push(parser.parse(text, row));
      size += text.length;
    }
  }
  if (next < skip) throw shorter(file);
  if (rows.length > 0) yield {rows, next};
}

class RowParser {
  readonly #file: TableFile;
  readonly #readers: readonly ColumnReader[];
  /** Every key of the table: its number, and where its value goes; -1 when nobody wants it. */
  readonly #keys: ReadonlyMap<string, {readonly number: number; readonly at: number}>;
  /** The row in which each key was seen last: tells keys that are there twice. */
  readonly #seen: Float64Array;
  #row: Row = [];
  #ordinal = 0;

  constructor(file: TableFile, readers: readonly ColumnReader[]) {
    this.#file = file;
    this.#readers = readers;
    this.#keys = new Map(file.schema.columns.map(({name}, number) => [name, {number, at: readers.findIndex(reader => reader.column.name === name)}]));
    this.#seen = new Float64Array(file.schema.columns.length).fill(-1);
  }

  parse(line: string, ordinal: number): Row {
    this.#ordinal = ordinal;
    this.#row = new Array<null>(this.#readers.length).fill(null);
    const wrong = scanMembers(line, this.#member);
    if (wrong !== null) throw this.#error(`is not a JSON object in one line (character ${wrong + 1})`);
    for (let i = 0; i < this.#readers.length; i++) {
      if (this.#row[i] === null && !this.#readers[i]!.column.nullable) throw valueError(this.#file, this.#readers[i]!, ordinal, 'null');
    }
    return this.#row;
  }

  readonly #member = (key: string, kind: JsonKind, text: string): void => {
    const place = this.#keys.get(key);
    if (place === undefined) throw this.#error('has a key that no column is described for', ErrorCode.SCHEMA);
    if (this.#seen[place.number] === this.#ordinal) throw this.#error('has a key twice');
    this.#seen[place.number] = this.#ordinal;
    if (place.at < 0 || kind === 'null') return;
    const reader = this.#readers[place.at]!;
    const value = reader.fromJson(kind, text);
    if (value === undefined || (typeof value === 'string' && !value.isWellFormed())) throw valueError(this.#file, reader, this.#ordinal, 'other');
    this.#row[place.at] = value;
  };

  #error(message: string, code: ErrorCode = ErrorCode.VALUE): PipelineError {
    return new PipelineError(code, `data row ${this.#ordinal + 1}: ${message}`, {table: this.#file.schema.table, row: this.#ordinal, remedy: 'correct that line of the file'});
  }
}
