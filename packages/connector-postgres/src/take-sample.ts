import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {Session} from './session.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);

/** Rows for each of these are looked at 300 (PostgreSQL 18 manual, ANALYZE): a tenth of what the server takes unasked. */
const FIRST_TARGET = 10;
/** The usual sample of what is smaller costs little. Bytes; at least 1,000 rows, as a page holds one or more. */
const LARGE = 8 * 1024 * 1024;

/**
 * Lets the server learn what a new table holds, so that its first queries are planned for it.
 *
 * The usual sample is 30,000 rows, 0.34 s whatever the size of the table. Of a large one a tenth of that is taken, and the server is left to take
 * its own within a minute: where the columns are named, it does not take the table for one that was analyzed (its view pg_stat_all_tables still counts
 * all rows as changed). Where it would not do that by itself, nothing is left to it.
 */
export async function takeSample(session: Session, {table, name, columns}: {readonly table: string; readonly name: string; readonly columns: readonly string[]}, signal: AbortSignal): Promise<void> {
  const where = {table};
  const [found] = await session.rows(
    `SELECT current_setting('autovacuum')::boolean AND current_setting('track_counts')::boolean AND current_setting('autovacuum_analyze_threshold')::integer <= 500`
    + ` AND current_setting('autovacuum_analyze_scale_factor')::float8 <= 0.5 AND pg_relation_size(${quoteText('postgres', quote(name))}) >= ${LARGE}`, signal, where);
  if (found?.[0] !== 't' || columns.length === 0) await session.run(`ANALYZE ${quote(name)}`, signal, where);
  // Two statements that are sent together are one transaction.
  else await session.run(`SET LOCAL default_statistics_target = ${FIRST_TARGET}; ANALYZE ${quote(name)} (${columns.map(quote).join(', ')})`, signal, where);
}
