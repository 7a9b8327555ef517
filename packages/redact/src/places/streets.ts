import type {Scan} from '../text/scan.ts';
import {oriental} from './oriental.ts';
import {blockNumber, box, loose, military, premises, route} from './premises.ts';
import {ending, german, prefixed} from './street-foreign.ts';
import {nameless, numbered, spelledNumber} from './street-number.ts';
import {addressHead} from './head.ts';
import {addressTail} from './tail.ts';

/** Streets in the forms of many countries, with what follows of the address. */
export function findStreets(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const found = numbered(scan, at) ?? blockNumber(scan, at) ?? prefixed(scan, at) ?? ending(scan, at) ?? box(scan, at) ?? premises(scan, at) ?? route(scan, at) ?? nameless(scan, at) ?? oriental(scan, at) ?? military(scan, at) ?? spelledNumber(scan, at) ?? loose(scan, at) ?? german(scan, at);
    if (found === null) continue;
    const end = addressTail(scan, found.last);
    scan.report(addressHead(scan, found.first, 'street'), end, 'geo.street', found.rule, 0.9);
    at = end;
  }
}
