import {PipelineError, type Problem} from '@sluice/core';
import {MongoConnection, serverName} from './connection.ts';
import type {MongoEndpoint} from './endpoint.ts';
import {classify} from './errors.ts';

/** Looks for everything that would keep a read from working, on a connection of its own. Rejects only when aborted. */
export async function checkServer(endpoint: MongoEndpoint, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using connection = await MongoConnection.open(endpoint, signal);
    // Not only those that the user may read: others are a problem.
    const found = await connection.database.listCollections({}, {signal, nameOnly: true}).toArray();
    const names = found.map(({name}) => name).filter(name => !name.startsWith('system.')).toSorted();
    for (const name of names) {
      try {
        await connection.database.collection(name).findOne({}, {raw: true, signal});
      } catch (error) {
        signal.throwIfAborted();
        problems.push(asProblem(classify(error, {table: name}), name));
      }
    }
    if (names.length === 0) problems.push({message: `${serverName(endpoint)}: there is no collection in database ${endpoint.database}`});
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(classify(error, serverName(endpoint))));
  }
  signal.throwIfAborted();
  return problems;
}

/** A failure as a sentence with its remedy; anything that is no failure of the server is thrown on. */
function asProblem(error: unknown, path?: string): Problem {
  if (!(error instanceof PipelineError)) throw error;
  return {...(path !== undefined && {path}), message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`};
}
