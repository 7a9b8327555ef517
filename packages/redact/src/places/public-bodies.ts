import type {Scan} from '../text/scan.ts';
import {publicBodies, publicHeads, publicOpeners} from '../words/clinical.ts';

const storms = new Set(['hurricane', 'typhoon', 'cyclone']);
const bodyStarts = new Set([...publicBodies].map(body => body.split(' ')[0] ?? ''));

/** The last token of a public body, a programme or a storm that begins at `at`: names that identify nobody. */
export function publicBody(scan: Scan, at: number): number | null {
  const first = scan.tokens[at];
  if (first === undefined || first.folded === '') return null;
  if (!bodyStarts.has(first.folded) && !publicOpeners.has(first.folded) && !storms.has(first.folded)) return null;
  let phrase = '';
  let best: number | null = null;
  for (let index = at; index < at + 9; index++) {
    const token = scan.tokens[index];
    if (token === undefined || index > at && token.breaks > 0) break;
    if (token.folded === '') {
      if (token.text === '-' || token.text === '/') continue;
      break;
    }
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (publicBodies.has(phrase)) best = index;
  }
  if (best !== null) return best;
  if (storms.has(first.folded) && scan.tokens[at + 1]?.shape === 'title' && scan.tokens[at + 1]?.breaks === 0) return at + 1;
  if (!publicOpeners.has(first.folded) || first.shape !== 'title') return null;
  let last = at;
  let head = false;
  for (let index = at + 1; index < at + 9; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0) break;
    if (token.shape === 'title') {
      last = index;
      if (publicHeads.has(token.folded)) head = true;
    } else if (!(token.text === '-' && token.glued) && !['of', 'for', 'and', 'on', 'the', '&'].includes(token.text)) break;
  }
  return head && last > at ? last : null;
}
