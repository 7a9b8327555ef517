import {ErrorCode, PipelineError, type ErrorContext} from '@sluice/core';

/** What one native error means to a user. The server's own text is never passed on: it quotes row values. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy?: string;
  /** Only where it differs from the code's default (CONNECT is retryable, the rest is not). */
  readonly retryable?: boolean;
}

const {CONNECT, SCHEMA, VALUE, WRITE} = ErrorCode;

/** Errors of the network, by Node's code: what all servers have in common. */
export const NETWORK_MEANINGS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: {code: CONNECT, what: 'nothing listens there', remedy: 'check host and port in the URL, and that the server runs'},
  ENOTFOUND: {code: CONNECT, what: 'the host name is unknown', remedy: 'check the host in the URL', retryable: false},
  EAI_AGAIN: {code: CONNECT, what: 'the host name cannot be looked up now', remedy: 'check the network and the host in the URL'},
  ETIMEDOUT: {code: CONNECT, what: 'the server does not answer', remedy: 'check host, port and firewall'},
  ECONNRESET: {code: CONNECT, what: 'the connection was reset'},
  EPIPE: {code: CONNECT, what: 'the connection was closed by the server'},
  EHOSTUNREACH: {code: CONNECT, what: 'the host cannot be reached', remedy: 'check the network'},
  ENETUNREACH: {code: CONNECT, what: 'the network cannot be reached', remedy: 'check the network'},
  EACCES: {code: CONNECT, what: 'the socket may not be opened', remedy: 'check its permissions', retryable: false},
};

/** What to do where the error itself does not say. */
const USUAL_REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  [CONNECT]: 'see the network and the log of the server, then run again',
  [SCHEMA]: 'see whether the table was changed meanwhile, then run again',
  [VALUE]: 'correct the row at the source, or leave its column out',
  [WRITE]: 'make the table writable, or write to another database',
};

/** Where something happened: a table, or whatever the text says. */
export type Place = string | {readonly table: string};

export function placeName(place: Place): string {
  return typeof place === 'string' ? place : `table ${place.table}`;
}

/** The error a user reads. `native` is the server's own code as it is shown, as in `SQLSTATE 23505`; null when it has none. */
export function meant({code, what, remedy, retryable}: Meaning, place: Place, native: string | null, context: ErrorContext): PipelineError {
  const advice = remedy ?? USUAL_REMEDIES[code];
  return new PipelineError(code, `${placeName(place)}: ${what}${native === null ? '' : ` (${native})`}`, {
    ...context, ...(advice !== undefined && {remedy: advice}), ...(retryable !== undefined && {retryable}), ...(native !== null && {native}),
  });
}

/** The same error about a value, told with its row. */
export function placed(error: PipelineError, place: Place, row: number): PipelineError {
  const what = error.message.replace(/^[^:]*: /, '');
  return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of ${placeName(place)}: ${what}`, {
    ...error.context, ...(typeof place === 'object' && {table: place.table}), row, retryable: false,
    ...(error.remedy !== undefined && {remedy: error.remedy}), ...(error.native !== undefined && {native: error.native}),
  });
}
