import {ErrorCode, PipelineError, type QueryResult, type ResultColumn, type Row, type Value} from '@sluice/core';
import {nameInSql} from '@sluice/sql';
import Database from 'better-sqlite3';
import {existsSync} from 'node:fs';
import type {Bound} from './bind.ts';
import {decoderOf, type Decoder} from './decode.ts';
import {describeTable, type DescribedTable} from './describe-table.ts';
import {classify, codeOf} from './errors.ts';
import type {Asked} from './querier.ts';

/** Runs a query over a file that is opened for reading only. Throws as `Querier.query` does; holds the thread until it is done. */
export function runQuery({file, request: {sql, name, maxRows, maxBytes}}: Asked): QueryResult {
  if (!existsSync(file)) throw new PipelineError(ErrorCode.CONNECT, `${file} does not exist`, {retryable: false, remedy: 'check the path'});
  let db: Database.Database | null = null;
  try {
    db = new Database(file, {readonly: true, fileMustExist: true, timeout: 5000});
    db.defaultSafeIntegers(true);
    // One moment for the types and the rows.
    db.exec('BEGIN');
    // Only now is it known to be a database.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    const statement = prepared(db, sql, name);
    const readings = readingsOf(db, statement);
    const rows: Row[] = [];
    let bytes = 0;
    for (const given of statement.raw().iterate() as IterableIterator<Bound[]>) {
      if (rows.length === maxRows || bytes >= maxBytes) return {columns: readings.map(({column}) => column), rows, isTruncated: true};
      for (const value of given) bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
      rows.push(given.map((value, at): Value => (value === null ? null : readings[at]?.decoder.exact?.(value) ?? value)));
    }
    return {columns: readings.map(({column}) => column), rows, isTruncated: false};
  } catch (error) {
    // What a statement that was read fails of is what it computes: SQLite says SQLITE_ERROR, and what it says of it may quote a value.
    if (codeOf(error) === 'SQLITE_ERROR') throw new PipelineError(ErrorCode.VALUE, `${name}: computing it fails (SQLITE_ERROR)`, {native: 'SQLITE_ERROR', remedy: 'correct its SQL: it has to have an answer for each row'});
    throw classify(error, {file, access: 'read'});
  } finally {
    db?.close();
  }
}

function prepared(db: Database.Database, sql: string, name: string): Database.Statement {
  let statement: Database.Statement;
  try {
    statement = db.prepare(sql);
  } catch (error) {
    // Of these the driver has no code.
    if (error instanceof RangeError) throw new PipelineError(ErrorCode.CONFIG, `${name}: its SQL is more than one statement, or none`, {remedy: 'give one SELECT'});
    if (!(error instanceof Error) || codeOf(error) !== 'SQLITE_ERROR') throw error;
    const isAbsent = /^no such (\w+)/.exec(error.message)?.[1];
    const word = nameInSql(sql, 'sqlite', error.message);
    const what = isAbsent === undefined ? `it is no valid SQL${word.replace(/^:/, ', near')}` : `a ${isAbsent} does not exist${word}`;
    throw new PipelineError(ErrorCode.SCHEMA, `${name}: ${what} (SQLITE_ERROR)`, {native: 'SQLITE_ERROR', retryable: false, remedy: 'correct its SQL, or see whether its tables are there'});
  }
  if (statement.reader && statement.readonly) return statement;
  throw new PipelineError(ErrorCode.CONFIG, `${name}: its SQL would write, or gives no rows`, {remedy: 'give one SELECT; it may only read'});
}

interface Reading {
  readonly column: ResultColumn;
  readonly decoder: Decoder;
}

const computed: Reading['decoder'] = decoderOf({name: '', type: 'any', nullable: true}, 'any');

/** What comes out of a column of a table is what that is declared as; what is computed can be anything. */
function readingsOf(db: Database.Database, statement: Database.Statement): readonly Reading[] {
  const tables = new Map<string, DescribedTable>();
  const isTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'");
  return statement.columns().map(({name, table, column: of, database}) => {
    if (table === null || of === null || database !== 'main') return {column: {name, type: 'any'}, decoder: computed};
    if (!tables.has(table) && isTable.get(table) !== undefined) tables.set(table, describeTable(db, table, false));
    const described = tables.get(table);
    const column = described?.schema.columns.find(each => each.name === of);
    const storage = described?.storage.get(of);
    return column === undefined || storage === undefined ? {column: {name, type: 'any'}, decoder: computed} : {column: {name, type: column.type}, decoder: decoderOf(column, storage)};
  });
}
