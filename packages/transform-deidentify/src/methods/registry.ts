import {dateShift} from './date-shift.ts';
import {month, year, yearFloor90} from './dates.ts';
import {fakeKeyed, fakeRandom} from './fakes.ts';
import {aesSiv, fpe, hmac} from './keyed.ts';
import {localSuppress} from './local-suppress.ts';
import type {Method} from './method.ts';
import {noise} from './noise.ts';
import {age90, bucket, topCode} from './numbers.ts';
import {city, toState, zip3, zip5} from './places.ts';
import {blank, constant, drop, keep, tag} from './plain.ts';
import {redactText} from './redact-text.ts';
import {round} from './round.ts';
import {suppressRare} from './suppress-rare.ts';
import {sequence, surrogate} from './surrogates.ts';

/** Every method, by the name that a policy calls it. */
export const methods = {
  keep, drop, blank, constant, tag, redactText, year, yearFloor90, age90, zip3, toState, surrogate, sequence, fakeRandom, bucket, round, topCode, suppressRare, localSuppress,
  hmac, aesSiv, fpe, dateShift, fakeKeyed, city, zip5, month, noise,
} as const;

export type MethodName = keyof typeof methods;

/** What a policy may call by its name alone: all whose parameters have defaults. */
export const isComplete = (name: MethodName): boolean => methods[name].parameters.safeParse({}).success;

/** For listing: parameters of any kind. */
export const allMethods: readonly Method[] = Object.values(methods);
