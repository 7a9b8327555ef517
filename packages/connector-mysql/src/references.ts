import {ErrorCode, PipelineError, type ForeignKey, type Omission, type ReferentialAction} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {movingName} from './plan-indexes.ts';
import {foreignKeySql} from './plan-table.ts';
import type {Session} from './session.ts';

/** A foreign key, and the table that has it. */
export interface Reference {
  readonly table: string;
  readonly key: ForeignKey;
}

/** Foreign keys that point at these tables, but for those of the tables themselves. */
export async function referencesTo(session: Session, tables: readonly string[], signal: AbortSignal): Promise<Reference[]> {
  return (await referencesOf(session, tables, signal)).filter(({table, key}) => !tables.includes(table) && tables.includes(key.table));
}

/** Foreign keys that point at these tables, and those of the tables themselves. */
export async function referencesOf(session: Session, tables: readonly string[], signal: AbortSignal): Promise<Reference[]> {
  const list = tables.map(table => quoteText('mysql', table)).join(', ');
  if (tables.length === 0) return [];
  const rows = await session.rows(`
    SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.UPDATE_RULE, r.DELETE_RULE
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_SCHEMA = DATABASE()
      AND (k.REFERENCED_TABLE_NAME IN (${list}) OR k.TABLE_NAME IN (${list}))
    ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`, signal);
  const keys = new Map<string, string[][]>();
  for (const row of rows) {
    const texts = row.map(String);
    const id = JSON.stringify([texts[0], texts[1]]);
    keys.set(id, [...keys.get(id) ?? [], texts]);
  }
  return [...keys.values()].flatMap((parts): Reference[] => {
    const [table = '', name = '', , to = '', , onUpdate = '', onDelete = ''] = parts[0]!;
    return [{table, key: {
      name, table: to, columns: parts.map(part => part[2]!), referencedColumns: parts.map(part => part[4]!),
      onUpdate: onUpdate as ReferentialAction, onDelete: onDelete as ReferentialAction,
    }}];
  });
}

/**
 * Tries, before anything is live, whether the foreign keys of other tables can point at the new
 * tables: on an empty table like theirs. Throws SCHEMA when one cannot. Resolves with those that
 * would have rows without a partner: the key stays, but the server does not look at rows again.
 */
export async function proveReferences(
  session: Session, targets: readonly string[], staged: (target: string) => string, signal: AbortSignal,
): Promise<Omission[]> {
  const omissions: Omission[] = [];
  for (const {table, key} of await referencesTo(session, targets, signal)) {
    const probe = staged(`key ${key.name} of ${table}`);
    const quoted = quoteIdentifier('mysql', probe);
    await session.run(`CREATE TABLE ${quoted} LIKE ${quoteIdentifier('mysql', table)}`, signal, {table});
    try {
      await session.run(foreignKeySql(key, probe, staged, movingName(probe, 'ibfk', '1') ?? probe, session.server.flavor), signal, {table});
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code === ErrorCode.CONNECT) throw error;
      throw new PipelineError(ErrorCode.SCHEMA, `foreign key ${key.name} of table ${table} cannot point at the new table ${key.table}: type or collation of its columns differ, or they are no key`, {
        table: key.table, remedy: `drop that foreign key, copy table ${table} as well, or leave ${key.table} out`,
      });
    } finally {
      if (session.alive) await session.run(`DROP TABLE IF EXISTS ${quoted}`, new AbortController().signal, {table});
    }
    const count = await orphansOf(session, {table, key}, staged(key.table), signal);
    if (count > 0) {
      omissions.push({
        table, kind: 'foreign key', name: key.name,
        reason: `${count === 1 ? 'a row of the table finds' : `${count} rows of the table find`} no partner in the new table ${key.table}; the key stays, and holds for rows that come`,
      });
    }
  }
  return omissions;
}

/**
 * How many rows of a table find no partner in `parent`, which is what the key refers to or will be. `lock` is the end of a read that locks: it sees
 * what others have committed since the transaction began, and keeps it so.
 */
export async function orphansOf(session: Session, {table, key}: Reference, parent: string, signal: AbortSignal, lock = ''): Promise<number> {
  const column = (alias: string, name: string) => `${alias}.${quoteIdentifier('mysql', name)}`;
  const [row] = await session.rows(
    `SELECT count(*) FROM ${quoteIdentifier('mysql', table)} c WHERE ${key.columns.map(name => `${column('c', name)} IS NOT NULL`).join(' AND ')} AND NOT EXISTS (
      SELECT 1 FROM ${quoteIdentifier('mysql', parent)} p WHERE ${key.columns.map((name, i) => `${column('p', key.referencedColumns[i]!)} = ${column('c', name)}`).join(' AND ')}${lock})${lock}`, signal, {table});
  return Number(row?.[0] ?? 0);
}
