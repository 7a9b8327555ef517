/**
 * How far the sensitive values of a class are from those of the whole: the earth mover's distance of Li, Li and Venkatasubramanian
 * (ICDE 2007), 0 to 1.
 *
 * - `equal`: every value is as far from every other.
 * - `ordered`: values lie in a row, numbers and dates by size; from one to the next is 1/(m-1) of the whole way, m the number of values.
 */
export type Distance = 'equal' | 'ordered';

/** Of a class: ranks of its values, ascending, and how often each occurs. */
export interface ClassValues {
  readonly ranks: readonly number[];
  readonly counts: readonly number[];
}

/** A distance from the whole. `whole[rank]`: how often each value occurs in all classes; no rank is empty. */
export function distanceFrom(whole: Float64Array, distance: Distance): (values: ClassValues) => number {
  const all = whole.reduce((sum, count) => sum + count, 0);
  return distance === 'equal' ? equalDistance(whole, all) : orderedDistance(whole, all);
}

function equalDistance(whole: Float64Array, all: number): (values: ClassValues) => number {
  return ({ranks, counts}) => {
    const own = counts.reduce((sum, count) => sum + count, 0);
    // Half the sum of all differences is the sum of those above zero: only values of the class can be that.
    return ranks.reduce((sum, rank, i) => sum + Math.max(0, counts[i]! / own - whole[rank]! / all), 0);
  };
}

function orderedDistance(whole: Float64Array, all: number): (values: ClassValues) => number {
  const m = whole.length;
  // cumulative[i]: share of all values up to rank i; area[i]: the sum of cumulative before i.
  const cumulative = new Float64Array(m);
  const area = new Float64Array(m + 1);
  let sum = 0;
  for (let i = 0; i < m; i++) {
    sum += whole[i]!;
    cumulative[i] = sum / all;
    area[i + 1] = area[i]! + cumulative[i]!;
  }
  /** Σ |level - cumulative[i]| for from <= i < to; cumulative ascends, so the sign changes once. */
  const between = (level: number, from: number, to: number): number => {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = low + high >> 1;
      if (cumulative[middle]! < level) low = middle + 1;
      else high = middle;
    }
    return level * (low - from) - (area[low]! - area[from]!) + (area[to]! - area[low]!) - level * (to - low);
  };
  return ({ranks, counts}) => {
    if (m < 2) return 0;
    const own = counts.reduce((total, count) => total + count, 0);
    let level = 0;
    let moved = between(0, 0, ranks[0] ?? m);
    for (const [i, rank] of ranks.entries()) {
      level += counts[i]! / own;
      moved += between(level, rank, ranks[i + 1] ?? m);
    }
    return Math.max(0, moved / (m - 1));
  };
}
