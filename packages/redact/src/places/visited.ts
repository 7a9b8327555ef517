import {clinicalNouns, genericFacilityWords, placeOf, streetPrefixes, wordBits} from '@sluice/gazetteer';
import {capital, eponymContext, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {titles} from '../words/people.ts';
import {wholeHeads, type Facility} from './facility.ts';
import {longestPlace} from './tail.ts';

/** Beside another word they make the name of a house: "Baptist East", "Black Thunder". */
const adjectives = new Set(['black', 'white', 'baptist', 'methodist', 'lutheran', 'presbyterian', 'catholic', 'adventist', 'new', 'old', 'north', 'south', 'east', 'west', 'upper', 'lower', 'american', 'native', 'indian', 'first', 'second', 'english', 'scottish', 'irish', 'french', 'german', 'spanish', 'christian', 'orthodox']);

/** States and stations of a stay in hospital, which a list of words may lack. */
const states = new Set(['bedside', 'baseline', 'triage', 'discharge', 'admission', 'handoff', 'intake', 'preop', 'postop', 'nadir', 'bedtime', 'midline', 'followup', 'telehealth', 'checkup', 'timepoint']);

/** A word behind "at" that is no English one, or a listed town: a place or somebody's. */
function strange(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  const part = token === undefined ? 'none' : partOf(token);
  return token?.shape === 'title' && (part === 'sure' || part === 'fair' || part === 'unknown') && !eponymContext(scan, at);
}

const visits = new Set(['incarcerated', 'jailed', 'detained', 'held', 'served', 'stationed', 'deployed', 'based', 'staying', 'stayed', 'stays', 'living', 'works', 'done', 'drawn', 'performed', 'obtained', 'labs', 'mri', 'ct', 'imaging', 'referred', 'vaccinated', 'attends', 'attended', 'seen', 'admitted', 'treated', 'evaluated', 'transferred', 'hospitalized', 'hospitalised', 'presented', 'presenting', 'diagnosed', 'born', 'followed', 'delivered', 'surgery', 'ed', 'er', 'icu', 'appointment', 'visit', 'care', 'stay', 'rehab', 'operated', 'discharged', 'placed', 'resides', 'lives', 'enrolled', 'student', 'went', 'drove', 'fell', 'shops', 'ate']);
const elsewhere = new Set(['at', 'from', 'to', 'of']);

/** "seen in the ED at Parkland", "fell at Golden Corral": a name with a capital behind "at" where somebody was. */
export function visited(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const preposition = scan.tokens[at - 1]?.folded ?? '';
  if (token === undefined || token.breaks > 0 || scan.writing(at) !== 'normal' || !(token.shape === 'title' || token.shape === 'mixed' || token.shape === 'upper' && token.text.length > 3 && partOf(token) === 'unknown') || !elsewhere.has(preposition) || streetPrefixes.has(token.folded) && scan.tokens[at + 1]?.shape !== 'mark') return null;
  if (preposition === 'of' && !(token.folded === 'the' && ['resident', 'member', 'student', 'tenant'].includes(scan.tokens[at - 2]?.folded ?? ''))) return null;
  const place = longestPlace(scan, at);
  const behind = place === null ? undefined : scan.tokens[place.last + 1];
  const kind = place === null || behind?.shape === 'title' && behind.breaks === 0 && preposition === 'at' ? null : placeOf(place.code)?.kind;
  if (kind === 'state' || kind === 'country' || kind === 'region') return null;
  if (states.has(token.folded)) return null;
  let last = at;
  let words = 1;
  while (last < at + 5) {
    const next = scan.tokens[last + 1];
    if (next === undefined || next.breaks > 0 || scan.taken(last + 1)) break;
    if (next.shape === 'title' || next.shape === 'upper' && ['MC', 'UMC', 'CMC', 'VA', 'VAMC', 'MGH'].includes(next.text)) {
      last++;
      words++;
    } else if ((next.text === '&' || token.folded === 'the' && (next.folded === 'at' || next.folded === 'of' || next.folded === 'on') || next.text === '-' || next.text === "'") && capital(scan.tokens[last + 2]) && scan.tokens[last + 2]?.breaks === 0) {
      last += 2;
      words++;
    } else break;
  }
  const all = scan.tokens.slice(at, last + 1).filter(word => word.shape !== 'mark');
  if (token.folded === 'the') {
    if (words < 2) return null;
    all.shift();
  }
  if (all.some(word => !['at', 'of', 'on'].includes(word.folded) && neverNames.has(word.folded) && !(words > 1 && adjectives.has(word.folded)) || titles.has(word.folded) || wordBits.medical(word.bits) || clinicalNouns.has(word.folded)) || all.every(word => genericFacilityWords.has(word.folded) || wholeHeads.has(word.folded))) return null;
  const rule = 'facility.visit';
  if (scan.tokens[last]?.shape === 'upper' && last > at) return {first: at, last, kind: 'geo.facility', rule, score: 0.8};
  // One word alone, and "from" or "to", say little: it has to be somewhere people are seen, and no name of a person.
  let led = false;
  for (let back = 2; back <= 6 && !led; back++) {
    const word = scan.tokens[at - back];
    if (word === undefined || word.breaks > 0 && back > 2 || word.text === '.') break;
    led = visits.has(word.folded);
  }
  if (words === 1 && preposition === 'to' && sentTo(scan, at)) return {first: at, last, kind: 'geo.facility', rule, score: 0.65};
  if (words === 1 && preposition === 'at' && strange(scan, at)) return {first: at, last, kind: 'geo.facility', rule, score: 0.65};
  if (words === 1 && (preposition !== 'at' || !led || token.word >= 6)) return null;
  if (words > 1 && preposition !== 'at' && preposition !== 'of' && (!led && all.some(word => partOf(word) !== 'none') || preposition === 'to')) return null;
  return {first: at, last, kind: 'geo.facility', rule, score: 0.7};
}

const sent = new Set(['transferred', 'transfer', 'sent', 'flown', 'airlifted', 'airlift', 'medevaced', 'lifeflighted', 'transported', 'brought', 'diverted']);
const departments = /(?:ology|ics|iatry|ery|ry|med|ward|unit|room|care|floor|side|down|staff|service)$/u;

/** "transferred to Upstate": a house by one word, unless it is a department, a person's place or a state of things. */
function sentTo(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' || token.possessive || departments.test(token.folded) || genericFacilityWords.has(token.folded) || wholeHeads.has(token.folded) || token.word >= 6) return false;
  for (let back = 2; back <= 4; back++) {
    const word = scan.tokens[at - back];
    if (word === undefined || word.shape === 'mark' || word.breaks > 0 && back > 2) return false;
    if (sent.has(word.folded)) return true;
  }
  return false;
}
