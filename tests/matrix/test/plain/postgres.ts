import type {Row} from '@sluice/core';
import pg from 'pg';
import type {PlainReader, PlainTable} from './table.ts';

const FLOAT8 = 701;
const types: pg.CustomTypesConfig = {getTypeParser: oid => (text: string | Buffer) => (Number(oid) === FLOAT8 ? Number(text) : String(text))};

/** Values as the text the server sends, a float8 as its number. */
export const readPostgres: PlainReader = async url => {
  const client = new pg.Client({connectionString: url, options: '-c TimeZone=UTC -c IntervalStyle=postgres -c bytea_output=hex'});
  await client.connect();
  try {
    const names = await client.query<[string]>({text: "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')", rowMode: 'array'});
    const tables = new Map<string, PlainTable>();
    for (const [name] of names.rows) {
      const {fields, rows} = await client.query<Row>({text: `SELECT * FROM "${name.replaceAll('"', '""')}"`, rowMode: 'array', types});
      tables.set(name, {columns: fields.map(field => field.name), rows});
    }
    return tables;
  } finally {
    await client.end();
  }
};
