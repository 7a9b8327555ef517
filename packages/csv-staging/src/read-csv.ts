import {ErrorCode, PipelineError} from '@sluice/core';
import type {Field} from './field-text.ts';
import {type CsvRecord, RecordParser} from './record-parser.ts';
import {Utf8Guard} from './utf8-guard.ts';

export interface CsvReadOptions {
  /** Most rows in a batch. */
  readonly maxRows: number;
  /** A batch ends once its rows reach about this many bytes of the file; one larger row is a batch of its own. */
  readonly maxBytes: number;
  /** Whether the first record names the columns; true unless said otherwise. */
  readonly header?: boolean;
  /** Data rows to pass over. */
  readonly skip?: number;
  /** Named in errors. */
  readonly table?: string;
}

export interface CsvBatch {
  /** The header row; empty when there is none. */
  readonly columns: readonly string[];
  readonly rows: Field[][];
  /** Ordinal of the first row in the file, 0-based, the header not counted. */
  readonly firstRow: number;
}

/** Input is fed in pieces of at most this, so that the rows parsed ahead of the reader stay few. */
const PIECE_BYTES = 1 << 18;

/**
 * Reads RFC 4180 from bytes in UTF-8, a byte order mark allowed; records end with CRLF, LF or CR.
 * Yields at least one batch, which has no rows when the file has none. An empty field without
 * quotes is null, `""` is ''. Blank lines are passed over where rows have two or more fields (no
 * row can be written so); with one field a blank line is a row, null.
 *
 * Holds at most one piece of the input, its rows, and one unfinished record. Throws VALUE with the
 * row for bytes that are not UTF-8, for wrong quoting and for rows of another length than the first;
 * SCHEMA when the header is missing.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, options: CsvReadOptions, signal: AbortSignal): AsyncGenerator<CsvBatch, void, undefined> {
  const parser = new RecordParser();
  const guard = new Utf8Guard();
  const rows = new RowCollector(options);
  let first = true;
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        signal.throwIfAborted();
        const piece = guard.pass(chunk.subarray(at, at + PIECE_BYTES));
        if (piece.length > 0) await feed(parser, piece, rows);
        if (guard.broken) {
          await flush(parser, rows);
          throw rows.error(first && isUtf16(chunk) ? 'the file is UTF-16' : 'holds bytes that are not UTF-8', 'save the file as UTF-8');
        }
        yield* rows.full();
        first = false;
      }
    }
    guard.end();
    if (guard.broken) {
      await flush(parser, rows);
      throw rows.error('the file ends in the middle of a UTF-8 character');
    }
    await settle(parser.end(), rows);
    rows.add(parser.take());
    yield* rows.full();
    yield* rows.rest();
  } finally {
    parser.dispose();
  }
}

async function feed(parser: RecordParser, piece: Uint8Array, rows: RowCollector): Promise<void> {
  await settle(parser.feed(piece), rows, () => rows.add(parser.take()));
}

/** csv-parse looks a few bytes ahead: gives it some, so that every row that has ended is counted. */
async function flush(parser: RecordParser, rows: RowCollector): Promise<void> {
  await parser.feed(Buffer.from('xxxxxxxx')).catch(() => {});
  rows.add(parser.take());
}

/** csv-parse quotes the data in its messages: only its code is used. */
async function settle(step: Promise<void>, rows: RowCollector, after = () => {}): Promise<void> {
  let failure: unknown;
  try {
    await step;
  } catch (error) {
    failure = error;
  }
  after();
  if (failure === undefined) return;
  const code = (failure as {code?: unknown}).code;
  const message = MESSAGES[String(code)];
  if (message === undefined) throw failure;
  throw rows.error(message);
}

const MESSAGES: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a closing quote is followed by something else than a comma or the end of the row; quotes inside a field must be doubled',
  INVALID_OPENING_QUOTE: 'a quote stands inside a field that does not begin with one; such a field must be quoted and its quotes doubled',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed before the end of the file; the file may have been cut off',
  ERR_STRING_TOO_LONG: 'a field is longer than 512 MB, the longest text this program can hold',
};

function isUtf16(start: Uint8Array): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}

/** Checks records, takes the header off, counts and cuts into batches. */
class RowCollector {
  readonly #options: CsvReadOptions;
  #columns: readonly string[] | null;
  /** Fields of a row; 0 until known. */
  #width = 0;
  /** Data rows met so far. */
  #met = 0;
  #waiting: CsvRecord[] = [];
  #yielded = false;

  constructor(options: CsvReadOptions) {
    this.#options = options;
    this.#columns = options.header === false ? [] : null;
  }

  add(records: readonly CsvRecord[]): void {
    const {skip = 0} = this.#options;
    for (const record of records) {
      const {fields, malformed} = record;
      if (malformed) throw this.error(MESSAGES['CSV_INVALID_CLOSING_QUOTE']!);
      if (fields.length !== this.#width) {
        if (isBlank(fields) && (this.#width > 0 || this.#columns === null)) continue;
        if (this.#width > 0) throw this.error(`has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of ${this.#width}`);
        this.#width = fields.length;
      } else if (this.#columns === null && isBlank(fields)) continue;
      if (this.#columns === null) {
        this.#columns = fields.map(name => name ?? '');
        continue;
      }
      if (this.#met++ >= skip) this.#waiting.push(record);
    }
  }

  /** Batches that cannot grow any more. */
  *full(): Generator<CsvBatch> {
    const {maxRows, maxBytes} = this.#options;
    let from = 0;
    let bytes = 0;
    for (let to = 0; to < this.#waiting.length; to++) {
      const size = this.#waiting[to]!.bytes;
      if (to > from && (to - from >= maxRows || bytes + size > maxBytes)) {
        yield this.#batch(from, to);
        from = to;
        bytes = 0;
      }
      bytes += size;
    }
    this.#waiting = this.#waiting.slice(from);
  }

  /** What is left at the end of the file. */
  *rest(): Generator<CsvBatch> {
    if (this.#columns === null) {
      throw new PipelineError(ErrorCode.SCHEMA, 'the file has no header row', {...this.#place(), remedy: 'put the names of the columns into its first line'});
    }
    if (this.#waiting.length > 0 || !this.#yielded) yield this.#batch(0, this.#waiting.length);
  }

  #batch(from: number, to: number): CsvBatch {
    this.#yielded = true;
    return {
      columns: this.#columns ?? [],
      rows: this.#waiting.slice(from, to).map(record => record.fields),
      firstRow: this.#met - this.#waiting.length + from,
    };
  }

  /** An error of the row that comes next. */
  error(problem: string, remedy = 'correct that row; a field that holds a separator, a quote or a line break stands in quotes'): PipelineError {
    const where = this.#columns === null ? 'header row' : `data row ${this.#met + 1}`;
    return new PipelineError(ErrorCode.VALUE, `${where}: ${problem}`, {
      ...this.#place(), ...(this.#columns !== null && {row: this.#met}), remedy,
    });
  }

  #place(): {table?: string} {
    return this.#options.table === undefined ? {} : {table: this.#options.table};
  }
}

/** A line without anything; `""` is a field, and so is the null of a column of its own. */
function isBlank(fields: readonly Field[]): boolean {
  return fields.length === 1 && fields[0] === null;
}
