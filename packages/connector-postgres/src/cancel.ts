import {connect, type Socket} from 'node:net';
import type {PostgresEndpoint} from './endpoint.ts';

/** "CancelRequest" of the protocol (PostgreSQL 18 manual, 53.7). */
const CANCEL = 80877102;
const WAIT_MS = 3_000;

/**
 * Asks the server, on a connection of its own, to cancel what a session of ours runs. Servers take this
 * message without encryption and without a login. Resolves when the server has taken it, or when it
 * cannot be reached: whoever cancels has to look at what becomes of the statement anyway.
 */
export async function cancelStatement({host, port}: PostgresEndpoint, processId: number, secretKey: number): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  await new Promise<void>(resolve => {
    const socket: Socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const done = () => {
      clearTimeout(late);
      socket.destroy();
      resolve();
    };
    const late = setTimeout(done, WAIT_MS);
    socket.on('error', done);
    // The server answers nothing and closes once the signal is sent.
    socket.on('close', done);
    socket.resume();
    socket.end(message);
  });
}
