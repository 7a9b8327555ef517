import {classOfKind, type IdentifierClass, type Kind} from '@sluice/identifiers';
import {fold} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {tokenise, type Token} from '../text/tokens.ts';
import {nicknamesOf} from './nicknames.ts';
import {relations} from '../words/people.ts';

export interface KnownValue {
  readonly value: string;
  readonly class: IdentifierClass;
  readonly kind?: Kind;
}

/** What is known of the subject of a text from the rows around it. Holds the values: keep it no longer than the text is examined. */
export interface KnownValues {
  /** How many different values it looks for. */
  readonly size: number;
  /** Reports every occurrence in the text. */
  find(scan: Scan): void;
}

interface Sequence {
  readonly words: readonly string[];
  readonly kind: Kind;
}

/** The most values of one subject; more are a mistake of the caller, who gave the rows of a table instead of those of a person. */
const most = 10_000;

/**
 * Prepares the search for known values: names in any case and order, their parts, nicknames, initials and misspellings of one letter; numbers and codes however they are
 * grouped; places and everything else as the same words with whatever marks between. Values of one character, and numbers of fewer than four, are not looked for: they are
 * everywhere. Throws a plain Error for more than 10 000 values.
 */
export function knownValues(values: Iterable<KnownValue>): KnownValues {
  const sequences = new Map<string, Sequence[]>();
  const names = new Map<string, Kind>();
  const codes = new Map<string, Kind>();
  const initials = new Set<string>();
  const firsts: string[] = [];
  const lasts: string[] = [];
  let size = 0;
  for (const {value, class: identifier, kind} of values) {
    if (++size > most) throw new Error(`more than ${most} known values for one text`);
    const text = value.trim().slice(0, 500);
    if (text.length < 2) continue;
    const found = kind ?? defaultKind(identifier);
    if (found === null) continue;
    const tokens = tokenise(text).filter(token => token.folded !== '');
    if (identifier === 'A' || classOfKind(found) === 'A') addName(tokens, found);
    if (tokens.length > 0) addSequence(tokens.map(token => token.folded), found);
    addCodes(text, found);
  }
  for (const given of firsts) for (const family of lasts) initials.add(given.charAt(0) + family.charAt(0));

  function addName(tokens: readonly Token[], kind: Kind): void {
    const words = tokens.map(token => token.folded).filter(word => word.length > 1);
    for (const word of words) {
      names.set(word, kind);
      for (const nickname of nicknamesOf(word)) names.set(nickname, kind);
    }
    if (kind === 'name.given') firsts.push(words[0] ?? '');
    if (kind === 'name.family') lasts.push(words.at(-1) ?? '');
    if (kind === 'name.full' && words.length > 1) {
      firsts.push(words[0] ?? '');
      lasts.push(words.at(-1) ?? '');
    }
  }
  function addSequence(words: readonly string[], kind: Kind): void {
    if (words.length === 1 && ((words[0]?.length ?? 0) < 3 || /^\d{1,3}$/.test(words[0] ?? ''))) return;
    const first = words[0] ?? '';
    const list = sequences.get(first) ?? [];
    list.push({words, kind});
    sequences.set(first, list);
    // "12 Elm Street, Dayton" is known by its street, too, without the number and what comes behind the comma.
    if (kind === 'geo.street' && words.length > 2 && /^\d/.test(first)) addSequence(words.slice(1, 3), kind);
  }
  function addCodes(text: string, kind: Kind): void {
    const code = compact(text);
    const digits = code.replace(/\D/g, '');
    if (code.length >= 4 && digits.length >= 3) codes.set(code, kind);
    if ((kind === 'phone' || kind === 'fax') && digits.length >= 10) {
      codes.set(digits.slice(-10), kind);
      codes.set(digits.slice(-7), kind);
    }
    const date = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
    if (date !== null && kind.startsWith('date')) {
      const [, year = '', month = '', day = ''] = date;
      for (const form of [year + month + day, month + day + year, day + month + year, month + day + year.slice(2), day + month + year.slice(2)]) codes.set(form, kind);
    }
  }

  return {
    size,
    find(scan) {
      for (let at = 0; at < scan.tokens.length; at++) {
        const token = scan.tokens[at];
        if (token === undefined || token.folded === '') continue;
        const last = Math.max(sequenceAt(scan, at, sequences), codeAt(scan, at, codes));
        if (last >= at) {
          const kind = kindAt(scan, at, last, sequences, codes);
          scan.report(at, last, kind, 'known.value', 1);
          at = last;
          continue;
        }
        const name = nameAt(token, names) ?? initialsAt(scan, at, initials);
        if (name !== null) scan.report(at, at + name.tokens - 1, name.kind, name.rule, 1);
      }
    },
  };
}

function defaultKind(identifier: IdentifierClass): Kind | null {
  const byClass: Partial<Record<IdentifierClass, Kind>> = {A: 'name.full', B: 'geo.other', C: 'date.other', D: 'phone', E: 'fax', F: 'email', G: 'ssn', H: 'mrn', I: 'plan', J: 'account', K: 'licence', L: 'vehicle', M: 'device', N: 'url', O: 'ip', P: 'biometric', Q: 'photo', R: 'other'};
  return byClass[identifier] ?? null;
}

function compact(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, '');
}

function sequenceAt(scan: Scan, at: number, sequences: ReadonlyMap<string, readonly Sequence[]>): number {
  const first = scan.tokens[at];
  let best = -1;
  for (const {words, kind} of sequences.get(first?.folded ?? '') ?? []) {
    if (words.length === 1 && first !== undefined && first.word >= 4 && first.shape === 'lower' && classOfKind(kind) !== 'B') continue;
    let index = at;
    let next = 1;
    while (next < words.length && index + 1 < scan.tokens.length) {
      const token = scan.tokens[index + 1];
      if (token === undefined || token.folded !== '' && token.folded !== words[next]) break;
      if (token.folded === words[next]) next++;
      index++;
      if (index - at > 3 * words.length) break;
    }
    if (next === words.length) best = Math.max(best, index);
  }
  return best;
}

/** A code however it is grouped: letters and digits over blanks, points, dashes, slashes and brackets, up to 40 of them. */
function codeAt(scan: Scan, at: number, codes: ReadonlyMap<string, Kind>): number {
  if (codes.size === 0) return -1;
  let code = '';
  let best = -1;
  for (let index = at; index < at + 16 && code.length < 40; index++) {
    const token = scan.tokens[index];
    if (token === undefined || index > at && token.breaks > 0) break;
    if (token.folded === '') {
      if (!/^[-./() +#_]$/.test(token.text)) break;
      continue;
    }
    code += token.folded;
    if (codes.has(code)) best = index;
  }
  return best;
}

function kindAt(scan: Scan, at: number, last: number, sequences: ReadonlyMap<string, readonly Sequence[]>, codes: ReadonlyMap<string, Kind>): Kind {
  const words = scan.tokens.slice(at, last + 1).map(token => token.folded).filter(word => word !== '');
  const sequence = (sequences.get(words[0] ?? '') ?? []).find(one => one.words.join(' ') === words.join(' '));
  return sequence?.kind ?? codes.get(words.join('')) ?? 'other';
}

function nameAt(token: Token, names: ReadonlyMap<string, Kind>): {readonly kind: Kind; readonly rule: string; readonly tokens: number} | null {
  const exact = names.get(token.folded);
  if (exact !== undefined) return token.shape !== 'lower' || token.word <= 3 ? {kind: exact, rule: 'known.name', tokens: 1} : null;
  if (token.folded.length < 5 || token.word > 0 || token.shape === 'number' || token.shape === 'code') return null;
  for (const [name, kind] of names) {
    if (Math.abs(name.length - token.folded.length) <= 1 && name.length >= 5 && name.charAt(0) === token.folded.charAt(0) && oneEdit(name, token.folded)) return {kind, rule: 'known.misspelt', tokens: 1};
  }
  return null;
}

/** Whether two words differ by one letter put in, left out or changed, or by two neighbours swapped. */
export function oneEdit(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = a.length <= b.length ? a : b;
  const longer = a.length <= b.length ? b : a;
  if (longer.length - shorter.length > 1) return false;
  let start = 0;
  while (start < shorter.length && shorter[start] === longer[start]) start++;
  let tail = 0;
  while (tail < shorter.length - start && shorter.at(-1 - tail) === longer.at(-1 - tail)) tail++;
  const left = shorter.length - start - tail;
  if (longer.length > shorter.length) return left === 0;
  return left <= 1 || left === 2 && shorter[start] === longer[start + 1] && shorter[start + 1] === longer[start];
}

/** "J.S.", "J. S.", and "JS" behind a word for a person. */
function initialsAt(scan: Scan, at: number, initials: ReadonlySet<string>): {readonly kind: Kind; readonly rule: string; readonly tokens: number} | null {
  const token = scan.tokens[at];
  if (token === undefined || initials.size === 0) return null;
  const kind = 'name.initials';
  if (token.shape === 'upper' && token.text.length === 2 && initials.has(token.folded) && (relations.has(scan.tokens[at - 1]?.folded ?? '') || scan.tokens[at - 1]?.folded === 'initials')) return {kind, rule: 'known.initials', tokens: 1};
  if (token.shape === 'letter' && scan.tokens[at + 1]?.text === '.' && scan.tokens[at + 2]?.shape === 'letter' && initials.has(token.folded + (scan.tokens[at + 2]?.folded ?? ''))) {
    return {kind, rule: 'known.initials', tokens: scan.tokens[at + 3]?.text === '.' && scan.tokens[at + 3]?.glued === true ? 4 : 3};
  }
  return null;
}
