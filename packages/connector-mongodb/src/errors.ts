import {ErrorCode, PipelineError, type ErrorContext, type Problem} from '@sluice/core';
import {meant, NETWORK_MEANINGS, type Meaning, type Place} from '@sluice/sql';
import {BSON, MongoError, MongoInvalidArgumentError, MongoMissingDependencyError, MongoNetworkError, MongoParseError, MongoServerError, MongoServerSelectionError} from 'mongodb';

const {AUTH, CONFIG, CONNECT, SCHEMA, VALUE} = ErrorCode;

const STEPPED: Meaning = {code: CONNECT, what: 'the server is not the one that it was: it stepped down, restarts or lost its majority'};
const LOST: Meaning = {code: CONNECT, what: 'the server has let go of the cursor'};
const GONE: Meaning = {code: CONNECT, what: 'the connection is gone'};
const SLOW: Meaning = {code: CONNECT, what: 'the server took longer than it may'};

/** By the number that the server gives, as its manual lists them. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  13: {code: AUTH, what: 'the user may not do this', remedy: 'grant the role read on the database to the user'},
  18: {code: AUTH, what: 'the server refuses the user or the password', remedy: 'check the user, the password and authSource'},
  11: {code: AUTH, what: 'the server does not know the user', remedy: 'check the user and authSource'},
  26: {code: SCHEMA, what: 'there is no such collection'},
  6: {code: CONNECT, what: 'a host cannot be reached'},
  7: {code: CONNECT, what: 'a host cannot be found'},
  89: {code: CONNECT, what: 'the network between the servers took too long'},
  91: STEPPED, 189: STEPPED, 10107: STEPPED, 11600: STEPPED, 11602: STEPPED, 13435: STEPPED, 13436: STEPPED, 63: STEPPED, 150: STEPPED, 13388: STEPPED, 133: STEPPED, 9001: STEPPED,
  43: LOST, 136: LOST, 175: LOST, 237: LOST,
  50: SLOW, 262: SLOW,
};

/** Whether what was asked can be asked for anew, and may well be answered. */
export const isPassing = (error: unknown): boolean => error instanceof PipelineError && error.code === CONNECT && error.retryable;

/** Says in our own words what an error of the driver or the server means: by its number, never by its message, which may quote data. */
export function classify(error: unknown, place: Place, more: ErrorContext = {}): unknown {
  if (error instanceof PipelineError) return error;
  if (error instanceof BSON.BSONError) return meant({code: VALUE, what: 'a document is no BSON', remedy: 'find it with validate, as the manual of MongoDB says, and mend or delete it'}, place, null, {...(typeof place === 'object' && {table: place.table}), ...more});
  const context = {...(typeof place === 'object' && {table: place.table}), ...more};
  if (error instanceof MongoServerError) {
    const code = Number(error.code);
    const native = Number.isNaN(code) ? null : `MongoDB error ${code}`;
    const meaning = MEANINGS[code] ?? (error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('TransientTransactionError') ? STEPPED : undefined);
    return meant(meaning ?? {code: SCHEMA, what: 'the server refuses a command', remedy: 'look the number up among the error codes in the manual of MongoDB'}, place, native, context);
  }
  const cause = networkCode(error);
  const network = cause === null ? undefined : encryption(cause) ?? NETWORK_MEANINGS[cause];
  // A write to a connection that is gone fails as Node has it; anything else is a programming mistake.
  if (!(error instanceof MongoError)) return network || cause?.startsWith('ERR_STREAM') === true ? meant(network ?? GONE, place, cause, context) : error;
  if (error instanceof MongoServerSelectionError) return meant(selection(error, network), place, cause, context);
  if (error instanceof MongoNetworkError) return meant(network ?? GONE, place, cause, context);
  if (error instanceof MongoParseError || error instanceof MongoInvalidArgumentError || error instanceof MongoMissingDependencyError) {
    return meant({code: CONFIG, what: `the driver refuses the URL: ${error.message}`, remedy: 'correct the options of the URL'}, place, null, context);
  }
  return meant(GONE, place, null, context);
}

/** No server was found that may be read from: each host tells why it is not, and the first reason counts. */
function selection(error: MongoServerSelectionError, network: Meaning | undefined): Meaning {
  if (network) return network;
  const {servers, type} = error.reason ?? {};
  const reasons = Array.from(servers?.values() ?? [], server => server.error);
  const auth = reasons.find(each => each instanceof MongoServerError);
  if (auth) return MEANINGS[Number(auth.code)] ?? {code: CONNECT, what: 'the server refuses the connection'};
  if (type === 'ReplicaSetNoPrimary' && reasons.every(each => each === null)) {
    return {code: CONNECT, what: 'no member of the replica set may be read from', remedy: 'wait for its election, or set readPreference=secondaryPreferred'};
  }
  return {code: CONNECT, what: 'no server answers there', remedy: 'check hosts, port, TLS and replicaSet in the URL, and that the server runs'};
}

/** What Node says of a certificate that it does not accept, or of a server that does not speak TLS. */
function encryption(code: string): Meaning | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return {code: CONNECT, what: 'the certificate of the server is of another host', remedy: 'name the host as its certificate does', retryable: false};
  if (/(?:^|_)CERT(?:$|_)|LEAF_SIGNATURE/.test(code)) return {code: CONNECT, what: 'the certificate of the server is not accepted', remedy: 'name the file of its authority in tlsCAFile', retryable: false};
  if (code.startsWith('ERR_OSSL_')) return {code: CONFIG, what: 'a file of the URL holds no certificate or key', remedy: 'name PEM files in tlsCAFile and tlsCertificateKeyFile'};
  if (/^(?:EPROTO$|ERR_SSL_)/.test(code)) return {code: CONNECT, what: 'the server does not speak TLS as it should', remedy: 'check the port, and tls in the URL', retryable: false};
  return undefined;
}

/** The files of certificates that the URL names are read by the driver. Undefined when it was something else. */
export function refusedFile(error: unknown): PipelineError | undefined {
  const {code, path} = error as {readonly code?: unknown; readonly path?: unknown};
  if (error instanceof MongoError || typeof code !== 'string' || typeof path !== 'string') return undefined;
  return new PipelineError(CONFIG, `the file ${path} cannot be read: ${code}`, {remedy: 'name PEM files in tlsCAFile and tlsCertificateKeyFile'});
}

/** The code of Node that an error of the network stems from. */
function networkCode(error: unknown): string | null {
  const queue: unknown[] = [error];
  if (error instanceof MongoServerSelectionError) queue.push(...Array.from(error.reason?.servers.values() ?? [], server => server.error));
  for (const start of queue) {
    for (let each = start; each instanceof Error; each = each.cause) {
      const {code} = each as {code?: unknown};
      if (typeof code === 'string') return code;
      if ('errors' in each && Array.isArray(each.errors)) queue.push(...each.errors);
    }
  }
  return null;
}

/** A problem of the URL or its options. */
export function configError(problems: readonly Problem[]): PipelineError {
  return new PipelineError(CONFIG, problems.map(problem => problem.message).join('; '), {
    problems, remedy: 'try: mongodb://USER@HOST:27017/DATABASE?replicaSet=NAME, the password apart',
  });
}
