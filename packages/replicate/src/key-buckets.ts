import {hash} from 'node:crypto';
import {groupText, type Row} from '@sluice/core';

/** 2^16 buckets, 768 KiB: of a million keys, 15 are looked at again for each that one side has and the other has not. */
const BUCKETS = 1 << 16;

/** Which keys there are, in memory that does not grow with them: per bucket their number and the exclusive or of 64 bits of the SHA-256 of each. Each key is added once. */
export class KeyBuckets {
  readonly #counts = new Uint32Array(BUCKETS);
  /** Two words for each bucket: a bigint for each key would be garbage. */
  readonly #sums = new Uint32Array(2 * BUCKETS);

  add(key: Row): void {
    const digest = digestOf(key);
    const bucket = bucketIn(digest);
    this.#counts[bucket]!++;
    this.#sums[2 * bucket]! ^= wordAt(digest, 8);
    this.#sums[2 * bucket + 1]! ^= wordAt(digest, 12);
  }

  /** The buckets in which the two do not have the same keys. */
  differing(other: KeyBuckets): ReadonlySet<number> {
    const found = new Set<number>();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const [low, high] = [2 * bucket, 2 * bucket + 1];
      if (this.#counts[bucket] !== other.#counts[bucket] || this.#sums[low] !== other.#sums[low] || this.#sums[high] !== other.#sums[high]) found.add(bucket);
    }
    return found;
  }
}

export const bucketOf = (key: Row): number => bucketIn(digestOf(key));

/** A character for each byte: made as a buffer it costs twice as much. */
function digestOf(key: Row): string {
  return hash('sha256', groupText(key), 'binary');
}

const bucketIn = (digest: string): number => digest.charCodeAt(0) | digest.charCodeAt(1) << 8;

const wordAt = (digest: string, at: number): number =>
  digest.charCodeAt(at) | digest.charCodeAt(at + 1) << 8 | digest.charCodeAt(at + 2) << 16 | digest.charCodeAt(at + 3) << 24;
