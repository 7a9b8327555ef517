import type {ColumnRule, Exactness, MethodUse, NameRule, TableRule} from './policy.ts';
import {columnIndex, mostExact} from './rule-index.ts';

/** What the rules say of one table: left out, or rule by rule about its columns. */
export type TableVerdict =
  | {readonly kind: 'excluded'; readonly rule: TableRule}
  | {readonly kind: 'columns'}
  | Disagreement;

export type ColumnVerdict =
  | {readonly kind: 'decided'; readonly use: MethodUse; readonly rule: ColumnRule}
  | {readonly kind: 'undecided'}
  | Disagreement;

/** Rules of which none is more exact, and which say different things. */
export interface Disagreement {
  readonly kind: 'disagreement';
  readonly rules: readonly NameRule[];
}

/** Of the rules that fit a table the most exact counts; equally exact ones must say the same. */
export function decideTable(fitting: readonly TableRule[]): TableVerdict {
  const most = mostExact(fitting);
  const excluding = most.find(rule => rule.excluded);
  if (!excluding) return {kind: 'columns'};
  return most.every(rule => rule.excluded) ? {kind: 'excluded', rule: excluding} : {kind: 'disagreement', rules: most};
}

/**
 * Of the rules that fit its table, what they say of a column.
 *
 * A rule is more exact than another when both its patterns, of table and of column, are at least as
 * exact and one is more so. Of rules that are not so ordered (`gen_*`.ssn and gen_twins.`*`), one that
 * takes something out goes before one that keeps it; two that take out differently disagree, and so
 * do two that are equally exact and say different things.
 */
export function decideColumn(fitting: readonly TableRule[], column: string): ColumnVerdict {
  const candidates: Candidate[] = [];
  for (const outer of fitting) for (const rule of columnIndex(outer).fitting(column)) candidates.push({rule, outer: outer.exactness});
  const best = candidates.length < 2 ? candidates : candidates.filter(one => !candidates.some(other => isMoreExact(other, one)));
  const [first] = best;
  if (!first) return {kind: 'undecided'};
  if (best.length === 1) return first.rule.use === null ? {kind: 'undecided'} : {kind: 'decided', use: first.rule.use, rule: first.rule};
  const rules = best.map(({rule}) => rule);
  if (best.some(one => best.some(other => one.outer === other.outer && one.rule.exactness === other.rule.exactness && saying(one.rule) !== saying(other.rule)))) {
    return {kind: 'disagreement', rules};
  }
  const taking = rules.filter(rule => rule.use?.method.name !== 'keep');
  const chosen = taking.find(rule => rule.use !== null) ?? taking[0] ?? first.rule;
  if (taking.some(rule => rule.use !== null && saying(rule) !== saying(chosen))) return {kind: 'disagreement', rules};
  return chosen.use === null ? {kind: 'undecided'} : {kind: 'decided', use: chosen.use, rule: chosen};
}

interface Candidate {
  readonly rule: ColumnRule;
  readonly outer: Exactness;
}

const isMoreExact = (one: Candidate, other: Candidate): boolean =>
  one.outer >= other.outer && one.rule.exactness >= other.rule.exactness
  && (one.outer > other.outer || one.rule.exactness > other.rule.exactness);

/** Besides what becomes of the values, what they are: one column is not two things. */
const saying = ({use, identifier}: ColumnRule): string => `${use?.text ?? 'undecided'}${identifier ? ` ${identifier.class} ${identifier.kind ?? ''}` : ''}`;
