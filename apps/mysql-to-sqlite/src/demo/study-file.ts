import {closeSync, fsyncSync, openSync, renameSync, rmSync} from 'node:fs';
import type {Column, Index, Schema, View} from '@sluice/core';
import Database from 'better-sqlite3';
import {generateStudy, studyViews} from './study-generator.ts';
import type {StudyOptions} from './study-people.ts';

/**
 * Writes the study into a new SQLite file, replacing an old one only when it is complete. Tables
 * are declared the way a database grown over thirty years declares them; comments stand in the DDL.
 */
export function writeStudy(file: string, options: StudyOptions): {readonly tables: number; readonly rows: number} {
  const part = `${file}.part`;
  rmSync(part, {force: true});
  let tables = 0;
  let rows = 0;
  const database = new Database(part);
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.exec('BEGIN');
    for (const {schema, rows: generated} of generateStudy(options)) {
      database.exec(createTable(schema));
      const insert = database.prepare(`INSERT INTO ${quote(schema.table)} VALUES (${schema.columns.map(() => '?').join(',')})`);
      for (const row of generated) {
        insert.run(row);
        rows++;
      }
      for (const index of schema.indexes ?? []) database.exec(createIndex(schema.table, index));
      tables++;
    }
    for (const view of studyViews) database.exec(createView(view));
    database.exec('COMMIT');
    database.close();
    durably(part);
    renameSync(part, file);
    return {tables, rows};
  } finally {
    database.close();
    rmSync(part, {force: true});
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (names: readonly string[]): string => names.map(quote).join(', ');

function createTable({table, columns, primaryKey, foreignKeys = [], checks = [], comment}: Schema): string {
  const lines = [
    ...columns.map(column => ({text: columnDefinition(column, primaryKey), comment: column.comment})),
    ...(primaryKey.length > 1 || columns.every(column => column.name !== primaryKey[0] || column.type !== 'int')
      ? primaryKey.length > 0 ? [{text: `PRIMARY KEY (${list(primaryKey)})`, comment: undefined}] : []
      : []),
    ...checks.map(check => ({text: `CONSTRAINT ${quote(check.name)} CHECK (${check.sql})`, comment: undefined})),
    ...foreignKeys.map(key => ({
      text: `CONSTRAINT ${quote(key.name)} FOREIGN KEY (${list(key.columns)}) REFERENCES ${quote(key.table)} (${list(key.referencedColumns)})` +
        ` ON DELETE ${key.onDelete} ON UPDATE ${key.onUpdate}`,
      comment: undefined,
    })),
  ];
  const body = lines.map((line, i) => `  ${line.text}${i < lines.length - 1 ? ',' : ''}${line.comment === undefined ? '' : ` -- ${line.comment}`}`);
  return `CREATE TABLE ${quote(table)} (${comment === undefined ? '' : ` -- ${comment}`}\n${body.join('\n')}\n)`;
}

function columnDefinition(column: Column, primaryKey: readonly string[]): string {
  const rowid = column.type === 'int' && primaryKey.length === 1 && primaryKey[0] === column.name;
  const value = column.default?.kind === 'literal' ? ` DEFAULT ${column.type === 'int' ? column.default.text : literal(column.default.text)}` : '';
  return `${quote(column.name)} ${declaredType(column)}${column.nullable ? '' : ' NOT NULL'}` +
    `${rowid ? ' PRIMARY KEY' : ''}${column.autoIncrement ? ' AUTOINCREMENT' : ''}${value}`;
}

function declaredType({type, maxLength, precision, scale}: Column): string {
  switch (type) {
    case 'int': return 'INTEGER';
    case 'float': return 'DOUBLE';
    case 'decimal': return `DECIMAL(${precision},${scale})`;
    case 'timestamp': return 'DATETIME';
    case 'date': return 'DATE';
    case 'bytes': return 'BLOB';
    case 'text': return maxLength === undefined ? 'TEXT' : `VARCHAR(${maxLength})`;
    default: throw new Error(`the study has no columns of type ${type}`);
  }
}

const createIndex = (table: string, {name, unique, parts}: Index): string =>
  // Index names belong to the whole file in SQLite, to the table in MySQL.
  `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(`${table}_${name}`)} ON ${quote(table)} (` +
  `${parts.map(part => `${quote(part.column ?? '')}${part.descending ? ' DESC' : ''}`).join(', ')})`;

const createView = ({name, sql}: View): string => `CREATE VIEW ${quote(name)} AS ${sql}`;

function durably(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
