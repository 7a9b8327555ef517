import {eponyms, gazetteer, placeOf, wordBits} from '@sluice/gazetteer';
import {capital, eponymContext, isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {relations, titles} from '../words/people.ts';
import type {Town} from './found.ts';
import {base, landmark, road} from './landmarks.ts';
import {longestPlace} from './tail.ts';
import {countyWords} from './town-forms.ts';

/** Parts of the world that are larger than a state, and countries by a name that no list has. */
export const continents = new Set(['asia', 'africa', 'europe', 'america', 'americas', 'oceania', 'caribbean', 'balkans', 'scandinavia', 'midwest', 'appalachia', 'eurasia', 'siberia', 'congo', 'burma', 'britain', 'england', 'scotland', 'wales', 'holland', 'korea', 'palestine', 'persia', 'yugoslavia', 'czechoslovakia', 'polynesia', 'antarctica']);

/** Words that a place follows. */
export const where = new Set(['in', 'from', 'near', 'outside', 'around', 'visiting', 'visited', 'to', 'at', 'of', 'via', 'toward', 'towards', 'leaving', 'left', 'between', 'through', 'across', 'downtown', 'north', 'south', 'east', 'west', 'northern', 'southern', 'eastern', 'western', 'greater', 'suburban', 'rural', 'inner']);
export const strictWhere = new Set(['in', 'from', 'near', 'outside', 'visiting', 'visited', 'downtown', 'around', 'to', 'greater']);
const residence = new Set(['lives', 'live', 'living', 'lived', 'resides', 'residing', 'resided', 'resident', 'moved', 'relocated', 'born', 'raised', 'grew', 'traveled', 'travelled', 'traveling', 'travelling', 'travels', 'trip', 'flew', 'drove', 'commutes', 'works', 'working', 'worked', 'hometown', 'native', 'returned', 'vacation', 'vacationing', 'stationed', 'based', 'transferred', 'is', 'patient', 'pt', 'male', 'female', 'man', 'woman', 'visited', 'home']);

/** A listed town by what stands before it and how likely its name is another word. */
export function listed(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape === 'mark' || token.shape === 'number' || token.shape === 'code' || token.shape === 'letter') return null;
  const known = longestPlace(scan, at);
  if (known === null) return null;
  const place = placeOf(known.code);
  if (place?.kind !== 'city') return null;
  if (eponymContext(scan, known.last)) return null;
  // Scales and diseases are named after towns, too: "per Glasgow-Blatchford".
  if (eponyms.has(token.folded) && known.words === 1 && (!strictWhere.has(scan.tokens[at - 1]?.folded ?? '') || scan.tokens[at + 1]?.text === '-' && scan.tokens[at + 1]?.glued === true)) return null;
  const code = scan.tokens[at - 1];
  const earlier = scan.tokens[at - 2];
  // "00100 Helsinki", "D-80331 München": a post code before the town, which a year is not.
  if (capital(token) && code?.shape === 'number' && (code.text.length >= 4 && code.text.length <= 6 || code.text.length === 2 && earlier?.shape === 'number' && earlier.text.length === 3 && !code.glued && code.breaks === 0) && token.breaks === 0 && !(/^(?:19|20)\d\d$/.test(code.text) && earlier?.text !== ',' && code.breaks === 0)) {
    if (code.text.length === 2) return {first: at - 2, last: known.last, kind: 'geo.city', rule: 'place.postcode', score: 0.85};
    const country = earlier?.text === '-' && earlier.glued && /^[A-Z]{1,2}$/.test(scan.tokens[at - 3]?.text ?? '');
    return {first: country ? at - 3 : at - 1, last: known.last, kind: 'geo.city', rule: 'place.postcode', score: 0.85};
  }
  const found: Town = {first: at, last: known.last, kind: 'geo.city', rule: 'place.town', score: 0.8};
  const before = scan.tokens[at - 1];
  const sameLine = token.breaks === 0;
  const led = sameLine && before !== undefined && where.has(before.folded);
  const strictly = sameLine && before !== undefined && strictWhere.has(before.folded);
  const next = scan.tokens[known.last + 1];
  if (token.shape === 'script') return token.text.length >= 2 ? found : null;
  if (token.shape === 'lower' || token.shape === 'upper') {
    const writing = scan.writing(at);
    // "the walmart pharmacy in tupelo": where a house is.
    if (token.shape === 'lower' && before?.folded === 'in' && scan.placed(at - 2) && token.word <= 4 && sameLine) return found;
    if (token.shape === 'upper' && writing !== 'upper') return known.words > 1 || (led && place.step >= 2 && token.text.length > 4) ? found : null;
    if (partOf(token) === 'none' && known.words === 1 || token.word >= 3 && known.words === 1 || token.text.length < 4 && known.words === 1) return null;
    if (!strictly) return known.words > 1 && place.step >= 3 && allPlain(scan, at, known.last) ? found : null;
    const lives = residence.has(scan.tokens[at - 2]?.folded ?? '') || residence.has(scan.tokens[at - 3]?.folded ?? '');
    if (before?.folded === 'to' && !lives) return null;
    return known.words > 1 ? place.step >= 1 || wordsOf(scan, at, known.last).some(word => word.word <= 3) ? found : null : place.step >= (lives ? 0 : token.given >= 5 ? 4 : 2) ? found : null;
  }
  if (!capital(token) || titles.has(before?.folded ?? '') || before?.text === '.' && titles.has(scan.tokens[at - 2]?.folded ?? '')) return null;
  if (relations.has(before?.folded ?? '') && !residence.has(before?.folded ?? '')) return null;
  if (known.words > 1) {
    const all = wordsOf(scan, at, known.last);
    if (all.some(word => word.shape === 'lower' && !isParticle(word) && !word.glued && !inside.has(word.folded))) return null;
    if (all.every(word => word.word >= 5 || neverNames.has(word.folded))) return led && place.step >= 1 ? found : null;
    // "Maria Elena" and "San Juan" are both in the list of towns.
    return led || place.step >= 2 || all.some(word => word.given < 3 && word.surname < 5) ? found : null;
  }
  const part = partOf(token);
  const person = token.given >= 4 || token.surname >= 6;
  const listedNext = next?.text === ',' && scan.tokens[known.last + 2] !== undefined && capital(scan.tokens[known.last + 2]);
  if (neverNames.has(token.folded)) return null;
  const coded = next?.shape === 'number' && next.breaks === 0 && (next.text.length === 5 || next.text.length === 6) && place.step >= 2;
  if (coded) return found;
  if (part === 'none') return strictly && (place.step >= 2 && token.word <= 5 || place.step >= 5 && token.word <= 6) && !scan.opens(at) ? found : null;
  // A capitalised word goes on: the town is part of another name ("Paris Hill").
  if (next !== undefined && next.breaks === 0 && capital(next) && next.shape !== 'letter' && partOf(next) !== 'none') return strictly && !person ? found : null;
  if (strictly && !scan.opens(at)) return person && (before?.folded === 'from' || before?.folded === 'to') && place.step < 3 ? null : found;
  if (led && !scan.opens(at)) return person ? null : place.step >= 2 ? found : null;
  if (person || token.word >= 2) return null;
  // "DOB 1957-08-30, Akranes.": a part of its own behind something that was found.
  if (before?.text === ',' && scan.taken(at - 2) && (next === undefined || next.breaks > 0 || [',', '.', ';', ')'].includes(next.text))) return found;
  return place.step >= 4 || (place.step >= 3 && !scan.opens(at)) || (listedNext && place.step >= 2) ? found : null;
}

/** Small words in the names of towns: "Port of Spain", "Newcastle upon Tyne". */
const inside = new Set(['of', 'on', 'upon', 'by', 'and', 'under', 'sur', 'am', 'an']);

function wordsOf(scan: Scan, first: number, last: number) {
  return scan.tokens.slice(first, last + 1).filter(token => token.shape !== 'mark');
}

function allPlain(scan: Scan, first: number, last: number): boolean {
  return wordsOf(scan, first, last).some(token => token.word === 0 && !isParticle(token));
}

const inhabits = new Set(['lives', 'live', 'living', 'lived', 'resides', 'residing', 'resided', 'moved', 'relocated', 'born', 'raised', 'hails', 'grew', 'travelled', 'traveled', 'returned', 'stationed']);

/** "lives in Xanthia Grove": where somebody lives is a place, whether a list has it or not. */
export function lived(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || token.breaks > 0) return null;
  const before = scan.tokens[at - 1]?.folded ?? '';
  if (before !== 'in' && before !== 'near' && before !== 'to' && before !== 'from' && before !== 'outside' && before !== 'at') return null;
  if (!inhabits.has(scan.tokens[at - 2]?.folded ?? '') && !inhabits.has(scan.tokens[at - 3]?.folded ?? '')) return null;
  const known = longestPlace(scan, at);
  if (known !== null && placeOf(known.code)?.kind !== 'city') return null;
  if (neverNames.has(token.folded) && scan.tokens[at + 1]?.glued !== true || countryLike(scan, at)) return null;
  let last = at;
  while (last < at + 3 && scan.tokens[last + 1]?.breaks === 0 && (scan.tokens[last + 1]?.shape === 'title' || scan.tokens[last + 1]?.text === '-' && scan.tokens[last + 1]?.glued === true && scan.tokens[last + 2]?.glued === true) && !scan.taken(last + 1)) last++;
  return {first: at, last, kind: 'geo.other', rule: 'place.lived', score: 0.8};
}

/** Landmarks, bases, numbered roads and crossings. */
export function named(scan: Scan, at: number): Town | null {
  const found = base(scan, at) ?? landmark(scan, at) ?? road(scan, at);
  return found === null ? null : {...found, kind: 'geo.other', rule: 'place.landmark', score: 0.75};
}

/** "We are in 78704": a post code instead of a town, at the end of what is said. */
export function alone(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token === undefined || token.shape !== 'number' || token.text.length !== 5 || token.breaks > 0 || !['in', 'from', 'near'].includes(scan.tokens[at - 1]?.folded ?? '')) return null;
  return next === undefined || next.breaks > 0 || ['.', ',', '?', '!', ';', ')'].includes(next.text) && !(scan.tokens[at + 2]?.glued === true && scan.tokens[at + 2]?.shape === 'number') ? {first: at, last: at, kind: 'geo.zip', rule: 'place.zip', score: 0.75} : null;
}

const openers = new Set(['little', 'upper', 'lower', 'old', 'new', 'north', 'south', 'east', 'west', 'downtown', 'san', 'santa', 'santo', 'sao', 'los', 'las', 'fort', 'port', 'lake', 'mount', 'point', 'rancho', 'el', 'ciudad', 'bad', 'villa', 'glen', 'cape']);

/** "to San Ysidro": words that begin the names of towns, behind a preposition. */
export function compound(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token?.shape !== 'title' || token.breaks > 0 || !openers.has(token.folded) || !strictWhere.has(scan.tokens[at - 1]?.folded ?? '')) return null;
  if (next?.shape !== 'title' || next.breaks > 0 || scan.taken(at + 1) || neverNames.has(next.folded) || continents.has(next.folded)) return null;
  let last = at + 1;
  while (last < at + 4 && scan.tokens[last + 1]?.breaks === 0 && scan.tokens[last + 1]?.shape === 'title' && !scan.taken(last + 1) && countyWords.has(scan.tokens[last + 1]?.folded ?? '')) last++;
  return wordBits.medical(next.bits) || partOf(next) === 'none' && next.places === 0 && next.word > 5 ? null : {first: at, last, kind: 'geo.other', rule: 'place.opener', score: 0.75};
}

function countryLike(scan: Scan, at: number): boolean {
  const code = gazetteer().placeCode(scan.tokens[at]?.folded ?? '');
  return code === 'n' || code === 's' || code === 'r';
}
