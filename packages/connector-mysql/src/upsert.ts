import type {Operation, Row} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {Fill, FillTarget} from './fill-table.ts';
import type {Session} from './session.ts';
import type {Encoding} from './target-type.ts';

/** A table that rows are merged into by its primary key. */
export interface MergeTarget {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly {readonly name: string; readonly at: number; readonly encoding: Encoding; readonly type: string}[];
  readonly key: readonly string[];
}

const CHANGES = '_sluice_changes';
const OP = '_sluice_op';
const UPSERT = 0, DELETE = 1;

/** Makes the session's own table for changes; to be called outside of a transaction. */
export async function openChanges(session: Session, target: MergeTarget, signal: AbortSignal): Promise<void> {
  await session.run(`DROP TEMPORARY TABLE IF EXISTS ${CHANGES}`, signal);
  const key = new Set(target.key);
  const columns = target.columns.map(({name, type}) => `${quoteIdentifier('mysql', name)} ${type} ${key.has(name) ? 'NOT NULL' : 'NULL'}`);
  await session.run(
    `CREATE TEMPORARY TABLE ${CHANGES} (${columns.join(', ')}, ${OP} tinyint NOT NULL,`
    + ` PRIMARY KEY (${target.key.map(name => quoteIdentifier('mysql', name)).join(', ')})) ENGINE = InnoDB`, signal, {table: target.table});
}

/**
 * Applies changes in their order. The last change of each key wins already in the session's own
 * table, whose key compares as the target's does; then deletes, updates and inserts are one
 * statement each. No REPLACE and no ON DUPLICATE KEY UPDATE touch the target: both would also hit
 * rows that share some other unique key.
 */
export async function mergeRows(
  session: Session, target: MergeTarget, fill: Fill, rows: readonly Row[], ops: readonly Operation[] | undefined, signal: AbortSignal,
): Promise<void> {
  if (rows.length === 0) return;
  const where = {table: target.table};
  const changes: FillTarget = {
    table: target.table, name: CHANGES, columns: target.columns, computed: [], replace: true,
    last: {name: OP, value: i => ops?.[i] === 'delete' ? DELETE : UPSERT},
  };
  await session.run(`DELETE FROM ${CHANGES}`, signal, where);
  await fill(session, changes, rows, signal);

  const name = quoteIdentifier('mysql', target.name);
  const quoted = target.columns.map(column => quoteIdentifier('mysql', column.name));
  const match = target.key.map(column => `t.${quoteIdentifier('mysql', column)} = c.${quoteIdentifier('mysql', column)}`).join(' AND ');
  if (ops?.includes('delete')) {
    await session.run(`DELETE t FROM ${name} AS t JOIN ${CHANGES} AS c ON ${match} WHERE c.${OP} = ${DELETE}`, signal, where);
  }
  await session.run(`UPDATE ${name} AS t JOIN ${CHANGES} AS c ON ${match} SET ${quoted.map(column => `t.${column} = c.${column}`).join(', ')} WHERE c.${OP} = ${UPSERT}`, signal, where);
  await session.run(
    `INSERT INTO ${name} (${quoted.join(', ')}) SELECT ${quoted.map(column => `c.${column}`).join(', ')} FROM ${CHANGES} AS c`
    + ` LEFT JOIN ${name} AS t ON ${match} WHERE c.${OP} = ${UPSERT} AND t.${quoteIdentifier('mysql', target.key[0]!)} IS NULL`, signal, where);
}
