import {after, before} from '../scan/around.ts';
import type {Find} from '../scan/spans.ts';
import type {Word} from '../scan/words.ts';

/** Which ages are found: those over 89, as the law has it; all, where even young ages are to go; or none. */
export type AgesToFind = 'over89' | 'all' | 'none';

// What follows a number that is an age.
const ageAfter = /^(?:\s?-?\s?(?:years?|yrs?|yr|y)\.?\s?-?\s?(?:old|of\s?-?\s?age|o\b)|\s?-?y(?:\.\s?)?(?:\/)?o(?:\.|\b|(?=[mfMF]\b))|\s?y\.?\s?o\.?\b|\s?yo(?=[mfMF]?\b)|\s?-?\s?(?:años|anni|anos|ans|jaar|lat|éves|let|vuotta|vuotias|yaşında|лет|года|років|ετών)(?!\p{L})(?:\s(?:de edad|d[’']âge|oud))?|\s?[- ]?jährige?[rsnm]?(?!\p{L})|\s?Jahre(?:\salt)?(?!\p{L})|\s?[歳岁歲세살])/iu;
// `92F with`, `94 M presents`: sex right after the age, then what a note begins with. Degrees Fahrenheit have the same letter.
const sexAfter = /^\s?(?:y\/?o\s?)?(?:[MF]|male|female|woman|man|lady|gentleman)(?=\s?(?:$|[,.;:)\n]|w\/|with\b|who\b|c\/o|h\/o|s\/p|presents?|presenting|admitted|here\b|pmh|hx|history|from\b|found|brought|seen|in for|adm\b|here|post|transferred|status|is\b|was\b|has\b|had\b|complain))/;
const spokenSex = /^\s(?:male|female|woman|man|lady|gentleman)\b/i;
const temperature = /(?:\b(?:t|tm|tmax|temp|temperature|tcurrent|febrile|fever|of|to)\b[^\n\d]{0,12}|°\s?)$/i;
const ageBefore = /(?:\b(?:age|aged|ages|age of|age was|age is|age at \p{L}{1,12}|turned|turning|turns|edad|alter|âge|âgée? de|età|idade|leeftijd|wiek)\s?(?:is|was|about|approximately|of|de|[:=])?\s{0,2}["'(]?|["']age["']\s?:\s?["']?|\b(?:he|she|they|i am|i'm|he's|she's|patient|pt|mother|father|mom|dad|grandmother|grandfather|grandma|grandpa|husband|wife|aunt|uncle|sister|brother|who|now|person)\s(?:is|was|are|will be|turned|just turned|turns|lived to(?: be)?|died at|passed away at|recently turned)\s(?:now\s|about\s|almost\s|nearly\s|currently\s|over\s|only\s)?|\b(?:lived to(?: be)?|died at|passed away at|until(?: age)?|at the age of|at age|survived to)\s)$/iu;
const notAge = /^(?:\s?(?:%|\/|mm|mg|kg|lb|lbs|bpm|cm|over\b|systolic|diastolic|pounds|degrees|°|on (?:room|ra|\d)|percent|in the|beats|minutes|hours|days|weeks|months|points|feet|inches|miles|units|point|pm|am|st\b|street|and (?:stable|regular))|[.,]\d|\p{L}|-\d|:\d)/iu;
// The law's own category, and limits of it: what is open upwards at 90 tells no age.
const openCategory = /(?:[>≥]\s?=?\s?|\b(?:over|older than|above|greater than|at least|age 90\+?)\s)$/i;
const openAfter = /^\s?(?:\+|(?:years?|yrs?|y)?\s?(?:of age\s)?(?:or|and)\s(?:older|over|above|more))/i;
// Nothing but an age lasts this many years.
const yearsAlone = /^\s?(?:yrs?|years?|y)\b(?!\s?(?:ago|before|later|after|earlier))/i;
// `93f`, `94M` behind an article or at the start.
const gluedSex = /^[mf](?=\s|[,.;:)]|$)/i;
const gluedLead = /(?:^|[\n(:;,.]\s{0,2}|\b(?:a|an|the|this|our|pt|patient|is|old|for|of|in|with)\s)$/i;
const birthday = /^(?:st|nd|rd|th)[\s-]{1,2}(?:birthday|year of life|bday|b-day)/i;

const numberToken = /(?<![\w./:$€£-]|\d[ ,])(\d{1,3})(?!\d|[.,:/]\d|%)/g;

/** Finds ages in normalised text. */
export function findAges(text: string, words: readonly Word[], which: AgesToFind): Find[] {
  if (which === 'none') return [];
  const least = which === 'all' ? 0 : 90;
  const finds: Find[] = [];
  for (const match of text.matchAll(numberToken)) {
    const value = Number(match[1]);
    if (value < least || value > 125) continue;
    const end = ageEnd(text, match.index, match.index + match[0].length, value);
    if (end !== null) finds.push({start: match.index, end, kind: 'age', rule: 'age', score: 0.95});
  }
  return [...finds, ...spelledAges(text, words, which)];
}

function ageEnd(text: string, start: number, from: number, value: number): number | null {
  const rest = after(text, from, 40);
  const lead = before(text, start, 40);
  if (value === 90 && (openAfter.test(rest) || openCategory.test(lead)) || value === 89 && openCategory.test(lead)) return null;
  const years = ageAfter.exec(rest);
  if (years !== null) return from + years[0].length;
  if (birthday.test(rest)) return from + 2;
  if (value >= 90 && yearsAlone.test(rest)) return from + yearsAlone.exec(rest)![0].length;
  if (value >= 15 && gluedSex.test(rest) && gluedLead.test(lead) && !temperature.test(lead) && !/^m\s(?:walk|swim|run|dash|sprint|from|away|long|tall|wide|deep)/.test(rest)) return from + 1;
  const sex = sexAfter.exec(rest);
  if (sex !== null && !(/^\s?F/.test(rest) && value >= 95 && temperature.test(lead)) && !/(?:hr|bp|rr|sat|spo2|pulse|p)\s?:?\s?$/i.test(lead)) return /^[MF](?!\p{L})/u.test(rest) ? from + 1 : from;
  if (spokenSex.test(rest) && /(?:^|[.\n]\s{0,2}|\b(?:a|an|this|the|is|pt|patient)\s)$/i.test(lead)) return from;
  if (ageBefore.test(lead) && !notAge.test(rest)) return from + (/^\s?(?:years?|yrs?)\b/i.exec(rest)?.[0].length ?? 0);
  // In apposition to a name: `Mary Example, 94, of`.
  return /\p{Lu}\p{Ll}+,? \p{Lu}\p{Ll}+,\s$/u.test(lead) && /^,\s\p{L}|^\.$/u.test(rest) || /(?:\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\b(?:pt|patient|resident|client|mrs?|ms|miss|mom|mother|dad|father|wife|husband|grandmother|grandfather)\.? \p{Lu}[\p{L}'-]+)\s\($/u.test(lead) && rest.startsWith(')') ? from : null;
}

const tens = new Set(['ninety', 'noventa', 'novanta', 'neunzig', 'negentig']);
const ones = new Set(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']);
const people = new Set(['nonagenarian', 'nonagenarians', 'centenarian', 'centenarians', 'supercentenarian', 'supercentenarians', 'nonagenarian\'s']);
const decadeBefore = /\b(?:in|into|well into|of|late|early|mid|to)[\s-](?:(?:his|her|their|my|your|the|mid|late|early|upper|lower)[\s-]{1,3}){0,3}$/i;
const decade = /(?<=\b(?:his|her|their|my|your|mid|late|early|upper|lower)[\s-]{1,3})(?:['’]?90['’]?s|['’]?100s|hundreds)(?!\w)/gi;

function spelledAges(text: string, words: readonly Word[], which: AgesToFind): Find[] {
  const finds: Find[] = [];
  const put = (start: number, end: number, rule: string): void => {
    finds.push({start, end, kind: 'age', rule, score: 0.9});
  };
  for (const match of text.matchAll(decade)) put(match.index, match.index + match[0].length, 'age-decade');
  for (let i = 0; i < words.length; i++) {
    const {lower, start, end} = words[i]!;
    if (people.has(lower)) put(start, end, 'age-word');
    else if (lower === 'nineties' && decadeBefore.test(before(text, start))) put(start, end, 'age-decade');
    else if (tens.has(lower) || lower === 'hundred') {
      const last = spelledEnd(text, words, i);
      const first = lower === 'hundred' ? start - (/(?:one|a)\s$/i.exec(before(text, start, 8))?.[0].length ?? 0) : start;
      const years = ageAfter.exec(after(text, last, 40));
      if (years !== null) put(first, last + years[0].length, 'age-spelled');
      else if (ageBefore.test(before(text, first)) && !notAge.test(after(text, last))) put(first, last, 'age-spelled');
      else if (birthday.test(after(text, last)) || /^(?:-\s?|\s)(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\sbirthday/i.test(after(text, last, 32))) put(first, last, 'age-spelled');
    } else if ((lower === 'ninetieth' || lower === 'hundredth') && /^\s(?:birthday|bday)/i.test(after(text, end))) put(start, end, 'age-spelled');
  }
  return which === 'all' ? [...finds, ...youngSpelled(text)] : finds;
}

function spelledEnd(text: string, words: readonly Word[], i: number): number {
  let last = words[i]!;
  for (const next of words.slice(i + 1, i + 4)) {
    if (!/^[\s-]{1,2}$/.test(text.slice(last.end, next.start)) || !(ones.has(next.lower) || next.lower === 'and' || next.lower === 'ten')) break;
    last = next;
  }
  return last.lower === 'and' ? words[i]!.end : last.end;
}

const young = /(?<![\p{L}-])(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|one|two|three|four|five|six|seven|eight|nine)[\s-]years?[\s-]old/giu;

function youngSpelled(text: string): Find[] {
  return Array.from(text.matchAll(young), match => ({start: match.index, end: match.index + match[0].length, kind: 'age', rule: 'age-spelled', score: 0.9}));
}
