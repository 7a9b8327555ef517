import {didYouMean} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {classTitles, type IdentifierClass} from '@sluice/identifiers/classes';
import {innermost} from '../method-use.ts';
import type {ColumnRule, JsonPathRule, MethodUse, Policy} from '../policy.ts';

/** What contradicts itself in a policy, whatever the database: each with its line. */
export function contradictionsOf(policy: Policy, place: (keys: readonly string[]) => string): Problem[] {
  const rules = policy.tables.flatMap(({columns}) => columns.flatMap((rule): (ColumnRule | JsonPathRule)[] => [rule, ...rule.use?.json?.paths ?? []]));
  return [...rules.flatMap(rule => ofRule(policy, rule)), ...ofDomains(policy, rules), ...ofDates(policy, place)];
}

function ofRule({asOf, domains}: Policy, {use, identifier, place}: ColumnRule | JsonPathRule): Problem[] {
  if (use === null) return [];
  const problem = (message: string): Problem[] => [{path: place(), message}];
  const {method: {name}} = innermost(use);
  if (name === 'yearFloor90' && asOf === null) return problem('needs the day of the release: give `asOf` at the top');
  const domain = domainOf(use);
  if (domain !== undefined && !domains.has(domain)) return problem(`there is no domain ${domain}${didYouMean(domain, domains.keys())}; name it under \`domains\``);
  const only = made.get(name);
  if (only !== undefined && identifier !== undefined && identifier.class.length === 1 && !only.classes.includes(identifier.class)) {
    return problem(`${name} is for ${only.what}, and class ${identifier.kind ?? identifier.class} is ${classTitles[identifier.class]}`);
  }
  return [];
}

/** The identity domain that a decision names. */
export const domainOf = ({parameters}: MethodUse): string | undefined => {
  const {domain} = parameters as {readonly domain?: unknown};
  return typeof domain === 'string' ? domain : undefined;
};

/** Methods that read one sort of value only. */
const made: ReadonlyMap<string, {readonly classes: readonly IdentifierClass[]; readonly what: string}> = new Map(Object.entries({
  B: {what: 'places', methods: ['zip3', 'zip5', 'toState', 'city']},
  C: {what: 'dates and ages', methods: ['year', 'yearFloor90', 'month', 'dateShift', 'age90']},
}).flatMap(([letter, {what, methods}]) => methods.map(name => [name, {classes: [letter as IdentifierClass], what}] as const)));

/** A domain that no column is in, and one whose columns would not join. */
function ofDomains({domains}: Policy, rules: readonly (ColumnRule | JsonPathRule)[]): Problem[] {
  const joining = new Map<string, ColumnRule | JsonPathRule>();
  const shifting = new Map<string, ColumnRule | JsonPathRule>();
  const named = new Set<string>();
  const problems: Problem[] = [];
  for (const rule of rules) {
    if (rule.use === null) continue;
    const {method, text} = rule.use;
    const domain = domainOf(rule.use);
    if (domain !== undefined) named.add(domain);
    if (domain !== undefined && method.needs?.domain && method.uniqueness !== 'lossy') {
      const first = joining.get(domain);
      if (!first) joining.set(domain, rule);
      else if (first.use!.method.name !== method.name) {
        problems.push({path: rule.place(), message: `${method.name} does not join with ${first.use!.method.name}, which the domain ${domain} has elsewhere: ${first.place()}`});
      }
    }
    if (method.name === 'dateShift') {
      const first = shifting.get(domain ?? '');
      if (!first) shifting.set(domain ?? '', rule);
      else if (first.use!.text !== text) problems.push({path: rule.place(), message: `moves dates by other numbers of days than elsewhere, and what lies between them would not stay: ${first.place()}`});
    }
  }
  for (const {name, place} of domains.values()) {
    if (!named.has(name)) problems.push({path: place(), message: `no column is in the domain ${name}${didYouMean(name, [...named].filter(other => !domains.has(other)))}`});
  }
  return problems;
}

/** Days in an order that cannot be meant. */
function ofDates({asOf, reviewBy, risk}: Policy, place: (keys: readonly string[]) => string): Problem[] {
  if (asOf === null) return [];
  const problems: Problem[] = risk.accepted.filter(({expires}) => expires < asOf).map(one =>
    ({path: one.place(), message: `the acceptance of ${one.check} has expired before the day of the release`}));
  if (reviewBy !== null && reviewBy < asOf) problems.push({path: place(['reviewBy']), message: 'is before the day of the release'});
  return problems;
}
