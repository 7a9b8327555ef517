import {streetSuffixes, wordBits} from '@sluice/gazetteer';
import {capital, isParticle} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {doseUnits} from '../words/clinical.ts';
import type {Street} from './found.ts';
import {numbered, onStreet} from './street-number.ts';
import {addressTail, area, longestPlace, postCode} from './tail.ts';

/** "P.O. Box 123", "RR 2 Box 14", "Postfach 10 20". */
export function box(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined) return null;
  const named = bag(scan, at);
  if (named !== null) return named;
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

const bags = new Set(['private bag', 'locked bag', 'gpo box', 'caixa postal', 'casella postale', 'boite postale', 'post box', 'mail bag', 'box no']);
const delivery = new Set(['general delivery', 'poste restante', 'lista correos']);
const boxWords = new Set(['postbus', 'postboks', 'apdo', 'cp', 'bp', 'b', 'postilokero', 'postafiok', 'postbox']);

/** "Private Bag 42", "Postbus 900", "B.P. 4512, Cotonou". The short ones are a blood pressure and a pain, too: a town has to follow. */
function bag(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || token.shape === 'lower' || token.shape === 'mark') return null;
  let index = at + 1;
  if (delivery.has(`${token.folded} ${scan.tokens[at + 1]?.folded ?? ''}`)) return addressTail(scan, at + 1) > at + 1 ? {first: at, last: at + 1, rule: 'street.box'} : null;
  const double = bags.has(`${token.folded} ${scan.tokens[at + 1]?.folded ?? ''}`);
  if (double) index++;
  else if (!boxWords.has(token.folded)) return null;
  if (token.folded === 'b') {
    if (scan.tokens[at + 1]?.text !== '.' || scan.tokens[at + 2]?.text !== 'P') return null;
    index = at + 3;
  }
  while (index < at + 6 && scan.tokens[index]?.text === '.') index++;
  const number = scan.tokens[index];
  if (number === undefined || number.breaks > 0 || number.shape !== 'number' && !(double && number.shape !== 'mark')) return null;
  const short = token.folded === 'bp' || token.folded === 'cp' || token.folded === 'b';
  return short && !(scan.tokens[index + 1]?.text === ',' && addressTail(scan, index) > index) ? null : {first: at, last: index, rule: 'street.box'};
}

/** "Blk 318 Ang Mo Kio Ave 3": a block and the street it stands in. */
export function blockNumber(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || token.folded !== 'blk' && token.folded !== 'block') return null;
  const street = numbered(scan, at + 1);
  return street === null ? null : {...street, first: at};
}

const premisesWords = new Set(['flat', 'plot', 'door', 'house', 'villa', 'shop', 'block', 'blk', 'bungalow', 'qtr', 'quarter', 'lot', 'no', 'tower', 'unit', 'room', 'apt', 'apartment', 'suite', 'building', 'bldg', 'chalet', 'km']);
const indoors = new Set(['room', 'no', 'unit', 'suite', 'lot', 'tower', 'block', 'building', 'bldg', 'km']);

/** "Flat 5B, Lotus Apartments, …", "House No. 12, Sector 7, …": where a number of the house is followed by names between commas. */
export function premises(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || !premisesWords.has(token.folded) || token.shape !== 'title' && !(token.shape === 'lower' && courtFollows(scan, at))) return null;
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
  if (end === index || token.shape === 'title' && indoors.has(token.folded) && end < index + 4) return null;
  return {first: at, last: index, rule: 'street.premises'};
}

/** "unit 4, Hazelmere Court": a number, a comma and words with capitals of which the last ends the name of a street. */
function courtFollows(scan: Scan, at: number): boolean {
  if (scan.tokens[at + 1]?.shape !== 'number' && scan.tokens[at + 1]?.shape !== 'code' || scan.tokens[at + 2]?.text !== ',') return false;
  for (let index = at + 3; index < at + 7; index++) {
    const token = scan.tokens[index];
    if (token?.shape !== 'title' || token.breaks > 0) return false;
    if (index > at + 3 && streetSuffixes.has(token.folded)) return true;
  }
  return false;
}

/** "off County Road 12", "on Route 9". */
export function route(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || !onStreet.has(scan.tokens[at - 1]?.folded ?? '') || token.breaks > 0) return null;
  if (token.folded === 'farm' && scan.tokens[at + 1]?.folded === 'to' && scan.tokens[at + 2]?.folded === 'market' && scan.tokens[at + 3]?.folded === 'road' && scan.tokens[at + 4]?.shape === 'number') return {first: at, last: at + 4, rule: 'street.route'};
  const led = ['county', 'state', 'us', 'rural', 'farm', 'township', 'old'].includes(token.folded);
  const road = led ? at + 1 : at;
  const word = scan.tokens[road]?.folded ?? '';
  return ['route', 'rte', 'highway', 'hwy'].includes(word) || led && word === 'road' ? scan.tokens[road + 1]?.shape === 'number' ? {first: at, last: road + 1, rule: 'street.route'} : null : null;
}

/** "PSC 1234, FPO AP 96349". */
export function military(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  return token !== undefined && /^(?:APO|FPO|DPO)$/.test(token.text) && /^A[AEP]$/.test(scan.tokens[at + 1]?.text ?? '') ? {first: at, last: at + 1, rule: 'street.military'} : null;
}

/** "14 Bandra Kurla, Mumbai 400051": a number and words with capitals, when a town, a country or a post code closes the address. */
export function loose(scan: Scan, at: number): Street | null {
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
