import {findField, idDocument} from '@sluice/bson';
import type {Position} from '@sluice/core';
import {serialize, type Document} from 'bson';
import type {Change, ChangeBatch, ChangeFeed, DocumentReader, DocumentScan} from '../src/index.ts';

export const DATABASE = 'shop';

/** Collections of documents in memory, and the log of their changes: a server as far as this package knows one. */
export class FakeMongo {
  readonly log: Change[] = [];
  /** Called before a document is fetched: here it may still change. */
  onFetch: (collection: string) => void = () => {};
  readonly #collections = new Map<string, Map<string, Uint8Array>>();
  #wake: (() => void)[] = [];

  /** The documents of a collection, in the order of their ids' bytes. */
  documents(collection: string): readonly Uint8Array[] {
    return [...this.#of(collection)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document);
  }

  put(collection: string, document: Document): void {
    const bytes = serialize(document, {ignoreUndefined: true});
    const id = idOf(bytes);
    this.#of(collection).set(textOf(id), bytes);
    this.tell({kind: 'touched', database: DATABASE, collection, id});
  }

  remove(collection: string, _id: unknown): void {
    const id = idOf(serialize({_id}));
    this.#of(collection).delete(textOf(id));
    this.tell({kind: 'touched', database: DATABASE, collection, id});
  }

  drop(collection: string, kind: 'dropped' | 'truncated' = 'dropped'): void {
    this.#collections.delete(collection);
    this.tell({kind, database: DATABASE, collection});
  }

  rename(from: string, to: string): void {
    this.#collections.set(to, this.#of(from));
    this.#collections.delete(from);
    this.tell({kind: 'renamed', database: DATABASE, collection: from, to: {database: DATABASE, collection: to}});
  }

  dropDatabase(): void {
    this.#collections.clear();
    this.tell({kind: 'databaseDropped', database: DATABASE});
  }

  /** Writes a change into the log that the documents know nothing of. */
  tell(change: Change): void {
    this.log.push(change);
    for (const wake of this.#wake.splice(0)) wake();
  }

  get end(): Position {
    return String(this.log.length) as Position;
  }

  get feed(): ChangeFeed {
    const read = this.#read.bind(this);
    return {read: (after, options, signal) => read(Number(after), options, signal)};
  }

  get reader(): DocumentReader {
    const {onFetch, of} = {onFetch: (collection: string) => this.onFetch(collection), of: (collection: string) => this.#of(collection)};
    return {
      async *fetch(collection, _idField, ids, signal) {
        signal.throwIfAborted();
        onFetch(collection);
        const found = [...new Set(ids.map(textOf))].flatMap(id => of(collection).get(id) ?? []);
        // Groups of two: whoever reads must not count on one group.
        for (let i = 0; i < found.length; i += 2) yield found.slice(i, i + 2);
      },
    };
  }

  get scan(): DocumentScan {
    const documents = (collection: string) => this.documents(collection);
    return {
      async *read({collection}, signal) {
        const all = documents(collection);
        for (let i = 0; i < all.length; i += 3) {
          signal.throwIfAborted();
          yield all.slice(i, i + 3);
        }
      },
    };
  }

  async *#read(from: number, {follow, maxChanges}: {readonly follow: boolean; readonly maxChanges: number}, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    for (let at = from; ;) {
      signal.throwIfAborted();
      const changes = this.log.slice(at, at + maxChanges);
      at += changes.length;
      const caughtUp = at === this.log.length;
      yield {changes, position: String(at) as Position, caughtUp, newestAt: 1_000_000 + at * 1000};
      if (caughtUp && !follow) return;
      if (at < this.log.length) continue;
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        this.#wake.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
      });
    }
  }

  #of(collection: string): Map<string, Uint8Array> {
    const known = this.#collections.get(collection) ?? new Map<string, Uint8Array>();
    this.#collections.set(collection, known);
    return known;
  }
}

/** `{"": id}`, as a log has it. */
export function idOf(document: Uint8Array): Uint8Array {
  const value = findField(document, '_id');
  if (value === null) throw new Error('a document has an _id');
  return idDocument(value);
}

/** The server takes 5 and 5.0 for one id. */
function textOf(id: Uint8Array): string {
  const view = Buffer.from(id);
  if (id[4] === 0x10) return `number ${view.readInt32LE(6)}`;
  if (id[4] === 0x01) return `number ${view.readDoubleLE(6)}`;
  return view.toString('latin1');
}
