import {createConnection, type Connection, type RowDataPacket} from 'mysql2/promise';
import {freshDatabase, server, type ServerKind, type TestServer} from '@sluice/testkit';

/** The servers of this run, those that are missing left out. */
export const servers: readonly TestServer[] =
  (await Promise.all((['mariadb', 'mysql'] as const).map(kind => server(kind)))).filter(it => it !== null);

export const mariadb = servers.find(({kind}) => kind === 'mariadb') ?? servers[0];

/** An empty database, seen through a plain driver. */
export interface Database extends AsyncDisposable {
  readonly kind: ServerKind;
  readonly server: TestServer;
  readonly name: string;
  /** With user and password, as a person who does not care would write it. */
  readonly url: string;
  /** Runs statements one after the other, in a session without a mode and in UTC. */
  run(...statements: string[]): Promise<void>;
  /** Values as the text the server sends; ask for HEX of what is not text. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** Names of tables and views, sorted. */
  tables(): Promise<string[]>;
  drop(): Promise<void>;
}

export async function openDatabase(it: TestServer): Promise<Database> {
  const {name, url, drop} = await freshDatabase(it);
  const connection = await connect(it, name);
  const rows = async (sql: string) => (await connection.query<RowDataPacket[]>({sql, rowsAsArray: true}))[0] as unknown as (string | null)[][];
  const close = async () => {
    await connection.end().catch(() => {});
    await drop();
  };
  return {
    kind: it.kind, server: it, name, url, rows, drop: close,
    async run(...statements) { for (const sql of statements) await connection.query(sql); },
    tables: async () => (await rows(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${name}'`)).map(([table]) => String(table)).sort(),
    [Symbol.asyncDispose]: close,
  };
}

async function connect({host, port, user, password}: TestServer, database: string): Promise<Connection> {
  const connection = await createConnection({
    host, port, user, password, database, charset: 'utf8mb4', timezone: 'Z',
    typeCast: field => field.string(),
  });
  connection.on('error', () => {});
  await connection.query("SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'");
  return connection;
}

/**
 * A table as its server has it, without a byte's difference to spare: per column name, type and whether it may be
 * NULL; then the rows, sorted, each value as text that tells all of it (bits of floats, bytes of what is not a number).
 */
export async function contents(database: Database, table: string): Promise<{readonly columns: readonly string[]; readonly rows: readonly string[]}> {
  const columns = await database.rows(`SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = '${database.name}' AND BINARY TABLE_NAME = ${text(table)} ORDER BY ORDINAL_POSITION`);
  const list = columns.map(([name, type]) => wholeValue(quoted(String(name)), String(type)));
  const rows = columns.length === 0 ? [] : await database.rows(`SELECT ${list.join(', ')} FROM ${quoted(table)}`);
  return {
    columns: columns.map(([name, , type, nullable, charset]) => `${name} ${type}${charset === null ? '' : ` ${charset}`}${nullable === 'YES' ? '' : ' NOT NULL'}`),
    rows: rows.map(row => row.map(value => value ?? 'NULL').join(' | ')).sort(),
  };
}

function wholeValue(column: string, type: string): string {
  // A FLOAT prints six digits; made a DOUBLE it prints as many as tell it from its neighbours.
  if (type === 'float' || type === 'double') return `${column} + 0e0`;
  if (/^((tiny|small|medium|big)?int|decimal|year|date|time|datetime|timestamp)$/.test(type)) return `CAST(${column} AS CHAR)`;
  return `CONCAT('x', HEX(${column}))`;
}

const text = (value: string) => `x'${Buffer.from(value).toString('hex')}'`;
export const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
