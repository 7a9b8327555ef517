import {connect} from './connect.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import type {Server} from './server.ts';

/** A second connection is for a word only: whatever it does must be done by then. */
const ASIDE_TIMEOUT_MS = 15_000;

/**
 * States in which a statement waits for the network instead of computing: MariaDB's and MySQL's
 * names for the same two, as seen on 10.11 and 9.7 with a connection cut in silence.
 */
const NETWORK_STATES: readonly string[] = ['Writing to net', 'Reading from net', 'Sending to client', 'Receiving from client'];

/** Whoever leaves waits this long for the server to be told; the telling goes on behind his back. */
const PATIENCE_MS = 2_000;

/**
 * Ends a statement, or the whole connection, from a second connection. Never rejects: a thread that
 * is gone already is fine, and a server that cannot be reached notices by itself.
 */
export async function cancelStatement(endpoint: MysqlEndpoint, threadId: number, what: 'query' | 'connection'): Promise<void> {
  const told = aside(endpoint, `KILL ${what === 'query' ? 'QUERY ' : ''}${threadId}`).then(() => {}, () => {});
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>(resolve => { timer = setTimeout(resolve, PATIENCE_MS); });
  await Promise.race([told, patience]);
  clearTimeout(timer);
}

/** Whether the thread is there, busy with a statement, and not waiting for the network. */
export async function isComputing(endpoint: MysqlEndpoint, server: Server): Promise<boolean> {
  const rows = await aside(endpoint, `SELECT COMMAND, STATE FROM information_schema.PROCESSLIST WHERE ID = ${server.threadId}`);
  const [command, state] = (rows as [string, string | null][])[0] ?? [];
  return command === 'Query' && !NETWORK_STATES.includes(state ?? '');
}

async function aside(endpoint: MysqlEndpoint, sql: string): Promise<unknown> {
  const connection = await connect(endpoint, AbortSignal.timeout(ASIDE_TIMEOUT_MS));
  const late = setTimeout(() => connection.stream.destroy(), ASIDE_TIMEOUT_MS);
  try {
    return await new Promise((resolve, reject) => {
      connection.query(sql, (error: unknown, result: unknown) => error ? reject(error as Error) : resolve(result));
    });
  } finally {
    clearTimeout(late);
    // A goodbye keeps the server's log free of "aborted connection"; nobody waits for the answer.
    connection.end(() => connection.stream.destroy());
  }
}
