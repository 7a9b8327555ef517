import {findField, idDocument} from '@sluice/bson';
import {ErrorCode, must, PipelineError, type Problem, type SourceIdentity, type SystemFacts} from '@sluice/core';
import type {Abortable, Document, Filter, FindOptions} from 'mongodb';
import {checkServer} from './check.ts';
import {MongoConnection, serverName} from './connection.ts';
import {DifferentIds} from './different-ids.ts';
import type {CollectionFacts, CollectionSize, DocumentRequest, Documents} from './documents.ts';
import type {MongoEndpoint} from './endpoint.ts';
import {classify, isPassing} from './errors.ts';
import {rangeQueries} from './id-order.ts';
import {driverValue, idIn} from './id-value.ts';
import {groups, reading} from './raw-cursor.ts';

/** Most documents in one message, and about so many bytes of them, by their average; a server stops at 16 MB. */
const GROUP = 2000;
const GROUP_BYTES = 4 << 20;
/** How often reading is taken up again without having come any further. */
const TRIES = 5;
/** More ids than parts make the parts even. Measured on no server: the error of a part's size falls with the root of this. */
const SAMPLES_PER_PART = 100;
/** Collections smaller than this are not worth being cut. */
const LEAST_DOCUMENTS_TO_CUT = 1000;

/** The documents of one database on MongoDB's servers, over one connection: reads that go on side by side take turns. */
export class MongoDocuments implements Documents {
  readonly label: string;
  readonly #endpoint: MongoEndpoint;
  #connection: Promise<MongoConnection> | null = null;
  #facts: ReadonlyMap<string, CollectionFacts> = new Map();
  #warnings: readonly string[] = [];
  readonly #groupSizes = new Map<string, number>();

  /** Connects when first needed. */
  constructor(endpoint: MongoEndpoint) {
    this.#endpoint = endpoint;
    this.label = endpoint.label;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return checkServer(this.#endpoint, signal);
  }

  async about(signal: AbortSignal): Promise<SystemFacts> {
    const {topology, version} = await this.#describe(signal);
    return {
      system: `MongoDB ${version}, ${topology}`,
      encryption: this.#endpoint.tls ? 'TLS' : 'none: the connection is in the clear',
      place: `${this.#endpoint.user === null ? 'no user' : `user ${this.#endpoint.user}`}, database ${this.#endpoint.database}`,
    };
  }

  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    const {topology, version, setName} = await this.#describe(signal);
    return {id: `mongodb ${setName ?? hostsOf(this.label)} ${this.#endpoint.database}`, traits: {version, topology}};
  }

  async collections(signal: AbortSignal): Promise<readonly CollectionFacts[]> {
    const connection = await this.#open(signal);
    try {
      const found = await connection.database.listCollections({}, {signal, nameOnly: false, authorizedCollections: true}).toArray();
      const facts = found.map(({name, type, ...rest}): CollectionFacts => {
        const options = ('options' in rest ? rest.options : undefined) ?? {};
        return {name, kind: type === 'view' || type === 'timeseries' ? type : 'collection', capped: options['capped'] === true};
      }).filter(({name}) => !name.startsWith('system.'));
      this.#facts = new Map(facts.map(each => [each.name, each]));
      this.#warnings = warningsOf(connection, facts);
      return facts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    } catch (error) {
      signal.throwIfAborted();
      throw classify(error, serverName(this.#endpoint));
    }
  }

  async size(collection: string, signal: AbortSignal): Promise<CollectionSize> {
    if (!await this.#isOrdered(collection, signal)) return {documents: null, bytes: null};
    try {
      const stats = await (await this.#open(signal)).command({collStats: collection}, signal);
      return {documents: numberOf(stats['count']), bytes: numberOf(stats['size'])};
    } catch (error) {
      // Whoever may read the documents may still not be told how many there are; they are read all the same.
      if (error instanceof PipelineError && error.code !== ErrorCode.CONNECT) return {documents: null, bytes: null};
      throw error;
    }
  }

  async *read({collection, after, until, limit}: DocumentRequest, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    const isOrdered = await this.#isOrdered(collection, signal);
    let last = after;
    let left = limit ?? Infinity;
    const ids = isOrdered && (await this.#open(signal)).topology === 'sharded cluster' ? new DifferentIds(collection) : null;
    for (let tries = 0; left > 0;) {
      try {
        const before = ids !== null && last !== null && !last.included ? idIn(last.id) : null;
        const queries = isOrdered ? rangeQueries(last === null ? null : {id: idIn(last.id), included: last.included || before !== null}, until === null ? null : idIn(until)) : [{}];
        ids?.begin(before);
        for (const query of queries) {
          // To the server, no documents are all.
          if (left <= 0) return;
          for await (const found of this.#find(collection, query, isOrdered, before === null ? left : left + 1, signal)) {
            tries = 0;
            const group = ids === null ? found : ids.look(found).slice(0, left);
            if (group.length === 0) continue;
            if (isOrdered) last = {id: idDocument(must(findField(group.at(-1)!, '_id'), '_id')), included: false};
            left -= group.length;
            yield group;
          }
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        const known = classify(error, {table: collection});
        // What has no order cannot be gone on with: it would be read twice.
        if (!isPassing(known) || !isOrdered || ++tries >= TRIES) throw known;
      }
    }
  }

  async *sample(collection: string, count: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    const connection = await this.#open(signal);
    try {
      const cursor = connection.database.collection(collection).aggregate([{$sample: {size: count}}], {raw: true, signal, ...reading(connection)});
      yield* groups(cursor, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw classify(error, {table: collection});
    }
  }

  async cut(collection: string, parts: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const {documents} = await this.size(collection, signal);
    if (parts < 2 || documents === null || documents < LEAST_DOCUMENTS_TO_CUT) return [];
    const connection = await this.#open(signal);
    try {
      const size = Math.min(parts * SAMPLES_PER_PART, Math.floor(documents / 10));
      // The server sorts: nobody else knows its order of types for certain.
      const cursor = connection.database.collection(collection).aggregate(
        [{$sample: {size}}, {$project: {_id: 1}}, {$sort: {_id: 1}}], {raw: true, signal, ...reading(connection)});
      const ids: Uint8Array[] = [];
      for await (const group of groups(cursor, signal)) for (const document of group) ids.push(idDocument(must(findField(document, '_id'), '_id')));
      const cuts: Uint8Array[] = [];
      for (let part = 1; part < parts; part++) {
        const id = ids[Math.floor(part * ids.length / parts)];
        if (id && isSendable(id) && (cuts.length === 0 || Buffer.compare(cuts.at(-1)!, id) !== 0)) cuts.push(id);
      }
      return cuts;
    } catch (error) {
      signal.throwIfAborted();
      const known = classify(error, {table: collection});
      // A server that takes no samples is read from one end to the other.
      if (known instanceof PipelineError && known.code !== ErrorCode.CONNECT) return [];
      throw known;
    }
  }

  fork(): Documents {
    return new MongoDocuments(this.#endpoint);
  }

  /** The connection that everything here goes over; whoever uses it leaves it open. Throws CONNECT, AUTH, CONFIG. */
  connection(signal: AbortSignal): Promise<MongoConnection> {
    return this.#open(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opening = this.#connection;
    this.#connection = null;
    await (await opening?.catch(() => null))?.[Symbol.asyncDispose]();
  }

  async *#find(collection: string, query: Filter<Document>, isOrdered: boolean, limit: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    const connection = await this.#open(signal);
    const options: FindOptions & Abortable = {
      raw: true, signal, batchSize: await this.#groupSize(collection, signal), ...reading(connection), ...(limit !== Infinity && {limit}),
      // The index gives the order, whatever the planner may think of it.
      ...(isOrdered && {sort: {_id: 1}, hint: {_id: 1}}),
    };
    yield* groups(connection.database.collection(collection).find(query, options), signal);
  }

  async #groupSize(collection: string, signal: AbortSignal): Promise<number> {
    const known = this.#groupSizes.get(collection);
    if (known !== undefined) return known;
    const {documents, bytes} = await this.size(collection, signal);
    const size = documents === null || bytes === null || bytes === 0 ? GROUP : Math.min(GROUP, Math.max(1, Math.floor(GROUP_BYTES * documents / bytes)));
    this.#groupSizes.set(collection, size);
    return size;
  }

  async #isOrdered(collection: string, signal: AbortSignal): Promise<boolean> {
    if (!this.#facts.has(collection)) await this.collections(signal);
    return (this.#facts.get(collection)?.kind ?? 'collection') === 'collection';
  }

  async #describe(signal: AbortSignal) {
    const connection = await this.#open(signal);
    const {version} = await connection.command({buildInfo: 1}, signal, 'admin') as {version: string};
    return {topology: connection.topology, setName: connection.setName, version};
  }

  #open(signal: AbortSignal): Promise<MongoConnection> {
    const opening = this.#connection ??= MongoConnection.open(this.#endpoint, signal, {maxSockets: 1});
    opening.catch(() => { if (this.#connection === opening) this.#connection = null; });
    return opening;
  }
}

/** In whatever order they are named. */
const hostsOf = (label: string): string => must(label.split('/')[2], 'hosts').split(',').toSorted().join(',');

function isSendable(id: Uint8Array): boolean {
  try {
    driverValue(idIn(id));
    return true;
  } catch {
    return false;
  }
}

function numberOf(value: unknown): number | null {
  const number = Number(value);
  return value === undefined || !Number.isFinite(number) ? null : number;
}

function warningsOf(connection: MongoConnection, facts: readonly CollectionFacts[]): string[] {
  const capped = facts.filter(each => each.capped).map(({name}) => name);
  return [
    'MongoDB gives no snapshot over a long read: a document that changes meanwhile is as it was when it was read',
    ...(connection.topology === 'standalone' ? ['this server is in no replica set: it has no log of changes, and what was changed during a read can only be read again'] : []),
    ...(capped.length === 0 ? [] : [`capped, so that documents may go before they are read: ${capped.join(', ')}`]),
  ];
}
