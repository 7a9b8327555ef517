import type {Column} from '@sluice/core';

/**
 * How text is compared, seen from SQLite, which knows two ways.
 * - `exact`: as it is written;
 * - `nocase`: at least the letters A-Z are the same in either case, whatever stands beside them;
 * - `other`: case is ignored, but not that of every letter in every word: Turkish tells I from i, Danish
 *   aA from AA. NOCASE would take for one what the source holds as two.
 */
export type TextComparison = 'exact' | 'nocase' | 'other';

/** How a column of type `text` is compared at its source; one whose collation is not told is taken at its word. */
export function textComparison({caseInsensitive, native}: Pick<Column, 'caseInsensitive' | 'native'>): TextComparison {
  if (!caseInsensitive) return 'exact';
  const collation = /\bcollate (\w+)\s*$/i.exec(native?.sql ?? '')?.[1];
  return collation === undefined || foldsLetters(collation) ? 'nocase' : 'other';
}

/** Whether two texts that differ in the case of A-Z only are always one to this collation. An unknown one is taken for one that does not. */
export function foldsLetters(collation: string): boolean {
  const name = collation.toLowerCase();
  if (name === 'nocase') return true;
  const words = name.split('_');
  // MariaDB leaves out the character set of its newest ones.
  const charset = words[0] === 'uca1400' ? '' : words.shift()!;
  return words.pop() === 'ci' && !(HALF_FOLDING.has(charset) && words.includes('general')) && words.every(word => FOLDING.has(word));
}

/** Character sets whose general collation minds the case of one letter: J in one, T in the other. */
const HALF_FOLDING = new Set(['cp866', 'latin7']);

/**
 * The words of names of collations that fold A-Z. Tried on MariaDB 10.11 and MySQL 9.7 with all words of
 * up to three letters, 2026-11-24. Those that failed: bosnian, croatian, czech, danish, hungarian of 2016,
 * lithuanian, norwegian, serbian in Latin letters, slovak, both traditional spanish, turkish.
 */
const FOLDING: ReadonlySet<string> = new Set([
  // Versions and variants.
  '0900', '520', 'ai', 'as', 'mysql500', 'mysql561', 'nopad', 'uca1400',
  'bg', 'bulgarian', 'chinese', 'cs', 'cyrl', 'de', 'english', 'eo', 'es', 'esperanto', 'estonian', 'et', 'general', 'german1', 'german2', 'gl', 'hungarian',
  'icelandic', 'is', 'japanese', 'korean', 'la', 'latvian', 'lt', 'lv', 'mn', 'myanmar', 'pb', 'persian', 'pl', 'polish', 'ro', 'roman', 'romanian', 'ru',
  'sinhala', 'sk', 'sl', 'slovenian', 'spanish', 'sv', 'swedish', 'thai', 'tolower', 'ukrainian', 'unicode', 'vi', 'vietnamese',
]);
