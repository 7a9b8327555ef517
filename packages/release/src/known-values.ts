import {KeyTable} from '@sluice/disclosure-risk';
import {eponyms, fold, gazetteer, wordBits} from '@sluice/gazetteer';
import {SipHasher, type KeyedHash} from './siphash.ts';
import {isDigits, unescaped, wordsOf} from './words.ts';

/** Why values are not looked for: they would be found where they mean something else. */
export interface LeftOut {
  /** Fewer than four letters and digits, or fewer than six digits of a number. */
  readonly short: number;
  /** An ordinary or medical word, or several of them none of which is common as a name. */
  readonly ordinary: number;
  /** A state or a country: these may stay. */
  readonly region: number;
  /** A number so short that more than one in a hundred of its length is known: others are the same by chance. */
  readonly dense: number;
}

export interface KnownValuesOptions {
  /** Most distinct values; default 20 million, at about 25 bytes each. */
  readonly maxValues?: number;
  /** Towns and counties may stay where they are written: a word that is one of them is nobody's name. Default: only one that is large, or hardly a surname. */
  readonly placesStay?: boolean;
  /** Of 16 bytes; default random, so that the hashes of one run say nothing to another. */
  readonly key?: Uint8Array;
}

/** Words of a value that are looked at; what is longer is known by these. */
const MOST_WORDS = 8;
/** A number may be written in groups, with at most so many units between them. */
const MOST_GAP = 3;
const MOST_DIGITS = 24;
/** From here on a number is looked for in columns of numbers, too: below, a measure may be the same by chance. */
export const TELLING_DIGITS = 9;
const LEAST_DIGITS = 6;
/** Groups of digits are joined from here on; shorter numbers have to stand in one piece. */
const LEAST_JOINED = 7;
const LEAST_LETTERS = 4;
/** Abad and Edda stand in every tenth thousand of random identifiers. */
const PART_OF_UUID = /^[a-f]{4}$/u;
/** Words of a name that are written as one, from here on. */
const LEAST_GLUED = 8;

/**
 * The values that must not leave, as keyed hashes of 64 bits, and where each came from. What is found in a text is a value in any
 * case, with or without accents and hidden characters, its words separated by anything; a number in any grouping.
 * One false find is to be expected in 10^19 / (values x words looked up).
 */
export class KnownValues {
  readonly #hasher: SipHasher;
  readonly #hash: KeyedHash = {high: 0, low: 0};
  readonly #values = new KeyTable();
  /** By number of a value, the column it was first seen in. */
  readonly #origins: number[] = [];
  /** First words of values with several, and how many words the longest of them has. */
  readonly #starts = new KeyTable();
  readonly #lengths: number[] = [];
  /** By length, how many numbers are known. */
  readonly #digits = new Map<number, number>();
  readonly #most: number;
  readonly #placesStay: boolean;
  readonly #leftOut: Record<'short' | 'ordinary' | 'region', number> = {short: 0, ordinary: 0, region: 0};
  readonly #outside = new KeyTable();
  /** More values came than may be kept: what is not found may be there. */
  overflowed = false;

  constructor({maxValues = 20_000_000, placesStay = false, key}: KnownValuesOptions = {}) {
    this.#hasher = new SipHasher(key);
    this.#most = maxValues;
    this.#placesStay = placesStay;
  }

  /** Distinct values that are looked for. */
  get size(): number {
    return this.#values.size - this.leftOut.dense;
  }

  /** Distinct values that are not. */
  get leftOut(): LeftOut {
    return {...this.#leftOut, dense: [...this.#digits].reduce((sum, [length, count]) => sum + (isDense(length, count) ? count : 0), 0)};
  }

  /** Takes a value of the column with this number. */
  add(value: string, origin: number): void {
    const {words} = wordsOf(value);
    if (words.length === 0) return;
    if (words.every(isDigits)) return this.#addDigits(words.join(''), origin);
    const why = whyNot(words);
    if (why !== null) return this.#leave(why, words.join(' '));
    const kept = words.slice(0, MOST_WORDS);
    this.#put(`w${kept.join(' ')}`, origin);
    if (kept.length === 1) return;
    this.#hasher.hash(`w${kept[0]!}`, this.#hash);
    const start = this.#starts.add(this.#hash.high, this.#hash.low);
    this.#lengths[start] = Math.max(this.#lengths[start] ?? 0, kept.length);
  }

  /**
   * Takes the words of a person's name, each for itself: a surname that stands alone in a text tells whose it is as well as the whole. Left out are those of fewer than four letters and those that
   * mean something else: ordinary and medical words, names of diseases and signs, places. The words are also looked for in one piece, in either order.
   */
  addName(value: string, origin: number): void {
    const {words} = wordsOf(value);
    for (const word of new Set(words)) if (!/\d/u.test(word) && this.#tells(word)) this.#put(`w${word}`, origin);
    if (words.length < 2 || words.length > MOST_WORDS) return;
    for (const glued of [words.join(''), words.toReversed().join('')]) if (glued.length >= LEAST_GLUED && !isDigits(glued)) this.#put(`w${glued}`, origin);
  }

  #tells(word: string): boolean {
    if (word.length < LEAST_LETTERS || eponyms.has(word) || PART_OF_UUID.test(word)) return false;
    const {bits, place} = gazetteer();
    const known = bits(fold(word));
    if (wordBits.word(known) >= COMMON_WORD || wordBits.medical(known)) return false;
    const found = place(word);
    if (found === null) return true;
    // A good part of all surnames are towns somewhere.
    return !this.#placesStay && found.kind === 'city' && found.step < LARGE_TOWN && wordBits.surname(known) >= COMMON_NAME;
  }

  #addDigits(digits: string, origin: number): void {
    if (digits.length < LEAST_DIGITS) return this.#leave('short', digits);
    const kept = digits.slice(0, MOST_DIGITS);
    this.#putDigits(kept, origin);
    // A North American telephone number with and without its country.
    if (kept.length !== 11 || !kept.startsWith('1')) return;
    this.#putDigits(kept.slice(1), origin);
  }

  #putDigits(digits: string, origin: number): void {
    const before = this.#values.size;
    this.#put(`d${digits}`, origin);
    if (this.#values.size > before) this.#digits.set(digits.length, (this.#digits.get(digits.length) ?? 0) + 1);
  }

  #put(key: string, origin: number): void {
    this.#hasher.hash(key, this.#hash);
    const {high, low} = this.#hash;
    if (this.#values.size >= this.#most && this.#values.find(high, low) < 0) {
      this.overflowed = true;
      return;
    }
    const id = this.#values.add(high, low);
    this.#origins[id] ??= origin;
  }

  #leave(why: 'short' | 'ordinary' | 'region', key: string): void {
    this.#hasher.hash(key, this.#hash);
    const before = this.#outside.size;
    this.#outside.add(this.#hash.high, this.#hash.low);
    if (this.#outside.size > before) this.#leftOut[why]++;
  }

  /** The numbers of the columns whose values stand in a text, one for each find. */
  find(text: string): number[] {
    if (this.#values.size === 0) return [];
    const found = this.#findIn(text);
    if (!text.includes('\\')) return found;
    // As it is and as a document means it: what is written as an escape is found, and what only looks like one as well.
    const meant = this.#findIn(unescaped(text));
    return meant.length > found.length ? meant : found;
  }

  #findIn(text: string): number[] {
    const {words, gaps} = wordsOf(text);
    const found: number[] = [];
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (isDigits(word)) this.#findDigits(words, gaps, i, found);
      else {
        // A label may touch its number: MRN00123456.
        const number = /^[a-z]{1,6}(\d{6,})$/u.exec(word)?.[1];
        if (number !== undefined) this.#lookDigits(number, found);
      }
      // The whole before its words: what is found whole is not told again in pieces.
      const more = this.#findPhrase(words, i, found);
      if (more > 0) i += more;
      else this.#look(`w${word}`, found);
    }
    return found;
  }

  /** How many words after this one belong to a value that begins here; 0 when none does. */
  #findPhrase(words: readonly string[], from: number, found: number[]): number {
    let phrase = `w${words[from]!}`;
    this.#hasher.hash(phrase, this.#hash);
    const start = this.#starts.find(this.#hash.high, this.#hash.low);
    if (start < 0) return 0;
    for (let more = 1; from + more < words.length && more < this.#lengths[start]!; more++) {
      phrase += ` ${words[from + more]!}`;
      if (this.#look(phrase, found)) return more;
    }
    return 0;
  }

  /** The same for a value of a column of numbers: only what is long enough not to be a measure. */
  findNumber(text: string): number[] {
    const found: number[] = [];
    if (text.length >= TELLING_DIGITS && isDigits(text)) this.#lookDigits(text, found);
    return found;
  }

  #findDigits(words: readonly string[], gaps: readonly number[], from: number, found: number[]): void {
    let digits = '';
    for (let i = from; i < words.length && isDigits(words[i]!) && digits.length < MOST_DIGITS; i++) {
      if (i > from && gaps[i]! > MOST_GAP) return;
      digits += words[i]!;
      if ((i === from || digits.length >= LEAST_JOINED) && this.#lookDigits(digits, found)) return;
    }
  }

  #lookDigits(digits: string, found: number[]): boolean {
    const kept = digits.slice(0, MOST_DIGITS);
    const count = this.#digits.get(kept.length);
    return count !== undefined && !isDense(kept.length, count) && this.#look(`d${kept}`, found);
  }

  #look(key: string, found: number[]): boolean {
    this.#hasher.hash(key, this.#hash);
    const id = this.#values.find(this.#hash.high, this.#hash.low);
    if (id >= 0) found.push(this.#origins[id]!);
    return id >= 0;
  }
}

/** Over a few hundred persons of this name in the US census, on the scale of the gazetteer. */
const COMMON_NAME = 5;
/** From here on a town is known everywhere, on the scale of the gazetteer. */
const LARGE_TOWN = 4;
/** From here on a word is one of general use. */
const COMMON_WORD = 3;

/** Whether a text of random numbers of this length would hold one of these in a hundred. */
const isDense = (length: number, count: number): boolean => count > 10 ** (length - 2);

/** States that the gazetteer has as cities of the same name. */
const alsoCities: ReadonlySet<string> = new Set(['new york', 'washington']);

function whyNot(words: readonly string[]): 'short' | 'ordinary' | 'region' | null {
  if (words.reduce((sum, word) => sum + word.length, 0) < LEAST_LETTERS) return 'short';
  const {bits, place} = gazetteer();
  const phrase = words.join(' ');
  const region = place(phrase)?.kind;
  if (region === 'state' || region === 'country' || alsoCities.has(phrase)) return 'region';
  const known = words.map(word => bits(fold(word)));
  const ordinary = known.every((one, i) => wordBits.word(one) >= COMMON_WORD || wordBits.medical(one) || (isDigits(words[i]!) && words[i]!.length < LEAST_DIGITS));
  if (!ordinary) return null;
  if (words.some(isDigits)) return words.length > 2 ? null : 'ordinary';
  return words.length > 1 && known.some(one => wordBits.given(one) >= COMMON_NAME || wordBits.surname(one) >= COMMON_NAME) ? null : 'ordinary';
}
