import {ErrorCode, PipelineError, type ErrorContext} from '@sluice/core';
import {PostgresTextError} from '@sluice/csv-staging';
import {MEANINGS, CLASSES, BY_NAME, USUAL_REMEDIES, type Meaning} from './error-meanings.ts';

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

/** Where something happened: a table, or whatever the text says. */
export type Place = string | {readonly table: string};

export function placeName(place: Place): string {
  return typeof place === 'string' ? place : `table ${place.table}`;
}

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
  if (found) return meant(found, place, state, context);
  if (state !== undefined) {
    return new PipelineError(ErrorCode.SCHEMA, `${placeName(place)}: the server refuses a statement (SQLSTATE ${state})`, {
      ...context, remedy: 'look the code up in the manual of PostgreSQL, appendix A',
    });
  }
  if (isLost(error)) return meant({code: ErrorCode.CONNECT, what: 'the connection is gone'}, place, undefined, context);
  // Not an error of the server or the network: a programming mistake crashes.
  return error;
}

function meant({code, what, remedy, retryable}: Meaning, place: Place, state: string | undefined, context: ErrorContext): PipelineError {
  const advice = remedy ?? USUAL_REMEDIES[code];
  return new PipelineError(code, `${placeName(place)}: ${what}${state === undefined ? '' : ` (SQLSTATE ${state})`}`, {
    ...context, ...(advice !== undefined && {remedy: advice}), ...(retryable !== undefined && {retryable}),
  });
}

/** The same error about a value, told with its row. */
export function placed(error: PipelineError, place: Place, row: number): PipelineError {
  const what = error.message.replace(/^[^:]*: /, '');
  return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of ${placeName(place)}: ${what}`, {
    ...error.context, row, retryable: false, ...(error.remedy !== undefined && {remedy: error.remedy}),
  });
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
