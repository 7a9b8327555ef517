import type {Column} from '@sluice/core';
import type {Profile} from './methods/method.ts';
import type {MethodName} from './methods/registry.ts';

/** What the name of a column makes one think of. A proposal: only a person can know. */
export interface Suggestion {
  /** The letter of the identifier in 45 CFR 164.514(b)(2)(i), or what else it may be. */
  readonly kind: string;
  readonly method: MethodName;
  /** Direct identifiers are left out of a limited data set too. */
  readonly direct: boolean;
}

export const BIRTH_DATE = 'C, birth date';

interface Hint {
  readonly words: RegExp;
  readonly kind: string;
  readonly method: MethodName;
  readonly direct?: false;
}

/** Tried in order, against the name in lower case with one blank between its words. */
const hints: readonly Hint[] = [
  {words: /\b(date of birth|birth ?dates?|birth ?days?|dobs?)\b|dateofbirth|birthdate|dob$/u, kind: BIRTH_DATE, method: 'year', direct: false},
  {words: /\b(date of death|death ?date|dod|admission|discharge)\b|dateofdeath/u, kind: 'C, date', method: 'year', direct: false},
  {words: /\b(first|last|middle|maiden|given|family|full|nick|sur|user|contact|person|patient|mother|father|twin|child)? ?names?\b|(first|last|middle|maiden|given|full|nick|sur)names?\b|\binitials?\b|\binit ?letter\b|^(mother|father)s? (first|last|maiden)/u, kind: 'A, name', method: 'drop'},
  {words: /\b(zip|zip ?codes?|post ?codes?|postal ?codes?)\b/u, kind: 'B, ZIP code', method: 'zip3', direct: false},
  {words: /\b(city|town|county)\b/u, kind: 'B, place', method: 'drop', direct: false},
  {words: /address|\b(street|addr|lat|latitude|lon|lng|longitude|geocode|tract ?code|census ?tract|precinct)\b/u, kind: 'B, address', method: 'drop'},
  {words: /phone|\b(tel|mobile|cell)\b/u, kind: 'D, telephone', method: 'drop'},
  {words: /\bfax/u, kind: 'E, fax', method: 'drop'},
  {words: /\be ?mails?\b/u, kind: 'F, e-mail', method: 'drop'},
  {words: /\bssn\b|social ?security/u, kind: 'G, social security number', method: 'drop'},
  {words: /\bmrn\b|medical ?record/u, kind: 'H, medical record', method: 'drop'},
  {words: /\b(insurance|beneficiary|member ?id|plan ?id)\b/u, kind: 'I, health plan', method: 'drop'},
  {words: /\b(account|iban|credit ?card)\b/u, kind: 'J, account', method: 'drop'},
  {words: /\b(licen[cs]e|passport|certificate)\b/u, kind: 'K, licence', method: 'drop'},
  {words: /\b(vin|license ?plate|plate ?number)\b/u, kind: 'L, vehicle', method: 'drop'},
  {words: /\b(device ?id|serial ?(no|number)|imei|mac ?address)\b/u, kind: 'M, device', method: 'drop'},
  {words: /\b(url|website|homepage)\b/u, kind: 'N, URL', method: 'drop'},
  {words: /\bip( ?address)?\b/u, kind: 'O, IP address', method: 'drop'},
  {words: /\b(fingerprint|voice ?print|retina)\b/u, kind: 'P, biometric', method: 'drop'},
  {words: /\b(photo|picture|portrait)s?\b/u, kind: 'Q, photograph', method: 'drop'},
  {words: /\b(password|passwd|secret|token)\b/u, kind: 'a secret', method: 'drop'},
  {words: /\b(comments?|notes?|remarks?|memo|free ?text|description|other)\b/u, kind: 'free text', method: 'drop', direct: false},
];

/** What a column may be, by its name and type; undefined when they say nothing. The method is one that the profile allows. */
export function suggestFor({name, type}: Column, profile: Profile | null = null): Suggestion | undefined {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/gu, ' ').replace(/[^\p{L}]+/gu, ' ').trim().toLowerCase();
  const hint = hints.find(one => one.words.test(words) && (one.kind !== 'free text' || type === 'text'));
  if (hint) {
    const method = hint.method !== 'year' ? hint.method : type === 'int' ? 'drop' : hint.kind === BIRTH_DATE && profile === 'safe-harbor' ? 'yearFloor90' : 'year';
    return {kind: hint.kind, method, direct: hint.direct ?? true};
  }
  switch (type) {
    case 'date': case 'timestamp': case 'timestamptz': return {kind: 'C, date', method: 'year', direct: false};
    case 'bytes': return {kind: 'bytes', method: 'drop', direct: false};
    case 'json': return {kind: 'a document', method: 'drop', direct: false};
    default: return /\bage\b|[a-z]age$/u.test(words) && !/\b(package|image|stage|page|usage|language|percentage|average|message|storage|voltage|dosage|marriage|village|garage|cottage|damage|manage|passage|courage)s?\b/u.test(words)
      ? {kind: 'C, age', method: 'age90', direct: false} : undefined;
  }
}
