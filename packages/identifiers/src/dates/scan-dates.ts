import type {Span} from '../classes.ts';
import {applyRules} from '../scan/rule.ts';
import {prepared, toSpans} from '../scan/spans.ts';
import type {Find} from '../scan/spans.ts';
import {wordsOf} from '../scan/words.ts';
import type {Word} from '../scan/words.ts';
import type {Normalised} from '../text/normalise.ts';
import {findAges} from './ages.ts';
import type {AgesToFind} from './ages.ts';
import {calendarRules} from './calendar-words.ts';
import {findNamedDates} from './named.ts';
import {numericRules} from './numeric.ts';

export interface DateOptions {
  /** Default `over89`. */
  readonly ages?: AgesToFind;
  /**
   * The day or year that ages are reckoned at, `2024` or `2024-05-01`. A year of birth goes when it shows an age over 89 then. Without it no year of birth can be judged, and
   * every one that stands alone goes.
   */
  readonly asOf?: string;
}

/**
 * Finds all elements of dates except years alone, and ages over 89: 45 CFR 164.514(b)(2)(i)(C). Days, months, weekdays, holidays, seasons and quarters of a year, week
 * numbers, times of day beside a date, in the usual writings of some forty languages. Durations, doses, readings, ratios, scores and weeks of pregnancy are no dates.
 * Spans are in order, do not overlap, and have offsets of the text given in. Linear in time.
 */
export function scanDates(text: string | Normalised, options: DateOptions = {}): readonly Span[] {
  const source = prepared(text);
  return toSpans(findDates(source.text, options), source);
}

/** The finds of dates and ages in normalised text, in no order. `words` are those of the text, where the caller has them. */
export function findDates(text: string, options: DateOptions, words: readonly Word[] = wordsOf(text)): Find[] {
  return [...applyRules([...numericRules, ...calendarRules], text), ...findNamedDates(text, words), ...birthDates(text, options), ...findAges(text, words, options.ages ?? 'over89')];
}

const birthLabel = /(?<!\p{L})(?:d\.?o\.?b\.?|date of birth|birth\s?-?date|birth\s?day|birth\s?-?year|year of birth|y\.?o\.?b\.?|born(?:\s(?:in|on|around|about|circa))?(?:\s(?:early|late|the year))?|b\.(?=\s?\d{4}\b)|nacid[oa] en|née? en|geboren(?: im Jahre?| in)?|geb\.|nat[oa] nel|nascid[oa] em)["']?\s{0,2}(?:is|was|[:=#-])?\s{0,3}["'(]?(?<value>\d{6,8}(?!\d)|\d{1,2}[ ./-]{1,3}\d{1,2}[ ./-]{1,3}\d{2,4}(?!\d)|(?:1[89]|20)\d{2}(?![\d/-]))/giu;
// Things that only people did who had an age then: with these a year far back shows an age, too.
const lifeEvent = /\b(?:married|widowed|graduated|served|enlisted|immigrated|emigrated|retired|drafted|veteran|since|class of|smok\w{1,4} since|born|war)\b[^\n.]{0,24}?\b(?<value>1[89]\d{2})(?![\d/-])/gi;

const bornSomewhere = /\bborn\b[^\n.;]{1,60}?\b(?<value>(?:1[89]|20)\d{2})(?![\d/-])/gi;

// Digits behind the label of a birth date are one in any writing; the year alone is looked at.
function birthDates(text: string, {asOf}: DateOptions): Find[] {
  const finds: Find[] = [];
  const reference = asOf === undefined ? undefined : Number(asOf.slice(0, 4));
  const oldest = reference === undefined ? undefined : reference - 90;
  const put = (match: RegExpExecArray): void => {
    const value = match.groups!['value']!;
    const at = match.index + match[0].length - value.length;
    const isYear = /^\d{4}$/.test(value);
    if (!isYear || oldest === undefined || Number(value) <= oldest) finds.push({start: at, end: at + value.length, kind: 'date.birth', rule: isYear ? 'birth-year' : 'birth-date', score: 0.95});
  };
  for (const match of text.matchAll(birthLabel)) put(match);
  for (const match of text.matchAll(bornSomewhere)) put(match);
  if (oldest === undefined) return finds;
  for (const match of text.matchAll(lifeEvent)) {
    if (Number(match.groups!['value']) <= oldest) put(match);
  }
  return finds;
}
