import {ErrorCode, groupText, must, PipelineError, type GroupStore, type Row} from '@sluice/core';
import {idDocument, findField} from '@sluice/bson';
import {CollectionStore, portions, type DifferingDocument} from './collection-store.ts';
import {bucketOf, KeyBuckets} from './key-buckets.ts';
import type {DocumentReader, DocumentRows, DocumentScan} from './ports.ts';
import {patient, settle, type Recheck} from './settle.ts';
import {idText} from './touched.ts';
import {VerificationTally, type CollectionVerification, type DocumentsVerification} from './verify-report.ts';
import {Writing} from './writing.ts';

export interface VerifyRequest {
  readonly reader: DocumentReader;
  readonly scan: DocumentScan;
  /** As for `syncDocuments`; a read-only one will do unless something is to be repaired. */
  readonly store: GroupStore;
  readonly collections: readonly DocumentRows[];
  /** Writes the rows of documents that differ anew, and deletes those that no document has. */
  readonly repair?: boolean;
  readonly recheck?: Recheck;
  /** Hears of progress. */
  readonly onDocuments?: (collection: string, documents: number) => void;
}

/** Differences that wait for being looked at again: an id and a digest each, about 30 MB of them. */
const MOST_SUSPECTS = 50_000;
/** Keys whose rows are asked for at once. */
const KEYS_READ_AT_ONCE = 1000;
/** Keys that are listed at once. */
const KEYS_AT_ONCE = 5000;
/** Keys without a document, as far as is known, that are held at once. */
const MOST_CANDIDATES = 100_000;

/**
 * Compares every document of the collections with its rows, and every row with the documents, reading each side once: missing, differing and
 * left-over rows are found and, if asked for, repaired. A document that differs is looked at again, so that one which is only changing, or whose
 * change is on its way, does not count. Memory does not grow with the collections.
 *
 * Throws VERIFY when a repaired document differs again, what documents and store throw, and the signal's reason.
 */
export async function verifyDocuments(request: VerifyRequest, signal: AbortSignal): Promise<DocumentsVerification> {
  const collections: CollectionVerification[] = [];
  for (const [family, rows] of request.collections.entries()) {
    collections.push(await new Verification(request, new CollectionStore(request.store, family, rows), signal).run());
  }
  return {format: 'sluice.documents-verification/1', equal: collections.every(({equal}) => equal), collections};
}

class Verification {
  readonly #request: VerifyRequest;
  readonly #family: CollectionStore;
  readonly #signal: AbortSignal;
  readonly #recheck: Recheck;
  readonly #tally = new VerificationTally();
  /** Keys of documents. */
  readonly #keys = new KeyBuckets();
  #suspects: DifferingDocument[] = [];
  readonly #ordinals = new Map<string, number>();

  constructor(request: VerifyRequest, family: CollectionStore, signal: AbortSignal) {
    this.#request = request;
    this.#family = family;
    this.#signal = signal;
    this.#recheck = request.recheck ?? patient;
  }

  async run(): Promise<CollectionVerification> {
    const {store, onDocuments} = this.#request;
    const {family, rows: {collection}} = this.#family;
    const tally = this.#tally;
    for await (const documents of portions(this.#read())) {
      await this.#compare(documents);
      tally.documents += documents.length;
      onDocuments?.(collection, tally.documents);
      if (this.#suspects.length >= MOST_SUSPECTS) await this.#settle();
    }
    await this.#settle();
    await this.#findExtra();
    tally.keyless = (await store.keyless(family, this.#signal)).reduce((sum, count) => sum + count, 0);
    return tally.report(collection);
  }

  #read(idsOnly?: true): AsyncIterable<readonly Uint8Array[]> {
    return this.#request.scan.read({collection: this.#family.rows.collection, after: null, until: null, ...(idsOnly && {idsOnly})}, this.#signal);
  }

  async #compare(documents: readonly Uint8Array[]): Promise<void> {
    const first = this.#tally.documents;
    try {
      await this.#compareAll(documents, first);
    } catch (error) {
      if (!isValueError(error)) throw error;
      for (const [i, document] of documents.entries()) await this.#compareOne(document, first + i);
    }
  }

  async #compareOne(document: Uint8Array, before: number): Promise<void> {
    try {
      await this.#compareAll([document], before);
    } catch (error) {
      if (!isValueError(error)) throw error;
      this.#tally.refused++;
      this.#tally.refusal ??= error.message;
      const key = this.#keyOf(document);
      if (key !== null) this.#keys.add(key);
    }
  }

  async #compareAll(documents: readonly Uint8Array[], before: number): Promise<void> {
    const {differing, keys, rows} = await this.#family.compareDocuments(documents, this.#signal);
    for (const key of keys) this.#keys.add(key);
    this.#tally.rows += rows;
    for (const difference of differing) {
      this.#suspects.push(difference);
      this.#ordinals.set(idText(difference.id), before + difference.at + 1);
    }
  }

  /** Tells documents that differ from those that are changing, counts them, and repairs them. */
  async #settle(): Promise<void> {
    const suspects = this.#suspects;
    this.#suspects = [];
    const {reader} = this.#request;
    const {differing, unsettled} = await settle(this.#family, reader, suspects, this.#recheck, async () => {}, this.#signal);
    this.#tally.unsettled += unsettled;
    for (const document of differing) this.#tally.differs({...document, tables: document.tables.map(at => this.#table(at))}, this.#ordinals.get(idText(document.id)));
    this.#ordinals.clear();
    if (this.#request.repair && differing.length > 0) await this.#repair(differing);
  }

  async #repair(found: readonly DifferingDocument[]): Promise<void> {
    const {reader, store} = this.#request;
    const ids = found.map(({id}) => id);
    const writing = new Writing(store, this.#signal);
    const rewrite = async (some: readonly Uint8Array[]) => {
      await this.#family.rewrite(reader, some, writing, this.#signal);
      await writing.flush();
    };
    await rewrite(ids);
    const again = await this.#family.compare(this.#family.fetching(reader, ids, this.#signal), this.#signal);
    const {differing} = await settle(this.#family, reader, again, this.#recheck, async some => { await rewrite(some.map(({id}) => id)); }, this.#signal);
    const [first] = differing;
    if (first) {
      const table = this.#table(first.tables[0]!);
      throw new PipelineError(ErrorCode.VERIFY, `collection ${this.#family.rows.collection}: ${differing.length} of ${ids.length} repaired documents have other rows than were written, first in table ${table}`, {
        table, remedy: 'see whether a trigger or another program changes the tables',
      });
    }
    this.#tally.repaired += ids.length;
  }

  /** Groups that no document has. Where the keys of a bucket are the same on both sides, there are none. */
  async #findExtra(): Promise<void> {
    const there = new KeyBuckets();
    for await (const keys of this.#listed()) for (const key of keys) there.add(key);
    const buckets = this.#keys.differing(there);
    if (buckets.size === 0) return;
    let candidates = new Map<string, Row>();
    for await (const keys of this.#listed()) {
      for (const key of keys) if (buckets.has(bucketOf(key))) candidates.set(groupText(key), key);
      if (candidates.size < MOST_CANDIDATES) continue;
      await this.#judge(candidates);
      candidates = new Map();
    }
    if (candidates.size > 0) await this.#judge(candidates);
  }

  async *#listed(): AsyncGenerator<readonly Row[]> {
    for (let after: Row | null = null; ;) {
      const keys: readonly Row[] = await this.#request.store.keys(this.#family.family, after, KEYS_AT_ONCE, this.#signal);
      if (keys.length === 0) return;
      yield keys;
      after = must(keys.at(-1), 'a last key');
    }
  }

  /** Keys were listed before the documents are looked through: one that was inserted in between is found, and one that was deleted gets time to go. */
  async #judge(candidates: Map<string, Row>): Promise<void> {
    for await (const documents of this.#read(true)) {
      for (const document of documents) {
        const key = this.#keyOf(document);
        if (key !== null) candidates.delete(groupText(key));
      }
    }
    const {store} = this.#request;
    const {family, none} = this.#family;
    let extra = [...candidates.values()];
    for (let look = 0; extra.length > 0 && look < this.#recheck.times; look++) {
      await this.#recheck.pause(look, this.#signal);
      extra = await this.#still(extra);
    }
    this.#tally.extra += extra.length;
    if (!this.#request.repair || extra.length === 0) return;
    for (let i = 0; i < extra.length; i += KEYS_AT_ONCE) await store.replace([{family, groups: extra.slice(i, i + KEYS_AT_ONCE), rows: none}], undefined, this.#signal);
    this.#tally.repaired += extra.length - (await this.#still(extra)).length;
  }

  /** Those of the keys that there are rows of. */
  async #still(keys: readonly Row[]): Promise<Row[]> {
    const found = new Set<string>();
    for (let i = 0; i < keys.length; i += KEYS_READ_AT_ONCE) {
      const tables = await this.#request.store.read(this.#family.family, keys.slice(i, i + KEYS_READ_AT_ONCE), this.#signal);
      for (const text of this.#family.keyTexts(tables)) found.add(text);
    }
    return keys.filter(key => found.has(groupText(key)));
  }

  #keyOf(document: Uint8Array): Row | null {
    const {idField} = this.#family.rows;
    const value = findField(document, idField);
    return value === null ? null : this.#family.keyOf(idDocument(value));
  }

  #table(at: number): string {
    return must(this.#family.rows.tables[at], 'a table').schema.table;
  }
}

function isValueError(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.code === ErrorCode.VALUE;
}
