import type {Kind} from '../classes.ts';
import {weekdays} from './weekdays.ts';

const birth = /(?:\bd\.?o\.?b\b|\bdate of birth|\bbirth\s?-?(?:date|day)|\bbirth|\bborn|\bb\.\s?$|\bnacid[oa]|\bfecha de nacimiento|\bf\.?\s?nac|\bn[ée]e? le|\bdate de naissance|\bgeboren|\bgeb\.?|\bgeburtsdatum|\bnat[oa] il|\bdata di nascita|\bnascid[oa]|\bdata de nascimento|\bgeboortedatum|\bfødt|\bfödd|\bur\.|\bнар|\bрод|生年月日|出生|생년월일)[^\n]{0,24}$/i;
const death = /(?:\bd\.?o\.?d\b|\bdate of death|\bdied|\bdeceased|\bdeath|\bexpired|\bpassed away|\bpronounced|\bfalleci|\bmurió|\bdécédé|\bgestorben|\bverstorben)[^\n]{0,24}$/i;
const service = /(?:\badmi(?:t|ss)|\bdischarge|\bdc'?d|\bvisit|\bseen|\bservice|\bdos\b|\bsurger|\boperat|\bprocedure|\bencounter|\bappointment|\bappt|\bexam|\bcollect|\breport|\blabs?\b|\bdrawn|\bscan|\bmri|\bct\b|\bx-?ray|\bfollow|\bf\/u|\bdiagnos|\bstart|\bstop|\bvaccin|\bimmuni|\bdate\b|\bpresent|\bhospital|\btransfer|\bbiops|\bconsult|\brefill|\bprescri|\bsigned|\bdictat|\btranscri)[^\n]{0,32}$/i;

/** What a date is, by the words before it. */
export function dateKind(lead: string): Kind {
  if (birth.test(lead)) return 'date.birth';
  if (death.test(lead)) return 'date.death';
  return service.test(lead) ? 'date.service' : 'date.other';
}

const clock = String.raw`\d{1,2}(?:\s?[:h.]\s?\d{2}){1,2}(?:[.,]\d{1,9})?`;
const zone = String.raw`(?:\s?(?:[ap]\.?\s?m\.?(?![a-z])|hrs?\b|hours\b|h\b|uhr\b|Z\b|(?:UTC|GMT|[ECMP][SD]?T)\b|noon\b))?(?:\s?[+-]\d{2}:?\d{2}\b)?`;
const timeAfter = new RegExp(String.raw`^(?:T|\s{0,2}(?:,\s?)?(?:@|at|um|à|a las|alle|-|–|\()?\s{0,2})(?:${clock}${zone}|\d{1,2}\s?[ap]\.?m\.?(?![a-z])|\d{4}\s?(?:hrs?|hours|h)\b|(?<=@\s?)(?:[01]\d|2[0-3])[0-5]\d\b|(?:noon|midnight)\b)(?:\s?(?:[A-Z]{3,4})(?![\w]))?`, 'i');
const timeBefore = new RegExp(String.raw`(?<![\d:.])(?:${clock}${zone}|\d{1,2}\s?[ap]\.?m\.?|\d{4}\s?(?:hrs?|hours|h)|(?:[01]\d|2[0-3])[0-5]\d(?=\son\s))\s{0,2}(?:,|on|am)?\s{0,2}$`, 'i');

// `yesterday 3/18`: beside its date the word is a part of it.
const besideDate = /(?<!\p{L})(?:yesterday|today|tomorrow|tonight|last night|this (?:morning|afternoon|evening))\b[,:]?\s{1,2}\(?$/iu;

// `Tue 3/14`, `Dienstag, den 3.12.2019`, `thứ Ba, 7/5/2019`: the day of the week of a date. Of the short names only those that are no other word.
const weekdayBefore = /(?<![\p{L}\p{M}])(?:(Mon|Tues?|Wed|Thurs?|Thu|Fri|Sun)|[Tt]hứ (?:[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy)|[Cc]hủ [Nn]hật|\p{L}{5,7}-feira|([\p{L}\p{M}]{5,14}))\.?,?\s(?:den\s|dem\s|the\s|el\s|le\s|il\s|ngày\s)?$/u;

/** Where a date begins, with the day of the week that stands before it. */
export function withWeekday(text: string, start: number): number {
  const match = weekdayBefore.exec(text.slice(Math.max(0, start - 32), start));
  const isDay = match !== null && (match[2] === undefined || weekdays.has(folded(match[2])));
  return isDay ? start - match[0].length : start;
}

/** A word in lower case and without accents, as the lists of months and days have it. */
export function folded(word: string): string {
  return word.toLowerCase().normalize('NFD').replaceAll(/[\u0300-\u036F\u0654]/g, '').normalize('NFC');
}

/** Widens a date by the time of day that belongs to it, after or before: with its date it is an element of the date. */
export function withTime(text: string, start: number, end: number): readonly [start: number, end: number] {
  start -= besideDate.exec(text.slice(Math.max(0, start - 20), start))?.[0].length ?? 0;
  const later = timeAfter.exec(text.slice(end, end + 40));
  if (later !== null) return [start, end + later[0].length];
  const slice = text.slice(Math.max(0, start - 24), start);
  const earlier = timeBefore.exec(slice);
  return earlier === null ? [start, end] : [start - slice.length + earlier.index, end];
}
