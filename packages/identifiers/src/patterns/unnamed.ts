import {after, before, isCoded, isMeasured, isVersioned} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import type {Find} from '../scan/spans.ts';
import {isRoutingNumber} from '../validators/account.ts';
import {isDea} from '../validators/health.ts';

// Numbers and codes that nothing names. What has this many digits in a text about a person and is no measurement, no date and no public code is somebody's number.

const socialWord = /(?:\bssn?\b|\bsocial\b|\bsoc sec\b|\btax(?:payer)? id\b|\bitin\b)[^\n]{0,40}$/i;
const bankWord = /\b(?:routing|aba|rtn|bank|transit)\b[^\n]{0,30}$/i;

function runVerdict(match: RegExpExecArray, text: string): boolean | Partial<Find> {
  const digits = match[0];
  const lead = before(text, match.index, 60);
  if (isCoded(lead.slice(-40)) || isMeasured(after(text, match.index + digits.length)) || /0{4,}$/.test(digits)) return false;
  if (digits.length === 9 && socialWord.test(lead)) return {kind: 'ssn', score: 0.95};
  if (digits.length === 9 && isRoutingNumber(digits) && bankWord.test(lead)) return {kind: 'account', score: 0.9};
  return true;
}

// Prefixes of things that have numbers in public: genes' variants, trials, standards, weaknesses of software.
const publicToken = /^(?:rs|nct|isrctn|cve|cwe|iso|iec|rfc|ansi|din|astm|cfr|icd|cpt|hcpcs|ndc|loinc|snomed|pmid|pmc|doi|omim|orpha|mondo|hgnc|ensg|enst|ensp|hp|chebi|chembl|gse|gsm|srr|uspstf|hla|covid|sars|fy|q[1-4])[-_:]?\d/i;
// Stages, spinal levels and other chains of short letter-number pairs.
const chained = /^(?:[yrapc]{0,3}T(?:is|x|\d)[a-d]?(?:N(?:x|\d)[a-c]?)?(?:M(?:x|\d)[a-c]?)?.{0,6}|(?:[CTLSGPAVDR]\d{1,2}[-]?){2,})$/i;
// A classification's code without its point, with the letter that ICD-10-CM puts at the seventh place.
const diagnosis = /^[A-TV-Z]\d[\dAB][\dA-Z]{2,3}[ADGKPS]$/;
const month = /(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

function tokenVerdict(match: RegExpExecArray, text: string): boolean | number | Partial<Find> {
  const token = match[0];
  const digits = token.replaceAll(/\D/g, '');
  const letters = token.replaceAll(/[^A-Za-z]/g, '');
  if (letters === '' || digits.length < 3) return false;
  if (publicToken.test(token) || chained.test(token) || diagnosis.test(token) || isCoded(before(text, match.index)) || isVersioned(before(text, match.index, 16))) return false;
  if (/10\.\d{4,9}\/\S{0,20}$/.test(before(text, match.index))) return false;
  // A measurement with its unit, a dose or a time glued to it.
  const [, figures = '', unit = ''] = /^(\d[\d-]*?)([A-Za-z].*)$/.exec(token) ?? [];
  if (unit !== '' && (isMeasured(unit) || (/^\d+$/.test(figures) && /^(?:st|nd|rd|th|am|pm|hrs?|x)$/i.test(unit)))) return false;
  const groups = token.match(/\d+/g) ?? [];
  const longest = Math.max(...groups.map(group => group.length));
  // Compounds of ordinary words: `2019-2020-season`, `12-month-follow-up`.
  if (/(?<![A-Za-z])[a-z]{4,}(?![A-Za-z])/.test(token) && longest <= 4) return false;
  if (month.test(letters) && letters.length <= 9 && /^\d{1,2}-?[A-Za-z]+-?\d{2,4}$/.test(token)) return false;
  if (digits.length >= 5) return isDea(token) ? {kind: 'licence', score: 0.95} : 0.75;
  // Fewer digits: a code only if letters and digits change often, as in confirmation codes; a word and a number do not.
  const changes = token.replaceAll(/[^A-Za-z\d]/g, '').match(/[A-Za-z]+|\d+/g)?.length ?? 0;
  return digits.length >= 3 && token.length >= 8 && changes >= 4 && letters === letters.toUpperCase() && !/^\d{1,2}[A-Z]/.test(token) && 0.55;
}

function hyphenVerdict(match: RegExpExecArray, text: string): boolean {
  const groups = match[0].split(/[-_]/);
  const digits = groups.join('').length;
  if (digits < 7 || (digits === 7 && groups.length < 3)) return false;
  if (isCoded(before(text, match.index)) || isMeasured(after(text, match.index + match[0].length))) return false;
  // Steps of a ladder and ranges are round, or run from one year to the next.
  if (groups.every(group => Number(group) % 10 === 0 || /^(?:19|20)\d{2}$/.test(group))) return false;
  const [first = '', second = ''] = groups;
  const range = groups.length === 2 && first.length === second.length && first < second && (first.endsWith('0') || second.endsWith('0') || /\b(?:range|between|from|ref|pp?|pages?)\b[^\n]{0,12}$/i.test(before(text, match.index, 24)));
  return !range;
}

/** Counting up or down, and the same figure again and again, is a scale. */
const isNoScale = (digits: readonly number[]): boolean => new Set(digits.slice(1).map((digit, i) => digit - digits[i]!)).size >= 3;

const figures = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const figure = [...figures, 'oh', 'o', 'nought', 'double', 'triple'].join('|');

export const unnamedRules: readonly PatternRule[] = [
  {name: 'number-long', kind: 'other', score: 0.6, pattern: /(?<![\w+\-$€£%]|\d[.,/])\d{7,64}(?![\w]|[.-]\d|,\d{1,2}(?!\d)|%)/g, accept: runVerdict},
  {name: 'number-hyphens', kind: 'other', score: 0.65, pattern: /(?<![\w.,+\-/$])\d{1,14}(?:[-_]\d{1,14}){1,6}(?![\w-]|[.,]\d|%)/g, accept: hyphenVerdict},
  {name: 'code', kind: 'other', score: 0.75, pattern: /(?<![\w@&-])(?=[A-Za-z_-]{0,24}\d)[A-Za-z\d][\w-]{4,254}[A-Za-z\d](?![\w-]|[.]\d)/g, accept: tokenVerdict},
  {
    // Figures spelt out one by one: `4 1 2 - 6 8 - 3 3 0 5`.
    name: 'number-spelt',
    kind: 'other',
    score: 0.7,
    pattern: /(?<![\w.,] ?)\d(?: \d| ?[-./] ?\d){6,18}(?! ?\d|\w|[.,]\d)/g,
    accept: (match, text) => {
      const digits = match[0].replaceAll(/\D/g, '');
      if (!isNoScale(Array.from(digits, Number))) return false;
      if (digits.length === 9 && socialWord.test(before(text, match.index, 60))) return {kind: 'ssn', score: 0.95};
      return digits.length === 10 || digits.length === 11 ? {kind: 'phone', score: 0.75} : true;
    },
  },
  {
    // Figures dictated in words: "five one oh, five five five, one two three four".
    name: 'number-words',
    kind: 'other',
    score: 0.7,
    pattern: new RegExp(String.raw`(?<![\p{L}\p{N}-])(?:${figure})(?:[ ,.-]{1,3}(?:${figure})){6,18}(?![\p{L}\p{N}])`, 'giu'),
    accept: match => isNoScale((match[0].toLowerCase().match(/[a-z]+/g) ?? []).map(word => Math.max(0, figures.indexOf(word)))),
  },
  {
    // `#` and a number with nothing before: `#44821`.
    name: 'number-sign',
    kind: 'other',
    score: 0.65,
    pattern: /(?<![\w#&])#\s?(?:[A-Z]{1,4}-?)?\d{4,20}(?:-\d{1,8}){0,3}(?![\w]|[.,]\d)/g,
    accept: (match, text) => !match[0].endsWith('00') && !isMeasured(after(text, match.index + match[0].length)) && !/(?:disp|dispense|qty|quantity|count)\W{0,4}$/i.test(before(text, match.index, 16)) && {start: match.index + 1},
  },
];
