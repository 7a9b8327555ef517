import {clinicalNouns, plainStreetSuffixes, streetSuffixes, unitWords, wordBits} from '@sluice/gazetteer';
import {partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {doseUnits, medicalEnding, neverNames} from '../words/clinical.ts';
import type {Street} from './found.ts';
import {addressTail, longestPlace} from './tail.ts';

const directions = new Set(['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw', 'north', 'south', 'east', 'west', 'northeast', 'northwest', 'southeast', 'southwest']);
const shortSuffixes = new Set(['st', 'dr', 'ct', 'pl', 'way', 'run', 'court', 'drive']);

/** "123 N. Main St", "45 West 34th Street", "1600 Pennsylvania Avenue NW", "1200 Highway 50". */
export function numbered(scan: Scan, at: number): Street | null {
  const number = scan.tokens[at];
  if (number === undefined || (number.shape !== 'number' && number.shape !== 'code') || !/^(?:\d{1,6}[A-Za-z]?|[NSEW]\d{1,5}(?:[NSEW]\d{1,5})?)$/.test(number.text)) return null;
  const previous = scan.tokens[at - 1];
  if (number.glued && previous !== undefined && previous.text !== ',' && previous.text !== '(' && previous.text !== '#' && previous.text !== ':' && previous.text !== '-' && previous.text !== '/' && previous.text !== '"' && previous.text !== "'") return null;
  let words = 0;
  let lower = 0;
  for (let index = at + 1; index < scan.tokens.length && words <= 5; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 1 || token.breaks === 1 && (words === 0 || token.shape !== 'title' || lower > 0) || scan.taken(index)) return null;
    if (token.shape === 'mark') {
      if ((token.text === '.' && (scan.tokens[index - 1]?.text.length ?? 9) <= 4) || (token.text === '-' && words >= 0) || token.text === '½' || token.text === '/' || token.text === "'") continue;
      return null;
    }
    if (doseUnits.has(token.folded) && words === 0) return null;
    if ((token.folded === 'highway' || token.folded === 'hwy' || token.folded === 'route' || token.folded === 'rte' || token.folded === 'road') && scan.tokens[index + 1]?.shape === 'number' && scan.tokens[index + 1]?.breaks === 0) {
      return {first: firstOfNumber(scan, at), last: index + 1, rule: 'street.number'};
    }
    const suffix = words > 0 && streetSuffixes.has(token.folded);
    const caps = token.shape === 'title' || token.shape === 'upper';
    if (suffix && (caps ? lower === 0 || plainStreetSuffixes.has(token.folded) && !shortSuffixes.has(token.folded) : plainStreetSuffixes.has(token.folded) && !(shortSuffixes.has(token.folded) && !shortIsStreet(scan, index, words)))) {
      // The last suffix of several counts: "12 Park Avenue", "9 Lake View Drive".
      const next = scan.tokens[index + 1];
      if (next !== undefined && next.breaks === 0 && streetSuffixes.has(next.folded) && (next.shape === 'title' || plainStreetSuffixes.has(next.folded))) {
        words++;
        continue;
      }
      // "Ave 3", where avenues are numbered.
      const counted = scan.tokens[index + 1]?.shape === 'number' && !scan.taken(index + 1) && (scan.tokens[index + 1]?.text.length ?? 9) <= 3 && scan.tokens[index + 1]?.breaks === 0 && (scan.tokens[index + 2] === undefined || (scan.tokens[index + 2]?.breaks ?? 0) > 0 || ['#', ','].includes(scan.tokens[index + 2]?.text ?? ''));
      return {first: firstOfNumber(scan, at), last: counted ? index + 1 : afterSuffix(scan, index), rule: 'street.number'};
    }
    if (token.shape === 'lower') {
      if (wordBits.drug(token.bits) || imaging.has(token.folded) && !directions.has(token.folded) && token.folded !== 'high' || medicalEnding.test(token.folded) || streetStop.has(token.folded) || doseUnits.has(token.folded)) return null;
      if (++lower > 3 || (token.word === 7 && !directions.has(token.folded) && !commonStreetNames.has(token.folded))) return null;
    } else if (token.shape === 'number') {
      if (words > 1) return null;
    }
    words++;
  }
  return null;
}
const streetStop = new Set(['the', 'a', 'an', 'in', 'on', 'at', 'with', 'for', 'from', 'to', 'by', 'and', 'or', 'days', 'day', 'weeks', 'week', 'months', 'years', 'year', 'times', 'hours', 'minutes', 'mile', 'miles', 'blocks', 'block', 'foot', 'feet', 'hour', 'minute', 'month', 'is', 'was', 'has', 'per', 'x', 'her', 'his', 'their', 'down', 'up', 'off', 'who', 'that', 'grade', 'step', 'degree', 'm', 'f', 'male', 'female', 'man', 'woman', 'yo', 'pack', 'patients', 'people', 'cases']);
const commonStreetNames = new Set(['main', 'first', 'second', 'third', 'fourth', 'park', 'high', 'center', 'school', 'church', 'court', 'water', 'state', 'king', 'green', 'long', 'new', 'old', 'market', 'spring', 'hill', 'lake', 'river', 'river', 'college', 'bay', 'west', 'north', 'south', 'east', 'union', 'white', 'black', 'wood', 'country', 'county', 'university', 'grand', 'royal', 'station']);

function shortIsStreet(scan: Scan, index: number, words: number): boolean {
  const token = scan.tokens[index];
  const next = scan.tokens[index + 1];
  if (token === undefined || words > 3 || words > 2 && !directions.has(scan.tokens[index - words]?.folded ?? '') || (token.folded === 'ct' && imaging.has(scan.tokens[index - 1]?.folded ?? ''))) return false;
  if (scan.writing(index) === 'lower' && longestPlace(scan, index + 1) !== null && (scan.tokens[index + 1]?.word ?? 9) < 6) return true;
  // "145 juniper st found him": an ordinary word goes on, and not the segment of an ECG.
  const name = scan.tokens[index - 1];
  if ((token.folded === 'st' || token.folded === 'dr' || token.folded === 'pl') && next !== undefined && next.shape === 'lower' && next.word >= 6 && words <= 2 && name !== undefined && name.word <= 5 && !wordBits.medical(name.bits) && (scan.tokens[index - words - 1]?.text.length ?? 0) >= 2 && !segment.has(next.folded)) return true;
  return next === undefined || next.breaks > 0 || next.text === ',' || next.text === '.' || next.text === ';' || next.shape === 'number' || unitWords.has(next.folded) || directions.has(next.folded) || next.folded === 'in' || next.text === '#' || token.folded === 'drive' || token.folded === 'court';
}

const segment = new Set(['elevation', 'elevations', 'depression', 'depressions', 'segment', 'segments', 'changes', 'change', 'wave', 'waves', 'and', 'or', 'deviation', 'visits', 'visit', 'office', 'appointment']);

const imaging = new Set(['chest', 'head', 'brain', 'neck', 'spine', 'repeat', 'abdominal', 'abdomen', 'pelvic', 'pelvis', 'contrast', 'noncontrast', 'cardiac', 'initial', 'serial', 'prior', 'new', 'low', 'dose', 'high', 'a', 'spiral', 'coronary', 'thoracic', 'sinus', 'bone', 'more', 'follow', 'up', 'mr', 'or']);

/** The number may be of several parts: "12-34", "221B", "12/3". */
function firstOfNumber(scan: Scan, at: number): number {
  const before = scan.tokens[at - 1];
  const first = scan.tokens[at - 2];
  const glued = scan.tokens[at]?.glued === true && before?.glued === true;
  return glued && (before.text === '-' || before.text === '/') && (first?.shape === 'number' || first?.shape === 'code') && !scan.taken(at - 2) ? at - 2 : at;
}

function afterSuffix(scan: Scan, index: number): number {
  let last = index;
  if (scan.tokens[last + 1]?.text === '.' && scan.tokens[last + 1]?.glued === true && (scan.tokens[index]?.text.length ?? 9) <= 5 && scan.tokens[last + 2]?.breaks === 0) last++;
  const next = scan.tokens[last + 1];
  return next !== undefined && next.breaks === 0 && directions.has(next.folded) && (next.shape === 'upper' || next.shape === 'title' || next.text.length > 2 || next.shape === 'letter') ? last + 1 : scan.tokens[last]?.text === '.' ? last - 1 : last;
}

const namelessSuffixes = new Set(['street', 'avenue', 'ave', 'boulevard', 'blvd', 'road', 'rd', 'lane', 'drive', 'parkway', 'highway', 'terrace', 'crescent', 'turnpike', 'court', 'st']);
/** Those that are other words, too: a preposition has to lead to them. */
const ledSuffixes = new Set(['row', 'mews', 'grove', 'alley', 'circle', 'close', 'pike', 'walk', 'gardens', 'wharf', 'place']);
export const onStreet = new Set(['on', 'at', 'near', 'off', 'along', 'down', 'of', 'from', 'to', 'and', 'corner', 'behind', 'by']);

/** A street without a number: "on Maple Street", "off Elm Rd". */
export function nameless(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' && token.shape !== 'code') return null;
  const led = onStreet.has(scan.tokens[at - 1]?.folded ?? '') && token.breaks === 0;
  // Without such a word a town has to follow: "Valiasr Ave, Tehran".
  if (!led && (partOf(token) === 'none' && token.places === 0 || scan.tokens[at - 1]?.text !== ',' && token.breaks === 0 && at > 0)) return null;
  for (let index = at + 1; index <= at + 3; index++) {
    const next = scan.tokens[index];
    if (next === undefined || next.breaks > 0 || scan.taken(index)) return null;
    if (next.shape === 'mark' && next.text === '.') continue;
    if (next.shape !== 'title') return null;
    if ((namelessSuffixes.has(next.folded) || led && ledSuffixes.has(next.folded) && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && !wordBits.medical(token.bits) || led && index > at + 1 && streetSuffixes.has(next.folded) && !wordBits.medical(token.bits)) && (next.folded !== 'st' || scan.tokens[index + 1]?.text === '.' || scan.tokens[index + 1]?.text === ',' || !led) && (led || addressTail(scan, index) > index)) return {first: at, last: index, rule: 'street.name'};
  }
  return null;
}

const numberWords = new Set(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'fifteen', 'twenty', 'thirty', 'forty', 'fifty']);

/** "One Harbor Plaza", "Twelve Elm Street": in words and with capitals throughout. */
export function spelledNumber(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || !numberWords.has(token.folded)) return null;
  for (let index = at + 1; index <= at + 4; index++) {
    const next = scan.tokens[index];
    if (next === undefined || next.breaks > 0 || scan.taken(index)) return null;
    if (next.text === '-' && next.glued) continue;
    if (next.shape !== 'title') return null;
    if (index > at + 1 && (namelessSuffixes.has(next.folded) || next.folded === 'plaza' || next.folded === 'place' || next.folded === 'square' || next.folded === 'way')) return {first: at, last: index, rule: 'street.number'};
  }
  return null;
}
