import {clinicalNouns, eponyms, gazetteer, wordBits} from '@sluice/gazetteer';
import {relations, titles, weakTitles} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {initialBehind, lastInitial, turnedRound} from './turned.ts';
import {monthNames} from './word-names.ts';
import {capital, credentialAt, partOf} from './parts.ts';
import {readRun, type Run} from './read-run.ts';
import {isName} from './worth.ts';

/** Reports every run of words that adds up to the name of a person. */
export function findNames(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const title = titleAt(scan, at) ?? kinAt(scan, at);
    if (title !== null) {
      const run = readRun(scan, title, true);
      if (run !== null) {
        scan.report(run.first, run.last, kindOf(run), 'name.title', 0.95);
        at = manyTitled(scan, at, run.last);
        continue;
      }
    }
    if (family(scan, at)) {
      scan.report(at, at, 'name.family', 'name.plural', 0.8);
      continue;
    }
    const turned = turnedRound(scan, at);
    if (turned > at) {
      scan.report(at, turned, 'name.full', 'name.turned', 0.8);
      at = turned;
      continue;
    }
    const run = readRun(scan, at, false);
    if (run === null) continue;
    if (isName(scan, run)) {
      const turnedEnd = nicknamed(scan, lastFirst(scan, run));
      const end = turnedEnd === run.last && run.parts.length > 1 && scan.writing(run.last) === 'upper' ? lastInitial(scan, run.last) : turnedEnd;
      scan.report(run.first, end, kindOf(run), run.caseless ? 'name.lists' : 'name.capitals', 0.8);
      at = end;
    } else {
      at = run.last;
    }
  }
}

const pluralTitles = new Set(['drs', 'messrs', 'doctors', 'profs', 'mss']);

/** "Drs. Feng, Ito and Kowalski": one title for several. The last token that was looked at. */
function manyTitled(scan: Scan, title: number, last: number): number {
  if (!pluralTitles.has(scan.tokens[title]?.folded ?? '')) return last;
  let end = last;
  for (let steps = 0; steps < 8; steps++) {
    let next = end + 1;
    while (next < end + 3 && (scan.tokens[next]?.text === ',' || scan.tokens[next]?.folded === 'and' || scan.tokens[next]?.text === '&')) next++;
    const run = next === end + 1 || scan.tokens[next]?.breaks !== 0 || !capital(scan.tokens[next]) ? null : readRun(scan, next, true);
    if (run === null) break;
    scan.report(run.first, run.last, kindOf(run), 'name.title', 0.9);
    end = run.last;
  }
  return end;
}

/** "the Halvorsens": the plural of a surname. */
function family(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || token.word > 0 || token.folded.length < 5 || !token.folded.endsWith('s') || scan.tokens[at - 1]?.folded !== 'the' || token.breaks > 0 || wordBits.proper(token.bits)) return false;
  const single = gazetteer().bits(token.folded.slice(0, -1));
  return wordBits.surname(single) >= 3 && wordBits.word(single) <= 1 && !wordBits.proper(single) && !eponyms.has(token.folded) && !clinicalNouns.has(scan.tokens[at + 1]?.folded ?? '');
}

/** "Wife Marigold": what has a capital right behind a word for a relative is a name, whatever else it is. */
function kinAt(scan: Scan, at: number): number | null {
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token === undefined || !(kin.has(token.folded) || inLaw(scan, at) || saysName(scan, at)) || token.possessive || next?.shape !== 'title' || next.breaks > 0 || scan.writing(at) === 'upper') return null;
  // "goes by Snake", "likes to be called Bunny": there a name is said, whatever else it is.
  if (saysName(scan, at)) return neverNames.has(next.folded) || clinicalNouns.has(next.folded) || wordBits.drug(next.bits) || wordBits.proper(next.bits) ? null : at + 1;
  return neverNames.has(next.folded) && !monthNames.has(next.folded) || clinicalNouns.has(next.folded) || wordBits.medical(next.bits) && next.given < 2 || next.word >= 6 && next.given < 4 ? null : at + 1;
}

const person = /^[a-z]{2,}(?:er|ist|man|woman|boy|girl|guy|kid|friend)$/u;

/** Whether what comes next is told as a name. */
function saysName(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  const before = scan.tokens[at - 1]?.folded ?? '';
  if (token?.shape !== 'lower' || token.breaks > 0) return false;
  return token.folded === 'nicknamed' || token.folded === 'named' && (relations.has(before) || person.test(before)) || token.folded === 'called' && (before === 'be' || before === 'being') || token.folded === 'by' && ['goes', 'went', 'going'].includes(before);
}

/** The last word of "sister-in-law". */
const inLaw = (scan: Scan, at: number): boolean => scan.tokens[at]?.folded === 'law' && scan.tokens[at - 1]?.text === '-' && scan.tokens[at - 2]?.folded === 'in';

const kin = new Set(['wife', 'husband', 'son', 'daughter', 'sister', 'brother', 'mother', 'father', 'mom', 'dad', 'aunt', 'uncle', 'cousin', 'nephew', 'niece', 'grandson', 'granddaughter', 'grandmother', 'grandfather', 'boyfriend', 'girlfriend', 'fiance', 'fiancee', 'spouse', 'named']);

function kindOf(run: Run): 'name.full' | 'name.family' | 'name.initials' {
  const words = run.parts.filter(one => one.part !== 'initial').length;
  return words === 0 ? 'name.initials' : words === 1 ? 'name.family' : 'name.full';
}

/** The index of the first word behind a title at `at`, null when there is no title. */
function titleAt(scan: Scan, at: number): number | null {
  const token = scan.tokens[at];
  if (token === undefined || !titles.has(token.folded) || token.shape === 'upper' && token.text.length === 2 && token.folded !== 'mr' && token.folded !== 'dr' && scan.writing(at) !== 'upper') return null;
  let next = at + 1;
  const point = scan.tokens[next]?.text === '.' && scan.tokens[next]?.glued === true;
  if (point) next++;
  const name = scan.tokens[next];
  if (name === undefined || name.breaks > 0 || name.shape === 'mark') return null;
  const capitals = scan.writing(at) === 'upper' && point && token.folded === 'ms' && name.text.length > 2 && partOf(name) !== 'none';
  if (weakTitles.has(token.folded) && !capitals && !(token.text === 'Ms' && capital(name) && name.shape !== 'letter')) {
    if (!capital(name)) return null;
    if (!point && token.shape !== 'title') {
      const part = partOf(name);
      if (part === 'none' || part === 'initial' || token.folded.length <= 3) return null;
    }
    if (partOf(name) === 'none') return null;
  }
  return next;
}

/** 'William "Bill" Stone': over a nickname in quotation marks or brackets to the surname behind it. */
function nicknamed(scan: Scan, last: number): number {
  const [open, nickname, close, family] = [1, 2, 3, 4].map(step => scan.tokens[last + step]);
  if (open === undefined || !['"', '“', '(', "'"].includes(open.text) || nickname === undefined || !(capital(nickname) || nickname.shape === 'upper' && nickname.text.length < 5) || nickname.breaks > 0 || close === undefined || !['"', '”', ')', "'"].includes(close.text)) return last;
  if (family !== undefined && family.breaks === 0 && capital(family) && (partOf(family) !== 'none' || family.surname > 0 && !neverNames.has(family.folded))) return last + 4;
  return open.text === '(' && partOf(nickname) === 'none' ? last : last + 2;
}

/** "Smith, John A.": a comma between surname and given name, when what follows begins with a given name. The last token of the whole. */
function lastFirst(scan: Scan, run: Run): number {
  const comma = scan.tokens[run.last + 1];
  const next = scan.tokens[run.last + 2];
  if (comma?.text !== ',' || comma.breaks > 0 || next === undefined || next.breaks > 0 || scan.taken(run.last + 2)) return run.last;
  if (credentialAt(scan, run.last + 2) >= 0) return run.last;
  if (next.shape === 'letter' && scan.tokens[run.last + 3]?.text === '.' && scan.tokens[run.last + 3]?.glued === true) return run.last + 3;
  if (next.shape === 'letter' && scan.writing(run.last) === 'upper' && (scan.tokens[run.last + 3]?.breaks ?? 1) > 0) return run.last + 2;
  if (next.shape === 'title' && scan.tokens[run.last + 3]?.text === ';') return run.last + 2;
  const follow = readRun(scan, run.last + 2, false);
  if (follow === null) return next.shape === 'upper' && scan.tokens[run.last]?.shape === 'upper' && next.text.length > 2 && next.given > 0 && next.word <= 1 ? run.last + 2 : run.last;
  const given = scan.tokens[follow.first];
  return given !== undefined && (given.given >= 2 || partOf(given) === 'unknown' || scan.tokens[follow.last + 1]?.text === ';') && follow.parts.length <= 3 ? initialBehind(scan, follow.last) : run.last;
}
