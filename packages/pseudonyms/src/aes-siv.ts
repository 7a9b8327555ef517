import {createCipheriv, timingSafeEqual} from 'node:crypto';
import {assert, ErrorCode, PipelineError} from '@sluice/core';
import {BLOCK, Cmac, doubled, xorInto} from './cmac.ts';

/**
 * AES-SIV (RFC 5297): deterministic authenticated encryption. The same key, associated data and plaintext give the same ciphertext, which is 16 bytes longer;
 * a ciphertext that was changed, or belongs to other associated data, is refused.
 */
export class AesSiv {
  readonly #mac: Cmac;
  readonly #key: Uint8Array;
  readonly #algorithm: string;

  /** A key of 32, 48 or 64 bytes: half for the code, half for the encryption (AES-128, -192, -256). */
  constructor(key: Uint8Array) {
    assert([32, 48, 64].includes(key.length), 'a key of AES-SIV has 32, 48 or 64 bytes');
    const half = key.length / 2;
    this.#mac = new Cmac(key.subarray(0, half));
    this.#key = Uint8Array.from(key.subarray(half));
    this.#algorithm = `aes-${half * 8}-ctr`;
  }

  /** Vector (16 bytes) and ciphertext. At most 126 pieces of associated data. */
  encrypt(plaintext: Uint8Array, associated: readonly Uint8Array[] = []): Buffer {
    const vector = this.#vector(plaintext, associated);
    return Buffer.concat([vector, this.#counter(vector, plaintext)]);
  }

  /** The plaintext. Throws VALUE for what was not encrypted under this key with this associated data. */
  decrypt(sealed: Uint8Array, associated: readonly Uint8Array[] = []): Buffer {
    if (sealed.length < BLOCK) throw refused();
    const vector = sealed.subarray(0, BLOCK);
    const plaintext = this.#counter(vector, sealed.subarray(BLOCK));
    if (!timingSafeEqual(this.#vector(plaintext, associated), vector)) throw refused();
    return plaintext;
  }

  /** S2V of RFC 5297, section 2.4. */
  #vector(plaintext: Uint8Array, associated: readonly Uint8Array[]): Buffer {
    assert(associated.length <= 126, 'AES-SIV takes at most 126 pieces of associated data');
    let sum = this.#mac.mac(Buffer.alloc(BLOCK));
    for (const piece of associated) {
      sum = doubled(sum);
      xorInto(sum, 0, this.#mac.mac(piece));
    }
    if (plaintext.length >= BLOCK) {
      const mixed = Buffer.from(plaintext);
      xorInto(mixed, mixed.length - BLOCK, sum);
      return this.#mac.mac(mixed);
    }
    sum = doubled(sum);
    xorInto(sum, 0, plaintext);
    sum[plaintext.length]! ^= 0x80;
    return this.#mac.mac(sum);
  }

  /** Encrypts and decrypts: counter mode from the vector, with two bits cleared as section 2.5 wants it. */
  #counter(vector: Uint8Array, bytes: Uint8Array): Buffer {
    const start = Buffer.from(vector);
    start[8]! &= 0x7f;
    start[12]! &= 0x7f;
    return createCipheriv(this.#algorithm, this.#key, start).update(bytes);
  }
}

function refused(): PipelineError {
  return new PipelineError(ErrorCode.VALUE, 'a ciphertext cannot be decrypted: it was altered, or belongs to another key or domain',
    {remedy: 'use the key and the domain it was made with'});
}
