import {clinicalNouns, eponyms, facilityOpeners, genericFacilityWords, wordBits} from '@sluice/gazetteer';
import {capital, isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {titles} from '../words/people.ts';
import {campus} from './campus.ts';
import {headAt, headNear, place, weakHeads, wholeHeads, type Facility} from './facility.ts';
import {publicBody} from './public-bodies.ts';
import {longestPlace} from './tail.ts';

/** "Mercy General Hospital", "St. Mary's Medical Center", "Cedar Rapids Middle School": read from the first word of the name. */
export function headLast(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || !starts(scan, at) || !headNear(scan, at)) return null;
  let distinct = 0;
  let proper = 0;
  let best: Facility | null = null;
  for (let index = at, words = 0; index < at + 12 && words < 8; index++) {
    const word = scan.tokens[index];
    if (word === undefined || scan.taken(index) || index > at && word.breaks > 0) break;
    if (word.shape === 'mark') {
      if (index === at || !['-', '.', '&', "'", '/', '’'].includes(word.text) || word.text === '.' && !shortened.has(scan.tokens[index - 1]?.folded ?? '') && scan.tokens[index - 1]?.shape !== 'letter') break;
      continue;
    }
    if (index > at) {
      if (publicBody(scan, index) !== null) break;
      const head = headAt(scan, index);
      if (head !== null && distinct > 0 && accepts(scan, head, distinct > 1 && words > 1 && scan.writing(index) !== 'normal' ? Math.max(proper, distinct - 1) : proper, index)) best = {first: at, last: head.last, kind: 'geo.facility', rule: 'facility.head', score: 0.85};
    }
    if (word.shape === 'lower' && (best !== null || !linking.has(word.folded) && scan.writing(index) === 'normal')) break;
    if (word.shape === 'number' && word.text.length > 3) break;
    if (scan.writing(index) !== 'normal' && index > at + 2 && (word.word >= 6 && !genericFacilityWords.has(word.folded) || linking.has(word.folded) && index === at)) break;
    const generic = !(denominations.has(word.folded) && capital(word)) && (genericFacilityWords.has(word.folded) || linking.has(word.folded) || wholeHeads.has(word.folded));
    if (!generic && !(scan.opens(index) && word.word >= 5 && partOf(word) === 'none' && index === at) && (scan.writing(index) === 'normal' || partOf(word) !== 'none' || place(word) || word.word >= 1 && !wordBits.medical(word.bits))) {
      distinct++;
      if (properWord(scan, index) || denominations.has(word.folded) || (capital(word) || scan.writing(index) !== 'normal' && word.word <= 6) && (!scan.opens(index) || word.word < 5) && !wordBits.medical(word.bits) && !adjectival.test(word.folded) && !fields.has(word.folded) && !neverNames.has(word.folded)) proper++;
    }
    words++;
  }
  return best === null ? null : campus(scan, best);
}
const linking = new Set(['of', 'the', 'for', 'and', 'at', 'de', 'del', 'la', 'las', 'los', 'da', 'do', 'dos', 'das', 'du', 'des', 'le', 'der', 'di', 'von', 'van', 'e', 'y', 'et', 'und', 'st', 'saint', 'on', 'in']);

const shortened = new Set(['st', 'ste', 'mt', 'ft', 'dr', 'ctr', 'hosp', 'med', 'univ', 'gen', 'mem', 'reg', 'comm', 'jr', 'rev', 'pt', 'no']);
const denominations = new Set(['baptist', 'methodist', 'presbyterian', 'lutheran', 'episcopal', 'adventist', 'pentecostal', 'evangelical', 'unitarian', 'mennonite', 'memorial']);

const adjectival = /(?:al|ic|ics|ive|ory|ary|ent|ant|ed|ing|ular|ous|ology|ogy|ist|ists|able|ible|ual|ern|ship|tion|sion|ment|ness|ity)$/u;
const fields = new Set(['head', 'neck', 'hand', 'foot', 'spine', 'joint', 'bone', 'skin', 'ear', 'nose', 'throat', 'mother', 'baby', 'child', 'consult', 'call', 'refer', 'see', 'page', 'plan', 'discuss', 'start', 'schedule', 'home', 'hospital', 'inpatient', 'post', 'pre', 'major', 'minor', 'same-day', 'day', 'general', 'complex', 'trauma', 'blood', 'x', 'ray', 'ct', 'mri', 'pet', 'nuclear', 'stress', 'bedside', 'point', 'care', 'women', 'men', 'children', 'and', 'open', 'mohs', 'previous', 'recent', 'prior', 'past', 'status']);

/** First halves of names of regions: "Tri-County", "Twin Cities", "Four Corners". */
const regional = new Set(['tri', 'twin', 'quad', 'bi', 'mid']);

const behind = new Set(['at', 'from', 'to', 'of', 'in']);

function properWord(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  if (token === undefined || eponyms.has(token.folded) && clinicalNouns.has(scan.tokens[index + 1]?.folded ?? '')) return false;
  if (regional.has(token.folded) && capital(token)) return true;
  const part = partOf(token);
  return part === 'sure' || part === 'fair' || part === 'unknown' && capital(token) || part === 'both' && capital(token) && !scan.opens(index) || place(token) && (token.word <= 4 || token.word <= 6 && capital(token) && behind.has(scan.tokens[index - 1]?.folded ?? '')) || (longestPlace(scan, index)?.words ?? 0) > 1;
}

function starts(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  if (token === undefined || titles.has(token.folded) && token.folded !== 'st' || linking.has(token.folded) && token.folded !== 'st' && token.folded !== 'saint' && token.folded !== 'la' && token.folded !== 'las' && token.folded !== 'los') return false;
  if (scan.writing(at) === 'normal') return capital(token) && token.shape !== 'letter' || token.shape === 'upper' && token.text.length > 1 && !wordBits.medical(token.bits) && partOf(token) !== 'none';
  const from = scan.tokens[at - 1]?.folded ?? '';
  if ((from === 'at' || from === 'from') && token.shape !== 'mark' && token.shape !== 'number' && token.shape !== 'letter' && !neverNames.has(token.folded) && !genericFacilityWords.has(token.folded) && !linking.has(token.folded) && !wordBits.drug(token.bits)) return true;
  return token.shape !== 'mark' && token.shape !== 'number' && token.shape !== 'letter' && token.word <= 5 && !wordBits.medical(token.bits) && (partOf(token) !== 'none' || (longestPlace(scan, at)?.words ?? 0) > 1 || token.folded === 'st' || token.folded === 'saint');
}

function accepts(scan: Scan, head: {last: number; head: string}, proper: number, first: number): boolean {
  const token = scan.tokens[first];
  if (token === undefined) return false;
  const weak = weakHeads.has(head.head);
  if (token.shape === 'lower' || scan.writing(first) === 'upper') return proper > 0 && (!weak || lowerHeads.has(head.head) || led(scan, first));
  // "Shepherd Center", "Shaker Heights High": words that are so common that somebody has to be there.
  if (head.head === 'center' || head.head === 'centre' || head.head === 'high' || head.head === 'prep') return proper > 0 && token.shape === 'title' && led(scan, first);
  if (weak && (head.head === 'general' || head.head === 'memorial' || head.head === 'regional')) return proper > 0 && !['surgeon', 'attorney', 'major', 'director'].includes(scan.tokens[first - 1]?.folded ?? '');
  return weak ? proper > 0 : true;
}
/** Whether "at", "from" or "to" stands before the name that ends with the head at `head`. */
function led(scan: Scan, head: number): boolean {
  for (let back = 2; back <= 5; back++) {
    const token = scan.tokens[head - back];
    if (token === undefined || token.shape === 'mark' && token.text !== '.') return false;
    if (token.folded === 'at' || token.folded === 'from' || token.folded === 'to' || token.folded === 'in') return true;
  }
  return false;
}

const lowerHeads = new Set(['nursing home', 'urgent care', 'general', 'memorial', 'pharmacy', 'elementary', 'academy', 'library', 'jail', 'prison', 'hotel', 'rehab', 'assisted living', 'hospice']);

const romance = new Set(['san', 'santa', 'santo', 'sao', 'universitario', 'clinico', 'civil', 'angeles', 'nossa', 'sirio', 'regina', 'central', 'italiano', 'aleman', 'espanol', 'britanico', 'militar', 'infantil']);

/** "University of Utah", "Hospital das Clínicas", "Klinikum Großhadern". */
export function headFirst(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || !facilityOpeners.has(token.folded) || token.shape !== 'title' && scan.writing(at) !== 'lower') return null;
  let index = at + 1;
  const spanish = token.folded === 'hospital' && romance.has(scan.tokens[at + 1]?.folded ?? '');
  const english = !spanish && (token.folded === 'university' || token.folded === 'college' || token.folded === 'hospital' || token.folded === 'hospice' || token.folded === 'gymnasium');
  while (index < at + 4 && linking.has(scan.tokens[index]?.folded ?? '') && scan.tokens[index]?.breaks === 0) index++;
  const name = scan.tokens[index];
  if (name === undefined || name.breaks > 0 || scan.taken(index)) return null;
  if (english && index === at + 1) return null;
  if (scan.writing(at) === 'lower') return english && token.folded === 'university' && index === at + 2 && (longestPlace(scan, index)) !== null ? {first: at, last: longestPlace(scan, index)?.last ?? index, kind: 'geo.facility', rule: 'facility.opener', score: 0.8} : null;
  if (!capital(name) || english && partOf(name) === 'none' && longestPlace(scan, index) === null) return null;
  let last = index;
  while (last < index + 6) {
    const next = scan.tokens[last + 1];
    if (next === undefined || next.breaks > 0 || scan.taken(last + 1)) break;
    if (capital(next)) last++;
    else if ((next.text === '-' || next.text === '.' || isParticle(next)) && capital(scan.tokens[last + 2]) && scan.tokens[last + 2]?.breaks === 0) last += 2;
    else break;
  }
  return campus(scan, {first: at, last, kind: 'geo.facility', rule: 'facility.opener', score: 0.85});
}
