import {genericFacilityWords, placeOf, plainStreetSuffixes, streetSuffixes, wordBits} from '@sluice/gazetteer';
import {capital, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {wholeHeads, type Facility} from './facility.ts';
import {addressTail, longestPlace} from './tail.ts';

/** "… of Boston", "… at Lakeview", "… - North Campus" behind the head. */
export function campus(scan: Scan, found: Facility): Facility {
  let {last} = found;
  for (;;) {
    const link = scan.tokens[last + 1];
    if (link === undefined || link.breaks > 0 || scan.taken(last + 1)) break;
    const next = scan.tokens[last + 2];
    if ((link.folded === 'of' || link.folded === 'for' || link.folded === 'at' || link.folded === 'de' || link.folded === 'da' || link.text === '-' || link.text === '&') && next !== undefined && capital(next) && next.breaks === 0 && !scan.taken(last + 2)) last += 2;
    else if (link.folded === 'on' && next !== undefined && next.breaks === 0 && onStreet(scan, last + 2)) {
      last += 2;
      while (scan.tokens[last + 1]?.shape === 'title' && scan.tokens[last + 1]?.breaks === 0 && streetSuffixes.has(scan.tokens[last + 1]?.folded ?? '')) last++;
    }
    else if (link.folded === 'on' && scan.writing(last) === 'lower' && lowerStreet(scan, last + 2) !== null) last = lowerStreet(scan, last + 2) ?? last;
    else if (link.shape === 'title' && plainStreetSuffixes.has(link.folded) && link.folded !== 'dr') last += 1;
    else if (link.shape === 'title' && (wholeHeads.has(link.folded) || ['center', 'centre', 'campus', 'system', 'department', 'association', 'annex', 'clinic', 'clinics', 'institute', 'physicians', 'hospitals', 'college', 'unit', 'pavilion', 'tower', 'wing', 'home', 'village', 'community', 'residence', 'specialists', 'care', 'practice', 'pediatrics', 'oncology', 'cardiology', 'surgery', 'consultants', 'inc', 'llc', 'hospital', 'school', 'services', 'group', 'medical', 'partners', 'associates'].includes(link.folded))) last += 1;
    else if (link.shape === 'title' && genericFacilityWords.has(link.folded) && next?.shape === 'title' && next.breaks === 0 && !scan.taken(last + 2) && (wholeHeads.has(next.folded) || next.folded === 'care')) last += 2;
    else if (last > found.last && link.shape === 'title' && partOf(link) !== 'none') last += 1;
    else break;
  }
  return {...found, last: branch(scan, last)};
}

/** "on lincoln ave", "on 5th street": in small letters the last word shows it. */
function lowerStreet(scan: Scan, at: number): number | null {
  for (let index = at; index < at + 3; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || token.shape === 'mark' || wordBits.drug(token.bits)) return null;
    if (index > at && plainStreetSuffixes.has(token.folded) && token.folded !== 'dr' && token.folded !== 'ct') return index;
  }
  return null;
}

/** A word with a capital behind "on" that is a street and not a day, a drug or a ward. */
function onStreet(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token?.shape === 'title' && !scan.taken(at) && !neverNames.has(token.folded) && !wordBits.medical(token.bits) && !wordBits.proper(token.bits);
}

/** "Walgreens #11, Decatur": the number of a branch and the town behind it. */
function branch(scan: Scan, found: number): number {
  let last = found;
  if (scan.tokens[last + 1]?.text === '#' && scan.tokens[last + 2]?.shape === 'number') last += 2;
  const number = scan.tokens[last + 2];
  if (scan.tokens[last + 1]?.text === ',' && number?.shape === 'number' && number.breaks === 0 && number.text.length <= 5 && capital(scan.tokens[last + 3]) && scan.tokens[last + 3]?.breaks === 0 && !scan.taken(last + 2)) {
    last += 3;
    while (scan.tokens[last + 1]?.breaks === 0 && (capital(scan.tokens[last + 1]) || scan.tokens[last + 1]?.text === '.' && scan.tokens[last]?.shape === 'letter') && !scan.taken(last + 1)) last++;
    return addressTail(scan, last);
  }
  const town = scan.tokens[last + 1]?.text === ',' ? longestPlace(scan, last + 2) : null;
  const first = scan.tokens[last + 2];
  return town !== null && first !== undefined && first.breaks === 0 && capital(first) && placeOf(town.code)?.kind === 'city' && !(first.given >= 5) ? town.last : last;
}
