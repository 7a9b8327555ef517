import type {Column, Row, Schema, Value} from '@sluice/core';

/** How a run brought rows: all of them, what changed, all with deletions, or nothing as nothing had changed. */
export type RunMode = 'full' | 'incremental' | 'deletions' | 'unchanged';
export type RunStatus = 'running' | 'ok' | 'failed' | 'interrupted';

/** One run of a topic, as it stands in the table `import_run`. Moments are ISO 8601 in UTC. */
export interface RunRow {
  readonly topic: string;
  readonly startedAt: string;
  /** Null while it runs, and for ever when it died. */
  readonly endedAt: string | null;
  readonly mode: RunMode;
  readonly status: RunStatus;
  /** Rows the portal counted before the run, of those that the topic takes. */
  readonly rowsPublished: number;
  readonly rowsRead: number | null;
  readonly rowsInserted: number | null;
  readonly rowsUpdated: number | null;
  readonly rowsDeleted: number | null;
  /** Rows in the table afterwards. */
  readonly rowsInTable: number | null;
  /** The greatest `:updated_at` of the data set that is in the table for certain. */
  readonly watermark: string | null;
  /** What metadata says of when rows changed last, as it was before the run. */
  readonly sourceStamp: string | null;
  /** Names and types of the columns, as JSON; what the next run compares. */
  readonly columns: string;
  readonly filter: string | null;
  /** Why a run took another way than it was asked to, and what does not match afterwards. */
  readonly remarks: string | null;
  readonly error: string | null;
}

/** MySQL's longest key of four-byte characters has room for both. */
const KEY_CHARACTERS = 190;
const text = (name: string, nullable = true): Column => ({name, type: 'text', nullable});
const key = (name: string): Column => ({name, type: 'text', nullable: false, maxLength: KEY_CHARACTERS});
const integer = (name: string, nullable = true): Column => ({name, type: 'int', nullable});

export const runSchema: Schema = {
  table: 'import_run',
  columns: [
    key('topic'), {...key('started_at'), maxLength: 30}, text('ended_at'), text('mode', false), text('status', false), integer('rows_published', false), integer('rows_read'), integer('rows_inserted'),
    integer('rows_updated'), integer('rows_deleted'), integer('rows_in_table'), text('watermark'), text('source_stamp'), text('columns', false), text('filter'), text('remarks'), text('error'),
  ],
  primaryKey: ['topic', 'started_at'],
};

export const toRow = (run: RunRow): Row => [
  run.topic, run.startedAt, run.endedAt, run.mode, run.status, run.rowsPublished, run.rowsRead, run.rowsInserted, run.rowsUpdated, run.rowsDeleted, run.rowsInTable,
  run.watermark, run.sourceStamp, run.columns, run.filter, run.remarks, run.error,
];

export function fromRow(row: readonly Value[]): RunRow {
  const at = (i: number) => {
    const value = row[i] ?? null;
    return value === null ? null : String(value);
  };
  const number = (i: number) => (at(i) === null ? null : Number(at(i)));
  return {
    topic: at(0) ?? '', startedAt: at(1) ?? '', endedAt: at(2), mode: (at(3) ?? 'full') as RunMode, status: (at(4) ?? 'failed') as RunStatus, rowsPublished: number(5) ?? 0, rowsRead: number(6), rowsInserted: number(7),
    rowsUpdated: number(8), rowsDeleted: number(9), rowsInTable: number(10), watermark: at(11), sourceStamp: at(12), columns: at(13) ?? '[]', filter: at(14), remarks: at(15), error: at(16),
  };
}

/** A row of the superseded system's log: the begin, a page, or the end of a run. */
export interface LogRow {
  readonly id: number;
  readonly sourceFile: string;
  readonly targetHost: string;
  readonly targetDb: string;
  readonly targetTable: string;
  readonly totalRowCount: number;
  readonly chunkRowCount: number;
  readonly comments: string;
  readonly importTimestamp: string;
}

/** Its table, column for column; the id grows, as it did, and is wider. */
export const logSchema = (table: string): Schema => ({
  table,
  columns: [
    integer('import_log_id', false), text('source_file', false), text('target_host', false), text('target_db', false), text('target_table', false), integer('total_row_count', false), integer('chunk_row_count', false),
    text('comments'), {name: 'import_timestamp', type: 'timestamp', nullable: false, scale: 3},
  ],
  primaryKey: ['import_log_id'],
});

export const toLogRow = (log: LogRow): Row =>
  [log.id, log.sourceFile, log.targetHost, log.targetDb, log.targetTable, log.totalRowCount, log.chunkRowCount, log.comments, log.importTimestamp];
