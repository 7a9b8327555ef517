import {readFile} from 'node:fs/promises';
import type {ConnectionOptions} from 'node:tls';
import {ErrorCode, PipelineError} from '@sluice/core';
import pg from 'pg';
import type {DriverClient} from './driver.ts';
import type {PostgresEndpoint} from './endpoint.ts';
import {classify} from './errors.ts';

/** First TCP keep-alive probe: finds a peer that is gone while nothing is sent. */
const KEEP_ALIVE_MS = 30_000;

/** Where a problem with the whole server is, for messages. */
export function serverName(endpoint: PostgresEndpoint): string {
  return `server ${endpoint.label}`;
}

/** Opens a connection and logs in. Throws CONNECT, AUTH or CONFIG (a certificate file); never waits longer than the endpoint says. */
export async function connect(endpoint: PostgresEndpoint, signal: AbortSignal): Promise<DriverClient> {
  signal.throwIfAborted();
  const {ssl} = endpoint;
  if (ssl === 'disable') return await attempt(endpoint, false, signal);
  const options: ConnectionOptions = {
    rejectUnauthorized: ssl === 'verify-ca' || ssl === 'verify-full',
    // The chain is checked all the same; only whose name stands in it is not.
    ...(ssl === 'verify-ca' && {checkServerIdentity: () => undefined}),
    ...(endpoint.rootCertFile !== null && {ca: await readPem(endpoint.rootCertFile, 'sslrootcert')}),
    ...(endpoint.certFile !== null && {cert: await readPem(endpoint.certFile, 'sslcert')}),
    ...(endpoint.keyFile !== null && {key: await readPem(endpoint.keyFile, 'sslkey')}),
  };
  try {
    return await attempt(endpoint, options, signal);
  } catch (error) {
    if (!(error instanceof NoEncryption)) throw error;
    if (ssl === 'prefer') return await attempt(endpoint, false, signal);
    throw new PipelineError(ErrorCode.CONNECT, `${serverName(endpoint)}: the server offers no encryption`, {
      retryable: false, remedy: 'switch ssl on at the server, or use sslmode=prefer',
    });
  }
}

class NoEncryption extends Error {}

async function readPem(path: string, parameter: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new PipelineError(ErrorCode.CONFIG, `the file ${path} cannot be read`, {remedy: `name a PEM file in ${parameter}`});
  }
}

async function attempt(endpoint: PostgresEndpoint, ssl: false | ConnectionOptions, signal: AbortSignal): Promise<DriverClient> {
  const {host, port, user, database, connectTimeoutMs} = endpoint;
  const client = new pg.Client({
    host, port, user, database, ssl,
    // As a function, so that the driver looks neither into the environment nor into a password file, and shows it nowhere.
    password: () => endpoint.password?.reveal() ?? '',
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'sluice',
    keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    sslnegotiation: 'postgres',
  }) as DriverClient;
  // The driver takes PGOPTIONS of whoever runs this; poolers refuse any.
  client.connectionParameters.options = undefined;
  // Without a listener for late errors the process would die with the first connection that breaks.
  client.on('error', () => {});
  const {stream} = client.connection;
  const stop = () => { client.connection.stream.destroy(); };
  signal.addEventListener('abort', stop, {once: true});
  try {
    await client.connect();
    return client;
  } catch (error) {
    stream.destroy();
    signal.throwIfAborted();
    const {message} = error as Error;
    if (ssl !== false && message === 'The server does not support SSL connections') throw new NoEncryption();
    if (message.startsWith('SASL')) {
      throw new PipelineError(ErrorCode.AUTH, `${serverName(endpoint)}: ${endpoint.password === null ? 'the server wants a password' : 'the server proves itself wrongly, or refuses the password'}`, {
        remedy: 'check the user name in the URL and the password',
      });
    }
    throw classify(error, serverName(endpoint));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
