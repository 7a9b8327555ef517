import type {Row} from '@sluice/core';
import Database from 'better-sqlite3';
import type {PlainReader} from './table.ts';

/** Values in their storage class: an INTEGER is a bigint, a REAL a number. */
export const readSqlite: PlainReader = async url => {
  const database = new Database(url.slice('sqlite:'.length), {readonly: true, fileMustExist: true}).defaultSafeIntegers();
  try {
    const names = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'").pluck().all();
    return new Map(names.map(name => {
      const statement = database.prepare<[], Row>(`SELECT * FROM "${name.replaceAll('"', '""')}"`).raw();
      return [name, {columns: statement.columns().map(column => column.name), rows: statement.all()}];
    }));
  } finally {
    database.close();
  }
};
