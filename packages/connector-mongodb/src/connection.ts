import {must} from '@sluice/core';
import {MongoClient, type Db, type Document} from 'mongodb';
import type {MongoEndpoint} from './endpoint.ts';
import {classify, refusedFile} from './errors.ts';

/** What kind of deployment answers: it decides what can be known of changes. */
export type Topology = 'standalone' | 'replica set' | 'sharded cluster';

/** Where a problem with the whole server is, for messages. */
export const serverName = (endpoint: MongoEndpoint): string => `server ${endpoint.label}`;

/** One client of the driver, connected. Disposing closes its sockets; twice is fine. */
export class MongoConnection implements AsyncDisposable {
  readonly endpoint: MongoEndpoint;
  readonly client: MongoClient;
  readonly topology: Topology;
  /** The name of the replica set; null elsewhere. */
  readonly setName: string | null;
  /** Version of the wire protocol: 13 is MongoDB 5.0, 17 is 6.0, 21 is 7.0, 25 is 8.0. */
  readonly wireVersion: number;

  private constructor(endpoint: MongoEndpoint, client: MongoClient, hello: Document) {
    this.endpoint = endpoint;
    this.client = client;
    this.setName = typeof hello['setName'] === 'string' ? hello['setName'] : null;
    this.topology = hello['msg'] === 'isdbgrid' ? 'sharded cluster' : this.setName === null ? 'standalone' : 'replica set';
    this.wireVersion = Number(hello['maxWireVersion'] ?? 0);
  }

  /** Connects and logs in, over so many sockets at most besides those that watch the servers; the driver's own are 100. Throws CONNECT, AUTH or CONFIG; never waits longer than the endpoint says. */
  static async open(endpoint: MongoEndpoint, signal: AbortSignal, {maxSockets}: {readonly maxSockets?: number} = {}): Promise<MongoConnection> {
    signal.throwIfAborted();
    let client: MongoClient | null = null;
    try {
      client = new MongoClient(endpoint.driverUrl, {
        appName: 'sluice', serverSelectionTimeoutMS: endpoint.connectTimeoutMs, connectTimeoutMS: endpoint.connectTimeoutMs,
        ...(endpoint.user !== null && {auth: {username: endpoint.user, password: endpoint.password?.reveal() ?? ''}}),
        ...(maxSockets !== undefined && !/[?&]maxPoolSize=/.test(endpoint.driverUrl) && {maxPoolSize: maxSockets}),
        // Documents are read as bytes; answers of commands keep their numbers.
        promoteLongs: false, promoteValues: true,
      });
      const connecting = client;
      await aborting(signal, () => connecting.close(true), async () => { await connecting.connect(); });
      const hello = await aborting(signal, () => connecting.close(true), async () => await connecting.db('admin').command({hello: 1}));
      return new MongoConnection(endpoint, client, hello);
    } catch (error) {
      await client?.close(true).catch(() => {});
      signal.throwIfAborted();
      throw refusedFile(error) ?? classify(error, serverName(endpoint));
    }
  }

  /** The database that the URL names. */
  get database(): Db {
    return this.client.db(this.endpoint.database);
  }

  /** Runs one command and gives its answer. Throws as `classify` says. */
  async command(command: Document, signal: AbortSignal, database = this.endpoint.database): Promise<Document> {
    signal.throwIfAborted();
    try {
      return must(await this.client.db(database).command(command, {signal}), 'answer');
    } catch (error) {
      signal.throwIfAborted();
      throw classify(error, serverName(this.endpoint));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close(true);
  }
}

async function aborting<Result>(signal: AbortSignal, stop: () => Promise<void>, work: () => Promise<Result>): Promise<Result> {
  const onAbort = () => { void stop().catch(() => {}); };
  signal.addEventListener('abort', onAbort, {once: true});
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
