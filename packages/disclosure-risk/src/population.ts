import {logGamma} from './log-gamma.ts';

/** How many classes have how many members. */
export type ClassSizes = ReadonlyMap<number, number>;

export interface PopulationUniqueness {
  /** Members of the population, of which the data is a sample. */
  readonly size: number;
  /** How many of them are estimated to be alone in their class. */
  readonly uniques: number;
  /** The same as a share of the population, 0 to 1. */
  readonly share: number;
  readonly model: 'pitman' | 'zayatz' | 'census' | 'none';
}

/**
 * Estimates how many members of a population are unique in it, given the class sizes of a sample drawn without replacement.
 * Up to a sampling fraction of a tenth by Pitman's model, above it by Zayatz's: the choice of Dankar, El Emam, Neisa and Roffey,
 * BMC Medical Informatics and Decision Making 12:66 (2012), without their third model (SNB), which may give less than Zayatz's does.
 * `census`: the sample is the whole population. `none`: no member of the sample is unique, so no estimate has ground.
 */
export function populationUniqueness(sizes: ClassSizes, population: number): PopulationUniqueness {
  const sample = membersOf(sizes);
  const alone = sizes.get(1) ?? 0;
  const told = (uniques: number, model: PopulationUniqueness['model']): PopulationUniqueness => ({size: population, uniques, share: population === 0 ? 0 : uniques / population, model});
  if (!(population >= sample)) throw new RangeError(`a population of ${population} is smaller than its sample of ${sample}`);
  if (alone === 0) return told(0, 'none');
  if (population === sample) return told(alone, 'census');
  if (sample / population <= 0.1) {
    const uniques = pitman(sizes, population);
    if (uniques !== null) return told(Math.min(uniques, population), 'pitman');
  }
  return told(zayatz(sizes, population), 'zayatz');
}

const membersOf = (sizes: ClassSizes): number => [...sizes].reduce((sum, [size, classes]) => sum + size * classes, 0);
const classesOf = (sizes: ClassSizes): number => [...sizes].reduce((sum, [, classes]) => sum + classes, 0);

/**
 * The equivalence class model of Zayatz (US Bureau of the Census, Statistical Research Division, 1991): by Bayes' rule the chance that
 * a sample unique is a population unique, the distribution of class sizes taken from the sample, membership hypergeometric.
 */
export function zayatz(sizes: ClassSizes, population: number): number {
  const sample = membersOf(sizes);
  const classes = classesOf(sizes);
  const alone = sizes.get(1) ?? 0;
  let evidence = 0;
  for (const [size, count] of sizes) evidence += count / classes * exactlyOne(size, sample, population);
  const real = alone / classes * exactlyOne(1, sample, population) / evidence;
  return alone * real * population / sample;
}

/** The chance that of `size` members of a population exactly one is in a sample. */
function exactlyOne(size: number, sample: number, population: number): number {
  if (population - size < sample - 1) return 0;
  const choose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(Math.log(size) + choose(population - size, sample - 1) - choose(population, sample));
}

/**
 * Pitman's model (Hoshino, Journal of Official Statistics 17:4, 2001): the class sizes come from the two-parameter Ewens-Pitman partition,
 * whose parameters are found by maximum likelihood; then the expected number of singletons in a partition of the population,
 * N Γ(θ+1) Γ(θ+α+N-1) / (Γ(θ+α) Γ(θ+N)). Null where the likelihood has no maximum inside 0 < α < 1, θ > -α.
 */
export function pitman(sizes: ClassSizes, population: number): number | null {
  const sample = membersOf(sizes);
  const classes = classesOf(sizes);
  // All classes of one size, or one class: the likelihood grows towards the border.
  if (classes < 2 || classes === sample) return null;
  const likelihood = (alpha: number, theta: number): number => {
    let sum = (classes - 1) * Math.log(alpha) + logGamma(theta / alpha + classes) - logGamma(theta / alpha + 1);
    sum -= logGamma(theta + sample) - logGamma(theta + 1);
    for (const [size, count] of sizes) sum += count * (logGamma(size - alpha) - logGamma(1 - alpha));
    return sum;
  };
  // θ + α runs over several orders of magnitude: its logarithm is searched.
  const thetaFor = (alpha: number): number => Math.exp(highest(-12, Math.log(sample) + 12, at => likelihood(alpha, Math.exp(at) - alpha))) - alpha;
  const alpha = highest(1e-6, 1 - 1e-6, at => likelihood(at, thetaFor(at)));
  const theta = thetaFor(alpha);
  if (alpha < 1e-4 || alpha > 1 - 1e-4 || !Number.isFinite(theta)) return null;
  return Math.exp(Math.log(population) + logGamma(theta + 1) - logGamma(theta + alpha) + logGamma(theta + alpha + population - 1) - logGamma(theta + population));
}

/** Where a function with one maximum in an interval has it, by golden section. */
function highest(from: number, to: number, f: (x: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [f(a), f(b)];
  for (let i = 0; i < 60; i++) {
    if (atA >= atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = f(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = f(b);
    }
  }
  return (low + high) / 2;
}
