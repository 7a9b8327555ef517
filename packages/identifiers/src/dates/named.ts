import {before, isMeasured} from '../scan/around.ts';
import type {Find} from '../scan/spans.ts';
import type {Word} from '../scan/words.ts';
import {dateKind, folded, withTime} from './context.ts';
import {weekdays} from './weekdays.ts';
import {monthWord} from './months.ts';
import type {MonthWord} from './months.ts';

const ordinalWords = 'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[- ]first';
// Spanish and Portuguese letters of law write the day as a word: `dos de mayo`.
const romanceDays = 'primero|primeiro|uno?|dos|dois|tres|três|cuatro|quatro|cinco|seis|siete|sete|ocho|oito|nueve|nove|diez|dez|once|onze|doce|doze|trece|treze|catorce|quatorze|quince|quinze|diecis[eé]is|diecisiete|dieciocho|diecinueve|dezesseis|dezessete|dezoito|dezenove|veinte|vinte|veinti\\p{L}{3,6}|vinte e \\p{L}{2,6}|treinta|trinta|treinta y uno|trinta e um';
const day = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const suffix = String.raw`(?:\s?(?:st|nd|rd|th)\b|er\b|[ºª°]|(?:de|te|e|me|eme)\b|:a|:e|-?(?:го|е|ого)\b)?`;
const spelledYear = String.raw`(?:nineteen|twenty|two thousand|eighteen)(?:[ -](?:hundred|and|oh?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine)\b){1,4}`;
const year = String.raw`(?:(?:1[89]|20)\d{2}(?!\d)|['’]\d{2}(?!\d)|${spelledYear})`;
const weekday = String.raw`(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|monday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica|(?:segunda|ter[cç]a|quarta|quinta|sexta)(?:-feira)?|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)`;

// What may stand right before a month: `Monday, the 3rd of`, `3.`, `3-`, `2020-`, `2020 `, `June 3 to 7` is on the other side.
const dayBefore = new RegExp(String.raw`(?:(?<![\p{L}\d.,/:-])|(?<=[א-ת]-))(?:${weekday}\.?,?\s{1,2})?(?:the\s|el\s|le\s|am\s|den\s|dem\s|dne\s)?(?:${day}${suffix}\.?\s{0,2}(?:-|–|to|and|&|,|bis|al|au|a|y|et|und|e)\s{0,2}(?:the\s)?)?(?:${day}${suffix}|(?:the\s)?(?:${ordinalWords})|(?:${romanceDays})(?=\sde\s))\.?(?:\s?[-/., ]\s?|\s{1,3}|)(?:(?:day\s)?(?:of|de|di|d[’']|ng|do|da)\s?(?:the\smonth\sof\s)?)?$`, 'iu');
const yearBefore = /(?<![\p{L}\d.,/:-])(?:1[89]|20)\d{2}(?:\.\s?|[-/., ]\s?)$/u;
const afterMonth = new RegExp(String.raw`^\.?(?:(?:\s?[-/,. ]\s?|\s{0,3}(?:the\s)?)(?<day>${day}${suffix}|${ordinalWords})(?![\d]|[:/]\d|\.\d|,(?!(?:1[89]|20)\d{2}(?!\d))\d|\s?[ap]\.?m\b)(?:\s{0,2}(?:-|–|to|and|&|thru|through|or|until)\s{0,2}(?:the\s)?${day}${suffix}(?![\d/:]|[.]\d))?(?:(?:st|nd|rd|th)\b)?)?(?:(?:\s?[-/,.]\s?|\s{1,3}|,\s{1,2})(?:of\s|de\s|del\s|do\s|in\s|the year\s)?(?<year>${year})(?:\s?(?:г|р|d|m)\.|\sгода?(?!\p{L}))?)?`, 'iu');
const shortYear = /^\.?[-/ ]?\d{2}(?!\d|[:.,/]\d)/;
const compactYear = /^(?:(?:19|20)\d{2}|\d{2})(?![\d\p{L}])/u;
// Words before a month that stands alone.
const monthLead = /(?:\b(?:in|since|last|this|next|until|till|til|early|late|mid|of|from|through|thru|to|during|before|after|and|or|past|previous|around|starting|ending|between|on|for|month of|beginning of|end of|by|prior|circa)\b[\s-]{1,2}|[-–/&,]\s?)$/i;
// Months that are given names or verbs as well.
const ambiguous = new Set(['may', 'march', 'april', 'june', 'august', 'mar', 'jan', 'jun', 'aug', 'dec', 'sep']);
const strictLead = /\b(?:in|since|last|this|next|until|till|early|late|mid|during|end of|beginning of|(?:month|middle|weeks?|weekend|half|start|days?|morning|evening|night) of|through|past)\b[\s-]{1,2}$/i;

const englishWords = new Set(['ago', 'gen', 'hun', 'led', 'lip', 'lug', 'mac', 'nob', 'out', 'pro', 'rest', 'set', 'sty', 'sub']);
// Words before a month in lower case that is a name, a verb or an abbreviation as well, and a day after it.
const dayLead = /\b(?:on|since|until|till|from|by|dated|seen|last|visit|appt|due|before|after|of|through|thru|to|and)[\s:]{1,2}$/i;

/** Finds dates that name a month. */
export function findNamedDates(text: string, words: readonly Word[]): Find[] {
  const finds: Find[] = [];
  let done = 0;
  for (const word of words) {
    const month = monthWord(word.lower);
    if (month === undefined || word.start < done) continue;
    const range = dateAround(text, word, month, done);
    if (range === null) continue;
    const [start, end] = withTime(text, ...range);
    finds.push({start, end, kind: dateKind(before(text, start)), rule: 'date-month', score: 0.95});
    done = end;
  }
  return finds;
}

// `done` is where the date before ends: its day is not this one's, `Jan 2-Jan 9`.
function dateAround(text: string, word: Word, month: MonthWord, done: number): readonly [start: number, end: number] | null {
  const lead = text.slice(Math.max(0, word.start - 48), word.start);
  const rest = text.slice(word.end, word.end + 64);
  const isCapital = text[word.start] !== text[word.start]!.toLowerCase();
  const isUpper = isCapital && word.lower.length > 1 && text.slice(word.start, word.end) === word.lower.toUpperCase();
  const dayMatch = dayBefore.exec(text.slice(Math.max(done, word.start - 48), word.start));
  const yearMatch = dayMatch === null ? yearBefore.exec(lead) : null;
  const tail = afterMonth.exec(rest)!;
  let {day: later, year: then} = tail.groups as {day?: string; year?: string};
  let end = word.end + tail[0].length;
  // `May 5 mg`: a dose after a verb.
  if (later !== undefined && then === undefined && isMeasured(rest.slice(tail[0].length))) {
    later = undefined;
    end = word.end;
  }
  let start = word.start;
  let hasDay = later !== undefined;
  // A day before the month and another number after it: that one is the year.
  if (dayMatch !== null) {
    start = word.start - dayMatch[0].length + (/^\s+/.exec(dayMatch[0])?.[0].length ?? 0);
    hasDay = true;
    if (then === undefined) {
      const compact = (dayMatch[0].endsWith(' ') ? null : compactYear.exec(rest)) ?? shortYear.exec(rest);
      if (compact !== null && !isMeasured(rest.slice(compact[0].length))) {
        end = word.end + compact[0].length;
        then = compact[0];
      } else if (later !== undefined) {
        // `3 May 12 mg` never; `on 3 May 10 patients` keeps its ten.
        end = word.end;
      }
    }
  } else if (yearMatch !== null) {
    start = word.start - yearMatch[0].length;
    then ??= yearMatch[0];
  } else if (then === undefined && later === undefined && /[-/']\d{2}(?!\d)/.test(rest.slice(0, 4))) {
    // `Apr-20`, `Apr/20`: month and short year.
    const short = /^\.?\s?[-/'’]\s?\d{2}(?!\d)/.exec(rest);
    if (short !== null) {
      end = word.end + short[0].length;
      then = short[0];
    }
  }
  // What else belongs to it on the left: `2019. gada 14. oktobris`, `Sun Sep 22`, `tirsdag den 14. maj`.
  if (hasDay || then !== undefined) start = withBeginning(text, start);
  const trimmedEnd = end - (/[\s,.\-/]+$/.exec(text.slice(word.end, end))?.[0].length ?? 0);
  const found = [start, withEnding(text, Math.max(trimmedEnd, word.end))] as const;
  switch (month) {
    // An abbreviation's full stop and a year do for a day: `févr. 2019`. At the end of an English sentence it may be an English word.
    case 'foreignShort': {
      if (then === undefined) return null;
      const abbreviated = !isUpper && (isCapital || !englishWords.has(word.lower)) && /^\.\s?(?:19|20)\d{2}(?!\d)/.test(rest);
      return hasDay && (dayMatch !== null || isCapital) || abbreviated ? found : null;
    }
    case 'foreign': return hasDay || then !== undefined ? found : null;
    case 'short':
    case 'name': {
      const explicit = then !== undefined || dayMatch !== null && !/^\d{1,2}\s?$/.test(dayMatch[0]) || later !== undefined && /\D/.test(later);
      // A bundle of quality measures, not the first of September.
      if (isUpper && word.lower === 'sep' && /^-1(?!\d)/.test(rest)) return null;
      if (hasDay || then !== undefined) return explicit || isCapital || !ambiguous.has(word.lower) || dayMatch !== null && word.lower !== 'may' || later !== undefined && (/^(?:jan|jun|aug)$/.test(word.lower) || dayLead.test(lead)) ? found : null;
      return (isCapital || month === 'name' && !ambiguous.has(word.lower) && strictLead.test(lead)) && standsAlone(lead, rest, word, month, isUpper) ? [word.start, word.end] : null;
    }
  }
}

const yearFirst = /(?<![\p{L}\d.,/:-])(?:1[89]|20)\d{2}\.?\s(?:gada|m\.|оны)\s$/u;
const dayFirst = /(?<![\p{L}\p{M}])(?:(?:segunda|ter[cç]a|quarta|quinta|sexta)-)?([\p{L}\p{M}]{2,16}),?\.?\s{1,2}(?:den\s|dem\s|the\s|el\s|le\s|dne\s)?$/iu;

function withBeginning(text: string, start: number): number {
  const lead = text.slice(Math.max(0, start - 32), start);
  const year = yearFirst.exec(lead);
  if (year !== null) return start - year[0].length;
  const name = dayFirst.exec(lead);
  return name !== null && weekdays.has(folded(name[1]!)) ? start - name[0].length : start;
}

// A weekday after: `14 Eylül 2019 Cumartesi`. Short names are words of their own.
const dayLast = /^\.?,?\s([\p{L}\p{M}]{5,16})(?![\p{L}\p{M}])/u;

function withEnding(text: string, end: number): number {
  const name = dayLast.exec(text.slice(end, end + 24));
  return name !== null && weekdays.has(folded(name[1]!)) ? end + name[0].length : end;
}

// A month without day and year: an element of a date all the same.
function standsAlone(lead: string, rest: string, word: Word, month: MonthWord, isUpper: boolean): boolean {
  if (/^['’]s\s\p{L}/u.test(rest) || /^\s(?:\p{Lu}\p{Ll}+)/u.test(rest) && ambiguous.has(word.lower)) return false;
  if (month === 'short') return !isUpper && strictLead.test(lead) && !/^\p{L}/u.test(rest);
  return ambiguous.has(word.lower) ? strictLead.test(lead) || monthLead.test(lead) && /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s{0,2}(?:and|or|to|through|-|–|,)\s{0,2}$/i.test(lead) : true;
}
