import {bytesDigester, type TableDigest} from '@sluice/checksum';
import {ErrorCode, must, PipelineError, type Load, type RawFormat, type RawRows, type WriteMode} from '@sluice/core';
import type {TableState} from './ledger.ts';
import {prefetch} from './prefetch.ts';
import type {CopyRequest} from './request.ts';
import type {Stopwatch} from './stopwatch.ts';

/** How a table passes as bytes. */
export interface RawWay {
  readonly format: RawFormat;
  open(signal: AbortSignal): RawRows;
}

interface Ends {
  readonly load: Load;
  readonly request: CopyRequest;
  readonly mode: WriteMode;
}

/**
 * How tables that come out of one read pass as bytes: where both ends have the same format, or the source makes the destination's, and nothing on
 * the way wants to see a row. Null where rows of one of them have to be read. Throws as the ends do.
 */
export async function rawWays(states: readonly TableState[], ends: Ends, signal: AbortSignal): Promise<readonly RawWay[] | null> {
  const formats: RawFormat[] = [];
  for (const {table} of states) {
    const format = await commonFormat(table, ends, signal);
    if (format === null) return null;
    formats.push(format);
  }
  const {source} = ends.request;
  if (source.rawFormat && source.readRaw) {
    const [state] = states;
    return state && states.length === 1 ? formats.map(format => ({format, open: each => must(source.readRaw, 'a source that gives bytes').call(source, state.table.read, each)})) : null;
  }
  let pass: readonly RawRows[] | null = null;
  const requests = states.map(({table}, i) => ({schema: table.read, format: formats[i]!}));
  return formats.map((format, i) => ({
    format,
    open(each) {
      pass ??= must(source.encodeTogether, 'a source that makes bytes').call(source, requests, each);
      return must(pass[i], 'the bytes of a table');
    },
  }));
}

/**
 * Moves one table as bytes. Resolves with the digest of the bytes, null without verification; with undefined where rows have to be read after
 * all, and nothing was written. Throws what failed.
 */
export async function runRaw(
  {state, load, request, way: {format, open}}: {readonly state: TableState; readonly load: Load; readonly request: CopyRequest; readonly way: RawWay},
  watch: Stopwatch, signal: AbortSignal, moved: (rows: number) => void,
): Promise<TableDigest | null | undefined> {
  const {table} = state;
  const raw = open(signal);
  const digester = request.verify === false ? null : bytesDigester(format.id);
  watch.lap('write');
  /** What the source could not read it cannot read row by row either. */
  let unread: unknown;

  async function* passing() {
    for await (const bytes of telling(prefetch(raw), error => { unread = error; })) {
      signal.throwIfAborted();
      watch.lap('read');
      digester?.update(bytes);
      watch.lap('digest');
      yield bytes;
      watch.lap('write');
      moved(raw.rows);
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
    if (error !== unread && error instanceof PipelineError && error.code === ErrorCode.VALUE) return undefined;
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

/** The items, and to `failed` what the one who gives them throws. */
async function* telling<Item>(items: AsyncIterable<Item>, failed: (error: unknown) => void): AsyncGenerator<Item> {
  try {
    for await (const item of items) yield item;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** The format in which a table can pass as bytes; null where its rows have to be read. Throws as the ends do. */
async function commonFormat(
  {source: whole, read, out}: TableState['table'], {load, request: {source, reads, transforms = []}, mode}: Ends, signal: AbortSignal,
): Promise<RawFormat | null> {
  // A condition lets only some rows through; whatever else is asked for one table is for who reads its rows.
  const {where = [], ...others} = reads?.(whole.table) ?? {};
  if (where.length > 0 || Object.values(others).some(asked => asked !== undefined)) return null;
  if (mode !== 'replace' || transforms.length > 0 || read !== whole || out !== whole || !load.writeRaw || !load.readBackRaw) return null;
  const from = await source.rawFormat?.(read, signal) ?? null;
  if (from === null && !source.encodes) return null;
  const to = await load.rawFormat?.(out, signal) ?? null;
  if (from === null) return to !== null && await source.encodes?.(read, to, signal) ? to : null;
  return to !== null && to.id === from.id && to.columns.length === from.columns.length && to.columns.every((column, i) => column === from.columns[i]) ? from : null;
}
