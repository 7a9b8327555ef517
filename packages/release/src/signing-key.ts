import {createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject} from 'node:crypto';
import {readFile, stat} from 'node:fs/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {Certificate} from './certificate.ts';

/** A private key that signs certificates. It is never printed: neither this object nor an error holds its text. */
export interface SigningKey {
  /** SHA-256, hex, of the public key (SPKI, DER). */
  readonly keyId: string;
  sign(text: string): NonNullable<Certificate['signature']>;
}

/**
 * Reads an Ed25519 private key (PKCS #8, PEM; `openssl genpkey -algorithm ed25519`). Throws CONFIG, without anything of the file, when it is missing,
 * is no such key, is encrypted, or may be read by others.
 */
export async function readSigningKey(file: string): Promise<SigningKey> {
  let pem: Buffer;
  try {
    // Windows has no such bits.
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) throw refused(`the signing key ${file} can be read by others`, `chmod 600 ${file}`);
    pem = await readFile(file);
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw refused(`the signing key ${file} cannot be read (${codeOf(error)})`, 'make one: openssl genpkey -algorithm ed25519 -out FILE');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({key: pem, format: 'pem'});
  } catch {
    // The cause may quote the key.
    throw refused(`${file} is no private key that can be read: PEM, not encrypted, is wanted`, 'make one: openssl genpkey -algorithm ed25519 -out FILE');
  } finally {
    pem.fill(0);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refused(`${file} is a key of type ${key.asymmetricKeyType ?? 'secret'}, only Ed25519 signs certificates`, 'make one: openssl genpkey -algorithm ed25519 -out FILE');
  const spki = createPublicKey(key).export({type: 'spki', format: 'der'});
  const keyId = idOf(spki);
  return {
    keyId,
    sign: text => ({algorithm: 'Ed25519', keyId, publicKey: spki.toString('base64'), value: sign(null, Buffer.from(text), key).toString('base64')}),
  };
}

/** Whether the signature is over this text, by the key it names. */
export function isSigned({publicKey, keyId, value}: NonNullable<Certificate['signature']>, text: string): boolean {
  try {
    const spki = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({key: spki, format: 'der', type: 'spki'});
    return key.asymmetricKeyType === 'ed25519' && idOf(spki) === keyId && verify(null, Buffer.from(text), key, Buffer.from(value, 'base64'));
  } catch {
    return false;
  }
}

/** The id of a public key, PEM or base64 of its DER form. Throws CONFIG when it is none. */
export function publicKeyId(given: string): string {
  try {
    const key = given.includes('-----') ? createPublicKey(given) : createPublicKey({key: Buffer.from(given, 'base64'), format: 'der', type: 'spki'});
    return idOf(key.export({type: 'spki', format: 'der'}));
  } catch {
    throw refused('the public key cannot be read: PEM, or base64 of its DER form, is wanted', 'openssl pkey -in PRIVATE -pubout');
  }
}

const idOf = (spki: Uint8Array): string => createHash('sha256').update(spki).digest('hex');
const codeOf = (error: unknown): string => error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
const refused = (message: string, remedy: string) => new PipelineError(ErrorCode.CONFIG, message, {remedy});
