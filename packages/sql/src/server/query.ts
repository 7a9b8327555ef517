import {ErrorCode, PipelineError, type QueryRequest} from '@sluice/core';
import type {DialectName} from '../dialect.ts';
import {LexicalError, tokenize, type Token} from '../tokenize.ts';

const OPENERS = ['select', 'with', 'values', 'table', '('];

/**
 * Refuses what is not one query: the sentence is better than the server's, and MySQL's transactions that may only read
 * still write files (INTO OUTFILE), and end where a procedure ends them (CALL). Throws CONFIG.
 */
export function checkQuery({sql, name}: Pick<QueryRequest, 'sql' | 'name'>, dialect: DialectName): void {
  const problem = queryProblem(sql, dialect);
  if (problem !== null) throw new PipelineError(ErrorCode.CONFIG, `${name}: its SQL ${problem}`, {remedy: 'give one SELECT, which may begin with WITH; it may only read'});
}

function queryProblem(sql: string, dialect: DialectName): string | null {
  let tokens: Token[];
  try {
    tokens = tokenize(sql, dialect).filter(({kind}) => kind !== 'comment');
  } catch (error) {
    if (!(error instanceof LexicalError)) throw error;
    // Only MySQL leaves something to be seen to here: the others refuse all of it themselves.
    return dialect === 'mysql' || dialect === 'mariadb' ? `has ${error.message}, which is not taken here` : null;
  }
  const [first] = tokens;
  if (first === undefined || first.value === ';') return 'is empty';
  if (!OPENERS.includes(first.value) || !['word', 'operator'].includes(first.kind)) return `begins with ${first.kind === 'word' ? first.value.toUpperCase() : 'what begins no query'}`;
  const end = tokens.findIndex(({kind, value}) => kind === 'operator' && value === ';');
  if (end >= 0 && tokens.slice(end).some(({value}) => value !== ';')) return 'is more than one statement';
  if ((dialect === 'mysql' || dialect === 'mariadb') && tokens.some(({kind, value}) => kind === 'word' && value === 'into')) return 'has an INTO, which would write';
  return null;
}

/** Codes of statements that a transaction which may only read does not let through. */
const WOULD_WRITE: readonly string[] = ['SQLSTATE 25006', 'error 1792', 'error 1290', 'error 1836'];
const TOO_SLOW: readonly string[] = ['SQLSTATE 57014', 'error 1969', 'error 3024'];

/** What a server said of a query, told as what it is: a fault of the query, and of no table or row. `detail` says where, or nothing. */
export function queryFault(error: unknown, {name, timeoutMs}: Pick<QueryRequest, 'name' | 'timeoutMs'>, detail = ''): unknown {
  if (!(error instanceof PipelineError) || error.native === undefined) return error;
  const {code, native, message} = error;
  const told = (as: ErrorCode, what: string, remedy: string) => new PipelineError(as, `${name}: ${what}${detail} (${native})`, {native, remedy, retryable: false});
  if (WOULD_WRITE.includes(native)) return told(ErrorCode.CONFIG, 'its SQL would write', 'give one SELECT; it may only read');
  if (TOO_SLOW.includes(native)) return tooSlow({name, timeoutMs}, native);
  // In front of the colon stands the name, which it is told with anyway; behind it the code.
  const what = message.replace(/^.*?: /, '').replace(/ \([^()]*\)$/, '');
  if (code === ErrorCode.SCHEMA) return told(code, what, 'correct its SQL, or see whether its tables are there');
  if (code === ErrorCode.VALUE || /^SQLSTATE (?:2F|38|39|P0)/.test(native)) return told(ErrorCode.VALUE, 'computing it fails', 'correct its SQL: it has to have an answer for each row');
  return error;
}

function tooSlow({name, timeoutMs}: Pick<QueryRequest, 'name' | 'timeoutMs'>, native?: string): PipelineError {
  return new PipelineError(ErrorCode.CONNECT, `${name}: it did not end within ${timeoutMs / 1000} s${native === undefined ? '' : ` (${native})`}`, {
    retryable: false, remedy: 'give it more time, or let it do less', ...(native !== undefined && {native}),
  });
}

/** The server ends what is too slow; this long after it we do, should it not. */
const GRACE_MS = 2_000;

/** Runs what waits for a server, with a signal that also comes when the time of the query is over. Throws CONNECT then. */
export async function inTime<T>(request: Pick<QueryRequest, 'name' | 'timeoutMs'>, signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>, graceMs = GRACE_MS): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), request.timeoutMs + graceMs);
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw late.signal.aborted ? tooSlow(request) : error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Of the names that a server's sentence holds, the first that is one of the SQL: `: speceis`; nothing where there is none. The
 * sentence itself is never passed on, as it may quote values.
 */
export function nameInSql(sql: string, dialect: DialectName, sentence: string): string {
  let names: Set<string>;
  try {
    names = new Set(tokenize(sql, dialect).flatMap(({kind, value}) => (kind === 'word' || kind === 'identifier' ? [value.toLowerCase()] : [])));
  } catch (error) {
    if (error instanceof LexicalError) return '';
    throw error;
  }
  for (const [, quoted, last] of sentence.matchAll(/['"`]([^'"`]+)['"`]|: ([^\s:]+)$/g)) {
    const words = (quoted ?? last ?? '').split(/[.\s]/).reverse();
    const found = words.find(word => names.has(word.toLowerCase()));
    if (found !== undefined) return `: ${found}`;
  }
  return '';
}

/** `, at line 2, column 8`: a place of a text by its offset. */
export function placeInSql(sql: string, offset: number): string {
  const before = sql.slice(0, offset).split('\n');
  return `, at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
