import type {Catalog, Row, Schema, Source} from '@sluice/core';
import {byColumn, readTable, settle} from './classify-table.ts';
import type {TableReading} from './classify-table.ts';
import {columnReferences, indexTables} from './keys.ts';
import type {Proposal, Sample} from './proposal.ts';

export interface ClassifyOptions {
  /** Rows that are read of each table; 300 unless told, 0 reads none. */
  readonly sampleRows?: number;
}

const SAMPLE_ROWS = 300;
/** The sample of one table takes at most about this much memory. */
const SAMPLE_BYTES = 8 * 1024 * 1024;
/** How far a class goes along foreign keys: from a table over one between to a third, and once more. */
const ROUNDS = 3;

/** Reads the first rows of every table and proposes a class for every column, in the order of the catalog. Throws as `source.read` does. */
export async function classifyCatalog(source: Source, catalog: Catalog, {sampleRows = SAMPLE_ROWS}: ClassifyOptions, signal: AbortSignal): Promise<Proposal[]> {
  const readings: TableReading[] = [];
  for (const schema of catalog.tables) readings.push(readTable(schema, await readSample(source, schema, sampleRows, signal)));
  const index = indexTables(catalog.tables);
  const references = catalog.tables.map(schema => columnReferences(schema, index));
  let proposals: Proposal[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const known = byColumn(proposals);
    proposals = readings.flatMap((reading, i) => settle(reading, references[i]!, known));
  }
  return proposals;
}

async function readSample(source: Source, schema: Schema, rows: number, signal: AbortSignal): Promise<Sample | null> {
  if (rows <= 0) return null;
  const sample: Row[] = [];
  for await (const batch of source.read({schema, after: null, limit: rows, maxRows: rows, maxBytes: SAMPLE_BYTES}, signal)) {
    sample.push(...batch.rows.slice(0, rows - sample.length));
    if (sample.length >= rows) break;
  }
  return sample;
}
