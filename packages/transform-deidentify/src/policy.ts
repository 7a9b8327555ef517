import type {Method, Profile} from './methods/method.ts';

/** Who decides what leaves, resolved from a file; nothing about a database yet. */
export interface Policy {
  /** The day of the release, `YYYY-MM-DD`. */
  readonly asOf: string | null;
  /** What the file is called in problems. */
  readonly name: string;
  readonly profile: Profile | null;
  /** What becomes of what no rule decides: `keep` only in the old settings, which allow by default. */
  readonly undecided: 'fail' | 'drop' | 'keep';
  readonly tables: readonly TableRule[];
  readonly views: readonly ViewRule[];
  /** What the file says that has no effect, or another one than it seems. */
  readonly warnings: readonly string[];
}

/** Which names a rule is for, and how much its pattern says. */
export interface NameRule {
  readonly pattern: string;
  matches(name: string): boolean;
  /** The higher is the more exact. */
  readonly exactness: Exactness;
  /** Where it stands: file, line and keys. Found when asked for: a policy may have ten thousand rules. */
  place(): string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

/** `*` alone, a pattern, one name; `final` are exclusions of the old settings, which come before all else. */
export const Exactness = {all: 0, pattern: 1, name: 2, final: 3} as const;
export type Exactness = (typeof Exactness)[keyof typeof Exactness];

export interface TableRule extends NameRule {
  readonly excluded: boolean;
  readonly columns: readonly ColumnRule[];
  /** The names the pattern reads as if it meant, where that is not what it means. */
  readonly seemsToMean?: (name: string) => boolean;
}

export interface ColumnRule extends NameRule {
  /** Null: somebody has to decide yet. */
  readonly use: MethodUse | null;
}

export interface ViewRule extends NameRule {
  readonly kept: boolean;
}

/** A method with its parameters. */
export interface MethodUse {
  readonly method: Method<never>;
  readonly parameters: never;
  /** For people, and for telling whether two rules say the same: `topCode max 100`. */
  readonly text: string;
}
