import {freshDatabase, server, type TestServer} from '@sluice/testkit';
import {BSON, MongoClient, type Db, type Document} from 'mongodb';

/** The server of this run, or what stands in for one; null where there is none. */
export const mongodb: TestServer | null = await server('mongodb');

const {Timestamp} = BSON;

/** An empty database, and recorded oplogs beside it, seen through a plain driver. */
export interface MongoDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly db: Db;
  /** `DB.COLLECTION` of the n-th oplog, which is there with one entry. */
  oplog(n?: number): Promise<string>;
  /** Appends entries, which need only `op`, `ns`, `o` and `o2`; their times go on by one each. */
  log(entries: readonly Document[], n?: number): Promise<void>;
  /** Appends whole entries, with their times. */
  logAt(entries: readonly Document[], n?: number): Promise<void>;
  /** Nothing is in the n-th oplog any more. */
  forget(n: number): Promise<void>;
  /** The documents of a collection are these from now on. */
  put(collection: string, documents: readonly Document[]): Promise<void>;
}

export async function openMongo(it: TestServer): Promise<MongoDatabase> {
  const [database, logs] = [await freshDatabase(it), await freshDatabase(it)];
  const client = new MongoClient(it.url, {forceServerObjectId: true});
  await client.connect();
  const db = client.db(database.name);
  let time = 1;
  const logOf = (n: number) => client.db(logs.name).collection(`oplog.s${n}`);
  return {
    name: database.name, url: database.url, db,
    async oplog(n = 0) {
      const log = logOf(n);
      // An application has written before.
      if (await log.countDocuments() === 0) await log.insertOne({ts: new Timestamp({t: 1, i: 1}), op: 'n', ns: '', o: {}});
      return `${logs.name}.oplog.s${n}`;
    },
    async log(entries, n = 0) {
      await logOf(n).insertMany(entries.map(entry => ({ts: new Timestamp({t: 1000 + Math.floor(++time / 10), i: 1 + time % 10}), v: 2, ...entry})));
    },
    async logAt(entries, n = 0) {
      // A message of the driver has its limits, too.
      for (const entry of entries) await logOf(n).insertOne({...entry});
    },
    async forget(n) {
      await logOf(n).deleteMany({});
    },
    async put(collection, documents) {
      await db.collection(collection).deleteMany({});
      // The helper of the driver would make an id where there is null.
      if (documents.length > 0) await db.command({insert: collection, documents});
      else if ((await db.listCollections({name: collection}).toArray()).length === 0) await db.createCollection(collection);
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await database.drop();
      await logs.drop();
    },
  };
}
