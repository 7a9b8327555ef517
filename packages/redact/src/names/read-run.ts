import {clinicalNouns, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {predicate} from './predicates.ts';
import {neverNames} from '../words/clinical.ts';
import {startsLine} from './subjects.ts';
import {apposed, beginsAsMonth, doubleGiven, monthNames, pairBegins, secondHalf, wordAsName} from './word-names.ts';
import {capital, isParticle, partOf, type Part} from './parts.ts';

/** Words that stand together and may be one name. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly parts: readonly {readonly index: number; readonly part: Part}[];
  /** Written without capitals to go by. */
  readonly caseless: boolean;
}

/** Reads a run of parts of a name from `at`; after a title the first word may be any that is written like a name. */
export function readRun(scan: Scan, at: number, titled: boolean): Run | null {
  const parts: {index: number; part: Part}[] = [];
  const caseless = scan.writing(at) === 'upper';
  let last = at - 1;
  let lower = 0;
  for (let index = at; index < scan.tokens.length && parts.length < 7; index++) {
    const token = scan.tokens[index];
    if (token === undefined || scan.taken(index) || (index > at && token.breaks > 0)) break;
    const before = scan.tokens[index - 1];
    if (token.shape === 'mark') {
      const next = scan.tokens[index + 1];
      if (last < index - 1) break;
      if (token.text === '.' && token.glued && before !== undefined && before.text.length <= 2 && capital(before)) {
        if (before.shape === 'letter') last = index;
        else break;
      } else if (token.text === '-' && token.glued && next?.glued === true && parts.length > 0 && nameable(scan, index + 1, false)) {
        last = index;
      } else if (token.text === '-' && token.glued && next?.glued === true && parts.length > 0 && parts.at(-1)?.index === index - 1 && secondHalf(next)) {
        // "Sung-min": the second half of a given name in lower case.
        last = ++index;
      } else break;
      continue;
    }
    if (isParticle(token) && !nameableAlone(token) && particleLeads(scan, index, titled, parts.length > 0)) {
      if (parts.length === 0 && index === at) parts.push({index, part: 'initial'});
      last = index;
      continue;
    }
    const follows = token.shape === 'upper' && scan.tokens[last]?.shape === 'upper' && parts.length > 0 && token.text.length > 2 && Math.max(token.given, token.surname) >= 4;
    if (!follows && !nameable(scan, index, titled && parts.length === 0)) break;
    let part = titled && parts.length === 0 && partOf(token) === 'none' ? 'unknown' : partOf(token);
    if (part === 'none' && behindGiven(scan, parts, token)) part = 'both';
    if (part === 'none' && parts.length === 0 && (beginsAsMonth(scan, index) || doubleGiven(scan, index) || pairBegins(scan, index) || wordAsName(scan, index) || apposed(scan, index) || token.shape === 'title' && (token.given >= 1 || token.surname >= 4) && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && scan.opens(index) && predicate(scan, index + 1) === 2)) part = 'both';
    if (part === 'none') break;
    if (token.shape === 'lower') {
      lower++;
      // Behind a word that stands in no list another such one is no name any more.
      if (parts.length > 0 && !titled && (part === 'unknown' && parts.at(-1)?.part !== 'sure' || scan.tokens[parts[0]?.index ?? -1]?.shape === 'lower' && parts[0]?.part === 'unknown')) break;
    }
    parts.push({index, part});
    last = index;
    if (token.possessive) break;
  }
  // A letter without a point before a name is no initial: "58 yo F Maria".
  let first = at;
  const leading = scan.tokens[at];
  if (!titled && parts.length > 1 && parts[0]?.part === 'initial' && leading?.shape === 'letter' && scan.tokens[at + 1]?.text !== '.' && parts[0].index === at && (leading.text === 'F' || leading.text === 'M' || leading.text === 'I' || leading.text === 'A')) {
    parts.shift();
    first = parts[0]?.index ?? at;
  }
  while (last >= at && scan.tokens[last]?.shape === 'mark' && scan.tokens[last]?.text !== '.') last--;
  while (last >= at && isParticle(scan.tokens[last]) && parts.at(-1)?.index !== last) last--;
  const words = parts.filter(one => one.index <= last);
  if (words.length === 0 || words.every(one => one.part === 'initial') && !titled) return null;
  return {first, last, parts: words, caseless: caseless || lower > 0};
}

/** A surname that is an ordinary word, right behind a given name: "Daisy Field", "James Walker". */
function behindGiven(scan: Scan, parts: readonly {readonly index: number; readonly part: Part}[], token: Token): boolean {
  const first = scan.tokens[parts[0]?.index ?? -1];
  const before = parts.at(-1);
  // "Bongani Zulu has": a word behind what begins a sentence, and a verb in the third person behind both.
  if (parts.length === 1 && first !== undefined && before !== undefined && before.part !== 'initial' && before.part !== 'both' && before.part !== 'eponym' && token.shape === 'title' && first.shape === 'title' && scan.opens(before.index) && scan.tokens[before.index + 1] === token
    && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && !(wordBits.medical(token.bits) && token.word > 0) && predicate(scan, before.index + 2) > 0) return true;
  if (first === undefined || before === undefined || before.part === 'none' || before.part === 'unknown' || first.given < 3 || token.surname < 3 || neverNames.has(token.folded) && !(token.folded === 'may' && monthNames.has(first.folded)) || clinicalNouns.has(token.folded) && first.given < 5 || wordBits.medical(token.bits) && token.surname < 5 && !(token.word === 0 && before.part === 'sure' && first.given >= 5)) return false;
  return token.shape === 'title' || (token.shape === 'upper' && first.shape === 'upper' && token.text.length > 2);
}

function nameableAlone(token: Token): boolean {
  const part = partOf(token);
  return token.shape === 'title' && (part === 'sure' || part === 'both');
}

/** Whether the word is written like a name where it stands. */
function nameable(scan: Scan, index: number, titled: boolean): boolean {
  const token = scan.tokens[index];
  if (token === undefined || scan.taken(index)) return false;
  const writing = scan.writing(index);
  if (capital(token)) {
    // In the line of a text without capitals a lone capital is a letter, as in "vitamin D".
    return token.shape !== 'letter' || writing === 'normal' || titled || scan.tokens[index + 1]?.text === '.';
  }
  if (token.shape === 'script') return token.given + token.surname > 0 || titled;
  if (token.shape === 'upper') {
    if (writing === 'upper') return token.text.length > 2 || token.given + token.surname >= 6;
    const name = Math.max(token.given, token.surname);
    return token.text.length >= 3 && (titled || (name >= 3 && token.word <= 1));
  }
  if (token.shape !== 'lower') return false;
  const name = Math.max(token.given, token.surname);
  if (titled && personal.has(scan.tokens[index - 1]?.folded ?? '') && token.surname >= 3 && !neverNames.has(token.folded)) return true;
  if (titled) return (token.word < 7 || token.surname >= 6 || personal.has(scan.tokens[index - 1]?.folded ?? '') && token.surname >= 3) && (name >= 3 || (token.word === 0 && token.text.length > 2)) && partOf(token) !== 'none';
  if (token.text.length <= 3 && name < 5 && !(writing === 'lower' && token.word === 0 && token.surname >= 3 && (scan.tokens[index - 1]?.given ?? 0) >= 3 && scan.tokens[index - 1]?.word === 0 && startsLine(scan, index - 1))) return false;
  if (writing === 'lower') return partOf(token) !== 'none' && (token.word <= 1 || name >= 4);
  return partOf(token) === 'sure' && (token.word === 0 || token.word === 1 && token.given >= 5);
}

const personal = new Set(['mr', 'mrs', 'ms']);

/** Whether small words at `index` lead to a part of a name: "van der Berg". */
function particleLeads(scan: Scan, index: number, titled: boolean, inside: boolean): boolean {
  const first = scan.tokens[index];
  if (!inside && first?.shape === 'lower' && !titled && !strongParticles.has(first.folded)) return false;
  for (let at = index + 1; at <= index + 3; at++) {
    const token = scan.tokens[at];
    if (token === undefined || token.breaks > 0) return false;
    if (token.shape === 'mark') {
      if (token.text !== '-' && token.text !== "'" && token.text !== '.') return false;
      continue;
    }
    if (isParticle(token) && at < index + 3 && !nameableAlone(token)) continue;
    return nameable(scan, at, titled) && partOf(token) !== 'none' && (token.shape !== 'lower' || first?.word === 0);
  }
  return false;
}
const strongParticles = new Set(['van', 'von', 'bin', 'ibn', 'abu', 'abdul', 'al', 'el', 'de', 'del', 'della', 'di', 'da', 'dos', 'du', 'la', 'le']);
