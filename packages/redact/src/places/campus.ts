import {placeOf} from '@sluice/gazetteer';
import {capital, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {wholeHeads, type Facility} from './facility.ts';
import {longestPlace} from './tail.ts';

/** "… of Boston", "… at Lakeview", "… - North Campus" behind the head. */
export function campus(scan: Scan, found: Facility): Facility {
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
