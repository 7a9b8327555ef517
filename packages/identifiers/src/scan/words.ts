/** A word of a text: letters only, as they stand, with camelCase taken apart. `lower` is how it is looked up, without a possessive's apostrophe. */
export interface Word {
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

// `MRNs` is one word, `patientID` two, `MRNumber` two, `driver's` one. A `#` counts as a word of its own.
const word = /\p{Lu}{2,40}s(?!\p{L})|\p{Lu}{1,60}(?!\p{Ll}|\p{M})|\p{Lu}?[\p{Ll}\p{M}\p{Lo}]{1,60}(?:'s(?!\p{L}))?|\p{L}|#/gu;

/** Takes a text apart into words, once for all scanners. Linear: every repetition is bounded and takes what it has seen. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(word)) {
    const lower = match[0].toLowerCase().replace("'", '');
    words.push({lower, start: match.index, end: match.index + match[0].length});
  }
  return words;
}
