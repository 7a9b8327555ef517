import {MysqlDestination} from '@sluice/connector-mysql';
import {PostgresDestination} from '@sluice/connector-postgres';
import {Secret, type Destination, type Endpoint} from '@sluice/core';
import {breakableProxy, freshDatabase, server, type BreakableProxy, type TestServer} from '@sluice/testkit';
import {createConnection, type RowDataPacket} from 'mysql2/promise';
import pg from 'pg';

/** A database of a server, seen by a plain driver and, through a proxy that can be broken, as a destination. */
export interface System extends AsyncDisposable {
  readonly proxy: BreakableProxy;
  /** Rows as texts. */
  sql(text: string): Promise<(string | null)[][]>;
  /** Nothing but an old table `parent`, a view `v` on it and a table of somebody else. */
  reset(): Promise<void>;
  /** All that is there: definitions, constraints, indexes, grants and every row; numbers of the server's own left out. */
  content(): Promise<unknown>;
  /** Names of all columns of tables that are being built, or were left behind. */
  staged(): Promise<string[]>;
  /** What a table with these columns is called as long as it is built. */
  stagedAs(columns: readonly string[]): Promise<string>;
  destination(): Destination;
}

const stagedIn = (schema: string) => `SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = ${schema} AND table_name LIKE '%sluice_new%' ORDER BY 1`;
const stagedWith = (schema: string, columns: readonly string[]) => `SELECT table_name FROM information_schema.columns WHERE table_schema = ${schema} AND table_name LIKE '%sluice_new%'
  GROUP BY table_name HAVING count(*) = ${columns.length} AND sum(CASE WHEN column_name IN (${columns.map(column => `'${column}'`).join(', ')}) THEN 1 ELSE 0 END) = ${columns.length}`;

const OLD = "CREATE TABLE parent (id int, x varchar(20)); INSERT INTO parent VALUES (7, 'old'); CREATE VIEW v AS SELECT x FROM parent; CREATE TABLE other (x varchar(20))";

/** Databases of the servers that there are here. */
export const systems: readonly {readonly name: string; readonly step: number; readonly rounds: number; open(): Promise<System>}[] = (await Promise.all([
  // Where making a table takes a server long, fewer of the moments are tried: what differs there is how a load begins and ends.
  server('postgres').then(it => it && {name: 'PostgreSQL', step: 5, rounds: 4, open: () => openPostgres(it)}),
  server('mariadb').then(it => it && {name: 'MariaDB', step: 9, rounds: 2, open: () => openMysql(it)}),
  server('mysql').then(it => it && {name: 'MySQL', step: 11, rounds: 1, open: () => openMysql(it)}),
])).filter(it => it !== null);

function through(proxy: BreakableProxy, url: string): Endpoint {
  const direct = new URL(url);
  const {password} = direct;
  direct.host = `127.0.0.1:${proxy.port}`;
  direct.password = '';
  return {url: direct.href, ...(password !== '' && {password: new Secret(decodeURIComponent(password))})};
}

async function openPostgres(it: TestServer): Promise<System> {
  const database = await freshDatabase(it);
  const proxy = await breakableProxy({host: it.host, port: it.port});
  const client = new pg.Client({connectionString: database.url});
  await client.connect();
  const types: pg.CustomTypesConfig = {getTypeParser: () => (text: string | Buffer) => String(text)};
  const sql = async (text: string) => (await client.query<(string | null)[]>({text, rowMode: 'array', types})).rows;
  return {
    proxy, sql,
    reset: async () => void await sql(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${OLD}; GRANT SELECT ON parent TO PUBLIC`),
    async content() {
      const names = (await sql("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE \"C\"")).map(([name]) => String(name));
      const rows: unknown[] = [];
      for (const name of names) rows.push([name, await sql(`SELECT t::text FROM "${name}" t ORDER BY 1`)]);
      return {
        rows,
        relations: await sql("SELECT relname, relkind, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname COLLATE \"C\""),
        columns: await sql("SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, attnum"),
        constraints: await sql("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"),
      };
    },
    staged: async () => (await sql(stagedIn("'public'"))).map(([name]) => name!),
    stagedAs: async columns => (await sql(stagedWith("'public'", columns)))[0]![0]!,
    destination: () => new PostgresDestination(through(proxy, database.url)),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await client.end();
      await database.drop();
    },
  };
}

async function openMysql(it: TestServer): Promise<System> {
  const database = await freshDatabase(it);
  const proxy = await breakableProxy({host: it.host, port: it.port});
  const {host, port, user, password} = it;
  const connection = await createConnection({host, port, user, password, database: database.name, charset: 'utf8mb4', typeCast: field => field.string()});
  connection.on('error', () => {});
  const sql = async (text: string) => (await connection.query<RowDataPacket[][]>({sql: text, rowsAsArray: true}))[0] as unknown as (string | null)[][];
  const tables = async () => (await sql('SHOW FULL TABLES')).map(([name, type]) => ({name: String(name), type: String(type)})).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    proxy, sql,
    async reset() {
      await sql('SET foreign_key_checks = 0');
      for (const {name, type} of await tables()) await sql(`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\``);
      for (const statement of OLD.split('; ')) await sql(statement);
    },
    async content() {
      const found: unknown[] = [];
      for (const {name, type} of await tables()) {
        const create = (await sql(`SHOW CREATE ${type === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\``))[0]![1];
        found.push([name, create, (await sql(`SELECT * FROM \`${name}\``)).map(row => JSON.stringify(row)).sort()]);
      }
      return found;
    },
    staged: async () => (await sql(stagedIn('DATABASE()'))).map(([name]) => name!),
    stagedAs: async columns => (await sql(stagedWith('DATABASE()', columns)))[0]![0]!,
    destination: () => new MysqlDestination(through(proxy, database.url)),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await connection.end();
      await database.drop();
    },
  };
}
