import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {hidesRows} from './check-source.ts';
import type {Session} from './session.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);
const text = (name: string) => quoteText('postgres', name);

/** Throws AUTH when row-level security hides rows of one of these tables: what is hidden could be neither merged into nor read back. */
export async function refuseHiddenRows(session: Session, targets: readonly string[], signal: AbortSignal): Promise<void> {
  if (targets.length === 0) return;
  const [row] = await session.rows(
    `SELECT c.relname, current_user FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${text(session.server.schema)} AND c.relname IN (${targets.map(text).join(', ')}) AND c.relkind IN ('r', 'p') AND row_security_active(c.oid) ORDER BY 1`, signal);
  if (row === undefined) return;
  const [table, user] = row;
  throw new PipelineError(ErrorCode.AUTH, hidesRows(table!), {
    table: table!, remedy: `write as its owner, or as a user with BYPASSRLS (ALTER ROLE ${quote(user!)} BYPASSRLS)`,
  });
}

/** Says of an AUTH error of a load that was to begin what to grant; any other error stays as it is. */
export async function refusedWrite(error: unknown, session: Session): Promise<unknown> {
  if (!(error instanceof PipelineError) || error.native !== 'SQLSTATE 42501' || !session.alive) return error;
  const {schema} = session.server;
  const [row] = await session.rows(
    `SELECT current_user, has_schema_privilege(${text(schema)}, 'CREATE'), has_database_privilege(current_database(), 'TEMPORARY'), current_database()`, new AbortController().signal);
  const [user, mayCreate, mayTemporary, database] = row!;
  const {table} = error.context;
  const told = (what: string, grant: string) => new PipelineError(ErrorCode.AUTH, `${table === undefined ? session.endpoint.label : `table ${table}`}: ${what}`, {
    ...(table !== undefined && {table}), remedy: `GRANT ${grant} TO ${quote(user!)}`,
  });
  if (mayCreate !== 't') return told(`the user may not make tables in schema ${schema}`, `CREATE, USAGE ON SCHEMA ${quote(schema)}`);
  if (mayTemporary !== 't') return told('the user may not make temporary tables', `TEMPORARY ON DATABASE ${quote(database!)}`);
  return error;
}
