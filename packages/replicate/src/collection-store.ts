import {findField, idDocument} from '@sluice/bson';
import {ErrorCode, groupColumns, groupText, must, PipelineError, type GroupStore, type Row} from '@sluice/core';
import {compareGroups, type GroupDifference} from './compare-groups.ts';
import {Fetching, IDS_AT_ONCE} from './fetching.ts';
import type {DocumentReader, DocumentRows} from './ports.ts';
import {idText} from './touched.ts';
import {fitted, type FittedRows, type Writing} from './writing.ts';

/** Documents whose rows are compared or written at once take about so many bytes. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;

/** A document whose rows are not what it says. */
export interface DifferingDocument extends GroupDifference {
  /** `{"": id}`. */
  readonly id: Uint8Array;
}

/** One collection and its family of tables in a store. */
export class CollectionStore {
  readonly family: number;
  readonly rows: DocumentRows;
  readonly #store: GroupStore;
  readonly #keyAt: readonly number[];

  constructor(store: GroupStore, family: number, rows: DocumentRows) {
    this.#store = store;
    this.family = family;
    this.rows = rows;
    this.#keyAt = groupColumns(must(rows.tables[0], 'a first table'));
  }

  get none(): readonly Row[][] {
    return this.rows.tables.map(() => []);
  }

  /** The table that counts as the collection's in messages. */
  get table(): string {
    return must(this.rows.tables[0], 'a first table').schema.table;
  }

  /** Replaces the rows of documents by what the documents are now; of those that are gone none stays. Resolves with how many there are. */
  async rewrite(reader: DocumentReader, ids: readonly Uint8Array[], writing: Writing, signal: AbortSignal): Promise<{readonly written: number; readonly gone: number}> {
    let written = 0;
    let gone = 0;
    for await (const {asked, groups} of this.fetching(reader, ids, signal)) {
      const found = new Found();
      for (const documents of this.#portions(groups)) {
        found.add(documents.map(document => this.#idOf(document)), await this.write(documents, writing));
        written += documents.length;
      }
      const keys = this.#goneOf(asked, found).map(({key}) => key);
      gone += found.missing(asked).length;
      if (keys.length > 0) await writing.add({family: this.family, groups: keys, rows: this.none}, keys.length);
    }
    return {written, gone};
  }

  /** Replaces the rows of these documents. Resolves with the keys of their groups. */
  async write(documents: readonly Uint8Array[], writing: Writing): Promise<readonly Row[]> {
    const {keys, rows} = this.#fitted(documents);
    await writing.add({family: this.family, groups: keys, rows}, documents.reduce((sum, {length}) => sum + length, 0));
    return keys;
  }

  /** The documents of these ids, from when it is begun or read on. */
  fetching(reader: DocumentReader, ids: readonly Uint8Array[], signal: AbortSignal): Fetching {
    const {collection, idField} = this.rows;
    return new Fetching(ids, some => reader.fetch(collection, idField, some, signal));
  }

  /** Compares the rows of documents with what the store gives back. */
  async compare(fetching: Fetching, signal: AbortSignal): Promise<readonly DifferingDocument[]> {
    const differing: DifferingDocument[] = [];
    for await (const {asked, groups} of fetching) {
      const found = new Found();
      for (const documents of this.#portions(groups)) {
        const compared = await this.compareDocuments(documents, signal);
        differing.push(...compared.differing);
        found.add(documents.map(document => this.#idOf(document)), compared.keys);
      }
      const gone = this.#goneOf(asked, found);
      const keys = gone.map(({key}) => key);
      if (keys.length === 0) continue;
      const there = await this.#store.read(this.family, keys, signal);
      differing.push(...compareGroups(this.rows.tables, keys, this.none, there).map(difference => ({...difference, id: gone[difference.at]!.id})));
    }
    return differing;
  }

  /** The same for documents that were read already; `keys` are those of their groups, in their order. */
  async compareDocuments(documents: readonly Uint8Array[], signal: AbortSignal): Promise<{readonly differing: readonly DifferingDocument[]; readonly keys: readonly Row[]; readonly rows: number}> {
    const {keys, rows} = this.#fitted(documents);
    const found = await this.#store.read(this.family, keys, signal);
    const differing = compareGroups(this.rows.tables, keys, rows, found).map(difference => ({...difference, id: this.#idOf(documents[difference.at]!)}));
    return {differing, keys, rows: rows.reduce((sum, some) => sum + some.length, 0)};
  }

  /** The key of a document's group; null when there can be no row of it. */
  keyOf(id: Uint8Array): Row | null {
    const key = this.rows.key(id);
    return key === null ? null : this.#store.key(this.family, key);
  }

  /** The keys of rows, per table, as texts. */
  *keyTexts(rows: readonly (readonly Row[])[]): Generator<string> {
    for (const [i, table] of this.rows.tables.entries()) {
      const places = groupColumns(table);
      for (const row of must(rows[i], 'rows of the table')) yield groupText(places.map(at => row[at]!));
    }
  }

  /** Ids without a document, with the keys that rows of theirs would have. Numbers of different types may be one id: they have one key. */
  #goneOf(asked: readonly Uint8Array[], found: Found): {readonly id: Uint8Array; readonly key: Row}[] {
    return found.missing(asked).flatMap(id => {
      const key = this.keyOf(id);
      return key === null || found.has(key) ? [] : [{id, key}];
    });
  }

  /** Throws VALUE for a document whose id its column cannot hold, as compatible tables load it: nothing would find its rows again. */
  #fitted(documents: readonly Uint8Array[]): FittedRows {
    const rows = this.rows.rowsOf(documents);
    const {collection, idField} = this.rows;
    if (rows[0]!.some(row => this.#keyAt.some(at => row[at] === null))) {
      throw new PipelineError(ErrorCode.VALUE, `collection ${collection}: the ${idField} of a document does not fit its column, and nothing else says which rows are its own`, {
        table: this.table, remedy: `widen the type of ${idField} in the schema of the collection, and load again`,
      });
    }
    return fitted(this.#store, this.family, rows, this.#keyAt);
  }

  /** A field other than `_id` need not tell documents apart: those of one id are not parted. */
  *#portions(groups: readonly (readonly Uint8Array[])[]): Generator<readonly Uint8Array[]> {
    const portion = new Portion(this.rows.idField === '_id' ? BYTES_AT_ONCE : Infinity);
    for (const group of groups) yield* portion.cut(group);
    yield* portion.rest();
  }

  #idOf(document: Uint8Array): Uint8Array {
    const {collection, idField} = this.rows;
    const value = findField(document, idField);
    if (value === null) throw new PipelineError(ErrorCode.VALUE, `collection ${collection}: a document has no ${idField}`, {table: this.table});
    return idDocument(value);
  }
}

/** Documents that were found, by their ids and by the keys of their groups. */
class Found {
  readonly #ids = new Set<string>();
  readonly #keys = new Set<string>();

  add(ids: readonly Uint8Array[], keys: readonly Row[]): void {
    for (const id of ids) this.#ids.add(idText(id));
    for (const key of keys) this.#keys.add(groupText(key));
  }

  has(key: Row): boolean {
    return this.#keys.has(groupText(key));
  }

  missing(asked: readonly Uint8Array[]): readonly Uint8Array[] {
    return asked.filter(id => !this.#ids.has(idText(id)));
  }
}

/** Documents read in groups of any size, cut to portions whose rows memory should hold. */
export async function* portions(groups: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<readonly Uint8Array[]> {
  const portion = new Portion(BYTES_AT_ONCE);
  for await (const group of groups) yield* portion.cut(group);
  yield* portion.rest();
}

class Portion {
  readonly #mostBytes: number;
  #part: Uint8Array[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  *cut(group: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
    for (const document of group) {
      this.#part.push(document);
      this.#bytes += document.length;
      if (this.#bytes >= this.#mostBytes || (this.#part.length >= IDS_AT_ONCE && this.#mostBytes !== Infinity)) yield* this.rest();
    }
  }

  *rest(): Generator<readonly Uint8Array[]> {
    const part = this.#part;
    this.#part = [];
    this.#bytes = 0;
    if (part.length > 0) yield part;
  }
}
