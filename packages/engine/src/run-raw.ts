import {bytesDigester, type TableDigest} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Load, type RawFormat, type WriteMode} from '@sluice/core';
import type {TableState} from './ledger.ts';
import {prefetch} from './prefetch.ts';
import type {CopyRequest} from './request.ts';
import type {Stopwatch} from './stopwatch.ts';

/**
 * Moves one table as bytes, where both ends have the same format and nothing on the way wants to see a row. Resolves with the digest of
 * the bytes, null without verification; with undefined where rows have to be read, and nothing was written. Throws what failed.
 */
export async function runRaw(
  {state, load, request, mode}: {readonly state: TableState; readonly load: Load; readonly request: CopyRequest; readonly mode: WriteMode},
  watch: Stopwatch, signal: AbortSignal, moved: (rows: number) => void,
): Promise<TableDigest | null | undefined> {
  const {source} = request;
  const {table} = state;
  const format = await commonFormat(table, load, request, mode, signal);
  const raw = format && source.readRaw?.(table.read, signal);
  if (!raw) return undefined;
  const digester = request.verify === false ? null : bytesDigester(format.id);
  watch.lap('write');

  async function* passing() {
    for await (const bytes of prefetch(raw!)) {
      signal.throwIfAborted();
      watch.lap('read');
      digester?.update(bytes);
      watch.lap('digest');
      yield bytes;
      watch.lap('write');
      moved(raw!.rows);
    }
  }
  const bytes = passing();
  let rows: number;
  try {
    ({rows} = await load.writeRaw!(table.out, bytes, signal));
  } catch (error) {
    // A refusal comes as soon as the server tells, while bytes may still be under way: the source reads nothing else until they are let go.
    await bytes.return();
    // Among bytes nobody knows which row it is: row by row it is found, and told.
    if (error instanceof PipelineError && error.code === ErrorCode.VALUE) return undefined;
    throw error;
  }
  watch.lap('write');
  state.rawFormat = format.id;
  state.rowsRead = state.rowsSent = raw.rows;
  state.rowsCommitted = rows;
  if (rows !== raw.rows) {
    throw new PipelineError(ErrorCode.WRITE, `${raw.rows} rows were written to table ${table.out.table}, but ${rows} arrived`, {
      table: table.out.table, remedy: 'nothing was published; run again',
    });
  }
  return digester?.finish(rows) ?? null;
}

/** The format in which a table can pass as bytes; null where its rows have to be read. Throws as the ends do. */
export async function commonFormat(
  {source: whole, read, out}: TableState['table'], load: Load, {source, reads, transforms = []}: CopyRequest, mode: WriteMode, signal: AbortSignal,
): Promise<RawFormat | null> {
  // A condition lets only some rows through; whatever else is asked for one table is for who reads its rows.
  const {where = [], ...others} = reads?.(whole.table) ?? {};
  if (where.length > 0 || Object.values(others).some(asked => asked !== undefined)) return null;
  if (mode !== 'replace' || transforms.length > 0 || read !== whole || out !== whole || !source.readRaw || !load.writeRaw || !load.readBackRaw) return null;
  const from = await source.rawFormat?.(read, signal) ?? null;
  if (from === null) return null;
  const to = await load.rawFormat?.(out, signal) ?? null;
  return to !== null && to.id === from.id && to.columns.length === from.columns.length && to.columns.every((column, i) => column === from.columns[i]) ? from : null;
}
