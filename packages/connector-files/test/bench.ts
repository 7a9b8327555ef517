import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Catalog, Destination, Position, Row, Schema, Source, TargetPlan, WriteMode} from '@sluice/core';
import {files} from '../src/index.ts';

/** What tests of the connector do in a line. */
export const never: AbortSignal = new AbortController().signal;
export const LIMITS = {maxRows: 1000, maxBytes: 1 << 22};
export const sourceOf = (url: string): Source => files.source({url});
export const destinationOf = (url: string): Destination => files.destination({url});

export interface Table {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

export async function tempFolder(): Promise<AsyncDisposable & {readonly path: string}> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-files-'));
  return {path, async [Symbol.asyncDispose]() { await rm(path, {recursive: true}); }};
}

/** A whole load, read back before it is published. */
export async function write(url: string, tables: readonly Table[], {mode = 'replace', position = null, catalog = {}}: {
  readonly mode?: WriteMode; readonly position?: Position | null; readonly catalog?: Partial<Catalog>;
} = {}): Promise<{readonly target: TargetPlan; readonly back: readonly Row[][]}> {
  await using destination = destinationOf(url);
  await using load = await destination.begin({catalog: {tables: tables.map(({schema}) => schema), views: [], others: [], ...catalog}, mode}, never);
  for (const {schema, rows} of tables) {
    await using writer = await load.open(schema, never);
    for (let i = 0; i < rows.length; i += 100) await writer.write({rows: rows.slice(i, i + 100).map(row => [...row]), position: null});
    await writer.commit(position);
  }
  await load.finish(never);
  const back: Row[][] = [];
  for (const {schema} of tables) {
    const some: Row[] = [];
    for await (const batch of load.readBack(schema, LIMITS, never)) some.push(...batch.rows);
    back.push(some);
  }
  await load.publish(never);
  return {target: load.target, back};
}

/** Everything a location holds, with a source of its own. */
export async function readAll(url: string): Promise<{readonly tables: readonly Table[]; readonly warnings: readonly string[]; readonly others: Catalog['others']}> {
  await using source = sourceOf(url);
  const catalog = await source.discover(never);
  const tables: Table[] = [];
  for (const schema of catalog.tables) {
    const rows: Row[] = [];
    for await (const batch of source.read({schema, after: null, ...LIMITS}, never)) rows.push(...batch.rows);
    tables.push({schema, rows});
  }
  return {tables, warnings: source.warnings, others: catalog.others};
}

export const tableOf = (table: string, columns: Schema['columns'], rows: readonly Row[] = []): Table => ({schema: {table, columns, primaryKey: []}, rows});
