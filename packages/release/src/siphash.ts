import {randomBytes} from 'node:crypto';

/** 64 bits of a hash, as two words. */
export interface KeyedHash {
  high: number;
  low: number;
}

/**
 * SipHash-2-4 of the UTF-16 units of a text under a key of 16 bytes (Aumasson and Bernstein, INDOCRYPT 2012): who does not have the key
 * learns nothing from a hash. Units are taken as two bytes each, little endian. Numbers of 64 bits are kept as two words of 32.
 */
export class SipHasher {
  readonly #words: readonly [number, number, number, number];
  readonly #v = new Int32Array(8);

  constructor(key: Uint8Array = randomBytes(16)) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#words = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
  }

  hash(text: string, into: KeyedHash): void {
    const v = this.#v;
    const [k0, k1, k2, k3] = this.#words;
    v[0] = k0 ^ 0x70736575; v[1] = k1 ^ 0x736f6d65;
    v[2] = k2 ^ 0x6e646f6d; v[3] = k3 ^ 0x646f7261;
    v[4] = k0 ^ 0x6e657261; v[5] = k1 ^ 0x6c796765;
    v[6] = k2 ^ 0x79746573; v[7] = k3 ^ 0x74656462;
    const {length} = text;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      this.#absorb(text.charCodeAt(at) | text.charCodeAt(at + 1) << 16, text.charCodeAt(at + 2) | text.charCodeAt(at + 3) << 16);
    }
    const left = length - at;
    const low = (left > 0 ? text.charCodeAt(at) : 0) | (left > 1 ? text.charCodeAt(at + 1) << 16 : 0);
    const high = (left > 2 ? text.charCodeAt(at + 2) : 0) | (length * 2 & 0xff) << 24;
    this.#absorb(low, high);
    v[4] ^= 0xff;
    round(v);
    round(v);
    round(v);
    round(v);
    into.low = (v[0] ^ v[2] ^ v[4] ^ v[6]) >>> 0;
    into.high = (v[1] ^ v[3] ^ v[5] ^ v[7]) >>> 0;
  }

  #absorb(low: number, high: number): void {
    const v = this.#v;
    v[6]! ^= low;
    v[7]! ^= high;
    round(v);
    round(v);
    v[0]! ^= low;
    v[1]! ^= high;
  }
}

function round(v: Int32Array): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  xor(v, 2, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotate(v, 6, 16);
  xor(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  xor(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  xor(v, 2, 4);
  swap(v, 4);
}

function add(v: Int32Array, to: number, from: number): void {
  const low = (v[to]! >>> 0) + (v[from]! >>> 0);
  v[to] = low;
  v[to + 1] = v[to + 1]! + v[from + 1]! + (low > 0xffffffff ? 1 : 0);
}

function rotate(v: Int32Array, at: number, bits: number): void {
  const [low, high] = [v[at]!, v[at + 1]!];
  v[at] = low << bits | high >>> 32 - bits;
  v[at + 1] = high << bits | low >>> 32 - bits;
}

function xor(v: Int32Array, to: number, from: number): void {
  v[to]! ^= v[from]!;
  v[to + 1]! ^= v[from + 1]!;
}

/** Turns by 32 bits. */
function swap(v: Int32Array, at: number): void {
  const low = v[at]!;
  v[at] = v[at + 1]!;
  v[at + 1] = low;
}
