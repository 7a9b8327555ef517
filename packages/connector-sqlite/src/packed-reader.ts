import {setImmediate} from 'node:timers/promises';
import {packRows} from '@sluice/checksum';
import {assert, must, type Column, type PackedBatch} from '@sluice/core';
import type {Database, Statement} from 'better-sqlite3';
import type {DescribedTable} from './describe-table.ts';
import {FieldPacker, type FieldKind} from './field-packer.ts';
import {decodePosition, pageSql, positionOf, readPages, wholePageRows, type PageRequest} from './page-reader.ts';
import {quote} from './quote.ts';
import type {Storage} from './types.ts';

/** `concat` takes 1,000 arguments (SQLITE_MAX_FUNCTION_ARG), and a column needs up to two. */
const MOST_COLUMNS = 500;
/** About what a local socket holds, and a millisecond's work. */
const PIECE_ROWS = 256;
const FIELD_KINDS: Partial<Readonly<Record<Storage, FieldKind>>> = {text: 'text', integer: 'integer', boolean: 'boolean', real: 'real'};
/** In no table is it a column: it stands for the rowid, and for the fields of a row. */
const KEY = quote('sluice key'), FIELDS = quote('sluice fields');

/**
 * Whether rows of these columns can be read as bytes: paged by rowid, in a file of UTF-8, all of them columns whose values are of the
 * class that they declare, which the look at the rows has proved.
 */
export function packsTable(db: Database, {paging, maxRowBytes}: DescribedTable, storages: readonly Storage[]): boolean {
  if (paging.by !== 'rowid' || maxRowBytes === null || storages.length === 0 || storages.length > MOST_COLUMNS) return false;
  if (!storages.every(storage => FIELD_KINDS[storage] !== undefined) || db.pragma('encoding', {simple: true}) !== 'UTF-8') return false;
  // Since 3.52 SQLite prints the digits that read back as the same bits; before it printed fifteen.
  return !storages.includes('real') || db.prepare('SELECT CAST(0.1 + 0.2 AS TEXT)').pluck().get() === String(0.1 + 0.2);
}

/**
 * Reads the pages that `readPages` would give, packed: SQLite prints rows into one blob, which costs about half of what it takes to make a
 * value of each field. What is not as it should be is read as rows, so that the error says what `readPages` says. A page is read in
 * pieces, and between them what waits for this thread has its turn: a destination's socket holds less than a page. Bound: one page.
 */
export async function* readPackedPages(db: Database, request: PageRequest, columns: readonly Column[], storages: readonly Storage[], signal: AbortSignal): AsyncGenerator<PackedBatch> {
  const {paging} = request;
  assert(paging.by === 'rowid', 'packed rows come by rowid');
  const asRows = (range: Pick<PageRequest, 'after' | 'until'>) => readPages(db, {...request, ...range});
  const pageRows = wholePageRows(request);
  if (pageRows === null) {
    for (const {rows, position} of asRows(request)) yield {packed: packRows(columns, rows), position};
    return;
  }

  const kinds = storages.map(storage => must(FIELD_KINDS[storage], 'a way to print a column'));
  const table = quote(request.table);
  // With its table's name it is no alias of a result column, whatever it is called.
  const {first: firstSql, rest: restSql, end} = pageSql(request, [`${table}.${paging.name}`], where => (
    `SELECT max(${KEY}), count(*), CAST(group_concat(${FIELDS}, '') AS BLOB)
       FROM (SELECT ${table}.${paging.name} AS ${KEY}, concat(${columns.map(({name}, i) => printed(quote(name), kinds[i]!)).join(', ')}) AS ${FIELDS}
               FROM ${table} ${where} ORDER BY ${table}.${paging.name} LIMIT ?)`));
  const packer = new FieldPacker(kinds, pageRows);
  let {after} = request;
  let first: Statement | null = null;
  let rest: Statement | null = null;
  for (;;) {
    const statement: Statement = after === null ? (first ??= db.prepare(firstSql).raw().safeIntegers()) : (rest ??= db.prepare(restSql).raw().safeIntegers());
    const wanted = Math.min(PIECE_ROWS, pageRows - packer.rows);
    const [key, rows, fields] = statement.get(...after === null ? [] : decodePosition(after), ...end, wanted) as [bigint | null, bigint, Buffer | null];
    if (key !== null && fields !== null) {
      const until = positionOf(key);
      if (!packer.append(fields, Number(rows))) for (const batch of asRows({after, until})) packer.add(packRows(columns, batch.rows));
      after = until;
    }
    const isLast = rows < wanted;
    if ((isLast && packer.rows > 0) || packer.rows >= pageRows) yield {packed: packer.take(), position: after};
    if (isLast) return;
    await setImmediate();
    signal.throwIfAborted();
    assert(db.open, 'the source is in use');
  }
}

/** The value of a column and what ends it. */
function printed(name: string, kind: FieldKind): string {
  switch (kind) {
    case 'text': return `ifnull(${name} || x'ff', x'fe')`;
    // SQLite prints no sign before zero. No column with the affinity of reals gets one from SQLite itself, but a file may hold it.
    case 'real': return `CASE WHEN ${name} = 0.0 AND atan2(${name}, -1.0) < 0.0 THEN '-0.0' ELSE ${name} END, x'ff'`;
    case 'integer': case 'boolean': return `${name}, x'ff'`;
  }
}
