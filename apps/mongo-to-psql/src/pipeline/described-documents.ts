import type {CollectionFacts, CollectionSize, DocumentRequest, Documents} from '@sluice/connector-mongodb';
import type {Problem, SourceIdentity, SystemFacts} from '@sluice/core';

/** Documents, and collections that a schema describes although the server has none of them: their tables are made, and empty. */
export class DescribedDocuments implements Documents {
  readonly #documents: Documents;
  readonly #described: readonly string[];
  #there: ReadonlySet<string> = new Set();

  constructor(documents: Documents, described: readonly string[]) {
    this.#documents = documents;
    this.#described = described;
  }

  get label(): string {
    return this.#documents.label;
  }

  get warnings(): readonly string[] {
    return this.#documents.warnings;
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return this.#documents.check(signal);
  }

  about(signal: AbortSignal): Promise<SystemFacts> {
    return this.#documents.about(signal);
  }

  identity(signal: AbortSignal): Promise<SourceIdentity> {
    return this.#documents.identity(signal);
  }

  async collections(signal: AbortSignal): Promise<readonly CollectionFacts[]> {
    const found = await this.#documents.collections(signal);
    this.#there = new Set(found.map(({name}) => name));
    const missing = this.#described.filter(name => !this.#there.has(name)).map((name): CollectionFacts => ({name, kind: 'collection', capped: false}));
    return [...found, ...missing].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async size(collection: string, signal: AbortSignal): Promise<CollectionSize> {
    return this.#there.has(collection) ? await this.#documents.size(collection, signal) : {documents: 0, bytes: 0};
  }

  read(request: DocumentRequest, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]> {
    return this.#documents.read(request, signal);
  }

  sample(collection: string, count: number, signal: AbortSignal): AsyncIterable<readonly Uint8Array[]> {
    return this.#documents.sample(collection, count, signal);
  }

  cut(collection: string, parts: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    return this.#documents.cut(collection, parts, signal);
  }

  fork(): Documents {
    const fork = new DescribedDocuments(this.#documents.fork(), this.#described);
    fork.#there = this.#there;
    return fork;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#documents[Symbol.asyncDispose]();
  }
}
