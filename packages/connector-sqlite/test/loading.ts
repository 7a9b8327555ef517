import type {Catalog, Destination, Load, Omission, Row, Schema, View, WriteMode} from '@sluice/core';
import {SqliteDestination, type SqliteDestinationOptions} from '../src/index.ts';

export const never: AbortSignal = new AbortController().signal;

export interface Table {
  readonly schema: Schema;
  readonly rows?: readonly Row[];
}

export function catalogOf(tables: readonly Table[], views: readonly View[] = []): Catalog {
  return {tables: tables.map(({schema}) => schema), views, others: []};
}

/** Writes all rows, as the engine does, up to just before `publish`. */
export async function fill(load: Load, tables: readonly Table[]): Promise<readonly Omission[]> {
  for (const {schema, rows = []} of tables) {
    await using writer = await load.open(schema, never);
    const batch = {rows: rows.map(row => [...row]), position: null};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
  }
  return load.finish(never);
}

/** One whole load; resolves with everything left out, planned and late. */
export async function load(
  file: string, tables: readonly Table[], {views = [], mode = 'replace', ...options}: SqliteDestinationOptions & {readonly views?: readonly View[]; readonly mode?: WriteMode} = {},
): Promise<{readonly omissions: readonly Omission[]; readonly archived: string | undefined; readonly load: Load}> {
  await using destination: Destination = new SqliteDestination(file, options);
  await using load = await destination.begin({catalog: catalogOf(tables, views), mode}, never);
  const late = await fill(load, tables);
  const {archived} = await load.publish(never);
  return {omissions: [...load.target.omissions, ...late], archived, load};
}

/** `kind name: reason` of each, for short expectations. */
export function said(omissions: readonly Omission[]): string[] {
  return omissions.map(({kind, name, reason}) => `${kind} ${name}: ${reason}`);
}
