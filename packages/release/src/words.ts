import {fold} from '@sluice/gazetteer';
import {normalise} from '@sluice/identifiers';

/** Words of a text: letters and digits in one writing, with where they stood in it. */
export interface Words {
  readonly words: readonly string[];
  /** How many units lie between a word and the one before it. */
  readonly gaps: readonly number[];
}

/** The words of a text without hidden characters, case and accents: what is spelled differently only in these is one. */
export function wordsOf(text: string): Words {
  const folded = fold(normalise(text).text);
  const words: string[] = [];
  const gaps: number[] = [];
  let end = 0;
  for (const {0: word, index} of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    words.push(word);
    gaps.push(index - end);
    end = index + word.length;
  }
  return {words, gaps};
}

export const isDigits = (word: string): boolean => /^\d+$/u.test(word);
