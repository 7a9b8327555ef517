import {randomBytes} from 'node:crypto';
import {createConnection, type Connection, type RowDataPacket} from 'mysql2/promise';
import {dropMongodbDatabase, mongodbVersion} from './mongodb.ts';
import {createPostgresDatabase, dropPostgresDatabase, postgresVersion} from './postgres.ts';
import type {TestServer} from './types.ts';

/** A database of one test file alone; `await using` or `drop` removes it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** The server's URL with this database. */
  readonly url: string;
  /** Removes the database; may be called twice. */
  drop(): Promise<void>;
}

/** Creates an empty UTF-8 database under a name that nobody else uses; MongoDB makes it with its first document. */
export async function freshDatabase(server: TestServer): Promise<TestDatabase> {
  const name = `sluice_${randomBytes(6).toString('hex')}`;
  if (server.kind === 'postgres') await createPostgresDatabase(server.url, name);
  else if (server.kind !== 'mongodb') await withConnection(server.url, connection => connection.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`));
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const drop = async () => {
    if (server.kind === 'postgres') await dropPostgresDatabase(server.url, name);
    else if (server.kind === 'mongodb') await dropMongodbDatabase(server.url, name);
    else await withConnection(server.url, connection => connection.query(`DROP DATABASE IF EXISTS \`${name}\``));
  };
  return {name, url: url.href, drop, [Symbol.asyncDispose]: drop};
}

/** The version that the server at `url` tells; rejects with the driver's error when there is none. */
export async function versionOf(url: string): Promise<string> {
  if (/^postgres(?:ql)?:/u.test(url)) return await postgresVersion(url);
  if (/^mongodb(?:\+srv)?:/u.test(url)) return await mongodbVersion(url);
  return await withConnection(url, async connection => {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT version() AS version');
    return String(rows[0]?.['version']);
  });
}

async function withConnection<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const {hostname, port, username, password, searchParams} = new URL(url);
  const socketPath = searchParams.get('socket');
  const connection = await createConnection({
    host: hostname, port: Number(port) || 3306, user: decodeURIComponent(username), password: decodeURIComponent(password),
    connectTimeout: 5_000, ...(socketPath !== null && {socketPath}),
  });
  // A connection without a listener would end the process when the server does.
  connection.on('error', () => {});
  try {
    return await use(connection);
  } finally {
    connection.destroy();
  }
}
