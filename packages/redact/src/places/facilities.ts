import {clinicalNouns, eponyms, facilityOpeners, gazetteer, genericFacilityWords, placeOf, strongFacilityHeads, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {capital, eponymContext, isParticle, partOf} from '../names/parts.ts';
import {neverNames, publicBodies, publicHeads, publicOpeners} from '../words/clinical.ts';
import {titles} from '../words/people.ts';
import {company, workplace} from './employers.ts';
import {longestPlace} from './tail.ts';

/** Hospitals, schools, churches, employers and what else has a name of its own. Public bodies and programmes are marked as harmless on the way. */
export function findFacilities(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const harmless = publicBody(scan, at);
    if (harmless !== null) {
      scan.spare(at, harmless);
      at = harmless;
      continue;
    }
    const found = company(scan, at) ?? saint(scan, at) ?? headless(scan, at) ?? headLast(scan, at) ?? headFirst(scan, at) ?? workplace(scan, at) ?? visited(scan, at);
    if (found === null) continue;
    scan.report(found.first, found.last, found.kind, found.rule, found.score);
    at = found.last;
  }
}

export interface Facility {
  readonly first: number;
  readonly last: number;
  readonly kind: 'geo.facility' | 'name.employer';
  readonly rule: string;
  readonly score: number;
}

/** Heads that are departments and fields, too: they need a proper name before them ("Lakeside Cardiology", but not "Interventional Cardiology"). */
const weakHeads = new Set([
  'surgery', 'imaging', 'rehabilitation', 'rehab', 'pediatrics', 'cardiology', 'oncology', 'dermatology', 'orthopedics', 'orthopaedics', 'dental', 'dentistry', 'dialysis', 'health', 'healthcare', 'health care', 'health services', 'hospice', 'oncology associates', 'veterans home', 'home', 'wellness', 'recovery', 'oncology', 'urology', 'neurology', 'nephrology', 'gastroenterology', 'psychiatry', 'radiology', 'obstetrics', 'gynecology', 'ophthalmology', 'podiatry', 'physical therapy', 'pain clinic', 'physicians', 'ob gyn', 'endocrinology', 'pulmonology', 'rheumatology', 'allergy', 'family health', 'childrens home', 'family medicine', 'internal medicine', 'family practice', 'behavioral health',
  'mental health', 'temple', 'inn', 'manor', 'mall', 'institute', 'elementary', 'shelter', 'foundation', 'general', 'memorial', 'methodist', 'presbyterian', 'baptist', 'lutheran', 'academy', 'library', 'surgical center', 'laboratories', 'assisted living', 'urgent care', 'parish', 'chapel', 'abbey', 'arena', 'jail', 'prison', 'restaurant', 'hotel', 'pharmacy', 'nursing home', 'infirmary', 'medical', 'trauma center', 'campus', 'regional',
]);
export const wholeHeads = new Set([...strongFacilityHeads, ...weakHeads]);
const headStarts = new Set([...wholeHeads].map(head => head.split(' ')[0] ?? ''));

const storms = new Set(['hurricane', 'typhoon', 'cyclone']);
const bodyStarts = new Set([...publicBodies].map(body => body.split(' ')[0] ?? ''));

function publicBody(scan: Scan, at: number): number | null {
  const first = scan.tokens[at];
  if (first === undefined || first.folded === '') return null;
  if (!bodyStarts.has(first.folded) && !publicOpeners.has(first.folded) && !storms.has(first.folded)) return null;
  let phrase = '';
  let best: number | null = null;
  for (let index = at; index < at + 9; index++) {
    const token = scan.tokens[index];
    if (token === undefined || index > at && token.breaks > 0) break;
    if (token.folded === '') {
      if (token.text === '-' || token.text === '/') continue;
      break;
    }
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (publicBodies.has(phrase)) best = index;
  }
  if (best !== null) return best;
  if (storms.has(first.folded) && scan.tokens[at + 1]?.shape === 'title' && scan.tokens[at + 1]?.breaks === 0) return at + 1;
  if (!publicOpeners.has(first.folded) || first.shape !== 'title') return null;
  let last = at;
  let head = false;
  for (let index = at + 1; index < at + 9; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0) break;
    if (token.shape === 'title') {
      last = index;
      if (publicHeads.has(token.folded)) head = true;
    } else if (!(token.text === '-' && token.glued) && !['of', 'for', 'and', 'on', 'the', '&'].includes(token.text)) break;
  }
  return head && last > at ? last : null;
}

/** Whether a word that begins a head comes soon: most names of people and things end here. */
function headNear(scan: Scan, at: number): boolean {
  for (let index = at + 1; index < at + 12; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 && index > at) return false;
    if (headStarts.has(token.folded)) return true;
  }
  return false;
}

/** The last token of a head that begins at `at`, the longest first. */
function headAt(scan: Scan, at: number): {readonly last: number; readonly head: string} | null {
  if (!headStarts.has(scan.tokens[at]?.folded ?? '')) return null;
  let phrase = '';
  let best: {last: number; head: string} | null = null;
  for (let index = at; index < at + 3; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.folded === '' || index > at && token.breaks > 0 || scan.taken(index)) break;
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (wholeHeads.has(phrase)) best = {last: index, head: phrase};
  }
  return best;
}

/** "Mercy General Hospital", "St. Mary's Medical Center", "Cedar Rapids Middle School": read from the first word of the name. */
function headLast(scan: Scan, at: number): Facility | null {
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

export function place(word: Token): boolean {
  return placeOf(gazetteer().placeCode(word.folded))?.kind === 'city';
}

function properWord(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  if (token === undefined || eponyms.has(token.folded) && clinicalNouns.has(scan.tokens[index + 1]?.folded ?? '')) return false;
  const part = partOf(token);
  return part === 'sure' || part === 'fair' || part === 'unknown' && capital(token) || part === 'both' && capital(token) && !scan.opens(index) || place(token) && token.word <= 4 || (longestPlace(scan, index)?.words ?? 0) > 1;
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
  if (weak && (head.head === 'general' || head.head === 'memorial' || head.head === 'regional')) return proper > 0 && !['surgeon', 'attorney', 'major', 'director'].includes(scan.tokens[first - 1]?.folded ?? '');
  return weak ? proper > 0 : true;
}
/** Whether "at", "from" or "to" stands before the name that ends with the head at `head`. */
function led(scan: Scan, head: number): boolean {
  for (let back = 2; back <= 5; back++) {
    const token = scan.tokens[head - back];
    if (token === undefined || token.shape === 'mark' && token.text !== '.') return false;
    if (token.folded === 'at' || token.folded === 'from' || token.folded === 'to') return true;
  }
  return false;
}

const lowerHeads = new Set(['nursing home', 'urgent care', 'general', 'memorial', 'pharmacy', 'elementary', 'academy', 'library', 'jail', 'prison', 'hotel', 'rehab', 'assisted living', 'hospice']);

/** "… of Boston", "… at Lakeview", "… - North Campus" behind the head. */
function campus(scan: Scan, found: Facility): Facility {
  let {last} = found;
  for (;;) {
    const link = scan.tokens[last + 1];
    if (link === undefined || link.breaks > 0 || scan.taken(last + 1)) break;
    const next = scan.tokens[last + 2];
    if ((link.folded === 'of' || link.folded === 'for' || link.folded === 'at' || link.folded === 'de' || link.folded === 'da' || link.text === '-' || link.text === '&') && next !== undefined && capital(next) && next.breaks === 0 && !scan.taken(last + 2)) last += 2;
    else if (link.shape === 'title' && (wholeHeads.has(link.folded) || ['center', 'centre', 'campus', 'system', 'department', 'association', 'annex', 'clinic', 'clinics', 'institute', 'physicians', 'hospitals', 'college', 'unit', 'pavilion', 'tower', 'wing', 'home', 'village', 'community', 'residence', 'specialists', 'care', 'practice', 'pediatrics', 'oncology', 'cardiology', 'surgery', 'consultants', 'inc', 'llc', 'hospital', 'school', 'services', 'group', 'medical', 'partners', 'associates'].includes(link.folded))) last += 1;
    else if (last > found.last && link.shape === 'title' && partOf(link) !== 'none') last += 1;
    else break;
  }
  return {...found, last: branch(scan, last)};
}

/** "Walgreens #11, Decatur": the number of a branch and the town behind it. */
function branch(scan: Scan, found: number): number {
  let last = found;
  if (scan.tokens[last + 1]?.text === '#' && scan.tokens[last + 2]?.shape === 'number') last += 2;
  const town = scan.tokens[last + 1]?.text === ',' ? longestPlace(scan, last + 2) : null;
  const first = scan.tokens[last + 2];
  return town !== null && first !== undefined && first.breaks === 0 && capital(first) && placeOf(town.code)?.kind === 'city' && !(first.given >= 5) ? town.last : last;
}

/** "University of Utah", "Hospital das Clínicas", "Klinikum Großhadern". */
function headFirst(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || !facilityOpeners.has(token.folded) || token.shape !== 'title' && scan.writing(at) !== 'lower') return null;
  let index = at + 1;
  const english = token.folded === 'university' || token.folded === 'college' || token.folded === 'hospital' || token.folded === 'hospice' || token.folded === 'gymnasium';
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

/** "St. Vincent's", "Saint Luke's": a saint's name as that of a house, by its possessive or by the preposition before it. */
function saint(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || token.folded !== 'st' && token.folded !== 'saint' && token.folded !== 'sta' && token.folded !== 'ste') return null;
  const name = scan.tokens[at + 1]?.text === '.' ? at + 2 : at + 1;
  const word = scan.tokens[name];
  if (word === undefined || word.breaks > 0 || scan.taken(name) || !(capital(word) || scan.writing(at) !== 'normal' && word.given >= 3)) return null;
  if (headLastEnd(scan, at) !== null || scan.tokens[name + 1]?.folded === 'wort' || eponymContext(scan, name)) return null;
  // Without capitals, too: "st. xavier's medical center".
  const head = headAt(scan, name + 1);
  if (head !== null && scan.tokens[name + 1]?.breaks === 0) return {first: at, last: head.last, kind: 'geo.facility', rule: 'facility.saint', score: 0.85};
  const led = ['at', 'to', 'from', 'in', 'near', 'visited'].includes(scan.tokens[at - 1]?.folded ?? '');
  if (!word.possessive && !word.folded.endsWith('s') && !led || word.folded === 'elevation') return null;
  return {first: at, last: name, kind: 'geo.facility', rule: 'facility.saint', score: 0.8};
}

function headLastEnd(scan: Scan, at: number): number | null {
  return headLast(scan, at)?.last ?? null;
}

/** Houses known by a name without a head. Folded, words joined by one blank. */
const houses = new Set(['johns hopkins', 'kaiser permanente', 'kaiser', 'mayo clinic', 'mass general', 'massachusetts general', 'cedars sinai', 'mount sinai', 'mt sinai', 'md anderson', 'sloan kettering', 'memorial sloan kettering', 'nyu langone', 'dana farber', 'cvs', 'cvs pharmacy', 'publix', 'safeway', 'meijer', 'sams club', 'beth israel', 'cleveland clinic', 'brigham and womens', 'mass general brigham', 'city of hope', 'scripps', 'geisinger', 'intermountain', 'sutter health', 'providence health', 'ascension', 'banner health', 'sentara', 'montefiore', 'henry ford',
  'walter reed', 'bellevue', 'maimonides', 'ucsf', 'ucla', 'nyu', 'mgh', 'upmc', 'charite', 'walmart', 'costco', 'walgreens', 'mcdonalds', 'starbucks', 'home depot', 'lowes', 'target store', 'fedex', 'rite aid', 'kroger', 'whole foods', 'harvard', 'yale', 'princeton', 'boeing', 'lockheed martin', 'general motors']);

const houseStarts = new Set([...houses].map(house => house.split(' ')[0] ?? ''));

function headless(scan: Scan, at: number): Facility | null {
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
    if (houses.has(phrase) && (token.shape !== 'lower' || words > 1 || ['at', 'to', 'from'].includes(scan.tokens[at - 1]?.folded ?? ''))) best = index;
  }
  if (best === null) return null;
  const next = scan.tokens[best + 1];
  if (next !== undefined && clinicalNouns.has(next.folded) && next.breaks === 0 || next?.text === '-' && next.glued && scan.tokens[best + 2]?.glued === true || eponymContext(scan, best)) return null;
  return campus(scan, {first: at, last: best, kind: 'geo.facility', rule: 'facility.known', score: 0.8});
}

const visits = new Set(['seen', 'admitted', 'treated', 'evaluated', 'transferred', 'hospitalized', 'hospitalised', 'presented', 'presenting', 'diagnosed', 'born', 'followed', 'delivered', 'surgery', 'ed', 'er', 'icu', 'appointment', 'visit', 'care', 'stay', 'rehab', 'operated', 'discharged', 'placed', 'resides', 'lives', 'enrolled', 'student', 'went', 'drove', 'fell', 'shops', 'ate']);
const elsewhere = new Set(['at', 'from', 'to']);

/** "seen in the ED at Parkland", "fell at Golden Corral": a name with a capital behind "at" where somebody was. */
function visited(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const preposition = scan.tokens[at - 1]?.folded ?? '';
  if (token === undefined || token.breaks > 0 || scan.writing(at) !== 'normal' || !(token.shape === 'title' || token.shape === 'mixed') || !elsewhere.has(preposition)) return null;
  const place = longestPlace(scan, at);
  const kind = place === null ? null : placeOf(place.code)?.kind;
  if (kind === 'state' || kind === 'country' || kind === 'region') return null;
  let last = at;
  let words = 1;
  while (last < at + 5) {
    const next = scan.tokens[last + 1];
    if (next === undefined || next.breaks > 0 || scan.taken(last + 1)) break;
    if (next.shape === 'title' || next.shape === 'upper' && ['MC', 'UMC', 'CMC', 'VA', 'VAMC', 'MGH'].includes(next.text)) {
      last++;
      words++;
    } else if ((next.text === '&' || next.text === '-' || next.text === "'") && capital(scan.tokens[last + 2]) && scan.tokens[last + 2]?.breaks === 0) {
      last += 2;
      words++;
    } else break;
  }
  const all = scan.tokens.slice(at, last + 1).filter(word => word.shape !== 'mark');
  if (all.some(word => neverNames.has(word.folded) || titles.has(word.folded) || wordBits.medical(word.bits) || clinicalNouns.has(word.folded)) || all.every(word => genericFacilityWords.has(word.folded) || wholeHeads.has(word.folded))) return null;
  const rule = 'facility.visit';
  if (scan.tokens[last]?.shape === 'upper') return {first: at, last, kind: 'geo.facility', rule, score: 0.8};
  // One word alone, and "from" or "to", say little: it has to be somewhere people are seen, and no name of a person.
  let led = false;
  for (let back = 2; back <= 6 && !led; back++) {
    const word = scan.tokens[at - back];
    if (word === undefined || word.breaks > 0 && back > 2 || word.text === '.') break;
    led = visits.has(word.folded);
  }
  if (words === 1 && (preposition !== 'at' || !led || token.word >= 6)) return null;
  if (words > 1 && preposition !== 'at' && (!led && all.some(word => partOf(word) !== 'none') || preposition === 'to')) return null;
  return {first: at, last, kind: 'geo.facility', rule, score: 0.7};
}
