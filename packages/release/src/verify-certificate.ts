import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {ErrorCode, PipelineError, type Batch, type FileSeal, type ReadLimits, type ReleaseColumn, type ReleasePolicy, type Schema, type Source} from '@sluice/core';
import type {Certificate} from './certificate.ts';
import {scannerFor} from './certificate-gate.ts';
import {compareTarget} from './compare-target.ts';
import {examineTarget} from './examine-target.ts';
import type {TextScanner} from './residual-scan.ts';
import {rolesOf} from './roles.ts';
import {hasValidSignature, parseCertificate, sha256} from './seal.ts';
import {publicKeyId} from './signing-key.ts';

export interface CertificateQuestion {
  /** What problems call the certificate; default `the file`. */
  readonly name?: string;
  /** The text of the certificate before it. */
  readonly previous?: string;
  /** The key that has to have signed it, PEM or base64 of its DER form. */
  readonly publicKey?: string;
  /** Opens what was released; then everything that can be repeated on it alone is. Not disposed. */
  readonly target?: Source;
  /** What was released, when it is one file: its bytes are compared. */
  readonly file?: string;
  /** Default: as the gate's, which has to be of the same version to find the same. */
  readonly scanner?: TextScanner;
  readonly limits?: ReadLimits;
}

/** What `sluice certificate verify --json` prints: a contract, versioned by `format`. */
export interface CertificateVerification {
  readonly format: 'sluice.certificate-verification/1';
  readonly status: 'valid' | 'invalid';
  readonly certificate: {
    readonly id: string; readonly sequence: number; readonly hash: string; readonly status: Certificate['status']; readonly finishedAt: string;
    readonly claimed: string | null; readonly computed: string | null; readonly target: string;
  };
  readonly checks: readonly {readonly name: 'signature' | 'chain' | 'file' | 'tables' | 'rows' | 'residual' | 'risk'; readonly status: 'passed' | 'failed' | 'not checked'; readonly detail: string}[];
  readonly problems: readonly string[];
  /** What was not looked at, each with the reason; never empty, since some of it needs the source. */
  readonly notChecked: readonly string[];
  readonly remarks: readonly string[];
}

const defaultLimits: ReadLimits = {maxRows: 2000, maxBytes: 4 << 20};

/**
 * Checks a certificate where it arrived: that it is as it was written, who signed it, what it follows, and what can be repeated on the target alone:
 * its bytes, its tables, counts, residual scan, keys and risk. What needs the source (known values, changed values, the risk before) is not repeated; `notChecked` says so, and what else was not looked at.
 * Throws CONFIG for what is no certificate, VERIFY for one that was altered, and what reading the target rejects with.
 */
export async function verifyCertificate(text: string, question: CertificateQuestion, signal: AbortSignal): Promise<CertificateVerification> {
  const certificate = parseCertificate(text, question.name);
  const checks: CertificateVerification['checks'][number][] = [];
  const problems: string[] = [];
  const remarks: string[] = [];
  const notChecked: string[] = [];
  const tell = (name: CertificateVerification['checks'][number]['name'], found: readonly string[], passed: string | null, otherwise: string) => {
    checks.push({name, status: found.length > 0 ? 'failed' : passed === null ? 'not checked' : 'passed', detail: found.length > 0 ? found.join('; ') : passed ?? otherwise});
    problems.push(...found);
    if (found.length === 0 && passed === null) notChecked.push(`${name}: ${otherwise}`);
  };
  if (certificate.status === 'failed') problems.push('this is the certificate of a release that was refused: nothing was published under it');
  const expired = certificate.risk.accepted.filter(({used, expires}) => used && expires < new Date().toISOString().slice(0, 10));
  if (expired.length > 0) remarks.push(`accepted risks have expired since: ${expired.map(({check}) => check).join(', ')}`);
  if (certificate.reviewBy !== null && certificate.reviewBy < new Date().toISOString().slice(0, 10)) remarks.push(`the release was to be reviewed by ${certificate.reviewBy}`);

  const signed = signatureProblems(certificate, question.publicKey);
  tell('signature', signed, certificate.signature === null || question.publicKey === undefined ? null : `signed by key ${certificate.signature.keyId}`,
    certificate.signature === null ? 'it is not signed' : `it is signed by key ${certificate.signature.keyId}; whose that is was not told`);
  const chained = question.previous === undefined ? [] : chainProblems(certificate, question.previous);
  tell('chain', chained, question.previous === undefined ? certificate.previous === null ? 'it is the first' : null : 'it follows the certificate that was given', 'the certificate it follows was not given');
  const {file} = certificate.identity.target;
  const seal = question.file === undefined ? null : await sealOf(question.file, signal);
  tell('file', seal !== null && file !== null && (seal.sha256 !== file.sha256 || seal.bytes !== file.bytes) ? ['the bytes of the file are not those that were released'] : [],
    seal === null || file === null ? null : 'the bytes of the file are those that were released', file === null ? 'it has no seal of a file' : 'the file was not given');

  if (question.target === undefined) for (const name of ['tables', 'rows', 'residual', 'risk'] as const) tell(name, [], null, 'the target was not given');
  else {
    const found = await repeat(certificate, question.target, question, signal);
    tell('tables', found.tables, 'its tables and columns are those that were released', '');
    tell('rows', found.rows, 'as many rows and nulls are there, and keys and references hold as they did', '');
    tell('residual', found.residual, 'the scan finds what it found', '');
    tell('risk', found.risk, 'k, l, t and uniqueness are what they were', '');
    remarks.push(...found.remarks);
  }
  notChecked.push('known values, changed values and the risk before: they need the source');
  return {
    format: 'sluice.certificate-verification/1', status: problems.length === 0 ? 'valid' : 'invalid',
    certificate: {
      id: certificate.identity.id, sequence: certificate.sequence, hash: sha256(text), status: certificate.status, finishedAt: certificate.identity.finishedAt,
      claimed: certificate.method.claimed, computed: certificate.method.computed, target: certificate.identity.target.label,
    },
    checks, problems, notChecked, remarks,
  };
}

function signatureProblems(certificate: Certificate, publicKey: string | undefined): string[] {
  const {signature} = certificate;
  if (signature === null) return publicKey === undefined ? [] : ['it is not signed'];
  if (!hasValidSignature(certificate)) return ['its signature is not of this text'];
  return publicKey !== undefined && publicKeyId(publicKey) !== signature.keyId ? ['it is signed by another key than the one that was given'] : [];
}

function chainProblems({previous, sequence}: Certificate, given: string): string[] {
  const before = parseCertificate(given, 'the certificate before it');
  if (previous === null) return ['it is the first of its chain, yet one before it was given'];
  return previous !== sha256(given) || before.sequence + 1 !== sequence ? ['it does not follow the certificate that was given'] : [];
}

/** The seal of a file, read once. Throws CONNECT when it cannot be read. */
async function sealOf(path: string, signal: AbortSignal): Promise<FileSeal> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, {signal}) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new PipelineError(ErrorCode.CONNECT, `${path} cannot be read`, {cause: error, retryable: false, remedy: 'name the file that was released'});
  }
  return {sha256: hash.digest('hex'), bytes};
}

/** Reads the target as the gate read what was written. */
async function repeat(certificate: Certificate, target: Source, {scanner, limits = defaultLimits}: CertificateQuestion, signal: AbortSignal): Promise<ReturnType<typeof compareTarget>> {
  const catalog = await target.discover(signal);
  const there = new Map(catalog.tables.map(schema => [schema.table, schema]));
  const policy = policyOf(certificate);
  const missing: string[] = [];
  const schemas = new Map<string, Schema>();
  const tables = certificate.counts.tables.flatMap(one => {
    const schema = there.get(one.target);
    const columns = one.columns.map(({column}) => schema?.columns.find(({name}) => name === column));
    const gone = one.columns.filter((_, i) => columns[i] === undefined).map(({column}) => column);
    if (schema === undefined) missing.push(`table ${one.target} is gone`);
    else if (gone.length > 0) missing.push(`table ${one.target} has no column ${gone.join(', ')} any more`);
    else {
      const more = schema.columns.filter(({name}) => !one.columns.some(({column}) => column === name));
      if (more.length > 0) missing.push(`table ${one.target} has columns that were not released: ${more.map(({name}) => name).join(', ')}`);
      // Read as the target has it, looked at as it was written.
      schemas.set(one.table, {...schema, columns: columns.map(column => column!)});
      const out = outSchema(certificate, one);
      return rolesOf(policy, {source: {...out, columns: policy.tables.find(({table}) => table === one.table)!.columns.filter(({path}) => path === null).map(({column}) => ({name: column, type: 'any', nullable: true}))},
        read: out, out, effects: addedIn(certificate, one.table), rows: one.rowsOut}) ?? [];
    }
    return [];
  });
  const released = new Set(certificate.counts.tables.map(one => one.target));
  for (const {table} of catalog.tables) if (!released.has(table)) missing.push(`table ${table} was not released`);
  const own = scanner ?? scannerFor(policy);
  const population = certificate.risk.tables.map(({after}) => after?.uniqueness.population?.size ?? null).find(size => size !== null) ?? null;
  const found = await examineTarget({
    tables, policy, scanner: own, known: null, changes: new Map(), population, maxRecords: null, limits,
    distances: new Map(certificate.risk.tables.flatMap(({table, after}) => after?.sensitive.map(({column, distance}) => [`${table}.${column}`, distance] as const) ?? [])),
    readRows: (out, bounds, stop): AsyncIterable<Batch> => target.read({schema: schemas.get(out.table)!, after: null, ...bounds}, stop),
  }, signal);
  return compareTarget(certificate, found, missing, own.version);
}

function outSchema({counts: {unique, references}}: Certificate, {table, columns}: Certificate['counts']['tables'][number]): Schema {
  return {
    table, primaryKey: [], columns: columns.map(({column, type}) => ({name: column, type: type as Schema['columns'][number]['type'], nullable: true})),
    indexes: unique.filter(one => one.table === table).map(({columns: of}, i) => ({name: String(i), unique: true, parts: of.map(column => ({column}))})),
    foreignKeys: references.filter(one => one.table === table).map(({columns: own, references: to, referencedColumns}, i) => ({
      name: String(i), columns: own, table: to, referencedColumns, onUpdate: 'NO ACTION', onDelete: 'NO ACTION',
    })),
  };
}

function addedIn({columns}: Certificate, table: string) {
  return columns.find(one => one.table === table)!.columns.filter(({effect}) => effect === 'added').map(({column, method}) => ({column, effect: 'added' as const, method}));
}

/** What the certificate says of the policy, as the policy would say it. */
function policyOf({method, identity, columns, excluded, risk, attestation, reviewBy}: Certificate): ReleasePolicy {
  return {
    profile: method.claimed, claim: method.computed, prevented: [], sha256: identity.policy.sha256, version: identity.policy.version, asOf: identity.policy.asOf,
    tables: columns.map(({table, subject, columns: of}) => ({
      table, subject, columns: of.filter(({effect}) => effect !== 'added' && effect !== 'undecided').map(one => ({...one, effect: one.effect as ReleaseColumn['effect'], random: false})),
    })),
    excluded, attestation, reviewBy, keyIds: identity.keyIds,
    risk: {
      // What was measured then is measured now, whatever made it so.
      quasi: risk.tables.flatMap(({table, after}) => after?.quasi.map(column => ({table, column})) ?? []), thresholds: risk.thresholds, accepted: [],
    },
  };
}
