import {streetSuffixes, wordBits} from '@sluice/gazetteer';
import {capital, partOf} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {titles} from '../words/people.ts';

/** A landmark, a base or a road that has a name: its first and last token. */
export interface Landmark {
  readonly first: number;
  readonly last: number;
}

const heads = new Set(['bridge', 'park', 'square', 'plaza', 'pier', 'harbor', 'harbour', 'lake', 'river', 'creek', 'canyon', 'falls', 'beach', 'island', 'islands', 'mountain', 'mountains', 'forest', 'trail', 'dam', 'reservoir', 'stadium', 'arena', 'station', 'terminal', 'airport', 'zoo', 'gardens', 'fairgrounds', 'speedway', 'racetrack', 'casino', 'marina', 'campground', 'monument', 'cemetery', 'bay', 'cove', 'nation', 'reservation', 'rancheria', 'pueblo', 'boardwalk', 'raceway', 'coliseum', 'fieldhouse', 'greenway', 'quarry', 'landing', 'projects', 'houses', 'trailer', 'township', 'borough', 'district', 'neighborhood', 'neighbourhood', 'subdivision', 'heights', 'village', 'quarter']);
const places = new Set(['in', 'at', 'on', 'near', 'from', 'to', 'of', 'off', 'by', 'around', 'through', 'across', 'outside', 'along', 'under', 'over', 'into', 'the', 'behind']);

/** "on the Golden Gate Bridge", "in Tompkins Square Park", "on the Navajo Nation": words with capitals up to one for a landmark, behind a preposition. */
export function landmark(scan: Scan, at: number): Landmark | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || token.breaks > 0 || !places.has(scan.tokens[at - 1]?.folded ?? '') || scan.tokens[at - 1]?.folded === 'the' && !places.has(scan.tokens[at - 2]?.folded ?? '')) return null;
  let last = -1;
  let proper = false;
  for (let index = at; index < at + 5; index++) {
    const word = scan.tokens[index];
    if (word === undefined || index > at && word.breaks > 0 || scan.taken(index)) break;
    if (word.text === '-' && word.glued) continue;
    if (word.shape !== 'title' || titles.has(word.folded) || wordBits.medical(word.bits) || neverNames.has(word.folded) && !general.has(word.folded)) break;
    if (proper && heads.has(word.folded)) last = index;
    proper ||= partOf(word) !== 'none' || word.places > 0 || word.word <= 5;
  }
  return last < 0 ? null : {first: at, last};
}
const general = new Set(['national', 'state', 'county', 'city', 'new', 'old', 'north', 'south', 'upper', 'lower', 'native', 'indian', 'american', 'first', 'second', 'third', 'fourth', 'right', 'left']);

const bases: readonly (readonly string[])[] = [['naval', 'station'], ['naval', 'base'], ['air', 'station'], ['joint', 'base'], ['camp'], ['fort'], ['ft'], ['nas'], ['mcas'], ['fob']];

/** "Naval Station Rota", "Camp Lejeune", "Fort Bragg". */
export function base(scan: Scan, at: number): Landmark | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape !== 'title' && token.shape !== 'upper') return null;
  for (const words of bases) {
    if (!words.every((word, step) => scan.tokens[at + step]?.folded === word && (step === 0 || scan.tokens[at + step]?.shape === 'title'))) continue;
    let name = at + words.length;
    if (scan.tokens[name]?.text === '.') name++;
    const next = scan.tokens[name];
    if (next?.shape !== 'title' || next.breaks > 0 || scan.taken(name) || neverNames.has(next.folded)) continue;
    let last = name;
    while (last < name + 2 && scan.tokens[last + 1]?.breaks === 0 && capital(scan.tokens[last + 1]) && scan.tokens[last + 1]?.shape === 'title' && !scan.taken(last + 1) && !neverNames.has(scan.tokens[last + 1]?.folded ?? '')) last++;
    return {first: at, last};
  }
  return null;
}

/** Isotopes of iodine are written as motorways are. */
const isotopes = new Set(['123', '124', '125', '131']);
const onRoad = new Set(['on', 'off', 'along', 'near', 'at', 'from', 'northbound', 'southbound', 'eastbound', 'westbound', 'of', 'down', 'and']);

/** Places of a port or an airport, which have numbers. */
const berths = new Set(['pier', 'dock', 'berth', 'slip', 'hangar', 'terminal', 'wharf']);

/** "on I-95", "off US-41": roads with a number, and crossings: "at 5th and Jefferson". */
export function road(scan: Scan, at: number): Landmark | null {
  const token = scan.tokens[at];
  if (token === undefined || token.breaks > 0 || !onRoad.has(scan.tokens[at - 1]?.folded ?? '')) return null;
  const number = scan.tokens[at + 2];
  if (/^(?:I|US|SR|CR|FM|M|A|N)$/.test(token.text) && scan.tokens[at + 1]?.text === '-' && scan.tokens[at + 1]?.glued === true && number?.glued === true && /^\d{1,3}[NSEW]?$/.test(number.text) && !isotopes.has(number.text) && (token.text.length > 1 || token.text === 'I')) return {first: at, last: at + 2};
  if (token.shape === 'title' && berths.has(token.folded) && /^\d{1,3}[A-Z]?$/.test(scan.tokens[at + 1]?.text ?? '') && scan.tokens[at + 1]?.breaks === 0) return {first: at, last: at + 1};
  const ordinal = /^\d{1,3}(?:st|nd|rd|th)$/;
  const and = scan.tokens[at + 1];
  const other = scan.tokens[at + 2];
  if ((ordinal.test(token.text) || token.shape === 'title' && partOf(token) !== 'none') && (and?.folded === 'and' || and?.text === '&') && other !== undefined && other.breaks === 0 && !scan.taken(at + 2) && (ordinal.test(token.text) ? other.shape === 'title' && !neverNames.has(other.folded) || ordinal.test(other.text) && other.word === 0 && scan.writing(at) !== 'lower' : ordinal.test(other.text))) {
    const suffix = scan.tokens[at + 3];
    return {first: at, last: suffix !== undefined && suffix.breaks === 0 && suffix.shape === 'title' && streetSuffixes.has(suffix.folded) ? at + 3 : at + 2};
  }
  return null;
}
