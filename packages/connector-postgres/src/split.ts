import type {Position} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import {keyset} from './keyset.ts';
import type {Session} from './session.ts';

/**
 * So many pages, picked at random over the table, say where its parts end: with 400 a cut is off by up to 2.5 % of the table (the deviation
 * of a quantile of so many), for 3 MB that are read.
 */
const LEAST_PAGES = 400, PAGES_PER_PART = 50;

/** Positions that cut a table into parts of about the same number of rows, by a sample of its pages; none where no index serves ranges of the key. */
export async function splitTable(session: Session, description: TableDescription, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
  const {only, schema: {table, seeks}} = description;
  const keys = keyset(description);
  if (parts < 2 || keys === null || seeks === false) return [];
  const name = quoteIdentifier('postgres', table);
  const pages = await countPages(session, name, table, signal);
  const percent = Math.min(100, Math.max(LEAST_PAGES, PAGES_PER_PART * parts) / Math.max(1, pages) * 100);
  const list = keys.columns.map(column => `t.${quoteIdentifier('postgres', column.name)}`);
  // The same sample each time: a plan tells the parts that the copy reads, as long as nothing changes.
  const rows = await session.rows(
    `SELECT ${list.map((_, i) => `k${i}`).join(', ')} FROM (
       SELECT ${list.map((column, i) => `${column} AS k${i}`).join(', ')}, row_number() OVER (ORDER BY ${keys.orderBy}) AS n, count(*) OVER () AS total
         FROM ${only}${name} t TABLESAMPLE SYSTEM (${percent.toFixed(6)}) REPEATABLE (0)) s
      WHERE n < total AND n * ${parts} / total > (n - 1) * ${parts} / total ORDER BY n`, signal, {table});
  return rows.map(row => keys.position(row));
}

/** Of the table itself, or of all its partitions. */
async function countPages(session: Session, name: string, table: string, signal: AbortSignal): Promise<number> {
  const [row] = await session.rows(
    `SELECT coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(r)), pg_relation_size(r)) / current_setting('block_size')::int
       FROM (SELECT ${quoteText('postgres', name)}::regclass AS r) t`, signal, {table});
  return Number(row![0]);
}
