import {isStateCode, placeOf} from '@sluice/gazetteer';
import {capital, isParticle, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {titles} from '../words/people.ts';
import type {Town} from './found.ts';
import {area, longestPlace, postCode} from './tail.ts';
import {strictWhere} from './town-listed.ts';

const credentialStates = new Set(['MD', 'PA', 'MS', 'MA', 'OK', 'IN', 'OR', 'ME', 'HI', 'DO', 'OT', 'ND', 'CT', 'MI', 'PE']);

/** "Dayton, OH 45402", "Dayton, Ohio", "dayton ohio": a town that a state follows. The state goes with it, as part of one place. */
export function withState(scan: Scan, at: number): Town | null {
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
const goesOn = new Set(['by', 'via', 'where', 'last', 'today', 'yesterday', 'this', 'while', 'when', 'but', 'every', 'until', 'before', 'with', 'w', 'who', 'presents', 'presenting', 'has', 'had', 'is', 'was', 'for', 'here', 'and', 'came', 'complains', 'c', 'admitted', 'needs', 'wants', 'on', 'since', 'seen', 'reports', 'due', 'after', 'to', 'about', 'because', 'takes', 'taking', 'says', 'asking']);

const wordCodes = new Set(['in', 'or', 'me', 'ok', 'la', 'hi', 'pa', 'ma', 'id', 'al', 'de', 'co', 'mo', 'as', 'on', 'pe', 'ms', 'md', 'ct', 'mi', 'ia', 'ar', 'va']);

function cityStep(scan: Scan, at: number): number {
  const place = placeOf(longestPlace(scan, at)?.code ?? '');
  return place?.kind === 'city' ? place.step : 0;
}

/** Given name and surname before ", MD": rather a person than a town in Maryland. */
function longestGiven(scan: Scan, first: number, last: number): boolean {
  return last === first ? (scan.tokens[first]?.given ?? 0) >= 4 : true;
}
