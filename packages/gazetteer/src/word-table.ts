/** Where the hash of a word begins that tells its place, and that of its fingerprint; a step takes in one unit of the word. */
export const startPlace = 0x811c9dc5 | 0;
export const startPrint = 0x9747b28c | 0;
export const stepPlace = (place: number, unit: number): number => Math.imul(place ^ unit, 0x01000193);
export const stepPrint = (print: number, unit: number): number => Math.imul(print ^ (print >>> 13) ^ unit, 0x5bd1e995);

/**
 * Words with 16 bits about each, in 6 bytes a slot instead of the 80 or so that a Map takes for a string.
 *
 * The words themselves are not kept, only a fingerprint of 32 bits beside a position that depends on another hash of 32 bits: a word that is in no list is
 * taken for a listed one about once in a thousand million look-ups. Which word that is cannot be chosen to do harm: the answer only shifts the evidence for a find.
 */
export class WordTable {
  readonly #prints: Uint32Array;
  readonly #bits: Uint16Array;
  readonly #mask: number;

  /** `capacity`: at least one and a half times the number of words. */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity));
    this.#prints = new Uint32Array(size);
    this.#bits = new Uint16Array(size);
    this.#mask = size - 1;
  }

  /** Adds bits to those that the word with these hashes has. */
  add(place: number, print: number, bits: number): void {
    const own = ((print ^ (print >>> 15)) >>> 0) || 1;
    const slot = this.#slot(place, own);
    this.#prints[slot] = own;
    this.#bits[slot] = (this.#bits[slot] ?? 0) | bits;
  }

  /** The bits of the word, 0 when it is in no list. */
  get(word: string): number {
    let place = startPlace;
    let print = startPrint;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      place = stepPlace(place, unit);
      print = stepPrint(print, unit);
    }
    return this.#bits[this.#slot(place, ((print ^ (print >>> 15)) >>> 0) || 1)] ?? 0;
  }

  /** The slot of the word, or the empty one where it would be. */
  #slot(hash: number, print: number): number {
    let slot = (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 4) & this.#mask;
    for (;;) {
      const there = this.#prints[slot] ?? 0;
      if (there === 0 || there === print) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
