import {readFile} from 'node:fs/promises';
import {createConnection, type Connection, type ConnectionOptions} from 'mysql2';
import {isIP, type Socket} from 'node:net';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {MysqlEndpoint} from './endpoint.ts';
import {classify, nativeError} from './errors.ts';

/** mysql2's connection and the part of it that its types leave out. */
export type DriverConnection = Connection & {readonly stream: Socket};

const CONNECT_TIMEOUT_MS = 10_000;
/** First TCP keep-alive probe: finds a peer that is gone while we are not waiting for an answer. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Opens a connection and logs in. Values come as text, dates as strings, JSON as its text, integers
 * beyond 2^53 - 1 as strings. Throws CONNECT or AUTH; never hangs longer than 10 s.
 */
export async function connect(endpoint: MysqlEndpoint, signal: AbortSignal): Promise<DriverConnection> {
  signal.throwIfAborted();
  const {tls} = endpoint;
  if (tls === 'off') return attempt(endpoint, {}, signal);
  const ca = endpoint.caFile === null ? undefined : await readCa(endpoint.caFile);
  const hostCounts = tls === 'verify';
  if (hostCounts && endpoint.socketPath === null && isIP(endpoint.host) !== 0) {
    // The driver compares the certificate of a server at an address with the name `localhost`.
    throw new PipelineError(ErrorCode.CONNECT, `${serverName(endpoint)}: ssl=verify compares the certificate with a host name, and the URL has an address`, {
      retryable: false, remedy: 'write the name that stands in the certificate of the server, or check the authority alone with ssl=verify-ca',
    });
  }
  try {
    return await attempt(endpoint, {ssl: {rejectUnauthorized: hostCounts || tls === 'verify-ca', verifyIdentity: hostCounts, ...(ca && {ca})}}, signal);
  } catch (error) {
    if (tls !== 'preferred' || nativeError(error).name !== 'HANDSHAKE_NO_SSL_SUPPORT') throw error;
    return attempt(endpoint, {}, signal);
  }
}

/** Where a problem with the whole server is, for messages. */
export function serverName(endpoint: MysqlEndpoint): string {
  return `server ${endpoint.label}`;
}

async function readCa(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new PipelineError(ErrorCode.CONFIG, `the certificate file ${path} cannot be read`, {remedy: 'name a PEM file in ca'});
  }
}

function attempt(endpoint: MysqlEndpoint, tls: ConnectionOptions, signal: AbortSignal): Promise<DriverConnection> {
  const password = endpoint.password?.reveal();
  return new Promise((resolve, reject) => {
    const connection = createConnection({
      ...(endpoint.socketPath === null ? {host: endpoint.host, port: endpoint.port} : {socketPath: endpoint.socketPath}),
      user: endpoint.user,
      ...(password !== undefined && {password}),
      database: endpoint.database,
      // What SHOW PROCESSLIST does not tell, performance_schema.session_connect_attrs does.
      connectAttributes: {program_name: 'sluice'},
      charset: 'utf8mb4',
      connectTimeout: CONNECT_TIMEOUT_MS,
      enableKeepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      rowsAsArray: true,
      dateStrings: true,
      jsonStrings: true,
      supportBigNumbers: true,
      trace: false,
      ...tls,
    }) as DriverConnection;
    const stop = () => {
      connection.stream.destroy();
      reject(signal.reason as Error);
    };
    // Without a listener for late errors the process would die with the first connection that breaks.
    connection.on('error', () => {});
    signal.addEventListener('abort', stop, {once: true});
    connection.connect(error => {
      signal.removeEventListener('abort', stop);
      if (!error) return resolve(connection);
      connection.stream.destroy();
      const tlsMissing = nativeError(error).name === 'HANDSHAKE_NO_SSL_SUPPORT' && endpoint.tls === 'preferred';
      reject(tlsMissing ? error : classify(error, serverName(endpoint)));
    });
  });
}
