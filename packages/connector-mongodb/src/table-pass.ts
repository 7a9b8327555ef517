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

/** Of `wanted[table]`: a batch, or what else its rows come in. */
export interface TableItem<Item> {
  readonly table: number;
  readonly batch: Item;
}

export type TableBatch = TableItem<Batch>;

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
      // Only the first document can be the one in whose rows the last reading ended.
      const skip = skipped !== null && isId(skipped.id, idOfDocument(document)) ? skipped.rows! : 0;
      skipped = null;
      // Nothing is allocated here for a document but its rows: iterators and closures would be a quarter of the garbage of a load.
      for (let table = 0; table < cutters.length; table++) {
        const cutter = cutters[table]!;
        const found = rows[wanted[table]!.place]!;
        const end = until?.rows != null && found.length > until.rows && isId(until.id, idOfDocument(document)) ? until.rows : found.length;
        let from = Math.min(skip, end);
        do {
          from = cutter.add(document, found, from, end);
          if (cutter.full) yield {table, batch: cutter.cut()};
        } while (from < end);
      }
      for (const each of rows) each.length = 0;
    }
  }
  for (const [table, cutter] of cutters.entries()) if (!cutter.empty) yield {table, batch: cutter.cut()};
}

/** The rows of one table until they are a batch. */
class Cutter {
  readonly #columns: readonly number[] | null;
  readonly #limits: PassRequest;
  /** At most `maxRows`, or `maxBytes` and a row. */
  #rows: Row[] = [];
  #bytes = 0;
  // Where the rows end, as `DocumentPlace`; the id is taken out of its document only where a batch ends.
  #last: Uint8Array | null = null;
  #lastRows: number | null = null;

  constructor({columns}: WantedTable, limits: PassRequest) {
    this.#columns = columns;
    this.#limits = limits;
  }

  get full(): boolean {
    return !this.empty && (this.#rows.length >= this.#limits.maxRows || this.#bytes >= this.#limits.maxBytes);
  }

  get empty(): boolean {
    return this.#rows.length === 0;
  }

  /** Takes the rows of one document from one on and before another, until it is full. Gives which one comes next. */
  add(document: Uint8Array, rows: readonly Row[], from: number, end: number): number {
    let at = from;
    for (; at < end && !this.full; at++) {
      const row = this.#columns === null ? rows[at]! : this.#columns.map(place => rows[at]![place]!);
      this.#rows.push(row);
      this.#bytes += sizeOf(row);
    }
    // Where a range ends within the rows of a document, that is the end of it.
    this.#last = document;
    this.#lastRows = at === rows.length ? null : at;
    return at;
  }

  cut(): Batch {
    const position: Position | null = this.#limits.positions ? positionAt({id: idOfDocument(must(this.#last, 'document')), rows: this.#lastRows}) : null;
    const batch = {rows: this.#rows, position};
    this.#rows = [];
    this.#bytes = 0;
    return batch;
  }
}

const idOfDocument = (document: Uint8Array): Uint8Array => idDocument(must(findField(document, '_id'), '_id'));

const isId = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** About: strings count one byte a character. */
function sizeOf(row: Row): number {
  let bytes = 0;
  for (const value of row) bytes += lengthOf(value);
  return bytes;
}

const lengthOf = (value: Value): number => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8);
