import type {ColumnType, RawFormat, Row, Schema} from '@sluice/core';
import {PostgresBinaryRows, type PostgresBinaryType} from '@sluice/csv-staging/postgres-binary';
import type {RelationalPlan, ScalarType} from '@sluice/relational';
import type {FlattensDocuments, TableItem} from './table-pass.ts';

/** Of COPY's binary format, whatever the version of the server: the types below have had one form in all of them. */
const FORMAT = /^postgresql\/copy-binary \d+ UTF8$/;

/** How a column of PostgreSQL is written, by its type as the format names it, and which columns of ours it is for. */
const TYPES: ReadonlyMap<string, {readonly of: ColumnType; readonly type: PostgresBinaryType}> = new Map([
  ['bool as boolean', {of: 'bool', type: 'bool'}], ['int8 as bigint', {of: 'int', type: 'int8'}], ['float8 as double precision', {of: 'float', type: 'float8'}],
  ['numeric', {of: 'decimal', type: 'numeric'}],
  ['text', {of: 'text', type: 'text'}], ['json', {of: 'json', type: 'json'}], ['jsonb', {of: 'json', type: 'jsonb'}], ['uuid', {of: 'uuid', type: 'uuid'}], ['bytea', {of: 'bytes', type: 'bytea'}],
  // BSON counts milliseconds.
  ['timestamptz as timestamp(3) with time zone', {of: 'timestamptz', type: 'timestamptz'}],
]);

/** Ids that MongoDB and the index of a key sort alike. Text is not among them: a collection may have a collation of its own. */
const SORTED_ALIKE: ReadonlySet<ScalarType> = new Set(['int', 'long', 'objectId', 'uuid', 'date']);

/** How the columns of a table of the plan are written in a format; null where it is another one, or the rows do not come in the order of the key. */
export function binaryTypes({root, idField}: RelationalPlan, {columns, primaryKey}: Schema, format: RawFormat): readonly PostgresBinaryType[] | null {
  const id = root.fields.get(idField);
  if (idField !== '_id' || id?.kind !== 'scalar' || !SORTED_ALIKE.has(id.type) || primaryKey.length === 0) return null;
  if (!FORMAT.test(format.id) || format.columns.length !== columns.length) return null;
  const types: PostgresBinaryType[] = [];
  for (const [i, {type}] of columns.entries()) {
    const found = TYPES.get(format.columns[i]!);
    if (found?.of !== type) return null;
    types.push(found.type);
  }
  return types;
}

/** A table that is wanted out of a pass, as bytes. */
export interface EncodedTable {
  /** Where its rows are among those that flattening gives. */
  readonly place: number;
  readonly types: readonly PostgresBinaryType[];
}

/** Rows of a table as bytes, and how many end in them. */
export interface EncodedRows {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Makes the rows of documents into bytes, table by table, all in one pass. Bound: a chunk per table, or a row where it is larger. */
export async function* encodePass(documents: AsyncIterable<readonly Uint8Array[]>, flatten: FlattensDocuments, tables: number, wanted: readonly EncodedTable[]): AsyncGenerator<TableItem<EncodedRows>> {
  const rows: Row[][] = Array.from({length: tables}, () => []);
  const encoders = wanted.map(({types}) => new PostgresBinaryRows(types));
  const counts = wanted.map(() => 0);
  const given = (table: number, bytes: Uint8Array): TableItem<EncodedRows> => {
    const piece = {bytes, rows: counts[table]!};
    counts[table] = 0;
    return {table, batch: piece};
  };
  for await (const group of documents) {
    for (const document of group) {
      flatten.add(document, rows);
      for (let table = 0; table < encoders.length; table++) {
        const encoder = encoders[table]!;
        const found = rows[wanted[table]!.place]!;
        for (let i = 0; i < found.length; i++) {
          encoder.add(found[i]!);
          counts[table]!++;
          if (encoder.full) yield given(table, encoder.take());
        }
      }
      for (const each of rows) each.length = 0;
    }
  }
  for (const [table, encoder] of encoders.entries()) yield given(table, encoder.end());
}
