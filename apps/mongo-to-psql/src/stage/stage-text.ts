import {ErrorCode, PipelineError, type Batch, type ColumnType, type Row, type Schema, type Value} from '@sluice/core';
import {postgresBytes, PostgresTextError, PostgresTextReader, readBytes} from '@sluice/csv-staging';

const decoders: Readonly<Record<ColumnType, (text: string) => Value>> = {
  bool: text => text === 't',
  int: text => {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  },
  float: text => Number(text),
  bytes: postgresBytes,
  decimal: text => text, text: text => text, date: text => text, time: text => text, timestamp: text => text, timestamptz: text => text, json: text => text, uuid: text => text, any: text => text,
};

/** Rows of staged files in the text format of COPY, as their schema describes them. Throws VALUE for files that are none, and as `readBytes` does. */
export async function* readStaged(
  files: readonly string[], schema: Schema, {maxRows, maxBytes}: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const {table, columns} = schema;
  const decode = columns.map(({type}) => decoders[type]);
  let rows: Row[] = [];
  let bytes = 0;
  let before = 0;
  for (const file of files) {
    let count = 0;
    const wrong = (row: number, what: string) => new PipelineError(ErrorCode.VALUE, `${file}: ${what}`, {table, row, remedy: 'make the files again: mongo-to-psql read'});
    const reader = new PostgresTextReader((fields, size) => {
      if (fields.length !== decode.length) throw wrong(before + count, `a row has ${fields.length} fields, its table ${decode.length} columns`);
      rows.push(fields.map((field, i) => (field === null ? null : decode[i]!(field))));
      bytes += size;
      count++;
    });
    try {
      for await (const chunk of readBytes(file, signal)) {
        reader.push(chunk);
        // A chunk is 128 KiB: batches go over their bound by no more than its rows.
        if (rows.length < maxRows && bytes < maxBytes) continue;
        for (let from = 0; from < rows.length; from += maxRows) yield {rows: rows.slice(from, from + maxRows), position: null};
        rows = [];
        bytes = 0;
        signal.throwIfAborted();
      }
      reader.end();
    } catch (error) {
      if (error instanceof PostgresTextError) throw wrong(before + error.row, error.message);
      throw error;
    }
    before += count;
  }
  for (let from = 0; from < rows.length; from += maxRows) yield {rows: rows.slice(from, from + maxRows), position: null};
}
