import {randomBytes} from 'node:crypto';
import pg from 'pg';
import {Secret, type Column, type Endpoint, type Row, type Value} from '@sluice/core';
import {breakableProxy, freshDatabase, server, type BreakableProxy, type TestServer} from '@sluice/testkit';

/** Null when there is none here; then the tests are skipped, and the run says so. */
export const postgres: TestServer | null = await server('postgres');

/** A database of one test file alone, a user who owns it, and a way to it that can be broken. */
export interface Lab extends AsyncDisposable {
  readonly server: TestServer;
  readonly database: string;
  readonly user: string;
  readonly proxy: BreakableProxy;
  /** The database as our user sees it, through the proxy; `query` is appended: `?schema=x`. */
  endpoint(query?: string): Endpoint;
  /** As the superuser, with a plain driver, in the session's settings of this file. */
  run(sql: string, values?: readonly unknown[]): Promise<void>;
  rows(sql: string): Promise<(string | null)[][]>;
  /** Backends of our user. */
  backends(): Promise<number>;
  /** Ends every connection of our user, as a server that goes down. */
  killAll(): Promise<void>;
}

export const AS_TEXT: pg.CustomTypesConfig = {getTypeParser: () => (text: string | Buffer) => String(text)};

export async function openLab(it: TestServer): Promise<Lab> {
  const user = `sluice_${randomBytes(5).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const database = await freshDatabase(it);
  const root = await connectPlain(database.url);
  const run = async (sql: string, values: readonly unknown[] = []) => { await root.query(sql, [...values]); };
  const rows = async (text: string) => (await root.query<(string | null)[]>({text, rowMode: 'array', types: AS_TEXT})).rows;
  await run(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`);
  await run(`ALTER DATABASE ${database.name} OWNER TO ${user}`);
  await run(`ALTER SCHEMA public OWNER TO ${user}`);
  await run(`GRANT pg_read_all_data TO ${user}`);
  await run("SET TimeZone = 'UTC'; SET extra_float_digits = 3; SET IntervalStyle = 'postgres'; SET bytea_output = hex");
  const proxy = await breakableProxy({host: it.host, port: it.port});
  const backends = async () => Number((await rows(`SELECT count(*) FROM pg_stat_activity WHERE usename = '${user}'`))[0]![0]);
  const killAll = async () => { await rows(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${user}'`); };
  return {
    server: it, database: database.name, user, proxy, run, rows, backends, killAll,
    endpoint: (query = '') => ({url: `postgresql://${user}@127.0.0.1:${proxy.port}/${database.name}${query}`, password: new Secret(password)}),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await killAll();
      await root.end();
      await database.drop();
      const last = await connectPlain(it.url);
      await last.query(`DROP ROLE ${user}`);
      await last.end();
    },
  };
}

export async function connectPlain(url: string): Promise<pg.Client> {
  const client = new pg.Client({connectionString: url});
  client.on('error', () => {});
  await client.connect();
  return client;
}

export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A value as text that the server casts, written without the code under test. */
export function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`;
  const text = typeof value === 'string' ? value : typeof value === 'number' && Object.is(value, -0) ? '-0' : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column of a fixture as a type of the server. */
export function columnType(column: Column): string {
  switch (column.type) {
    case 'bool': return 'boolean';
    case 'int': return column.unsigned64 ? 'numeric(20)' : 'bigint';
    case 'float': return 'double precision';
    case 'decimal': return column.precision === undefined ? 'numeric' : `numeric(${column.precision},${column.scale ?? 0})`;
    case 'text': return 'text';
    case 'bytes': return 'bytea';
    case 'date': return 'date';
    case 'time': return 'interval';
    case 'timestamp': return `timestamp(${column.scale ?? 6})`;
    case 'timestamptz': return `timestamptz(${column.scale ?? 6})`;
    case 'json': return 'json';
    case 'uuid': return 'uuid';
    case 'any': throw new Error('the server has no type that holds anything');
  }
}

export async function insertRows(lab: Lab, table: string, rows: readonly Row[]): Promise<void> {
  const tuples = rows.map(row => `(${row.map(literal).join(', ')})`);
  for (let i = 0; i < tuples.length;) {
    let bytes = 0;
    const start = i;
    while (i < tuples.length && (i === start || bytes + tuples[i]!.length < 2_000_000)) bytes += tuples[i++]!.length;
    await lab.run(`INSERT INTO ${quote(table)} VALUES ${tuples.slice(start, i).join(', ')}`);
  }
}
