import {rowDigester} from '@sluice/checksum';
import type {LiveTables, Place, Row, Schema, StoredObject} from '@sluice/core';
import {makeReceipt, type MadeReceipt, type PlaceRecord, type ReceiptFields} from '../src/index.ts';

export const never: AbortSignal = new AbortController().signal;
export const limits = {maxRows: 7, maxBytes: 1 << 20};

export function digestOf(schema: Schema, rows: readonly Row[]): string {
  const digester = rowDigester(schema.columns, 'written');
  digester.update(rows);
  return digester.finish().digest;
}

/** A table whose rows are numbered as SQLite numbers them. */
export interface FakeTable {
  readonly schema: Schema;
  rows: Map<number, Row>;
}

/** A destination in memory whose places are lists of intervals of row numbers. */
export function fakeLive(tables: readonly FakeTable[], objects: readonly StoredObject[]): LiveTables {
  const of = ({table}: Schema) => tables.find(({schema}) => schema.table === table)!;
  const numbered = (table: FakeTable) => [...table.rows].sort(([a], [b]) => a - b);
  return {
    async *readPlace(schema, place) {
      const intervals = place === null ? [[-Infinity, Infinity]] as const : JSON.parse(place) as [number, number][];
      for (const [from, to] of intervals) for (const [rowid, row] of numbered(of(schema))) if (rowid >= from && rowid <= to) yield {rows: [row], position: null};
    },
    async digestPlaces(schema, places) {
      return places.map(place => digestOf(schema, (JSON.parse(place) as [number, number][]).flatMap(([from, to]) =>
        numbered(of(schema)).filter(([rowid]) => rowid >= from && rowid <= to).map(([, row]) => row))));
    },
    countRows: async schema => of(schema).rows.size,
    fitter: () => () => {},
    objects: async () => objects,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The receipt of a run that put these tables there, in places of `size` rows. */
export function receiptOf(tables: readonly FakeTable[], objects: readonly StoredObject[], size: number, previous: string | null = null, changes: Partial<ReceiptFields> = {}): MadeReceipt {
  return makeReceipt({
    tool: {name: 'tool', version: '1.0.0'}, kind: 'full', startedAt: '2024-02-01T10:00:00.000Z', finishedAt: '2024-02-01T10:00:09.000Z',
    source: {kind: 'mysql', label: 'mysql://db.example/study', identity: null, snapshot: null},
    destination: {kind: 'sqlite', label: 'sqlite:study.db', file: {sha256: 'a'.repeat(64), bytes: 4096}},
    rules: {policy: null, study: null, tables: null}, objects, warnings: [],
    tables: tables.map(({schema, rows}) => ({name: schema.table, target: schema.table, change: 'rewritten', verified: true, schema, places: placesOf(schema, rows, size)})),
    ...changes,
  }, previous);
}

export function placesOf(schema: Schema, rows: ReadonlyMap<number, Row>, size: number): PlaceRecord[] {
  const all = [...rows].sort(([a], [b]) => a - b);
  const places: PlaceRecord[] = [];
  for (let i = 0; i < all.length; i += size) {
    const part = all.slice(i, i + size);
    places.push([JSON.stringify([[part[0]![0], part.at(-1)![0]]]) as Place, part.length, digestOf(schema, part.map(([, row]) => row))]);
  }
  return places;
}
