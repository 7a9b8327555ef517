import {ErrorCode, PipelineError} from '@sluice/core';
import type {DialectName} from './dialect.ts';
import {LexicalError, tokenize} from './tokenize.ts';

/**
 * Why a text cannot stand between parentheses as one expression; null when it can: it neither ends them, nor
 * ends the statement, nor comments anything out. What the expression means is left to the server.
 */
export function conditionProblem(sql: string, dialect: DialectName): string | null {
  let depth = 0;
  try {
    const tokens = tokenize(sql, dialect);
    if (tokens.length === 0) return 'it is empty';
    for (const {kind, value} of tokens) {
      if (kind === 'comment') return 'it has a comment';
      if (kind !== 'operator') continue;
      if (value === ';') return 'it has a semicolon, and is to be one expression';
      if (value === '(') depth++;
      else if (value === ')' && --depth < 0) return 'it closes a parenthesis that it does not open';
    }
  } catch (error) {
    if (error instanceof LexicalError) return `it has ${error.message}, which is not taken here`;
    throw error;
  }
  return depth === 0 ? null : 'it opens a parenthesis that it does not close';
}

/** Conditions as one, null for none of them. `own` is ours; `where` is somebody's, and is looked at once more. Throws CONFIG. */
export function joinConditions(own: string | null, where: string | undefined, dialect: DialectName): string | null {
  if (where === undefined) return own;
  const problem = conditionProblem(where, dialect);
  if (problem !== null) throw new PipelineError(ErrorCode.CONFIG, `the condition cannot be used: ${problem}`);
  return own === null ? `(${where})` : `(${own}) AND (${where})`;
}

/** Errors about the text that is read, which come with or without a condition. */
const ABOUT_TEXT: readonly (string | undefined)[] = ['SQLSTATE 22021', 'SQLSTATE 22P05'];
/** Classes of errors that functions raise by themselves. */
const RAISED = /^SQLSTATE (?:2F|38|39|P0)/;

/**
 * An error of a server that reads rows by somebody's condition, told as what it is: a failure of the condition, and of no row that would
 * have to be corrected. Any other error stays as it is, and so do all where there is no condition.
 */
export function whileFiltering(error: unknown, table: string, where: string | undefined): unknown {
  if (where === undefined || !(error instanceof PipelineError) || error.native === undefined || ABOUT_TEXT.includes(error.native)) return error;
  const {code, native} = error;
  if (code === ErrorCode.WRITE) {
    return new PipelineError(ErrorCode.VALUE, `table ${table}: its condition would write (${native})`, {table, native, remedy: 'use a condition that only reads'});
  }
  if (code !== ErrorCode.VALUE && !RAISED.test(native)) return error;
  return new PipelineError(ErrorCode.VALUE, `table ${table}: its condition fails (${native})`, {
    table, native, remedy: 'correct the condition: it has to have an answer for each row that the server asks it about, in whatever order its parts are computed',
  });
}

/** Of an error of the server about a condition, what is wrong with the condition. Throws what is no fault of it. */
export function faultOfCondition(error: unknown): string {
  if (!(error instanceof PipelineError) || error.code === ErrorCode.CONNECT) throw error;
  // In front of the colon stands the table, which the condition is told with anyway.
  return error.message.replace(/^[^:]*: /, '');
}
