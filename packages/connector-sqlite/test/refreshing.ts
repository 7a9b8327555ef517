import {rowDigester} from '@sluice/checksum';
import {must, type Catalog, type Place, type PlacedTables, type RefreshLoad, type RefreshRequest, type RefreshWriter, type Row, type Schema, type View} from '@sluice/core';
import {SqliteDestination} from '../src/index.ts';
import {never} from './loading.ts';

export const limits = {maxRows: 1000, maxBytes: 1 << 20};

/** What a run notes of a batch. */
export interface Chunk {
  readonly place: Place | null;
  readonly rows: number;
  readonly digest: string;
}

export const digestOf = ({columns}: Schema, rows: readonly Row[]): string => {
  const digester = rowDigester(columns, 'written');
  digester.update(rows);
  return digester.finish().digest;
};

/** Writes rows in batches of `size`, each committed. */
export async function writeBatches(writer: RefreshWriter, schema: Schema, rows: readonly Row[], size = 100): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let i = 0; i < rows.length; i += size) {
    const batch = {rows: rows.slice(i, i + size).map(row => [...row]), position: null};
    writer.fit(batch);
    const digest = digestOf(schema, batch.rows);
    chunks.push({place: await writer.write(batch), rows: batch.rows.length, digest});
    await writer.commit();
  }
  return chunks;
}

export async function begin(
  file: string, tables: readonly Schema[], from: RefreshRequest['from'], keep: readonly string[] = [], {views = [], archiveDirectory}: {readonly views?: readonly View[]; readonly archiveDirectory?: string} = {},
): Promise<RefreshLoad> {
  const catalog: Catalog = {tables, views, others: []};
  const destination = new SqliteDestination(file, archiveDirectory === undefined ? {} : {archiveDirectory});
  return must(await destination.beginRefresh({catalog, from, keep: new Set(keep)}, never), 'a load');
}

/** Loads tables from nothing and makes them live; what was noted of each. */
export async function loadAnew(
  file: string, tables: readonly {readonly schema: Schema; readonly rows: readonly Row[]}[], {views = [], size = 100}: {readonly views?: readonly View[]; readonly size?: number} = {},
): Promise<Map<string, Chunk[]>> {
  await using load = await begin(file, tables.map(({schema}) => schema), 'nothing', [], {views});
  const noted = new Map<string, Chunk[]>();
  for (const {schema, rows} of tables) {
    await using writer = await load.open(schema, 'anew', never);
    noted.set(schema.table, await writeBatches(writer, schema, rows, size));
  }
  await load.finish(never);
  await load.publish(never);
  return noted;
}

export function placesOf(chunks: readonly Chunk[]): Place[] {
  return chunks.map(({place}) => must(place, 'a place'));
}

export async function readRows(tables: PlacedTables, schema: Schema, place: Place | null): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of tables.readPlace(schema, place, limits, never)) rows.push(...batch.rows);
  return rows;
}
