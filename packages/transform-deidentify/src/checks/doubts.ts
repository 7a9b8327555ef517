import type {Column} from '@sluice/core';
import {leafColumn} from '../json/leaf.ts';
import {innermost} from '../method-use.ts';
import {year} from '../methods/dates.ts';
import type {Profile} from '../methods/method.ts';
import {keep} from '../methods/plain.ts';
import {Exactness, type ColumnRule, type JsonPathRule, type MethodUse} from '../policy.ts';
import {BIRTH_DATE, suggestFor, type Suggestion} from '../suggest.ts';

export type Suggest = (column: Column, profile: Profile) => Suggestion | undefined;

/** `suggestFor`, asked once for each name and type: databases repeat their columns. */
export function rememberingSuggest(): Suggest {
  const known = new Map<string, Map<string, Suggestion | null>>();
  return (column, profile) => {
    let ofName = known.get(column.name);
    if (!ofName) known.set(column.name, ofName = new Map());
    const key = profile === 'safe-harbor' ? column.type : `${profile} ${column.type}`;
    let found = ofName.get(key);
    if (found === undefined) ofName.set(key, found = suggestFor(column, profile) ?? null);
    return found ?? undefined;
  };
}

/** What of a rule is looked at. */
type Doubtful = Pick<ColumnRule, 'reason' | 'identifier' | 'exactness'>;

/** The same for a path in a document, by the name of its last member. */
export function doubtAboutPath(profile: Profile | null, path: JsonPathRule, suggest: Suggest): string | undefined {
  return path.use === null ? undefined : doubtAbout(profile, {...path, exactness: Exactness.name}, path.use, leafColumn(path), suggest);
}

/** Methods for any sort of value that leave some as they are, or nearly. */
const leaving: ReadonlySet<string> = new Set([keep.name, 'suppressRare', 'localSuppress', 'round', 'bucket', 'topCode']);

/**
 * A kept column that looks like an identifier needs a reason under a profile that forbids those, and
 * a rule that means it: a `*` cannot have meant it. So does the plain year of what looks like a birth
 * date under Safe Harbor: a year so far back tells an age over 89, 45 CFR 164.514(b)(2)(i)(C).
 */
export function doubtAbout(profile: Profile | null, rule: Doubtful, use: MethodUse, column: Column, suggest: Suggest): string | undefined {
  const {method} = innermost(use);
  if (profile === null || profile === 'expert' || (method.name !== year.name && !leaving.has(method.name))) return undefined;
  if (rule.reason !== undefined && rule.exactness > Exactness.all) return undefined;
  // Default deny: what comes new into the database would pass by such a rule, and nobody has said what it is.
  if (method.name === keep.name && rule.exactness === Exactness.all && (rule.identifier === undefined || rule.reason === undefined)) {
    return `keep of every column by \`*\` under ${profile}: nobody said what this one is; name it, or give the \`*\` a class and a reason`;
  }
  const suggestion = suggest(column, profile);
  if (method.name === year.name) {
    // Where somebody said what it is, that counts and not the name.
    return profile === 'safe-harbor' && suggestion?.kind === BIRTH_DATE && rule.identifier === undefined
      ? 'year under safe-harbor of what looks like a birth date tells ages over 89: use yearFloor90, or give a rule by name with a reason' : undefined;
  }
  if (!suggestion || suggestion.kind === 'C, age') return undefined;
  if (profile === 'limited-data-set' && !suggestion.direct && !['free text', 'bytes', 'a document'].includes(suggestion.kind)) return undefined;
  return `${method.name} under ${profile} of what looks like an identifier (${suggestion.kind}) needs a rule by name with a reason`;
}
