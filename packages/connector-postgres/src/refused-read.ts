import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {hidesRows} from './check-source.ts';
import type {Session} from './session.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);

/** Whether an error can mean that the user lacks a privilege: a table of a schema that may not be used does not exist, for the server. */
export const mayLackPrivilege = (error: unknown): error is PipelineError =>
  error instanceof PipelineError && (error.code === ErrorCode.AUTH || error.code === ErrorCode.SCHEMA);

/**
 * Says of such an error about a table what it was that the user lacks, and what to grant: the server has one code for all of it.
 * An error that comes from something else stays as it is. To be called where the session's transaction works.
 */
export async function refusedRead(error: PipelineError, session: Session, table: string, signal: AbortSignal): Promise<PipelineError> {
  const {schema} = session.server;
  const name = quoteText('postgres', schema);
  const [row] = await session.rows(
    `SELECT current_user, has_schema_privilege(n.oid, 'USAGE'), row_security_active(c.oid) FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ${quoteText('postgres', table)}
      WHERE n.nspname = ${name}`, signal, {table});
  const [user, mayUse, hides] = row ?? [];
  if (error.code === ErrorCode.SCHEMA && mayUse === 't') return error;
  const reader = quote(user ?? '');
  if (hides === 't') {
    return new PipelineError(ErrorCode.AUTH, hidesRows(table), {
      table, remedy: `read as its owner, or as a user with BYPASSRLS (ALTER ROLE ${reader} BYPASSRLS), or leave the table out`,
    });
  }
  const grant = mayUse === 't' ? `SELECT ON ${quote(schema)}.${quote(table)}` : `USAGE ON SCHEMA ${quote(schema)}`;
  return new PipelineError(ErrorCode.AUTH, `table ${table}: the user may not read it`, {
    table, remedy: `GRANT ${grant} TO ${reader}, or leave the table out`,
  });
}
