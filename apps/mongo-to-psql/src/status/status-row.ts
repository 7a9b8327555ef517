import type {Column, Row, Schema} from '@sluice/core';

/** What a run did, as the superseded system's status table numbers it. */
export const statusOf = {initialLoad: 0, sync: 1, apply: 2, resync: 3} as const;
export type StatusCode = (typeof statusOf)[keyof typeof statusOf];

/** What the comment of a row says, as there. */
export const statusNames: Readonly<Record<StatusCode, string>> = {0: 'init load', 1: 'oplog sync', 2: 'oplog use', 3: 'oplog resync'};

/** One run. */
export interface StatusRow {
  readonly comment: string;
  /** Local time, `YYYY-MM-DD HH:MM:SS.ffffff`, as the superseded system wrote it; no two of ours are equal. */
  readonly timeStart: string;
  /** Null while it runs, and for ever when it died. */
  readonly timeEnd: string | null;
  /** Changes read, or documents of a load. */
  readonly records: number | null;
  /** Rows written. */
  readonly queries: number | null;
  /** Places in the oplogs, see `timestampsText`; null where there is no oplog. */
  readonly ts: string | null;
  readonly status: StatusCode;
  /** Failures in a row that the next run may mend; 0 after a success. */
  readonly attempt: number | null;
  /** False: all is well. True: only a load helps. Null: it runs, it died, or it failed and the next run goes on. */
  readonly error: boolean | null;
}

const integer = {dialect: 'mysql', sql: 'int'};
const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, ...more});

/** The superseded system's table, column for column. */
export const statusSchema: Schema = {
  table: 'qmetlstatus',
  columns: [
    column('comment', 'text'), column('time_start', 'timestamp', {scale: 6}), column('time_end', 'timestamp', {scale: 6}), column('recs_count', 'int', {native: integer}),
    column('queries_count', 'int', {native: integer}), column('ts', 'text'), column('status', 'int', {native: integer}), column('attempt', 'int', {native: integer}), column('error', 'bool'),
  ],
  primaryKey: [],
};

/** The column that tells its rows apart. */
export const statusKey = ['time_start'] as const;

export const toRow = ({comment, timeStart, timeEnd, records, queries, ts, status, attempt, error}: StatusRow): Row =>
  [comment, timeStart, timeEnd, records, queries, ts, status, attempt, error];

/** Null for a row that nobody of us wrote. */
export function fromRow([comment, timeStart, timeEnd, records, queries, ts, status, attempt, error]: Row): StatusRow | null {
  if (typeof timeStart !== 'string' || (status !== 0 && status !== 1 && status !== 2 && status !== 3)) return null;
  const number = (value: Row[number] | undefined) => (typeof value === 'number' ? value : null);
  const text = (value: Row[number] | undefined) => (typeof value === 'string' ? value : null);
  return {
    comment: text(comment) ?? '', timeStart, timeEnd: text(timeEnd), records: number(records), queries: number(queries), ts: text(ts), status,
    attempt: number(attempt), error: error === undefined || error === null ? null : error === true || error === 1,
  };
}
