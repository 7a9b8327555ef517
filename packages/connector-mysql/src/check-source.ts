import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {isOurs, quoteIdentifier, quoteText} from '@sluice/sql';
import {accountOf} from './about.ts';
import {serverName} from './connect.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {hiddenKinds} from './hidden-kinds.ts';
import {hidesColumns, partialSight} from './partial-sight.ts';
import {Session} from './session.ts';

/**
 * Looks for everything that would keep a read from working, on a connection of its own. `warn` hears of
 * what the user does not see, which keeps nothing from working. Rejects only when aborted.
 */
export async function checkSource(endpoint: MysqlEndpoint, signal: AbortSignal, warn: (sentence: string) => void = () => {}): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using session = await Session.open(endpoint, 'read', signal);
    const tables = await session.rows(
      `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText('mysql', endpoint.database)}
        AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`, signal);
    const names = tables.map(([name]) => String(name)).filter(name => !isOurs(name));
    const account = await accountOf(session, signal);
    for (const table of names) {
      await session.rows(`SELECT 1 FROM ${quoteIdentifier('mysql', table)} LIMIT 0`, signal, {table})
        .catch((error: unknown) => problems.push(granted(error, `GRANT SELECT ON ${quoteIdentifier('mysql', endpoint.database)}.${quoteIdentifier('mysql', table)} TO ${account}, or leave the table out`, table)));
      if (!session.alive) break;
    }
    if (session.alive) await lookAround(session, {names, account}, problems, warn, signal);
    if (tables.length === 0) {
      problems.push({message: `${serverName(endpoint)}: the user sees no table in this database; GRANT SELECT ON ${quoteIdentifier('mysql', endpoint.database)}.* TO ${account}, or name another database`});
    }
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(error));
  }
  signal.throwIfAborted();
  return problems;
}

async function lookAround(session: Session, {names, account}: {readonly names: readonly string[]; readonly account: string}, problems: Problem[], warn: (sentence: string) => void, signal: AbortSignal): Promise<void> {
  const {database} = session.endpoint;
  const sight = await partialSight(session, names, signal);
  for (const table of sight.tables) {
    problems.push({path: table, message: `${hidesColumns(table)}; GRANT SELECT ON ${quoteIdentifier('mysql', database)}.${quoteIdentifier('mysql', table)} TO ${account}, or leave the table out`});
  }
  if (sight.others !== null) warn(sight.others);
  const views = await session.rows(
    `SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ${quoteText('mysql', database)} AND VIEW_DEFINITION = '' ORDER BY TABLE_NAME`, signal);
  if (views.length > 0) {
    warn(`the ${views.length === 1 ? 'view' : 'views'} ${views.map(([name]) => String(name)).join(', ')} cannot travel, because this user may not see ${views.length === 1 ? 'its definition' : 'their definitions'}; to see: GRANT SHOW VIEW ON ${quoteIdentifier('mysql', database)}.* TO ${account}`);
  }
  const hidden = await hiddenKinds(session, names, signal);
  if (hidden !== null) warn(hidden);
}

/** The same for a statement that needs a privilege: what to grant stands in the place of a general remedy when it is that that is missing. */
export function granted(error: unknown, grant: string, path?: string): Problem {
  if (!(error instanceof PipelineError) || error.code !== ErrorCode.AUTH) return asProblem(error, path);
  return {...(path !== undefined && {path}), message: `${error.message}; ${grant}`};
}

/** A failure as a sentence with its remedy; anything that is no failure of the server is thrown on. */
export function asProblem(error: unknown, path?: string): Problem {
  if (!(error instanceof PipelineError)) throw error;
  return {...(path !== undefined && {path}), message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`};
}
