import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {unpackRows} from '@sluice/checksum';
import type {Column, Value} from '@sluice/core';
import {describeSource, type Fixture} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {SqliteSource} from '../src/index.ts';
import {temporaryFolders} from './temporary-folder.ts';

const folder = temporaryFolders()();
const file = join(folder, 'source.db');
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

describeSource('sqlite', {
  async seed(fixtures) {
    const db = new Database(file);
    db.pragma('journal_mode = WAL'); // a snapshot would keep writers out otherwise
    db.exec('BEGIN');
    for (const fixture of fixtures) seedTable(db, fixture);
    db.exec('COMMIT');
    db.close();
  },
  async connect() {
    return new SqliteSource(file);
  },
  async insert({schema}, row) {
    const db = new Database(file);
    insert(db, schema.table, schema.columns, [row]);
    db.close();
  },
  ...(existsSync('/proc/self/io') && {
    // In steps of 1 MB: looking reads, too.
    bytesFetched: () => Math.floor(Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]) / 2 ** 20) * 2 ** 20,
  }),
  unpack: unpackRows,
  async serverConnections() {
    return existsSync('/proc/self/fd') ? openFiles() : 0;
  },
  async broken() {
    return {it: new SqliteSource(join(folder, 'missing.db')), secrets: [], problems: 1};
  },
  skip: {
    'tells apart tables whose names differ only in case': 'SQLite takes them for one',
    'carries float without loss: minus zero': 'a REAL column of SQLite keeps no minus zero',
  },
});

function seedTable(db: Database.Database, {schema: {table, columns, primaryKey}, rows}: Fixture): void {
  const alias = primaryKey.length === 1 ? primaryKey[0] : undefined;
  const isAlias = ({name, type}: Column) => name === alias && type === 'int';
  const lines = columns.map(column => `${quote(column.name)} ${isAlias(column) ? 'INTEGER PRIMARY KEY' : `${declare(column)}${column.nullable ? '' : ' NOT NULL'}`}`);
  if (primaryKey.length > 0 && !columns.some(isAlias)) lines.push(`PRIMARY KEY (${primaryKey.map(quote).join(', ')})`);
  db.exec(`CREATE TABLE ${quote(table)} (${lines.join(', ')})`);
  insert(db, table, columns, rows);
}

function insert(db: Database.Database, table: string, columns: readonly Column[], rows: Fixture['rows']): void {
  const statement = db.prepare(`INSERT INTO ${quote(table)} (${columns.map(({name}) => quote(name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of rows) statement.run(row.map((value, i) => stored(columns[i]!, value)));
}

function declare({type, unsigned64, precision, scale}: Column): string {
  switch (type) {
    case 'bool': return 'BOOLEAN';
    case 'int': return unsigned64 ? '/*sluice: int unsigned64*/' : 'INTEGER';
    case 'float': return 'DOUBLE';
    case 'decimal': return `DECIMAL_TEXT(${precision},${scale})`;
    case 'text': return 'TEXT';
    case 'bytes': return 'BLOB';
    case 'date': return 'DATE_TEXT';
    case 'time': return `TIME_TEXT(${scale})`;
    case 'timestamp': return `DATETIME_TEXT(${scale})`;
    case 'timestamptz': return `TIMESTAMP_TEXT(${scale})`;
    case 'json': return 'JSON_TEXT';
    case 'uuid': return 'UUID_TEXT';
    case 'any': return '';
  }
}

function stored({type, unsigned64}: Column, value: Value): Value {
  if (type === 'bool' && value !== null) return value ? 1 : 0;
  if (!unsigned64 || value === null) return value;
  const integer = BigInt(value as number | bigint);
  return integer < 2n ** 63n ? integer : String(integer).padStart(20, '0');
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}
