import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {readPrivileges} from './privileges.ts';
import type {Session} from './session.ts';

/** What a user without privileges on the whole database does not get to see of it. */
export interface PartialSight {
  /** Tables of which only some columns are there for this user. */
  readonly tables: ReadonlySet<string>;
  /** A sentence when other tables may exist; null when all are seen. */
  readonly others: string | null;
}

/** Privileges of which any one, on the whole database, shows every table of it (MySQL 9 manual, 8.2.2 "table privileges"). */
const SHOWING = [
  'ALL PRIVILEGES', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'CREATE VIEW', 'SHOW VIEW', 'TRIGGER', 'DELETE HISTORY',
];

/**
 * Servers hide columns and tables from who has no privilege on them, as if they did not exist. A table
 * is asked for all its columns, which a server refuses when some are hidden, whatever gave the
 * privileges. Throws CONNECT.
 */
export async function partialSight(session: Session, tables: readonly string[], signal: AbortSignal): Promise<PartialSight> {
  const {database} = session.endpoint;
  const {privileges, pattern} = (await readPrivileges(session, signal)).inDatabase(database);
  if (privileges.has('SELECT') || privileges.has('ALL PRIVILEGES')) return {tables: new Set(), others: null};
  const partial = new Set<string>();
  for (const table of tables) if (!await mayRead(session, '*', table, signal) && await mayRead(session, '1', table, signal)) partial.add(table);
  return {
    tables: partial,
    others: SHOWING.some(privilege => privileges.has(privilege)) ? null
      : `other tables and views may exist: this user has privileges on single ones only and does not see the others; to see all: GRANT SELECT ON ${quoteIdentifier('mysql', pattern ?? database)}.* TO …`,
  };
}

export const hidesColumns = (table: string): string => `the user may read some columns of table ${table} only, and does not see the others`;

async function mayRead(session: Session, columns: '*' | '1', table: string, signal: AbortSignal): Promise<boolean> {
  try {
    await session.rows(`SELECT ${columns} FROM ${quoteIdentifier('mysql', table)} LIMIT 0`, signal, {table});
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.code === ErrorCode.AUTH) return false;
    throw error;
  }
}
