import {ErrorCode} from '@sluice/core';
import {NETWORK_MEANINGS, type Meaning} from '@sluice/sql';

const {CONNECT, AUTH, SCHEMA, VALUE, WRITE, LOCKED} = ErrorCode;
const GRANT = 'grant the missing privilege, or use another user';

/** Errors of the server by SQLSTATE (PostgreSQL 18 manual, appendix A). */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  // The connection, or the statement, was ended from outside.
  '08P01': {code: CONNECT, what: 'the server and this client do not speak the same protocol', remedy: 'check host and port in the URL', retryable: false},
  '57P01': {code: CONNECT, what: 'the connection was ended at the server'},
  '57P02': {code: CONNECT, what: 'the server stopped because another of its processes crashed'},
  '57P03': {code: CONNECT, what: 'the server is starting or stopping', remedy: 'try again when it is up'},
  '57P04': {code: CONNECT, what: 'the database was dropped', retryable: false},
  '57P05': {code: CONNECT, what: 'the server ended the idle session', remedy: 'raise idle_session_timeout for this user'},
  '25P03': {code: CONNECT, what: 'the server ended the idle transaction', remedy: 'raise idle_in_transaction_session_timeout for this user'},
  '25P04': {code: CONNECT, what: 'the server ended a long transaction', remedy: 'raise transaction_timeout for this user', retryable: false},
  '57014': {code: CONNECT, what: 'the statement was cancelled at the server', remedy: 'it may have run into statement_timeout; statementTimeout=0 in the URL switches it off'},
  '40001': {code: CONNECT, what: 'the statement was cancelled: it conflicts with what the server replays or with another transaction', remedy: 'run again; a standby may raise max_standby_streaming_delay or hot_standby_feedback'},
  '53300': {code: CONNECT, what: 'the server has too many connections', remedy: 'try again later, raise max_connections, or use fewer connections at a time'},
  '53200': {code: CONNECT, what: 'the server is out of memory', remedy: 'try again later'},
  '58P01': {code: CONNECT, what: 'the server misses a file', remedy: 'see the log of the server', retryable: false},
  '58030': {code: CONNECT, what: 'the server cannot read or write a file', remedy: 'see the log of the server', retryable: false},
  '3D000': {code: CONNECT, what: 'there is no such database', remedy: 'name an existing database in the URL', retryable: false},
  '55000': {code: WRITE, what: 'the server cannot do this in its present state', remedy: 'see the log of the server'},
  // Who may do what.
  '28000': {code: AUTH, what: 'the server refuses this user, or this host', remedy: 'check the user in the URL and pg_hba.conf at the server; it may want encryption: sslmode=require'},
  '28P01': {code: AUTH, what: 'the server refuses this user and password', remedy: 'check the user name in the URL and the password'},
  '42501': {code: AUTH, what: 'the user may not do this', remedy: GRANT},
  '0LP01': {code: AUTH, what: 'the user may not grant this', remedy: GRANT},
  // Tables that are not what was planned.
  '3F000': {code: SCHEMA, what: 'there is no such schema', remedy: 'name an existing schema in the URL: schema=NAME'},
  '42P01': {code: SCHEMA, what: 'the table does not exist', remedy: 'run again: it was dropped or renamed'},
  '42601': {code: SCHEMA, what: 'it is no valid SQL'},
  '42703': {code: SCHEMA, what: 'a column does not exist', remedy: 'run again: the table was changed meanwhile'},
  '42704': {code: SCHEMA, what: 'a type, collation or other object does not exist'},
  '42883': {code: SCHEMA, what: 'a function or operator does not exist'},
  '42P07': {code: WRITE, what: 'a table or index of this name exists already'},
  '42710': {code: WRITE, what: 'an object of this name exists already'},
  '42P16': {code: SCHEMA, what: 'the definition of the table is refused'},
  '42804': {code: SCHEMA, what: 'a type does not match'},
  '2BP01': {code: SCHEMA, what: 'other objects depend on it', remedy: 'drop what depends on the table, or load it with append or upsert'},
  '54000': {code: VALUE, what: 'a limit of the server is reached, for instance the longest entry of an index'},
  '54011': {code: SCHEMA, what: 'the table has more columns than the server allows', remedy: 'leave columns out'},
  '0A000': {code: SCHEMA, what: 'the server does not support this'},
  // Values.
  '22021': {code: VALUE, what: 'a text is not valid in the encoding of the database', remedy: 'correct the text at the source, or leave its column out'},
  '22P05': {code: VALUE, what: 'a text holds a character that the encoding of the database, or UTF-8, has not', remedy: 'use a database in UTF8, or leave the column out'},
  '23502': {code: VALUE, what: 'a NULL stands in a column that allows none'},
  '23503': {code: VALUE, what: 'a row refers to a row that is not there, or is referred to'},
  '23505': {code: VALUE, what: 'a row has a key that another row has already', remedy: 'look for duplicates in the key columns'},
  '23514': {code: VALUE, what: 'a row violates a CHECK of the table, or belongs to no partition'},
  '23P01': {code: VALUE, what: 'a row violates an exclusion constraint of the table'},
  '54023': {code: VALUE, what: 'a limit of the server is reached'},
  '428C9': {code: SCHEMA, what: 'a generated column takes no values'},
  // Room, rights and locks at a destination.
  '53100': {code: WRITE, what: 'the disk of the server is full', remedy: 'make room, then run again'},
  '53400': {code: WRITE, what: 'a limit of the server is exceeded, for instance temp_file_limit', remedy: 'raise it for this user'},
  '25006': {code: WRITE, what: 'the server or the transaction is read-only', remedy: 'write to the primary server; default_transaction_read_only may be set for this user'},
  '55006': {code: LOCKED, what: 'somebody else uses it', retryable: true, remedy: 'run again when it has ended'},
  '55P03': {code: LOCKED, what: 'another transaction holds a lock on it', retryable: true, remedy: 'run again when it has ended, or wait longer with lockTimeout=SECONDS in the URL'},
  '40P01': {code: LOCKED, what: 'the transaction met another one in a deadlock and was rolled back', retryable: true, remedy: 'run again'},
};

/** What a whole class of SQLSTATE means, where the code itself is not listed. */
export const CLASSES: Readonly<Record<string, Meaning>> = {
  '08': {code: CONNECT, what: 'the connection broke'},
  '22': {code: VALUE, what: 'a value does not fit its column'},
  '23': {code: VALUE, what: 'a row violates a constraint of the table'},
  '28': {code: AUTH, what: 'the server refuses this user'},
  '40': {code: CONNECT, what: 'the transaction was rolled back by the server'},
  '53': {code: CONNECT, what: 'the server has not enough of something'},
  '57': {code: CONNECT, what: 'somebody at the server intervened'},
  '58': {code: CONNECT, what: 'the system of the server has failed', retryable: false},
  XX: {code: CONNECT, what: 'the server met an error of its own, maybe damaged data', remedy: 'see the log of the server', retryable: false},
};

/** Errors of the network and of Node, by their code. */
export const BY_NAME: Readonly<Record<string, Meaning>> = {
  ...NETWORK_MEANINGS,
  ERR_STREAM_DESTROYED: {code: CONNECT, what: 'the connection is gone'},
  ENOENT: {code: CONNECT, what: 'there is no such socket', remedy: 'check host=/FOLDER and the port in the URL, and that the server runs', retryable: false},
  ENOTDIR: {code: CONNECT, what: 'there is no such socket', remedy: 'check host=/FOLDER in the URL', retryable: false},
  ERR_STRING_TOO_LONG: {code: VALUE, what: 'a row is longer than the 512 MB a JavaScript string can be', remedy: 'leave the column out'},
  ERR_TLS_CERT_ALTNAME_INVALID: {code: CONNECT, what: 'the certificate of the server is of another host', remedy: 'check the host in the URL, or use sslmode=verify-ca', retryable: false},
  DEPTH_ZERO_SELF_SIGNED_CERT: {code: CONNECT, what: 'the certificate of the server comes from no known authority', remedy: 'name the authority in sslrootcert', retryable: false},
  SELF_SIGNED_CERT_IN_CHAIN: {code: CONNECT, what: 'the certificate of the server comes from no known authority', remedy: 'name the authority in sslrootcert', retryable: false},
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {code: CONNECT, what: 'the certificate of the server comes from no known authority', remedy: 'name the authority in sslrootcert', retryable: false},
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {code: CONNECT, what: 'the certificate of the server comes from no known authority', remedy: 'name the authority in sslrootcert', retryable: false},
  CERT_HAS_EXPIRED: {code: CONNECT, what: 'the certificate of the server has expired', remedy: 'renew it', retryable: false},
};
