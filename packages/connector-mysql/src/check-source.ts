import {PipelineError, type Problem} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {serverName} from './connect.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {Session} from './session.ts';
import {isOurs} from './target-names.ts';

/** Looks for everything that would keep a read from working, on a connection of its own. Rejects only when aborted. */
export async function checkSource(endpoint: MysqlEndpoint, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using session = await Session.open(endpoint, 'read', signal);
    const tables = await session.rows(
      `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText('mysql', endpoint.database)}
        AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`, signal);
    for (const [name] of tables) {
      const table = String(name);
      if (isOurs(table)) continue;
      await session.rows(`SELECT 1 FROM ${quoteIdentifier('mysql', table)} LIMIT 0`, signal, {table})
        .catch((error: unknown) => problems.push(asProblem(error, table)));
      if (!session.alive) break;
    }
    if (tables.length === 0) {
      problems.push({message: `${serverName(endpoint)}: the user sees no table in this database; grant SELECT, or name another database`});
    }
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(error));
  }
  signal.throwIfAborted();
  return problems;
}

/** A failure as a sentence with its remedy; anything that is no failure of the server is thrown on. */
export function asProblem(error: unknown, path?: string): Problem {
  if (!(error instanceof PipelineError)) throw error;
  return {...(path !== undefined && {path}), message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`};
}
