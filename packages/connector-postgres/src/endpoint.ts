import type {Endpoint, Problem, Secret} from '@sluice/core';
import {readServerUrl} from '@sluice/sql';
import {configError} from './errors.ts';

/**
 * How the connection is encrypted, as libpq names it. `prefer`: where the server can, without checking
 * who it is; `require`: never in the clear; `verify-ca`: the certificate must come from a known
 * authority; `verify-full`: it must be of this host, too.
 */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** A PostgreSQL URL taken apart, checked and complete. */
export interface PostgresEndpoint {
  /** A name or an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | null;
  readonly database: string;
  /** Null: the first of the user's search_path that exists. */
  readonly schema: string | null;
  readonly ssl: SslMode;
  /** PEM files: the certificate authority, the client's certificate and its key. */
  readonly rootCertFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly connectTimeoutMs: number;
  /** How long the server lets a statement wait for a lock. */
  readonly lockTimeoutMs: number;
  /** How long a statement may run; 0 is for ever. */
  readonly statementTimeoutMs: number;
  /** The URL without user information. */
  readonly label: string;
}

const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_SECONDS = 10;
const DEFAULT_LOCK_SECONDS = 60;
/** A year; the settings of the server are milliseconds in 32 bits, about 24 days. */
const MAX_SECONDS = 2_000_000;
const SSL_MODES: readonly SslMode[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];
const PARAMETERS = ['schema', 'host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'connectTimeout', 'lockTimeout', 'statementTimeout'];

/** Decodes `postgresql://user@host:port/database?…`. Throws CONFIG with every problem. */
export function parseEndpoint(endpoint: Endpoint): PostgresEndpoint {
  const problems: Problem[] = [];
  const problem = (message: string) => problems.push({path: 'url', message});

  const read = readServerUrl(endpoint.url, PARAMETERS, problem);
  if (read === null) throw configError([{path: 'url', message: 'the PostgreSQL URL cannot be read'}]);
  const {url, parameters, user, database} = read;
  const schema = parameters.get('schema');
  if (schema === '') problem('schema must be a name');

  const folder = parameters.get('host');
  if (folder !== null && !folder.startsWith('/')) problem('host must be the folder of a socket, which starts with a slash; a name or address stands before the port');
  if (folder !== null && url.hostname !== '' && url.hostname !== 'localhost') problem('the URL names a host and the folder of a socket');
  const host = folder ?? read.host;
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);

  const seconds = (parameter: string, usual: number, least: number): number => {
    const text = parameters.get(parameter);
    const number = text === null ? usual : text === '' ? NaN : Number(text);
    if (!(number >= least && number <= MAX_SECONDS)) problem(`${parameter} must be a number of seconds from ${least} to ${MAX_SECONDS}`);
    return Math.round(number * 1000);
  };
  const connectTimeoutMs = seconds('connectTimeout', DEFAULT_CONNECT_SECONDS, 0.1);
  const lockTimeoutMs = seconds('lockTimeout', DEFAULT_LOCK_SECONDS, 0.1);
  const statementTimeoutMs = seconds('statementTimeout', 0, 0);

  const local = folder !== null || read.isLocal;
  const ssl = parameters.get('sslmode') ?? (local ? 'disable' : 'prefer');
  if (!isSslMode(ssl)) problem(`sslmode must be one of ${SSL_MODES.join(', ')}`);
  const rootCertFile = parameters.get('sslrootcert');
  const certFile = parameters.get('sslcert');
  const keyFile = parameters.get('sslkey');
  if (rootCertFile !== null && ssl !== 'verify-ca' && ssl !== 'verify-full') problem('sslrootcert is used with sslmode=verify-ca and verify-full only');
  if ((certFile === null) !== (keyFile === null)) problem('sslcert and sslkey belong together');
  if (certFile !== null && ssl === 'disable') problem('sslcert is of no use without encryption: set sslmode');
  if (problems.length > 0) throw configError(problems);

  const told = new URLSearchParams({...(folder !== null && {host: folder}), ...(schema !== null && {schema})}).toString();
  return {
    host, port, user, database, schema, rootCertFile, certFile, keyFile, connectTimeoutMs, lockTimeoutMs, statementTimeoutMs,
    password: endpoint.password ?? null,
    ssl: isSslMode(ssl) ? ssl : 'disable',
    label: `postgresql://${url.host || (folder === null ? 'localhost' : '')}/${url.pathname.replace(/^\//, '')}${told === '' ? '' : `?${told}`}`,
  };
}

function isSslMode(text: string): text is SslMode {
  return (SSL_MODES as readonly string[]).includes(text);
}
