import {fold, gazetteer} from '@sluice/gazetteer';
import {knownWords, plainWords} from './vocabulary.ts';

/** A name of a column or table in plain words. */
export interface SplitName {
  readonly words: readonly string[];
  /** Whether a word was understood only as a misspelling of a known one. */
  readonly guessed: boolean;
}

/** Most letters of a name that are looked at; names of databases are shorter. */
const MOST = 200;
/** A misspelt word has this many letters at least: among shorter ones, others are one letter away. */
const SHORTEST_GUESS = 6;
/** Words of two letters that joined names may begin or end with. */
const SHORT_PARTS = new Set(['id', 'no', 'nr', 'dt', 'of', 'cd', 'tx', 'nm', 'ip', 'pt', 'zip']);

/**
 * The plain words of a name: `PatDOB`, `pat_dob` and `patientDateOfBirth` are patient, birth, date. Parts camel case, underscores and figures, then joined words (`patientzip`) by the
 * vocabulary; unknown words are compared with known ones that differ by one letter; what stays unknown stays as it is.
 */
export function splitName(name: string): SplitName {
  let known = remembered.get(name);
  if (known === undefined) {
    known = split(name);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, known);
  }
  return known;
}

/** Names come again and again, in a thousand tables alike. */
const remembered = new Map<string, SplitName>();
const MOST_REMEMBERED = 10_000;

function split(name: string): SplitName {
  let guessed = false;
  const words = name.slice(0, MOST)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u).filter(part => part !== '')
    .flatMap(part => {
      const word = fold(part);
      const found = understood(word);
      if (found !== null) return found;
      const near = nearWord(word);
      if (near === null) return [word];
      guessed = true;
      return plainWords(near)!;
    });
  return {words: joined(words), guessed};
}

/** Whole, without figures at its end, or parted. */
function understood(word: string): readonly string[] | null {
  const whole = plainWords(word) ?? plainWords(word.replace(/\d+$/, ''));
  if (whole !== undefined) return whole;
  const letters = word.replaceAll(/\d+/g, ' ').trim();
  if (letters === '') return [word];
  if (letters.includes(' ')) return letters.split(/\s+/).flatMap(part => understood(part) ?? [part]);
  return parted(letters);
}

/** An ordinary word between known ones costs as much as two of them. */
const ORDINARY = 2;

/**
 * Joined words (`mothersname`, `primarycarephysician`): the fewest known words that make up the whole, with ordinary ones between them, the longer ones first. Null when none do, or when
 * it is an ordinary word by itself.
 */
function parted(text: string): readonly string[] | null {
  if (text.length < 5 || text.length > 60 || gazetteer().facts(text).word > 0) return null;
  interface Way {
    readonly cost: number;
    readonly known: number;
    readonly parts: readonly string[];
  }
  const best: (Way | null)[] = [{cost: 0, known: 0, parts: []}];
  for (let end = 1; end <= text.length; end++) {
    best[end] = null;
    for (let start = Math.max(0, end - 20); start < end; start++) {
      const before = best[start];
      const part = text.slice(start, end);
      if (before == null || (part.length < 3 && !SHORT_PARTS.has(part))) continue;
      const isKnown = plainWords(part) !== undefined;
      if (!isKnown && (part.length < 4 || gazetteer().facts(part).word < 4)) continue;
      const cost = before.cost + (isKnown ? 1 : ORDINARY);
      if (best[end] == null || cost <= best[end]!.cost) best[end] = {cost, known: before.known + (isKnown ? 1 : 0), parts: [...before.parts, part]};
    }
  }
  const way = best[text.length];
  return way == null || way.known === 0 ? null : way.parts.flatMap(part => plainWords(part) ?? [part]);
}

/** `date of birth` and `number of phone` are birth date and phone number. */
function joined(words: readonly string[]): string[] {
  const out = [...words];
  for (let i = 1; i + 1 < out.length; i++) {
    if (['of', 'de', 'der', 'du', 'des'].includes(out[i]!)) {
      const [before, after] = [out[i - 1]!, out[i + 1]!];
      // The number of children is a count; the number of a phone is not.
      out.splice(i - 1, 3, ...before === 'number' && after === 'relative' ? ['count', after] : [after, before]);
    }
  }
  if (out[0] === 'number' && out[1] === 'relative') out[0] = 'count';
  return out;
}

let byLength: Map<number, string[]> | null = null;

function nearWord(word: string): string | null {
  if (word.length < SHORTEST_GUESS || gazetteer().facts(word).word > 0) return null;
  byLength ??= grouped();
  for (const length of [word.length, word.length - 1, word.length + 1]) {
    const found = byLength.get(length)?.find(known => isOneApart(word, known));
    if (found !== undefined) return found;
  }
  return null;
}

function grouped(): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const word of knownWords()) {
    if (word.length < SHORTEST_GUESS) continue;
    const group = groups.get(word.length);
    if (group === undefined) groups.set(word.length, [word]);
    else group.push(word);
  }
  return groups;
}

/** One letter too many, too few, another one, or two exchanged. */
export function isOneApart(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
}
