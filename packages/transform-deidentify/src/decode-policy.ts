import {createHash} from 'node:crypto';
import {configError, decodeFile, type ConfigFile} from '@sluice/config';
import {isNamePattern, namePattern, type Problem} from '@sluice/core';
import {readClass} from '@sluice/identifiers/classes';
import {contradictionsOf} from './checks/contradictions.ts';
import {decodeJsonRules} from './json/decode.ts';
import {methodUse} from './method-use.ts';
import {policyFile, undecided, type ColumnEntry, type PolicyFile} from './policy-schema.ts';
import {Exactness, type ColumnRule, type Identifier, type NameRule, type Placed, type Policy, type RiskRules, type TableRule} from './policy.ts';

/** What a file says, as rules. Throws CONFIG with every problem at once: of the format first, then what contradicts itself. */
export function decodePolicy(file: ConfigFile): Policy {
  const given = decodeFile(file, policyFile);
  const problems: Problem[] = [];
  const unnamed = given.undecided ?? given.onUnknown ?? 'fail';
  const rules = nameRules(file);
  const policy: Policy = {
    name: file.path,
    sha256: createHash('sha256').update(file.text).digest('hex'),
    profile: given.profile ?? null, asOf: given.asOf ?? null, undecided: unnamed,
    constraints: given.constraints ?? (given.profile === undefined ? 'relax' : 'fail'),
    domains: new Map(Object.entries(given.domains).map(([name, {form, length}]) =>
      [name, {name, form, ...(length !== undefined && {length}), ...placed(file, ['domains', name])}])),
    subjects: Object.entries(given.subjects).map(([pattern, {key}]) => ({...rules(pattern, ['subjects', pattern]), key})),
    tables: Object.entries(given.tables).map(([pattern, decision]): TableRule => {
      const keys = ['tables', pattern];
      if (decision === 'exclude') return {...rules(pattern, keys), excluded: true, columns: []};
      const columns = Object.entries(decision.columns ?? {}).map(([column, entry]) => columnRule(column, entry, [...keys, 'columns', column]));
      return {...rules(pattern, keys, decision), excluded: decision.exclude === true, columns};
    }),
    views: Object.entries(given.views).map(([pattern, decision]) => ({...rules(pattern, ['views', pattern]), kept: decision === 'keep'})),
    risk: riskRules(file, given.risk),
    attestation: given.attestation ?? null, reviewBy: given.reviewBy ?? null, warnings: [],
  };
  problems.push(...contradictionsOf(policy, keys => file.place(keys)));
  if (given.undecided !== undefined && given.onUnknown !== undefined) problems.push({path: file.place(['onUnknown'], 'key'), message: 'is the same as `undecided`: give one of them'});
  if (problems.length > 0) throw configError(problems, file.path);
  return policy;

  function columnRule(column: string, entry: ColumnEntry, keys: readonly string[]): ColumnRule {
    if (typeof entry === 'string') return {...rules(column, keys), use: entry === undecided ? null : methodUse({method: entry})};
    const own = {...rules(column, keys, entry), ...identified(entry.class), ...(entry.type !== undefined && {type: entry.type})};
    if ('json' in entry) {
      if (entry.undecided !== undefined && entry.onUnknown !== undefined) problems.push({path: file.place([...keys, 'onUnknown'], 'key'), message: 'is the same as `undecided`: give one of them'});
      const {use, problems: found} = decodeJsonRules(file, [...keys, 'json'], entry.json, entry.undecided ?? entry.onUnknown ?? unnamed);
      problems.push(...found);
      return {...own, use};
    }
    return {...own, use: entry.method === undecided ? null : methodUse(entry), ...(entry.constraints !== undefined && {constraints: entry.constraints})};
  }
}

/** Makes rules by name. */
function nameRules(file: ConfigFile) {
  return (pattern: string, keys: readonly string[], own: {readonly reason?: string; readonly decidedBy?: string} = {}): NameRule => ({
    pattern, matches: namePattern(pattern), ...placed(file, keys), ...(!isNamePattern(pattern) && {only: pattern.replace(/\\(.)/gsu, '$1')}),
    exactness: pattern === '*' ? Exactness.all : isNamePattern(pattern) ? Exactness.pattern : Exactness.name,
    ...(own.reason !== undefined && {reason: own.reason}), ...(own.decidedBy !== undefined && {decidedBy: own.decidedBy}),
  });
}

const placed = (file: ConfigFile, keys: readonly (string | number)[]): Placed => ({place: () => file.place(keys, 'key')});

/** What a decision says the values are; the format has made sure that it is a class. */
export function identified(text: string | undefined): {identifier?: Identifier} {
  const identifier = text === undefined ? null : readClass(text);
  return identifier === null ? {} : {identifier};
}

function riskRules(file: ConfigFile, given: PolicyFile['risk']): RiskRules {
  if (given === undefined) return {quasi: null, thresholds: {}, accepted: []};
  const {quasi, accepted, ...thresholds} = given;
  const rules = nameRules(file);
  return {
    thresholds,
    quasi: quasi === undefined ? null : Object.entries(quasi).map(([pattern, columns]) => ({...rules(pattern, ['risk', 'quasi', pattern]), columns})),
    accepted: accepted.map((one, i) => ({...one, ...placed(file, ['risk', 'accepted', i])})),
  };
}
