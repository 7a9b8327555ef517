import {
  isCanadianPostcode, isCard, isCoordinates, isDea, isEmail, isIban, isImei, isIp, isMac, isMbi, isNationalInsuranceNumber, isNpi, isPhone, isSsn, isUdi, isUkPostcode, isUrl, isUuid, isVin, isWallet, isZip, scanIdentifiers,
} from '@sluice/identifiers';
import type {IdentifierClass, Kind} from '@sluice/identifiers';
import {classOfKind} from '@sluice/identifiers';
import type {Evidence} from '../proposal.ts';
import {share} from './column-values.ts';
import type {ColumnValues} from './column-values.ts';
import {readNames} from './read-names.ts';

/** A test of single values, and what it says when most values pass. */
interface ValueTest {
  readonly kind: Kind;
  readonly class?: IdentifierClass;
  readonly what: string;
  readonly holds: (value: string) => boolean;
  /** The part of the values that has to pass: high where numbers pass by chance. */
  readonly least: number;
  /** With all values passing. */
  readonly score: number;
}

const DIGITS = /^\d+$/;
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[- ]\p{L}{3,9}\.?[- ,]+\d{2,4}|\p{L}{3,9}\.? \d{1,2},? \d{4})(?:[T ,].{0,30})?$/u;
const COMPACT_DATE = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const STREET = /^(?:\d{1,6}[A-Za-z]?(?:[-/]\d{1,5})?,? (?:\S+ ){0,6}\S*\p{L}\S*$|(?:p\.?\s?o\.?|post office) ?box \d)|\p{L}{3,}(?:straße|strasse|str\.|weg|gasse|platz|allee) ?\d/iu;
const separated = (value: string) => /[-().+ /]/.test(value);

/* Tests whose values cannot be anything else ask for half of the column, since columns are dirty; those that a number passes by chance ask for nearly all of it. */
const tests: readonly ValueTest[] = [
  {kind: 'email', what: 'e-mail addresses', holds: isEmail, least: 0.3, score: 0.98},
  {kind: 'ssn', what: 'social security numbers', holds: value => separated(value) && isSsn(value), least: 0.5, score: 0.96},
  {kind: 'ssn', what: 'numbers with the areas of social security numbers', holds: value => DIGITS.test(value) && isSsn(value), least: 0.97, score: 0.6},
  {kind: 'ssn', what: 'national insurance numbers', holds: isNationalInsuranceNumber, least: 0.6, score: 0.93},
  {kind: 'ip', what: 'IP addresses', holds: isIp, least: 0.5, score: 0.95},
  {kind: 'device', what: 'MAC addresses', holds: isMac, least: 0.5, score: 0.95},
  {kind: 'url', what: 'web addresses', holds: value => isUrl(value), least: 0.3, score: 0.93},
  {kind: 'account', what: 'IBANs', holds: isIban, least: 0.5, score: 0.96},
  {kind: 'account', what: 'wallet addresses', holds: isWallet, least: 0.5, score: 0.85},
  {kind: 'account', what: 'numbers with the check digit of payment cards', holds: isCard, least: 0.9, score: 0.92},
  {kind: 'device', what: 'numbers with the check digit of IMEIs', holds: isImei, least: 0.9, score: 0.85},
  {kind: 'device', what: 'unique device identifiers', holds: isUdi, least: 0.5, score: 0.93},
  {kind: 'plan', what: 'Medicare beneficiary identifiers', holds: isMbi, least: 0.6, score: 0.95},
  {kind: 'vehicle', what: 'vehicle identification numbers', holds: isVin, least: 0.6, score: 0.95},
  {kind: 'licence', what: 'DEA registration numbers', holds: isDea, least: 0.7, score: 0.9},
  {kind: 'licence', class: 'provider', what: 'numbers with the check digit of NPIs', holds: isNpi, least: 0.95, score: 0.8},
  {kind: 'phone', what: 'telephone numbers', holds: value => separated(value) && /\d{3,}/.test(value) && !DATE.test(value) && !isIp(value) && isPhone(value), least: 0.5, score: 0.93},
  {kind: 'phone', what: 'digits that can be telephone numbers', holds: value => /^\d{10,12}$/.test(value) && isPhone(value), least: 0.9, score: 0.6},
  {kind: 'geo.zip', what: 'ZIP codes', holds: value => isZip(value) && (value.length > 5 || DIGITS.test(value)), least: 0.95, score: 0.55},
  {kind: 'geo.zip', what: 'ZIP+4 codes', holds: value => /^\d{5}-\d{4}$/.test(value), least: 0.3, score: 0.92},
  {kind: 'geo.zip', what: 'post codes', holds: value => isUkPostcode(value) || isCanadianPostcode(value), least: 0.6, score: 0.92},
  {kind: 'geo.coordinates', what: 'pairs of coordinates', holds: isCoordinates, least: 0.6, score: 0.9},
  {kind: 'geo.street', what: 'street addresses', holds: value => value.length < 120 && STREET.test(value) && value.split(' ').length >= 2, least: 0.5, score: 0.88},
  {kind: 'date.other', what: 'dates', holds: value => DATE.test(value), least: 0.5, score: 0.88},
  {kind: 'date.other', what: 'dates without separators', holds: value => COMPACT_DATE.test(value), least: 0.95, score: 0.75},
  {kind: 'other', what: 'UUIDs', holds: isUuid, least: 0.5, score: 0.85},
  {kind: 'photo', what: 'pictures in base64', holds: value => value.startsWith('data:image/'), least: 0.3, score: 0.9},
];

/** From so many words on, a text is prose. */
const PROSE_WORDS = 6;

/** What the values of a column say, the strongest first. Reasons name kinds and shares, never a value. */
export function readValues({distinct, seen, allNumbers, someBytes}: ColumnValues): Evidence[] {
  const found: Evidence[] = [];
  const say = (letter: IdentifierClass, kind: Kind | null, score: number, reason: string) => found.push({class: letter, kind, score, reason, from: 'values'});
  if (distinct.length > 0) {
    for (const {kind, class: other, what, holds, least, score} of tests) {
      const part = share(distinct, holds);
      if (part < least) continue;
      // Few values prove little.
      const trust = distinct.length >= 5 ? 1 : 0.9;
      say(other ?? classOfKind(kind), other === undefined ? kind : null, score * trust * (0.75 + 0.25 * part), `${percent(part)} of the values seen are ${what}`);
    }
    if (!allNumbers) found.push(...readNames(distinct), ...readProse(distinct, seen), ...readCodes(distinct, seen));
  }
  if (someBytes) say('blob', null, 0.7, 'the values are bytes');
  return found.toSorted((a, b) => b.score - a.score);
}

function readProse(distinct: readonly string[], seen: number): Evidence[] {
  const lengths = distinct.map(value => value.split(/\s+/, 60).length).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)]!;
  const long = share(distinct, value => value.split(/\s+/, PROSE_WORDS).length >= PROSE_WORDS);
  const varied = distinct.length / seen;
  if (long >= 0.3) {
    // Long texts that come again and again are those of a list of codes, or answers that were copied.
    const score = median >= PROSE_WORDS ? 0.9 : 0.75;
    return [{class: 'freeText', kind: null, score: varied > 0.3 ? score : score - 0.3, reason: `${percent(long)} of the values seen have ${PROSE_WORDS} words or more`, from: 'values'}];
  }
  // Short texts that hold identifiers now and then are free text, too: somebody typed what came to mind.
  const holding = share(distinct.slice(0, 100), value => value.includes(' ') && scanIdentifiers(value).some(span => span.class.length === 1 && span.score >= 0.7 && span.end - span.start < value.length));
  if (holding >= 0.05) return [{class: 'freeText', kind: null, score: 0.6, reason: `${percent(holding)} of the values seen hold identifiers in other text`, from: 'values'}];
  return [];
}

/** Codes of one shape that hardly repeat: a number of somebody or something. */
function readCodes(distinct: readonly string[], seen: number): Evidence[] {
  if (distinct.length < 10 || distinct.length < 0.95 * seen) return [];
  const codes = share(distinct, value => /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9_/.-]{4,63}$/.test(value) && !/^\d+\.\d+$/.test(value) && !DATE.test(value));
  const shapes = new Set(distinct.map(value => value.replaceAll(/\d/g, '9').replaceAll(/\p{Lu}/gu, 'A').replaceAll(/\p{Ll}/gu, 'a')));
  if (codes < 0.95) return [];
  const alike = shapes.size <= 3;
  return [{class: 'R', kind: 'other', score: alike ? 0.6 : 0.5, reason: `the values seen are codes${alike ? ' of one shape' : ''} that do not repeat`, from: 'values'}];
}

export const percent = (part: number): string => `${Math.round(part * 100)} %`;
