import {placeOf} from '@sluice/gazetteer';
import {capital} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {findCoded} from './coded.ts';
import {addressHead} from './head.ts';
import {addressTail, district, longestPlace, postCode} from './tail.ts';
import {administrative, beforeCode, county, labelledPlace, lettered, zip} from './town-forms.ts';
import {alone, compound, continents, listed, lived, named, where} from './town-listed.ts';
import {withState} from './town-state.ts';

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
    const found = labelledPlace(scan, at) ?? withState(scan, at) ?? beforeCode(scan, at) ?? administrative(scan, at) ?? county(scan, at) ?? zip(scan, at) ?? named(scan, at) ?? listed(scan, at) ?? lived(scan, at) ?? compound(scan, at) ?? alone(scan, at);
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
  const opener = scan.tokens[at - 1];
  if (opener !== undefined && opener.shape === 'title' && token.breaks === 0 && (opener.folded === 'little' || opener.folded === 'old')) return null;
  if (known.words === 1 && (token.given >= 4 || token.surname >= 5) && !where.has(scan.tokens[at - 1]?.folded ?? '') && scan.tokens[at - 1]?.text !== ',') return null;
  return known.last;
}
