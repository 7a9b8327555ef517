import type {CursorBound, CursorRequest, Position} from '@sluice/core';
import {cursorPosition, cursorText, refuseCursor, unreachableRows} from '@sluice/sql';
import type {Database} from 'better-sqlite3';
import type {DescribedTable} from './describe-table.ts';
import {quote} from './quote.ts';

/**
 * How far each table can be read by a column of integers. One transaction writes at a time, so a row that is
 * committed later has a value that was drawn after all of the snapshot's. Moments as text are no cursor: the clock
 * gives the same second to rows of the snapshot and to those that come after it. Throws CONFIG.
 */
export function cursorBounds(db: Database, requests: readonly CursorRequest[], describe: (table: string) => DescribedTable): CursorBound[] {
  return requests.map(({table, column}) => {
    refuseCursor(table, column, describe(table).schema.columns.find(({name}) => name === column)?.type, ['int']);
    const greatest = db.prepare(`SELECT max(${quote(column)}) FROM ${quote(table)} WHERE typeof(${quote(column)}) = 'integer'`).pluck().safeIntegers().get() as bigint | null;
    return {until: greatest === null ? null : cursorPosition(column, String(greatest)), open: false};
  });
}

/** The rows after one position up to another, as a condition. Throws SCHEMA for a position of something else. */
export function cursorRange(table: string, column: string, after: Position | null, until: Position | null): string {
  const side = (operator: string, position: Position) => `${quote(column)} ${operator} ${BigInt(cursorText(position, column, table))}`;
  return [...(after === null ? [] : [side('>', after)]), ...(until === null ? ['0'] : [side('<=', until)])].join(' AND ');
}

/** Throws VALUE when rows of the table, of those that meet the condition, have no value that a cursor reaches. */
export function refuseUnreachable(db: Database, table: string, column: string, where: string | null): void {
  const rows = db.prepare(`SELECT count(*) FROM ${quote(table)} WHERE typeof(${quote(column)}) <> 'integer'${where === null ? '' : ` AND ${where}`}`).pluck().get() as number;
  if (rows > 0) throw unreachableRows(table, column, rows);
}
