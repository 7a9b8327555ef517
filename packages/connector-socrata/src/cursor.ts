import {ErrorCode, PipelineError, type CursorBound, type CursorRequest, type Position, type ReadRequest} from '@sluice/core';
import {cursorPosition, cursorText} from '@sluice/sql';
import type {Dataset} from './dataset.ts';
import type {Portal} from './portal.ts';
import {createdUpTo, quoteText, totalsQuery} from './soql.ts';

/** The only column that grows whatever a publisher does: the platform sets it, in one transaction of a data set after the other. */
const CURSOR = ':updated_at';
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Up to which last change a data set can be read. Throws CONFIG for any other column. */
export async function cursorBound(portal: Portal, {id, schema}: Dataset, {table, column}: CursorRequest, signal: AbortSignal): Promise<CursorBound> {
  if (column !== CURSOR || !schema.columns.some(({name}) => name === CURSOR)) {
    const what = column === CURSOR ? 'it is not read' : 'a publisher may give a new row an old value, and change or correct what is there';
    throw new PipelineError(ErrorCode.CONFIG, `column ${column} of table ${table} cannot be a cursor: ${what}`, {table, column, remedy: `take ${CURSOR}, which system=true in the URL makes a column`});
  }
  return boundAt((await portal.figures(id, totalsQuery({where: null, after: null}), signal)).get('last_updated') ?? null);
}

/** Up to a last change that was asked for: `RowTotals.lastUpdated` of all rows. */
export const boundAt = (lastUpdated: string | null): CursorBound => ({until: lastUpdated === null ? null : cursorPosition(CURSOR, lastUpdated), open: false});

/** The rows between two positions of a cursor, as a condition; null where there are none, whatever happened. */
export function cursorCondition({schema: {table}, cursor, after, until}: ReadRequest): string | null {
  if (cursor !== CURSOR) throw new PipelineError(ErrorCode.CONFIG, `table ${table} is not read by ${String(cursor)}`, {table, remedy: `take ${CURSOR}`});
  if (until === null || until === undefined) return null;
  const side = (operator: string, position: Position) => `${CURSOR} ${operator} ${quoteText(momentOf(position, table))}`;
  return [...after === null ? [] : [side('>', after)], side('<=', until)].join(' AND ');
}

/**
 * Sees to a publisher's full replace, after which every row is a new one: with `:id` as the key all rows would be there twice, and that is
 * refused (POSITION). With a key of the publisher's only those that were left out stay, which is a warning.
 */
export async function heedReplacement(portal: Portal, {id, schema: {table, primaryKey}}: Dataset, after: Position, signal: AbortSignal): Promise<void> {
  const [all, old] = [await portal.figures(id, totalsQuery({where: null, after: null}), signal), await portal.figures(id, createdUpTo(momentOf(after, table)), signal)];
  if (all.get('all_rows') === '0' || old.get('all_rows') !== '0') return;
  if (primaryKey.includes(':id')) throw new PipelineError(ErrorCode.POSITION, `table ${table}: the publisher has replaced the whole data set: each row has another :id`, {table, remedy: 'load it anew'});
  portal.warn(`data set ${id}: the publisher has replaced all rows: those that were left out are still in what was copied of table ${table}; mode mirror or replace takes them away`);
}

function momentOf(position: Position, table: string): string {
  const text = cursorText(position, CURSOR, table);
  if (MOMENT.test(text)) return text;
  throw new PipelineError(ErrorCode.SCHEMA, `table ${table} was not read by ${CURSOR} before`, {table, remedy: 'copy it with mode replace once'});
}
