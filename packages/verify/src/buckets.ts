/** 2^16 buckets: 4.5 MiB for both sides; of a million rows, 15 are looked at again for each that differs. */
export const BUCKETS = 1 << 16;

/** Per bucket: how many rows, and the sum, modulo 2^256, of their SHA-256. Flat, whatever the table's size. */
export class Buckets {
  readonly #counts = new Float64Array(BUCKETS);
  readonly #sums = new Uint32Array(BUCKETS * 8);
  rows = 0;

  add(bucket: number, digest: Buffer): void {
    this.#counts[bucket]!++;
    this.rows++;
    const at = bucket * 8;
    let carry = 0;
    for (let i = 0; i < 8; i++) {
      const total = this.#sums[at + i]! + digest.readUInt32LE(i * 4) + carry;
      this.#sums[at + i] = total;
      carry = total > 0xffffffff ? 1 : 0;
    }
  }

  count(bucket: number): number {
    return this.#counts[bucket]!;
  }

  /** The buckets that do not hold the same rows. */
  differing(other: Buckets): number[] {
    const found: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) if (!this.#equals(other, bucket)) found.push(bucket);
    return found;
  }

  #equals(other: Buckets, bucket: number): boolean {
    if (this.#counts[bucket] !== other.#counts[bucket]) return false;
    for (let i = bucket * 8; i < bucket * 8 + 8; i++) if (this.#sums[i] !== other.#sums[i]) return false;
    return true;
  }
}
