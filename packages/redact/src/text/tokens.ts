import {fold, gazetteer, wordBits} from '@sluice/gazetteer';
import type {Part} from '../names/parts.ts';

/** How a word is written. `letter`: one capital; `code`: letters and digits; `mark`: anything that is neither; `script`: letters that have no case. */
export type Shape = 'title' | 'upper' | 'lower' | 'mixed' | 'letter' | 'number' | 'code' | 'mark' | 'script';

export interface Token {
  readonly start: number;
  /** Without a possessive 's, which belongs to no token. */
  readonly end: number;
  readonly text: string;
  /** As the lists have it; '' for marks. */
  readonly folded: string;
  readonly shape: Shape;
  /** Line breaks between the token before and this one. */
  readonly breaks: number;
  /** Nothing at all between the token before and this one. */
  readonly glued: boolean;
  readonly possessive: boolean;
  /** See `wordBits`; 0 for what is no word. */
  readonly bits: number;
  readonly given: number;
  readonly surname: number;
  readonly word: number;
  /** How many words the longest listed place has that begins with this one. */
  readonly places: number;
  /** What it is worth as a part of a name: kept here by `partOf` once it was reckoned, since everybody asks. */
  worth: Part | null;
  /** The longest listed place that begins with it, null when none does: kept here by `longestPlace` once it was looked for. */
  place: Place | null | undefined;
}

/** A listed place in a text: its last token, its character in the list, how many words it has. */
export interface Place {
  readonly last: number;
  readonly code: string;
  readonly words: number;
}

// Letters, digits and marks on letters; an apostrophe inside a word ("O'Brien") belongs to it.
const pattern = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{M}]+)*|[^\s]/gu;
const possessiveEnd = /['’]s$/iu;
const cased = /\p{Lu}|\p{Ll}/u;
// "Tau'akipulu", "Fa'asavalu": an apostrophe inside.
const titled = /^\p{Lu}(?:\p{Ll}|\p{M}|\p{Lm})+(?:['’]\p{Ll}(?:\p{Ll}|\p{M}|\p{Lm})+)*$/u;
/** "I'm", "Don't", "They've": two words in one, and neither a name. */
const contraction = /^(?:\p{L}+n['’]t|(?:i|you|we|they|he|she|it|that|there|who|what|let|y|this|these)['’](?:m|d|ll|ve|re|s|all)|\p{L}+['’](?:ll|ve|re))$/iu;
/** An ordinary word of the commonest: see `wordBits`. */
const ordinary = 7 << 6;
const wordlike = /^[\p{L}\p{N}\p{M}]/u;

/** Cuts a text into words, numbers and marks. Linear in time; two tokens never overlap. */
export function tokenise(text: string): readonly Token[] {
  const lists = gazetteer();
  const tokens: Token[] = [];
  const known = new Map<string, {readonly folded: string; readonly shape: Shape; readonly bits: number; readonly places: number}>();
  let before = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index;
    const whole = match[0];
    const possessive = whole.length > 3 && possessiveEnd.test(whole);
    const word = possessive ? whole.slice(0, -2) : whole;
    let facts = known.get(word);
    if (facts === undefined) {
      const shape = shapeOf(word);
      const folded = shape === 'mark' ? '' : fold(word);
      const listed = shape !== 'mark' && shape !== 'number' && shape !== 'code';
      const short = listed && word.length < 12 && contraction.test(word);
      facts = {folded, shape: short && shape !== 'upper' ? 'lower' : shape, bits: short ? ordinary : listed ? lists.bits(folded) : 0, places: short ? 0 : listed ? Math.max(lists.placeWords(folded), possessive ? lists.placeWords(`${folded}s`) : 0) : 0};
      if (known.size < 20_000) known.set(word, facts);
    }
    let breaks = 0;
    for (let at = before; at < start; at++) if (text.charCodeAt(at) === 10) breaks++;
    const {bits} = facts;
    tokens.push({
      start, end: start + word.length, text: word, folded: facts.folded, shape: facts.shape, breaks, glued: start === before && start > 0, possessive,
      bits, given: wordBits.given(bits), surname: wordBits.surname(bits), word: wordBits.word(bits), places: facts.places, worth: null, place: undefined,
    });
    before = start + whole.length;
  }
  return tokens;
}

function shapeOf(word: string): Shape {
  if (!wordlike.test(word)) return 'mark';
  if (/\p{N}/u.test(word)) return /\p{L}/u.test(word) ? 'code' : 'number';
  if (!cased.test(word)) return 'script';
  if (word.length === 1) return word === word.toLowerCase() ? 'lower' : 'letter';
  if (titled.test(word)) return 'title';
  if (word === word.toLowerCase()) return 'lower';
  if (word === word.toUpperCase()) return 'upper';
  return 'mixed';
}
