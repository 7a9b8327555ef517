import type {Column, ColumnProfile, ColumnSizes, Judge, LossRule, Schema, Trait} from '@sluice/core';
import {possibleRules} from '@sluice/engine';

/** Something that a column holds, or may hold, and what would become of it. Reasons are said of the destination's column. */
export interface Finding {
  readonly trait: Trait;
  readonly reason: string;
  /** How many values are such; null: one at least, or nobody counted. */
  readonly count: number | null;
}

/** What a copy would lose of one column, before any rule for it. */
export interface ColumnRisk {
  /** As it is written. */
  readonly column: string;
  /** `certain`: the destination refuses what stands there now. `possible`: it would refuse what may stand there. */
  readonly risk: 'none' | 'possible' | 'certain';
  /** What was looked at: every value, the types alone, or nothing because the values are made on the way. */
  readonly basis: 'values' | 'types' | 'none';
  readonly needs: ColumnSizes;
  readonly refused: readonly Finding[];
  /** Held, but not as they are. */
  readonly altered: readonly Finding[];
  /** The rule that is declared for the column. */
  readonly rule: LossRule;
  /** Rules that would let the copy go through; empty when nothing is refused or a rule is there. */
  readonly remedies: readonly Exclude<LossRule, 'fail'>[];
}

/** What `Fitting` calls a value that only looks otherwise in the destination's own spelling. */
const SPELLING = 'written as the column prints it';

/** Judges everything a profile found by what writing it would do. `schema` is the table, `out` the column, as they are written; `some`: the copy takes but some of the rows that were looked at. */
export function assessColumn(
  {schema, out, rule, basis, some}: {readonly schema: Schema; readonly out: Column; readonly rule: LossRule; readonly basis: 'values' | 'types'; readonly some: boolean},
  {witnesses, sizes}: ColumnProfile, judge: Judge,
): ColumnRisk {
  const refused: Finding[] = [];
  const altered: Finding[] = [];
  for (const {trait, value, count} of witnesses) {
    const verdict = judge(schema.table, out.name, value);
    if (verdict === null) continue;
    if ('refused' in verdict) add(refused, {trait, reason: verdict.refused, count});
    else if (verdict.adjusted !== SPELLING) add(altered, {trait, reason: verdict.adjusted, count});
  }
  return {
    column: out.name, basis, needs: sizes, refused, altered, rule,
    risk: refused.length === 0 ? 'none' : basis === 'values' && !some ? 'certain' : 'possible',
    remedies: refused.length === 0 || rule !== 'fail' ? [] : possibleRules(schema, out, refused.some(({trait}) => trait === 'NULL')),
  };
}

/** One reason is told once, with the most telling count. */
function add(findings: Finding[], finding: Finding): void {
  if (!findings.some(({reason, count}) => reason === finding.reason && (count !== null || finding.count === null))) findings.push(finding);
}
