import {lookAlikes} from './homoglyphs.ts';
import {entityAt} from './entities.ts';

/** A text as the scanners read it, and the way back to where each part of it came from. */
export interface Normalised {
  /** The text with invisible characters gone and characters of the same look made one. */
  readonly text: string;
  /** The units of the input, `[start, end)`, that the units `[start, end)` of `text` came from. */
  original(start: number, end: number): readonly [start: number, end: number];
}

/**
 * Undoes what hides an identifier from a pattern without hiding it from a reader: zero-width and direction characters and soft hyphens go; spaces, dashes
 * and quotation marks of every kind become the plain ones; full-width, circled and mathematical letters, and the digits of every script, become ASCII; HTML
 * entities are read; combining marks are joined to their letter; Cyrillic and Greek letters inside Latin words become the Latin letters they look like.
 * Case, accents and words of other scripts stay. Linear in time; four-byte offsets for each unit only where the text changed.
 */
export function normalise(text: string): Normalised {
  if (!needsWork.test(text)) return {text, original: (start, end) => [start, end]};
  const {parts, starts, ends, length} = rewrite(text);
  const joined = unmask(parts.join(''));
  return {
    text: joined,
    original: (start, end) => {
      if (start >= length) return [text.length, text.length];
      const from = starts[start]!;
      return end > start ? [from, ends[end - 1]!] : [from, from];
    },
  };
}

// Anything but ASCII, and `&`, where an entity may start.
const needsWork = /[^\0-\x7F]|&[#a-zA-Z]/;
// Zero-width, direction and joining characters, soft hyphens, fillers, variation selectors, tags: Unicode says that they show nothing.
const invisible = /\p{Default_Ignorable_Code_Point}/u;
const spaces = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/;
const dashes = /[\u2010-\u2015\u2043\u2212\uFE58\uFE63]/;
const mark = /[\u0300-\u036F]/;
// Compatibility forms that are letters or digits in another dress. Superscripts and fractions are not: `10²` is not 102.
const dressed = /[\u2100-\u2138\u2460-\u24FF\u2776-\u2793\uFB00-\uFB06\uFE50-\uFE6B\uFF01-\uFF5E\uFFE0-\uFFE6]|\uD835[\uDC00-\uDFFF]|\uD83C[\uDD00-\uDDFF]/;
const digit = /\p{Nd}/u;
const singles: Readonly<Record<string, string>> = {
  '\u2018': "'", '\u2019': "'", '\u201A': "'", '\u201B': "'", '\u02BC': "'", '\u2032': "'", '\u00B4': "'", '\u201C': '"', '\u201D': '"', '\u201E': '"', '\u2033': '"',
  '\u2024': '.', '\u3002': '.', '\u2044': '/', '\u2215': '/', '\u2236': ':', '\uA789': ':', '\u0131': 'i', '\u2028': '\n', '\u2029': '\n', '\u0085': '\n',
};
// Marks beyond this many on one letter are decoration; they go without a look, so that composing stays linear.
const maxMarks = 8;

interface Rewritten {
  readonly parts: readonly string[];
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly length: number;
}

function rewrite(text: string): Rewritten {
  const parts: string[] = [];
  let starts = new Uint32Array(text.length + 16);
  let ends = new Uint32Array(text.length + 16);
  let length = 0;
  const put = (part: string, start: number, end: number): void => {
    if (length + part.length > starts.length) {
      starts = grown(starts);
      ends = grown(ends);
    }
    parts.push(part);
    for (let i = 0; i < part.length; i++) {
      starts[length] = start;
      ends[length] = end;
      length++;
    }
  };
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    const size = unit >= 0xD800 && unit <= 0xDBFF && isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1;
    const marked = unit > 0x20 && mark.test(text.charAt(at + size));
    if (unit < 0x80 && unit !== 0x26 && !marked) {
      put(text.charAt(at), at, at + 1);
      at++;
    } else if (unit === 0x26) {
      const entity = entityAt(text, at);
      put(entity === null ? '&' : plain(entity.text), at, at + (entity?.length ?? 1));
      at += entity?.length ?? 1;
    } else {
      let end = at + size;
      if (marked) while (mark.test(text.charAt(end))) end++;
      const character = text.slice(at, at + size);
      const part = marked ? composed(character, text.slice(at + size, Math.min(end, at + size + maxMarks))) : plain(character);
      put(part, at, end);
      at = end;
    }
  }
  return {parts, starts, ends, length};
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// One letter and its marks: the composed letter where Unicode has one, else the bare letter.
function composed(letter: string, marks: string): string {
  const whole = (plain(letter) + marks).normalize('NFC');
  return whole.replaceAll(/[\u0300-\u036F]/g, '');
}

function plain(character: string): string {
  if (character < '\u0080') return character;
  const single = singles[character];
  if (single !== undefined) return single;
  if (invisible.test(character) || mark.test(character)) return '';
  if (spaces.test(character)) return ' ';
  if (dashes.test(character)) return '-';
  if (dressed.test(character)) return undressed(character);
  return digit.test(character) ? digitOf(character) : character;
}

function undressed(character: string): string {
  const code = character.codePointAt(0)!;
  // Negative circled digits have no compatibility form of their own.
  if (code >= 0x2776 && code <= 0x2793) return String(((code - 0x2776) % 10) + 1);
  const form = character.normalize('NFKC');
  return /^[\0-\x7F]+$/.test(form) || form.length === 1 ? form.replace(/^\((\w+)\)$/, '$1') : character;
}

// Decimal digits come in runs of ten with ascending values, each run starting at a code point that is no digit's successor.
function digitOf(character: string): string {
  const code = character.codePointAt(0)!;
  for (let value = 0; value < 10; value++) {
    if (!digit.test(String.fromCodePoint(code - value - 1))) return String(value);
  }
  // Runs that touch each other (mathematical digits) are dressed forms and do not come here.
  return String(code % 10);
}

const foreignLetter = /[\u0370-\u03FF\u0400-\u052F]/;
const wordOfBoth = /[A-Za-z0-9\u0370-\u03FF\u0400-\u052F]+/g;

// Letters of the same length replace each other: offsets stay.
function unmask(text: string): string {
  if (!foreignLetter.test(text)) return text;
  const latin = countOf(text, /[A-Za-z]/g);
  const latinText = latin > 3 * countOf(text, /[\u0370-\u03FF\u0400-\u052F]/g);
  return text.replaceAll(wordOfBoth, word => {
    if (!foreignLetter.test(word)) return word;
    const letters = [...word];
    const mixed = /[A-Za-z]/.test(word);
    // A word of look-alikes only is a disguise in a Latin text and a word in a Cyrillic one.
    const disguise = latinText && word.length > 1 && letters.every(letter => !foreignLetter.test(letter) || lookAlikes.has(letter));
    return mixed || disguise ? letters.map(letter => lookAlikes.get(letter) ?? letter).join('') : word;
  });
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) count++;
  return count;
}
