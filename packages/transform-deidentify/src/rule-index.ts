import type {ColumnRule, NameRule, TableRule} from './policy.ts';

/** Finds the rules for a name: those that mean one name by looking it up, only patterns by comparing. */
export class RuleIndex<R extends NameRule> {
  readonly #byName = new Map<string, number[]>();
  readonly #patterns: number[] = [];
  readonly #rules: readonly R[];

  constructor(rules: readonly R[]) {
    this.#rules = rules;
    for (const [i, {only}] of rules.entries()) {
      if (only === undefined) this.#patterns.push(i);
      else {
        const same = this.#byName.get(only);
        if (same) same.push(i);
        else this.#byName.set(only, [i]);
      }
    }
  }

  /** In the order of the policy. */
  fitting(name: string): R[] {
    const at = this.#patterns.filter(i => this.#rules[i]!.matches(name));
    const named = this.#byName.get(name);
    if (named) at.push(...named);
    return (named && at.length > named.length ? at.sort((a, b) => a - b) : at).map(i => this.#rules[i]!);
  }

  /** Whether any rule is for the name. */
  has(name: string): boolean {
    return this.#byName.has(name) || this.#patterns.some(i => this.#rules[i]!.matches(name));
  }
}

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
