import {ErrorCode, must, PipelineError, type Column, type CursorBound, type Position} from '@sluice/core';
import {cursorPosition, cursorText, outlast, quoteIdentifier, quoteText, refuseCursor, tick, tickMs, unreachableRows} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import type {Session} from './session.ts';

/** A column that a table is read by, and what is known of both. */
export interface Cursor {
  readonly table: string;
  readonly from: string;
  readonly column: Column;
  readonly native: NativeColumn;
  readonly operand: string;
  /** What no value is beyond; null when the column cannot hold any such. */
  readonly unreachable: string | null;
}

/** Throws CONFIG for a column that cannot be a cursor. */
export function planCursor({schema, natives, only}: TableDescription, name: string): Cursor {
  const {table} = schema;
  const column = schema.columns.find(each => each.name === name);
  refuseCursor(table, name, column?.type);
  const native = must(natives.get(name), 'a described column');
  const operand = `t.${quoteIdentifier('postgres', name)}`;
  const ends = native.base === 'timestamp' || native.base === 'timestamptz' ? ["'infinity'", "'-infinity'"] : native.base === 'numeric' ? ["'NaN'", "'Infinity'", "'-Infinity'"] : [];
  const unreachable = [
    ...(column!.nullable ? [`${operand} IS NULL`] : []),
    // As text where a numeric has no infinity yet: before PostgreSQL 14.
    ...(ends.length === 0 ? [] : [native.base === 'numeric' ? `${operand}::text IN (${ends.join(', ')})` : `${operand} IN (${ends.join(', ')})`]),
  ];
  return {
    table, column: column!, native, operand,
    from: `${only}${quoteIdentifier('postgres', table)} t`,
    unreachable: unreachable.length === 0 ? null : unreachable.join(' OR '),
  };
}

/** The rows after one position up to another, as a condition. Throws SCHEMA for a position of something else. */
export function cursorRange({table, column, native, operand}: Cursor, after: Position | null, until: Position | null): string {
  const side = (operator: string, position: Position) => `${operand} ${operator} ${quoteText('postgres', cursorText(position, column.name, table))}::${native.sqlType}`;
  return [...(after === null ? [] : [side('>', after)]), ...(until === null ? ['false'] : [side('<=', until)])].join(' AND ');
}

/** Throws VALUE when rows of the table, of those that meet the condition, have no value that a cursor reaches. */
export async function refuseUnreachable(session: Session, {table, column, from, unreachable}: Cursor, where: string | null, signal: AbortSignal): Promise<void> {
  if (unreachable === null) return;
  const [row] = await session.rows(`SELECT count(*) FROM ${from} WHERE (${unreachable})${where === null ? '' : ` AND ${where}`}`, signal, {table});
  const rows = Number(row![0]);
  if (rows > 0) throw unreachableRows(table, column.name, rows);
}

/**
 * Greatest values first, then the transactions that are open. A snapshot that is taken once all of those have
 * ended holds every row up to these values: a value is drawn inside of a transaction (from a sequence, or from
 * the clock as it began), so whoever began later draws a greater one. What a transaction has written does not
 * matter, nor whether it has written at all: its time is that of its beginning, so `pg_snapshot`, which lists
 * only those with a transaction id, would not do; every transaction holds a lock of its own name from its
 * beginning to its end. `patienceMs` limits the waiting.
 */
export async function settleCursors(session: Session, cursors: readonly Cursor[], patienceMs: number, signal: AbortSignal): Promise<CursorBound[]> {
  if (session.server.isStandby) {
    throw new PipelineError(ErrorCode.CONFIG, `${session.endpoint.label} is a standby: it does not know which transactions are open at the primary server`, {
      remedy: 'read from the primary server, or use mode replace or mirror',
    });
  }
  const greatest: (string | null)[] = [];
  for (const {table, from, operand, unreachable} of cursors) {
    const [row] = await session.rows(`SELECT max(${operand})::text FROM ${from}${unreachable === null ? '' : ` WHERE (${unreachable}) IS NOT TRUE`}`, signal, {table});
    greatest.push(row![0]!);
  }
  await tick(Math.max(...cursors.map(({column: {type, scale = 6}}) => tickMs(type === 'timestamp' || type === 'timestamptz' ? scale : 6))), signal);
  const open = async () => new Set((await session.rows(OPEN, signal)).map(([name]) => name!));
  const before = await open();
  const settled = await outlast(before, async () => {
    const now = await open();
    // One of those that were open may have been prepared: then it goes on under another name.
    return [...now].some(name => name.startsWith(PREPARED) && !before.has(name)) ? new Set([...before, ...now]) : now;
  }, patienceMs, signal);
  return cursors.map(({column: {name}}, i) => {
    const text = greatest[i]!;
    return settled ? {until: text === null ? null : cursorPosition(name, text), open: false} : {until: null, open: true};
  });
}

/**
 * Names of the transactions of this database that are open: of every client, whatever its rights, and those that
 * are prepared, which have left their client. Vacuum workers of the server's own bring no rows.
 */
const PREPARED = 'prepared ';
const OPEN = `SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid()
      AND a.usesysid IS NOT NULL AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT '${PREPARED}' || transaction::text FROM pg_prepared_xacts WHERE database = current_database()`;
