import type {Differences} from './differences.ts';
import {LISTED} from './ordinals.ts';

interface Count {
  left: number;
  right: number;
  /** The last ones. */
  readonly ordinals: {readonly left: number[]; readonly right: number[]};
}

/**
 * Whole rows, where no key tells them apart: per different row, how often each side has it. Of rows
 * that are all the same any may be the one that is missing: the last ones are named. Holds an entry
 * per different row.
 */
export class CountedRows {
  readonly #counts = new Map<string, Count>();

  add(side: 'left' | 'right', ordinal: number, digest: Buffer): void {
    const id = digest.toString('latin1');
    let count = this.#counts.get(id);
    if (!count) this.#counts.set(id, count = {left: 0, right: 0, ordinals: {left: [], right: []}});
    count[side]++;
    const ordinals = count.ordinals[side];
    ordinals.push(ordinal);
    if (ordinals.length > LISTED * 2) ordinals.splice(0, LISTED);
  }

  compare(found: Differences): void {
    for (const {left, right, ordinals} of this.#counts.values()) {
      const surplus = Math.abs(left - right);
      if (surplus === 0) continue;
      if (left > right) found.missing.addMany(ordinals.left.slice(-surplus), surplus);
      else found.extra.addMany(ordinals.right.slice(-surplus), surplus);
    }
  }
}
