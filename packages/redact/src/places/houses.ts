import {clinicalNouns, wordBits} from '@sluice/gazetteer';
import {capital, eponymContext} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {campus} from './campus.ts';
import {headLast} from './facility-head.ts';
import {headAt, type Facility} from './facility.ts';

/** "St. Vincent's", "Saint Luke's": a saint's name as that of a house, by its possessive or by the preposition before it. */
export function saint(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || token.folded !== 'st' && token.folded !== 'saint' && token.folded !== 'sta' && token.folded !== 'ste') return null;
  const name = scan.tokens[at + 1]?.text === '.' ? at + 2 : at + 1;
  const word = scan.tokens[name];
  // "st joes er": in small letters the ward shows it.
  if (word?.shape === 'lower' && scan.writing(at) === 'lower' && word.breaks === 0 && !scan.taken(name) && word.word <= 3 && !wordBits.medical(word.bits) && ['er', 'ed', 'icu', 'nicu'].includes(scan.tokens[name + 1]?.folded ?? '')) return {first: at, last: name + 1, kind: 'geo.facility', rule: 'facility.saint', score: 0.75};
  if (word === undefined || word.breaks > 0 || scan.taken(name) || !(capital(word) || scan.writing(at) !== 'normal' && word.given >= 3)) return null;
  if (headLastEnd(scan, at) !== null || scan.tokens[name + 1]?.folded === 'wort' || scan.tokens[name + 1]?.folded === 'dance' || eponymContext(scan, name)) return null;
  // Without capitals, too: "st. xavier's medical center".
  const head = headAt(scan, name + 1);
  if (head !== null && scan.tokens[name + 1]?.breaks === 0) return {first: at, last: head.last, kind: 'geo.facility', rule: 'facility.saint', score: 0.85};
  const led = ['at', 'to', 'from', 'in', 'near', 'visited'].includes(scan.tokens[at - 1]?.folded ?? '');
  if (!word.possessive && !word.folded.endsWith('s') && !led || word.folded === 'elevation') return null;
  // "St. Luke's Magic Valley".
  let last = name;
  while (word.possessive && last < name + 3 && scan.tokens[last + 1]?.shape === 'title' && scan.tokens[last + 1]?.breaks === 0 && !scan.taken(last + 1) && !neverNames.has(scan.tokens[last + 1]?.folded ?? '')) last++;
  return campus(scan, {first: at, last, kind: 'geo.facility', rule: 'facility.saint', score: 0.8});
}

function headLastEnd(scan: Scan, at: number): number | null {
  return headLast(scan, at)?.last ?? null;
}

/** Houses known by a name without a head. Folded, words joined by one blank. */
const houses = new Set(['johns hopkins', 'kaiser permanente', 'kaiser', 'mayo clinic', 'mass general', 'massachusetts general', 'cedars sinai', 'mount sinai', 'mt sinai', 'md anderson', 'sloan kettering', 'memorial sloan kettering', 'nyu langone', 'dana farber', 'mass eye and ear', 'quest', 'labcorp', 'davita', 'fresenius', 'concentra', 'medexpress', 'minuteclinic', 'citymd', 'planned parenthood', 'salvation army', 'ymca', 'wegmans', 'winn dixie', 'food lion', 'albertsons', 'heb', 'shoprite', 'duane reade', 'dollar general', 'burger king', 'taco bell', 'waffle house', 'olive garden', 'chick fil a', 'cvs', 'cvs pharmacy', 'publix', 'safeway', 'meijer', 'sams club', 'beth israel', 'cleveland clinic', 'brigham and womens', 'mass general brigham', 'city of hope', 'scripps', 'geisinger', 'intermountain', 'sutter health', 'providence health', 'ascension', 'banner health', 'sentara', 'montefiore', 'henry ford',
  'walter reed', 'bellevue', 'maimonides', 'ucsf', 'ucla', 'nyu', 'mgh', 'upmc', 'charite', 'walmart', 'costco', 'walgreens', 'mcdonalds', 'starbucks', 'home depot', 'lowes', 'target store', 'fedex', 'rite aid', 'kroger', 'whole foods', 'harvard', 'yale', 'princeton', 'boeing', 'lockheed martin', 'general motors']);

/** "at PS 118": the public schools of New York. With fewer figures it is the pressure of a ventilator. */
function numbered(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const number = scan.tokens[at + 1];
  if (token === undefined || token.text !== 'PS' && token.text !== 'IS' || !['at', 'attends', 'to', 'from', 'of'].includes(scan.tokens[at - 1]?.folded ?? '') || number === undefined || !/^\d{2,3}$/.test(number.text) || number.breaks > 0 || Number(number.text) < 30 && scan.tokens[at + 2]?.shape !== 'mark') return null;
  return {first: at, last: at + 1, kind: 'geo.facility', rule: 'facility.known', score: 0.75};
}

const houseStarts = new Set([...houses].map(house => house.split(' ')[0] ?? ''));

export function headless(scan: Scan, at: number): Facility | null {
  const school = numbered(scan, at);
  if (school !== null) return school;
  const start = scan.tokens[at];
  if (start === undefined || !houseStarts.has(start.folded) && !(start.possessive && houseStarts.has(`${start.folded}s`))) return null;
  let phrase = '';
  let best: number | null = null;
  for (let index = at, words = 0; words < 4; index++) {
    const token = scan.tokens[index];
    if (token === undefined || scan.taken(index) || index > at && token.breaks > 0) break;
    if (token.shape === 'mark') {
      if (index === at || token.text !== '-' && token.text !== '.') break;
      continue;
    }
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (token.possessive) phrase += houses.has(`${phrase}s`) ? 's' : '';
    words++;
    if (houses.has(phrase) && (token.shape !== 'lower' || words > 1 || ['at', 'to', 'from'].includes(scan.tokens[at - (scan.tokens[at - 1]?.folded === 'the' ? 2 : 1)]?.folded ?? ''))) best = index;
  }
  if (best === null) return null;
  const next = scan.tokens[best + 1];
  if (next !== undefined && clinicalNouns.has(next.folded) && next.breaks === 0 || next?.text === '-' && next.glued && scan.tokens[best + 2]?.glued === true || eponymContext(scan, best)) return null;
  return campus(scan, {first: at, last: best, kind: 'geo.facility', rule: 'facility.known', score: 0.8});
}
