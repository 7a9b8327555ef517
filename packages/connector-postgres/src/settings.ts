import {quoteIdentifier} from '@sluice/sql';
import type {PostgresEndpoint} from './endpoint.ts';
import type {Server} from './server.ts';

/**
 * Statements that make a session print every value in the one form that this package reads, and take
 * it in the same form, whatever the settings of server, database and user are; and that let nothing
 * end it but the limits of the endpoint.
 */
export function settings({statementTimeoutMs, lockTimeoutMs}: PostgresEndpoint, {version, schema}: Server): string {
  return [
    // The names of types are printed with their schema when it is another one.
    `search_path = ${quoteIdentifier('postgres', schema)}`,
    "client_encoding = 'UTF8'",
    'standard_conforming_strings = on',
    "TimeZone = 'UTC'",
    "DateStyle = 'ISO, YMD'",
    "IntervalStyle = 'postgres'",
    // Floats as the shortest text that reads back as the same bits.
    'extra_float_digits = 3',
    'bytea_output = hex',
    'xmloption = content',
    // Money has two fraction digits everywhere.
    "lc_monetary = 'C'",
    // A policy that would hide rows is an error instead.
    'row_security = off',
    // Scans start at the first page, and are done by one process: rows come in the same order each time.
    'synchronize_seqscans = off',
    'max_parallel_workers_per_gather = 0',
    'jit = off',
    `statement_timeout = ${statementTimeoutMs}`,
    `lock_timeout = ${lockTimeoutMs}`,
    'idle_in_transaction_session_timeout = 0',
    ...(version >= 140_000 ? ['idle_session_timeout = 0'] : []),
    ...(version >= 170_000 ? ['transaction_timeout = 0'] : []),
    // A client that is gone without a word is noticed within a minute or so, and its locks go.
    'tcp_keepalives_idle = 30',
    'tcp_keepalives_interval = 10',
    'tcp_keepalives_count = 3',
    'client_min_messages = error',
  ].map(setting => `SET ${setting}`).join('; ');
}
