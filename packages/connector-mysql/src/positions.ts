import type {Position} from '@sluice/core';
import {POSITION_TABLE} from '@sluice/sql';
import type {Session} from './session.ts';

/** Where each table's rows come up to, stored in the transaction of the rows. Names and positions as bytes: no collation can fold them. */
const CREATE = `CREATE TABLE IF NOT EXISTS ${POSITION_TABLE} (
  table_name varbinary(256) NOT NULL PRIMARY KEY,
  position longblob NOT NULL
) ENGINE = InnoDB COMMENT = 'Where Sluice goes on reading'`;

const hex = (text: string) => text === '' ? "''" : `x'${Buffer.from(text).toString('hex')}'`;

/** Ends the current transaction. */
export async function createPositions(session: Session, signal: AbortSignal): Promise<void> {
  await session.run(CREATE, signal, {table: POSITION_TABLE});
}

export async function readPosition(session: Session, table: string, signal: AbortSignal): Promise<Position | null> {
  const [row] = await session.rows(`SELECT HEX(position) FROM ${POSITION_TABLE} WHERE table_name = ${hex(table)}`, signal, {table: POSITION_TABLE});
  return row ? Buffer.from(String(row[0]), 'hex').toString() as Position : null;
}

/** Null takes the stored position away: rows of unknown origin follow. */
export async function writePosition(session: Session, table: string, position: Position | null, signal: AbortSignal): Promise<void> {
  await session.run(position === null
    ? `DELETE FROM ${POSITION_TABLE} WHERE table_name = ${hex(table)}`
    : `REPLACE INTO ${POSITION_TABLE} (table_name, position) VALUES (${hex(table)}, ${hex(position)})`, signal, {table: POSITION_TABLE});
}

export async function hasPositions(session: Session, signal: AbortSignal): Promise<boolean> {
  const rows = await session.rows(
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${POSITION_TABLE}'`, signal);
  return rows.length > 0;
}
