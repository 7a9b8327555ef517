import {ErrorCode, PipelineError, type ErrorContext} from '@sluice/core';
import {PostgresTextError} from '@sluice/csv-staging';
import {meant, placeName, type Place} from '@sluice/sql';
import {BY_NAME, CLASSES, MEANINGS} from './error-meanings.ts';

export {placed, placeName, type Place} from '@sluice/sql';

/** The parts of a driver's error that are safe to look at. */
export interface NativeError {
  /** Five characters of SQLSTATE, from the server. */
  readonly state: string | undefined;
  /** A code of the network or of Node. */
  readonly name: string | undefined;
  /** The column a constraint of the server names. */
  readonly column: string | undefined;
  /** Names of an index or constraint, which are no data. */
  readonly constraint: string | undefined;
}

const STATE = /^[0-9A-Z]{5}$/;

export function nativeError(error: unknown): NativeError {
  if (typeof error !== 'object' || error === null) return {state: undefined, name: undefined, column: undefined, constraint: undefined};
  const {code, severity, column, constraint} = error as {code?: unknown; severity?: unknown; column?: unknown; constraint?: unknown};
  const text = typeof code === 'string' ? code : undefined;
  // EPIPE has five letters too, but only errors of the server have a severity.
  const isState = text !== undefined && severity !== undefined && STATE.test(text);
  return {
    state: isState ? text : undefined, name: isState ? undefined : text,
    column: typeof column === 'string' ? column : undefined,
    constraint: typeof constraint === 'string' ? constraint : undefined,
  };
}

/** Whether the server gives this user, or anybody, no more connections. */
export const isOutOfConnections = (error: unknown): boolean => error instanceof PipelineError && error.native === 'SQLSTATE 53300';

/**
 * Says in our own words what a driver or server error means: by SQLSTATE, never by message, and
 * without the message, which may quote data.
 */
export function classify(error: unknown, place: Place, more: ErrorContext = {}): unknown {
  if (error instanceof PipelineError) return error;
  const {state, name, column} = nativeError(error);
  const context = {...(typeof place === 'object' && {table: place.table}), ...(column !== undefined && {column}), ...more};
  if (error instanceof PostgresTextError) {
    return new PipelineError(ErrorCode.VALUE, `row ${error.row + 1} of ${placeName(place)}: ${error.message}`, {
      ...context, row: error.row, remedy: 'correct the text at the source, or leave its column out',
    });
  }
  const found = state === undefined ? (name === undefined ? undefined : BY_NAME[name]) : MEANINGS[state] ?? CLASSES[state.slice(0, 2)];
  const native = state === undefined ? null : `SQLSTATE ${state}`;
  if (found) return meant(found, place, native, context);
  if (native !== null) {
    return meant({code: ErrorCode.SCHEMA, what: 'the server refuses a statement', remedy: 'look the code up in the manual of PostgreSQL, appendix A'}, place, native, context);
  }
  if (isLost(error)) return meant({code: ErrorCode.CONNECT, what: 'the connection is gone'}, place, null, context);
  // Not an error of the server or the network: a programming mistake crashes.
  return error;
}

/** The driver has no code for a connection that ended; these sentences are its own. */
function isLost(error: unknown): boolean {
  return error instanceof Error && /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|There was an error establishing an SSL connection)/.test(error.message);
}

/** A problem of the URL or its options. */
export function configError(problems: readonly {readonly path?: string; readonly message: string}[]): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, problems.map(problem => problem.message).join('; '), {
    problems, remedy: 'try: postgresql://USER@HOST:5432/DATABASE?schema=NAME, the password apart',
  });
}
