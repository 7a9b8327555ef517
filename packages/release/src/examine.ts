import {must, type Problem, type ReadLimits, type ReleasePolicy, type Staged} from '@sluice/core';
import {
  addRiskChecks, attestationProblems, changedProblems, claimProblems, coverageProblems, referenceProblems, residualProblems, rowProblems, uniqueProblems, Verdicts, type CheckProblem,
} from './checks.ts';
import type {ChangedValues, ValueChanges} from './changed-values.ts';
import {examineSource, originName, type SourceQuestion, type SourceTable} from './examine-source.ts';
import {examineTarget, type ExaminedTarget} from './examine-target.ts';
import {KnownValues} from './known-values.ts';
import type {TextScanner} from './residual-scan.ts';
import {rolesOf, type TableRoles} from './roles.ts';
import {schemaTexts} from './schema-texts.ts';

export interface ExaminationOptions {
  readonly scanner: TextScanner;
  readonly population: number | null;
  readonly maxRecords: number | null;
  readonly maxKnownValues: number | null;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly limits: ReadLimits;
}

/** Everything that was found out about a release. Holds no value: known values are hashes, and go with this object. */
export interface Examination {
  readonly live: boolean;
  readonly tables: readonly TableRoles[];
  readonly before: readonly SourceTable[];
  readonly after: ExaminedTarget;
  readonly known: KnownValues;
  readonly origins: SourceQuestion['origins'];
  readonly changes: ReadonlyMap<string, readonly ChangedValues[]>;
  readonly verdicts: Verdicts;
  readonly scanner: TextScanner;
}

/** Reads the source again, then everything that was written, and judges. Throws as reading does. */
export async function examineRelease(policy: ReleasePolicy, staged: Staged, options: ExaminationOptions, signal: AbortSignal): Promise<Examination> {
  const {scanner, population, maxRecords, maxKnownValues, today, limits} = options;
  const tables = staged.tables.flatMap(one => rolesOf(policy, one) ?? []);
  const known = new KnownValues({placesStay: policy.profile !== 'safe-harbor', ...(maxKnownValues !== null && {maxValues: maxKnownValues})});
  const origins: Examination['origins'] = [];
  const compared = new Map<string, ValueChanges>();
  const before = await examineSource({source: staged.source, tables, known, changes: compared, origins, population, maxRecords, limits}, signal);
  const after = await examineTarget({
    tables, policy, scanner, known, words: new Set(origins.flatMap((one, i) => one.words === true ? [i] : [])), changes: compared, population, maxRecords, limits, readRows: (out, bounds, stop) => staged.readRows(out, bounds, stop),
  }, signal);
  const changes = new Map([...compared].map(([table, one]) => [table, one.result()]));

  const verdicts = new Verdicts(policy.risk.accepted, today);
  verdicts.add('coverage', 'every table and column that was written is one the policy releases', coverageProblems(staged.tables, tables));
  verdicts.add('claim', 'the rules support what the release claims to be', claimProblems(policy), policy.profile === null ? 'not applicable' : 'passed');
  verdicts.add('attestation', policy.attestation === null ? 'nobody has attested yet what is known about the persons in the data' : `attested by ${policy.attestation.by} on ${policy.attestation.on}`,
    attestationProblems(policy, today), policy.attestation === null ? 'open' : 'passed');
  verdicts.add('rows', 'as many rows are there as the run says, and not more than at the source', rowProblems(tables, before, after.tables));
  verdicts.add('unique', 'no key is there twice', uniqueProblems(after), after.uniques.length > 0 ? 'passed' : 'not applicable');
  verdicts.add('references', 'every reference points to a row that is there', referenceProblems(after), after.references.some(({orphans}) => orphans !== null) ? 'passed' : 'not applicable');
  // Without a claim everything may stay: what is found is told.
  const residual = residualProblems(after);
  const judged = policy.profile !== null;
  verdicts.add('residual', judged ? 'no text and no kept column holds what looks like an identifier' : 'what looks like an identifier; the release makes no claim', judged ? residual : [], judged ? 'passed' : 'reported');
  verdicts.add('leak', 'none of the values of the identifying columns is anywhere in what was written', [...leakProblems(after, known, origins), ...schemaProblems(staged, known, origins)], origins.length > 0 ? 'passed' : 'not applicable');
  verdicts.add('changed', 'no masked value is what it was, but by chance', changedProblems(tables, changes), [...changes.values()].some(one => one.length > 0) ? 'passed' : 'not applicable');
  addRiskChecks(verdicts, policy.risk.thresholds, after.tables.map(({table, risk, notMeasured}) => ({table, after: risk, notMeasured})));
  return {live: staged.live, tables, before, after, known, origins, changes, verdicts, scanner};
}

function leakProblems({hits}: ExaminedTarget, known: KnownValues, origins: Examination['origins']): CheckProblem[] {
  return [
    ...known.overflowed ? [{path: null, message: `more than ${known.size} known values: those beyond are not looked for`}] : [],
    ...hits.map(({table, column, origin, count}) => {
      const from = must(origins[origin], 'origin');
      return {path: `${table}.${column}`, message: `holds ${count} ${from.words === true ? '' : count === 1 ? 'value of ' : 'values of '}${originName(from)}`};
    }),
  ];
}

/** Known values in the structure of what was written, which is no row. */
function schemaProblems({tables, views = []}: Staged, known: KnownValues, origins: Examination['origins']): CheckProblem[] {
  return schemaTexts(tables, views).flatMap(({table, column, what, text}) => [...new Set(known.find(text))]
    .map(origin => ({path: column === null ? table : `${table ?? ''}.${column}`, message: `${what} holds ${(must(origins[origin], 'origin').words === true ? '' : 'a value of ')}${originName(must(origins[origin], 'origin'))}`})));
}

/** What keeps the release back. */
export const problemsOf = ({verdicts}: Examination): readonly Problem[] => verdicts.checks.flatMap(({status, problems}) => status === 'failed'
  ? problems.filter(({accepted}) => !accepted).map(({path, message}) => ({...(path !== null && {path}), message})) : []);
