import {didYouMean} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {classTitles, type IdentifierClass} from '@sluice/identifiers';
import type {ColumnRule, JsonPathRule, MethodUse, Policy} from '../policy.ts';

/** What contradicts itself in a policy, whatever the database: each with its line. */
export function contradictionsOf(policy: Policy, place: (keys: readonly string[]) => string): Problem[] {
  const rules = policy.tables.flatMap(({columns}) => columns.flatMap((rule): (ColumnRule | JsonPathRule)[] => [rule, ...rule.json?.paths ?? []]));
  return [...rules.flatMap(rule => ofRule(policy, rule)), ...ofDomains(policy, rules), ...ofDates(policy, place)];
}

function ofRule({asOf, domains}: Policy, {use, identifier, place}: ColumnRule | JsonPathRule): Problem[] {
  if (use === null) return [];
  const problem = (message: string): Problem[] => [{path: place(), message}];
  if (use.method.name === 'yearFloor90' && asOf === null) return problem('needs the day of the release: give `asOf` at the top');
  const domain = domainOf(use);
  if (domain !== undefined && !domains.has(domain)) return problem(`there is no domain ${domain}${didYouMean(domain, domains.keys())}; name it under \`domains\``);
  const only = made.get(use.method.name);
  if (only !== undefined && identifier !== undefined && identifier.class.length === 1 && !only.classes.includes(identifier.class)) {
    return problem(`${use.method.name} is for ${only.what}, and class ${identifier.kind ?? identifier.class} is ${classTitles[identifier.class]}`);
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
  const users = new Map<string, (ColumnRule | JsonPathRule)[]>();
  const named = new Set<string>();
  for (const rule of rules) {
    const domain = rule.use === null ? undefined : domainOf(rule.use);
    if (domain === undefined) continue;
    named.add(domain);
    users.set(domain, [...users.get(domain) ?? [], rule]);
  }
  return [...domains.values()].flatMap(({name, place}): Problem[] => {
    const [first, ...others] = users.get(name) ?? [];
    if (!first) return [{path: place(), message: `no column is in the domain ${name}${didYouMean(name, [...named].filter(other => !domains.has(other)))}`}];
    const other = others.find(({use}) => use!.text !== first.use!.text);
    return other ? [{path: other.place(), message: `the domain ${name} has ${first.use!.text} elsewhere, which does not join with ${other.use!.text}: ${first.place()}`}] : [];
  });
}

/** Days in an order that cannot be meant. */
function ofDates({asOf, reviewBy, risk}: Policy, place: (keys: readonly string[]) => string): Problem[] {
  if (asOf === null) return [];
  const problems: Problem[] = risk.accepted.filter(({expires}) => expires < asOf).map(one =>
    ({path: one.place(), message: `the acceptance of ${one.check} has expired before the day of the release`}));
  if (reviewBy !== null && reviewBy < asOf) problems.push({path: place(['reviewBy']), message: 'is before the day of the release'});
  return problems;
}
