import {findField, idDocument} from '@sluice/bson';
import type {Change, ChangeBatch, ChangeFeed, CollectionFacts, CollectionSize, DocumentReader, DocumentRequest, Documents, ReadChanges} from '@sluice/connector-mongodb';
import {must, type Position, type Problem, type SourceIdentity, type SystemFacts} from '@sluice/core';
import {serialize, type Document} from 'bson';

const DATABASE = 'shop';

/** A database in memory that stands in for a server: documents, and a log of which of them were touched. */
export class ShopDocuments implements Documents, DocumentReader {
  readonly label = 'a shop in memory';
  readonly warnings: readonly string[] = [];
  /** Documents by the text of their id, in the order in which they were put there: that of their ids. */
  readonly #collections = new Map<string, Map<string, Uint8Array>>();
  readonly #log: Change[] = [];

  /** Inserts documents, or replaces those with the same ids. */
  put(collection: string, documents: readonly Document[]): void {
    const there = this.#collections.get(collection) ?? new Map<string, Uint8Array>();
    this.#collections.set(collection, there);
    for (const document of documents) {
      const bytes = serialize(document);
      const id = idOf(bytes);
      there.set(textOf(id), bytes);
      this.#log.push({kind: 'touched', database: DATABASE, collection, id, field: '_id'});
    }
  }

  /** Deletes documents by their ids. */
  remove(collection: string, ids: readonly unknown[]): void {
    for (const one of ids) {
      const id = serialize({'': one});
      if (this.#collections.get(collection)?.delete(textOf(id))) this.#log.push({kind: 'touched', database: DATABASE, collection, id, field: '_id'});
    }
  }

  /** The log, as a replica set would tell it. */
  feed(): ChangeFeed {
    return new ShopFeed(this.#log);
  }

  async check(): Promise<readonly Problem[]> {
    return [];
  }

  async about(): Promise<SystemFacts> {
    return {system: 'documents in memory', encryption: 'none: nothing travels', place: this.label};
  }

  async identity(): Promise<SourceIdentity> {
    return {id: this.label, traits: {}};
  }

  async collections(): Promise<readonly CollectionFacts[]> {
    return [...this.#collections.keys()].sort().map(name => ({name, kind: 'collection', capped: false}));
  }

  async size(collection: string): Promise<CollectionSize> {
    const documents = [...this.#collections.get(collection)?.values() ?? []];
    return {documents: documents.length, bytes: documents.reduce((sum, {length}) => sum + length, 0)};
  }

  async *read({collection, after, until, limit = Infinity}: DocumentRequest, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    signal.throwIfAborted();
    const all = [...this.#collections.get(collection) ?? []];
    const place = (id: Uint8Array) => all.findIndex(([text]) => text === textOf(id));
    const from = after === null ? 0 : place(after.id) + (after.included ? 0 : 1);
    const end = until === null ? all.length : place(until) + 1;
    yield all.slice(from, Math.min(end, from + limit)).map(([, bytes]) => bytes);
  }

  async *sample(collection: string, count: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    yield* this.read({collection, after: null, until: null, limit: count}, signal);
  }

  async cut(): Promise<readonly Uint8Array[]> {
    return [];
  }

  fork(): Documents {
    return this;
  }

  async *fetch(collection: string, _idField: string, ids: readonly Uint8Array[], signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    signal.throwIfAborted();
    const there = this.#collections.get(collection);
    yield ids.map(id => there?.get(textOf(id))).filter(document => document !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** A position is how many entries were read. */
class ShopFeed implements ChangeFeed {
  readonly label = 'the log of a shop in memory';
  readonly #log: readonly Change[];

  constructor(log: readonly Change[]) {
    this.#log = log;
  }

  async now(): Promise<Position> {
    return String(this.#log.length) as Position;
  }

  async *read(after: Position, {maxChanges}: ReadChanges, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    for (let from = Number(after); ; from += maxChanges) {
      signal.throwIfAborted();
      const changes = this.#log.slice(from, from + maxChanges);
      const end = from + changes.length;
      yield {changes, position: String(end) as Position, caughtUp: end >= this.#log.length, newestAt: null};
      if (end >= this.#log.length) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const idOf = (document: Uint8Array): Uint8Array => idDocument(must(findField(document, '_id'), '_id'));
const textOf = (id: Uint8Array): string => Buffer.from(id).toString('hex');
