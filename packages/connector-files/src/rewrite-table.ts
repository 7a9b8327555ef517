import {join} from 'node:path';
import {csvBytes, type Field, FileSink, isGzip, readBytes, readCsv} from '@sluice/csv-staging';
import type {TableFile} from './table-file.ts';

/**
 * Writes a CSV file anew with more columns at its end, null in the rows that are there. Fields are
 * taken over as text, whatever they are, so that nothing can change on the way.
 */
export async function rewriteWider(live: TableFile, added: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
  await using sink = await FileSink.open(join(folder, live.name), {gzip: isGzip(live.name)});
  const nulls = new Array<Field>(added.length).fill(null);
  let started = false;
  for await (const {columns, rows} of readCsv(readBytes(live.path, signal), {maxRows: 2000, maxBytes: 4 << 20, table: live.schema.table}, signal)) {
    if (!started) await sink.write(csvBytes([[...columns, ...added]]));
    started = true;
    await sink.write(csvBytes(rows.map(fields => [...fields, ...nulls])));
  }
  await sink.sync();
}
