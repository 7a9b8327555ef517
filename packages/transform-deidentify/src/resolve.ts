import type {Catalog, Column, Problem} from '@sluice/core';
import {rememberingSuggest} from './checks/doubts.ts';
import {foreignKeyProblems} from './checks/foreign-keys.ts';
import {limitsOf, refusedRules} from './checks/limits.ts';
import {pairLimits} from './checks/pairs.ts';
import {promiseProblems} from './checks/promises.ts';
import {unusedRules} from './checks/unused-rules.ts';
import {chooseTable, type Rules, type TableChoice} from './choose-table.ts';
import {allows, claimWithin, type Limit, type Prevented} from './claims.ts';
import type {Profile} from './methods/method.ts';
import type {Policy} from './policy.ts';
import {RuleIndex} from './rule-index.ts';
import type {Joins} from './schema-changes.ts';
import {decidedTable, type DecidedTable} from './table-plan.ts';

/** A policy laid over a database. */
export interface ResolvedPolicy {
  readonly tables: ReadonlyMap<string, TableDecision>;
  /** Mistakes, and everything nobody decided. */
  readonly problems: readonly Problem[];
  /** By table, the columns nobody decided. */
  readonly undecided: ReadonlyMap<string, readonly Column[]>;
}

/** Besides, what the whole of it can claim. */
export interface JudgedPolicy extends ResolvedPolicy {
  /** The strongest claim that the decisions support, whatever the policy claims; null while something is undecided. */
  readonly claim: Profile | null;
  readonly prevented: readonly Prevented[];
}

export type TableDecision =
  | {readonly kind: 'excluded'; readonly table: string; readonly reason: string}
  | ({readonly kind: 'decided'} & DecidedTable)
  | {readonly kind: 'open'; readonly table: string};

/** Lays the policy over everything that exists: every decision, every problem, before a row is read. */
export function resolvePolicy(policy: Policy, catalog: Catalog): ResolvedPolicy {
  return layPolicy(policy, catalog, {whole: catalog}).resolved;
}

/** The same, and judges what the release could claim. */
export function judgePolicy(policy: Policy, catalog: Catalog): JudgedPolicy {
  const {rules, choices, resolved} = layPolicy(policy, catalog, {whole: catalog});
  const limits: (Limit & {readonly path?: string})[] = [...limitsOf(rules, choices), ...pairLimits(rules, choices)];
  const byDefault = [...choices.values()].flatMap(({columns}) => columns.filter(({use, treatment}) => use === null && treatment.kind === 'keep')).length;
  if (byDefault > 0) limits.push({claim: null, why: `${byDefault} columns are kept that nobody has decided about`});
  if (policy.undecided !== 'drop' && resolved.problems.some(({undecided}) => undecided)) limits.push({claim: null, why: 'something is undecided'});
  return {...resolved, ...claimWithin(limits)};
}

/** The same for some tables, without asking whether every rule is for something. */
export function resolveTables(policy: Policy, catalog: Catalog, elsewhere?: Joins): ResolvedPolicy {
  return layPolicy(policy, catalog, {elsewhere}).resolved;
}

/** What is around the tables that a policy decides about. */
export interface Around {
  /** Everything that exists: every rule has to be for something in it. Absent: that is not asked. */
  readonly whole?: Catalog | undefined;
  /** What joins the columns of tables that this policy does not decide about; absent: all are the source's own. */
  readonly elsewhere?: Joins | undefined;
}

/** A policy laid over tables, with the rule behind each decision. */
export interface LaidPolicy {
  readonly rules: Rules;
  readonly choices: ReadonlyMap<string, TableChoice>;
  readonly resolved: ResolvedPolicy;
}

export function layPolicy(policy: Policy, catalog: Catalog, {whole, elsewhere = () => ''}: Around): LaidPolicy {
  const rules: Rules = {policy, tables: new RuleIndex(policy.tables), subjects: new RuleIndex(policy.subjects), suggest: rememberingSuggest()};
  const choices = new Map(catalog.tables.map(schema => [schema.table, chooseTable(rules, schema)] as const));
  const undecided = new Map([...choices].filter(([, choice]) => choice.undecided.length > 0).map(([table, choice]) => [table, choice.undecided]));
  const joins: Joins = (table, column) => {
    const choice = choices.get(table);
    return choice === undefined ? elsewhere(table, column) : joinsIn(choice, column);
  };
  const {profile} = policy;
  const pairs = profile === null ? [] : pairLimits(rules, choices).filter(limit => !allows(profile, limit));
  return {rules, choices, resolved: {
    undecided,
    problems: [
      ...whole ? [...refusedRules(policy), ...unusedRules(policy, whole)] : [],
      ...[...choices.values()].flatMap(({problems}) => problems),
      ...promiseProblems(rules, choices), ...foreignKeyProblems(rules, choices),
      ...pairs.map(({path, why}) => ({path, message: why})),
    ],
    tables: new Map([...choices].map(([table, choice]): [string, TableDecision] => [table,
      choice.excluded !== null ? {kind: 'excluded', table, reason: choice.excluded}
      : choice.columns.length < choice.schema.columns.length ? {kind: 'open', table}
      : {kind: 'decided', ...decidedTable(choice.schema, choice.columns, joins, choice.subject)}])),
  }};
}

/** What joins the values of a column of this table with those of others; null for one that is not there. */
export function joinsIn({columns}: TableChoice, column: string): string | null {
  const treatment = columns.find(one => one.column === column)?.treatment;
  return treatment?.kind === 'keep' ? '' : treatment?.kind === 'change' ? treatment.joins ?? null : null;
}
