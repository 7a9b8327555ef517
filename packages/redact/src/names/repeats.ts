import {clinicalNouns} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {personVerbs} from '../words/people.ts';
import {eponymContext} from './parts.ts';

/** The names of the windows before, each with the number of the window that had it last. */
export type NameMemory = Map<string, number>;
/** A name is remembered for so many windows, about a million units: longer than any text about one person, and little memory. */
const memorable = 10;

/**
 * Every further occurrence of a name that was found with good reason: who was "Ms. Young" once is "Young" afterwards. `before` are the names of the windows before this one, the
 * `window`th; those of this one are added.
 */
export function findRepeats(scan: Scan, before: NameMemory = new Map(), window = 0): void {
  const names = new Set<string>();
  for (const span of scan.spans) {
    if (span.class !== 'A' || span.kind === 'name.employer' || span.kind === 'name.initials') continue;
    for (let at = firstFrom(scan, span.start); at < scan.tokens.length; at++) {
      const token = scan.tokens[at];
      if (token === undefined || token.start >= span.end) break;
      if (token.folded.length > 2 && token.given + token.surname > 0 ? true : token.folded.length > 3 && token.word === 0) before.set(token.folded, window);
    }
  }
  for (const [name, last] of before) {
    if (window - last > memorable) before.delete(name);
    else names.add(name);
  }
  if (names.size === 0) return;
  for (const [at, token] of scan.tokens.entries()) {
    if (scan.taken(at) || !names.has(token.folded)) continue;
    const written = token.shape === 'title' || token.shape === 'mixed' || token.shape === 'script' || (token.shape === 'upper' && token.text.length > 3 && token.word <= 4);
    if (!written && !(token.shape === 'lower' && token.word === 0 && token.folded.length > 3)) continue;
    const next = scan.tokens[at + 1];
    if (token.word >= 4 && scan.opens(at) && !(token.possessive || personVerbs.has(next?.folded ?? '') || next?.shape === 'lower' && next.folded.length > 4 && next.folded.endsWith('ed') || next?.text === ',' || adverbs.has(next?.folded ?? ''))) continue;
    if (clinicalNouns.has(token.folded) || eponymContext(scan, at)) continue;
    scan.report(at, at, 'name.full', 'name.repeat', 0.85);
  }
}

const adverbs = new Set(['also', 'then', 'still', 'later', 'now', 'just', 'never', 'always', 'only', 'again', 'usually', 'often', 'currently', 'recently', 'initially', 'finally']);

function firstFrom(scan: Scan, start: number): number {
  let low = 0;
  let high = scan.tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scan.tokens[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
