import {randomBytes} from 'node:crypto';
import pg from 'pg';
import {freshDatabase, server, type TestServer} from '@sluice/testkit';

/** The server of this run; null where there is none. */
export const postgres: TestServer | null = await server('postgres');

/** An empty database of a PostgreSQL server, seen through a plain driver as the superuser. */
export interface PostgresDatabase extends AsyncDisposable {
  readonly server: TestServer;
  readonly name: string;
  /** With user and password, as a person who does not care would write it. */
  readonly url: string;
  /** Runs statements one after the other, in one session. */
  run(...statements: string[]): Promise<void>;
  /** Values as the text the server sends. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** Names of tables, views and the like in `public`, sorted. */
  tables(): Promise<string[]>;
  /** Makes a role with this clause and these grants, which is dropped with the database; resolves with the URL for it. In grants `ME` stands for its name. */
  account(grants: readonly string[], clause?: string): Promise<string>;
  drop(): Promise<void>;
}

const AS_TEXT: pg.CustomTypesConfig = {getTypeParser: () => (text: string | Buffer) => String(text)};

export async function openPostgres(it: TestServer): Promise<PostgresDatabase> {
  const database = await freshDatabase(it);
  const session = await plainSession(database.url);
  const roles: string[] = [];
  const close = async () => {
    await session.end();
    await database.drop();
    if (roles.length === 0) return;
    const last = await plainSession(it.url);
    for (const role of roles.splice(0)) await last.run(`DROP ROLE ${role}`);
    await last.end();
  };
  return {
    server: it, name: database.name, url: database.url, run: session.run, rows: session.rows, drop: close, [Symbol.asyncDispose]: close,
    tables: async () => (await session.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname COLLATE \"C\"")).map(([name]) => name!),
    async account(grants, clause = '') {
      const role = `u${randomBytes(5).toString('hex')}`;
      const password = randomBytes(12).toString('hex');
      await session.run(`CREATE ROLE ${role} LOGIN PASSWORD '${password}' ${clause}`);
      roles.push(role);
      for (const grant of grants) await session.run(`GRANT ${grant.replaceAll('ME', role)}${grant.includes(' TO ') ? '' : ` TO ${role}`}`);
      const url = new URL(database.url);
      url.username = role;
      url.password = password;
      return url.href;
    },
  };
}

/** A connection of a plain driver; it survives the end of its server. */
export interface PlainSession {
  run(...statements: string[]): Promise<void>;
  rows(sql: string): Promise<(string | null)[][]>;
  end(): Promise<void>;
}

export async function plainSession(url: string): Promise<PlainSession> {
  const client = new pg.Client({connectionString: url});
  client.on('error', () => {});
  await client.connect();
  return {
    async run(...statements) { for (const sql of statements) await client.query(sql); },
    rows: async text => (await client.query<(string | null)[]>({text, rowMode: 'array', types: AS_TEXT})).rows,
    end: () => client.end().catch(() => {}),
  };
}
