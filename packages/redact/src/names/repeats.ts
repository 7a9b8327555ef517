import {clinicalNouns, strongFacilityHeads, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
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
    for (let at = scan.firstAt(span.start); at < scan.tokens.length; at++) {
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

/** "Kwame, Efua, and Yaw", "Hone & Mere": what is joined to a name by "and" is one, too, when anybody is called so. */
export function findJoined(scan: Scan): void {
  const count = scan.spans.length;
  for (let index = 0; index < count; index++) {
    const span = scan.spans[index];
    if (span === undefined) break;
    if (span.class !== 'A' || span.kind === 'name.employer' || span.kind === 'name.user') continue;
    const first = scan.firstAt(span.start);
    let last = first;
    while ((scan.tokens[last + 1]?.start ?? Infinity) < span.end) last++;
    const comma = scan.tokens[last + 1]?.text === ',' ? last + 1 : last;
    const and = scan.tokens[comma + 1];
    if (and !== undefined && (and.folded === 'and' || and.text === '&') && and.breaks === 0 && joinable(scan, comma + 2)) scan.report(comma + 2, comma + 2, 'name.full', 'name.joined', 0.75);
    const former = scan.tokens[first - 1];
    if (former !== undefined && (former.folded === 'and' || former.text === '&') && former.breaks === 0 && (scan.tokens[first]?.breaks ?? 1) === 0 && joinable(scan, first - 2) && scan.tokens[first - 1]?.breaks === 0) scan.report(first - 2, first - 2, 'name.full', 'name.joined', 0.75);
  }
}

function joinable(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || scan.taken(at) || token.folded.length < 2 || scan.writing(at) === 'upper') return false;
  if (neverNames.has(token.folded) || clinicalNouns.has(token.folded) || strongFacilityHeads.has(token.folded) || wordBits.proper(token.bits) && token.given < 3 || eponymContext(scan, at) || scan.tokens[at + 1]?.shape === 'title' && scan.tokens[at + 1]?.breaks === 0 && token.given === 0) return false;
  return token.given >= 2 || token.surname >= 3 && token.word < 6 || token.word === 0 && !wordBits.medical(token.bits);
}

const adverbs = new Set(['also', 'then', 'still', 'later', 'now', 'just', 'never', 'always', 'only', 'again', 'usually', 'often', 'currently', 'recently', 'initially', 'finally']);
