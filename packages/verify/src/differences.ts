import {Ordinals} from './ordinals.ts';

/** What was found to differ so far. */
export interface Differences {
  /** Rows of the left side whose key is on both sides. */
  readonly differing: Ordinals;
  readonly missing: Ordinals;
  /** Rows of the right side. */
  readonly extra: Ordinals;
  /** Per compared column, in how many of the differing rows. */
  readonly columns: number[];
}

export function noDifferences(columns: number, keepAll: boolean): Differences {
  const ordinals = () => new Ordinals(keepAll);
  return {differing: ordinals(), missing: ordinals(), extra: ordinals(), columns: new Array<number>(columns).fill(0)};
}
