import {foldPhrase, fold} from './fold.ts';
import {readList} from './front-coded-list.ts';
import {WordTable} from './word-table.ts';

/** What the lists know of a word. */
export interface WordFacts {
  /** How common as a given name: 0 not listed, 1 rare or from few lists, to 7, over 150 000 people of the US Census of 2020. */
  readonly given: number;
  /** How common as a surname, on the same scale. */
  readonly surname: number;
  /** How common as an ordinary English word: 0 not one, 1 rare, to 7, among the thousand commonest. */
  readonly word: number;
  /** A term of anatomy, disease or substance, or the name of a drug. */
  readonly medical: boolean;
  /** Written with a capital but identifies nobody: nationalities, languages, genera, trade names. */
  readonly proper: boolean;
}

/** `step`: inhabitants, 0 under 2000, then from 2 000, 8 000, 25 000, 100 000, 400 000, 1.5 million. */
export type Place =
  | {readonly kind: 'city'; readonly us: boolean; readonly step: number}
  | {readonly kind: 'county' | 'region' | 'country' | 'state'};

export interface Gazetteer {
  /** The word in any writing; a hyphenated one has to be looked up by its halves. */
  facts(word: string): WordFacts;
  /** The same as bits, for loops: see `wordBits`; the word must be folded. */
  bits(folded: string): number;
  /** A city, county, region, country or US state by its name, null when there is none. */
  place(name: string): Place | null;
  /** The same for a folded phrase, as the character of the list (`placeOf` tells what it means), '' when there is none. */
  placeCode(folded: string): string;
  /** How many words the longest place has that begins with this folded word; 0 when none does. */
  placeWords(folded: string): number;
}

/** How the bits of a word are laid out. */
export const wordBits = {
  given: (bits: number): number => bits & 7,
  surname: (bits: number): number => (bits >> 3) & 7,
  word: (bits: number): number => (bits >> 6) & 7,
  medical: (bits: number): boolean => (bits & 0x200) !== 0,
  drug: (bits: number): boolean => (bits & 0x400) !== 0,
  proper: (bits: number): boolean => (bits & 0x800) !== 0,
} as const;

let loaded: Gazetteer | null = null;

/** The lists, read on first use (about 0.25 s and 10 MB) and kept for the life of the process: they never change. */
export function gazetteer(): Gazetteer {
  return loaded ??= load();
}

/** What a character of the list of places means. */
export function placeOf(code: string): Place | null {
  if (code >= '0' && code <= '6') return {kind: 'city', us: false, step: Number(code)};
  if (code >= 'a' && code <= 'g') return {kind: 'city', us: true, step: code.charCodeAt(0) - 97};
  const kind = ({h: 'county', r: 'region', n: 'country', s: 'state'} as const)[code];
  return kind === undefined ? null : {kind};
}

function load(): Gazetteer {
  const words = new WordTable(900_000);
  const digits = (name: string, shift: number): void => readList(name, ({place, print, value}) => words.add(place, print, (value - 48) << shift));
  digits('given', 0);
  digits('surnames', 3);
  digits('words', 6);
  readList('medical', ({place, print, value}) => words.add(place, print, value === 50 ? 0x600 : 0x200));
  readList('proper', ({place, print}) => words.add(place, print, 0x800));

  const places = new WordTable(200_000);
  const starts = new WordTable(200_000);
  readList('places', entry => {
    places.add(entry.place, entry.print, entry.value);
    // Bit n: there is a place of n words. At most nine, the longest in the list.
    starts.add(entry.firstPlace, entry.firstPrint, 1 << Math.min(entry.words, 15));
  });
  const placeCode = (folded: string): string => {
    const code = places.get(folded);
    return code === 0 ? '' : String.fromCharCode(code);
  };
  return {
    bits: folded => words.get(folded),
    facts(word) {
      const bits = words.get(fold(word));
      return {given: wordBits.given(bits), surname: wordBits.surname(bits), word: wordBits.word(bits), medical: wordBits.medical(bits), proper: wordBits.proper(bits)};
    },
    place: name => placeOf(placeCode(foldPhrase(name))),
    placeCode,
    placeWords: folded => 31 - Math.clz32(starts.get(folded) || 1),
  };
}
