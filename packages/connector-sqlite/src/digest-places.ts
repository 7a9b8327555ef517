import {rowDigester} from '@sluice/checksum';
import type {Column} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {decoderOf} from './decode.ts';
import {readPages, type Paging} from './page-reader.ts';
import {boundsOf, type Interval} from './places.ts';
import type {Storage} from './types.ts';

/** Places of one table in a file, told in plain data so that they can be sent to another thread. */
export interface PlacesWork {
  readonly file: string;
  readonly table: string;
  readonly columns: readonly {readonly name: string; readonly column: Column; readonly storage: Storage}[];
  readonly paging: Paging;
  readonly places: readonly (readonly Interval[])[];
  readonly maxRows: number;
  readonly maxBytes: number;
  /** No row is larger; null when that is not known. */
  readonly maxRowBytes: number | null;
}

// Small pages die young in the engine's nursery: larger ones are no faster, and cost memory.
const PAGE_ROWS = 256;

/** Digests each place by itself, in the order given; says after every page how many rows it had, and returns the digests. */
export function* digestPlaces(db: Database, {table, columns, paging, places, maxRows, maxBytes, maxRowBytes}: PlacesWork): Generator<number, string[]> {
  const read = columns.map(({name, column, storage}) => ({name, decoder: decoderOf(column, storage)}));
  const digested = columns.map(({column}) => column);
  const digests: string[] = [];
  for (const place of places) {
    const digester = rowDigester(digested, 'written');
    for (const interval of place) {
      for (const {rows} of readPages(db, {table, columns: read, paging, ...boundsOf(interval), maxRows: Math.min(maxRows, PAGE_ROWS), maxBytes, maxRowBytes})) {
        digester.update(rows);
        yield rows.length;
      }
    }
    digests.push(digester.finish().digest);
  }
  return digests;
}
