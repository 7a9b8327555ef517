import {createCipheriv} from 'node:crypto';
import type {Cipher} from 'node:crypto';
import {assert, must} from '@sluice/core';

/** Smallest number of values of one length that may be encrypted: SP 800-38G revision 1 asks for a million, because smaller domains can be guessed. */
export const FF1_SMALLEST_DOMAIN = 1_000_000;
const ROUNDS = 10;
const BLOCK = 16;

/**
 * FF1 of NIST SP 800-38G: format-preserving encryption. Takes numerals 0 .. radix-1 and gives as many numerals of the same radix; a permutation of all texts of
 * one length, another one for every tweak. With the smallest domain of revision 1. About 20,000 texts a second.
 */
export class Ff1 {
  readonly #radix: number;
  readonly #big: bigint;
  readonly #cipher: Cipher;

  /** A key of 16, 24 or 32 bytes; radix 2 .. 65,536. */
  constructor(key: Uint8Array, radix: number) {
    assert(Number.isInteger(radix) && radix >= 2 && radix <= 65_536, 'a radix is 2-65536');
    this.#radix = radix;
    this.#big = BigInt(radix);
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  }

  /** Fewest numerals that may be encrypted with this radix. */
  get shortest(): number {
    return shortestFor(this.#radix);
  }

  /** At least `shortest` numerals, at most 2^16. */
  encrypt(numerals: readonly number[], tweak: Uint8Array = EMPTY): number[] {
    return this.#walk(numerals, tweak, 1);
  }

  /** Undoes `encrypt` with the same tweak. */
  decrypt(numerals: readonly number[], tweak: Uint8Array = EMPTY): number[] {
    return this.#walk(numerals, tweak, -1);
  }

  /** Algorithms 7 and 8: the same ten rounds, forwards or backwards. Names as in the publication. */
  #walk(numerals: readonly number[], tweak: Uint8Array, direction: 1 | -1): number[] {
    const n = numerals.length;
    assert(n >= this.shortest && n <= 65_536, 'the text is too short or too long for FF1');
    const u = Math.floor(n / 2);
    const v = n - u;
    let a = this.#number(numerals, 0, u);
    let b = this.#number(numerals, u, n);
    const bytes = Math.ceil(bitLength(this.#big ** BigInt(v) - 1n) / 8);
    const d = 4 * Math.ceil(bytes / 4) + 4;
    const powers = [this.#big ** BigInt(u), this.#big ** BigInt(v)] as const;
    const input = this.#input(n, u, tweak, bytes);
    for (let step = 0; step < ROUNDS; step++) {
      const i = direction === 1 ? step : ROUNDS - 1 - step;
      input[input.length - bytes - 1] = i;
      writeNumber(input, direction === 1 ? b : a, bytes);
      const y = this.#stretch(this.#mac(input), d);
      const power = powers[i % 2]!;
      if (direction === 1) [a, b] = [b, (a + y) % power];
      else [a, b] = [(((b - y) % power) + power) % power, a];
    }
    return [...this.#numerals(a, u), ...this.#numerals(b, v)];
  }

  /** P and Q of the publication in one, with room for the round and for one half. */
  #input(n: number, u: number, tweak: Uint8Array, bytes: number): Buffer {
    const zeros = (((-tweak.length - bytes - 1) % BLOCK) + BLOCK) % BLOCK;
    const input = Buffer.alloc(BLOCK + tweak.length + zeros + 1 + bytes);
    input.set([1, 2, 1]);
    input.writeUIntBE(this.#radix, 3, 3);
    input[6] = ROUNDS;
    input[7] = u % 256;
    input.writeUInt32BE(n, 8);
    input.writeUInt32BE(tweak.length, 12);
    input.set(tweak, BLOCK);
    return input;
  }

  /** CBC-MAC over whole blocks. */
  #mac(input: Buffer): Buffer {
    let block: Buffer = Buffer.alloc(BLOCK);
    for (let at = 0; at < input.length; at += BLOCK) {
      for (let i = 0; i < BLOCK; i++) block[i]! ^= input[at + i]!;
      block = this.#cipher.update(block);
    }
    return block;
  }

  /** The first d bytes of R and of the encryptions of R xor 1, R xor 2, ... as a number. */
  #stretch(r: Buffer, d: number): bigint {
    const blocks = [r];
    for (let j = 1; j * BLOCK < d; j++) {
      const next = Buffer.from(r);
      next.writeUInt32BE((next.readUInt32BE(BLOCK - 4) ^ j) >>> 0, BLOCK - 4);
      blocks.push(this.#cipher.update(next));
    }
    return BigInt(`0x${Buffer.concat(blocks).toString('hex', 0, d)}`);
  }

  #number(numerals: readonly number[], from: number, to: number): bigint {
    let number = 0n;
    for (let i = from; i < to; i++) {
      const numeral = must(numerals[i], 'a numeral');
      assert(Number.isInteger(numeral) && numeral >= 0 && numeral < this.#radix, 'a numeral is below the radix');
      number = number * this.#big + BigInt(numeral);
    }
    return number;
  }

  #numerals(number: bigint, length: number): number[] {
    const numerals = new Array<number>(length).fill(0);
    for (let i = length - 1; i >= 0; i--) {
      numerals[i] = Number(number % this.#big);
      number /= this.#big;
    }
    return numerals;
  }
}

const EMPTY = new Uint8Array(0);

/** Fewest numerals of a radix that make a million values, and at least two. */
export function shortestFor(radix: number): number {
  let length = 2;
  for (let values = radix * radix; values < FF1_SMALLEST_DOMAIN; values *= radix) length++;
  return length;
}

function bitLength(number: bigint): number {
  return number.toString(2).length;
}

function writeNumber(target: Buffer, number: bigint, bytes: number): void {
  target.write(number.toString(16).padStart(bytes * 2, '0'), target.length - bytes, 'hex');
}
