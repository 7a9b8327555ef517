import type {AcceptedRisk, ReleasePolicy, RiskThresholds, StagedTable} from '@sluice/core';
import type {DisclosureRisk} from '@sluice/disclosure-risk';
import {classTitles, readClass} from '@sluice/identifiers';
import {isTooMany, type ChangedValues} from './changed-values.ts';
import type {CertificateCheck, CheckId} from './certificate.ts';
import type {ExaminedTarget} from './examine-target.ts';
import type {SourceTable} from './examine-source.ts';
import type {TableRoles} from './roles.ts';

/** Something that speaks against a release. */
export interface CheckProblem {
  /** `table` or `table.column` at the source. */
  readonly path: string | null;
  readonly message: string;
}

/** Decides what a check came to: a problem that somebody answers for does not count, until that expires. */
export class Verdicts {
  readonly checks: CertificateCheck[] = [];
  readonly #accepted: readonly AcceptedRisk[];
  readonly #today: string;
  readonly #used = new Set<AcceptedRisk>();

  /** `today`: `YYYY-MM-DD`. */
  constructor(accepted: readonly AcceptedRisk[], today: string) {
    this.#accepted = accepted;
    this.#today = today;
  }

  add(id: CheckId, detail: string, problems: readonly CheckProblem[], otherwise: CertificateCheck['status'] = 'passed'): void {
    const judged = problems.map(problem => ({...problem, accepted: this.#isAccepted(id, problem.path)}));
    this.checks.push({
      id, detail, problems: judged,
      status: judged.length === 0 ? otherwise : judged.every(({accepted}) => accepted) ? 'accepted' : 'failed',
    });
  }

  get accepted(): readonly (AcceptedRisk & {readonly expired: boolean; readonly used: boolean})[] {
    return this.#accepted.map(one => ({check: one.check, reason: one.reason, decidedBy: one.decidedBy, expires: one.expires, expired: this.#isExpired(one), used: this.#used.has(one)}));
  }

  #isAccepted(id: CheckId, path: string | null): boolean {
    const fitting = this.#accepted.filter(one => !this.#isExpired(one) && means(one.check, id, path));
    for (const one of fitting) this.#used.add(one);
    return fitting.length > 0;
  }

  #isExpired = ({expires}: AcceptedRisk): boolean => expires < this.#today;
}

/** `k`, `k:table`, `residual:table.column`. */
function means(accepted: string, id: CheckId, path: string | null): boolean {
  const [check, ...rest] = accepted.split(':');
  const place = rest.join(':');
  return check === id && (place === '' || (path !== null && (path === place || path.startsWith(`${place}.`))));
}

export function coverageProblems(staged: readonly StagedTable[], tables: readonly TableRoles[]): CheckProblem[] {
  const known = new Set(tables.map(({staged: {source}}) => source.table));
  return [
    ...staged.filter(({source}) => !known.has(source.table)).map(({source}) => ({path: source.table, message: 'the table is written, but the policy does not release it'})),
    ...tables.flatMap(({staged: {source, effects}, written}) => written.filter(({decided, name}) => decided === null && !effects.some(({column, effect}) => column === name && effect === 'added'))
      .map(({name}) => ({path: `${source.table}.${name}`, message: 'the column is written, but the policy does not release it'}))),
    ...tables.flatMap(({staged: {source}, written}) => written.filter(({decided}) => decided?.effect === 'dropped').map(({name}) => ({path: `${source.table}.${name}`, message: 'the policy drops the column, yet it is written'}))),
  ];
}

const strength = ['expert', 'limited-data-set', 'safe-harbor'];

export function claimProblems({profile, claim}: ReleasePolicy): CheckProblem[] {
  if (profile === null || strength.indexOf(claim ?? '') >= strength.indexOf(profile)) return [];
  return [{path: null, message: `the release claims to be ${profile}, its rules support ${claim ?? 'no claim'}`}];
}

export function attestationProblems({profile, attestation, reviewBy}: ReleasePolicy, today: string): CheckProblem[] {
  return [
    ...profile === 'safe-harbor' && attestation !== null && attestation.actualKnowledge !== 'none' ? [{path: null, message: 'Safe Harbor asks that nobody knows how a person could be identified (45 CFR 164.514(b)(2)(ii)); the attestation says otherwise'}] : [],
    ...attestation !== null && attestation.on > today ? [{path: null, message: `the attestation is of ${attestation.on}, a day that has not come: nobody knows yet what will be known`}] : [],
    ...reviewBy !== null && reviewBy < today ? [{path: null, message: `the policy was to be reviewed by ${reviewBy}`}] : [],
  ];
}

export function rowProblems(tables: readonly TableRoles[], before: readonly SourceTable[], after: ExaminedTarget['tables']): CheckProblem[] {
  return tables.flatMap(({staged: {source, rows}}, i) => {
    const [was, is] = [before[i]!.rows, after[i]!.rows];
    if (rows !== null && is !== rows) return [{path: source.table, message: `the run says ${rows} rows, ${is} are there`}];
    return is > was ? [{path: source.table, message: `${is} rows are there, the source has ${was}`}] : [];
  });
}

export const uniqueProblems = ({uniques}: ExaminedTarget): CheckProblem[] =>
  uniques.filter(({duplicates}) => duplicates > 0).map(({table, columns, duplicates}) => ({path: table, message: `${duplicates} rows have the same ${columns.join(', ')} as another`}));

export const referenceProblems = ({references}: ExaminedTarget): CheckProblem[] =>
  references.filter(({orphans}) => orphans !== null && orphans > 0).map(({table, columns, references: to, orphans}) => ({path: table, message: `${orphans} values of ${columns.join(', ')} are not in ${to}`}));

export function residualProblems({tables}: ExaminedTarget): CheckProblem[] {
  return tables.flatMap(({table, scans}) => scans.filter(({found}) => Object.keys(found).length > 0).map(({column, found}) => ({
    path: `${table}.${column}`, message: `holds what looks like ${Object.entries(found).map(([of, count]) => `${titleOf(of)} (${count})`).join(', ')}`,
  })));
}

const titleOf = (text: string): string => {
  const known = readClass(text);
  return known === null ? text : classTitles[known.class];
};

export function changedProblems(tables: readonly TableRoles[], changes: ReadonlyMap<string, readonly ChangedValues[]>): CheckProblem[] {
  return tables.flatMap(({staged: {source}, written}) => (changes.get(source.table) ?? []).flatMap(change => {
    const column = written.find(({name}) => name === change.column);
    if (column === undefined || column.mayLeave) return [];
    const path = `${source.table}.${change.column}`;
    if (isTooMany(change)) return [{path, message: `${change.unchanged} of ${change.compared} values are what they were, although ${column.decided!.method} changes every one`}];
    // Numbers in a row are the same numbers in another order; of anything else that would be strange.
    const telling = change.by === 'values' && column.column.type !== 'int' && change.compared >= 20;
    return telling && change.unchanged >= change.compared * 0.99 ? [{path, message: `nearly all values are among the former ones, although ${column.decided!.method} changes every one`}] : [];
  }));
}

type RiskCheck = 'k' | 'l' | 't' | 'uniqueness' | 'averageRisk';

export interface MeasuredRisk {
  readonly table: string;
  readonly after: DisclosureRisk | null;
  readonly notMeasured: string | null;
}

export function riskProblems(check: RiskCheck, limit: number, tables: readonly MeasuredRisk[]): CheckProblem[] {
  return tables.flatMap(({table, after, notMeasured}): CheckProblem[] => {
    if (notMeasured !== null) return [{path: table, message: notMeasured}];
    if (after === null || after.members === 0) return [];
    const sensitive = (message: (column: DisclosureRisk['sensitive'][number]) => string | null) => after.sensitive.flatMap(one => {
      const text = message(one);
      return text === null ? [] : [{path: `${table}.${one.column}`, message: text}];
    });
    switch (check) {
      case 'l': return sensitive(({l}) => l !== null && l.distinct < limit ? `a class has ${l.distinct} different values, ${limit} are asked for` : null);
      case 't': return sensitive(({t}) => t !== null && t > limit ? `a class is ${rounded(t)} from the whole, at most ${limit} is allowed` : null);
      // Where no quasi column is left, nobody is told from anybody.
      case 'k': return after.quasi.length > 0 && after.k! < limit ? [{path: table, message: `the smallest class has ${after.k!} ${after.unit}${after.k === 1 ? '' : 's'}, ${limit} are asked for`}] : [];
      case 'uniqueness': return after.quasi.length > 0 && after.uniqueness.share > limit ? [{path: table, message: `${rounded(after.uniqueness.share)} of all ${after.unit}s are alone in their class, at most ${limit} is allowed`}] : [];
      case 'averageRisk': return after.quasi.length > 0 && after.risk.prosecutorAverage > limit ? [{path: table, message: `the average risk is ${rounded(after.risk.prosecutorAverage)}, at most ${limit} is allowed`}] : [];
    }
  });
}

const rounded = (value: number): string => String(Math.round(value * 10_000) / 10_000);

const riskDetails: Readonly<Record<RiskCheck, string>> = {
  k: 'least members of a class of quasi-identifiers', l: 'least different values of a sensitive column in a class', t: 'greatest distance of a class from the whole',
  uniqueness: 'share of members who are alone in their class', averageRisk: 'average risk of being found by somebody who knows that one is in the data',
};

/** One check for each threshold; without one the figures are only told. */
export function addRiskChecks(verdicts: Verdicts, thresholds: RiskThresholds, tables: readonly MeasuredRisk[]): void {
  for (const check of Object.keys(riskDetails) as RiskCheck[]) {
    const limit = thresholds[check];
    const measured = tables.some(({after}) => after !== null);
    if (limit === undefined) verdicts.add(check, `${riskDetails[check]}; no threshold is set`, [], measured ? 'reported' : 'not applicable');
    else verdicts.add(check, `${riskDetails[check]}; ${check === 'k' || check === 'l' ? 'at least' : 'at most'} ${limit}`, riskProblems(check, limit, tables), measured ? 'passed' : 'not applicable');
  }
}
