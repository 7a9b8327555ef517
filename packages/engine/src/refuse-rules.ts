import {ErrorCode, PipelineError, type Problem, type Transform, type TransformPlan} from '@sluice/core';
import {isConfined} from './from-before.ts';
import {planTable, type CopyPlan, type PlannedTable} from './plan.ts';

/**
 * Throws CONFIG with everything that rules cannot promise in a mode that leaves rows of earlier runs where they
 * are. To be called before a row is read.
 */
export function refuseRules({mode, beside, tables}: CopyPlan, transforms: readonly Transform[]): void {
  if (mode === 'replace' || mode === 'mirror') return;
  const problems = tables.flatMap((table): Problem[] => {
    if (mode === 'upsert' && !beside && table.rows?.keyed) return [{path: table.source.table, message: 'two rows of its new key would become one unseen: that is found out only with verification'}];
    const planned = planTable(table.read, transforms);
    if (planned === null) return [];
    const path = table.source.table;
    const {steps, random, out} = planned;
    // In an upsert all rows of the source come again, so rows of other tables may count; those that are only at the destination are not among its own.
    const others = mode === 'snapshot' || (mode === 'upsert' && table.rows?.cursor === undefined);
    const related = steps.some(step => step.dependsOn?.some(({schema}) => !others || (mode === 'upsert' && schema.table === path)));
    const guessed = mode === 'upsert' ? out.primaryKey.filter(name => random.includes(name)) : [];
    const again = mode === 'snapshot' ? random : [];
    const kept = isConfined(transforms) ? keptInPosition(table, mode).filter(name => isTakenOut(name, transforms, steps)) : [];
    return [
      ...(related ? [{path, message: `a rule looks at other rows, and in mode ${mode} rows of earlier runs stay as they are`}] : []),
      ...guessed.map(name => ({path: `${path}.${name}`, message: 'is in the key and comes out different every time: no row would be found again'})),
      ...again.map(name => ({path: `${path}.${name}`, message: 'comes out different every time: snapshots of one row together would tell more than each of them'})),
      ...kept.map(name => ({path: `${path}.${name}`, message: `mode ${mode} keeps its last value beside the rows, and the policy takes it out`})),
    ];
  });
  if (problems.length === 0) return;
  throw new PipelineError(ErrorCode.CONFIG, `${problems.length === 1 ? 'a rule cannot hold' : `${problems.length} rules cannot hold`} in mode ${mode}: nothing was read`, {
    problems, remedy: 'use mode replace or mirror, or do not switch verification off',
  });
}

/** Columns of the source whose last values say where to go on. */
function keptInPosition({source: {primaryKey}, rows}: PlannedTable, mode: CopyPlan['mode']): readonly string[] {
  return rows?.cursor !== undefined ? [rows.cursor] : mode === 'append' ? primaryKey : [];
}

function isTakenOut(column: string, transforms: readonly Transform[], steps: readonly TransformPlan[]): boolean {
  let name = column;
  for (const [i, {effects, renames = []}] of steps.entries()) {
    if (transforms[i]!.confines && effects.some(effect => effect.column === name && effect.effect !== 'added')) return true;
    name = renames.find(({from}) => from === name)?.to ?? name;
  }
  return false;
}
