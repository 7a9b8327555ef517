import type {Scan} from '../text/scan.ts';
import type {Shape} from '../text/tokens.ts';
import type {Street} from './found.ts';
import {oriental} from './oriental.ts';
import {blockNumber, box, loose, military, premises, route} from './premises.ts';
import {ending, german, prefixed} from './street-foreign.ts';
import {nameless, numbered, spelledNumber} from './street-number.ts';
import {addressHead} from './head.ts';
import {addressTail} from './tail.ts';

/** Streets in the forms of many countries, with what follows of the address. */
export function findStreets(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    const token = scan.tokens[at];
    if (token === undefined || token.shape === 'mark' || scan.taken(at)) continue;
    const found = streetAt(scan, at, token.shape);
    if (found === null) continue;
    const end = addressTail(scan, found.last);
    scan.report(addressHead(scan, found.first, 'street'), end, 'geo.street', found.rule, 0.9);
    at = end;
  }
}

/** The forms that may begin with a word of this shape. Most words are in small letters, and few forms begin so. */
function streetAt(scan: Scan, at: number, shape: Shape): Street | null {
  if (shape === 'number') return numbered(scan, at) ?? oriental(scan, at) ?? loose(scan, at);
  if (shape === 'code') return numbered(scan, at) ?? ending(scan, at) ?? nameless(scan, at) ?? loose(scan, at);
  const word = blockNumber(scan, at) ?? prefixed(scan, at) ?? ending(scan, at) ?? box(scan, at) ?? route(scan, at);
  if (word !== null) return word;
  if (shape === 'lower') return premises(scan, at);
  return premises(scan, at) ?? nameless(scan, at) ?? (shape === 'title' ? oriental(scan, at) ?? spelledNumber(scan, at) ?? german(scan, at) : military(scan, at));
}
