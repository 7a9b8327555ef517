import {isStateCode, placeOf} from '@sluice/gazetteer';
import {capital, isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {doseUnits, neverNames} from '../words/clinical.ts';
import {addressHead} from './head.ts';
import {addressTail, area, district, longestPlace, postCode, written} from './tail.ts';

/** Addresses by their post code and the town or the state beside it, followed from there in both directions. Before towns alone, so that no part of an address is taken for itself. */
export function findCoded(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    const token = scan.tokens[at];
    const country = token?.shape === 'letter' || token?.shape === 'upper' && token.text.length < 3;
    if (token === undefined || token.shape !== 'number' && token.shape !== 'code' && !(country && scan.tokens[at + 1]?.text === '-') || scan.taken(at)) continue;
    const code = codeAt(scan, at);
    if (code === null) continue;
    const found = townBefore(scan, at, code) ?? townBehind(scan, at, code);
    if (found === null) continue;
    scan.report(found.first, found.last, found.first < found.town ? 'geo.street' : 'geo.city', 'place.postcode', 0.9);
    at = found.last;
  }
}

interface Code {
  readonly last: number;
  /** Whether its shape, or six digits and more, make it one; four may be a year or a time, five a reading. */
  readonly sure: boolean;
  readonly weak: boolean;
}

function codeAt(scan: Scan, at: number): Code | null {
  const token = scan.tokens[at]!;
  const found = postCode(scan, at);
  if (found === null) {
    // Three figures, as in Iceland and on the Faroes, count behind the number of a house only.
    return token.shape === 'number' && token.text.length === 3 && scan.tokens[at - 1]?.text === ',' && scan.tokens[at - 2]?.shape === 'number' ? {last: at, sure: false, weak: true} : null;
  }
  for (let index = at; index <= found.last; index++) if (scan.taken(index)) return null;
  const joined = found.last > at || token.shape === 'code';
  if (token.shape === 'upper' && token.text.length === 2 && !/^(?:DE|CH|AT|BE|LT|LV|EE|FI|DK|SE|NO|PL|CZ|SK|SI|HR|LU|MD|AX|GL)$/.test(token.text)) return null;
  const next = scan.tokens[found.last + 1];
  if (next !== undefined && next.breaks === 0 && (doseUnits.has(next.folded) || next.text === '%' || next.text === '/' && next.glued || next.text === '.' && scan.tokens[found.last + 2]?.glued === true)) return null;
  return {last: found.last, sure: joined && /\p{L}/u.test(scan.text.slice(token.start, scan.tokens[found.last]!.end)), weak: !joined && token.text.length === 4};
}

interface Coded {
  readonly first: number;
  readonly last: number;
  readonly town: number;
}

/** "Dayton, OH 45402", "New Delhi - 110024", "Melbourne VIC 3000", "Wenham, Suffolk CO7 6PU": a state or a town before the code. */
function townBefore(scan: Scan, at: number, code: Code): Coded | null {
  let last = at - 1;
  let parted = (scan.tokens[at]?.breaks ?? 0) === 1;
  if ((scan.tokens[at]?.breaks ?? 0) > 1) return null;
  while (last > at - 3 && [',', '-', '.', '('].includes(scan.tokens[last]?.text ?? '')) {
    parted = true;
    last--;
  }
  const token = scan.tokens[last];
  if (token === undefined || scan.taken(last)) return null;
  let first = -1;
  const state = token.shape === 'upper' && isStateCode(token.text) || token.shape === 'lower' && scan.writing(last) === 'lower' && isStateCode(token.text.toUpperCase()) && token.text.length === 2;
  for (let back = last; back > last - 5 && back >= 0; back--) {
    const place = longestPlace(scan, back);
    if (place?.last === last && (capital(scan.tokens[back]) || scan.tokens[back]?.shape === 'upper' || scan.writing(back) === 'lower' && (scan.tokens[back]?.word ?? 9) < 5 && !parted)) first = back;
  }
  if (state) first = last;
  if (first < 0 && code.sure && !parted && (token.shape === 'title' || token.shape === 'upper' && token.text.length > 3) && !neverNames.has(token.folded)) first = last;
  if (first < 0) return null;
  const town = state ? townOf(scan, last) : first;
  const begins = addressHead(scan, town, 'code');
  // Four figures behind a town may be a year or a time; a state or a house number before them makes sure.
  if (code.weak && !state && begins === town || !code.sure && parted && !state && begins === town && (scan.tokens[at]?.text.length ?? 0) < 6) return null;
  if (state && town === last && begins === last && (token.shape === 'lower' || !capital(scan.tokens[last - 1]) && code.weak)) return null;
  return {first: begins, last: addressTail(scan, code.last), town};
}

/** The first word of the town that a state stands behind: listed, or the words with capitals before it. */
function townOf(scan: Scan, state: number): number {
  let last = state - 1;
  while (last > state - 3 && (scan.tokens[last]?.text === ',' || scan.tokens[last]?.text === '.')) last--;
  let first = state;
  for (let back = last; back > last - 5 && back >= 0 && !scan.taken(back); back--) {
    if (longestPlace(scan, back)?.last === last) first = back;
    if ((scan.tokens[back + 1]?.breaks ?? 0) > 0) break;
  }
  if (first < state) return first;
  for (let back = last; back > last - 4 && back >= 0; back--) {
    const token = scan.tokens[back];
    if (token === undefined || scan.taken(back) || !(written(token) || token.text === '-' && token.glued) || neverNames.has(token.folded) || back < last && (scan.tokens[back + 1]?.breaks ?? 0) > 0) break;
    first = back;
  }
  return first;
}

/** "8400 Winterthur", "61-881 Poznań", "702 00 Ostrava": a town behind the code. One that no list has counts where a house number stands before the code. */
function townBehind(scan: Scan, at: number, code: Code): Coded | null {
  const next = scan.tokens[code.last + 1];
  if (next === undefined || next.breaks > 0 || scan.taken(code.last + 1) || !(capital(next) && next.shape !== 'letter' || next.shape === 'upper' && next.text.length > 2 && !isStateCode(next.text) || next.shape === 'script')) return null;
  const place = longestPlace(scan, code.last + 1);
  const city = place !== null && placeOf(place.code)?.kind === 'city';
  const before = scan.tokens[at - 1];
  const year = code.last === at && /^(?:19|20)\d\d$/.test(scan.tokens[at]?.text ?? '');
  const apart = before === undefined || (scan.tokens[at]?.breaks ?? 0) > 0 || [',', ':', '-', ';', '|', '('].includes(before.text);
  const begins = apart || code.last > at ? addressHead(scan, at, 'code') : at;
  let last = city ? place.last : code.last + 1;
  if (!city) {
    if (begins === at || neverNames.has(next.folded) || partOf(next) === 'none' && area(scan, code.last + 1) === null) return null;
    while (last < code.last + 5 && scan.tokens[last + 1]?.breaks === 0 && (written(scan.tokens[last + 1]) || isParticle(scan.tokens[last + 1]) && written(scan.tokens[last + 2])) && !scan.taken(last + 1)) last++;
  }
  const digits = scan.tokens[at]?.text.length ?? 0;
  if (begins === at && (code.weak && (!apart || year || digits < 4) || year)) return null;
  return {first: begins, last: addressTail(scan, district(scan, last)), town: at};
}
