import {rowDigester} from '@sluice/checksum';
import type {Column, TableDigest} from '@sluice/core';
import Database from 'better-sqlite3';
import {decoderOf} from './decode.ts';
import {positionOf, readPages, type Paging} from './page-reader.ts';
import type {Storage} from './types.ts';

/** A stretch of a table in a file, told in plain data so that it can be sent to another thread. */
export interface Part {
  readonly file: string;
  readonly table: string;
  readonly columns: readonly {readonly name: string; readonly column: Column; readonly storage: Storage}[];
  readonly paging: Paging & {readonly by: 'rowid'};
  /** Rowids (after, until]; null is open. */
  readonly after: bigint | null;
  readonly until: bigint | null;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly maxRowBytes: number | null;
}

// Two threads read at a time: a larger cache buys nothing for reading once, front to back.
const CACHE_KIB = 2048;

/** Reads a part through a connection of its own, in rowid order, and digests it. `onRows` hears of every page. */
export function digestPart({file, table, columns, paging, after, until, ...limits}: Part, onRows: (rows: number) => void): TableDigest {
  const db = new Database(file, {readonly: true, fileMustExist: true});
  try {
    db.pragma(`cache_size = -${CACHE_KIB}`);
    const digester = rowDigester(columns.map(({column}) => column), 'written');
    const read = columns.map(({name, column, storage}) => ({name, decoder: decoderOf(column, storage)}));
    for (const {rows} of readPages(db, {table, columns: read, paging, after: after === null ? null : positionOf(after), until: until === null ? null : positionOf(until), ...limits})) {
      digester.update(rows);
      onRows(rows.length);
    }
    return digester.finish();
  } finally {
    db.close();
  }
}
