import type {Endpoint, Problem, Secret} from '@sluice/core';
import {readServerUrl} from '@sluice/sql';
import {configError} from './errors.ts';

/**
 * How the connection is encrypted. `preferred`: where the server can, without checking who it is;
 * `required`: never in the clear; `verify-ca`: the certificate is of an authority that is trusted; `verify`: and it
 * is of this host.
 */
export type TlsMode = 'off' | 'preferred' | 'required' | 'verify-ca' | 'verify';

/** A MySQL URL taken apart, checked and complete. */
export interface MysqlEndpoint {
  readonly host: string;
  readonly port: number;
  /** A Unix socket; host and port are not used then. */
  readonly socketPath: string | null;
  readonly user: string;
  readonly password: Secret | null;
  readonly database: string;
  readonly tls: TlsMode;
  /** PEM file of the certificate authority, for `verify-ca` and `verify`. */
  readonly caFile: string | null;
  /** How long a pending answer may stay silent before the connection is looked into. */
  readonly stallTimeoutMs: number;
  /** How long the server lets a statement wait for a table that somebody else has locked. */
  readonly lockTimeoutSeconds: number;
  /** How long a statement may run; 0 is for ever. MySQL, unlike MariaDB, ends only those that read. */
  readonly statementTimeoutSeconds: number;
  /** Whether LOAD DATA LOCAL may be used where the server allows it; from `options.localInfile`. */
  readonly localInfile: boolean;
  /** Most connections that digest ranges of a source at the same time. */
  readonly digestSessions: 1 | 2;
  /** The URL without user information. */
  readonly label: string;
}

const DEFAULT_STALL_TIMEOUT_SECONDS = 60;
const DEFAULT_LOCK_TIMEOUT_SECONDS = 60;
/** A year: the most both servers take, and what MySQL waits unless told otherwise; MariaDB waits a day. */
const MAX_LOCK_TIMEOUT_SECONDS = 31_536_000;
const TLS_MODES: readonly TlsMode[] = ['off', 'preferred', 'required', 'verify-ca', 'verify'];
const PARAMETERS = ['socket', 'timeout', 'lockTimeout', 'statementTimeout', 'ssl', 'ca', 'digestSessions'];

/** Decodes `mysql://user@host:port/database?…`. Throws CONFIG with every problem. */
export function parseEndpoint(endpoint: Endpoint): MysqlEndpoint {
  const problems: Problem[] = [];
  const problem = (message: string) => problems.push({path: 'url', message});

  const read = readServerUrl(endpoint.url, PARAMETERS, problem);
  if (read === null) throw configError([{path: 'url', message: 'the MySQL URL cannot be read'}]);
  const {url, parameters, user, database, host} = read;
  const socketPath = parameters.get('socket');
  if (socketPath === '') problem('socket must be a path');

  const timeout = parameters.get('timeout');
  const seconds = timeout === null ? DEFAULT_STALL_TIMEOUT_SECONDS : Number(timeout);
  // 2^31 - 1 ms is the longest timer; nobody waits that long.
  if (!(seconds > 0 && seconds <= 1_000_000)) problem('timeout must be a number of seconds above 0');

  const lockTimeout = parameters.get('lockTimeout');
  const lockSeconds = lockTimeout === null ? DEFAULT_LOCK_TIMEOUT_SECONDS : Number(lockTimeout);
  if (!(Number.isInteger(lockSeconds) && lockSeconds >= 1 && lockSeconds <= MAX_LOCK_TIMEOUT_SECONDS)) {
    problem(`lockTimeout must be a whole number of seconds from 1 to ${MAX_LOCK_TIMEOUT_SECONDS}`);
  }

  const statementSeconds = Number(parameters.get('statementTimeout') ?? 0);
  if (!(statementSeconds >= 0 && statementSeconds <= MAX_LOCK_TIMEOUT_SECONDS)) problem(`statementTimeout must be a number of seconds from 0 to ${MAX_LOCK_TIMEOUT_SECONDS}`);

  const sessions = parameters.get('digestSessions') ?? '2';
  if (sessions !== '1' && sessions !== '2') problem('digestSessions must be 1 or 2');

  const local = socketPath !== null || read.isLocal;
  const tls = parameters.get('ssl') ?? (local ? 'off' : 'preferred');
  if (!isTlsMode(tls)) problem(`ssl must be one of ${TLS_MODES.join(', ')}`);
  const localInfile = endpoint.options?.['localInfile'];
  if (localInfile !== undefined && typeof localInfile !== 'boolean') problems.push({path: 'options.localInfile', message: 'localInfile must be true or false'});
  const caFile = parameters.get('ca');
  if (caFile !== null && tls !== 'verify' && tls !== 'verify-ca') problem('ca is used with ssl=verify-ca and ssl=verify only');
  if (problems.length > 0) throw configError(problems);

  const port = url.port === '' ? 3306 : Number(url.port);
  return {
    host, port, socketPath, user, database, caFile,
    password: endpoint.password ?? null,
    tls: isTlsMode(tls) ? tls : 'off',
    stallTimeoutMs: seconds * 1000,
    lockTimeoutSeconds: lockSeconds,
    statementTimeoutSeconds: statementSeconds,
    localInfile: localInfile !== false,
    digestSessions: sessions === '1' ? 1 : 2,
    label: `${url.protocol}//${url.host || 'localhost'}/${url.pathname.replace(/^\//, '')}${socketPath === null ? '' : `?socket=${socketPath}`}`,
  };
}

function isTlsMode(text: string): text is TlsMode {
  return (TLS_MODES as readonly string[]).includes(text);
}
