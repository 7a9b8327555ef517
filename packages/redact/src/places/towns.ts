import {eponyms, gazetteer, isStateCode, placeOf} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {capital, eponymContext, isParticle, partOf} from '../names/parts.ts';
import {neverNames} from '../words/clinical.ts';
import {relations, titles} from '../words/people.ts';
import {findCoded} from './coded.ts';
import {addressHead} from './head.ts';
import {addressTail, area, district, longestPlace, postCode} from './tail.ts';

/** Towns, counties and post codes outside of addresses. States and countries alone stay: the rule lets them. */
export function findTowns(scan: Scan): void {
  findCoded(scan);
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.tokens[at]?.shape === 'mark' || scan.taken(at)) continue;
    const large = stateAlone(scan, at);
    if (large !== null) {
      scan.spare(at, large);
      at = large;
      continue;
    }
    const found = labelledPlace(scan, at) ?? withState(scan, at) ?? beforeCode(scan, at) ?? administrative(scan, at) ?? county(scan, at) ?? zip(scan, at) ?? listed(scan, at) ?? lived(scan, at) ?? compound(scan, at);
    if (found === null) continue;
    const behind = scan.tokens[found.last + 1];
    const coded = found.kind === 'geo.city' && behind?.shape === 'number' && behind.breaks === 0 && (behind.text.length === 5 || behind.text.length === 6);
    let last = coded ? found.last + 1 : found.last;
    if (found.kind !== 'geo.city' && found.kind !== 'geo.zip') {
      scan.report(found.first, last, found.kind, found.rule, found.score);
      at = last;
      continue;
    }
    // A post code, and a town that a house number stands before, are the end of an address rather than a place alone.
    const sure = found.rule !== 'place.zip' && hasCode(scan, found.first, last);
    const first = addressHead(scan, found.first, sure ? 'code' : 'town');
    if (sure || first < found.first) last = addressTail(scan, district(scan, last));
    scan.report(first, last, first < found.first ? 'geo.street' : found.kind, found.rule, found.score);
    at = last;
  }
}

function hasCode(scan: Scan, first: number, last: number): boolean {
  for (let at = first; at <= last; at++) {
    const code = (scan.tokens[at]?.text.length ?? 0) >= 2 ? postCode(scan, at) : null;
    if (code !== null && code.last <= last && !/^(?:19|20)\d\d$/.test(scan.tokens[at]?.text ?? '')) return true;
  }
  return false;
}

/** Whether a post code of letters and figures begins here, which nothing else looks like: Great Britain, Canada, the Netherlands. */
function lettered(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && (token.shape === 'code' || token.text.length === 4) && /\p{L}/u.test(`${token.text}${scan.tokens[at + 1]?.text ?? ''}`) && (scan.tokens[at + 1]?.breaks ?? 0) === 0 && token.shape !== 'upper' && postCode(scan, at) !== null && !(token.shape === 'number' && postCode(scan, at)?.last === at);
}

/** "Suffolk CO7 6PU": words with capitals right before such a code. */
function beforeCode(scan: Scan, at: number): Found | null {
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
function administrative(scan: Scan, at: number): Found | null {
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

interface Found {
  readonly first: number;
  readonly last: number;
  readonly kind: 'geo.city' | 'geo.county' | 'geo.zip' | 'geo.street' | 'geo.other';
  readonly rule: string;
  readonly score: number;
}

/** A state or a country that no town stands before, unless it is as likely the given name of a person: "Virginia says". */
function stateAlone(scan: Scan, at: number): number | null {
  const token = scan.tokens[at];
  if (token === undefined || !capital(token) || token.shape === 'letter') return null;
  if (continents.has(token.folded)) return at;
  const known = longestPlace(scan, at);
  if (known === null) return null;
  const kind = placeOf(known.code)?.kind;
  if (kind !== 'state' && kind !== 'country' && kind !== 'region') return null;
  const next = scan.tokens[known.last + 1];
  if (next !== undefined && next.breaks === 0 && (capital(next) && next.shape !== 'letter' || lettered(scan, known.last + 1))) return null;
  if (known.words === 1 && (token.given >= 4 || token.surname >= 5) && !where.has(scan.tokens[at - 1]?.folded ?? '') && scan.tokens[at - 1]?.text !== ',') return null;
  return known.last;
}

/** Parts of the world, larger than a state. */
const continents = new Set(['asia', 'africa', 'europe', 'america', 'americas', 'oceania', 'caribbean', 'balkans', 'scandinavia', 'midwest', 'appalachia', 'eurasia', 'siberia', 'polynesia', 'antarctica']);

const credentialStates = new Set(['MD', 'PA', 'MS', 'MA', 'OK', 'IN', 'OR', 'ME', 'HI', 'DO', 'OT', 'ND', 'CT', 'MI', 'PE']);

/** "Dayton, OH 45402", "Dayton, Ohio", "dayton ohio": a town that a state follows. The state goes with it, as part of one place. */
function withState(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || !(capital(token) || token.shape === 'upper' || token.shape === 'lower') || token.shape === 'letter' || titles.has(token.folded)) return null;
  const known = longestPlace(scan, at);
  const city = known !== null && placeOf(known.code)?.kind === 'city' ? known.last : null;
  const lasts = city === null ? [] : [city];
  if (capital(token) || token.shape === 'upper' && scan.writing(at) === 'upper') {
    for (let last = at; last < at + 4; last++) {
      const word = scan.tokens[last];
      if (word === undefined || last > at && word.breaks > 0 || !(capital(word) || word.shape === 'upper' || isParticle(word)) || scan.taken(last)) break;
      if (neverNames.has(word.folded) && last === at) break;
      lasts.push(last);
    }
  }
  for (const last of lasts) {
    let next = last + 1;
    const comma = scan.tokens[next]?.text === ',';
    if (comma) next++;
    const after = scan.tokens[next];
    if (after === undefined || scan.taken(next) || after.breaks > (comma ? 1 : 0)) continue;
    const sure = last === city;
    let end: number | null = null;
    if (after.shape === 'upper' && after.text.length === 2 && isStateCode(after.text)) {
      const zipped = postCode(scan, next + 1) !== null;
      if (zipped || (sure && (comma || strictWhere.has(scan.tokens[at - 1]?.folded ?? '') && endsAfter(scan, next) || !credentialStates.has(after.text)) && !(credentialStates.has(after.text) && partOf(token) === 'sure' && longestGiven(scan, at, last))) || (comma && !credentialStates.has(after.text) && scan.writing(at) === 'normal')) end = next;
    } else if (sure && after.shape === 'lower' && after.text.length === 2 && isStateCode(after.text.toUpperCase()) && scan.writing(at) === 'lower') {
      // Codes that are words ("in", "or", "me") need the comma, or a post code behind them.
      if (comma ? after.word < 7 || postCode(scan, next + 1) !== null : !wordCodes.has(after.text) && token.word < 3 || postCode(scan, next + 1) !== null || token.word < 5 && (!commonCodes.has(after.text) || strictWhere.has(scan.tokens[at - 1]?.folded ?? '')) && endsAfter(scan, next)) end = next;
    } else if (after.shape !== 'mark' && (comma || sure)) {
      const region = area(scan, next);
      const kind = region === null ? null : placeOf(longestPlace(scan, next)?.code ?? '')?.kind ?? 'country';
      const lower = token.shape === 'lower';
      if (kind === 'country' && (scan.tokens[at]?.surname ?? 0) >= 3 && cityStep(scan, at) < 4) continue;
      if (region !== null && (sure ? !(lower && partOf(token) === 'none') && (!lower || kind === 'state' || kind === 'country') : comma && kind !== 'country' && capital(after) && last - at < 2 && partOf(token) !== 'none')) end = region.last;
    }
    if (end === null) continue;
    if (token.shape === 'lower' && partOf(token) === 'none' && token.word >= 2) continue;
    const code = scan.tokens[end + 1]?.text === ',' ? postCode(scan, end + 2) : postCode(scan, end + 1);
    return {first: at, last: code !== null && (scan.tokens[end + 1]?.breaks ?? 1) === 0 ? code.last : end, kind: 'geo.city', rule: 'place.state', score: 0.95};
  }
  return null;
}

/** Codes that are among the commonest words: without a post code they count only behind "from", "in" and the like. */
const commonCodes = new Set(['in', 'or', 'me', 'ok', 'hi', 'id', 'as', 'on', 'la', 'de', 'al', 'ma', 'pa', 'ct', 'pe', 'md']);

/** Whether the place ends with this token: nothing, a mark or a word that goes on about a person follows. */
function endsAfter(scan: Scan, last: number): boolean {
  const next = scan.tokens[last + 1];
  return next === undefined || next.breaks > 0 || [',', '.', ';', ')', '?', '!', '('].includes(next.text) || goesOn.has(next.folded);
}
const goesOn = new Set(['with', 'w', 'who', 'presents', 'presenting', 'has', 'had', 'is', 'was', 'for', 'here', 'and', 'came', 'complains', 'c', 'admitted', 'needs', 'wants', 'on', 'since', 'seen', 'reports', 'due', 'after', 'to', 'about', 'because', 'takes', 'taking', 'says', 'asking']);

const wordCodes = new Set(['in', 'or', 'me', 'ok', 'la', 'hi', 'pa', 'ma', 'id', 'al', 'de', 'co', 'mo', 'as', 'on', 'pe', 'ms', 'md', 'ct', 'mi', 'ia', 'ar', 'va']);

function cityStep(scan: Scan, at: number): number {
  const place = placeOf(longestPlace(scan, at)?.code ?? '');
  return place?.kind === 'city' ? place.step : 0;
}

/** Given name and surname before ", MD": rather a person than a town in Maryland. */
function longestGiven(scan: Scan, first: number, last: number): boolean {
  return last === first ? (scan.tokens[first]?.given ?? 0) >= 4 : true;
}

const countyWords = new Set(['county', 'parish', 'borough', 'township', 'twp', 'village', 'district', 'prefecture', 'oblast', 'province', 'canton', 'municipality', 'precinct', 'raion', 'neighborhood', 'subdivision', 'reservation', 'island', 'valley', 'beach', 'heights', 'hills', 'springs', 'falls', 'creek', 'bay', 'lake', 'harbor', 'park', 'area', 'region']);
const sureCounty = new Set(['county', 'parish', 'township', 'twp', 'prefecture', 'oblast', 'borough', 'raion', 'municipality', 'reservation']);

/** "Cook County", "County of Kent", "Orleans Parish". */
function county(scan: Scan, at: number): Found | null {
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
function labelledPlace(scan: Scan, at: number): Found | null {
  const label = scan.tokens[at];
  if (label === undefined || !placeLabels.has(label.folded)) return null;
  let value = at + 1;
  // The key of a JSON text has a quotation mark before its colon, the value another one.
  while (value < at + 4 && ['"', "'", ':', '：', '='].includes(scan.tokens[value]?.text ?? '')) value++;
  if (!scan.tokens.slice(at + 1, value).some(token => token.text === ':' || token.text === '：' || token.text === '=')) return null;
  return placeValue(scan, label.folded, value);
}

function placeValue(scan: Scan, label: string, first: number): Found | null {
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
function zip(scan: Scan, at: number): Found | null {
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

const where = new Set(['in', 'from', 'near', 'outside', 'around', 'visiting', 'visited', 'to', 'at', 'of', 'via', 'toward', 'towards', 'leaving', 'left', 'between', 'through', 'across', 'downtown', 'north', 'south', 'east', 'west', 'northern', 'southern', 'eastern', 'western', 'greater', 'suburban', 'rural', 'inner']);
const strictWhere = new Set(['in', 'from', 'near', 'outside', 'visiting', 'visited', 'downtown', 'around', 'to', 'greater']);
const residence = new Set(['lives', 'live', 'living', 'lived', 'resides', 'residing', 'resided', 'resident', 'moved', 'relocated', 'born', 'raised', 'grew', 'traveled', 'travelled', 'traveling', 'travelling', 'travels', 'trip', 'flew', 'drove', 'commutes', 'works', 'working', 'worked', 'hometown', 'native', 'returned', 'vacation', 'vacationing', 'stationed', 'based', 'transferred', 'is', 'patient', 'pt', 'male', 'female', 'man', 'woman', 'visited', 'home']);

/** A listed town by what stands before it and how likely its name is another word. */
function listed(scan: Scan, at: number): Found | null {
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
  const found: Found = {first: at, last: known.last, kind: 'geo.city', rule: 'place.town', score: 0.8};
  const before = scan.tokens[at - 1];
  const sameLine = token.breaks === 0;
  const led = sameLine && before !== undefined && where.has(before.folded);
  const strictly = sameLine && before !== undefined && strictWhere.has(before.folded);
  const next = scan.tokens[known.last + 1];
  if (token.shape === 'script') return token.text.length >= 2 ? found : null;
  if (token.shape === 'lower' || token.shape === 'upper') {
    const writing = scan.writing(at);
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
    if (all.some(word => word.shape === 'lower' && !isParticle(word))) return null;
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
  return place.step >= 4 || (place.step >= 3 && !scan.opens(at)) || (listedNext && place.step >= 2) ? found : null;
}

function wordsOf(scan: Scan, first: number, last: number) {
  return scan.tokens.slice(first, last + 1).filter(token => token.shape !== 'mark');
}

function allPlain(scan: Scan, first: number, last: number): boolean {
  return wordsOf(scan, first, last).some(token => token.word === 0 && !isParticle(token));
}

const inhabits = new Set(['lives', 'live', 'living', 'lived', 'resides', 'residing', 'resided', 'moved', 'relocated', 'born', 'raised', 'hails', 'grew', 'travelled', 'traveled', 'returned', 'stationed']);

/** "lives in Xanthia Grove": where somebody lives is a place, whether a list has it or not. */
function lived(scan: Scan, at: number): Found | null {
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

const openers = new Set(['san', 'santa', 'santo', 'sao', 'los', 'las', 'fort', 'port', 'lake', 'mount', 'point', 'rancho', 'el', 'ciudad', 'bad', 'villa', 'glen', 'cape']);

/** "to San Ysidro": words that begin the names of towns, behind a preposition. */
function compound(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token?.shape !== 'title' || token.breaks > 0 || !openers.has(token.folded) || !strictWhere.has(scan.tokens[at - 1]?.folded ?? '')) return null;
  return next?.shape === 'title' && next.breaks === 0 && !scan.taken(at + 1) && !neverNames.has(next.folded) ? {first: at, last: at + 1, kind: 'geo.other', rule: 'place.opener', score: 0.75} : null;
}

function countryLike(scan: Scan, at: number): boolean {
  const code = gazetteer().placeCode(scan.tokens[at]?.folded ?? '');
  return code === 'n' || code === 's' || code === 'r';
}
