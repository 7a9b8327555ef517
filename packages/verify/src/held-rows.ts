import type {Differences} from './differences.ts';
import type {RowHasher} from './row-hasher.ts';

/** Numbers of 32 bits that identify a row's key, and as many for its content. */
const WORDS = 4;

/** What one row takes while it is held. */
export const heldBytes = (columns: number): number => WORDS * 4 * 2 + 8 + columns * 8 + 4;

/**
 * Rows of both sides that may differ, reduced to digests: 128 bits of the key's SHA-256, 128 of the
 * row's, and 64 bits per column that name the columns of a row known to differ. Packed, for a number
 * of rows that is known beforehand: see `heldBytes`.
 */
export class HeldRows {
  readonly #columns: number;
  readonly #left: number;
  readonly #keys: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #ordinals: Float64Array;
  readonly #values: Uint32Array;
  readonly #next: {left: number; right: number};

  constructor(columns: number, left: number, right: number) {
    this.#columns = columns;
    this.#left = left;
    this.#keys = new Uint32Array((left + right) * WORDS);
    this.#rows = new Uint32Array((left + right) * WORDS);
    this.#ordinals = new Float64Array(left + right);
    this.#values = new Uint32Array((left + right) * columns * 2);
    this.#next = {left: 0, right: left};
  }

  /** False when there are more rows than were announced. */
  add(side: 'left' | 'right', ordinal: number, row: RowHasher): boolean {
    const at = this.#next[side]++;
    if (at >= (side === 'left' ? this.#left : this.#ordinals.length)) return false;
    words(this.#keys, at, row.keyDigest());
    words(this.#rows, at, row.digest());
    row.columns(this.#values, at * this.#columns * 2);
    this.#ordinals[at] = ordinal;
    return true;
  }

  get isFull(): boolean {
    return this.#next.left === this.#left && this.#next.right === this.#ordinals.length;
  }

  /** Tells what differs. Equal rows cancel each other out, key by key; of the others, those of one key are pairs. */
  compare(found: Differences): void {
    const order = new Uint32Array(this.#ordinals.length).map((_, i) => i).sort((a, b) =>
      compareWords(this.#keys, a, b) || compareWords(this.#rows, a, b) || a - b);
    for (let start = 0; start < order.length;) {
      let end = start + 1;
      while (end < order.length && compareWords(this.#keys, order[start]!, order[end]!) === 0) end++;
      if (end - start === 1) this.#alone(order[start]!, found);
      else this.#compareKey(order.subarray(start, end), found);
      start = end;
    }
  }

  #alone(at: number, found: Differences): void {
    if (at < this.#left) found.missing.add(this.#ordinals[at]!);
    else found.extra.add(this.#ordinals[at]!);
  }

  /** `rows` have one key, and equal ones stand together, the left side's first. */
  #compareKey(rows: Uint32Array, found: Differences): void {
    const left: number[] = [];
    const right: number[] = [];
    for (let start = 0; start < rows.length;) {
      let end = start + 1;
      while (end < rows.length && compareWords(this.#rows, rows[start]!, rows[end]!) === 0) end++;
      const same = rows.subarray(start, end);
      const lefts = same.filter(at => at < this.#left).length;
      const equal = Math.min(lefts, same.length - lefts);
      left.push(...same.subarray(equal, lefts));
      right.push(...same.subarray(lefts + equal));
      start = end;
    }
    left.sort((a, b) => this.#ordinals[a]! - this.#ordinals[b]!);
    right.sort((a, b) => this.#ordinals[a]! - this.#ordinals[b]!);
    const pairs = Math.min(left.length, right.length);
    for (let i = 0; i < pairs; i++) {
      found.differing.add(this.#ordinals[left[i]!]!);
      this.#nameColumns(left[i]!, right[i]!, found);
    }
    for (const at of [...left.slice(pairs), ...right.slice(pairs)]) this.#alone(at, found);
  }

  #nameColumns(left: number, right: number, found: Differences): void {
    const width = this.#columns * 2;
    for (let i = 0; i < this.#columns; i++) {
      const a = left * width + i * 2, b = right * width + i * 2;
      if (this.#values[a] !== this.#values[b] || this.#values[a + 1] !== this.#values[b + 1]) found.columns[i]!++;
    }
  }
}

function words(into: Uint32Array, row: number, digest: Buffer): void {
  for (let i = 0; i < WORDS; i++) into[row * WORDS + i] = digest.readUInt32LE(i * 4);
}

function compareWords(of: Uint32Array, a: number, b: number): number {
  for (let i = 0; i < WORDS; i++) {
    const difference = of[a * WORDS + i]! - of[b * WORDS + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
