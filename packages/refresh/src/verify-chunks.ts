import {rowDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type PlacedTables, type ReadLimits, type Schema} from '@sluice/core';
import {placesOf, type Chunk} from './base.ts';

interface Stored {
  readonly load: PlacedTables;
  readonly schema: Schema;
  readonly chunks: readonly Chunk[];
  readonly placed: boolean;
  readonly limits: ReadLimits;
}

/** Reads chunks back and compares them with what was written. Throws VERIFY. */
export async function verifyChunks({load, schema, chunks, placed, limits}: Stored, signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  if (!placed) {
    const digester = rowDigester(schema.columns, 'any');
    for await (const {rows} of load.readPlace(schema, null, limits, signal)) {
      digester.update(rows);
      onRows(rows.length);
    }
    if (chunks.some(({digest}) => digest !== '') && digester.finish().digest !== chunks[0]!.digest) throw differs(schema, 'its values differ');
    return;
  }
  const digests = await load.digestPlaces(schema, placesOf(chunks), limits, signal, onRows);
  let next = 0;
  let row = 0;
  for (const {place, rows, digest} of chunks) {
    if (place !== null && digests[next++] !== digest) throw differs(schema, `the first difference is among rows ${row + 1} to ${row + rows} of this run`);
    row += rows;
  }
}

function differs({table}: Schema, how: string): PipelineError {
  return new PipelineError(ErrorCode.VERIFY, `table ${table} was not stored as it was written: ${how}`, {
    table, remedy: 'nothing was published; check the disk and the memory of this machine, then run again',
  });
}
