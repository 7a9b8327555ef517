import {ErrorCode, PipelineError} from '@sluice/core';
import type {ClientSession, Document, Filter} from 'mongodb';
import type {MongoConnection} from './connection.ts';
import type {DocumentReader} from './documents.ts';
import {classify, isPassing} from './errors.ts';
import {driverValue, idIn} from './id-value.ts';
import {groups, reading} from './raw-cursor.ts';

/** Ids in one query, and their bytes: a command has at most 16 MB. */
const MAX_IDS = 5000;
const MAX_BYTES = 4 << 20;
const TRIES = 5;

/** Fetches documents over a connection that somebody else opened and closes. */
export class MongoDocumentReader implements DocumentReader {
  readonly #connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  async *fetch(collection: string, idField: string, ids: readonly Uint8Array[], signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    if (idField.startsWith('$') || idField.includes('.')) throw new PipelineError(ErrorCode.CONFIG, 'a field that identifies documents has neither dots nor a dollar in its name', {table: collection});
    for (const some of queries(ids)) {
      // The driver's types want an ObjectId, and ids are of any type.
      const filter = {[idField]: {$in: some.map(id => driverValue(idIn(id)))}} as Filter<Document>;
      // Kept until the query has ended: what came before a connection broke would come twice.
      for (const group of await this.#all(collection, filter, signal)) yield group;
    }
  }

  /**
   * What was told of as changed before this is called is read as it was changed, by whichever server: a new primary, or a secondary, may
   * not have come as far as the one that told. Reads of the session wait for the primary's time.
   */
  async #upToDate<Result>(read: (session: ClientSession | null) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const {client, topology} = this.#connection;
    if (topology === 'standalone') return await read(null);
    const session = client.startSession({causalConsistency: true});
    try {
      await client.db('admin').command({ping: 1}, {session, signal, readPreference: 'primary'});
      return await read(session);
    } finally {
      await session.endSession().catch(() => {});
    }
  }

  async #all(collection: string, filter: Filter<Document>, signal: AbortSignal): Promise<(readonly Uint8Array[])[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#upToDate(async session => {
          const cursor = this.#connection.database.collection(collection).find(filter, {raw: true, signal, ...reading(this.#connection), ...session && {session}});
          const found: (readonly Uint8Array[])[] = [];
          for await (const group of groups(cursor, signal)) found.push(group);
          return found;
        }, signal);
      } catch (error) {
        signal.throwIfAborted();
        const known = classify(error, {table: collection});
        if (!isPassing(known) || tries === TRIES) throw known;
      }
    }
  }
}

function* queries(ids: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let some: Uint8Array[] = [];
  let bytes = 0;
  for (const id of ids) {
    if (some.length === MAX_IDS || (some.length > 0 && bytes + id.length > MAX_BYTES)) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(id);
    bytes += id.length;
  }
  if (some.length > 0) yield some;
}
