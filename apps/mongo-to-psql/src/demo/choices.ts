/** A stream of choices that is the same on every machine. */
export interface Choices {
  /** An integer from 0 to n - 1. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Lehmer's generator with the multiplier of Park, Miller and Stockmeyer (1993): exact in doubles, and good enough to make up orders. */
export function choices(seed: number): Choices {
  let state = seed;
  const below = (n: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  return {below, pick: list => list[below(list.length)]!};
}
