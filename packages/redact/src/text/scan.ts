import type {Kind, Span} from '@sluice/identifiers';
import {classOfKind} from '@sluice/identifiers';
import {wordBits} from '@sluice/gazetteer';
import {tokenise, type Token} from './tokens.ts';

/** How a line is written: `upper` and `lower` ones tell nothing by their capitals. */
export type Writing = 'normal' | 'upper' | 'lower';

/** A text in the middle of being examined: what the finders share. */
export interface Scan {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The first token that ends behind an offset of the text; the number of tokens when there is none. */
  firstAt(offset: number): number;
  /** Whether a token belongs to a find already. */
  taken(index: number): boolean;
  /** Whether it belongs to a place or a house: an address may take that in. */
  placed(index: number): boolean;
  /** Whether a sentence, a line or an item of a list begins with this token. */
  opens(index: number): boolean;
  writing(index: number): Writing;
  /** Whether most of its words in small letters are English: in another language a word that no list has is no sign of a name. */
  readonly english: boolean;
  /** Reports the tokens `first` to `last`, both included, and takes them. */
  report(first: number, last: number, kind: Kind, rule: string, score: number): void;
  /** Marks tokens as harmless, so that no later rule looks at them. */
  spare(first: number, last: number): void;
  readonly spans: readonly Span[];
}

/** Prepares a text; `found` are the finds of patterns and known values, whose tokens are taken. */
export function openScan(text: string, found: readonly Span[]): Scan {
  const tokens = tokenise(text);
  const taken = new Uint8Array(tokens.length);
  const spans: Span[] = [];
  let next = 0;
  const sorted = found.toSorted((a, b) => a.start - b.start);
  for (const span of sorted) {
    while (next > 0 && (tokens[next - 1]?.end ?? 0) > span.start) next--;
    while (next < tokens.length && (tokens[next]?.end ?? 0) <= span.start) next++;
    for (let at = next; at < tokens.length && (tokens[at]?.start ?? 0) < span.end; at++) taken[at] = 1;
  }
  const writings = writingOf(tokens);
  return {
    text,
    tokens,
    spans,
    english: isEnglish(tokens),
    firstAt: offset => firstAt(tokens, offset),
    taken: index => taken[index] !== 0 && index >= 0 && index < tokens.length,
    placed: index => taken[index] === 2,
    opens: index => opens(tokens, index),
    writing: index => (['normal', 'upper', 'lower'] as const)[writings[index] ?? 0] ?? 'normal',
    report(first, last, kind, rule, score) {
      const from = tokens[first];
      const to = tokens[last];
      if (from === undefined || to === undefined || last < first) return;
      // The 's of a house belongs to its name ("St. Luke's"), that of a person is grammar.
      spans.push({start: from.start, end: kind === 'geo.facility' && to.possessive ? to.end + 2 : to.end, class: classOfKind(kind), kind, rule, score});
      taken.fill(kind.startsWith('geo.') ? 2 : 1, first, last + 1);
    },
    spare: (first, last) => {
      taken.fill(1, first, last + 1);
    },
  };
}

function firstAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isEnglish(tokens: readonly Token[]): boolean {
  let all = 0;
  let listed = 0;
  for (const token of tokens) {
    if (token.shape !== 'lower' || token.folded.length < 4) continue;
    all++;
    if (token.word > 0 || wordBits.medical(token.bits)) listed++;
  }
  if (listed * 10 >= all * 7) return true;
  // Of a few words, one that is no abbreviation would decide: there the small words of English count.
  return all - listed <= 2 && tokens.some(token => token.shape === 'lower' && englishOnly.has(token.folded));
}

/** Small words that no other language with Latin letters writes. */
const englishOnly = new Set(['is', 'has', 'had', 'the', 'for', 'with', 'and', 'of', 'her', 'his', 'she', 'he', 'they', 'my', 'your', 'does', 'did', 'this', 'w', 'pt']);

const ends = new Set(['.', '!', '?', ':', ';', '•', '*', '-', '|', '>', '"', '“', '(', '[', '#', '–', '—', '…', '¿', '¡']);

function opens(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  if (token === undefined || before === undefined || token.breaks > 0) return true;
  if (before.shape === 'mark') return ends.has(before.text) && !(before.text === '-' && token.glued) && !(before.text === '.' && (tokens[index - 2]?.text.length ?? 9) === 1);
  // The number of an item: "1. Aspirin", "2) Metoprolol".
  return false;
}

/** 0 normal, 1 upper, 2 lower, for the line of every token. */
function writingOf(tokens: readonly Token[]): Uint8Array {
  const result = new Uint8Array(tokens.length);
  for (let first = 0; first < tokens.length;) {
    let last = first;
    let upper = 0;
    let lower = 0;
    let title = 0;
    let openers = 0;
    for (; last < tokens.length && (last === first || tokens[last]?.breaks === 0); last++) {
      const token = tokens[last];
      if (token === undefined) continue;
      if (token.shape === 'upper' && token.text.length > 1) upper++;
      else if (token.shape === 'lower') lower++;
      else if (token.shape === 'title' || token.shape === 'mixed') {
        title++;
        if (opens(tokens, last)) openers++;
      }
    }
    // One word in capitals is an abbreviation; a line of them is a way of writing.
    if (upper >= 2 && upper >= 4 * (lower + title)) result.fill(1, first, last);
    else if (lower >= 2 && title - openers === 0 && (title === 0 || lower >= 6 * title && title <= 1)) result.fill(2, first, last);
    first = last;
  }
  return result;
}
