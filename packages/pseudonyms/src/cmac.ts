import {createCipheriv} from 'node:crypto';
import type {Cipher} from 'node:crypto';

/** Bytes of an AES block, of a CMAC and of a synthetic initialisation vector. */
export const BLOCK = 16;
const ZERO = Buffer.alloc(BLOCK);

/**
 * AES-CMAC (NIST SP 800-38B, RFC 4493): a message authentication code, and a pseudorandom function, of 16 bytes. One object per key is kept and used again:
 * for short messages that is about four times as fast as a new HMAC per message (measured on Node 20).
 */
export class Cmac {
  readonly #cbc: Cipher;
  /** For messages that end with a whole block, and for those that do not. */
  readonly #whole: Buffer;
  readonly #padded: Buffer;
  /** The chaining value that the cipher would mix into the next block. */
  #chained: Buffer = ZERO;

  /** A key of 16, 24 or 32 bytes. */
  constructor(key: Uint8Array) {
    this.#cbc = createCipheriv(`aes-${key.length * 8}-cbc`, key, ZERO).setAutoPadding(false);
    const first = this.#encrypt(Buffer.from(ZERO));
    this.#whole = doubled(first);
    this.#padded = doubled(this.#whole);
  }

  /** The 16 bytes of the code of a message of any length. */
  mac(message: Uint8Array): Buffer {
    const whole = message.length > 0 && message.length % BLOCK === 0;
    const padded = Buffer.alloc(whole ? message.length : (Math.floor(message.length / BLOCK) + 1) * BLOCK);
    padded.set(message);
    if (!whole) padded[message.length] = 0x80;
    xorInto(padded, padded.length - BLOCK, whole ? this.#whole : this.#padded);
    return this.#encrypt(padded);
  }

  /** The last block of CBC with a zero vector: what the cipher still holds of the message before is taken out by mixing it in once more. Overwrites its input. */
  #encrypt(blocks: Buffer): Buffer {
    xorInto(blocks, 0, this.#chained);
    const out = this.#cbc.update(blocks);
    this.#chained = out.subarray(out.length - BLOCK);
    return Buffer.from(this.#chained);
  }
}

/** `target[at + i] ^= other[i]`. */
export function xorInto(target: Uint8Array, at: number, other: Uint8Array): void {
  for (let i = 0; i < other.length; i++) target[at + i]! ^= other[i]!;
}

/** The block times x in GF(2^128), as SP 800-38B and RFC 5297 want it. */
export function doubled(block: Uint8Array): Buffer {
  const out = Buffer.alloc(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = (block[i]! << 1) | (i + 1 < BLOCK ? block[i + 1]! >> 7 : 0);
  if (block[0]! & 0x80) out[BLOCK - 1]! ^= 0x87;
  return out;
}
