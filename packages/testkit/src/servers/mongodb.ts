import {MongoClient, type Document} from 'mongodb';

const ALREADY_INITIALISED = 23;

/**
 * What answers, and its version; a stand-in says its name. A `mongod` that was just started for the tests is made a replica set of one first.
 * Rejects with the driver's error when there is no server, and while it has no primary.
 */
export async function mongodbVersion(url: string): Promise<string> {
  return await withMongodb(url, async client => {
    const admin = client.db('admin');
    const hello = await admin.command({hello: 1});
    if (hello['isreplicaset'] === true) await initiate(url, admin);
    else if (hello['isWritablePrimary'] !== true && hello['msg'] !== 'isdbgrid') throw new Error('there is no primary yet');
    const {version, standIn, ferretdb} = await admin.command({buildInfo: 1}) as {version: string; standIn?: string; ferretdb?: {version: string}};
    return standIn ?? (ferretdb ? `FerretDB ${ferretdb.version}` : version);
  });
}

/** A `mongod` that was started for a replica set and is in none: this makes one, of it alone. It has no primary at once. */
async function initiate(url: string, admin: {command(command: Document): Promise<Document>}): Promise<never> {
  try {
    await admin.command({replSetInitiate: {_id: 'sluice', members: [{_id: 0, host: new URL(url).host}]}});
  } catch (error) {
    if ((error as {code?: unknown}).code !== ALREADY_INITIALISED) throw error;
  }
  throw new Error('there is no primary yet');
}

/** Ends what is in it, too; a database that never had a document does not exist, and that is fine. */
export async function dropMongodbDatabase(url: string, name: string): Promise<void> {
  await withMongodb(url, async client => { await client.db(name).dropDatabase(); });
}

async function withMongodb<T>(url: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, {serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000, directConnection: /^mongodb:\/\/[^,/]*\//.test(url) && !url.includes('replicaSet=')});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.close(true);
  }
}
