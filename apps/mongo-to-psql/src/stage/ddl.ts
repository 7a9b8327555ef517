import type {Column, Schema} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';

const quote = (name: string) => quoteIdentifier('postgres', name);

/** Statements that make a table of PostgreSQL anew, as the superseded system wrote them into a file: for people and scripts. `copy` makes its own. */
export function ddlOf({table, columns, primaryKey, indexes = []}: Schema): string {
  const name = quote(table);
  const key = primaryKey.length === 0 ? '' : `, PRIMARY KEY (${primaryKey.map(quote).join(', ')})`;
  return [
    `DROP TABLE IF EXISTS ${name};`,
    `CREATE TABLE IF NOT EXISTS ${name} (${columns.map(column => `${quote(column.name)} ${typeOf(column)}${column.nullable ? '' : ' NOT NULL'}`).join(', ')}${key});`,
    ...indexes.map(index => `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${name} (${index.parts.flatMap(({column}) => (column === null ? [] : [quote(column)])).join(', ')});`),
  ].map(line => `${line}\n`).join('');
}

const TYPES: Readonly<Record<Column['type'], string>> = {
  bool: 'BOOLEAN', int: 'BIGINT', float: 'FLOAT8', decimal: 'NUMERIC', text: 'TEXT', bytes: 'BYTEA', date: 'DATE', time: 'INTERVAL', timestamp: 'TIMESTAMP', timestamptz: 'TIMESTAMP WITH TIME ZONE',
  json: 'JSON', uuid: 'UUID', any: 'TEXT',
};

/** The type of PostgreSQL that holds every value of the column. */
function typeOf({type, native, scale}: Column): string {
  if (native?.dialect === 'postgres') return native.sql.toUpperCase();
  return type === 'timestamptz' && scale !== undefined ? `TIMESTAMP(${scale}) WITH TIME ZONE` : TYPES[type];
}
