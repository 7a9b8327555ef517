import {hash} from 'node:crypto';
import {groupText, type Row} from '@sluice/core';

/** 2^16 buckets, 768 KiB: of a million keys, 15 are looked at again for each that one side has and the other has not. */
const BUCKETS = 1 << 16;

/** Which keys there are, in memory that does not grow with them: per bucket their number and the exclusive or of 64 bits of the SHA-256 of each. Each key is added once. */
export class KeyBuckets {
  readonly #counts = new Uint32Array(BUCKETS);
  readonly #sums = new BigUint64Array(BUCKETS);

  add(key: Row): void {
    const digest = digestOf(key);
    const bucket = digest.readUInt16LE(0);
    this.#counts[bucket]!++;
    this.#sums[bucket]! ^= digest.readBigUInt64LE(8);
  }

  /** The buckets in which the two do not have the same keys. */
  differing(other: KeyBuckets): ReadonlySet<number> {
    const found = new Set<number>();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (this.#counts[bucket] !== other.#counts[bucket] || this.#sums[bucket] !== other.#sums[bucket]) found.add(bucket);
    }
    return found;
  }
}

export const bucketOf = (key: Row): number => digestOf(key).readUInt16LE(0);

function digestOf(key: Row): Buffer {
  return hash('sha256', groupText(key), 'buffer');
}
