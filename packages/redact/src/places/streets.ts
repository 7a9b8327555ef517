import {fold, plainStreetSuffixes, streetEndings, streetPrefixes, streetSuffixes, unitWords} from '@sluice/gazetteer';
import {wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {capital, isParticle} from '../names/parts.ts';
import {addressHead, addressTail, area, longestPlace, postCode} from './tail.ts';
import {doseUnits, medicalEnding} from '../words/clinical.ts';

/** Streets in the forms of many countries, with what follows of the address. */
export function findStreets(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const found = numbered(scan, at) ?? blockNumber(scan, at) ?? prefixed(scan, at) ?? ending(scan, at) ?? box(scan, at) ?? premises(scan, at) ?? route(scan, at) ?? nameless(scan, at) ?? oriental(scan, at) ?? military(scan, at) ?? spelledNumber(scan, at) ?? loose(scan, at) ?? german(scan, at);
    if (found === null) continue;
    const end = addressTail(scan, found.last);
    scan.report(addressHead(scan, found.first), end, 'geo.street', found.rule, 0.9);
    at = end;
  }
}

interface Found {
  readonly first: number;
  readonly last: number;
  readonly rule: string;
}

const directions = new Set(['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw', 'north', 'south', 'east', 'west', 'northeast', 'northwest', 'southeast', 'southwest']);
const shortSuffixes = new Set(['st', 'dr', 'ct', 'pl', 'way', 'run', 'court', 'drive']);

/** "123 N. Main St", "45 West 34th Street", "1600 Pennsylvania Avenue NW", "1200 Highway 50". */
function numbered(scan: Scan, at: number): Found | null {
  const number = scan.tokens[at];
  if (number === undefined || (number.shape !== 'number' && number.shape !== 'code') || !/^\d{1,6}[A-Za-z]?$/.test(number.text)) return null;
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
const streetStop = new Set(['the', 'a', 'an', 'in', 'on', 'at', 'with', 'for', 'from', 'to', 'by', 'and', 'or', 'days', 'day', 'weeks', 'week', 'months', 'years', 'year', 'times', 'hours', 'minutes', 'old', 'mile', 'miles', 'blocks', 'block', 'foot', 'feet', 'hour', 'minute', 'month', 'is', 'was', 'has', 'per', 'x', 'her', 'his', 'their', 'down', 'up', 'off', 'who', 'that', 'grade', 'step', 'degree', 'm', 'f', 'male', 'female', 'man', 'woman', 'yo', 'pack', 'patients', 'people', 'cases']);
const commonStreetNames = new Set(['main', 'first', 'second', 'third', 'fourth', 'park', 'high', 'center', 'school', 'church', 'court', 'water', 'state', 'king', 'green', 'long', 'new', 'old', 'market', 'spring', 'hill', 'lake', 'river', 'river', 'college', 'bay', 'west', 'north', 'south', 'east', 'union', 'white', 'black', 'wood', 'country', 'county', 'university', 'grand', 'royal', 'station']);

function shortIsStreet(scan: Scan, index: number, words: number): boolean {
  const token = scan.tokens[index];
  const next = scan.tokens[index + 1];
  if (token === undefined || words > 2 || (token.folded === 'ct' && imaging.has(scan.tokens[index - 1]?.folded ?? ''))) return false;
  if (scan.writing(index) === 'lower' && longestPlace(scan, index + 1) !== null && (scan.tokens[index + 1]?.word ?? 9) < 6) return true;
  return next === undefined || next.breaks > 0 || next.text === ',' || next.text === '.' || next.text === ';' || next.shape === 'number' || unitWords.has(next.folded) || directions.has(next.folded) || next.folded === 'in' || next.text === '#' || token.folded === 'drive' || token.folded === 'court';
}

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

const surePrefixes = new Set(['calle', 'avenida', 'rua', 'ulitsa', 'ulica', 'prospekt', 'jalan', 'travessa', 'alameda', 'praca', 'viale', 'piazza', 'улица', 'проспект', 'вулиця', 'шоссе', 'переулок', 'набережная', 'бульвар', 'carrera', 'calzada', 'rue', 'vulytsia', 'bulevardul', 'pereulok']);

/** "Rua das Flores, 123", "Calle de Alcalá 45", "12 rue de la Paix", "ul. Lenina, d. 5". */
function prefixed(scan: Scan, at: number): Found | null {
  const prefix = scan.tokens[at];
  if (prefix === undefined || !streetPrefixes.has(prefix.folded) || prefix.shape === 'letter' && scan.tokens[at + 1]?.text !== '/') return null;
  let index = at + 1;
  if (scan.tokens[index]?.text === '.' || prefix.folded === 'c' && scan.tokens[index]?.text === '/') index++;
  if (prefix.folded === 'c' && index === at + 1) return null;
  let last = -1;
  for (let words = 0; words < 6; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index)) break;
    if (token.text === '-' && token.glued) continue;
    if (token.text === '.' && last === index - 1 && (scan.tokens[last]?.text.length ?? 9) <= 3) continue;
    if (!(capital(token) || token.shape === 'upper' || isParticle(token) || token.shape === 'number' && words === 0 || prefix.shape === 'lower' && token.shape === 'lower' && token.word === 0 && token.text.length > 3)) break;
    if (capital(token) || token.shape === 'upper' || token.shape === 'number' || token.shape === 'lower' && !isParticle(token)) last = index;
    words++;
  }
  if (last < 0) return null;
  const before = scan.tokens[at - 1];
  const skipped = before?.text === ',' || before?.folded === 'bis' || before?.folded === 'ter' || before?.folded === 'quater';
  const beforeNumber = skipped ? scan.tokens[at - 2] : before;
  const numberedBefore = (beforeNumber?.shape === 'number' || beforeNumber?.shape === 'code') && /^\d{1,4}\p{L}{0,3}$/u.test(beforeNumber.text) && prefix.breaks === 0;
  const behind = houseNumber(scan, last);
  if (numberedBefore) return {first: skipped ? at - 2 : at - 1, last: behind ?? last, rule: 'street.prefix'};
  if (behind !== null) return {first: at, last: behind, rule: 'street.prefix'};
  return surePrefixes.has(prefix.folded) && capital(scan.tokens[last]) && (prefix.folded !== 'rue' || prefix.shape === 'title' || scan.tokens[at + 1]?.folded === 'de' || scan.tokens[at + 1]?.folded === 'du') ? {first: at, last, rule: 'street.prefix'} : null;
}

/** The index of the house number behind `last`: "12", ", 12", "nº 12", ", d. 5", "12-14", "12a". Null when there is none. */
function houseNumber(scan: Scan, last: number): number | null {
  let index = last + 1;
  for (let steps = 0; steps < 4; steps++, index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index)) return null;
    if ((token.shape === 'number' || token.shape === 'code') && /^\d{1,5}\p{L}?$/u.test(token.text)) {
      let end = index;
      while (end < index + 8 && (scan.tokens[end + 1]?.text === '-' || scan.tokens[end + 1]?.text === '/') && scan.tokens[end + 1]?.glued === true && scan.tokens[end + 2]?.glued === true && /^\d|^\p{L}$/u.test(scan.tokens[end + 2]?.text ?? '')) end += 2;
      return end;
    }
    if (token.text !== ',' && token.text !== '.' && token.text !== '#' && token.text !== ':' && !houseWords.has(token.folded)) return null;
  }
  return null;
}
const houseWords = new Set(['n', 'no', 'nr', 'num', 'numero', 'nº', 'n°', '№', 'd', 'dom', 'bld', 'house', 'km', 'д', 'дом', 'б', 'буд']);
const endings = streetEndings.map(ending => fold(ending));
const endingWords = new Set([...endings, 'strasse', 'str', 'ut', 'ter', 'korut', 'ulica', 'ulice', 'cesta', 'caddesi', 'cad', 'cd', 'sokak', 'sok', 'sk', 'bulvari', 'sokagi', 'straeti', 'tanav', 'iela', 'gatve', 'puiestee', 'utcai', 'sor', 'koz']);

/** "Hauptstraße 12", "Berliner Str. 5", "Kerkstraat 14b", "Storgatan 3". */
function ending(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || !(token.shape === 'title' || token.shape === 'upper' || token.shape === 'lower')) return null;
  const single = endingWords.has(token.folded);
  const joined = !single && token.folded.length > 5 && endings.some(one => token.folded.endsWith(one) && token.folded.length >= one.length + 3);
  if (!single && !joined) return null;
  if (joined && token.shape === 'lower' && !token.folded.endsWith('strasse') && !token.folded.endsWith('straat') && !token.folded.endsWith('gatan')) return null;
  let first = at;
  if (single) {
    while (first > 0 && at - first < 4 && scan.tokens[first]?.breaks === 0 && (capital(scan.tokens[first - 1]) || (scan.tokens[first - 1]?.text === '-' && scan.tokens[first]?.glued === true)) && !scan.taken(first - 1)) first--;
    if (first === at) return null;
  } else {
    while (first > 0 && at - first < 2 && scan.tokens[first]?.breaks === 0 && scan.tokens[first - 1]?.shape === 'title' && scan.tokens[first - 1]?.word === 0 && !scan.taken(first - 1)) first--;
  }
  const end = houseNumber(scan, scan.tokens[at + 1]?.text === '.' ? at + 1 : at);
  const distinct = joined && token.word === 0 && /(?:strasse|straat|gatan|gracht|utca|katu|platz)$/u.test(token.folded);
  if (end === null) return distinct && token.shape === 'title' ? {first, last: at, rule: 'street.ending'} : null;
  if (joined && token.word >= 1) return null;
  return {first, last: end, rule: 'street.ending'};
}

/** "P.O. Box 123", "RR 2 Box 14", "Postfach 10 20". */
function box(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined) return null;
  let index = at;
  if (token.folded === 'po' || token.folded === 'pob' || token.folded === 'postfach' || token.folded === 'apartado' || token.folded === 'casilla') index = token.folded === 'po' ? at + 1 : at;
  else if (token.folded === 'p' && scan.tokens[at + 1]?.text === '.' && scan.tokens[at + 2]?.folded === 'o') index = scan.tokens[at + 3]?.text === '.' ? at + 4 : at + 3;
  else if ((token.folded === 'rr' || token.folded === 'hc') && scan.tokens[at + 1]?.shape === 'number' && scan.tokens[at + 2]?.folded === 'box') index = at + 2;
  else if (token.folded === 'post' && scan.tokens[at + 1]?.folded === 'office') index = at + 2;
  else if (token.folded === 'rural' && scan.tokens[at + 1]?.folded === 'route' && scan.tokens[at + 2]?.shape === 'number') return {first: at, last: at + 2, rule: 'street.box'};
  else return null;
  if (index > at && scan.tokens[index]?.folded !== 'box') return null;
  let number = index + 1;
  while (number < index + 4 && (scan.tokens[number]?.text === '#' || scan.tokens[number]?.text === '.' || scan.tokens[number]?.folded === 'no' || scan.tokens[number]?.folded === 'postal')) number++;
  const value = scan.tokens[number];
  return value !== undefined && /^\d{1,7}[A-Za-z]?$/.test(value.text) ? {first: at, last: number, rule: 'street.box'} : null;
}

/** "Blk 318 Ang Mo Kio Ave 3": a block and the street it stands in. */
function blockNumber(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || token.folded !== 'blk' && token.folded !== 'block') return null;
  const street = numbered(scan, at + 1);
  return street === null ? null : {...street, first: at};
}

const premisesWords = new Set(['flat', 'plot', 'door', 'house', 'villa', 'shop', 'block', 'blk', 'bungalow', 'qtr', 'quarter', 'lot', 'no', 'tower', 'unit', 'room', 'apt', 'apartment', 'suite', 'building', 'bldg', 'chalet', 'km']);
const indoors = new Set(['room', 'no', 'unit', 'suite', 'lot', 'tower', 'block', 'building', 'bldg', 'km']);

/** "Flat 5B, Lotus Apartments, …", "House No. 12, Sector 7, …": where a number of the house is followed by names between commas. */
function premises(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || !premisesWords.has(token.folded) || token.shape !== 'title') return null;
  let index = at + 1;
  while (index < at + 4 && (scan.tokens[index]?.folded === 'no' || scan.tokens[index]?.folded === 'number' || scan.tokens[index]?.text === '.' || scan.tokens[index]?.text === '#')) index++;
  const number = scan.tokens[index];
  if (number === undefined || number.breaks > 0 || !/^(?:\d{1,5}\p{L}?|\p{Lu}\d{0,4})$/u.test(number.text)) return null;
  while (index < at + 14 && scan.tokens[index + 1]?.glued === true && (scan.tokens[index + 1]?.text === '/' || scan.tokens[index + 1]?.text === '-') && scan.tokens[index + 2]?.glued === true) index += 2;
  const next = scan.tokens[index + 1];
  const goesOn = next?.text === ',' && (capital(scan.tokens[index + 2]) || scan.tokens[index + 2]?.shape === 'number' || scan.tokens[index + 2]?.shape === 'code') || next !== undefined && next.breaks === 0 && (token.folded === 'blk' || token.folded === 'block' || token.folded === 'lot') && capital(next);
  if (!goesOn) return null;
  // A room or a unit may be one of a hospital: there has to be a town or a post code behind it.
  const end = addressTail(scan, index);
  if (end === index || indoors.has(token.folded) && end < index + 4) return null;
  return {first: at, last: index, rule: 'street.premises'};
}

/** "off County Road 12", "on Route 9". */
function route(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || !onStreet.has(scan.tokens[at - 1]?.folded ?? '') || token.breaks > 0) return null;
  const led = ['county', 'state', 'us', 'rural', 'farm', 'township', 'old'].includes(token.folded);
  const road = led ? at + 1 : at;
  const word = scan.tokens[road]?.folded ?? '';
  return ['route', 'rte', 'highway', 'hwy'].includes(word) || led && word === 'road' ? scan.tokens[road + 1]?.shape === 'number' ? {first: at, last: road + 1, rule: 'street.route'} : null : null;
}

/** "PSC 1234, FPO AP 96349". */
function military(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  return token !== undefined && /^(?:APO|FPO|DPO)$/.test(token.text) && /^A[AEP]$/.test(scan.tokens[at + 1]?.text ?? '') ? {first: at, last: at + 1, rule: 'street.military'} : null;
}

const namelessSuffixes = new Set(['street', 'avenue', 'ave', 'boulevard', 'blvd', 'road', 'rd', 'lane', 'drive', 'parkway', 'highway', 'terrace', 'crescent', 'turnpike', 'court', 'st']);
const onStreet = new Set(['on', 'at', 'near', 'off', 'along', 'down', 'of', 'from', 'to', 'and', 'corner', 'behind', 'by']);

/** A street without a number: "on Maple Street", "off Elm Rd". */
function nameless(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' && token.shape !== 'code' || !onStreet.has(scan.tokens[at - 1]?.folded ?? '') || token.breaks > 0) return null;
  for (let index = at + 1; index <= at + 3; index++) {
    const next = scan.tokens[index];
    if (next === undefined || next.breaks > 0 || scan.taken(index)) return null;
    if (next.shape === 'mark' && next.text === '.') continue;
    if (next.shape !== 'title') return null;
    if (namelessSuffixes.has(next.folded) && (next.folded !== 'st' || scan.tokens[index + 1]?.text === '.' || scan.tokens[index + 1]?.text === ',')) return {first: at, last: index, rule: 'street.name'};
  }
  return null;
}

export const orientalEndings: ReadonlySet<string> = new Set(['ku', 'shi', 'cho', 'machi', 'gun', 'dori', 'chome', 'gu', 'dong', 'ro', 'gil', 'eup', 'myeon', 'ri', 'mura', 'ken', 'fu']);

/** "1-2-3 Shibuya", "Shinjuku-ku", "Teheran-ro 152". */
function oriental(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token?.shape === 'title' && scan.tokens[at + 1]?.text === '-' && scan.tokens[at + 1]?.glued === true && scan.tokens[at + 2]?.glued === true && orientalEndings.has(scan.tokens[at + 2]?.text ?? '') && token.word <= 1) {
    const first = numberBefore(scan, at);
    return {first, last: houseNumber(scan, at + 2) ?? at + 2, rule: 'street.block'};
  }
  if (token?.shape !== 'number' || token.text.length > 3) return null;
  let index = at;
  let parts = 1;
  while (parts < 6 && scan.tokens[index + 1]?.text === '-' && scan.tokens[index + 1]?.glued === true && scan.tokens[index + 2]?.glued === true && scan.tokens[index + 2]?.shape === 'number') {
    index += 2;
    parts++;
  }
  const name: Token | undefined = scan.tokens[index + 1];
  if (parts < 2 || parts > 4 || name?.shape !== 'title' || name.breaks > 0 || name.word > 1 || scan.taken(index + 1)) return null;
  return parts >= 3 || scan.tokens[index + 2]?.text === '-' || scan.tokens[index + 2]?.text === ',' ? {first: at, last: index + 1, rule: 'street.block'} : null;
}

function numberBefore(scan: Scan, at: number): number {
  let first = at;
  while (first > 0 && at - first < 8 && scan.tokens[first]?.breaks === 0 && (scan.tokens[first - 1]?.shape === 'number' || scan.tokens[first - 1]?.text === '-' || scan.tokens[first - 1]?.text === ',') && !scan.taken(first - 1)) first--;
  while (first < at && scan.tokens[first]?.shape !== 'number') first++;
  return first;
}

const numberWords = new Set(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'fifteen', 'twenty', 'thirty', 'forty', 'fifty']);

/** "One Harbor Plaza", "Twelve Elm Street": in words and with capitals throughout. */
function spelledNumber(scan: Scan, at: number): Found | null {
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

/** "14 Bandra Kurla, Mumbai 400051": a number and words with capitals, when a town, a country or a post code closes the address. */
function loose(scan: Scan, at: number): Found | null {
  const number = scan.tokens[at];
  if (number === undefined || !/^#?\d{1,4}[A-Za-z]?$/.test(number.text) || number.glued && !['#', '/', '-', ':', '"', "'"].includes(scan.tokens[at - 1]?.text ?? '')) return null;
  const before = scan.tokens[at - 1];
  if (!(before === undefined || number.breaks > 0 || [',', ':', '#', '/', '(', '"', "'"].includes(before.text) || ['at', 'to', 'address', 'is', 'in', 'from', 'no', 'near'].includes(before.folded))) return null;
  let last = at;
  for (let index = at + 1; index < at + 8; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index)) break;
    if (token.shape === 'mark' ? !(['.', '-', '/', "'"].includes(token.text) && token.glued) : !(capital(token) || token.shape === 'upper' && token.text.length > 1 || isParticle(token) || token.shape === 'number' && token.text.length <= 3)) break;
    last = index;
  }
  while (last > at && (scan.tokens[last]?.shape === 'mark' || isParticle(scan.tokens[last]))) last--;
  const words = scan.tokens.slice(at + 1, last + 1).filter(token => token.folded !== '');
  if (words.length === 0 && !(before?.text === '#' && scan.tokens[at + 1]?.text === ',') || words.length > 0 && scan.tokens[at + 1]?.text !== '/' && words.every(token => token.word >= 4 || token.shape === 'number') || words.some(token => doseUnits.has(token.folded) || wordBits.drug(token.bits))) return null;
  const next = scan.tokens[last + 1];
  if (next === undefined || next.text !== ',' && next.breaks !== 1) return null;
  const end = addressTail(scan, last);
  if (end === last) return null;
  for (let index = last + 1; index <= end; index++) {
    if (postCode(scan, index) !== null && (scan.tokens[index]?.text.length ?? 0) >= 4 || area(scan, index) !== null || (longestPlace(scan, index)?.words ?? 0) > 0 && capital(scan.tokens[index])) return {first: before?.text === '#' ? at - 1 : at, last, rule: 'street.loose'};
  }
  return null;
}

const germanOpeners = new Set(['am', 'an', 'im', 'auf', 'zum', 'zur', 'unter', 'hinter', 'alter', 'alte', 'neue', 'neuer']);

/** "Am Markt 3, 18055 Rostock", "An der Alster 12, 20099 Hamburg": a preposition, a name and a number before a post code. */
function german(scan: Scan, at: number): Found | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || !germanOpeners.has(token.folded)) return null;
  for (let index = at + 1; index < at + 5; index++) {
    const next = scan.tokens[index];
    if (next === undefined || next.breaks > 0 || scan.taken(index)) return null;
    if (next.shape === 'number') {
      const end = houseNumber(scan, index - 1) ?? index;
      const behind = scan.tokens[end + 1]?.text === ',' ? end + 2 : end + 1;
      return index > at + 1 && (scan.tokens[behind]?.text.length ?? 0) >= 4 && postCode(scan, behind) !== null ? {first: at, last: end, rule: 'street.preposition'} : null;
    }
    if (next.shape !== 'title' && !isParticle(next)) return null;
  }
  return null;
}
