import {randomUUID} from 'node:crypto';
import type {Gate, Problem, ReadLimits, ReleasePolicy, Settled, SourceIdentity, Staged} from '@sluice/core';
import {createRedactor} from '@sluice/redact';
import {makeFolders, readPrevious, writeFailed, writePassed, type CertificateFiles, type PreviousCertificate} from './certificate-files.ts';
import type {Certificate} from './certificate.ts';
import {examineRelease, problemsOf, type Examination} from './examine.ts';
import {renderCertificate} from './html-certificate.ts';
import {makeCertificate} from './make-certificate.ts';
import type {TextScanner} from './residual-scan.ts';
import {sealed} from './seal.ts';
import {readSigningKey, type SigningKey} from './signing-key.ts';

export interface CertificateOptions {
  /** What the policy decided; a function is asked once the policy was laid over the source. */
  readonly policy: ReleasePolicy | (() => ReleasePolicy);
  readonly files: CertificateFiles;
  readonly tool: {readonly name: string; readonly version: string};
  /** SHA-256, hex, of the program that ran, where somebody computed it. */
  readonly codeHash?: string;
  /** A file with an Ed25519 private key, PEM. Without one the certificate is sealed, but not signed. */
  readonly signingKey?: string;
  /** Who runs this; a name for people. */
  readonly operator?: string;
  /** What looks for identifiers; default the redactor of `@sluice/redact` for the policy's profile. */
  readonly scanner?: TextScanner;
  /** Members of the population the persons are from, for the estimate of uniqueness. */
  readonly population?: number;
  /** Most rows of a table whose risk is measured; see `@sluice/disclosure-risk`. */
  readonly maxRecords?: number;
  readonly maxKnownValues?: number;
  /** How the scanner did on texts it had never seen. */
  readonly scores?: Certificate['freeText']['scores'];
  /** What else was not checked, in sentences. */
  readonly notChecked?: readonly string[];
  readonly now?: () => Date;
  readonly limits?: ReadLimits;
}

/** The gate of a release, and what it wrote. */
export interface CertificateGate extends Gate {
  settled(settled: Settled, signal: AbortSignal): Promise<void>;
  /** After `settled`: the certificate of the run, passed or failed; null when the run did not get so far. */
  readonly certificate: Certificate | null;
}

const defaultLimits: ReadLimits = {maxRows: 2000, maxBytes: 4 << 20};

/**
 * Examines a release: reads the identifying columns of the source again from the run's snapshot, then everything that was written, and speaks against
 * going live when a check fails that nobody answers for. After the run, `settled` writes the certificate: sealed, chained to the one before,
 * signed when there is a key; a failed one goes beside it as evidence. Whoever runs a copy without `@sluice/job` calls `settled` himself.
 * `examine` throws CONFIG for a key that is none, VERIFY for a previous certificate that was altered, WRITE for a place that cannot be written.
 */
export function certificateGate(options: CertificateOptions): CertificateGate {
  const {files, tool, codeHash, operator, scores = [], notChecked = [], now = () => new Date(), limits = defaultLimits} = options;
  interface Examined {
    readonly policy: ReleasePolicy;
    readonly examination: Examination;
    readonly key: SigningKey | null;
    readonly previous: PreviousCertificate | null;
    readonly identity: SourceIdentity | null;
  }
  let examined: Examined | null = null;
  let certificate: Certificate | null = null;

  return {
    name: 'certificate',
    get certificate() {
      return certificate;
    },
    async examine(staged: Staged, signal: AbortSignal): Promise<readonly Problem[]> {
      examined = null;
      certificate = null;
      // What cannot work is found out before hours of reading.
      const key = options.signingKey === undefined ? null : await readSigningKey(options.signingKey);
      await makeFolders(files);
      const previous = await readPrevious(files);
      const policy = typeof options.policy === 'function' ? options.policy() : options.policy;
      const examination = await examineRelease(policy, staged, {
        scanner: options.scanner ?? scannerFor(policy), population: options.population ?? null, maxRecords: options.maxRecords ?? null, maxKnownValues: options.maxKnownValues ?? null,
        today: now().toISOString().slice(0, 10), limits,
      }, signal);
      const identity = await staged.source.identity?.(signal) ?? null;
      examined = {policy, examination, key, previous, identity};
      return problemsOf(examination);
    },
    async settled({report, seal}: Settled, signal: AbortSignal) {
      if (examined === null) return;
      const {policy, examination, key, previous, identity} = examined;
      examined = null;
      const failed = problemsOf(examination).length > 0;
      // A run that failed elsewhere has released nothing and is no evidence of anything.
      if (!failed && !report.published && !(examination.live && report.status === 'ok')) return;
      const live = failed ? null : await seal(signal.aborted ? new AbortController().signal : signal);
      const open = makeCertificate(policy, examination, {
        id: randomUUID(), tool: {name: tool.name, version: tool.version, code: codeHash ?? null}, operator: operator ?? null, identity, previous, scores, notChecked,
      }, {report, seal: live});
      const made = sealed(open, key);
      certificate = made.certificate;
      const page = renderCertificate(made.certificate);
      if (failed) await writeFailed(files, made.text, page);
      else await writePassed(files, made.certificate, made.text, page);
    },
  };
}

/** What `createRedactor` finds under a policy's profile. */
export function scannerFor({profile, asOf}: Pick<ReleasePolicy, 'profile' | 'asOf'>): TextScanner {
  const known = profile === 'limited-data-set' || profile === 'expert' ? profile : 'safe-harbor';
  return createRedactor({profile: known, ...(asOf !== null && {asOf})});
}
