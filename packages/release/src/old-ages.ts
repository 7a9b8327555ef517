import type {Value} from '@sluice/core';
import type {WrittenColumn} from './roles.ts';

/** Counts values that tell an age over 89, where a policy gives a reason why there are none: 45 CFR 164.514(b)(2)(i)(C). */
export interface OldAges {
  add(value: Value): void;
  count(): number;
}

/** For ages that are kept, and for years of birth that are not floored; null for all else. `asOf`: the day of the release, `YYYY-MM-DD`. */
export function oldAges({decided}: WrittenColumn, asOf: string | null): OldAges | null {
  if (decided?.kind === 'age' && decided.effect === 'kept') return keptAges();
  if (decided?.kind === 'date.birth' && decided.method === 'year' && asOf !== null) return birthYears(Number(asOf.slice(0, 4)) - CATEGORY);
  return null;
}

/** The one category in which all ages from here on may be put together. */
const CATEGORY = 90;
/** Nobody is known to have become older, in years. */
const OLDEST = 130;
/** Numbers from here on stand for what is missing. */
const MISSING = 990;

function keptAges(): OldAges {
  let old = 0;
  let counted = false;
  return {
    add(value) {
      const age = Number(value);
      if (age > OLDEST && age < MISSING) counted = true;
      if (age > CATEGORY && age <= OLDEST) old++;
    },
    // Ages that are between are counted in months or days: what they tell is for the policy to say.
    count: () => counted ? 0 : old,
  };
}

function birthYears(last: number): OldAges {
  let old = 0;
  return {
    add(value) {
      const year = Number(value);
      if (year >= last - OLDEST + CATEGORY && year < last) old++;
    },
    count: () => old,
  };
}
