/**
 * The classes of what may be in a column or a text.
 *
 * The letters are the eighteen identifiers of 45 CFR 164.514(b)(2)(i) in the order of the law. The others are what a policy has to tell apart besides:
 * `quasi` may identify together with others, `sensitive` is what must not be learned about a person, `provider` belongs to staff and not to the subject,
 * `freeText` may hold anything, `secret` is a credential, `blob` is bytes nobody looked into, `key.surrogate` is a row key without meaning, `none` is harmless.
 */
export const identifierClasses = [
  'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
  'quasi', 'sensitive', 'provider', 'freeText', 'secret', 'blob', 'key.surrogate', 'none',
] as const;

export type IdentifierClass = typeof identifierClasses[number];

/** The letters of the law alone. */
export type SafeHarborClass = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'P' | 'Q' | 'R';

/** Every kind with the class it belongs to. */
export const kinds = {
  'name.given': 'A',
  'name.family': 'A',
  'name.full': 'A',
  'name.initials': 'A',
  'name.employer': 'A',
  'name.user': 'A',
  'geo.street': 'B',
  'geo.city': 'B',
  'geo.county': 'B',
  'geo.zip': 'B',
  'geo.coordinates': 'B',
  'geo.facility': 'B',
  'geo.other': 'B',
  'date.birth': 'C',
  'date.death': 'C',
  'date.service': 'C',
  'date.other': 'C',
  age: 'C',
  phone: 'D',
  fax: 'E',
  email: 'F',
  ssn: 'G',
  mrn: 'H',
  plan: 'I',
  account: 'J',
  licence: 'K',
  vehicle: 'L',
  device: 'M',
  url: 'N',
  ip: 'O',
  biometric: 'P',
  photo: 'Q',
  other: 'R',
} as const satisfies Readonly<Record<string, SafeHarborClass>>;

/** A finer name for what an identifier is; `classOfKind` tells its class. */
export type Kind = keyof typeof kinds;

/** What the law calls each class, in a few words that fit into a table. */
export const classTitles: Readonly<Record<IdentifierClass, string>> = {
  A: 'names',
  B: 'geographic subdivisions smaller than a state',
  C: 'dates and ages over 89',
  D: 'telephone numbers',
  E: 'fax numbers',
  F: 'e-mail addresses',
  G: 'social security numbers',
  H: 'medical record numbers',
  I: 'health plan beneficiary numbers',
  J: 'account numbers',
  K: 'certificate and licence numbers',
  L: 'vehicle identifiers',
  M: 'device identifiers',
  N: 'web addresses',
  O: 'IP addresses',
  P: 'biometric identifiers',
  Q: 'photographs',
  R: 'other unique identifiers',
  quasi: 'quasi-identifier',
  sensitive: 'sensitive attribute',
  provider: 'provider or staff',
  freeText: 'free text',
  secret: 'credential',
  blob: 'binary content',
  'key.surrogate': 'row key without meaning',
  none: 'not an identifier',
};

/** A find: where in the text, what it is, which rule says so. Offsets are UTF-16 units of the text that was given in, `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly class: IdentifierClass;
  readonly kind: Kind | null;
  /** The name of the rule: fixed words, never a part of the text. */
  readonly rule: string;
  /** How sure the rule is, over 0 up to 1; 1 where a checksum or an unmistakable label decides. */
  readonly score: number;
}

/** The class that a kind belongs to. */
export function classOfKind(kind: Kind): SafeHarborClass {
  return kinds[kind];
}

/** Reads what a policy or a caller wrote: a class, or a kind, which stands for its class. Null when it is neither. */
export function readClass(text: string): {readonly class: IdentifierClass; readonly kind: Kind | null} | null {
  if (Object.hasOwn(kinds, text)) {
    const kind = text as Kind;
    return {class: kinds[kind], kind};
  }
  const known = identifierClasses.find(one => one === text);
  return known === undefined ? null : {class: known, kind: null};
}

/** Tells the letters of the law from the other classes. */
export function isSafeHarborClass(value: IdentifierClass): value is SafeHarborClass {
  return value.length === 1;
}
