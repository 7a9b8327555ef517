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

/** A text without the escapes of JSON, in documents within documents too: `\u00e9` is a letter, `\n` is none. */
export function unescaped(text: string): string {
  let plain = text;
  for (let depth = 0; depth < DEPTH && plain.includes('\\'); depth++) {
    plain = plain.replaceAll(ESCAPES, (_, code: string | undefined, one: string) => code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : one === '\\' ? '\\' : ' ');
  }
  return plain;
}

const DEPTH = 3;
const ESCAPES = /\\(?:u([\da-f]{4})|(["/\\bfnrt]))/giu;

export const isDigits = (word: string): boolean => /^\d+$/u.test(word);
