import {doseUnits} from '../words/clinical.ts';
import {credentials, titles} from '../words/people.ts';
import {fold, gazetteer, isStateCode, placeOf, streetSuffixes, unitWords} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Place, Token} from '../text/tokens.ts';
import {capital, isParticle} from '../names/parts.ts';

/**
 * How far an address goes on behind its street: over commas, dashes and up to five line breaks, as long as units, post codes, towns, states and countries follow, or parts that
 * consist of numbers and words with capitals and are closed by a comma or the end of the line. A sentence word ends it. The last token of the address.
 */
export function addressTail(scan: Scan, last: number): number {
  let end = last;
  let lines = 0;
  for (let steps = 0; steps < 14; steps++) {
    let next = end + 1;
    let apart = false;
    while (next < end + 4 && isSeparator(scan.tokens[next])) {
      apart = true;
      next++;
    }
    const token = scan.tokens[next];
    if (token === undefined || scan.taken(next) && !scan.placed(next) && token.text !== '#' && postCode(scan, next) === null) break;
    if (token.breaks > 0) {
      if (token.breaks > 1 || ++lines > 5) break;
      apart = true;
    }
    const part = unit(scan, next) ?? postCode(scan, next) ?? state(scan, next, apart, end) ?? area(scan, next) ?? (apart ? segment(scan, next) : null) ?? town(scan, next, apart, end);
    if (part === null) break;
    end = part.town === true ? district(scan, part.last) : part.last;
  }
  return end;
}

/** A part between two marks that looks like an address: numbers and words with capitals, nothing else. */
function segment(scan: Scan, at: number): Piece | null {
  let digits = false;
  let street = false;
  let last = at - 1;
  for (let index = at, words = 0; index < at + 12 && words < 7; index++) {
    const token = scan.tokens[index];
    if (token === undefined || index > at && token.breaks > 0) break;
    if (token.shape === 'mark') {
      if (token.text === ',' || token.text === ';' || token.text === '|') break;
      if (['#', '.', '-', '/', "'", 'º', 'ª', '°', '&', '(', ')'].includes(token.text)) {
        if (token.text === '.' && scan.tokens[index + 1]?.glued !== true && (scan.tokens[index - 1]?.text.length ?? 9) > 4) break;
        continue;
      }
      return null;
    }
    if (scan.taken(index)) return null;
    if (token.shape === 'number' || token.shape === 'code') {
      if (token.text.length > 6) return null;
      digits = true;
    } else if (!(written(token) || isParticle(token) || unitWords.has(token.folded) || ordinalish.has(token.folded))) return null;
    else if (doseUnits.has(token.folded) && token.shape === 'lower') return null;
    if (titles.has(token.folded) && token.folded.length > 2 && token.folded !== 'don') return null;
    if (token.shape !== 'lower' || ordinalish.has(token.folded) || unitWords.has(token.folded)) last = index;
    street = token.shape === 'title' && streetSuffixes.has(token.folded);
    words++;
  }
  if (last < at) return null;
  if (digits) return wordsBetween(scan, at, last) ? {last} : null;
  if (street && (scan.tokens[last + 1] === undefined || closed(scan, last))) return {last};
  // Words alone count where the address demonstrably goes on behind them.
  let next = last + 1;
  while (next < last + 3 && isSeparator(scan.tokens[next])) next++;
  const follows = scan.tokens[next];
  const final = follows === undefined || follows.breaks > 1 || next > last + 1 && follows.breaks > 0 || scan.tokens[last + 1]?.text === ')' || scan.tokens[last + 1]?.text === '.' && scan.tokens[last + 1]?.glued === true;
  if (final && plainTown(scan, at, last)) return {last, town: true};
  if (next === last + 1 && (scan.tokens[next]?.breaks ?? 0) !== 1) return null;
  if (follows === undefined || follows.breaks > 1) return null;
  // "3 Quay Street, Wexcombe, works as": a word that no list has between the commas of a sentence.
  if (next > last + 1 && follows.shape === 'lower' && unlisted(scan, at, last)) return {last, town: true};
  return postCode(scan, next) !== null || state(scan, next, true, last) !== null || longestPlace(scan, next) !== null && capital(follows) && closed(scan, longestPlace(scan, next)?.last ?? next) ? {last, town: true} : null;
}
/** One to three words with capitals that are no name of a person: the last line of an address in a country whose places are not listed. */
function plainTown(scan: Scan, first: number, last: number): boolean {
  if (last - first > 3) return false;
  for (let index = first; index <= last; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.given >= 5 || token.word >= 6 || credentials.has(token.text)) return false;
  }
  return true;
}

/** One or two words that are neither words of English nor given names. */
function unlisted(scan: Scan, first: number, last: number): boolean {
  return last - first < 2 && scan.tokens.slice(first, last + 1).every(token => token.shape === 'title' && token.word === 0 && token.given < 3 && !credentials.has(token.text));
}

export const ordinalish = new Set(['st', 'nd', 'rd', 'th', 'cross', 'main', 'tv', 'th.', 'mf', 'bus', 'izq', 'izda', 'dcha', 'esc', 'planta', 'bajo', 'fte', 'andar', 'no', 'nr', 'og', 'eg', 'tr', 'floor', 'stage', 'phase', 'block', 'near', 'opp', 'opposite', 'behind', 'gate']);

function wordsBetween(scan: Scan, first: number, last: number): boolean {
  let numbers = 0;
  let words = 0;
  for (let index = first; index <= last; index++) {
    const shape = scan.tokens[index]?.shape;
    if (shape === 'number' || shape === 'code') numbers++;
    else if (shape !== 'mark') words++;
  }
  return numbers <= 3 && (words > 0 || last - first < 3);
}

function closed(scan: Scan, last: number): boolean {
  const after = scan.tokens[last + 1];
  return after === undefined || after.breaks > 0 || [',', '.', ';', '-', '|', ')'].includes(after.text) || after.shape === 'number' || isStateCode(after.text);
}

interface Piece {
  readonly last: number;
  readonly town?: boolean;
}

function isSeparator(token: Token | undefined): boolean {
  return token !== undefined && token.breaks === 0 && (token.text === ',' || token.text === '-' || token.text === '·' || token.text === '|' || token.text === '.' && token.glued || token.text === '/' && token.glued || token.text === ';');
}

/** "Apt 4B", "#12", "Suite 200", "kv. 10", "3rd Floor", "2º andar". */
function unit(scan: Scan, at: number): Piece | null {
  const token = scan.tokens[at];
  if (token === undefined) return null;
  if (token.text === '#' && /^[\p{L}\p{N}-]{1,6}$/u.test(scan.tokens[at + 1]?.text ?? '')) {
    let last = at + 1;
    while (last < at + 9 && scan.tokens[last + 1]?.text === '-' && scan.tokens[last + 1]?.glued === true && /^\w{1,5}$/.test(scan.tokens[last + 2]?.text ?? '')) last += 2;
    return {last};
  }
  if (unitWords.has(token.folded) || foreignUnits.has(token.folded)) {
    let index = at + 1;
    while (index < at + 4 && (scan.tokens[index]?.text === '.' || scan.tokens[index]?.text === '#' || scan.tokens[index]?.text === ':' || scan.tokens[index]?.folded === 'no')) index++;
    const value = scan.tokens[index];
    if (value !== undefined && value.breaks === 0 && /^(?:\d{1,5}\p{L}{0,2}|\p{L}\d{0,4}|\p{Lu}{2}\d{0,3})$/u.test(value.text)) {
      while (index < at + 12 && scan.tokens[index + 1]?.text === '-' && scan.tokens[index + 1]?.glued === true && /^\w{1,4}$/.test(scan.tokens[index + 2]?.text ?? '')) index += 2;
      return {last: index};
    }
    return null;
  }
  // No number at all, "sin número"; the ground floor, "rés-do-chão".
  if (scan.tokens[at + 1]?.text === '/' && (token.folded === 's' && scan.tokens[at + 2]?.folded === 'n' || token.folded === 'r' && scan.tokens[at + 2]?.folded === 'c') && scan.tokens[at + 2]?.glued === true) return {last: at + 2};
  if (/^\d{1,2}[ºª°]$/u.test(token.text)) return {last: scan.tokens[at + 1]?.breaks === 0 && /^\p{L}$|^izq$|^izda$|^dcha$|^ctro$|^esq$|^dto$|^frente$/u.test(scan.tokens[at + 1]?.text ?? '') ? at + 1 : at};
  if (token.shape === 'number' && token.text.length < 3 && scan.tokens[at + 1]?.text === '°' && scan.tokens[at + 1]?.glued === true && scan.tokens[at + 2]?.shape === 'letter') return {last: at + 2};
  // The stair and the flat behind a house number in Finland and elsewhere: "12 B 27".
  if (token.shape === 'letter' && scan.tokens[at - 1]?.shape === 'number' && scan.tokens[at + 1]?.shape === 'number' && (scan.tokens[at + 1]?.text.length ?? 9) <= 3 && scan.tokens[at + 1]?.breaks === 0) return {last: at + 1};
  const next = scan.tokens[at + 1];
  if (/^\d{1,2}(?:st|nd|rd|th|º|ª)?$/iu.test(token.text) && next !== undefined && floorWords.has(next.folded)) return {last: at + 1};
  return null;
}
/** The same in other languages, where they are other words in English: after the number of a house only. */
const foreignUnits = new Set(['cj', 'conj', 'sl', 'lj', 'dto', 'dpto', 'oficina', 'ofic', 'local', 'bodega', 'ap', 'lok', 'lgh', 'daire', 'kat', 'sc', 'scara', 'et', 'bl', 'byt', 'em', 'ajto', 'bt', 'bp', 'app', 'esc', 'stiege', 'top', 'tur', 'boks', 'eingang', 'kv', 'apartamento', 'appartement', 'interno', 'scala', 'lgt', 'moo', 'blok', 'pod', 'эт', 'под', 'подъезд', 'офис', 'квартира', 'дом', 'корпус']);
const floorWords = new Set(['floor', 'fl', 'andar', 'piso', 'etage', 'og', 'stock', 'piano', 'planta']);

/** The last token of a post code at `at`, in any of the usual forms. */
export function postCode(scan: Scan, at: number): Piece | null {
  const token = scan.tokens[at];
  const one = scan.tokens[at + 1];
  const two = scan.tokens[at + 2];
  if (token === undefined) return null;
  if (token.text === '〒') return {last: at + 3};
  const digits = token.shape === 'number' ? token.text.length : 0;
  const dashed = one?.text === '-' && one.glued && two?.glued === true && two.shape === 'number' ? two.text.length : 0;
  if (digits === 5 && dashed === 4 || digits === 5 && dashed === 3 || digits === 3 && dashed === 4 || digits === 2 && dashed === 3 || digits === 4 && dashed === 3) return {last: at + 2};
  if (digits === 4 && one?.breaks === 0 && /^[A-Z]{2}$/.test(one.text)) return {last: at + 1};
  if (digits === 3 && one?.breaks === 0 && one.shape === 'number' && (one.text.length === 2 || one.text.length === 3) && !one.glued) return {last: at + 1};
  if (digits === 4 || digits === 5 || digits === 6) return {last: at};
  // Great Britain, Canada, the Netherlands, Ireland.
  if (/^[A-Z]{1,2}\d[A-Z\d]?$/.test(token.text) && one?.breaks === 0 && /^\d[A-Z]{2}$/.test(one.text)) return {last: at + 1};
  if (/^[A-Z]\d{2}$/.test(token.text) && one?.breaks === 0 && /^(?=\d*[A-Z])[A-Z\d]{4}$/.test(one.text) || /^[A-Z]\d[A-Z]$/.test(token.text) && one?.breaks === 0 && /^\d[A-Z]\d$/.test(one.text)) return {last: at + 1};
  if (/^S\d{6}$/.test(token.text)) return {last: at};
  if (token.text === 'LV' && one?.text === '-' && two?.shape === 'number' && two.text.length === 4) return {last: at + 2};
  if (/^[A-Z]\d[A-Z]\d[A-Z]\d$/.test(token.text) && !/^E[1-4]V[1-5]M[1-6]$/.test(token.text) || /^\d{4}[A-Z]{2}$/.test(token.text) || /^[A-Z]\d{4}[A-Z]{3}$/.test(token.text)) return {last: at};
  if (/^(?:D|A|CH|F|I|NL|B|L|DK|S|N|FI|PL|CZ|SE|DE|AT|BE|LT|LV|EE)$/.test(token.text) && one?.text === '-' && one.glued && two?.shape === 'number' && two.text.length >= 4 && two.text.length <= 6) return {last: at + 2};
  if (postWords.has(token.folded)) {
    let index = at + 1;
    while (scan.tokens[index]?.text === ':' || scan.tokens[index]?.text === '.' || scan.tokens[index]?.folded === 'code' || scan.tokens[index]?.folded === 'no') index++;
    return index === at ? null : scan.tokens[index]?.shape === 'number' ? postCode(scan, index) : null;
  }
  return null;
}
const postWords = new Set(['zip', 'zipcode', 'cep', 'plz', 'pin', 'pincode', 'cp', 'postcode', 'postal', 'cap', 'psc']);

/** Whether a word may stand in an address by the way it is written: with a capital, also behind an elided article ("l'Aurore"), or in a script without capitals. */
export function written(token: Token | undefined): boolean {
  return token !== undefined && (capital(token) || token.shape === 'upper' || token.shape === 'script' || token.shape === 'mixed' && elided.test(token.text));
}
const elided = /^\p{L}{1,4}'\p{Lu}/u;

/** What is counted by the number behind the name of a town. */
const counted = new Set(['times', 'years', 'yrs', 'months', 'weeks', 'days', 'hours', 'hrs', 'minutes', 'miles', 'km', 'people', 'patients', 'pounds', 'kids', 'children', 'year', 'month', 'week', 'day', 'hour', 'x', 'and', 'or', 'to', 'percent']);

const districtEndings = new Set(['ku', 'shi', 'cho', 'machi', 'gun', 'gu', 'dong', 'ken', 'fu', 'si', 'mura']);

/** The last token of what stands behind a town and belongs to it: "Meguro-ku", "Praha 1", and the province in capitals behind an Italian or Swiss town: "Napoli NA". */
export function district(scan: Scan, last: number): number {
  const one = scan.tokens[last + 1];
  const two = scan.tokens[last + 2];
  if (one?.text === '(' && one.breaks === 0 && /^[A-Z]{2}$/.test(two?.text ?? '') && scan.tokens[last + 3]?.text === ')') return last + 3;
  if (one?.text === '-' && one.glued && two?.glued === true && districtEndings.has(two.folded)) return last + 2;
  if (one?.shape === 'letter' && one.breaks === 0 && (two === undefined || two.breaks > 0 || two.text === ',')) return last + 1;
  // "Kingston 10", "Dublin 4": the district of a town.
  if (one?.shape === 'number' && one.breaks === 0 && one.text.length <= 2 && (two === undefined || two.breaks > 0 || [',', '.', ')', ';'].includes(two.text) || two.shape === 'lower' && !doseUnits.has(two.folded) && !counted.has(two.folded))) return last + 1;
  if (one !== undefined && one.breaks === 0 && /^[A-Z]{2}$/.test(one.text) && (two === undefined || two.breaks > 0 || two.text === ',') && !isStateCode(one.text)) return last + 1;
  return last;
}

/** A state of the US or the like, or a country: as code behind a comma or a town, or by its name. In texts without capitals a code that is a word needs a post code behind it. */
function state(scan: Scan, at: number, comma: boolean, end: number): Piece | null {
  const token = scan.tokens[at];
  if (token === undefined) return null;
  if (isStateCode(token.text.toUpperCase())) {
    if (token.shape === 'upper' || postCode(scan, at + 1) !== null) return {last: at};
    if (token.shape === 'lower' && scan.writing(at) === 'lower' && longestPlaceBack(scan, end)) {
      const after = scan.tokens[at + 1];
      if (token.word < 6 || comma && token.word < 7 || after === undefined || after.breaks > 0 || after.text === ',' || after.text === '.') return {last: at};
    }
  }
  if (token.text.length === 1 && scan.tokens[at + 1]?.text === '.' && scan.tokens[at + 3]?.text === '.' && isStateCode(token.text + (scan.tokens[at + 2]?.text ?? ''))) return {last: at + 3};
  return area(scan, at);
}

/** Whether a listed place ends with the token `last`. */
function longestPlaceBack(scan: Scan, last: number): boolean {
  for (let first = last; first > last - 4 && first >= 0; first--) if (longestPlace(scan, first)?.last === last) return true;
  return false;
}

/** A state, region or country by name. */
export function area(scan: Scan, at: number): Piece | null {
  const found = longestPlace(scan, at);
  if (found === null) return countryWords.has(scan.tokens[at]?.text ?? '') ? {last: at} : null;
  const kind = placeOf(found.code)?.kind;
  return kind === 'state' || kind === 'country' || kind === 'region' ? {last: found.last} : null;
}
const countryWords = new Set(['CABA', 'CDMX', 'USA', 'UK', 'UAE', 'USSR', 'EU', 'Deutschland', 'España', 'Brasil', 'Italia', 'Россия', 'Nederland', 'Österreich', 'Polska', 'Schweiz', 'Suisse', 'België', 'Belgique', 'Ελλάδα', 'Türkiye', 'Česko', 'Magyarország', 'România', 'Éire', 'Singapore', 'Luxembourg', 'Україна', 'Беларусь', 'Sverige', 'Norge', 'Danmark', 'Suomi', 'México', 'Perú', 'England', 'Scotland', 'Wales']);

/** Words that can be the name of a town where an address goes on: listed, or between commas and post codes. */
function town(scan: Scan, at: number, comma: boolean, end: number): Piece | null {
  const listed = longestPlace(scan, at);
  const first = scan.tokens[at];
  const lower = first?.shape === 'lower' && scan.writing(at) === 'lower' && listed !== null && (listed.words > 1 || first.word < 5);
  if (lower && (comma || listed.words > 1 || first.word === 0 || state(scan, listed.last + 1, false, listed.last) !== null)) return {last: listed.last, town: true};
  if (listed !== null && (capital(first) || first?.shape === 'upper' || first?.shape === 'script')) {
    const after = scan.tokens[listed.last + 1];
    if (comma || after === undefined || after.breaks > 0 || after.shape === 'mark' || after.shape === 'number' || isStateCode(after.text) || scan.tokens[end]?.shape === 'number') return {last: listed.last, town: true};
  }
  let last = at - 1;
  for (let index = at; index < at + 6; index++) {
    const token = scan.tokens[index];
    if (token === undefined || scan.taken(index) || (index > at && token.breaks > 0)) break;
    if (token.text === '-' && token.glued || token.text === '.' && token.glued && (scan.tokens[index - 1]?.text.length ?? 9) <= 3) continue;
    if (!(capital(token) || token.shape === 'upper' && !isStateCode(token.text) || token.shape === 'script' || isParticle(token) && last >= at)) break;
    if (!isParticle(token) || capital(token)) last = index;
  }
  if (last < at) return null;
  const after = scan.tokens[last + 1];
  const behindPostCode = /^(?:\d{3,6}|\d[A-Z]{2}|[A-Z]{2})$/.test(scan.tokens[end]?.text ?? '');
  const closed = after === undefined || after.breaks > 0 || after.text === ',' || after.text === '/' || after.text === '-' || postCode(scan, last + 1) !== null || isStateCode(after.text);
  const commaNext = after?.text === ',' || after?.breaks === 1;
  const more = postCode(scan, last + 1) !== null || (commaNext || after?.text === '-') && (postCode(scan, last + 2) !== null || state(scan, last + 2, true, last) !== null || longestPlace(scan, last + 2) !== null) || after !== undefined && isStateCode(after.text);
  return behindPostCode && closed || comma && more || /^\d{6}$|^[A-Z]\d{6}$/.test(after?.text ?? '') && last < at + 4 ? {last, town: true} : null;
}

/** The longest place of the lists that begins at `at`, by its words; marks inside ("St. Louis", "Aix-en-Provence") are passed over. No token of it is taken. */
export function longestPlace(scan: Scan, at: number): Place | null {
  const first = scan.tokens[at];
  if (first === undefined || first.places === 0 || first.folded === '') return null;
  const found = first.place === undefined ? first.place = placeWithin(scan, at, scan.tokens.length) : first.place;
  if (found === null) return null;
  // What another rule has taken since is none of it: then there may be a shorter one before that.
  for (let index = at; index <= found.last; index++) if (scan.taken(index)) return placeWithin(scan, at, index);
  return found;
}

function placeWithin(scan: Scan, at: number, end: number): Place | null {
  const lists = gazetteer();
  const longest = scan.tokens[at]?.places ?? 0;
  let phrase = '';
  let best: Place | null = null;
  for (let index = at, words = 0; words < longest && index < end; index++) {
    const token = scan.tokens[index];
    if (token === undefined || index > at && token.breaks > 0) break;
    if (token.shape === 'mark') {
      if (token.text !== '-' && token.text !== '.' && token.text !== "'" || !token.glued) break;
      continue;
    }
    const word = token.possessive ? fold(`${token.text}s`) : token.folded;
    phrase = phrase === '' ? word : `${phrase} ${word}`;
    words++;
    let code = lists.placeCode(phrase);
    if (code === '' && token.possessive) code = lists.placeCode(words === 1 ? token.folded : `${phrase.slice(0, -1)}`);
    if (code !== '') best = {last: index, code, words};
  }
  return best;
}
