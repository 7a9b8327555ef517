import {ErrorCode, PipelineError, type Batch, type CursorBound, type Position, type Writer} from '@sluice/core';
import {isConfined} from './from-before.ts';
import {STAMP_ONLY, stamped, stampOf, unstamped} from './kept-position.ts';
import type {PlannedTable} from './plan.ts';
import type {CopyMode, CopyRequest} from './request.ts';

/** What a table's run finds when it starts. */
export interface Ground {
  /** How far it can be read by its cursor; null without one. */
  readonly bound: CursorBound | null;
  /** Names that were live at the destination before; null where nothing of an earlier run matters. */
  readonly before: ReadonlySet<string> | null;
}

/** Where the reading of one table starts and ends, and what is kept of it beside the rows. */
export interface Course {
  readonly after: Position | null;
  /** For `Source.read`; null reads by the key. */
  readonly by: {readonly cursor: string; readonly until: Position | null} | null;
  /** Throws SCHEMA for rows that have no position where nobody could tell which of them were copied before. */
  take(batch: Batch): void;
  /** What to commit with rows that were read up to a position. */
  keep(position: Position | null): Position | null;
}

/** Whether what is kept beside the rows of a copy says where they come from. */
export function keepsStamps(tables: readonly PlannedTable[], mode: CopyMode, {transforms = []}: Pick<CopyRequest, 'transforms'>): boolean {
  return mode === 'append' || ((mode === 'upsert' || mode === 'snapshot') && (isConfined(transforms) || tables.some(({rows}) => rows?.cursor !== undefined)));
}

/**
 * - `replace` starts at the beginning and keeps nothing: a whole load is never resumed, and its last key may be
 *   what a rule takes out.
 * - `append` goes on after the last row that was copied, by the key or by a cursor.
 * - `snapshot` reads everything.
 * - `upsert` reads everything, so that rows that were changed come again, or what a cursor says has changed.
 *
 * Throws SCHEMA when what is at the destination was not put there in this way.
 */
export async function startCourse(table: PlannedTable, mode: CopyMode, request: CopyRequest, writer: Writer, {bound, before}: Ground, signal: AbortSignal): Promise<Course> {
  const whole: Course = {after: null, by: null, keep: () => null, take: () => {}};
  if (mode === 'replace' || mode === 'mirror') return whole;
  const name = table.out.table;
  const confined = isConfined(request.transforms ?? []);
  const cursor = table.rows?.cursor;
  const all = mode === 'snapshot' || mode === 'upsert';
  if (cursor === undefined && all && !confined) return whole;

  const isEmpty = writer.startsEmpty ?? !before?.has(name);
  const stamp = await stampOf(table, request, signal);
  if (confined && writer.resumeAfter === null && before !== null && !isEmpty) {
    throw new PipelineError(ErrorCode.SCHEMA, `rows of table ${name} are at the destination already, and nothing says by which rules`, {
      table: name, remedy: 'drop the table there, or use mode replace or mirror',
    });
  }
  const kept = unstamped(writer.resumeAfter, stamp, name);
  const keep = (position: Position | null) => stamped(stamp, position ?? (confined ? STAMP_ONLY : null));
  if (cursor === undefined) return all ? {...whole, keep: () => keep(null)} : {after: kept, by: null, keep, take: table.out.primaryKey.length === 0 && !isEmpty ? refuseAgain(name) : whole.take};
  return {...whole, after: kept, by: {cursor, until: bound?.until ?? null}, keep};
}

const refuseAgain = (table: string) => ({rows, position}: Batch) => {
  if (position !== null || rows.length === 0) return;
  throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no key, and rows of it are at the destination already: nobody could tell which have come since`, {
    table, remedy: 'name a cursor (--cursor), or say which columns identify a row (--key) and use upsert, or use mode replace or snapshot',
  });
};
