import pg from 'pg';

/** As `show server_version` says it. Rejects with the driver's error when there is no server. */
export async function postgresVersion(url: string): Promise<string> {
  return await withPostgres(url, async client => String((await client.query<{server_version: string}>('SHOW server_version')).rows[0]?.server_version));
}

/** UTF-8 with the byte order of text, whatever the server's own. */
export async function createPostgresDatabase(url: string, name: string): Promise<void> {
  await withPostgres(url, client => client.query(`CREATE DATABASE "${name}" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`));
}

/** Ends the connections that are open on it, too. */
export async function dropPostgresDatabase(url: string, name: string): Promise<void> {
  await withPostgres(url, client => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
}

export async function withPostgres<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({connectionString: url, connectionTimeoutMillis: 5_000});
  // A connection without a listener would end the process when the server does.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
