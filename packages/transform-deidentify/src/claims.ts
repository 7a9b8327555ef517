import {classTitles, isSafeHarborClass} from '@sluice/identifiers/classes';
import {innermost} from './method-use.ts';
import type {Profile} from './methods/method.ts';
import type {Identifier, MethodUse} from './policy.ts';

/** From the strictest. */
export const profiles: readonly Profile[] = ['safe-harbor', 'limited-data-set', 'expert'];

/** How much a decision lets a release claim; null: nothing at all. */
export interface Limit {
  readonly claim: Profile | null;
  /** Why no more, as a sentence without its end. */
  readonly why: string;
  /** The method never allows more, whatever the values are. */
  readonly ofMethod?: true;
}

/** Whether a release of this profile can have what is limited so. */
export const allows = (profile: Profile, {claim}: Limit): boolean => claim !== null && profiles.indexOf(claim) <= profiles.indexOf(profile);

/** What a rule says of a column or of a path in a document. */
interface Decided {
  readonly use: MethodUse | null;
  readonly identifier?: Identifier;
  readonly reason?: string;
}

/**
 * The strongest claim of a decision by its method and by what the policy says the values are; undefined when it
 * limits nothing. 45 CFR 164.514(b)(2)(i) for Safe Harbor, (e)(2) for a limited data set.
 */
export function limitOf({use: whole, identifier, reason}: Decided): Limit | undefined {
  if (whole === null) return {claim: null, why: 'nobody has decided'};
  const use = innermost(whole);
  const {method} = use;
  const own: Limit | undefined = method.claim === 'safe-harbor' ? undefined : {claim: method.claim, ofMethod: true, why: `${method.name} is enough for ${method.claim} only`};
  if (identifier === undefined || !method.derived || use.json) return own;
  const ofClass = limitOfClass(use, identifier, reason !== undefined);
  return own === undefined || (ofClass !== undefined && profiles.indexOf(ofClass.claim ?? 'expert') > profiles.indexOf(method.claim)) ? ofClass : own;
}

/** Where something of the values is left: what the law lets stand of such values. */
function limitOfClass(use: MethodUse, identifier: Identifier, reasoned: boolean): Limit | undefined {
  const {method: {name, claim, reversible}} = use;
  const {class: letter, kind} = identifier;
  const title = `${name} of class ${kind ?? letter} (${classTitles[letter]})`;
  const limit = (claim: Profile | null, why: string): Limit => ({claim, why: `${title} ${why}`});
  // Keyed methods leave no part of a value: their own claim counts.
  const leaves = name === 'keep' || claim === 'safe-harbor';
  switch (letter) {
    case 'quasi': case 'sensitive': case 'provider': case 'key.surrogate': case 'none': return undefined;
    case 'secret': return name === 'keep' || reversible ? limit(null, 'would hand out a credential') : undefined;
    case 'freeText': return name === 'redactText' || !leaves ? undefined : limit('expert', 'lets through whatever people wrote');
    case 'blob': return leaves ? limit('expert', 'lets through what nobody looked into') : undefined;
    case 'B': {
      if (name === 'zip3' || name === 'toState' || !leaves) return undefined;
      const isArea = kind === 'geo.city' || kind === 'geo.county' || kind === 'geo.zip';
      return isArea ? limit('limited-data-set', 'leaves a place smaller than a state') : limit('expert', 'leaves a place smaller than a town');
    }
    case 'C': {
      if (kind === 'age') {
        return isCapped(use) || (name === 'keep' && reasoned) ? undefined
          : limit('limited-data-set', name === 'keep' ? 'tells ages over 89: use age90, or give a reason when they are capped already' : 'tells ages over 89: use age90');
      }
      if (name === 'yearFloor90' || !leaves) return undefined;
      if (name === 'year') return kind === 'date.birth' && !reasoned ? limit('limited-data-set', 'tells ages over 89: use yearFloor90, or give a reason') : undefined;
      return limit('limited-data-set', 'leaves more of a date than its year');
    }
    case 'R': return leaves ? limit('limited-data-set', 'leaves a unique identifier') : undefined;
    default: return isSafeHarborClass(letter) && leaves ? limit('expert', 'leaves a direct identifier, or a part of one') : undefined;
  }
}

/** Ages of which none over 90 is left. */
export function isCapped(use: MethodUse): boolean {
  const {method, parameters} = innermost(use);
  if (method.name === 'age90') return true;
  const {max} = parameters as {readonly max?: unknown};
  return method.name === 'topCode' && typeof max === 'number' && max <= 90;
}

/** What stands in the way of a stronger claim. */
export interface Prevented {
  readonly claim: Profile;
  /** `table.column`, with a JSON path after a blank. */
  readonly path?: string;
  readonly reason: string;
}

/** The strongest claim within all limits, and what prevents each stronger one. */
export function claimWithin(limits: readonly (Limit & {readonly path?: string})[]): {readonly claim: Profile | null; readonly prevented: readonly Prevented[]} {
  const claim = profiles.find(profile => limits.every(limit => allows(profile, limit))) ?? null;
  const prevented = profiles.flatMap(profile => limits.filter(limit => !allows(profile, limit))
    .map(({path, why}): Prevented => ({claim: profile, ...(path !== undefined && {path}), reason: why})));
  return {claim, prevented};
}
