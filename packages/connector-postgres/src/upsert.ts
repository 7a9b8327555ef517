import type {Operation, Row} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {copyRows} from './fill-table.ts';
import type {Session} from './session.ts';

/** A table that rows are merged into by its primary key. */
export interface MergeTarget {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly {readonly name: string; readonly at: number; readonly type: string}[];
  readonly key: readonly string[];
}

const CHANGES = '_sluice_changes';
/** Twice the place of the row in its batch; odd for a delete. */
const PLACE = '_sluice_place';

const quote = (name: string) => quoteIdentifier('postgres', name);

/** Makes the session's own table for changes; to be called outside of a transaction. */
export async function openChanges(session: Session, {table, columns}: MergeTarget, signal: AbortSignal): Promise<void> {
  await session.run(`DROP TABLE IF EXISTS pg_temp.${CHANGES}`, signal);
  const list = columns.map(({name, type}) => `${quote(name)} ${type}`);
  await session.run(`CREATE TEMPORARY TABLE ${CHANGES} (${[...list, `${PLACE} bigint`].join(', ')})`, signal, {table});
}

/**
 * Applies changes in their order: of each key the last one counts. Then deletes are one statement and
 * upserts another. Only a row of the same primary key is overwritten; one that shares some other
 * unique key is a VALUE error.
 */
export async function mergeRows(session: Session, target: MergeTarget, rows: readonly Row[], ops: readonly Operation[] | undefined, signal: AbortSignal): Promise<void> {
  if (rows.length === 0) return;
  const where = {table: target.table};
  await session.run(`TRUNCATE ${CHANGES}`, signal, where);
  const last = {name: PLACE, value: (i: number) => i * 2 + (ops?.[i] === 'delete' ? 1 : 0)};
  await copyRows(session, {table: target.table, name: CHANGES, columns: target.columns, last}, rows, signal);

  const key = target.key.map(quote).join(', ');
  const latest = `(SELECT DISTINCT ON (${key}) * FROM ${CHANGES} ORDER BY ${key}, ${PLACE} DESC) c`;
  if (ops?.includes('delete')) {
    const match = target.key.map(column => `t.${quote(column)} = c.${quote(column)}`).join(' AND ');
    await session.run(`DELETE FROM ${quote(target.name)} t USING ${latest} WHERE ${match} AND c.${PLACE} % 2 = 1`, signal, where);
  }
  const list = target.columns.map(({name}) => quote(name));
  const others = list.filter((_, i) => !target.key.includes(target.columns[i]!.name));
  await session.run(
    `INSERT INTO ${quote(target.name)} (${list.join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${list.map(name => `c.${name}`).join(', ')} FROM ${latest} WHERE c.${PLACE} % 2 = 0`
    + ` ON CONFLICT (${key}) DO ${others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map(name => `${name} = excluded.${name}`).join(', ')}`}`, signal, where);
}
