import {quoteIdentifier, type ChunkSteps} from '@sluice/sql';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);

/** PostgreSQL 18 manual, appendix K. */
const MOST_COLUMNS = 1600;

/** A column that numbers the chunks of a table as long as it is built, so that rows are found again after a crash. Null where there is no room for it. */
export function chunkColumnFor({schema: {columns}}: TablePlan): string | null {
  if (columns.length >= MOST_COLUMNS) return null;
  let name = '_sluice_chunk';
  while (columns.some(column => column.name === name)) name += '_';
  return name;
}

export async function addChunkColumn(session: Session, name: string, column: string, signal: AbortSignal): Promise<void> {
  await session.run(`ALTER TABLE ${quote(name)} ADD COLUMN ${quote(column)} integer`, signal);
}

export const chunkSteps: Omit<ChunkSteps<Session, TablePlan>, 'columnOf'> = {
  async empty(session, {schema}, name, signal) {
    // References among the tables of a load are made at its end.
    await session.run(`TRUNCATE ${quote(name)}`, signal, {table: schema.table});
  },
  remove: (session, name, column, chunks, but, signal) =>
    session.run(`DELETE FROM ${quote(name)}${chunks.length === 0 ? (but ? '' : ' WHERE false') : ` WHERE ${quote(column)} ${but ? '<> ALL' : '= ANY'} ('{${chunks.join(',')}}')`}`, signal),
  async greatest(session, name, column, signal) {
    const [row] = await session.rows(`SELECT coalesce(max(${quote(column)}), 0) FROM ${quote(name)}`, signal);
    return Number(row![0]);
  },
  async count(session, name, signal) {
    const [row] = await session.rows(`SELECT count(*) FROM ${quote(name)}`, signal);
    return Number(row![0]);
  },
};
