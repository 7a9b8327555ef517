import {ErrorCode, PipelineError, type ErrorContext} from '@sluice/core';
import {meant, NETWORK_MEANINGS, placeName, type Meaning, type Place} from '@sluice/sql';

const {CONNECT, AUTH, SCHEMA, VALUE, WRITE, LOCKED, CONFIG} = ErrorCode;
const GRANT = 'grant the missing privilege, or use another user';

/** Server errors by number (MySQL 9 Server Error Message Reference; MariaDB Error Codes). */
const BY_ERRNO: Readonly<Record<number, Meaning>> = {
  // The connection, or the statement, was ended from outside.
  1040: {code: CONNECT, what: 'the server has too many connections', remedy: 'try again later, raise max_connections, or use fewer connections at a time'},
  1203: {code: CONNECT, what: 'the user has too many connections', remedy: 'try again later, raise max_user_connections, or use fewer connections at a time'},
  1226: {code: CONNECT, what: 'the user has used up a resource limit of the server', remedy: 'try again later, raise the limit of the user, or use fewer connections at a time'},
  1053: {code: CONNECT, what: 'the server is shutting down', remedy: 'try again when it is up'},
  1079: {code: CONNECT, what: 'the server is shutting down', remedy: 'try again when it is up'},
  1152: {code: CONNECT, what: 'the connection was aborted'},
  1158: {code: CONNECT, what: 'the connection broke while the server read from it'},
  1159: {code: CONNECT, what: 'the server waited too long for data', remedy: 'raise net_read_timeout at the server'},
  1160: {code: CONNECT, what: 'the connection broke while the server wrote to it'},
  1161: {code: CONNECT, what: 'the server waited too long for the reader', remedy: 'raise net_write_timeout at the server'},
  1184: {code: CONNECT, what: 'the connection was aborted'},
  1317: {code: CONNECT, what: 'the statement was killed at the server'},
  1927: {code: CONNECT, what: 'the connection was killed at the server'},
  3169: {code: CONNECT, what: 'the session was killed at the server'},
  4031: {code: CONNECT, what: 'the server ended the idle connection', remedy: 'raise wait_timeout at the server'},
  1969: {code: CONNECT, what: 'the server ended the statement after max_statement_time', remedy: 'allow more with statementTimeout=SECONDS in the URL', retryable: false},
  3024: {code: CONNECT, what: 'the server ended the statement after max_execution_time', remedy: 'allow more with statementTimeout=SECONDS in the URL', retryable: false},
  1049: {code: CONNECT, what: 'there is no such database', remedy: 'name an existing database in the URL', retryable: false},
  1129: {code: CONNECT, what: 'the server blocks this host after many failed connections', remedy: 'run FLUSH HOSTS at the server', retryable: false},
  // Who may do what.
  1044: {code: AUTH, what: 'the user may not use this database', remedy: GRANT},
  1045: {code: AUTH, what: 'the server refuses this user and password', remedy: 'check the user name in the URL and the password'},
  1130: {code: AUTH, what: 'the server does not accept connections from this host', remedy: 'create the user for this host'},
  1142: {code: AUTH, what: 'the user may not do this with the table', remedy: GRANT},
  1143: {code: AUTH, what: 'the user may not do this with a column of the table', remedy: GRANT},
  1227: {code: AUTH, what: 'the user lacks a privilege', remedy: GRANT},
  1251: {code: AUTH, what: 'the server asks for an authentication this client does not speak', remedy: 'give the user another authentication plugin'},
  1356: {code: AUTH, what: 'the view refers to something its definer may not see, or that is gone', remedy: 'repair the view, or leave it out'},
  1370: {code: AUTH, what: 'the user may not use a routine', remedy: GRANT},
  1698: {code: AUTH, what: 'the server refuses this user', remedy: 'the user may be bound to an operating system account: use one with a password'},
  1820: {code: AUTH, what: 'the password of this user has expired', remedy: 'set a new one with ALTER USER'},
  1862: {code: AUTH, what: 'the password of this user has expired', remedy: 'set a new one with ALTER USER'},
  3118: {code: AUTH, what: 'the account is locked', remedy: 'unlock it with ALTER USER … ACCOUNT UNLOCK'},
  4151: {code: AUTH, what: 'the account is locked', remedy: 'unlock it with ALTER USER … ACCOUNT UNLOCK'},
  3159: {code: AUTH, what: 'the server accepts encrypted connections only', remedy: 'add ssl=required to the URL'},
  // Tables that are not what was planned.
  1051: {code: SCHEMA, what: 'the table does not exist'},
  1054: {code: SCHEMA, what: 'a column does not exist', remedy: 'run again: the table was changed meanwhile'},
  1059: {code: SCHEMA, what: 'a name is longer than the 64 characters the server allows', remedy: 'rename it on the way'},
  1064: {code: SCHEMA, what: 'it is no valid SQL'},
  1067: {code: SCHEMA, what: 'the server refuses the default of a column'},
  1071: {code: SCHEMA, what: 'a key is longer than the server allows', remedy: 'shorten the key columns, or leave the key out'},
  1118: {code: SCHEMA, what: 'the rows are longer than the server allows', remedy: 'use fewer or shorter columns'},
  1117: {code: SCHEMA, what: 'the table has more columns than the server allows', remedy: 'leave columns out'},
  1146: {code: SCHEMA, what: 'the table does not exist'},
  1170: {code: SCHEMA, what: 'a key needs a column of limited length'},
  1194: {code: SCHEMA, what: 'the table is marked as damaged', remedy: 'run REPAIR TABLE at the server'},
  1195: {code: SCHEMA, what: 'the table is damaged and could not be repaired', remedy: 'run REPAIR TABLE at the server'},
  1034: {code: SCHEMA, what: 'the table is damaged', remedy: 'run REPAIR TABLE at the server'},
  1412: {code: SCHEMA, what: 'the table was altered after the snapshot was taken', remedy: 'run again: a new snapshot sees the new table'},
  3750: {code: SCHEMA, what: 'the server wants a primary key in every table', remedy: 'give the table a key, or switch sql_require_primary_key off'},
  1932: {code: SCHEMA, what: 'the table exists in name only, its storage engine does not know it', remedy: 'repair or drop it'},
  // Values.
  1048: {code: VALUE, what: 'a NULL stands in a column that allows none'},
  1062: {code: VALUE, what: 'a row has a key that another row has already', remedy: 'look for duplicates in the key columns: the destination may compare text without regard to case or accents'},
  1586: {code: VALUE, what: 'a row has a key that another row has already'},
  1153: {code: VALUE, what: 'a row is larger than max_allowed_packet', remedy: 'raise max_allowed_packet at the server'},
  1301: {code: VALUE, what: 'a value is larger than max_allowed_packet', remedy: 'raise max_allowed_packet at the server'},
  1261: {code: VALUE, what: 'a row has fewer values than the table has columns'},
  1262: {code: VALUE, what: 'a row has more values than the table has columns'},
  1264: {code: VALUE, what: 'a number is out of range of its column'},
  1265: {code: VALUE, what: 'a value does not fit its column'},
  1292: {code: VALUE, what: 'a value is not a date, time or number the server accepts'},
  1300: {code: VALUE, what: 'a text holds characters its column cannot store'},
  1364: {code: VALUE, what: 'a column without a default got no value'},
  1366: {code: VALUE, what: 'a value is not of the type of its column'},
  1406: {code: VALUE, what: 'a value is longer than its column'},
  1411: {code: VALUE, what: 'a value is not of the type of its column'},
  1416: {code: VALUE, what: 'a value is not a geometry'},
  1526: {code: VALUE, what: 'a row belongs to no partition of the table'},
  1690: {code: VALUE, what: 'a number is out of range of its column'},
  3140: {code: VALUE, what: 'a value is not JSON'},
  3141: {code: VALUE, what: 'a value is not JSON'},
  3157: {code: VALUE, what: 'a JSON document is nested more deeply than the server allows'},
  3819: {code: VALUE, what: 'a row violates a CHECK of the table'},
  4025: {code: VALUE, what: 'a row violates a CHECK of the table'},
  1216: {code: VALUE, what: 'a row refers to a row that is not there'},
  1452: {code: VALUE, what: 'a row refers to a row that is not there'},
  1217: {code: VALUE, what: 'another row refers to the row'},
  1451: {code: VALUE, what: 'another row refers to the row'},
  // Room, rights and locks at a destination.
  1021: {code: WRITE, what: 'the disk of the server is full', remedy: 'make room, then run again'},
  1026: {code: WRITE, what: 'the server cannot write a file', remedy: 'make room, then run again'},
  1036: {code: WRITE, what: 'the table is read-only'},
  1050: {code: WRITE, what: 'the table exists already'},
  1114: {code: WRITE, what: 'the table is full', remedy: 'make room at the server, then run again'},
  1206: {code: WRITE, what: 'the server has no room for more locks', remedy: 'raise innodb_buffer_pool_size'},
  1290: {code: WRITE, what: 'an option of the server forbids it', remedy: 'the server may run with --read-only'},
  1792: {code: WRITE, what: 'the transaction is read-only'},
  1836: {code: WRITE, what: 'the server is in read-only mode'},
  3: {code: WRITE, what: 'the server cannot write a file', remedy: 'make room, then run again'},
  28: {code: WRITE, what: 'the disk of the server is full', remedy: 'make room, then run again'},
  1205: {code: LOCKED, what: 'another transaction holds the rows or the table', remedy: 'run again when it has ended; for locks of tables lockTimeout=SECONDS in the URL waits longer', retryable: true},
  1213: {code: LOCKED, what: 'the transaction met another one and was rolled back', remedy: 'run again', retryable: true},
  1223: {code: LOCKED, what: 'another session holds a global read lock', remedy: 'run again when it has ended', retryable: true},
  3572: {code: LOCKED, what: 'another transaction holds the rows or the table', remedy: 'run again when it has ended', retryable: true},
};

/** Errors of the network and of the driver, by their code. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  ...NETWORK_MEANINGS,
  ENOENT: {code: CONNECT, what: 'there is no such socket', remedy: 'check the socket in the URL, and that the server runs', retryable: false},
  PROTOCOL_CONNECTION_LOST: {code: CONNECT, what: 'the server closed the connection', remedy: 'see the log of the server, then run again'},
  PROTOCOL_SEQUENCE_TIMEOUT: {code: CONNECT, what: 'the server does not answer', remedy: 'see the log of the server'},
  PROTOCOL_ERROR: {code: CONNECT, what: 'the server sent something that is not the MySQL protocol', remedy: 'check host and port in the URL'},
  PROTOCOL_UNEXPECTED_PACKET: {code: CONNECT, what: 'the server sent something unexpected'},
  HANDSHAKE_NO_SSL_SUPPORT: {code: CONNECT, what: 'the server offers no encryption', remedy: 'switch TLS on at the server, or use ssl=preferred', retryable: false},
  HANDSHAKE_SSL_ERROR: {code: CONNECT, what: 'the encrypted connection could not be made', remedy: 'check the certificate of the server and the ca file', retryable: false},
  HANDSHAKE_UNKNOWN_ERROR: {code: CONNECT, what: 'the server sent something that is not the MySQL protocol', remedy: 'check host and port in the URL', retryable: false},
  AUTH_SWITCH_PLUGIN_ERROR: {code: AUTH, what: 'the server asks for an authentication this client does not speak', remedy: 'give the user another authentication plugin'},
  ERR_STRING_TOO_LONG: {code: VALUE, what: 'a value is longer than the 512 MB a JavaScript string can be', remedy: 'leave the column out'},
};

/** The parts of a driver's error that are safe to look at. */
export interface NativeError {
  readonly errno: number | undefined;
  readonly name: string | undefined;
}

const OUT_OF_CONNECTIONS: readonly (string | undefined)[] = ['error 1040', 'error 1203', 'error 1226'];

/** Whether the server gives this user, or anybody, no more connections. */
export function isOutOfConnections(error: unknown): boolean {
  return error instanceof PipelineError && error.code === CONNECT && OUT_OF_CONNECTIONS.includes(error.native);
}

export function nativeError(error: unknown): NativeError {
  if (typeof error !== 'object' || error === null) return {errno: undefined, name: undefined};
  const {errno, code} = error as {errno?: unknown; code?: unknown};
  return {
    // Errors of the operating system have negative numbers; server errors start at 1000, but for a few of the file layer.
    errno: typeof errno === 'number' && errno > 0 ? errno : undefined,
    name: typeof code === 'string' ? code : undefined,
  };
}

/**
 * Says in our own words what a driver or server error means: by number, never by message, and
 * without the message, which may quote data.
 */
export function classify(error: unknown, place: Place, more: ErrorContext = {}): unknown {
  if (error instanceof PipelineError) return error;
  const context = {...(typeof place === 'object' && {table: place.table}), ...more};
  const {errno, name} = nativeError(error);
  const meaning = (errno === undefined ? undefined : BY_ERRNO[errno]) ?? (name === undefined ? undefined : BY_NAME[name]);
  const native = errno === undefined ? null : `error ${errno}`;
  if (meaning) return meant(meaning, place, native, context);
  // A closed connection has many faces in the driver; all of them are fatal.
  if ((error as {fatal?: unknown} | null)?.fatal === true && errno === undefined) {
    return meant({code: CONNECT, what: 'the connection is gone'}, place, null, context);
  }
  if (native !== null) {
    return meant({code: SCHEMA, what: 'the server refuses a statement', remedy: 'look the error number up in the manual of the server'}, place, native, context);
  }
  // Not an error of the server or the network: a programming mistake crashes.
  return error;
}

const LOCK_WAIT_TIMEOUT = 1205;

/**
 * What it means that a read waited for a lock in vain, null for any other error. A consistent read
 * waits for no row: it can only be a lock on the table itself.
 */
export function lockedAgainstReading(error: unknown, place: Place, seconds: number): PipelineError | null {
  if (nativeError(error).errno !== LOCK_WAIT_TIMEOUT) return null;
  return new PipelineError(LOCKED, `${placeName(place)}: another session holds a lock on it, and ${seconds} s have passed (error ${LOCK_WAIT_TIMEOUT})`, {
    ...(typeof place === 'object' && {table: place.table}), retryable: true,
    remedy: 'end the LOCK TABLES or ALTER TABLE in question (SHOW PROCESSLIST lists what runs) and run again, or wait longer with lockTimeout=SECONDS in the URL',
  });
}

/** A problem of the URL or its options. */
export function configError(problems: readonly {readonly path?: string; readonly message: string}[]): PipelineError {
  return new PipelineError(CONFIG, problems.map(problem => problem.message).join('; '), {
    problems, remedy: 'try: mysql://USER@HOST:3306/DATABASE, the password apart',
  });
}
