import {randomBytes} from 'node:crypto';
import {createConnection, type Connection} from 'mysql2/promise';
import {Secret, type Column, type Endpoint, type Row, type Value} from '@sluice/core';
import {breakableProxy, server, type BreakableProxy, type ServerKind, type TestServer} from '@sluice/testkit';

/** The servers of this run, those that are missing left out. */
export const servers: readonly TestServer[] =
  (await Promise.all((['mariadb', 'mysql'] as const).map(kind => server(kind)))).filter(it => it !== null);

/** A database of one test file alone, a user who may do anything in it, and a way to it that can be broken. */
export interface Lab extends AsyncDisposable {
  readonly kind: ServerKind;
  readonly server: TestServer;
  readonly database: string;
  readonly user: string;
  readonly proxy: BreakableProxy;
  /** The database as our user sees it, through the proxy; `query` is appended: `?timeout=1`. */
  endpoint(query?: string, database?: string): Endpoint;
  /** As root, with a plain driver. */
  run(sql: string, values?: unknown[]): Promise<unknown>;
  rows(sql: string): Promise<Value[][]>;
  /** Threads of our user at the server. */
  threads(): Promise<number[]>;
  /** Ends every connection of our user, as a server that goes down. */
  killAll(): Promise<void>;
}

export async function openLab(it: TestServer): Promise<Lab> {
  const id = randomBytes(5).toString('hex');
  const database = `sluice_lab_${id}`;
  const user = `sluice_${id}`;
  const password = randomBytes(12).toString('hex');
  const root = await connectPlain(it);
  const run = async (sql: string, values?: unknown[]) => (await root.query(sql, values as never))[0];
  const rows = async (sql: string) => (await root.query({sql, rowsAsArray: true}))[0] as unknown as Value[][];
  await run(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
  await run(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`);
  await run(`GRANT ALL ON \`${database}\`.* TO '${user}'@'%'`);
  await run(`USE \`${database}\``);
  await run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00'");
  const proxy = await breakableProxy({host: it.host, port: it.port});
  const threads = async () => (await rows(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '${user}'`)).map(row => Number(row[0]));
  return {
    kind: it.kind, server: it, database, user, proxy, run, rows, threads,
    endpoint: (query = '', name = database) => ({
      url: `mysql://${user}@127.0.0.1:${proxy.port}/${encodeURIComponent(name)}${query}`, password: new Secret(password),
    }),
    async killAll() {
      for (const thread of await threads()) await run(`KILL ${thread}`).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      for (const thread of await threads()) await run(`KILL ${thread}`).catch(() => {});
      await run(`DROP DATABASE IF EXISTS \`${database}\``);
      await run(`DROP USER IF EXISTS '${user}'@'%'`);
      await root.end();
    },
  };
}

export async function connectPlain(it: TestServer, database?: string): Promise<Connection> {
  const connection = await createConnection({
    host: it.host, port: it.port, user: it.user, password: it.password, dateStrings: true, jsonStrings: true, supportBigNumbers: true, charset: 'utf8mb4',
    ...(database !== undefined && {database}),
  });
  connection.on('error', () => {});
  return connection;
}

export const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``;

/** A value as SQL, written without the code under test. */
export function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return value === '' ? "''" : `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`;
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (typeof value === 'number') return Object.is(value, -0) ? "'-0'" : Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : `${value}`.includes('e') ? String(value) : `${value}e0`;
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** A column of a fixture as a type of the server. */
export function columnType(column: Column, kind: ServerKind, isKey: boolean): string {
  const fraction = column.scale === undefined ? 6 : column.scale;
  switch (column.type) {
    case 'bool': return 'TINYINT(1)';
    case 'int': return column.unsigned64 ? 'BIGINT UNSIGNED' : 'BIGINT';
    case 'float': return 'DOUBLE';
    case 'decimal': return `DECIMAL(${column.precision ?? 65},${column.scale ?? 30})`;
    case 'text': return `${isKey ? `VARCHAR(${column.maxLength ?? 100})` : 'LONGTEXT'} COLLATE utf8mb4_bin`;
    case 'bytes': return isKey ? `VARBINARY(${column.maxLength ?? 100})` : 'LONGBLOB';
    case 'date': return 'DATE';
    case 'time': return `TIME(${fraction})`;
    case 'timestamp': return `DATETIME(${fraction})`;
    case 'timestamptz': return `TIMESTAMP(${fraction})`;
    case 'json': return 'JSON';
    case 'uuid': return kind === 'mariadb' ? 'UUID' : 'CHAR(36)';
    case 'any': throw new Error('the servers have no type that holds anything');
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
