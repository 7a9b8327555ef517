import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {meant, NETWORK_MEANINGS, type Meaning} from '@sluice/sql';

const {AUTH, CONFIG, CONNECT, SCHEMA} = ErrorCode;

/** A problem of the URL or its options. */
export function configError(problems: readonly Problem[]): PipelineError {
  return new PipelineError(CONFIG, problems.map(({message}) => message).join('; '), {problems, remedy: 'try: socrata://HOST/ID, the app token apart'});
}

/** An error that may pass, and how long the server wants one to wait. */
export class Passing extends Error {
  readonly error: PipelineError;
  /** Null: it does not say. */
  readonly waitMs: number | null;

  constructor(error: PipelineError, waitMs: number | null) {
    super(error.message);
    this.error = error;
    this.waitMs = waitMs;
  }
}

const UNTRUSTED: Meaning = {
  code: CONNECT, what: 'nobody that is trusted here vouches for the certificate of the server', remedy: 'check the host; where its authority is known to you, name a file with its certificate in tlsCa', retryable: false,
};
const NO_TLS: Meaning = {code: CONNECT, what: 'the server does not speak TLS there', remedy: 'check host and port; only a server on this machine can be read without, by tls=false', retryable: false};
const CUT: Meaning = {code: CONNECT, what: 'the answer ended before its end'};

/** Errors of TLS and of streams by Node's code. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ...NETWORK_MEANINGS,
  CERT_HAS_EXPIRED: {code: CONNECT, what: 'the certificate of the server has expired', remedy: 'check the clock of this machine, or wait until the portal has a new one', retryable: false},
  CERT_NOT_YET_VALID: {code: CONNECT, what: 'the certificate of the server is not valid yet', remedy: 'check the clock of this machine', retryable: false},
  ERR_TLS_CERT_ALTNAME_INVALID: {code: CONNECT, what: 'the certificate of the server is for another host', remedy: 'check the host in the URL', retryable: false},
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED, SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED, UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED, UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED, UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  EPROTO: NO_TLS, ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS, ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  Z_BUF_ERROR: CUT, ERR_STREAM_PREMATURE_CLOSE: CUT, HPE_INVALID_CONSTANT: {code: CONNECT, what: 'what listens there does not speak HTTP', remedy: 'check host and port', retryable: false},
};

/** Says what an error of the network means, by its code; what has no such code is thrown on as it is: a mistake in a program. */
export function networkError(error: unknown, host: string): unknown {
  if (error instanceof PipelineError || error instanceof Passing) return error;
  const code = codeOf(error);
  if (code === null) return error;
  const meaning = MEANINGS[code] ?? (/^(?:E[A-Z]+|Z_|HPE_|ERR_SSL|ERR_HTTP|ERR_STREAM)/.test(code) ? {code: CONNECT, what: 'the connection failed'} : undefined);
  if (!meaning) return error;
  const said = meant(meaning, host, code, {});
  return said.retryable ? new Passing(said, null) : said;
}

function codeOf(error: unknown): string | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    const {code} = each as {code?: unknown};
    if (typeof code === 'string') return code;
    // Several addresses of a host were tried: each failed, the first tells.
    if (each instanceof AggregateError && each.errors.length > 0) return codeOf(each.errors[0]);
  }
  return null;
}

/** What an answer says that is no success, as far as we look at it. */
export interface Refusal {
  readonly status: number;
  /** `code` or `errorCode` of the body; null where it has none. */
  readonly code: string | null;
  /** The column that the body names; null where it names none. */
  readonly column: string | null;
  readonly requestId: string | null;
  readonly waitMs: number | null;
}

/** Stands for the code of a refusal that has none, in the shape that old portals give it. */
export const UNNAMED = 'unnamed';

/** Whether a portal that answers otherwise does not take this query. A column that is gone is something else. */
export const isRefusedQuery = (error: unknown): error is PipelineError & {readonly native: string} =>
  error instanceof PipelineError && error.code === SCHEMA && error.native?.startsWith('400') === true && !isMissingColumn(error);

/** Whether a query names a column that the data set has not. */
export const isMissingColumn = (error: unknown): boolean => error instanceof PipelineError && error.native?.includes(NO_SUCH_COLUMN) === true;

const NO_SUCH_COLUMN = 'no-such-column';

/** Codes that do not mean what their status means. */
const PASSING_CODES = ['query.datasource.unavailable', 'query.execution.timeout'];

/** The error for a refusal: by status and code, never by the text, which quotes the query. */
export function refusalError({status, code, column, requestId, waitMs}: Refusal, host: string, id: string): PipelineError | Passing {
  const native = `${status}${code === null || code === UNNAMED ? '' : ` ${code}`}${requestId === null ? '' : `, request ${requestId}`}`;
  const error = (meaning: Meaning) => meant(meaning, host, native, {});
  if (status === 429) return new Passing(error({code: CONNECT, what: 'the portal has had too many requests', remedy: 'wait, or get an app token of the portal and pass it apart, as a password'}), waitMs);
  if (status >= 500 || status === 408 || status === 202 || (code !== null && PASSING_CODES.includes(code))) return new Passing(error({code: CONNECT, what: 'the portal cannot answer now', remedy: 'run again later'}), waitMs);
  if (status === 401) return error({code: AUTH, what: 'the portal refuses the user or the password', remedy: 'check both; of an API key, the id is the user and the secret the password'});
  if (status === 403) return error({code: AUTH, what: `data set ${id} may not be read like this`, remedy: 'it is private, or the portal wants to know who asks: pass an app token as a password, or name a user in the URL, e.g. the id of an API key'});
  if (status === 404) {
    return code === null
      ? notSocrata(host, `it answers ${status}`)
      : error({code: SCHEMA, what: `there is no data set ${id}`, remedy: 'check the id: it is the last part of the address of its page'});
  }
  if (status === 410) return error({code: SCHEMA, what: `data set ${id} is gone, or the portal answers such requests no more`, remedy: 'look at its page; try api=3'});
  if (code?.includes(NO_SUCH_COLUMN) === true) {
    return error({
      code: SCHEMA, what: column === null ? `data set ${id} has no column that was asked for` : `data set ${id} has no column ${column}`,
      remedy: 'run again: it was renamed or taken away since it was described; where its metadata still lists it, tell the publisher',
    });
  }
  if (code === null && status === 400) return error({code: SCHEMA, what: `the portal refuses a query of data set ${id}`, remedy: 'it may be of an older kind: try pageRows=1000, or api=3'});
  if (code !== null) return error({code: SCHEMA, what: `the portal refuses a query of data set ${id}`, remedy: 'run again: a column may have another type since it was described; totals=rows asks less of the portal'});
  return notSocrata(host, `it answers ${status}`);
}

export const notSocrata = (host: string, why: string): PipelineError => new PipelineError(CONNECT, `${host} does not answer as a Socrata portal: ${why}`, {
  retryable: false, remedy: 'check the host: the API is where the pages of the data sets are; a page for signing in or for maintenance can be seen in a browser',
});

/** An answer that ended too early: it is asked for again. */
export const cutShort = (host: string): Passing => new Passing(meant(CUT, host, null, {}), null);
