import type {Problem} from '@sluice/core';
import type {Rules, TableChoice} from '../choose-table.ts';
import {allows, limitOf, type Limit} from '../claims.ts';
import type {Profile} from '../methods/method.ts';
import type {ColumnRule, JsonPathRule, Policy} from '../policy.ts';
import {doubtAbout, doubtAboutPath} from './doubts.ts';

/** Rules that no release of the policy's profile can have, by their line. */
export function refusedRules({profile, tables}: Policy): Problem[] {
  if (profile === null) return [];
  const problems: Problem[] = [];
  const look = (rule: ColumnRule | JsonPathRule) => {
    const limit = rule.use === null ? undefined : limitOf(rule);
    if (limit === undefined || allows(profile, limit)) return;
    const only = limit.claim === null ? 'and no release can have it' : `which is not enough for ${profile}, only for ${limit.claim}`;
    problems.push({path: rule.place(), message: limit.ofMethod ? `${rule.use!.method.name} is not enough for ${profile}, only for ${limit.claim!}` : `${limit.why}, ${only}`});
  };
  for (const {columns} of tables) {
    for (const column of columns) {
      look(column);
      column.use?.json?.paths.forEach(look);
    }
  }
  return problems;
}

export type PlacedLimit = Limit & {readonly path: string};

/** What each decision about a column or a path lets the whole claim; those that limit nothing are left out. */
export function limitsOf({suggest}: Rules, choices: ReadonlyMap<string, TableChoice>): PlacedLimit[] {
  return [...choices.values()].flatMap(({schema: {table}, columns}) => columns.flatMap(({column, source, rule, use}): PlacedLimit[] => {
    if (rule === null || use === null) return [];
    const path = `${table}.${column}`;
    return [
      ...limited(path, rule, profile => doubtAbout(profile, rule, use, source, suggest)),
      ...(use.json?.paths ?? []).flatMap(one => limited(`${path} ${one.path}`, one, profile => doubtAboutPath(profile, one, suggest))),
    ];
  }));
}

/** By method and class; what the policy does not classify is judged by its name, as under a profile. */
function limited(path: string, rule: ColumnRule | JsonPathRule, doubt: (profile: Profile) => string | undefined): PlacedLimit[] {
  const own = limitOf(rule);
  if (own) return [{...own, path}];
  const why = doubt('safe-harbor');
  return why === undefined ? [] : [{path, why, claim: doubt('limited-data-set') === undefined ? 'limited-data-set' : 'expert'}];
}
