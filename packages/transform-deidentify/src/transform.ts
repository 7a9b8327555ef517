import {ErrorCode, PipelineError, type Catalog, type Problem, type Schema, type Transform, type TransformPlan, type View} from '@sluice/core';
import {inspectDocuments} from './inspect-documents.ts';
import {methodTools, type MethodTools} from './methods/tools.ts';
import {missingTools} from './checks/missing-tools.ts';
import {surprises} from './checks/unused-rules.ts';
import type {TableChoice} from './choose-table.ts';
import type {Policy} from './policy.ts';
import {prepareTables} from './prepare.ts';
import {knownAs, knownSources} from './known-columns.ts';
import {remedyFor} from './remedy.ts';
import {judgePolicy, layPolicy, resolveTables, type JudgedPolicy, type LaidPolicy, type ResolvedPolicy, type TableDecision} from './resolve.ts';
import {mostExact} from './rule-index.ts';
import type {Joins} from './schema-changes.ts';
import {planRows, type DecidedTable} from './table-plan.ts';
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
  /** After `check`: the strongest claim that the decisions support, and what prevents a stronger one. */
  readonly judgement: Pick<JudgedPolicy, 'claim' | 'prevented'> | null;
  /** Ids of the keys in use; never keys. */
  readonly keyIds: readonly string[];
}

/** What methods of some policies need besides the rows. Whoever gives them closes them. */
export type DeidentifyTools = Partial<Omit<MethodTools, 'learned'>>;

/**
 * Makes the transform for one run. `check` sees the whole database once; a table planned without it,
 * or with columns it has not seen, is decided by the same rules, and what is undecided or wrong then
 * throws UNDECIDED or CONFIG. `prepare` looks at rows before the run where decisions need it, and
 * throws the same for documents that do not fit the policy.
 */
export function deidentify(policy: Policy, given: DeidentifyTools = {}): DeidentifyTransform {
  return deidentifyShare(policy, given, {owns: () => true, elsewhere: () => ''});
}

/** Which tables and views a policy decides about, where others decide about the rest. */
export interface Share {
  owns(name: string): boolean;
  readonly elsewhere: Joins;
}

/** After `check`: the decisions with the rules behind them. */
export interface ShareTransform extends DeidentifyTransform {
  readonly choices: ReadonlyMap<string, TableChoice>;
}

/** The same for a share of the tables. Rules may be for any table that exists; only those of the share are decided. */
export function deidentifyShare(policy: Policy, given: DeidentifyTools, {owns, elsewhere}: Share): ShareTransform {
  const tools = methodTools(given);
  let laid: LaidPolicy | null = null;
  let resolved: ResolvedPolicy | null = null;
  let checked: Catalog | null = null;
  let judged: JudgedPolicy | null = null;
  let surprising: readonly string[] = [];
  let noticed: readonly string[] = [];
  let overChanged: ReadonlyMap<string, string> = new Map();

  const decide = (schema: Schema): TableDecision => {
    const known = resolved?.tables.get(schema.table);
    if (known?.kind === 'excluded') return known;
    if (known?.kind === 'decided') {
      const names = new Set(known.source.columns.map(({name}) => name));
      if (schema.columns.every(({name}) => names.has(name))) return known;
    }
    const alone = resolveTables(policy, {tables: [schema], views: [], others: []}, elsewhere);
    if (alone.problems.length > 0) throw refusal(alone.problems, remedyFor(policy, alone.undecided), schema.table);
    return alone.tables.get(schema.table)!;
  };

  const ownOf = (catalog: Catalog): Catalog => ({...catalog, tables: catalog.tables.filter(({table}) => owns(table)), views: catalog.views.filter(({name}) => owns(name))});

  return {
    name: 'deidentify',
    confines: true,
    policy,
    keyIds: tools.key === null ? [] : [tools.key.id],
    check(catalog) {
      const own = ownOf(catalog);
      laid = layPolicy(policy, own, {whole: catalog, elsewhere});
      ({resolved} = laid);
      checked = own;
      judged = null;
      surprising = surprises(policy, catalog);
      overChanged = viewsOverChanged([...resolved.tables.values()], own.views);
      return [...resolved.problems, ...missingTools(policy, tools)];
    },
    remedy: catalog => remedyFor(policy, layPolicy(policy, ownOf(catalog), {elsewhere}).resolved.undecided),
    async prepare(source, _, signal) {
      const {problems, warnings} = await inspectDocuments(resolved?.tables.values() ?? [], source, signal);
      noticed = warnings;
      if (problems.length > 0) throw refusal(problems);
      await prepareTables(resolved === null ? [] : decidedOf(resolved), source, tools, signal);
    },
    fingerprint(schema) {
      const decision = decide(schema);
      if (decision.kind !== 'decided') return decision.kind;
      // Rows of another vault have other pseudonyms: tables of both would not join.
      const vault = decision.decisions.some(({treatment}) => treatment.kind === 'change' && treatment.usesVault) ? tools.vault?.id ?? null : null;
      return JSON.stringify([policy.asOf, tools.key?.id ?? null, vault, decision.subject, looksForKnown(decision) && resolved !== null ? knownAs(decidedOf(resolved)) : null, decision.decisions.map(({column, treatment, use}) =>
        [column, treatment.kind, use?.method.name ?? null, use === null || use.json ? null : use.parameters, use?.text ?? null, ...treatment.kind === 'change' ? [treatment.joins ?? null, treatment.version ?? null] : []]), decision.out.columns]);
    },
    plan(schema): TransformPlan | null {
      const decision = decide(schema);
      return decision.kind === 'decided' ? planRows(decision, schema, tools, dependenciesOf(decision, resolved)) : null;
    },
    refusesTable(schema) {
      const decision = decide(schema);
      return decision.kind === 'excluded' ? decision.reason : null;
    },
    refusesView({name}) {
      const most = mostExact(policy.views.filter(rule => rule.matches(name)));
      if (most.length === 0) return 'not in the policy';
      return most.every(rule => rule.kept) ? overChanged.get(name) ?? null : 'excluded by the policy';
    },
    get choices() {
      return laid?.choices ?? new Map<string, TableChoice>();
    },
    get decisions() {
      return resolved ? [...resolved.tables.values()] : [];
    },
    // Asked for by who releases, and not by every run.
    get judgement() {
      return checked === null ? null : judged ??= judgePolicy(policy, checked);
    },
    get warnings() {
      return [...policy.warnings, ...surprising, ...noticed];
    },
  };
}

/** Redacted texts come also from what other tables say of their subjects. */
const dependenciesOf = (decision: DecidedTable, resolved: ResolvedPolicy | null): ReturnType<typeof knownSources> =>
  (resolved !== null && looksForKnown(decision) ? knownSources(decidedOf(resolved)) : []);

const looksForKnown = ({decisions}: DecidedTable): boolean => decisions.some(({treatment}) => treatment.kind === 'change' && treatment.usesKnown && treatment.with);

const decidedOf = ({tables}: ResolvedPolicy): DecidedTable[] => [...tables.values()].filter(one => one.kind === 'decided');

function refusal(problems: readonly Problem[], remedy?: string, table?: string): PipelineError {
  const [first] = problems;
  return new PipelineError(problems.every(({undecided}) => undecided) ? ErrorCode.UNDECIDED : ErrorCode.CONFIG,
    problems.length === 1 ? `${first!.path === undefined ? '' : `${first!.path}: `}${first!.message}` : `${problems.length} problems with the policy`,
    {problems, ...(table !== undefined && {table}), ...(remedy !== undefined && {remedy})});
}
