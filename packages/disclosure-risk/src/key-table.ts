/** Numbers 64-bit keys 0, 1, 2 … in the order in which they come. 16 bytes a key, at most two thirds full. */
export class KeyTable {
  #slots = new Int32Array(1024).fill(-1);
  #highs = new Uint32Array(512);
  #lows = new Uint32Array(512);
  size = 0;

  /** The number of a key, given now if it has none. */
  add(high: number, low: number): number {
    const slot = this.#slot(high, low);
    const known = this.#slots[slot]!;
    if (known >= 0) return known;
    if (this.size === this.#highs.length) {
      this.#highs = grown(this.#highs);
      this.#lows = grown(this.#lows);
    }
    this.#highs[this.size] = high;
    this.#lows[this.size] = low;
    this.#slots[slot] = this.size;
    if (++this.size * 3 > this.#slots.length * 2) this.#spread();
    return this.size - 1;
  }

  /** The number of a key; -1 when it has none. */
  find(high: number, low: number): number {
    return this.#slots[this.#slot(high, low)]!;
  }

  #slot(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const known = this.#slots[slot]!;
      if (known < 0 || (this.#lows[known] === low >>> 0 && this.#highs[known] === high >>> 0)) return slot;
      slot = slot + 1 & mask;
    }
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let i = 0; i < this.size; i++) this.#slots[this.#slot(this.#highs[i]!, this.#lows[i]!)] = i;
  }
}

/** Twice as long, with what was there. */
export function grown<T extends Uint32Array | Int32Array | Float64Array>(array: T): T {
  const more = new (array.constructor as new (length: number) => T)(array.length * 2);
  more.set(array);
  return more;
}
