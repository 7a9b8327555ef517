import type {Position} from '@sluice/core';
import {POSITION_TABLE, quoteBytes, quoteText} from '@sluice/sql';
import type {Session} from './session.ts';

/** Where each table's rows come up to, stored in the transaction of the rows. As bytes: a position may hold any text. */
const CREATE = `CREATE TABLE IF NOT EXISTS ${POSITION_TABLE} (table_name text COLLATE "C" PRIMARY KEY, position bytea NOT NULL)`;

const WHERE = {table: POSITION_TABLE};

export async function createPositions(session: Session, signal: AbortSignal): Promise<void> {
  if (await hasPositions(session, signal)) return;
  await session.run(`${CREATE}; COMMENT ON TABLE ${POSITION_TABLE} IS 'Where Sluice goes on reading'`, signal, WHERE);
}

export async function readPosition(session: Session, table: string, signal: AbortSignal): Promise<Position | null> {
  const [row] = await session.rows(`SELECT encode(position, 'hex') FROM ${POSITION_TABLE} WHERE table_name = ${quoteText('postgres', table)}`, signal, WHERE);
  return row ? Buffer.from(row[0] ?? '', 'hex').toString() as Position : null;
}

/** Null takes the stored position away: rows of unknown origin follow. */
export async function writePosition(session: Session, table: string, position: Position | null, signal: AbortSignal): Promise<void> {
  const name = quoteText('postgres', table);
  await session.run(position === null
    ? `DELETE FROM ${POSITION_TABLE} WHERE table_name = ${name}`
    : `INSERT INTO ${POSITION_TABLE} (table_name, position) VALUES (${name}, ${quoteBytes(new TextEncoder().encode(position), 'postgres')})`
      + ' ON CONFLICT (table_name) DO UPDATE SET position = excluded.position', signal, WHERE);
}

export async function hasPositions(session: Session, signal: AbortSignal): Promise<boolean> {
  const [row] = await session.rows(`SELECT to_regclass(${quoteText('postgres', POSITION_TABLE)})`, signal);
  return row?.[0] !== null;
}
