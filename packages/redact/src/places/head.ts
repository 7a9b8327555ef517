import {clinicalNouns, streetSuffixes, unitWords, wordBits} from '@sluice/gazetteer';
import {isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {doseUnits, neverNames} from '../words/clinical.ts';
import {credentials, titles} from '../words/people.ts';
import {longestPlace, ordinalish, written} from './tail.ts';

/** How sure the part is from which an address is followed backwards: a street or a post code makes nearly any words beside it a part, a town does not. */
export type Anchor = 'street' | 'code' | 'town';

/**
 * Where an address begins of which a part was recognised at `first`: back over numbers of flats and houses and the names of buildings and districts, on the same line behind
 * commas or on the lines before. Words alone count behind a post code, or where one of them is a word for a building: the line above an address is as often the name of who lives there.
 */
export function addressHead(scan: Scan, first: number, anchor: Anchor): number {
  let start = beside(scan, first, anchor);
  for (let steps = 0; steps < 5; steps++) {
    const broken = (scan.tokens[start]?.breaks ?? 0) === 1;
    let last = start - 1;
    if (separates(scan, last, anchor)) last--;
    else if (!broken || anchor === 'town') break;
    const part = partBefore(scan, last, anchor);
    if (part === null || !accepted(scan, part, last, anchor, broken)) break;
    start = beside(scan, part.first, anchor);
  }
  return start;
}

function separates(scan: Scan, at: number, anchor: Anchor): boolean {
  const mark = scan.tokens[at];
  return mark?.text === ',' || anchor !== 'town' && (mark?.text === '|' || mark?.text === '·' || mark?.text === ';' || mark?.text === '-' && !mark.glued);
}

interface Part {
  readonly first: number;
  readonly digits: boolean;
  readonly building: boolean;
}

/** The part that ends with `last`: numbers and words with capitals, back to a comma, a colon, a word of a sentence or the line. */
function partBefore(scan: Scan, last: number, anchor: Anchor): Part | null {
  let digits = false;
  let building = false;
  let first = last + 1;
  for (let index = last; index > last - 10 && index >= 0; index--) {
    const token = scan.tokens[index];
    if (token === undefined || scan.taken(index) && !scan.placed(index) || token.text === ',' || token.text === ':' && scan.tokens[index + 1]?.shape !== 'number' || token.text === ';' || token.text === '|') break;
    if (token.shape === 'mark' && !['#', '-', '/', '.', "'", '&', '(', ')', ':', 'º', 'ª', '°'].includes(token.text)) break;
    // The full stop of the sentence before, and not the point of an abbreviation.
    if (token.text === '.' && index < last && scan.tokens[index + 1]?.glued !== true && (scan.tokens[index - 1]?.text.length ?? 9) > 5) break;
    // "G/F", "18/F": the floor of a tower.
    if (token.folded === 'f' && token.glued && scan.tokens[index - 1]?.text === '/') building = true;
    if (token.shape === 'number' || token.shape === 'code') digits ||= token.text.length <= 6;
    else if (token.shape !== 'mark' && !(written(token) || isParticle(token) || anchor !== 'town' && lowerWords.has(token.folded) || anchor === 'code' && token.shape === 'lower' && token.word === 0 && token.folded.length > 3 && !wordBits.medical(token.bits) || unitWords.has(token.folded) || ordinalish.has(token.folded))) break;
    if (buildings.has(token.folded) || token.shape !== 'lower' && (unitWords.has(token.folded) || index === last && streetSuffixes.has(token.folded) && scan.tokens[index - 1]?.shape === 'title')) building = true;
    first = index;
    if (token.breaks > 0) break;
  }
  while (first <= last && scan.tokens[first]?.shape === 'mark' && scan.tokens[first]?.text !== '#') first++;
  // A particle begins a part only with a capital: "La Paz", but not "de 45".
  while (first <= last && scan.tokens[first]?.shape === 'lower' && !unitWords.has(scan.tokens[first]?.folded ?? '') && !lowerWords.has(scan.tokens[first]?.folded ?? '') && scan.tokens[first]?.word !== 0) first++;
  return first > last ? null : {first, digits, building};
}

function accepted(scan: Scan, {first, digits, building}: Part, last: number, anchor: Anchor, broken: boolean): boolean {
  let named = false;
  for (let index = first; index <= last; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.shape === 'mark') continue;
    if (doseUnits.has(token.folded) && token.shape === 'lower' || credentials.has(token.text) && anchor === 'town') return false;
    if (token.shape === 'number' || token.shape === 'code' || unitWords.has(token.folded) || ordinalish.has(token.folded) || addressWords.has(token.folded) || lowerWords.has(token.folded)) continue;
    if (titles.has(token.folded) && token.folded.length > 2 || wordBits.medical(token.bits) && token.given + token.surname < 4 || !building && clinicalNouns.has(token.folded) && !streetSuffixes.has(token.folded) && !buildings.has(token.folded)) return false;
    const part = partOf(token);
    if (part !== 'none' && part !== 'initial' || (longestPlace(scan, index)?.words ?? 0) > 0) named = true;
    else if (neverNames.has(token.folded) && !article.has(token.folded) && !streetSuffixes.has(token.folded)) return false;
  }
  if (anchor === 'town') return digits && named && last > first && !(scan.tokens[first]?.shape === 'number' && last === first + 1 && scan.tokens[last]?.shape === 'letter');
  if (digits || building) return true;
  const opening = scan.tokens[first];
  if (broken || opening === undefined) return false;
  if (opening.folded === 'the' && last > first && last < first + 4) return true;
  return anchor === 'code' ? named && opening.given < 5 : named && opening.given < 3 && last - first < 3;
}

const article = new Set(['the', 'old', 'new', 'upper', 'lower', 'right', 'left', 'first', 'second', 'third']);

/** Words for a unit, with their number or without, and marks of a number right before: "Lot", "Unit 5", "No.", "#". */
function beside(scan: Scan, first: number, anchor: Anchor): number {
  let start = first;
  if (anchor === 'town') return start;
  for (let steps = 0; steps < 4; steps++) {
    const token = scan.tokens[start - 1];
    if (token === undefined || (scan.tokens[start]?.breaks ?? 1) > 0 || scan.taken(start - 1)) return start;
    const earlier = scan.tokens[start - 2];
    if (token.text === '#') start--;
    else if (token.text === '.' && earlier !== undefined && (unitWords.has(earlier.folded) || numberWords.has(earlier.folded)) && earlier.shape !== 'lower' && !scan.taken(start - 2)) start -= 2;
    else if ((unitWords.has(token.folded) || numberWords.has(token.folded)) && (token.shape === 'title' || token.shape === 'upper')) start--;
    else if ((token.shape === 'number' || token.shape === 'code') && token.text.length <= 5 && earlier !== undefined && unitWords.has(earlier.folded) && earlier.shape !== 'letter' && !scan.taken(start - 2)) start -= 2;
    else return start;
  }
  return start;
}
const numberWords = new Set(['no', 'nr', 'number', 'h', 'hno', 'hse', 'rr', 'so', 'mz', 'lt', 'mza', 'lte', 'level', 'lvl', 'stand', 'erf', 'site', 'moo', 'sv']);

/** Words of addresses that are other words elsewhere: levels, stands, sites, the parts of a district. */
const addressWords = new Set(['level', 'lvl', 'stand', 'erf', 'site', 'comp', 'rmb', 'hse', 'stage', 'zone', 'ward', 'village', 'vill', 'tehsil', 'taluk', 'taluka', 'mandal', 'dist', 'distt', 'district', 'gram', 'post', 'po', 'ps', 'p', 'o', 'box', 'opp', 'cross', 'main', 'road', 'street', 'lane', 'high', 'town', 'city', 'county', 'co', 'station', 'house', 'field', 'park', 'green', 'hill', 'grand', 'place', 'centre', 'center', 'industrial', 'area', 'region', 'new', 'old', 'north', 'south', 'east', 'west']);

/** Short words in small letters between the names and numbers of streets in Slavic, Baltic, Turkish, Vietnamese and other languages. Folded. */
const lowerWords = new Set(['pr', 'mnt', 'ul', 'os', 'bul', 'm', 'al', 'pl', 'tn', 'g', 'sok', 'mah', 'cad', 'utca', 'u', 'ut', 'ter', 'pho', 'ngo', 'ngach', 'hem', 'duong', 'vul', 'бул', 'г', 'пр', 'пер', 'ул', 'вул', 'м', 'ulica', 'ulice', 'namesti', 'nam', 'tr', 'trida', 'gatve', 'iela', 'tee', 'pst', 'cesta', 'trg', 'obala', 'kv', 'kw', 'd', 'nr', 'no', 'n', 'num', 'br', 'bb', 'str', 'strasse', 'weg', 'lieu', 'dit', 'lok', 'bl', 'ap', 'et', 'vh', 'lgh', 'th', 'tv']);

const buildings = new Set(['town', 'vihar', 'enclave', 'bazar', 'bazaar', 'market', 'cantt', 'puram', 'apartments', 'apartment', 'tower', 'towers', 'house', 'building', 'bldg', 'complex', 'society', 'residency', 'residences', 'residence', 'heights', 'villas', 'villa', 'court', 'cottage', 'farm', 'mansion', 'mansions', 'plaza', 'centre', 'block', 'blk', 'flats', 'chambers', 'estate', 'compound', 'quarters', 'lodge', 'hall', 'manor', 'edificio', 'edf', 'torre', 'condominio', 'residencial', 'immeuble', 'wisma', 'menara', 'gedung', 'phase', 'sector',
  'forge', 'mill', 'barn', 'rectory', 'vicarage', 'grange', 'granary', 'stables', 'bungalow', 'schoolhouse', 'gatehouse', 'croft', 'farmhouse', 'cottages', 'nagar', 'colony', 'ranch', 'arcade', 'terrace', 'batiment', 'bat', 'residencia', 'urbanizacion', 'barrio', 'colonia', 'poligono', 'quinta', 'hacienda', 'brgy', 'barangay', 'kampung', 'kelurahan', 'kecamatan', 'taman', 'mahallesi', 'mah', 'mikrorayon', 'mkr', 'osiedle']);
