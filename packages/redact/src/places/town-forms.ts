import {placeOf} from '@sluice/gazetteer';
import {capital, isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import type {Town} from './found.ts';
import {addressTail, longestPlace, postCode} from './tail.ts';

/** Whether a post code of letters and figures begins here, which nothing else looks like: Great Britain, Canada, the Netherlands. */
export function lettered(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && (token.shape === 'code' || token.text.length === 4) && /\p{L}/u.test(`${token.text}${scan.tokens[at + 1]?.text ?? ''}`) && (scan.tokens[at + 1]?.breaks ?? 0) === 0 && token.shape !== 'upper' && postCode(scan, at) !== null && !(token.shape === 'number' && postCode(scan, at)?.last === at);
}

/** "Suffolk CO7 6PU": words with capitals right before such a code. */
export function beforeCode(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' && token?.shape !== 'upper') return null;
  for (let last = at; last < at + 4; last++) {
    const word = scan.tokens[last];
    if (word === undefined || scan.taken(last) || last > at && word.breaks > 0 || !(word.shape === 'title' || word.shape === 'upper' || isParticle(word) || word.text === '-' && word.glued)) return null;
    if (scan.tokens[last + 1]?.breaks === 0 && lettered(scan, last + 1)) return {first: at, last: postCode(scan, last + 1)?.last ?? last, kind: 'geo.city', rule: 'place.postcode', score: 0.9};
  }
  return null;
}

const divisions = new Set(['vill', 'village', 'tehsil', 'taluk', 'taluka', 'mandal', 'dist', 'distt', 'thana', 'upazila', 'barangay', 'brgy', 'kelurahan', 'kecamatan', 'desa', 'kabupaten', 'tambon', 'amphoe', 'changwat', 'comuna', 'corregimiento', 'vereda', 'parroquia', 'municipio', 'wilaya', 'woreda', 'kebele']);

/** "Tehsil Thanesar", "Dist. Kurukshetra", "Brgy. San Isidro": a word for a district before its name. */
export function administrative(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' && token.shape !== 'upper' || !divisions.has(token.folded)) return null;
  const name = scan.tokens[at + 1]?.text === '.' || scan.tokens[at + 1]?.text === ':' ? at + 2 : at + 1;
  const word = scan.tokens[name];
  if (word === undefined || word.breaks > 0 || scan.taken(name) || !capital(word) || neverNames.has(word.folded) || partOf(word) === 'none' && word.places === 0) return null;
  let last = name;
  while (last < name + 2 && scan.tokens[last + 1]?.breaks === 0 && capital(scan.tokens[last + 1]) && !scan.taken(last + 1)) last++;
  const end = addressTail(scan, last);
  return {first: at, last: end, kind: 'geo.other', rule: 'place.division', score: 0.85};
}

/** Words behind the name of a part of a state or a town. */
export const countyWords = new Set(['county', 'parish', 'borough', 'township', 'twp', 'village', 'district', 'prefecture', 'oblast', 'province', 'canton', 'municipality', 'precinct', 'raion', 'neighborhood', 'subdivision', 'reservation', 'island', 'valley', 'beach', 'heights', 'hills', 'springs', 'falls', 'creek', 'bay', 'lake', 'harbor', 'park', 'area', 'region']);
const sureCounty = new Set(['county', 'parish', 'township', 'twp', 'prefecture', 'oblast', 'borough', 'raion', 'municipality', 'reservation']);

/** "Cook County", "County of Kent", "Orleans Parish". */
export function county(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token === undefined) return null;
  if (['city', 'town', 'village', 'township'].includes(token.folded) && token.shape === 'title' && scan.tokens[at + 1]?.folded === 'of' && capital(scan.tokens[at + 2]) && !scan.taken(at + 2)) {
    const known = longestPlace(scan, at + 2);
    if (known !== null && placeOf(known.code)?.kind === 'city') return {first: at, last: known.last, kind: 'geo.other', rule: 'place.town', score: 0.85};
  }
  if (token.folded === 'county' && scan.tokens[at + 1]?.folded === 'of' && capital(scan.tokens[at + 2])) return {first: at, last: at + 2, kind: 'geo.county', rule: 'place.county', score: 0.9};
  if (!capital(token) && token.shape !== 'lower' && token.shape !== 'upper') return null;
  const known = longestPlace(scan, at);
  if (known !== null && placeOf(known.code)?.kind === 'county' && (capital(token) || scan.tokens[known.last]?.folded === 'county')) return {first: at, last: known.last, kind: 'geo.county', rule: 'place.county', score: 0.95};
  if (token.shape !== 'title' && token.shape !== 'mixed' || partOf(token) === 'none' && token.word >= 4) return null;
  for (let index = at + 1; index <= at + 3; index++) {
    const word = scan.tokens[index];
    if (word === undefined || word.breaks > 0 || scan.taken(index)) return null;
    if (sureCounty.has(word.folded) || word.shape === 'title' && countyWords.has(word.folded) && longestPlaceEnds(scan, at, index)) return {first: at, last: index, kind: 'geo.county', rule: 'place.county', score: 0.85};
    if (!capital(word) && word.text !== '-' && word.text !== '.') return null;
  }
  return null;
}

function longestPlaceEnds(scan: Scan, at: number, last: number): boolean {
  return longestPlace(scan, at)?.last === last;
}

const placeLabels = new Set(['city', 'town', 'county', 'address', 'hometown', 'birthplace', 'location', 'residence', 'municipality', 'village', 'district', 'suburb', 'ort', 'stadt', 'ville', 'ciudad', 'cidade', 'citta', 'stad', 'город', 'address line', 'neighborhood', '住所', '地址', '주소']);

/** "City: Springfield", "Address: …" up to the end of the line. */
export function labelledPlace(scan: Scan, at: number): Town | null {
  const label = scan.tokens[at];
  if (label === undefined || !placeLabels.has(label.folded)) return null;
  let value = at + 1;
  // The key of a JSON text has a quotation mark before its colon, the value another one.
  while (value < at + 4 && ['"', "'", ':', '：', '='].includes(scan.tokens[value]?.text ?? '')) value++;
  if (!scan.tokens.slice(at + 1, value).some(token => token.text === ':' || token.text === '：' || token.text === '=')) return null;
  return placeValue(scan, label.folded, value);
}

function placeValue(scan: Scan, label: string, first: number): Town | null {
  const line = label === 'address' || label.length === 2;
  let last = first - 1;
  for (let index = first; index < first + 24; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index) || [';', '|', '(', '"', "'", '}', ']'].includes(token.text)) break;
    if (scan.tokens[index + 1]?.text === ':' || scan.tokens[index + 2]?.text === ':' && index > first) break;
    if (!line && (token.text === ',' || token.text === '.' && !token.glued)) break;
    if (token.text === '.' && line && scan.tokens[index + 1] !== undefined && scan.tokens[index + 1]?.glued === false && last > first && (scan.tokens[index - 1]?.text.length ?? 0) > 3) break;
    last = index;
  }
  while (last >= first && scan.tokens[last]?.shape === 'mark') last--;
  const value = scan.tokens[first];
  if (last < first || value === undefined || value.breaks > 0 || fillers.has(value.folded)) return null;
  return {first, last, kind: line ? 'geo.street' : 'geo.city', rule: 'place.label', score: 0.9};
}
const fillers = new Set(['unknown', 'none', 'na', 'n', 'not', 'same', 'declined', 'pending', 'homeless', 'see', 'no', 'on', 'is', 'the', 'a']);

/** "ZIP 45402", "zip code: 45402-1234". */
export function zip(scan: Scan, at: number): Town | null {
  const token = scan.tokens[at];
  if (token === undefined || !(token.folded === 'zip' || token.folded === 'zipcode' || token.folded === 'zipcodes' || token.folded === 'postcode' || token.folded === 'cep' || token.folded === 'plz' || token.folded === 'pincode' || token.folded === 'postal')) {
    // The post codes of Great Britain, Canada and Brazil have a shape of their own.
    if (token === undefined || !(/^[A-Z]{1,2}\d[A-Z\d]?$/.test(token.text) && /^\d[A-Z]{2}$/.test(scan.tokens[at + 1]?.text ?? '') || /^[A-Z]\d[A-Z]$/.test(token.text) && /^\d[A-Z]\d$/.test(scan.tokens[at + 1]?.text ?? ''))) return null;
    if (scan.tokens[at + 1]?.glued === true || scan.tokens[at + 1]?.breaks !== 0) return null;
    return {first: at, last: at + 1, kind: 'geo.zip', rule: 'place.postcode', score: 0.9};
  }
  let index = at + 1;
  while (index < at + 5 && (scan.tokens[index]?.shape === 'mark' || scan.tokens[index]?.folded === 'code' || scan.tokens[index]?.folded === 'codes' || scan.tokens[index]?.folded === 'is' || scan.tokens[index]?.folded === 'of' || scan.tokens[index]?.folded === 'area')) index++;
  const value = scan.tokens[index];
  if (value === undefined || scan.taken(index) || value.shape !== 'number' && value.shape !== 'code' || value.breaks > 0) return null;
  const code = postCode(scan, index);
  return code === null ? value.text.length === 3 ? {first: index, last: index, kind: 'geo.zip', rule: 'place.zip', score: 0.9} : null : {first: index, last: code.last, kind: 'geo.zip', rule: 'place.zip', score: 0.95};
}
