import type {Problem} from '@sluice/core';
import {quoteIdentifier, quoteText, stagingHash, stagingName} from '@sluice/sql';
import {serverName} from './connect.ts';
import type {PostgresEndpoint} from './endpoint.ts';
import {asProblem} from './problems.ts';
import {Session} from './session.ts';

/** Looks for everything that would keep a load from working, by doing it in a transaction that is rolled back. Rejects only when aborted. */
export async function checkDestination(endpoint: PostgresEndpoint, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using session = await Session.open(endpoint, signal);
    const {schema, processId, isStandby} = session.server;
    if (isStandby) {
      problems.push({message: `${serverName(endpoint)}: it is a standby, which takes no writes; name the primary server`});
      return problems;
    }
    const [may] = await session.rows(`SELECT has_schema_privilege(${quoteText('postgres', schema)}, 'CREATE'), has_database_privilege(current_database(), 'TEMPORARY'), current_user`, signal);
    const user = quoteIdentifier('postgres', may?.[2] ?? '');
    if (may?.[0] !== 't') problems.push({message: `the user may not make tables in schema ${schema}; GRANT CREATE, USAGE ON SCHEMA ${quoteIdentifier('postgres', schema)} TO ${user}`});
    if (may?.[1] !== 't') problems.push({message: `the user may not make temporary tables, which upsert needs; GRANT TEMPORARY ON DATABASE ${quoteIdentifier('postgres', endpoint.database)} TO ${user}`});
    if (may?.[0] !== 't') return problems;
    const name = quoteIdentifier('postgres', stagingName(stagingHash(schema, `check by ${processId}`)));
    await session.run(
      `BEGIN; CREATE TABLE ${name} (id int PRIMARY KEY); INSERT INTO ${name} VALUES (1); ALTER TABLE ${name} ADD note int; DELETE FROM ${name}; ROLLBACK`, signal, 'making a table');
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(error));
  }
  signal.throwIfAborted();
  return problems;
}
