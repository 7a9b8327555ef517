import {createHash} from 'node:crypto';
import {canonicalJson} from '@sluice/checksum';
import {ErrorCode, PipelineError} from '@sluice/core';
import {CERTIFICATE_FORMAT, certificateSchema, type Certificate} from './certificate.ts';
import {isSigned, type SigningKey} from './signing-key.ts';

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** Seals and, with a key, signs. The text is what is written: canonical JSON and a line break. */
export function sealed(open: Omit<Certificate, 'seal' | 'signature'>, key: SigningKey | null): {readonly certificate: Certificate; readonly text: string} {
  const withSeal = {...open, seal: sha256(canonicalJson(open))};
  const certificate: Certificate = {...withSeal, signature: key === null ? null : key.sign(canonicalJson(withSeal))};
  return {certificate, text: `${canonicalJson(certificate)}\n`};
}

/** Reads a certificate. Throws CONFIG for what is none of this version, VERIFY for one that is not as it was written. */
export function parseCertificate(text: string, name = 'the file'): Certificate {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PipelineError(ErrorCode.CONFIG, `${name} is no certificate: it is no JSON`, {remedy: 'name the JSON file of a certificate'});
  }
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (format !== CERTIFICATE_FORMAT) throw new PipelineError(ErrorCode.CONFIG, `${name} is no certificate of format ${CERTIFICATE_FORMAT}`, {remedy: 'name the JSON file of a certificate, or use the version that wrote it'});
  const parsed = certificateSchema.safeParse(json);
  if (!parsed.success) throw altered(name, `${parsed.error.issues.length} of its fields are not what they have to be`);
  const certificate = parsed.data;
  const {signature: _, ...withSeal} = certificate;
  const {seal, ...open} = withSeal;
  if (sha256(canonicalJson(open)) !== seal) throw altered(name, 'its seal is that of another text');
  if (`${canonicalJson(certificate)}\n` !== text) throw altered(name, 'it is written in another form');
  return certificate;
}

/** Whether the signature of a certificate is that of its text. */
export function hasValidSignature({signature, ...withSeal}: Certificate): boolean {
  return signature !== null && isSigned(signature, canonicalJson(withSeal));
}

const altered = (name: string, how: string) => new PipelineError(ErrorCode.VERIFY, `${name} is not as it was written: ${how}`, {remedy: 'take the certificate that came with the release'});
