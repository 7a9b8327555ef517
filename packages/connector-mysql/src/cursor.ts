import {ErrorCode, must, PipelineError, type Column, type CursorBound, type Position} from '@sluice/core';
import {cursorPosition, cursorText, outlast, quoteIdentifier, refuseCursor, tick, tickMs, unreachableRows} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {comparison, type Comparison} from './keyset.ts';
import {OpenTransactions} from './open-transactions.ts';
import type {Session} from './session.ts';

/** A column that a table is read by. */
export interface Cursor {
  readonly table: string;
  readonly column: Column;
  readonly operand: string;
  readonly comparison: Comparison;
}

/** Throws CONFIG for a column that cannot be a cursor. */
export function planCursor({schema: {table, columns}, natives, engine}: TableDescription, name: string): Cursor {
  const column = columns.find(each => each.name === name);
  refuseCursor(table, name, column?.type);
  if (engine !== 'InnoDB') {
    throw new PipelineError(ErrorCode.CONFIG, `table ${table} cannot be read by a cursor: of rows that come late only InnoDB knows`, {table, remedy: 'use mode replace or mirror'});
  }
  return {table, column: column!, operand: `t.${quoteIdentifier('mysql', name)}`, comparison: comparison(must(natives.get(name), 'a described column'), undefined)};
}

/** The rows after one position up to another, as a condition. Throws SCHEMA for a position of something else. */
export function cursorRange({table, column, operand, comparison: {literal}}: Cursor, after: Position | null, until: Position | null): string {
  const side = (operator: string, position: Position) => `${operand} ${operator} ${literal(cursorText(position, column.name, table))}`;
  return [...(after === null ? [] : [side('>', after)]), ...(until === null ? ['FALSE'] : [side('<=', until)])].join(' AND ');
}

/** Throws VALUE when rows of the table, of those that meet the condition, have no value that a cursor reaches. */
export async function refuseUnreachable(session: Session, {table, column, operand}: Cursor, where: string | null, signal: AbortSignal): Promise<void> {
  if (!column.nullable) return;
  const [row] = await session.rows(
    `SELECT COUNT(*) FROM ${quoteIdentifier('mysql', table)} AS t WHERE ${operand} IS NULL${where === null ? '' : ` AND ${where}`}`, signal, {table});
  const rows = Number(row![0]);
  if (rows > 0) throw unreachableRows(table, column.name, rows);
}

/**
 * Greatest values first, then the statements that run and the transactions that are open. A snapshot that is
 * taken once all of those have ended holds every row up to these values: a value is drawn while a statement runs
 * (from AUTO_INCREMENT, or from the clock as the statement began), so what begins later draws a greater one.
 */
export async function settleCursors(session: Session, endpoint: MysqlEndpoint, cursors: readonly Cursor[], signal: AbortSignal): Promise<CursorBound[]> {
  const greatest: (string | null)[] = [];
  for (const {table, operand} of cursors) {
    const [row] = await session.rows(`SELECT MAX(${operand}) FROM ${quoteIdentifier('mysql', table)} AS t`, signal, {table});
    const value = row![0];
    greatest.push(value === null || value === undefined ? null : String(value));
  }
  await tick(Math.max(...cursors.map(({column: {type, scale = 0}}) => tickMs(type === 'timestamp' || type === 'timestamptz' ? scale : 6))), signal);
  const open = new OpenTransactions(endpoint);
  const settled = await outlast(await open.first(signal), () => open.now(signal), endpoint.lockTimeoutSeconds * 1000, signal);
  return cursors.map(({column: {name}}, i) => {
    const text = greatest[i]!;
    return settled ? {until: text === null ? null : cursorPosition(name, text), open: false} : {until: null, open: true};
  });
}
