import type {Kind} from '@sluice/identifiers/classes';
import {familyNames, givenNames, streetKinds, streetNames, townBeginnings, townEndings} from './fake-words.ts';

/** The next number of a stream: 0 to below `below`. */
export type Numbers = (below: number) => number;

const of = (list: readonly string[], next: Numbers): string => list[next(list.length)]!;

function digits(count: number, next: Numbers): string {
  let text = '';
  for (let i = 0; i < count; i++) text += String(next(10));
  return text;
}

/**
 * Made-up values that cannot be anybody's, where there are such: numbers from 555-0100 to 555-0199 are not given out
 * (North American Numbering Plan), social security numbers never begin with 000, example.com and its like are reserved (RFC 2606),
 * and so are the networks 192.0.2, 198.51.100 and 203.0.113 (RFC 5737).
 */
export const fakes = {
  'name.given': next => of(givenNames, next),
  'name.family': next => of(familyNames, next),
  'name.full': next => `${of(givenNames, next)} ${of(familyNames, next)}`,
  'name.user': next => `${of(givenNames, next).toLowerCase()}.${of(familyNames, next).toLowerCase()}${next(1000)}`,
  'geo.street': next => `${1 + next(9999)} ${of(streetNames, next)} ${of(streetKinds, next)}`,
  'geo.city': next => `${of(townBeginnings, next)}${of(townEndings, next)}`,
  phone: next => `${200 + next(800)}-555-01${digits(2, next)}`,
  fax: next => `${200 + next(800)}-555-01${digits(2, next)}`,
  email: next => `${of(givenNames, next).toLowerCase()}.${of(familyNames, next).toLowerCase()}${next(1000)}@example.${of(['com', 'net', 'org'], next)}`,
  ssn: next => `000-${digits(2, next)}-${digits(4, next)}`,
  mrn: next => digits(8, next),
  plan: next => digits(10, next),
  account: next => digits(10, next),
  url: next => `https://www.example.${of(['com', 'net', 'org'], next)}/${digits(6, next)}`,
  ip: next => `${of(['192.0.2', '198.51.100', '203.0.113'], next)}.${next(256)}`,
  other: next => digits(12, next),
} satisfies Partial<Record<Kind, (next: Numbers) => string>> as Readonly<Record<FakeKind, (next: Numbers) => string>>;

export type FakeKind =
  | 'name.given' | 'name.family' | 'name.full' | 'name.user' | 'geo.street' | 'geo.city' | 'phone' | 'fax' | 'email' | 'ssn' | 'mrn' | 'plan' | 'account' | 'url' | 'ip' | 'other';

export const fakeKinds = Object.keys(fakes) as FakeKind[];

/** What to make up for a class or kind that a policy names. */
export const kindsOfClass: ReadonlyMap<string, FakeKind> = new Map<string, FakeKind>([
  ...fakeKinds.map(kind => [kind, kind] as const),
  ['A', 'name.full'], ['D', 'phone'], ['E', 'fax'], ['F', 'email'], ['G', 'ssn'], ['H', 'mrn'], ['I', 'plan'], ['J', 'account'], ['N', 'url'], ['O', 'ip'], ['R', 'other'], ['provider', 'name.full'],
]);

const longest = (list: readonly string[]): number => Math.max(...list.map(word => word.length));
const given = longest(givenNames);
const family = longest(familyNames);

/** Characters of the longest value that is made up. */
export function longestFake(kind: FakeKind): number {
  switch (kind) {
    case 'name.given': return given;
    case 'name.family': return family;
    case 'name.full': return given + 1 + family;
    case 'name.user': return given + 1 + family + 3;
    case 'geo.street': return 5 + longest(streetNames) + 1 + longest(streetKinds);
    case 'geo.city': return longest(townBeginnings) + longest(townEndings);
    case 'phone': case 'fax': return 12;
    case 'email': return given + 1 + family + 3 + '@example.com'.length;
    case 'ssn': return 11;
    case 'mrn': return 8;
    case 'plan': case 'account': return 10;
    case 'url': return 'https://www.example.com/'.length + 6;
    case 'ip': return '198.51.100.255'.length;
    case 'other': return 12;
  }
}
