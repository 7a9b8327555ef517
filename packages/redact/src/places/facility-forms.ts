import {clinicalNouns, eponyms, genericFacilityWords, placeOf, wordBits} from '@sluice/gazetteer';
import {capital, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {neverNames, publicOpeners} from '../words/clinical.ts';
import {personVerbs} from '../words/people.ts';
import {campus} from './campus.ts';
import {headAt, place, type Facility} from './facility.ts';
import {longestPlace} from './tail.ts';
import {animateVerbs} from '../names/predicates.ts';

const groupHeads = new Set(['associates', 'partners', 'physicians', 'specialists', 'group', 'consultants', 'practice', 'surgeons', 'network', 'providers', 'clinics', 'center', 'centre', 'services', 'association', 'alliance', 'collaborative', 'doctors', 'hospitalists', 'anesthesiologists', 'radiologists', 'pathologists', 'cardiologists']);

/** "Surgical Associates of Chattanooga", "Heart Institute of Nevada": what it does, what it is, and where. Its own words say nothing; the place behind them makes it one. */
export function placed(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || publicOpeners.has(token.folded) || token.folded === 'the') return null;
  // "Children's of Alabama".
  if (token.possessive && (token.folded === 'children' || token.folded === 'women') && scan.tokens[at + 1]?.folded === 'of' && capital(scan.tokens[at + 2]) && scan.tokens[at + 2]?.breaks === 0 && (scan.tokens[at + 2]?.places ?? 0) > 0) return campus(scan, {first: at, last: at + 2, kind: 'geo.facility', rule: 'facility.placed', score: 0.85});
  for (let index = at; index < at + 6; index++) {
    const word = scan.tokens[index];
    if (word === undefined || index > at && word.breaks > 0 || scan.taken(index)) return null;
    if (word.text === '&' || word.text === '-' || word.folded === 'and') continue;
    if (word.shape !== 'title') return null;
    if (index === at || !(groupHeads.has(word.folded) || headAt(scan, index) !== null)) continue;
    const last = headAt(scan, index)?.last ?? index;
    const link = scan.tokens[last + 1];
    const name = scan.tokens[last + 2];
    if (link === undefined || link.breaks > 0 || link.folded !== 'of' && link.folded !== 'at' || name === undefined || name.breaks > 0 || scan.taken(last + 2)) continue;
    if (!capital(name) || neverNames.has(name.folded) || wordBits.medical(name.bits) || clinicalNouns.has(name.folded)) continue;
    if (partOf(name) === 'none' && longestPlace(scan, last + 2) === null) continue;
    return campus(scan, {first: at, last, kind: 'geo.facility', rule: 'facility.placed', score: 0.85});
  }
  return null;
}

const wards = new Set(['er', 'ed', 'icu', 'micu', 'sicu', 'nicu', 'picu', 'ccu', 'ob', 'pacu', 'uc', 'ltac', 'snf', 'va', 'jail', 'dialysis']);
/** Short for fields of medicine: a ward of theirs is none of a town's. */
const shortFields = new Set(['peds', 'psych', 'neuro', 'cardio', 'surg', 'med', 'obs', 'ortho', 'onc', 'uro', 'vasc', 'gyn', 'fast', 'adult', 'main', 'burn', 'shock', 'level']);
const into = new Set(['at', 'to', 'from', 'in', 'via', 'the', 'through', 'called']);

/** "on Kestrel Ward": in Britain wards have names; fields of medicine have none. */
function namedWard(scan: Scan, at: number): boolean {
  const token = scan.tokens[at]!;
  const next = scan.tokens[at + 1];
  return next?.folded === 'ward' && next.shape === 'title' && next.breaks === 0 && token.given < 3 && token.word <= 5 && !genericFacilityWords.has(token.folded) && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && !wordBits.medical(token.bits);
}

/** "the Lakeland ER", "at Cobb ICU": a ward behind a place or a name. */
export function ward(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const before = scan.tokens[at - 1];
  if (token?.shape === 'title' && namedWard(scan, at)) return {first: at, last: at + 1, kind: 'geo.facility', rule: 'facility.ward', score: 0.75};
  if (token === undefined || token.breaks > 0 || before === undefined || !into.has(before.folded)) return null;
  const town = longestPlace(scan, at);
  const last = town !== null && placeOf(town.code)?.kind === 'city' ? town.last : at;
  const next = scan.tokens[last + 1];
  if (next === undefined || next.breaks > 0 || !wards.has(next.folded) || shortFields.has(token.folded) || neverNames.has(token.folded) || eponyms.has(token.folded) || wordBits.medical(token.bits)) return null;
  const found: Facility = {first: at, last: last + 1, kind: 'geo.facility', rule: 'facility.ward', score: 0.8};
  if (token.shape === 'lower') return scan.writing(at) === 'lower' && last + 1 > at && place(token) && token.word <= 2 && next.folded !== 'va' && next.folded !== 'ob' ? found : null;
  if (token.shape !== 'title' || next.shape !== 'upper' && next.shape !== 'lower') return null;
  const part = partOf(token);
  return last > at || part === 'sure' || part === 'fair' || part === 'unknown' || place(token) && token.word <= 4 ? found : null;
}

/** What churches, and the hospitals and schools of their orders, are dedicated to. Folded, words joined by one blank. */
const dedications = new Set(['our lady', 'sacred heart', 'holy cross', 'holy name', 'holy family', 'holy spirit', 'holy ghost', 'holy trinity', 'holy redeemer', 'holy rosary', 'holy angels', 'holy innocents', 'good shepherd', 'mount carmel', 'mt carmel', 'mount olive', 'mount olivet', 'mt olive', 'mount zion', 'mt zion', 'mount calvary', 'mount moriah', 'immaculate heart', 'immaculate conception', 'blessed sacrament', 'precious blood', 'bon secours', 'queen of peace', 'queen of angels', 'queen of heaven', 'christ the king', 'prince of peace', 'divine mercy', 'divine savior', 'little flower', 'all saints', 'all souls', 'good samaritan', 'beth shalom', 'beth el', 'beth israel', 'bnai brith', 'bnai israel', 'notre dame', 'nuestra senora', 'sagrado corazon', 'star of the sea', 'mother of mercy', 'faith lutheran', 'grace lutheran', 'baptist memorial', 'methodist memorial']);
const dedicationStarts = new Set([...dedications].map(one => one.split(' ')[0] ?? ''));

/** "Our Lady of Sorrows", "Sacred Heart": dedications are the names of houses, and of nothing else when a person has been there. */
export function dedicated(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || !dedicationStarts.has(token.folded) || token.shape === 'letter') return null;
  const before = scan.tokens[at - 1]?.folded ?? '';
  const led = ['at', 'from', 'to', 'in', 'near', 'of', 'attends', 'by'].includes(before);
  if (token.shape === 'lower' && !led || token.folded === 'good' && !led && token.shape !== 'title') return null;
  let phrase = '';
  let last = -1;
  for (let index = at; index < at + 5; index++) {
    const word = scan.tokens[index];
    if (word === undefined || scan.taken(index) || index > at && word.breaks > 0) break;
    if (word.shape === 'mark') {
      if (word.text !== '.' && word.text !== "'" && word.text !== '-') break;
      continue;
    }
    phrase = phrase === '' ? word.folded : `${phrase} ${word.folded}`;
    if (dedications.has(phrase)) last = index;
  }
  if (last < 0 || scan.tokens[last]?.shape === 'lower' && token.shape !== 'lower') return null;
  // "good samaritan" is also somebody who helped.
  if (token.folded === 'good' && (scan.tokens[last]?.shape === 'lower' || !led)) return null;
  let link = scan.tokens[last + 1];
  while (link !== undefined && link.breaks === 0 && (link.folded === 'of' || link.folded === 'the') && (scan.tokens[last + 2]?.breaks ?? 1) === 0) {
    if (!(capital(scan.tokens[last + 2]) || scan.tokens[last + 2]?.folded === 'the' || token.shape === 'lower')) break;
    last += 2;
    link = scan.tokens[last + 1];
  }
  return campus(scan, {first: at, last, kind: 'geo.facility', rule: 'facility.dedication', score: 0.8});
}

const behindShop = new Set(['in', 'on', 'at', 'near', 'off', 'by', 'and', 'last', 'yesterday', 'today']);

/** "the Kohl's in Menomonie", "the Bellagio": behind an article no noun follows what would be a possessive or a word that no list has. */
export function shop(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const lead = scan.tokens[at - 2]?.folded ?? '';
  if (token?.shape !== 'title' || token.breaks > 0 || scan.tokens[at - 1]?.folded !== 'the' || !['at', 'of', 'from', 'to', 'in', 'near'].includes(lead)) return null;
  const next = scan.tokens[at + 1];
  if (token.folded === 'mall' && next?.folded === 'of' && capital(scan.tokens[at + 2])) return {first: at, last: at + 2, kind: 'geo.facility', rule: 'facility.shop', score: 0.75};
  const ends = next === undefined || next.breaks > 0 || next.shape === 'mark' && next.text !== '-' || behindShop.has(next.folded);
  if (!ends || eponyms.has(token.folded) || neverNames.has(token.folded) || wordBits.medical(token.bits) || wordBits.proper(token.bits) || clinicalNouns.has(token.folded)) return null;
  const town = longestPlace(scan, at);
  const kind = town === null ? null : placeOf(town.code)?.kind;
  if (kind === 'country' || kind === 'state' || kind === 'region') return null;
  return token.possessive && token.word < 6 || lead === 'at' && partOf(token) === 'unknown' ? {first: at, last: at, kind: 'geo.facility', rule: 'facility.shop', score: 0.7} : null;
}

const houseLabels = new Set(['hospice', 'snf', 'agency', 'laboratory', 'pharmacy', 'hospital', 'clinic', 'facility', 'school', 'dialysis', 'practice', 'church', 'daycare', 'preschool', 'employer', 'company', 'workplace', 'university', 'college']);

/** "Hospice: Compassus", "Preferred pharmacy: Bartell Drugs": the value of a label that asks for a house. */
export function labelledHouse(scan: Scan, at: number): Facility | null {
  if (scan.tokens[at - 1]?.text !== ':' || !houseLabels.has(scan.tokens[at - 2]?.folded ?? '') || (scan.tokens[at]?.breaks ?? 1) > 0) return null;
  let last = -1;
  let named = false;
  for (let index = at; index < at + 9; index++) {
    const word = scan.tokens[index];
    if (word === undefined || index > at && word.breaks > 0 || scan.taken(index)) break;
    if (word.shape === 'mark' ? !['-', '&', "'", '#', '.'].includes(word.text) || index === at || word.text === '.' && (scan.tokens[index - 1]?.text.length ?? 9) > 3 : !(capital(word) || word.shape === 'upper' || word.shape === 'number' || ['of', 'at', 'the', 'and', 'on', 'de', 'for'].includes(word.folded))) break;
    if (word.shape === 'mark') continue;
    if (wordBits.drug(word.bits)) return null;
    named ||= capital(word) && partOf(word) !== 'none' && !wordBits.medical(word.bits) || firms.has(word.folded);
    if (capital(word) || word.shape === 'upper' || word.shape === 'number') last = index;
  }
  return named && last >= at ? campus(scan, {first: at, last, kind: 'geo.facility', rule: 'facility.label', score: 0.8}) : null;
}

const illnesses = new Set(['syndrome', 'disease', 'virus', 'fever', 'encephalitis', 'sign', 'stage', 'grade', 'wine', 'mustard', 'sauce', 'cheese', 'salt', 'salts', 'boil', 'belly', 'profile', 'protocol']);
const scales = new Set([...illnesses, 'scale', 'scales', 'score', 'scores', 'criteria', 'criterion', 'rule', 'rules', 'classification', 'index', 'questionnaire', 'guideline', 'guidelines', 'consensus', 'declaration', 'grading', 'staging', 'inventory', 'triage', 'calculator', 'definition', 'definitions', 'formula', 'nomogram', 'scoring', 'instrument', 'battery', 'agreement', 'convention']);


/** Words of a sentence, which the name of a scale does not go over. */
const sentence = new Set(['the', 'a', 'an', 'of', 'for', 'in', 'on', 'at', 'to', 'from', 'with', 'is', 'was', 'has', 'had', 'have', 'who', 'her', 'his', 'their', 'our', 'my', 'by', 'as', 'or', 'but', 'that', 'this', 'which', 'seen', 'said', 'says', 'reports', 'came', 'per', 'will', 'would', 'where', 'when', 'she', 'he', 'they', 'we', 'it', 'not', 'no']);

/** Participles inside of the names of scales and diseases. */
const adjectives = new Set(['modified', 'revised', 'spotted', 'simplified', 'adapted', 'updated', 'abbreviated', 'extended', 'related', 'shortened', 'combined', 'expanded', 'based']);

/** "Maria denied fever": what a person does is no part of the name of a disease. */
function acts(word: Token): boolean {
  return word.shape === 'lower' && (animateVerbs.has(word.folded) || word.folded.length > 4 && word.folded.endsWith('ed') && !adjectives.has(word.folded));
}

/** "Edinburgh postnatal depression scale", "Cleveland Clinic Florida incontinence score": a place whose name a scale or a disease has. The last token of it. */
export function scaleName(scan: Scan, at: number): number | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' || token.possessive || token.places === 0 && token.folded !== 'mayo') return null;
  // "from Dayton, stage 3" is a town.
  if (['from', 'in', 'near', 'to', 'outside', 'lives', 'visiting'].includes(scan.tokens[at - 1]?.folded ?? '')) return null;
  const town = longestPlace(scan, at);
  let index = (town?.last ?? at) + 1;
  for (let words = 0; words < 5; index++) {
    const word = scan.tokens[index];
    if (word === undefined || word.breaks > 0) return null;
    if (word.text === '-' || word.text === '/') continue;
    // "Maria denied fever": who has the name of a town may have a disease, too; that has to follow at once.
    if (scales.has(word.folded)) return words > 0 && (illnesses.has(word.folded) || token.given >= 5 && scan.tokens[at + 1]?.folded !== 'clinic') ? null : index;
    if (word.shape !== 'lower' && word.shape !== 'title' && word.text !== 'CT' || sentence.has(word.folded) || personVerbs.has(word.folded) && word.folded !== 'and' || word.folded.endsWith('ed') || acts(word) || word.given >= 5 && word.shape === 'title' && word.word < 4) return null;
    words++;
  }
  return null;
}

/** Nouns behind the name of a house that people visit or live in: "the Red Heron pub", "the Maes-y-Deri estate". */
const venues = new Set(['pub', 'bar', 'tavern', 'restaurant', 'diner', 'cafe', 'nightclub', 'gym', 'salon', 'estate', 'supermarket', 'bookstore', 'trailer', 'campsite', 'campground', 'neighbourhood', 'neighborhood', 'housing', 'projects', 'subdivision']);
const sites = new Set(['warehouse', 'plant', 'factory', 'mill', 'refinery', 'shipyard', 'quarry', 'foundry', 'dealership', 'headquarters', 'fulfillment', 'distribution', 'slaughterhouse', 'cannery', 'smelter', 'sawmill', 'depot', 'brewery', 'winery', 'shipyards']);

/** "the Amazon warehouse", "the tyson plant": where somebody works, by whose it is. */
export function site(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const before = scan.tokens[at - 1]?.folded ?? '';
  if (token === undefined || token.breaks > 0 || before !== 'the' && before !== 'at' && before !== 'a' && before !== 'local') return null;
  let last = at;
  while (last < at + 5 && (scan.tokens[last + 1]?.shape === 'title' || scan.tokens[last + 1]?.text === '-' && scan.tokens[last + 2]?.glued === true || scan.tokens[last]?.text === '-' && scan.tokens[last + 1]?.glued === true) && scan.tokens[last + 1]?.breaks === 0 && !scan.taken(last + 1)) last++;
  const noun = scan.tokens[last + 1];
  if (noun === undefined || noun.breaks > 0 || !sites.has(noun.folded) && (!venues.has(noun.folded) || neverNames.has(token.folded)) || genericFacilityWords.has(token.folded)) return null;
  const named = (word: Token): boolean => partOf(word) !== 'none' || firms.has(word.folded) || place(word) && word.word <= 4;
  if (token.shape === 'lower') return scan.writing(at) === 'lower' && (named(token) && token.word <= 4) && !wordBits.medical(token.bits) ? {first: at, last: last + 1, kind: 'name.employer', rule: 'employer.site', score: 0.75} : null;
  return capital(token) && (named(token) || last > at) || token.shape === 'upper' && token.text.length > 1 ? {first: at, last: last + 1, kind: 'name.employer', rule: 'employer.site', score: 0.8} : null;
}

/** Firms whose name is a word that is never a person's. */
const firms = new Set(['amazon', 'google', 'microsoft', 'apple', 'facebook', 'tesla', 'target', 'nestle', 'cargill', 'boeing', 'pepsi', 'frito', 'toyota', 'honda', 'nissan', 'hyundai', 'volkswagen', 'siemens', 'samsung', 'intel', 'general', 'caterpillar', 'goodyear', 'whirlpool', 'chrysler', 'jbs', 'smithfield', 'purdue', 'perdue', 'ikea', 'ups', 'fedex']);
