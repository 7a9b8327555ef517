import {ErrorCode, PipelineError, type Catalog, type Problem, type Schema, type Transform, type TransformPlan, type View} from '@sluice/core';
import type {Policy} from './policy.ts';
import {remedyFor} from './remedy.ts';
import {resolvePolicy, resolveTables, surprises, type ResolvedPolicy, type TableDecision} from './resolve.ts';
import {planRows} from './table-plan.ts';
import {viewsOverChanged} from './views.ts';

/** Takes out of tables what the policy says. */
export interface DeidentifyTransform extends Transform {
  readonly policy: Policy;
  check(catalog: Catalog): readonly Problem[];
  remedy(catalog: Catalog): string | undefined;
  refusesTable(schema: Schema): string | null;
  refusesView(view: View): string | null;
  /** After `check`: what becomes of each table. */
  readonly decisions: readonly TableDecision[];
  /** What somebody should know who wrote the rules; after `check` also what they do to this database. */
  readonly warnings: readonly string[];
}

/**
 * Makes the transform for one run. `check` sees the whole database once; a table planned without it,
 * or with columns it has not seen, is decided by the same rules, and what is undecided or wrong then
 * throws UNDECIDED or CONFIG.
 */
export function deidentify(policy: Policy): DeidentifyTransform {
  let resolved: ResolvedPolicy | null = null;
  let surprising: readonly string[] = [];
  let overChanged: ReadonlyMap<string, string> = new Map();

  const decide = (schema: Schema): TableDecision => {
    const known = resolved?.tables.get(schema.table);
    if (known?.kind === 'excluded') return known;
    if (known?.kind === 'decided') {
      const names = new Set(known.source.columns.map(({name}) => name));
      if (schema.columns.every(({name}) => names.has(name))) return known;
    }
    const alone = resolveTables(policy, {tables: [schema], views: [], others: []});
    const [problem] = alone.problems;
    if (problem) {
      const undecided = alone.problems.every(one => one.undecided);
      const remedy = remedyFor(policy, alone.undecided);
      throw new PipelineError(undecided ? ErrorCode.UNDECIDED : ErrorCode.CONFIG,
        alone.problems.length === 1 ? `${problem.path === undefined ? '' : `${problem.path}: `}${problem.message}` : `${alone.problems.length} problems with the policy`,
        {table: schema.table, problems: alone.problems, ...(remedy !== undefined && {remedy})});
    }
    return alone.tables.get(schema.table)!;
  };

  return {
    name: 'deidentify',
    confines: true,
    policy,
    check(catalog) {
      resolved = resolvePolicy(policy, catalog);
      surprising = surprises(policy, catalog);
      overChanged = viewsOverChanged(resolved.tables.values(), catalog.views);
      return resolved.problems;
    },
    remedy: catalog => remedyFor(policy, resolvePolicy(policy, catalog).undecided),
    fingerprint(schema) {
      const decision = decide(schema);
      if (decision.kind !== 'decided') return decision.kind;
      return JSON.stringify([policy.asOf, decision.decisions.map(({column, treatment, use}) =>
        [column, treatment.kind, use?.method.name ?? null, use?.parameters ?? null, use?.text ?? null]), decision.out.columns]);
    },
    plan(schema): TransformPlan | null {
      const decision = decide(schema);
      return decision.kind === 'decided' ? planRows(decision, schema) : null;
    },
    refusesTable(schema) {
      const decision = decide(schema);
      return decision.kind === 'excluded' ? decision.reason : null;
    },
    refusesView({name}) {
      const fitting = policy.views.filter(rule => rule.matches(name));
      const exactness = Math.max(...fitting.map(rule => rule.exactness));
      const most = fitting.filter(rule => rule.exactness === exactness);
      if (most.length === 0) return 'not in the policy';
      return most.every(rule => rule.kept) ? overChanged.get(name) ?? null : 'excluded by the policy';
    },
    get decisions() {
      return resolved ? [...resolved.tables.values()] : [];
    },
    get warnings() {
      return [...policy.warnings, ...surprising];
    },
  };
}
