import {didYouMean} from '@sluice/config';
import type {Catalog, Column, Problem, Schema} from '@sluice/core';
import {decideColumn, decideTable, type Disagreement} from './decide.ts';
import {year} from './methods/dates.ts';
import type {ColumnTreatment, MethodContext, Profile} from './methods/method.ts';
import {keep} from './methods/plain.ts';
import {Exactness, type ColumnRule, type MethodUse, type NameRule, type Policy, type TableRule} from './policy.ts';
import {BIRTH_DATE, suggestFor} from './suggest.ts';
import {decidedTable, type ColumnDecision, type DecidedTable} from './table-plan.ts';

/** A policy laid over a database. */
export interface ResolvedPolicy {
  readonly tables: ReadonlyMap<string, TableDecision>;
  /** Mistakes, and everything nobody decided. */
  readonly problems: readonly Problem[];
  /** By table, the columns nobody decided. */
  readonly undecided: ReadonlyMap<string, readonly Column[]>;
}

export type TableDecision =
  | {readonly kind: 'excluded'; readonly table: string; readonly reason: string}
  | ({readonly kind: 'decided'} & DecidedTable)
  | {readonly kind: 'open'; readonly table: string};

/** Lays the policy over everything that exists: every decision, every problem, before a row is read. */
export function resolvePolicy(policy: Policy, catalog: Catalog): ResolvedPolicy {
  const resolved = resolveTables(policy, catalog);
  return {...resolved, problems: [...refusedMethods(policy), ...unusedRules(policy, catalog), ...resolved.problems]};
}

/** The same for some tables, without asking whether every rule is for something. */
export function resolveTables(policy: Policy, catalog: Catalog): ResolvedPolicy {
  const problems: Problem[] = [];
  const undecided = new Map<string, readonly Column[]>();
  const choices = new Map(catalog.tables.map(schema => {
    const choice = chooseTable(policy, schema);
    problems.push(...choice.problems);
    if (choice.undecided.length > 0) undecided.set(schema.table, choice.undecided);
    return [schema.table, choice] as const;
  }));
  const joins = (table: string, column: string): string | null => {
    const choice = choices.get(table);
    if (choice === undefined) return ''; // not of this catalog: not for the policy to say
    const treatment = choice.columns.find(one => one.column === column)?.treatment;
    return treatment?.kind === 'keep' ? '' : treatment?.kind === 'change' ? treatment.joins ?? null : null;
  };
  return {
    problems, undecided,
    tables: new Map([...choices].map(([table, choice]): [string, TableDecision] => [table,
      choice.excluded !== null ? {kind: 'excluded', table, reason: choice.excluded}
      : choice.columns.length < choice.schema.columns.length ? {kind: 'open', table}
      : {kind: 'decided', ...decidedTable(choice.schema, choice.columns, joins)}])),
  };
}

interface TableChoice {
  readonly schema: Schema;
  /** Why it is left out. */
  readonly excluded: string | null;
  /** One for each column, fewer when something is open. */
  readonly columns: readonly ColumnDecision[];
  readonly undecided: readonly Column[];
  readonly problems: readonly Problem[];
}

function chooseTable(policy: Policy, schema: Schema): TableChoice {
  const {table} = schema;
  const fitting = policy.tables.filter(rule => rule.matches(table));
  const verdict = decideTable(fitting);
  const none = {schema, columns: [], undecided: [], problems: []};
  if (verdict.kind === 'excluded') return {...none, excluded: reasonOf(verdict.rule)};
  if (verdict.kind === 'disagreement') return {...none, excluded: null, problems: [disagreement(table, verdict)]};

  const problems: Problem[] = [];
  const undecided: Column[] = [];
  let named = false;
  const columns = schema.columns.flatMap((column): ColumnDecision[] => {
    const {name} = column;
    const choice = decideColumn(fitting, name);
    if (choice.kind === 'disagreement') {
      problems.push(disagreement(`${table}.${name}`, choice));
      return [];
    }
    if (choice.kind === 'undecided') {
      if (policy.undecided === 'keep') return [unnamed(name, {kind: 'keep'})];
      if (policy.undecided === 'drop') return [unnamed(name, {kind: 'drop'})];
      undecided.push(column);
      return [];
    }
    named = true;
    const {use, rule} = choice;
    const treatment = treat({asOf: policy.asOf, table: schema, subject: null, class: null, domains: new Map()}, use, column);
    if (typeof treatment === 'string') problems.push({path: `${table}.${name}`, message: `${rule.place()}: ${use.method.name} ${treatment}`});
    else {
      const doubt = doubtAbout(policy.profile, rule, use, column);
      if (doubt !== undefined) problems.push({path: `${table}.${name}`, message: `${rule.place()}: ${doubt}`});
      return [{column: name, treatment, use, exactness: rule.exactness, ...why(rule)}];
    }
    return [];
  });

  if (undecided.length > 0) {
    problems.push(...undecided.length === schema.columns.length
      ? [{path: table, message: `no decision about the table and its columns ${undecided.map(({name}) => name).join(', ')}`, undecided: true as const}]
      : undecided.map(({name}) => ({path: `${table}.${name}`, message: 'no decision about the column', undecided: true as const})));
  } else if (problems.length === 0 && columns.length > 0 && columns.every(({treatment}) => treatment.kind === 'drop')) {
    if (!named) return {...none, excluded: 'not in the policy'};
    problems.push({path: table, message: 'no column is left: exclude the table'});
  }
  return {schema, excluded: null, columns, undecided, problems};
}

const unnamed = (column: string, treatment: ColumnTreatment): ColumnDecision => ({column, treatment, use: null, exactness: null});
const why = ({reason, decidedBy}: NameRule) => ({...(reason !== undefined && {reason}), ...(decidedBy !== undefined && {decidedBy})});

function treat(context: MethodContext, {method, parameters}: MethodUse, column: Column): ColumnTreatment | string {
  if (!method.accepts.has(column.type)) {
    return `does not fit a column of type ${column.type}${column.native ? ` (${column.native.sql})` : ''}, only ${[...method.accepts].join(', ')}`;
  }
  return method.plan(column, parameters, context);
}

const levels: readonly Profile[] = ['safe-harbor', 'limited-data-set', 'expert'];

function refusedMethods({profile, tables}: Policy): Problem[] {
  if (profile === null) return [];
  const refused = tables.flatMap(({columns}) => columns).filter(({use}) => use !== null && levels.indexOf(use.method.claim) > levels.indexOf(profile));
  return refused.map(({place, use}) => ({path: place(), message: `${use!.method.name} is not enough for ${profile}, only for ${use!.method.claim}`}));
}

/**
 * A kept column that looks like an identifier needs a reason under a profile that forbids those, and
 * a rule that means it: a `*` cannot have meant it. So does the plain year of what looks like a birth
 * date under Safe Harbor: a year so far back tells an age over 89, 45 CFR 164.514(b)(2)(i)(C).
 */
function doubtAbout(profile: Profile | null, rule: ColumnRule, {method}: MethodUse, column: Column): string | undefined {
  if (profile === null || profile === 'expert') return undefined;
  if (rule.reason !== undefined && rule.exactness > Exactness.all) return undefined;
  const suggestion = suggestFor(column, profile);
  if (method.name === year.name && profile === 'safe-harbor' && suggestion?.kind === BIRTH_DATE) {
    return 'year under safe-harbor of what looks like a birth date tells ages over 89: use yearFloor90, or give a rule by name with a reason';
  }
  if (method.name !== keep.name || !suggestion || suggestion.kind === 'C, age') return undefined;
  if (profile === 'limited-data-set' && !suggestion.direct && !['free text', 'bytes', 'a document'].includes(suggestion.kind)) return undefined;
  return `keep under ${profile} of what looks like an identifier (${suggestion.kind}) needs a rule by name with a reason`;
}

function disagreement(path: string, {rules}: Disagreement): Problem {
  return {path, message: `these rules disagree, and none is more exact: ${rules.map(({place}) => place()).join('; ')}`};
}

function reasonOf({reason, decidedBy}: TableRule): string {
  return `excluded by the policy${reason === undefined ? '' : `: ${reason}`}${decidedBy === undefined ? '' : ` (decided by ${decidedBy})`}`;
}

/** A rule for nothing is a misspelt rule: whatever it was to protect is not protected. */
function unusedRules({tables, views: viewRules}: Policy, {tables: schemas, views, others}: Catalog): Problem[] {
  const tableNames = schemas.map(({table}) => table);
  const viewNames = views.map(({name}) => name);
  const excluding = tables.filter(({excluded}) => excluded);
  const problems: Problem[] = [];
  for (const rule of tables) {
    const matched = schemas.filter(({table}) => rule.matches(table));
    if (matched.length === 0 && !(rule.exactness === Exactness.final && viewNames.some(rule.matches))) {
      problems.push({path: rule.place(), message: noTable(rule, tableNames, viewNames)});
    }
    const read = matched.filter(({table}) => !excluding.some(other => other.exactness > rule.exactness && other.matches(table)));
    if (read.length === 0) continue;
    for (const column of rule.columns) {
      if (read.some(({columns}) => columns.some(({name}) => column.matches(name)))) continue;
      const names = read.length === 1 ? read[0]!.columns.map(({name}) => name) : [];
      const where = rule.exactness === Exactness.name ? `in table ${rule.pattern}` : `in the ${read.length} tables that ${rule.pattern} means`;
      problems.push({path: column.place(), message: column.exactness === Exactness.name
        ? `there is no column ${column.pattern} ${where}${didYouMean(column.pattern, names)}`
        : `no column ${where} is like ${column.pattern}`});
    }
  }
  for (const rule of viewRules) {
    if (viewNames.some(rule.matches)) continue;
    const unseen = others.find(({kind, name}) => kind === 'view' && rule.matches(name));
    problems.push({path: rule.place(), message: unseen ? `the view ${unseen.name} cannot travel: ${unseen.reason}` : rule.exactness === Exactness.name
      ? `there is no view ${rule.pattern}${tableNames.includes(rule.pattern) ? '; it is a table' : didYouMean(rule.pattern, viewNames)}` : `no view is like ${rule.pattern}`});
  }
  return problems;
}

/** Tables that the patterns of the old settings leave out although they do not look it, and rules for those that are left out anyway. */
export function surprises({tables}: Policy, catalog: Catalog): string[] {
  const final = tables.filter(({exactness}) => exactness === Exactness.final);
  const needless = tables.flatMap(rule => {
    if (rule.exactness !== Exactness.name) return [];
    const over = final.find(({matches}) => matches(rule.pattern));
    return over ? [`${rule.place()}: has no effect: ${rule.pattern} is left out, by ${over.place()}`] : [];
  });
  return needless.concat(tables.flatMap(({pattern, place, matches, seemsToMean}) => {
    const more = seemsToMean ? catalog.tables.map(({table}) => table).filter(table => matches(table) && !seemsToMean(table)) : [];
    return more.length > 0 ? [`${place()}: ${pattern} also leaves out ${more.join(', ')}`] : [];
  }));
}

function noTable({pattern, exactness}: TableRule, tables: readonly string[], views: readonly string[]): string {
  if (exactness !== Exactness.name) return `no table is like ${pattern}`;
  if (views.includes(pattern)) return `${pattern} is a view, not a table: decide about it under \`views\``;
  return `there is no table ${pattern}${didYouMean(pattern, tables)}`;
}
