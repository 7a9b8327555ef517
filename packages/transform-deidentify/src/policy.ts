import type {AcceptedRisk, RiskThresholds} from '@sluice/core';
import type {IdentifierClass, Kind} from '@sluice/identifiers/classes';
import type {PathRule} from './json/places.ts';
import type {Domain, Method, Profile} from './methods/method.ts';

/** Who decides what leaves, resolved from a file; nothing about a database yet. */
export interface Policy {
  /** What the file is called in problems. */
  readonly name: string;
  /** Of the file's text as UTF-8, hex. */
  readonly sha256: string;
  readonly profile: Profile | null;
  /** The day of the release, `YYYY-MM-DD`. */
  readonly asOf: string | null;
  /** What becomes of what no rule decides: `keep` only in the old settings, which allow by default. */
  readonly undecided: 'fail' | 'drop' | 'keep';
  /** What becomes of keys and other promises of the schema that changed values cannot keep: a problem, or left out and listed. */
  readonly constraints: Constraints;
  readonly domains: ReadonlyMap<string, DomainRule>;
  readonly subjects: readonly SubjectRule[];
  readonly tables: readonly TableRule[];
  readonly views: readonly ViewRule[];
  readonly risk: RiskRules;
  /** What the releasing person knows: 45 CFR 164.514(b)(2)(ii). */
  readonly attestation: Attestation | null;
  /** `YYYY-MM-DD` */
  readonly reviewBy: string | null;
  /** What the file says that has no effect, or another one than it seems. */
  readonly warnings: readonly string[];
}

export type Constraints = 'fail' | 'relax';

/** Where something of the policy stands: file, line and keys. Found when asked for: a policy may have ten thousand rules. */
export interface Placed {
  place(): string;
}

export interface DomainRule extends Domain, Placed {}

/** Which names a rule is for, and how much its pattern says. */
export interface NameRule extends Placed {
  readonly pattern: string;
  /** The one name it means, looked up instead of compared; absent for patterns. */
  readonly only?: string;
  matches(name: string): boolean;
  /** The higher is the more exact. */
  readonly exactness: Exactness;
  readonly reason?: string;
  readonly decidedBy?: string;
}

/** `*` alone, a pattern, one name; `final` are exclusions of the old settings, which come before all else. */
export const Exactness = {all: 0, pattern: 1, name: 2, final: 3} as const;
export type Exactness = (typeof Exactness)[keyof typeof Exactness];

/** Whose rows a table has. */
export interface SubjectRule extends NameRule {
  readonly key: readonly string[];
}

export interface TableRule extends NameRule {
  readonly excluded: boolean;
  readonly columns: readonly ColumnRule[];
  /** The names the pattern reads as if it meant, where that is not what it means. */
  readonly seemsToMean?: (name: string) => boolean;
}

export interface ColumnRule extends NameRule {
  /** Null: somebody has to decide yet. */
  readonly use: MethodUse | null;
  /** What somebody says the column is. */
  readonly identifier?: Identifier;
  /** The type the column had when the rule was written. */
  readonly type?: string;
  readonly constraints?: Constraints;
}

/** A class, and where the policy was that exact a kind of it. */
export interface Identifier {
  readonly class: IdentifierClass;
  readonly kind: Kind | null;
}

export interface JsonRules {
  readonly paths: readonly JsonPathRule[];
  readonly undecided: 'fail' | 'drop' | 'keep';
}

export interface JsonPathRule extends PathRule, Placed {
  /** As a report writes it. */
  readonly path: string;
  /** Null: somebody has to decide yet. */
  readonly use: MethodUse | null;
  readonly identifier?: Identifier;
  readonly reason?: string;
  readonly decidedBy?: string;
}

export interface ViewRule extends NameRule {
  readonly kept: boolean;
}

/** A method with its parameters. */
export interface MethodUse {
  readonly method: Method;
  /** What `parameters` of the method has parsed. */
  readonly parameters: unknown;
  /** Decisions inside a document: then the method is `json`, and has no other parameters. */
  readonly json?: JsonRules;
  /** For people, and for telling whether two rules say the same: `topCode max 100`. */
  readonly text: string;
}

export interface RiskRules {
  /** By name or pattern of the table, the columns that may identify together; null: those of the classes `quasi`, B and C. */
  readonly quasi: readonly QuasiRule[] | null;
  readonly thresholds: RiskThresholds;
  readonly accepted: readonly (AcceptedRisk & Placed)[];
}

export interface QuasiRule extends NameRule {
  readonly columns: readonly string[];
}

export interface Attestation {
  readonly actualKnowledge: string;
  readonly by: string;
  /** `YYYY-MM-DD` */
  readonly on: string;
}

/** What the old settings and a bare policy have of all the rest. */
export const nothingMore: Pick<Policy, 'constraints' | 'domains' | 'subjects' | 'risk' | 'attestation' | 'reviewBy'> = {
  constraints: 'relax', domains: new Map(), subjects: [], risk: {quasi: null, thresholds: {}, accepted: []}, attestation: null, reviewBy: null,
};
