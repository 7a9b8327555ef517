import {quoteIdentifier, type ChunkSteps} from '@sluice/sql';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

const quote = (name: string) => quoteIdentifier('mysql', name);

/** InnoDB's limit (MySQL 9 manual, 17.21). */
const MOST_COLUMNS = 1017;

/** A column that numbers the chunks of a table as long as it is built, so that rows are found again after a crash. Null where there is no room for it. */
export function chunkColumnFor({schema: {columns}}: TablePlan): string | null {
  if (columns.length >= MOST_COLUMNS) return null;
  let name = '_sluice_chunk';
  while (columns.some(column => column.name.toLowerCase() === name)) name += '_';
  return name;
}

export async function addChunkColumn(session: Session, name: string, column: string, signal: AbortSignal): Promise<void> {
  await session.run(`ALTER TABLE ${quote(name)} ADD COLUMN ${quote(column)} INT`, signal);
}

/** Takes the column away again: MySQL 8.0.29 and MariaDB 10.4 do so without touching the rows. */
export async function dropChunkColumn(session: Session, name: string, column: string, signal: AbortSignal): Promise<void> {
  await session.run(`ALTER TABLE ${quote(name)} DROP COLUMN ${quote(column)}`, signal);
}

export const chunkSteps: Omit<ChunkSteps<Session, TablePlan>, 'columnOf'> = {
  async empty(session, {schema}, name, signal) {
    // References among the tables of a load are made at its end.
    await session.run(`TRUNCATE TABLE ${quote(name)}`, signal, {table: schema.table});
  },
  async remove(session, name, column, chunks, but, signal) {
    if (chunks.length === 0 && !but) return 0;
    const where = chunks.length === 0 ? '' : ` WHERE ${quote(column)} ${but ? 'NOT ' : ''}IN (${chunks.join(', ')})`;
    return (await session.run(`DELETE FROM ${quote(name)}${where}`, signal)).affectedRows;
  },
  async greatest(session, name, column, signal) {
    const [row] = await session.rows(`SELECT COALESCE(MAX(${quote(column)}), 0) FROM ${quote(name)}`, signal);
    return Number(row![0]);
  },
  async count(session, name, signal) {
    const [row] = await session.rows(`SELECT COUNT(*) FROM ${quote(name)}`, signal);
    return Number(row![0]);
  },
};
