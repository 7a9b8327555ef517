import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {Session} from './session.ts';

/**
 * Throws SCHEMA when a table that was just read, and is still locked by that, has other files than when the snapshot was taken: after TRUNCATE, a
 * change of a column's type, or DROP and CREATE a snapshot from before finds no rows, and the server says nothing (PostgreSQL 15 manual, 13.6).
 * The catalog is seen as of the snapshot, the functions look at what is there now. VACUUM FULL and CLUSTER lose nothing, and look the same.
 */
export async function refuseExchanged(session: Session, table: string, signal: AbortSignal): Promise<void> {
  const [row] = await session.rows(
    `WITH RECURSIVE root AS (SELECT to_regclass(${quoteText('postgres', quoteIdentifier('postgres', table))})::oid AS oid),
       parts AS (SELECT c.oid, c.relkind, c.relfilenode FROM root JOIN pg_catalog.pg_class c USING (oid)
         UNION ALL SELECT c.oid, c.relkind, c.relfilenode FROM parts p JOIN pg_catalog.pg_inherits i ON p.relkind = 'p' AND i.inhparent = p.oid JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid)
     SELECT NOT EXISTS (SELECT FROM parts) OR EXISTS (SELECT FROM parts WHERE relkind IN ('r', 'm') AND relfilenode IS DISTINCT FROM pg_relation_filenode(oid))
       OR EXISTS (SELECT FROM parts p WHERE (SELECT r.relkind FROM root JOIN parts r USING (oid)) = 'p' AND NOT EXISTS (SELECT FROM root, pg_partition_tree(root.oid) t WHERE t.relid = p.oid))`, signal, {table});
  if (row?.[0] !== 't') return;
  throw new PipelineError(ErrorCode.SCHEMA, `table ${table}: it was truncated, written anew or exchanged after the snapshot was taken, which does not see its rows any more`, {
    table, remedy: 'run again: a new snapshot sees what is there now',
  });
}
