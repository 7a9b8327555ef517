import {findField, idDocument} from '@sluice/bson';
import {must, type Batch, type Position, type Row, type Value} from '@sluice/core';
import {positionAt, type DocumentPlace} from './positions.ts';

/** A table that is wanted out of a pass. */
export interface WantedTable {
  /** Where its rows are among those that flattening gives. */
  readonly place: number;
  /** Which values of a row, in which order; null: all, as they are. */
  readonly columns: readonly number[] | null;
}

/** Appends the rows of a document, per table. */
export interface FlattensDocuments {
  add(document: Uint8Array, into: Row[][]): void;
}

export interface PassRequest {
  readonly wanted: readonly WantedTable[];
  readonly after: DocumentPlace | null;
  readonly until: DocumentPlace | null;
  readonly maxRows: number;
  readonly maxBytes: number;
  /** False: the documents come in no order, and there is no going on. */
  readonly positions: boolean;
}

/** A batch of `wanted[table]`. */
export interface TableBatch {
  readonly table: number;
  readonly batch: Batch;
}

/** Cuts the rows of documents into batches, table by table, all in one pass. Between two of them at most a row too many per table is kept. */
export async function* tablePass(
  documents: AsyncIterable<readonly Uint8Array[]>, flatten: FlattensDocuments, tables: number, request: PassRequest,
): AsyncGenerator<TableBatch> {
  const {wanted, after, until} = request;
  const rows: Row[][] = Array.from({length: tables}, () => []);
  const cutters = wanted.map(table => new Cutter(table, request));
  let skipped = after?.rows == null ? null : after;
  for await (const group of documents) {
    for (const document of group) {
      flatten.add(document, rows);
      const id = () => idDocument(must(findField(document, '_id'), '_id'));
      // Only the first document can be the one in whose rows the last reading ended.
      const skip = skipped !== null && isId(skipped.id, id()) ? skipped.rows! : 0;
      skipped = null;
      for (const [table, cutter] of cutters.entries()) {
        const found = rows[wanted[table]!.place]!;
        const end = until?.rows != null && found.length > until.rows && isId(until.id, id()) ? until.rows : found.length;
        for (const batch of cutter.add(found, Math.min(skip, end), end, id)) yield {table, batch};
      }
      for (const each of rows) each.length = 0;
    }
  }
  for (const [table, cutter] of cutters.entries()) {
    const batch = cutter.rest();
    if (batch) yield {table, batch};
  }
}

/** As `DocumentPlace`; the id is taken out of its document only where a batch ends. */
interface LastPlace {
  readonly id: () => Uint8Array;
  readonly rows: number | null;
}

/** The rows of one table until they are a batch. */
class Cutter {
  readonly #columns: readonly number[] | null;
  readonly #limits: PassRequest;
  /** At most `maxRows`, or `maxBytes` and a row. */
  #rows: Row[] = [];
  #bytes = 0;
  #last: LastPlace | null = null;

  constructor({columns}: WantedTable, limits: PassRequest) {
    this.#columns = columns;
    this.#limits = limits;
  }

  /** Takes the rows of one document from one on and before another; gives the batches that are full then. */
  *add(rows: readonly Row[], from: number, end: number, id: () => Uint8Array): Generator<Batch> {
    const {maxRows, maxBytes} = this.#limits;
    for (let i = from; i < end; i++) {
      const row = this.#columns === null ? rows[i]! : this.#columns.map(place => rows[i]![place]!);
      this.#rows.push(row);
      this.#bytes += sizeOf(row);
      if (this.#rows.length >= maxRows || this.#bytes >= maxBytes) yield this.#cut({id, rows: i + 1 === rows.length ? null : i + 1});
    }
    // Where it ends within the rows of a document, that is the end of the whole range.
    this.#last = {id, rows: end === rows.length ? null : end};
  }

  /** What is left at the end. */
  rest(): Batch | null {
    return this.#rows.length === 0 ? null : this.#cut(must(this.#last, 'document'));
  }

  #cut({id, rows}: LastPlace): Batch {
    const position: Position | null = this.#limits.positions ? positionAt({id: id(), rows}) : null;
    const batch = {rows: this.#rows, position};
    this.#rows = [];
    this.#bytes = 0;
    return batch;
  }
}

const isId = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** About: strings count one byte a character. */
function sizeOf(row: Row): number {
  let bytes = 0;
  for (const value of row) bytes += lengthOf(value);
  return bytes;
}

const lengthOf = (value: Value): number => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8);
