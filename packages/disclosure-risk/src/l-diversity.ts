/** How diverse the sensitive values of the least diverse class are (Machanavajjhala, Kifer, Gehrke, Venkitasubramaniam, ACM TKDD 1:1, 2007). */
export interface Diversity {
  /** Fewest distinct values in a class. */
  readonly distinct: number;
  /** Least exp(entropy) of a class: it has entropy l-diversity for every l up to this. */
  readonly entropy: number;
  /** The largest l for which every class is recursively (c, l)-diverse: r1 < c (rl + … + rm), r sorted downwards; 0 when there is none. */
  readonly recursive: number;
}

/** Of one class: how often each of its values occurs. */
export function diversityOf(counts: readonly number[], c: number): Diversity {
  const sorted = counts.toSorted((a, b) => b - a);
  const all = sorted.reduce((sum, count) => sum + count, 0);
  const entropy = -sorted.reduce((sum, count) => sum + count / all * Math.log(count / all), 0);
  let rest = 0;
  let recursive = 0;
  for (let l = sorted.length; l >= 1 && recursive === 0; l--) {
    rest += sorted[l - 1]!;
    if (sorted[0]! < c * rest) recursive = l;
  }
  return {distinct: sorted.length, entropy: Math.exp(entropy), recursive};
}

/** The lesser of two, measure by measure. */
export const lesser = (a: Diversity, b: Diversity): Diversity => ({
  distinct: Math.min(a.distinct, b.distinct), entropy: Math.min(a.entropy, b.entropy), recursive: Math.min(a.recursive, b.recursive),
});
