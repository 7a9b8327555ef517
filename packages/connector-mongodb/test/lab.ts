import {endpoint} from '@sluice/config';
import type {Endpoint} from '@sluice/core';
import {server, freshDatabase, type TestDatabase} from '@sluice/testkit/servers';
import {BSON, MongoClient, type Db, type Document} from 'mongodb';

export const mongodb = await server('mongodb');

/** A database of this file alone, and a plain driver on it. */
export interface Lab extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly db: Db;
  /** Of the first server. */
  readonly address: {readonly host: string; readonly port: number};
  /** Where it is for the code under test: with these options, as `a=1&b=2`; through another port of this machine, another database. */
  place(options?: string, other?: {readonly port?: number; readonly database?: string}): Endpoint;
  /** Puts documents there as they are: ids of every type, int32 and doubles told apart. */
  insert(collection: string, documents: readonly Document[]): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const database = await freshDatabase(mongodb!);
  const client = new MongoClient(database.url, {forceServerObjectId: true, ignoreUndefined: false});
  await client.connect();
  const db = client.db(database.name);
  return {
    database, db, address: {host: mongodb!.host, port: mongodb!.port},
    place: (options = '', {port, database: name = database.name} = {}) => {
      const url = new URL(database.url);
      url.pathname = `/${name}`;
      for (const [key, value] of new URLSearchParams(options)) url.searchParams.set(key, value);
      if (port !== undefined) {
        url.host = `127.0.0.1:${port}`;
        // A replica set would tell the driver where it really is.
        url.searchParams.delete('replicaSet');
        url.searchParams.set('directConnection', 'true');
      }
      return endpoint(url.href);
    },
    // The helper of the driver makes an id where there is null.
    insert: async (collection, documents) => {
      for (let i = 0; i < documents.length; i += 1000) {
        const answer = await db.command({insert: collection, documents: documents.slice(i, i + 1000)});
        if (answer['writeErrors']) throw new Error(JSON.stringify(answer['writeErrors']));
      }
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await database.drop();
    },
  };
}

/** The id of each document, as canonical Extended JSON. */
export const idsOf = (documents: readonly Uint8Array[]): string[] => documents.map(bytes => BSON.EJSON.stringify(BSON.deserialize(bytes, {promoteValues: false, promoteLongs: false})['_id'], {relaxed: false}));

export async function all<Item>(items: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const some of items) found.push(...some);
  return found;
}

export const never: AbortSignal = new AbortController().signal;
