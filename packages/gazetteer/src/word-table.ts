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
  #slot = 0;
  #print = 0;

  /** `capacity`: at least twice the number of words. */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity));
    this.#prints = new Uint32Array(size);
    this.#bits = new Uint16Array(size);
    this.#mask = size - 1;
  }

  /** Adds bits to those that the word has. */
  add(word: string, bits: number): void {
    this.#find(word);
    this.#prints[this.#slot] = this.#print;
    this.#bits[this.#slot] = (this.#bits[this.#slot] ?? 0) | bits;
  }

  /** The bits of the word, 0 when it is in no list. */
  get(word: string): number {
    this.#find(word);
    return this.#bits[this.#slot] ?? 0;
  }

  /** Goes to the slot of the word, or to the empty one where it would be. */
  #find(word: string): void {
    let place = 0x811c9dc5;
    let print = 0x9747b28c;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      place = Math.imul(place ^ unit, 0x01000193);
      print = Math.imul(print ^ (print >>> 13) ^ unit, 0x5bd1e995);
    }
    place ^= place >>> 15;
    this.#print = ((print ^ (print >>> 15)) >>> 0) || 1;
    let slot = (Math.imul(place, 0x2c1b3c6d) >>> 4) & this.#mask;
    for (;;) {
      const there = this.#prints[slot] ?? 0;
      if (there === 0 || there === this.#print) break;
      slot = (slot + 1) & this.#mask;
    }
    this.#slot = slot;
  }
}
