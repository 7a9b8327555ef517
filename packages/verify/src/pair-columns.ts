import {ErrorCode, PipelineError, type Column, type Schema} from '@sluice/core';
import {ruleFor, type ValueRule} from './compare-values.ts';
import {pairNames} from './pair-names.ts';

export interface ColumnPair {
  readonly left: Column;
  readonly right: Column;
  /** Positions in the rows of either side. */
  readonly leftAt: number;
  readonly rightAt: number;
  readonly rule: ValueRule;
}

/** The columns of two tables, and what identifies a row. */
export interface TablePairing {
  readonly pairs: readonly ColumnPair[];
  /** Positions in `pairs` of what identifies a row; null when whole rows are compared. */
  readonly key: readonly number[] | null;
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
  /** Columns on both sides whose types have nothing in common. */
  readonly incomparable: readonly {readonly left: Column; readonly right: Column}[];
  /** Columns on both sides that are not compared because their values are other ones whenever they are made. */
  readonly random: readonly {readonly left: Column; readonly right: Column}[];
  readonly warnings: readonly string[];
}

/** Pairs the columns of two tables; those of the left side that are `random` are not compared. Throws CONFIG when the wanted key is not among the others. */
export function pairColumns(left: Schema, right: Schema, wantedKey: readonly string[] | undefined, notCompared: readonly string[] = []): TablePairing {
  const named = pairNames([...left.columns.entries()], [...right.columns.entries()], ([, {name}]) => name, ([, {name}]) => name);
  const pairs: ColumnPair[] = [];
  const incomparable: {left: Column; right: Column}[] = [];
  const random: {left: Column; right: Column}[] = [];
  for (const [[leftAt, a], [rightAt, b]] of named.pairs) {
    if (notCompared.includes(a.name)) {
      random.push({left: a, right: b});
      continue;
    }
    const rule = ruleFor(a, b);
    if (rule) pairs.push({left: a, right: b, leftAt, rightAt, rule});
    else incomparable.push({left: a, right: b});
  }
  const warnings: string[] = [];
  return {
    pairs, incomparable, random, warnings,
    key: wantedKey ? chosenKey(left, pairs, wantedKey) : defaultKey(left, right, pairs, warnings),
    onlyLeft: named.onlyLeft.map(([, {name}]) => name),
    onlyRight: named.onlyRight.map(([, {name}]) => name),
  };
}

function chosenKey({table}: Schema, pairs: readonly ColumnPair[], names: readonly string[]): number[] {
  const at = names.map(name => {
    const exact = pairs.findIndex(pair => pair.left.name === name);
    return exact >= 0 ? exact : pairs.findIndex(pair => pair.left.name.toLowerCase() === name.toLowerCase());
  });
  const problems = names.filter((_, i) => at[i]! < 0).map(name => ({path: `${table}.${name}`, message: 'is no column that both sides have and that can be compared'}));
  if (names.length === 0) problems.push({path: table, message: 'a key needs a column'});
  if (problems.length > 0) throw new PipelineError(ErrorCode.CONFIG, `table ${table} cannot be compared by this key`, {table, problems});
  return [...new Set(at)];
}

function defaultKey(left: Schema, right: Schema, pairs: readonly ColumnPair[], warnings: string[]): number[] | null {
  const isLeft = left.primaryKey.length > 0;
  const names = isLeft ? left.primaryKey : right.primaryKey;
  if (names.length === 0) return null;
  const at = names.map(name => pairs.findIndex(pair => (isLeft ? pair.left : pair.right).name === name));
  if (at.every(i => i >= 0)) return at;
  warnings.push(`table ${left.table}: its key is not on both sides or not compared, so whole rows are compared`);
  return null;
}
