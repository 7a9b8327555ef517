import {didYouMean} from '@sluice/config';
import type {Column, Problem, Schema} from '@sluice/core';
import {typeChanged} from './checks/column-type.ts';
import {doubtAbout, doubtAboutPath, type Suggest} from './checks/doubts.ts';
import {decideColumn, decideTable, type Disagreement} from './decide.ts';
import {planJson} from './json/plan.ts';
import type {ColumnTreatment, MethodContext} from './methods/method.ts';
import type {ColumnRule, MethodUse, Policy, TableRule} from './policy.ts';
import {mostExact, RuleIndex} from './rule-index.ts';
import type {ColumnDecision} from './table-plan.ts';

/** What the rules make of one table, before anything is said about others. */
export interface TableChoice {
  readonly schema: Schema;
  /** Why it is left out. */
  readonly excluded: string | null;
  /** One for each column, fewer when something is open. */
  readonly columns: readonly ColumnChoice[];
  /** Columns that say whose row it is. */
  readonly subject: readonly string[] | null;
  readonly undecided: readonly Column[];
  readonly problems: readonly Problem[];
}

/** A decision and the rule it comes from; no rule where nobody decided. */
export interface ColumnChoice extends ColumnDecision {
  readonly rule: ColumnRule | null;
  readonly source: Column;
}

/** A policy made ready for many tables. */
export interface Rules {
  readonly policy: Policy;
  readonly tables: RuleIndex<TableRule>;
  readonly subjects: RuleIndex<Policy['subjects'][number]>;
  readonly suggest: Suggest;
}

export function chooseTable({policy, tables, subjects, suggest}: Rules, schema: Schema): TableChoice {
  const {table} = schema;
  const fitting = tables.fitting(table);
  const verdict = decideTable(fitting);
  const none = {schema, columns: [], subject: null, undecided: [], problems: []};
  if (verdict.kind === 'excluded') return {...none, excluded: reasonOf(verdict.rule)};
  if (verdict.kind === 'disagreement') return {...none, excluded: null, problems: [disagreement(table, verdict)]};

  const problems: Problem[] = [];
  const undecided: Column[] = [];
  const subject = subjectOf(subjects, schema, problems);
  let named = false;
  const columns: ColumnChoice[] = [];
  const plain: MethodContext = {asOf: policy.asOf, profile: policy.profile, table: schema, subject, class: null, domains: policy.domains};
  for (const column of schema.columns) {
    const {name} = column;
    const choice = decideColumn(fitting, name);
    if (choice.kind === 'disagreement') {
      problems.push(disagreement(`${table}.${name}`, choice));
    } else if (choice.kind === 'undecided') {
      if (policy.undecided === 'fail') undecided.push(column);
      else columns.push({column: name, source: column, treatment: {kind: policy.undecided}, use: null, exactness: null, rule: null});
    } else {
      named = true;
      const {use, rule} = choice;
      const wrong = (message: string | undefined) => {
        if (message !== undefined) problems.push({path: `${table}.${name}`, message: `${rule.place()}: ${message}`});
      };
      const context = rule.identifier === undefined ? plain : {...plain, class: rule.identifier.kind ?? rule.identifier.class};
      wrong(typeChanged(rule, column));
      const treatment = treat(use, rule, column, context, problems);
      if (treatment === null) continue;
      wrong(doubtAbout(policy.profile, rule, use, column, suggest));
      for (const path of use.json?.paths ?? []) {
        const doubt = doubtAboutPath(policy.profile, path, suggest);
        if (doubt !== undefined) problems.push({path: `${table}.${name} ${path.path}`, message: `${path.place()}: ${doubt}`});
      }
      columns.push(decided(column, treatment, use, rule, context.class));
    }
  }

  if (undecided.length > 0) {
    problems.push(...undecided.length === schema.columns.length
      ? [{path: table, message: `no decision about the table and its columns ${undecided.map(({name}) => name).join(', ')}`, undecided: true as const}]
      : undecided.map(({name}) => ({path: `${table}.${name}`, message: 'no decision about the column', undecided: true as const})));
  } else if (problems.length === 0 && columns.length > 0 && columns.every(({treatment}) => treatment.kind === 'drop')) {
    if (!named) return {...none, excluded: 'not in the policy'};
    problems.push({path: table, message: 'no column is left: exclude the table'});
  }
  return {schema, excluded: null, columns, subject, undecided, problems};
}

function decided(source: Column, treatment: ColumnTreatment, use: MethodUse, rule: ColumnRule, identifier: string | null): ColumnChoice {
  const {exactness, reason, decidedBy} = rule;
  const bare = {column: source.name, treatment, use, exactness, rule, source};
  if (reason === undefined && decidedBy === undefined && identifier === null) return bare;
  return {...bare, ...(reason !== undefined && {reason}), ...(decidedBy !== undefined && {decidedBy}), ...(identifier !== null && {class: identifier})};
}

/** What a method does to the column; null when it cannot, which is a problem then. */
function treat(use: MethodUse, rule: ColumnRule, column: Column, context: MethodContext, problems: Problem[]): ColumnTreatment | null {
  const path = () => `${context.table.table}.${column.name}`;
  const {method, parameters, json} = use;
  if (!method.accepts.has(column.type)) {
    problems.push({path: path(), message: `${rule.place()}: ${method.name} does not fit a column of type ${column.type}${column.native ? ` (${column.native.sql})` : ''}, only ${[...method.accepts].join(', ')}`});
    return null;
  }
  if (json) {
    const planned = planJson(json, column, context);
    problems.push(...planned.problems.map(problem => ({...problem, path: `${path()} ${problem.path ?? ''}`.trim()})));
    return planned.treatment;
  }
  const lacking = lacksSubject(use, context);
  const treatment = lacking ?? method.plan(column, parameters, context);
  if (typeof treatment !== 'string') return treatment;
  problems.push({path: path(), message: `${rule.place()}: ${method.name} ${treatment}`});
  return null;
}

/** What is wrong where a method must know whose rows these are. */
export function lacksSubject({method}: MethodUse, {subject, table}: MethodContext): string | undefined {
  return method.needs?.subject && subject === null ? `must know whose rows these are: give \`subjects: {${table.table}: {key: [...]}}\`` : undefined;
}

function subjectOf(subjects: Rules['subjects'], {table, columns}: Schema, problems: Problem[]): readonly string[] | null {
  const most = mostExact(subjects.fitting(table));
  const [first] = most;
  if (!first) return null;
  if (most.some(({key}) => key.join('\0') !== first.key.join('\0'))) problems.push(disagreement(table, {kind: 'disagreement', rules: most}));
  const missing = first.key.filter(name => !columns.some(column => column.name === name));
  for (const name of missing) problems.push({path: table, message: `${first.place()}: there is no column ${name} in table ${table}${didYouMean(name, columns.map(column => column.name))}`});
  return missing.length > 0 ? null : first.key;
}

function disagreement(path: string, {rules}: Disagreement): Problem {
  return {path, message: `these rules disagree, and none is more exact: ${rules.map(({place}) => place()).join('; ')}`};
}

function reasonOf({reason, decidedBy}: TableRule): string {
  return `excluded by the policy${reason === undefined ? '' : `: ${reason}`}${decidedBy === undefined ? '' : ` (decided by ${decidedBy})`}`;
}
