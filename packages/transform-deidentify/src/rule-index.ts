import type {ColumnRule, NameRule, TableRule} from './policy.ts';

/** Finds the rules for a name: those that mean one name by looking it up, only patterns by comparing. */
export class RuleIndex<R extends NameRule> {
  readonly #byName = new Map<string, R[]>();
  readonly #patterns: R[] = [];
  /** Where each stands in the policy; only where that is not plain. */
  readonly #order: ReadonlyMap<R, number>;

  constructor(rules: readonly R[]) {
    for (const rule of rules) {
      if (rule.only === undefined) this.#patterns.push(rule);
      else {
        const same = this.#byName.get(rule.only);
        if (same) same.push(rule);
        else this.#byName.set(rule.only, [rule]);
      }
    }
    this.#order = this.#patterns.length === 0 || this.#byName.size === 0 ? new Map() : new Map(rules.map((rule, i) => [rule, i]));
  }

  /** In the order of the policy. */
  fitting(name: string): readonly R[] {
    const named = this.#byName.get(name) ?? none;
    if (this.#patterns.length === 0) return named;
    const like = this.#patterns.filter(rule => rule.matches(name));
    if (like.length === 0) return named;
    return named.length === 0 ? like : [...like, ...named].sort((a, b) => this.#order.get(a)! - this.#order.get(b)!);
  }
}

const none: readonly never[] = [];

const ofTable = new WeakMap<TableRule, RuleIndex<ColumnRule>>();

/** The rules of a table about its columns; made once for each rule. */
export function columnIndex(rule: TableRule): RuleIndex<ColumnRule> {
  let index = ofTable.get(rule);
  if (!index) ofTable.set(rule, index = new RuleIndex(rule.columns));
  return index;
}

/** Of rules that fit, those of which none is more exact. */
export function mostExact<R extends NameRule>(fitting: readonly R[]): readonly R[] {
  const exactness = Math.max(...fitting.map(rule => rule.exactness));
  return fitting.filter(rule => rule.exactness === exactness);
}
