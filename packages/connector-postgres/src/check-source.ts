import type {Problem} from '@sluice/core';
import {isOurs, quoteIdentifier, quoteText} from '@sluice/sql';
import {serverName} from './connect.ts';
import type {PostgresEndpoint} from './endpoint.ts';
import {asProblem} from './problems.ts';
import {Session} from './session.ts';

/** Looks for everything that would keep a read from working, on a connection of its own. Rejects only when aborted. */
export async function checkSource(endpoint: PostgresEndpoint, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using session = await Session.open(endpoint, signal);
    const {schema} = session.server;
    const [usage] = await session.rows(`SELECT has_schema_privilege(${quoteText('postgres', schema)}, 'USAGE'), current_user`, signal);
    const user = quoteIdentifier('postgres', usage?.[1] ?? '');
    if (usage?.[0] !== 't') {
      problems.push({message: `${serverName(endpoint)}: the user may not use the schema; GRANT USAGE ON SCHEMA ${quoteIdentifier('postgres', schema)} TO ${user}`});
      return problems;
    }
    const tables = await session.rows(
      `SELECT c.relname, has_table_privilege(c.oid, 'SELECT'), row_security_active(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${quoteText('postgres', schema)} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname COLLATE "C"`, signal);
    const names = tables.filter(([name]) => !isOurs(name!));
    for (const [name, mayRead, hides] of names) {
      const table = name!;
      const quoted = `${quoteIdentifier('postgres', schema)}.${quoteIdentifier('postgres', table)}`;
      if (mayRead !== 't') problems.push({path: table, message: `the user may not read table ${table}; GRANT SELECT ON ${quoted} TO ${user}, or leave the table out`});
      // row_security is off in our sessions; the function tells what would be hidden with it on.
      else if (hides === 't') problems.push({path: table, message: `${hidesRows(table)}; read as its owner, or as a user with BYPASSRLS (ALTER ROLE ${user} BYPASSRLS), or leave the table out`});
    }
    if (names.length === 0) problems.push({message: `${serverName(endpoint)}: there is no table in schema ${schema}; name another one: schema=NAME`});
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(error));
  }
  signal.throwIfAborted();
  return problems;
}

export const hidesRows = (table: string): string => `row-level security hides rows of table ${table} from this user`;
