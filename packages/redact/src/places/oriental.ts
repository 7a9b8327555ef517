import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import type {Street} from './found.ts';
import {houseNumber} from './street-foreign.ts';

const orientalEndings: ReadonlySet<string> = new Set(['ku', 'shi', 'cho', 'machi', 'gun', 'dori', 'chome', 'gu', 'dong', 'ro', 'gil', 'eup', 'myeon', 'ri', 'mura', 'ken', 'fu']);

/** "1-2-3 Shibuya", "Shinjuku-ku", "Teheran-ro 152". */
export function oriental(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token?.shape === 'title' && scan.tokens[at + 1]?.text === '-' && scan.tokens[at + 1]?.glued === true && scan.tokens[at + 2]?.glued === true && orientalEndings.has(scan.tokens[at + 2]?.text ?? '') && token.word <= 1) {
    const first = numberBefore(scan, at);
    return {first, last: houseNumber(scan, at + 2) ?? at + 2, rule: 'street.block'};
  }
  if (token?.shape !== 'number' || token.text.length > 3) return null;
  let index = at;
  let parts = 1;
  while (parts < 6 && scan.tokens[index + 1]?.text === '-' && scan.tokens[index + 1]?.glued === true && scan.tokens[index + 2]?.glued === true && scan.tokens[index + 2]?.shape === 'number') {
    index += 2;
    parts++;
  }
  const name: Token | undefined = scan.tokens[index + 1];
  if (parts < 2 || parts > 4 || name?.shape !== 'title' || name.breaks > 0 || name.word > 1 || scan.taken(index + 1)) return null;
  return parts >= 3 || scan.tokens[index + 2]?.text === '-' || scan.tokens[index + 2]?.text === ',' ? {first: at, last: index + 1, rule: 'street.block'} : null;
}

function numberBefore(scan: Scan, at: number): number {
  let first = at;
  while (first > 0 && at - first < 8 && scan.tokens[first]?.breaks === 0 && (scan.tokens[first - 1]?.shape === 'number' || scan.tokens[first - 1]?.text === '-' || scan.tokens[first - 1]?.text === ',') && !scan.taken(first - 1)) first--;
  while (first < at && scan.tokens[first]?.shape !== 'number') first++;
  return first;
}
