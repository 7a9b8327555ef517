import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {logGamma} from '../src/log-gamma.ts';
import {pitman, populationUniqueness, zayatz, type ClassSizes} from '../src/population.ts';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

const sizesOf = (classes: Iterable<number>): ClassSizes => {
  const counts = new Map<number, number>();
  for (const one of classes) counts.set(one, (counts.get(one) ?? 0) + 1);
  const sizes = new Map<number, number>();
  for (const size of counts.values()) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  return sizes;
};

/** The classes of n members, one after the other by the two-parameter Chinese restaurant process. */
function population(n: number, alpha: number, theta: number, next: () => number): number[] {
  const counts: number[] = [];
  const members: number[] = [];
  for (let i = 0; i < n; i++) {
    if (next() * (theta + i) < theta + counts.length * alpha) {
      members.push(counts.push(1) - 1);
      continue;
    }
    // A member at random names its class with chance proportional to its size; the discount is taken off by drawing again.
    let chosen: number;
    do chosen = members[Math.floor(next() * members.length)]!; while (next() * counts[chosen]! >= counts[chosen]! - alpha);
    counts[chosen]!++;
    members.push(chosen);
  }
  return members;
}

function sampled(members: readonly number[], n: number, next: () => number): number[] {
  const pool = [...members];
  for (let i = 0; i < n; i++) {
    const other = i + Math.floor(next() * (pool.length - i));
    [pool[i], pool[other]] = [pool[other]!, pool[i]!];
  }
  return pool.slice(0, n);
}

test('ln Γ is that of the factorials, and follows x Γ(x) = Γ(x + 1)', () => {
  for (const [x, value] of [[1, 0], [2, 0], [5, Math.log(24)], [11, Math.log(3628800)], [0.5, Math.log(Math.PI) / 2]] as const) expect(logGamma(x)).toBeCloseTo(value, 12);
  fc.assert(fc.property(fc.double({min: 1e-6, max: 1e6, noNaN: true}), x => {
    expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-9 * Math.max(1, Math.abs(logGamma(x))));
  }), {seed: 3});
});

describe('population uniqueness', () => {
  test('of a census is that of the data; without a unique in the sample it is zero', () => {
    const sizes = new Map([[1, 3], [2, 5]]);
    expect(populationUniqueness(sizes, 13)).toEqual({size: 13, uniques: 3, share: 3 / 13, model: 'census'});
    expect(populationUniqueness(new Map([[2, 5]]), 1000)).toEqual({size: 1000, uniques: 0, share: 0, model: 'none'});
    expect(() => populationUniqueness(sizes, 12)).toThrow(RangeError);
  });

  test.each([[0.5, 100, 0.02], [0.3, 1000, 0.05], [0.7, 20, 0.05]])('Pitman finds the uniques of a population that follows its model, α %d, θ %d, from a sample of %d', (alpha, theta, fraction) => {
    const next = random(42);
    const members = population(60_000, alpha, theta, next);
    const uniques = sizesOf(members).get(1)!;
    const estimate = populationUniqueness(sizesOf(sampled(members, members.length * fraction, next)), members.length);
    expect(estimate.model).toBe('pitman');
    expect(estimate.uniques / uniques).toBeGreaterThan(0.75);
    expect(estimate.uniques / uniques).toBeLessThan(1.35);
  });

  test('Pitman: one member is alone, and the more there are the more are', () => {
    const sizes = new Map([[1, 40], [2, 12], [3, 6], [9, 2]]);
    const at = (n: number) => pitman(sizes, n)!;
    expect(at(1)).toBeCloseTo(1, 6);
    expect(at(2)).toBeLessThan(2);
    expect(at(1000)).toBeGreaterThan(at(500));
  });

  test('Zayatz is near the truth where a large part of the population is in the sample', () => {
    const next = random(7);
    const members = Array.from({length: 40_000}, () => Math.floor(next() ** 2 * 30_000));
    const uniques = sizesOf(members).get(1)!;
    const estimate = populationUniqueness(sizesOf(sampled(members, 30_000, next)), members.length);
    expect(estimate.model).toBe('zayatz');
    expect(estimate.uniques / uniques).toBeGreaterThan(0.75);
    expect(estimate.uniques / uniques).toBeLessThan(1.35);
  });

  test('Zayatz, written out by hand for a small case', () => {
    // 2 of 4 members sampled, both alone. All classes have one member in the sample, so all are taken to have one: 2 x 1 x 4 / 2.
    expect(zayatz(new Map([[1, 2]]), 4)).toBeCloseTo(4, 10);
    // 3 of 6: classes of 1 and of 2. P(1 | 1) = 1/2; P(1 | 2) = 2 C(4,2) / C(6,3) = 0.6; 1 x (0.5 x 0.5) / (0.5 x 0.5 + 0.5 x 0.6) x 6 / 3.
    expect(zayatz(new Map([[1, 1], [2, 1]]), 6)).toBeCloseTo(0.25 / 0.55 * 2, 10);
  });

  test('is never more than the population, and never below zero', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({min: 1, max: 30}), fc.integer({min: 1, max: 50})), {minLength: 1, maxLength: 6}), fc.integer({min: 1, max: 10_000}), (pairs, factor) => {
      const sizes = new Map(pairs);
      const members = [...sizes].reduce((sum, [size, classes]) => sum + size * classes, 0);
      const {share} = populationUniqueness(sizes, members * factor);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }), {seed: 5, numRuns: 60});
  });
});
