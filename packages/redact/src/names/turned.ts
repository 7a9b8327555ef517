import {wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';

const agesBehind = /^\d{1,3}(?:yo|y|yr|f|m|mo|wk)$/iu;

/** "Rivers, Hope 24F", "DAY, SUMMER L 3/4/1980", "Stone, Rob (DOB": surname and given name turned round where a record begins, both of which may be words. The last token, -1 when there is none. */
export function turnedRound(scan: Scan, at: number): number {
  const [family, comma, given] = [0, 1, 2].map(step => scan.tokens[at + step]);
  if (family === undefined || comma?.text !== ',' || comma.breaks > 0 || given === undefined || given.breaks > 0 || scan.taken(at) || scan.taken(at + 2) || !scan.opens(at)) return -1;
  // "Thorne, B. - home": an initial in place of the given name.
  if (given.shape === 'letter' && agesBehind.test(scan.tokens[at + 3]?.text ?? '') && family.surname >= 3 && !neverNames.has(family.folded)) return at + 2;
  if (given.shape === 'letter') return family.shape === 'title' && family.surname >= 3 && scan.tokens[at + 3]?.text === '.' && scan.tokens[at + 3]?.glued === true && !neverNames.has(family.folded) ? at + 3 : -1;
  if (family.shape !== given.shape || family.shape !== 'title' && family.shape !== 'upper' || family.surname < 3 && family.word > 0 || given.given < 3 && !(family.word === 0 && (given.given > 0 || given.word === 0)) || wordBits.medical(family.bits) && family.surname < 5) return -1;
  let last = at + 2;
  const letter = scan.tokens[last + 1];
  if (letter?.shape === 'letter' && letter.breaks === 0) last += scan.tokens[last + 2]?.text === '.' && scan.tokens[last + 2]?.glued === true ? 2 : 1;
  const next = scan.tokens[last + 1];
  if (next === undefined || next.breaks > 0) return last > at + 2 ? last : -1;
  if (last > at + 2 && next.shape === 'lower' && family.surname >= 3 && given.given >= 3) return last;
  const record = agesBehind.test(next.text) || next.shape === 'number' || next.text === '(' || next.text === '-' || next.text === '|' || next.text === '/' || next.text === ';' || next.text === '—' || ['dob', 'mrn', 'room', 'rm', 'bed', 'age', 'md', 'rn', 'is', 'here'].includes(next.folded);
  return record ? last : -1;
}

/** "O'CONNOR SEAN P 04/12/70": a letter behind a name in capitals, when a number or the end follows. */
export function lastInitial(scan: Scan, last: number): number {
  const end = initialBehind(scan, last);
  const next = scan.tokens[end + 1];
  return end > last && (next === undefined || next.breaks > 0 || next.shape !== 'upper' && next.shape !== 'letter') ? end : last;
}

/** "IVAN A 03/03/1958": in capitals, a letter behind the given name. */
export function initialBehind(scan: Scan, last: number): number {
  const letter = scan.tokens[last + 1];
  const point = scan.tokens[last + 2]?.text === '.' && scan.tokens[last + 2]?.glued === true;
  return letter?.shape === 'letter' && letter.breaks === 0 && !scan.taken(last + 1) ? last + (point ? 2 : 1) : last;
}
