import Sqlite from 'better-sqlite3';

export type SqliteValue = null | bigint | number | string | Buffer;

/** Opens a file for reading with the driver alone, hands it over, and closes it. */
export function reading<T>(file: string, use: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file, {readonly: true, fileMustExist: true});
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** Rows with every integer as a bigint: a number here is a REAL. */
export const rowsOf = (file: string, sql: string): SqliteValue[][] =>
  reading(file, db => db.prepare(sql).raw().safeIntegers().all() as SqliteValue[][]);

/** Names of tables and views, sorted. */
export const namesIn = (file: string, types = "'table', 'view'"): string[] =>
  rowsOf(file, `SELECT name FROM sqlite_schema WHERE type IN (${types}) AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`).map(([name]) => String(name)).sort();

/** What SQLite itself says of the file: `ok`. */
export const integrity = (file: string): string => reading(file, db => String(db.pragma('integrity_check', {simple: true})));

/** Changes a file that is there, as its owner would. */
export function changeFile(file: string, change: (db: Sqlite.Database) => unknown): void {
  const db = new Sqlite(file, {fileMustExist: true});
  try {
    change(db);
  } finally {
    db.close();
  }
}

/** Makes a file of statements. */
export function makeSqlite(file: string, ...statements: string[]): string {
  const db = new Sqlite(file);
  try {
    for (const sql of statements) db.exec(sql);
  } finally {
    db.close();
  }
  return file;
}
