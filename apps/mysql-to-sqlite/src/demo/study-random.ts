/** A stream of pseudo-random choices; the same seed and stream name give the same choices on every machine. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  next(): number;
  /** An integer from 0 to n - 1. */
  below(n: number): number;
  /** An integer from low to high, both included. */
  between(low: number, high: number): number;
  /** An integer from low to high, the middle more likely than the ends. */
  bell(low: number, high: number): number;
  /** True in so many of a thousand cases. */
  chance(perMille: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/**
 * sfc32, the 32-bit "small fast counter" generator of Chris Doty-Humphrey's PractRand 0.94 (public
 * domain), seeded with an FNV-1a hash of the stream's name. Only integer operations and exact
 * divisions are used: transcendental functions may differ between engines in the last bit.
 */
export function random(seed: number, stream: string): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = fnv1a(stream);
  let counter = 1;

  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  // PractRand discards twelve outputs after seeding, until every bit of the seed has spread.
  for (let i = 0; i < 12; i++) next();

  const below = (n: number) => Math.floor((next() / 2 ** 32) * n);
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    bell: (low, high) => low + Math.floor((below(high - low + 1) + below(high - low + 1) + below(high - low + 1)) / 3),
    chance: perMille => below(1000) < perMille,
    pick: list => list[below(list.length)]!,
  };
}

/** FNV-1a, 32 bits, over UTF-16 code units (draft-eastlake-fnv). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
