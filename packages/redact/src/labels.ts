import type {IdentifierClass, Span} from '@sluice/identifiers';

const byKind: Readonly<Record<string, string>> = {
  'name.employer': 'ORGANIZATION', 'name.user': 'USER', 'geo.street': 'ADDRESS', 'geo.zip': 'ZIP', 'geo.coordinates': 'COORDINATES', 'geo.facility': 'FACILITY', age: 'AGE',
};
const byClass: Readonly<Partial<Record<IdentifierClass, string>>> = {
  A: 'NAME', B: 'LOCATION', C: 'DATE', D: 'PHONE', E: 'FAX', F: 'EMAIL', G: 'SSN', H: 'MRN', I: 'PLAN', J: 'ACCOUNT', K: 'LICENSE', L: 'VEHICLE', M: 'DEVICE', N: 'URL', O: 'IP', P: 'BIOMETRIC', Q: 'PHOTO', R: 'ID',
};

/** What is put in the place of a find: `[NAME]`, `[DATE]`, `[ADDRESS]` and so on, by its kind. The same for every person and value, so that it tells nothing. */
export function labelOf(span: Span): string {
  return `[${(span.kind === null ? undefined : byKind[span.kind]) ?? byClass[span.class] ?? 'REMOVED'}]`;
}
