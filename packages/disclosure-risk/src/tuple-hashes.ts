import type {Row} from '@sluice/core';
import {hashValue, mix, type Hash} from './hash-value.ts';

/**
 * Hashes tuples: lane 0 the whole tuple, lane i + 1 the tuple without its column i. Two words a lane, in `words`,
 * which the next call writes over.
 */
export class TupleHasher {
  readonly lanes: number;
  readonly words: Uint32Array;
  readonly #positions: readonly number[];
  readonly #parts: Uint32Array;
  readonly #value: Hash = {high: 0, low: 0};

  constructor(positions: readonly number[]) {
    this.#positions = positions;
    this.lanes = positions.length + 1;
    this.words = new Uint32Array(this.lanes * 2);
    this.#parts = new Uint32Array(positions.length * 2);
  }

  hash(row: Row): Uint32Array {
    const {words} = this;
    const parts = this.#parts;
    const value = this.#value;
    let high = 0;
    let low = 0;
    for (let i = 0; i < this.#positions.length; i++) {
      hashValue(row[this.#positions[i]!]!, value);
      // A sum over columns, so that one of them can be taken off; each is spread with its place first.
      parts[i * 2] = mix(value.high + Math.imul(i + 1, 0x9e3779b1));
      parts[i * 2 + 1] = mix(value.low + Math.imul(i + 1, 0x85ebca77) ^ value.high);
      high = high + parts[i * 2]! | 0;
      low = low + parts[i * 2 + 1]! | 0;
    }
    this.#spread(0, high, low);
    for (let i = 0; i < this.#positions.length; i++) this.#spread(i + 1, high - parts[i * 2]! | 0, low - parts[i * 2 + 1]! | 0);
    return words;
  }

  #spread(lane: number, high: number, low: number): void {
    const upper = mix(high ^ lane * 0x61c88647);
    this.words[lane * 2] = upper;
    this.words[lane * 2 + 1] = mix(low ^ Math.imul(upper, 0x27d4eb2f));
  }
}
