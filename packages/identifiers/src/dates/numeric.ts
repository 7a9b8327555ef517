import {after, before, isCoded, isMeasured, isVersioned} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import type {Find} from '../scan/spans.ts';
import {dateKind, withTime, withWeekday} from './context.ts';

const year = (text: string): boolean => /^(?:1[89]|20)\d{2}$/.test(text);
const month = (text: string): boolean => Number(text) >= 1 && Number(text) <= 12;
const day = (text: string): boolean => Number(text) >= 1 && Number(text) <= 31;
/** Month and day in either order. */
const monthAndDay = (a: string, b: string): boolean => (month(a) && day(b)) || (day(a) && month(b));

function dated(match: RegExpExecArray, text: string, score: number): Partial<Find> {
  const [start, end] = withTime(text, withWeekday(text, match.index), match.index + match[0].length);
  return {start, end, kind: dateKind(before(text, start)), score};
}

// A word or sign before that only a date follows.
const dateLead = /(?:\b(?:on|yesterday|today|tomorrow|tonight|morning|afternoon|evening|night|noon|since|until|till|til|before|after|dated?|dates|dob|born|due|admit(?:ted)?|admission|adm|discharged?|dc'?d?|d\/c|seen|visit|visits|visited|surgery|surgeries|started?|starting|begins?|began|beginning|ends?|ended|ending|through|thru|labs?|appt|appointment|appts|f\/u|follow-?up|from|returned|returns?|scheduled|rescheduled|done|performed|last|next|week of|as of|effective|eff|exp|shot|booster|vaccin\w{1,6}|immuni[sz]\w{2,6}|infusion|transfusion|mammogram|colonoscopy|dialysis|cxr|[em]kg|ecg|mri|expires|drawn|collected|received|signed|dictated|transcribed|updated|mon|tues?|wed|thur?s?|fri|sat|sun|\w{3,6}day|lmp|edd|edc|dos|doa|dod|vom|am|le|el|del|dal|den|seit|bis|du|au|desde|hasta|note|by|between|closed|opened|added|given|gave|placed|removed|inserted|extubated|intubated|switched|ordered|read|resulted|reported|consulted|delivered|passed|died|resolved|filed|called|rescheduled for|moved to)\b\s?[:#,.]?\s{0,2}\(?|[(@]|(?:^|\n)[\s*•-]{0,4})$/i;
// What has two small numbers and a slash without being a date: scales, strength, vision, murmurs, ratios, doses.
const scaleBefore = /(?:\b(?:pain|scale|score[sd]?|scoring|strength|motor|power|vision|visual|acuity|va|od|os|ou|murmur|grade|graded|gleason|gcs|apgars?|mmse|moca|phq|gad|rass|reflex(?:es)?|dtrs?|pulses?|edema|snellen|epds|nihss|madrs|slums|tinetti|barthel|oswestry|odi|ndi|flacc|ciwa|cage|pip|peep|bipap|cpap|ipap|simv|berg|severity|intensity|rated?|rating|reported as|bp|pressure|systolic|epworth|braden|morse|ratio|fraction|out of|station|dilated|effac\w*|cup|jackson|mallampati|nodes?|lymph|cores?|criteria|orient\w*|bishop|sofa|curb|centor|wells|positive|x|times|[ap]\/[ap]|liter|phase|stage|part|page|step|dose|cycle|session|of|every|q|take|taking|took|give|half|about|approximately|~|≥|≤|>|<|=|kps|ecog|borg|mrc)\b|[~≥≤><=+])(?:[^\n\d]{0,16}|[^\n]{0,6})$/i;
const scaleAfter = /^\s{0,2}(?:%|'|-?\s?(?:inch(?:es)?|(?:lymph |sentinel |axillary |pelvic )nodes?|tabs?|tablets?|tsp|tbsp|cups?|pills?|dose|doses|pack|ppd|ns|normal saline|strength|pain|murmur|systolic|diastolic|sem|hsm|in (?:severity|intensity|pain|strength)|throughout|bilat|b\/l|of\b|criteria|correct|positive|nodes?|cores?|nl|power|at rest|with (?:movement|activity|ambulation)|severity|intensity|scale|points?|reflex(?:es)?|pulses?|the\b|hours?|hr|days?|weeks?|months?|years?|mile|price|to \d{1,2}\/10\b)|(?:\s|\()(?:pain|sharp|dull|aching|sob|headache)|mm|cm|mg|ml|mcg|g\b|l\b|\/\d)/i;
const denominators = new Set(['5', '6', '10']);

function slashVerdict(match: RegExpExecArray, text: string): false | Partial<Find> {
  const [, a = '', b = ''] = match;
  // `24/7` is always.
  if (!monthAndDay(a, b) || match[0] === '24/7') return false;
  const lead = before(text, match.index, 40);
  const rest = after(text, match.index + match[0].length, 32);
  if (scaleAfter.test(rest) || isMeasured(rest) || (rest.startsWith('"') && /^(?:2|4|8)$/.test(b))) return false;
  const wordBefore = lead.replace(/\d{1,2}\/\d{1,2}\s?(?:-|–|to|and|,|&)\s?$/, '');
  if (dateLead.test(wordBefore)) {
    // "by 1/2" and "last 3/4" are parts of a whole; a line that begins with `5/5` or `4/5` is a finding.
    if (/\b(?:by|last|from|after)\s$/i.test(wordBefore) && /^(?:1\/2|1\/3|2\/3|1\/4|3\/4)$/.test(match[0]) && /^\s(?:a|an|in|its|dose)\b/.test(rest)) return false;
    if (/(?:^|\n)[\s*•-]{0,4}$|[(]$/.test(wordBefore) && (denominators.has(b) && Number(a) <= Number(b) || a === b) && !/^\s{0,2}[:)-]/.test(rest)) return false;
    return dated(match, text, 0.85);
  }
  if (scaleBefore.test(lead) || scaleBefore.test(wordBefore)) return false;
  // `PSA: 1/10 4.2, 4/12 5.1`: a row of days, each with what was measured on it.
  if (/^\s\d{1,4}(?:\.\d{1,3})?%?[,;]\s\d{1,2}\/\d{1,2}\s\d/.test(rest) || /\d{1,2}\/\d{1,2}\s\d{1,4}(?:\.\d{1,3})?%?[,;]\s$/.test(lead)) return dated(match, text, 0.65);
  // Sharpness of sight, at six metres or twenty feet.
  if (/^(?:6|20)$/.test(a) && /\b(?:vision|visual|acuity|snellen|va)\b/i.test(lead)) return false;
  // Leading zeros are only written in dates; a second number over twelve that is no usual denominator neither.
  if (/^0\d/.test(a) || /^0\d/.test(b)) return dated(match, text, 0.8);
  if (Number(b) > 12 || Number(a) > 12) return dated(match, text, 0.7);
  // Both small, and nothing said: a date only where something else belongs to a date.
  return /^\s?:\s/.test(rest) || /^\s{0,2}(?:at|@|-|–|to|and|&|,)?\s?(?:\d{1,2}:\d{2}|\d{1,2}\s?[ap]m\b|\d{1,2}\/\d{1,2}\b(?!\/))/i.test(rest) || /^\s(?:visit|appt|appointment|labs?|admission|clinic|mri|ct|echo|note|surgery|procedure|exam|scan|biopsy|colonoscopy)\b/i.test(rest)
    || /\d{1,2}\/\d{1,2}(?:\/\d{2,4})?\s?(?:-|–|to|and|,|&|thru|through)\s?$/i.test(lead)
    ? dated(match, text, 0.65) : false;
}

export const numericRules: readonly PatternRule[] = [
  {
    // Names of files have `_` beside a date, or in it; `log2020-08-15` has a blank less than it should.
    name: 'date-iso',
    kind: 'date.other',
    score: 0.97,
    pattern: /(?<![\d.])((?:1[89]|20)\d{2})(\s?[-/._]\s?)(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)/g,
    accept: (match, text) => {
      const [, , separator, a = '', b = ''] = match;
      return monthAndDay(a, b) && (separator === '-' || !/\p{L}$/u.test(before(text, match.index, 1))) && dated(match, text, 0.97);
    },
  },
  {
    name: 'date-compact',
    kind: 'date.other',
    score: 0.8,
    pattern: /(?<![^\W_]|[.,#+-])(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{4}(?:\d{2})?(?:\.\d{1,6})?Z?(?:[+-]\d{4})?)?|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d{2}|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2})(?![^\W_]|[.,-]\d)/g,
    accept: (match, text) => {
      const lead = before(text, match.index);
      if (isCoded(lead)) return false;
      // `20190711 0830`: after a day in figures without separators the time has none either.
      const end = match.index + match[0].length;
      const time = /^[ _](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?![\w]|[.,]\d)/.exec(after(text, end));
      if (time !== null && !isMeasured(after(text, end + time[0].length))) return {kind: dateKind(lead), end: end + time[0].length};
      return {kind: dateKind(lead), end: withTime(text, match.index, end)[1]};
    },
  },
  {
    // A hyphen and another date may follow, `1/3/18-1/9/18`.
    name: 'date-numeric',
    kind: 'date.other',
    score: 0.95,
    pattern: /(?<![^\W_]|\/|\d[.-](?<![/.](?:\d{2}|\d{4})-))(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?((?:1[89]|20)\d{2}|['’]?\d{2})(?![^\W_]|\/\d|-\d(?!\d?[/.]\d)|\.\d)/g,
    accept: (match, text) => {
      const [all, a = '', separator = '', b = '', c = ''] = match;
      const valid = monthAndDay(a, b) || (/^\d{2}$/.test(c) && (monthAndDay(b, c) && a.length === 2));
      if (!valid) return false;
      const full = year(c);
      // Dotted numbers of one figure each are versions and sections, not days.
      if (!full && separator.includes('.') && (a.length < 2 || b.length < 2) && !dateLead.test(before(text, match.index))) return false;
      if (!full && (isVersioned(before(text, match.index, 16)) || isMeasured(after(text, match.index + all.length)))) return false;
      return dated(match, text, full ? 0.97 : 0.9);
    },
  },
  {
    name: 'date-slashed-mixed',
    kind: 'date.other',
    score: 0.9,
    pattern: /(?<![\w/.-])(\d{1,2})[/.-](\d{1,2})[/.-]((?:1[89]|20)\d{2}|\d{2})(?![\w/]|[.-]\d)/g,
    accept: (match, text) => {
      const [, a = '', b = '', c = ''] = match;
      return monthAndDay(a, b) && year(c) && dated(match, text, 0.9);
    },
  },
  {
    // A blank forgotten: `Seen7/14/16by`. Only with slashes, which nothing else has twice between letters.
    name: 'date-glued',
    kind: 'date.other',
    score: 0.85,
    pattern: /(?<![\d/.])(\d{1,2})\/(\d{1,2})\/((?:1[89]|20)\d{2}|\d{2})(?![\d/]|\.\d)/g,
    accept: (match, text) => {
      const [all, a = '', b = ''] = match;
      const rest = after(text, match.index + all.length);
      return monthAndDay(a, b) && !isMeasured(rest) && (/[A-Za-z]{2}$/.test(before(text, match.index, 2)) || /^[A-Za-z]{2}/.test(rest)) && dated(match, text, 0.85);
    },
  },
  {
    // The month in Roman figures, as Poland, Hungary and Italy write it by hand: `14.IX.2015`, `14 IX 2015`. `2 X 2015` may be twice of something.
    name: 'date-roman',
    kind: 'date.other',
    score: 0.9,
    pattern: /(?<![\w/.-])(?:0?[1-9]|[12]\d|3[01])(?:\.?\s(?!X\s)(?:XI{0,2}|I[XV]|VI{0,3}|I{1,3})\.?\s(?:19|20)\d{2}|([./-]\s?)(?:XI{0,2}|I[XV]|VI{0,3}|I{1,3})\1(?:(?:19|20)\d{2}|\d{2}))(?![\w]|[./-]\d)/g,
    accept: (match, text) => !isMeasured(after(text, match.index + match[0].length)) && dated(match, text, 0.9),
  },
  {
    name: 'date-month-year',
    kind: 'date.other',
    score: 0.9,
    pattern: /(?<![\w/.,]|\d[-/])(\d{1,2})\s?[/-]\s?((?:19|20)\d{2})(?![\w]|[/-]\d|\.\d)/g,
    accept: (match, text) => {
      const [all, a = ''] = match;
      return month(a) && !isMeasured(after(text, match.index + all.length)) && dated(match, text, 0.9);
    },
  },
  {
    name: 'date-year-month',
    kind: 'date.other',
    score: 0.85,
    pattern: /(?<![\w/.,-])((?:19|20)\d{2})[/-](0[1-9]|1[0-2])(?![\w]|[/-]\d|\.\d)/g,
    // `2010-12` may also be a span of years.
    accept: (match, text) => {
      const [all, a = '', b = ''] = match;
      return (all.includes('/') || Number(b) < Number(a.slice(2)) || /0\d$/.test(all)) && dated(match, text, 0.85);
    },
  },
  {name: 'date-slash', kind: 'date.other', score: 0.8, pattern: /(?<![\w/.%-]|\d )(?<!(?<!\/\d?)\d,)(\d{1,2})\/(\d{1,2})(?![\w/%]|\.\d|,\d(?!\d?\/))/g, accept: slashVerdict},
  {
    name: 'date-slash-range',
    kind: 'date.other',
    score: 0.9,
    pattern: /(?<![\w/.,%])(\d{1,2})\/(\d{1,2})\s?(?:-|–|to|thru|through)\s?(\d{1,2})\/(\d{1,2})(?:\/((?:19|20)?\d{2}))?(?![\w/%]|[.,]\d)/g,
    accept: (match, text) => {
      const [, a = '', b = '', c = '', d = '', y] = match;
      if (!monthAndDay(a, b) || !monthAndDay(c, d)) return false;
      const scale = b === d && (denominators.has(b) || scaleBefore.test(before(text, match.index)));
      return (y !== undefined || !scale && !scaleAfter.test(after(text, match.index + match[0].length, 32)) && !scaleBefore.test(before(text, match.index))) && dated(match, text, 0.9);
    },
  },
  {
    name: 'date-hyphen',
    kind: 'date.other',
    score: 0.75,
    lead: /\b(?:on|dated|since|until)\s$/i,
    pattern: /(?<![\w.])(\d{1,2})[-.](\d{1,2})(?![\w]|[-./%]\d|%)/gi,
    accept: (match, text) => {
      const [all, a = '', b = ''] = match;
      return monthAndDay(a, b) && !isMeasured(after(text, match.index + all.length)) && /^(?:0?\d|1[0-2])-(?:1[3-9]|2\d|3[01]|0\d)$/.test(all) && dated(match, text, 0.75);
    },
  },
  {
    // German, Czech, Finnish: `am 3.4.`, `vom 03.04. bis 10.04.`
    name: 'date-dots',
    kind: 'date.other',
    score: 0.85,
    lead: /\b(?:am|vom|bis|zum|seit|ab|den|dne|od|do|pe)\s$/i,
    pattern: /(?<![\w.])(\d{1,2})\.\s?(\d{1,2})\.(?!\d)/gi,
    accept: ([, a = '', b = '']) => monthAndDay(a, b),
  },
  {
    name: 'date-cjk',
    kind: 'date.other',
    score: 0.98,
    pattern: /(?:(?:\d{4}|(?:令和|平成|昭和|大正|明治|民國|民国)\s?(?:\d{1,2}|元))\s?[年년]\s?)?\d{1,2}\s?[月월](?:\s?\d{1,2}\s?[日号號일](?:\s?(?:[(（][月火水木金土日祝・]{1,3}[)）]|[(（]?(?:[月火水木金土日]曜日?|[월화수목금토일]요일|(?:星期|周|週)[一二三四五六日天])[)）]?))?)?/g,
    // `3月` without year and day may be a duration only with 个 or か before it, which the pattern does not match.
    accept: (match, text) => dated(match, text, 0.98),
  },
  {
    // The same in Chinese figures. A month alone may be a number of months.
    name: 'date-cjk-figures',
    kind: 'date.other',
    score: 0.95,
    pattern: /[〇零○一二三四五六七八九]{4}年(?:(?:正|元|十[一二]?|[一二三四五六七八九])月(?:(?:[二三]?十[一二三四五六七八九]?|初[一二三四五六七八九十]|[廿卅][一二三四五六七八九]?|[一二三四五六七八九])[日号號]?)?)|(?:正|十[一二]?|[一二三四五六七八九])月(?:[二三]?十[一二三四五六七八九]?|初[一二三四五六七八九十]|[一二三四五六七八九])[日号號]/g,
  },
  {name: 'date-vietnamese', kind: 'date.other', score: 0.98, pattern: /(?<!\p{L})(?:(?:ngày\s{1,2})?\d{1,2}\s{1,2})?(?:tháng|thg)\s{1,2}\d{1,2}(?:,?\s{1,2}(?:năm\s{1,2})?\d{4})?/giu},
  {name: 'date-thai', kind: 'date.other', score: 0.98, pattern: /\d{1,2}\s{0,2}(?:ม\.?ค\.?|มกราคม|ก\.?พ\.?|กุมภาพันธ์|มี\.?ค\.?|มีนาคม|เม\.?ย\.?|เมษายน|พ\.?ค\.?|พฤษภาคม|มิ\.?ย\.?|มิถุนายน|ก\.?ค\.?|กรกฎาคม|ส\.?ค\.?|สิงหาคม|ก\.?ย\.?|กันยายน|ต\.?ค\.?|ตุลาคม|พ\.?ย\.?|พฤศจิกายน|ธ\.?ค\.?|ธันวาคม)(?:\s{0,2}(?:พ\.ศ\.|ค\.ศ\.)?\s{0,2}\d{2,4})?/g},
  {name: 'date-week', kind: 'date.other', score: 0.9, pattern: /(?<![\w-])(?:(?:19|20)\d{2}-?W(?:[0-4]\d|5[0-3])(?:-?[1-7])?|(?:week|wk|kw|cw|semaine|woche|semana)\s{0,2}#?\d{1,2}(?:,|\s(?:of|de|in)|\/)?\s{0,2}(?:19|20)\d{2})(?!\w)/gi},
  {name: 'date-quarter', kind: 'date.other', score: 0.9, pattern: /(?<!\w)(?:(?:Q[1-4]|[1-4]Q|(?:first|second|third|fourth|1st|2nd|3rd|4th) quarter)(?:\s|-|\/|'|,\s|\sof\s){1,2}(?:(?:19|20)\d{2}|'?\d{2}(?=\D|$))|(?:19|20)\d{2}[ -]?Q[1-4])(?!\w)/gi},
  {name: 'date-unix', kind: 'date.other', score: 0.7, lead: /(?:timestamp|epoch|unix|time)["']?\s?[:=]\s?$/i, pattern: /(?<![\w.])1\d{9}(?:\d{3})?(?!\w)/gi},
];
