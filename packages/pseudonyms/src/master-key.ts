import {createSecretKey, hkdfSync} from 'node:crypto';
import type {KeyObject} from 'node:crypto';
import {assert, ErrorCode, PipelineError} from '@sluice/core';
import {whyWeak} from './weak-key.ts';

/** Length of the master key and of every key derived from it. */
export const KEY_BYTES = 32;
/**
 * Version of the rule by which a value becomes text before it is keyed, see {@link canonical}. Bound into every derived key: pseudonyms made under another
 * rule can never be taken for pseudonyms of this one.
 */
export const NORMALISER = 1;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * The one secret of a project: 32 bytes, from which a key for every identity domain and purpose is derived by HKDF-SHA256 (RFC 5869). Prints as its id.
 * Make it with `readMasterKey`, or from bytes with `masterKeyFrom`; `[Symbol.dispose]` wipes it.
 */
export class MasterKey {
  readonly #bytes: Buffer;
  /** Which key it is, 16 hexadecimal digits: derived one-way, safe to publish and to compare. */
  readonly id: string;
  #disposed = false;

  /** Takes a copy of 32 bytes; use `masterKeyFrom`, which refuses weak ones. */
  constructor(bytes: Uint8Array) {
    assert(bytes.length === KEY_BYTES, `a master key has ${KEY_BYTES} bytes`);
    this.#bytes = Buffer.from(bytes);
    this.id = Buffer.from(derive(this.#bytes, 'id', [], 8)).toString('hex');
  }

  /**
   * The key of one identity domain for one purpose. Same name and purpose: same key; anything else: an unrelated key, so that pseudonyms join inside a domain
   * and never across. Throws a plain Error after the master key was disposed.
   */
  domain(name: string, purpose: string): DomainKey {
    assert(!this.#disposed, 'the master key is still held');
    return new DomainKey(name, purpose, derive(this.#bytes, 'domain', [name, purpose], KEY_BYTES));
  }

  /** Wipes the bytes. Domain keys made before go on working. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#bytes.fill(0);
  }

  toString(): string {
    return `<master key ${this.id}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** A key of one identity domain and purpose; prints as these two. */
export class DomainKey {
  readonly #key: Uint8Array;
  readonly #object: KeyObject;
  readonly name: string;
  readonly purpose: string;

  /** Takes the key over; use `MasterKey.domain`. */
  constructor(name: string, purpose: string, key: Uint8Array) {
    this.name = name;
    this.purpose = purpose;
    this.#key = key;
    this.#object = createSecretKey(key);
  }

  /** The key for Node's HMAC. Prints nothing of itself. */
  get hmacKey(): KeyObject {
    return this.#object;
  }

  /** A key below this one, for one algorithm: HKDF-SHA256 with the label. `bytes` up to 8,160. */
  derive(label: string, bytes = KEY_BYTES): Uint8Array {
    return derive(this.#key, 'part', [label], bytes);
  }

  toString(): string {
    return `<key of ${this.name} for ${this.purpose}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** A master key from 32 bytes, which are copied. Throws CONFIG when there are not 32 or when they are weak; the bytes are never shown. */
export function masterKeyFrom(bytes: Uint8Array, place = 'the master key'): MasterKey {
  if (bytes.length !== KEY_BYTES) throw new PipelineError(ErrorCode.CONFIG, `${place} must have ${KEY_BYTES} bytes, got ${bytes.length}`, {remedy: NEW_KEY});
  const weak = whyWeak(bytes);
  if (weak !== null) throw new PipelineError(ErrorCode.CONFIG, `${place} is weak: ${weak}`, {remedy: NEW_KEY});
  return new MasterKey(bytes);
}

/** What to do about a key that cannot be used. */
export const NEW_KEY = 'make one with `openssl rand -hex 32`, and keep it where only the operator can read it';

/** HKDF-SHA256 with an info string in which every part has its length before it: no two lists of parts give the same one. */
function derive(key: Uint8Array, use: string, parts: readonly string[], bytes: number): Uint8Array {
  const info = [`sluice pseudonyms ${NORMALISER}`, use, ...parts].map(part => Buffer.from(part)).flatMap(part => [lengthOf(part), part]);
  return new Uint8Array(hkdfSync('sha256', key, '', Buffer.concat(info), bytes));
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
