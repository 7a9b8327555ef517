import {readClass, type IdentifierClass} from '@sluice/identifiers';

const ofLetter: Readonly<Record<IdentifierClass, string>> = {
  A: 'NAME', B: 'LOCATION', C: 'DATE', D: 'PHONE', E: 'FAX', F: 'EMAIL', G: 'SSN', H: 'MRN', I: 'PLAN', J: 'ACCOUNT', K: 'LICENCE', L: 'VEHICLE', M: 'DEVICE', N: 'URL', O: 'IP',
  P: 'BIOMETRIC', Q: 'PHOTO', R: 'ID', quasi: 'REMOVED', sensitive: 'REMOVED', provider: 'PROVIDER', freeText: 'TEXT', secret: 'SECRET', blob: 'FILE', 'key.surrogate': 'KEY', none: 'REMOVED',
};

const ofKind: Readonly<Record<string, string>> = {age: 'AGE', 'name.employer': 'EMPLOYER', 'name.user': 'USER', 'geo.street': 'ADDRESS', 'geo.zip': 'ZIP', 'geo.facility': 'FACILITY'};

/** The word for what was taken out, for a class or kind that a policy names; undefined for any other text. */
export function labelOfClass(text: string): string | undefined {
  const known = readClass(text);
  return known === null ? undefined : ofKind[text] ?? ofLetter[known.class];
}
