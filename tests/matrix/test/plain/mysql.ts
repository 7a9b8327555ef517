import type {Row} from '@sluice/core';
import {createConnection, type RowDataPacket} from 'mysql2/promise';
import type {PlainReader, PlainTable} from './table.ts';

/** Values as the text the server sends, a DOUBLE as its number, a BLOB as its bytes. */
export const readMysql: PlainReader = async url => {
  const connection = await createConnection({
    uri: url, charset: 'utf8mb4', rowsAsArray: true, jsonStrings: true,
    // The driver's own way from text to a float loses the last bits.
    typeCast: (field, next) => (/BLOB|STRING/u.test(field.type) ? next() : field.type === 'DOUBLE' ? numberOf(field.string()) : field.string()),
  });
  try {
    // The driver's types know of rows by name only; with `rowsAsArray` they are arrays.
    const query = async <Fields>(sql: string) => (await connection.query<RowDataPacket[]>(sql))[0] as unknown as Fields[];
    const listed = await query<[table: string, column: string]>('SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY ORDINAL_POSITION');
    const columnsOf = new Map<string, string[]>();
    for (const [table, column] of listed) columnsOf.set(table, [...(columnsOf.get(table) ?? []), column]);
    const tables = new Map<string, PlainTable>();
    for (const [table, columns] of columnsOf) {
      // The driver refuses a field that is called __proto__.
      const fields = columns.map((name, i) => `${quoted(name)} AS c${i}`);
      tables.set(table, {columns, rows: await query<Row>(`SELECT ${fields.join(', ')} FROM ${quoted(table)}`)});
    }
    return tables;
  } finally {
    await connection.end();
  }
};

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const numberOf = (text: string | null) => (text === null ? null : Number(text));
