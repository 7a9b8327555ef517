import {assert, ErrorCode, PipelineError, type KeyRange, type Position} from '@sluice/core';

/** The conditions for the two sides of a position, in the dialect's SQL. Both throw a plain Error for a position that is not of the table. */
export interface KeySides {
  /** For rows after the position. */
  after(position: Position): string;
  /** Its exact opposite: the rows up to the position, itself included. */
  until(position: Position): string;
}

/** A position is the primary key of the last row, as a JSON list of texts. */
export function keyPosition(texts: readonly (string | null)[]): Position {
  assert(texts.every(text => text !== null), 'a primary key holds no NULL');
  return JSON.stringify(texts) as Position;
}

/** The texts of a position. Throws a plain Error when it is not of a key of so many columns. */
export function keyTexts(position: Position, columns: number): readonly string[] {
  const texts: unknown = JSON.parse(position);
  if (typeof texts === 'object' && texts !== null && 'cursor' in texts) {
    throw new PipelineError(ErrorCode.SCHEMA, 'the table was read by a cursor before, and not by its key', {remedy: 'name the cursor, or copy it with mode replace once'});
  }
  assert(Array.isArray(texts) && texts.length === columns && texts.every(text => typeof text === 'string'), 'the position is one of this table');
  return texts;
}

/** Rows of a range as a condition; null when it is open at both ends. `keys` is null for a table without a primary key, which has no ranges. */
export function rangeCondition(keys: KeySides | null, {after, until}: KeyRange, table: string): string | null {
  if (after === null && until === null) return null;
  if (keys === null) throw new Error(`table ${table} has no primary key: it has no ranges`);
  return [...(after === null ? [] : [keys.after(after)]), ...(until === null ? [] : [keys.until(until)])].map(side => `(${side})`).join(' AND ');
}
