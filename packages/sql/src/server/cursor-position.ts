import {ErrorCode, PipelineError, type Position} from '@sluice/core';

/** Where a cursor stands: the column, and its value in the source's own text. */
export function cursorPosition(column: string, text: string): Position {
  return JSON.stringify({cursor: column, at: text}) as Position;
}

/** The text of a position of this cursor. Throws SCHEMA for one of something else. */
export function cursorText(position: Position, column: string, table: string): string {
  const parsed: unknown = JSON.parse(position);
  if (typeof parsed === 'object' && parsed !== null && 'cursor' in parsed && parsed.cursor === column && 'at' in parsed && typeof parsed.at === 'string') return parsed.at;
  throw new PipelineError(ErrorCode.SCHEMA, `table ${table} was not read by ${column} before`, {
    table, column, remedy: 'name the cursor it was read by, or copy it with mode replace once',
  });
}

/** Canonical types whose values have an order that both a server and its clients agree on, fine enough to tell one moment from the next. */
const CURSOR_TYPES: readonly string[] = ['int', 'decimal', 'timestamp', 'timestamptz'];

/** Throws CONFIG for a column that is not there or whose type cannot be a cursor's. */
export function refuseCursor(table: string, column: string, type: string | undefined, types = CURSOR_TYPES): void {
  if (type !== undefined && types.includes(type)) return;
  const what = type === undefined ? 'it is not there' : `it is ${type}, and a cursor is ${types.join(', ')}`;
  throw new PipelineError(ErrorCode.CONFIG, `column ${column} of table ${table} cannot be a cursor: ${what}`, {table, column, remedy: 'name another column with --cursor'});
}

/** The error of rows that no cursor ever reaches. */
export function unreachableRows(table: string, column: string, rows: number): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `table ${table}: ${rows} ${rows === 1 ? 'row has' : 'rows have'} no value in ${column} that a cursor reaches (NULL, or infinity)`, {
    table, column, remedy: `leave them out with a condition, or name a cursor that every row has`,
  });
}
