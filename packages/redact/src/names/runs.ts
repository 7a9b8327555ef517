import {clinicalNouns, eponyms, gazetteer, placeOf, wordBits} from '@sluice/gazetteer';
import {personVerbs, titles, weakTitles} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {after, before} from './context.ts';
import {noteFollows, predicate} from './predicates.ts';
import {neverNames} from '../words/clinical.ts';
import {drugVerbs, fullOwner, owns} from './owners.ts';
import {asking, drugWorks, paired, startsLine, subject} from './subjects.ts';
import {initialBehind, lastInitial, turnedRound} from './turned.ts';
import {apposed, beginsAsMonth, doubleGiven, monthNames, pairBegins, secondHalf, wordAsName} from './word-names.ts';
import {capital, credentialAt, eponymContext, isParticle, partOf, type Part} from './parts.ts';

/** Names by what their words are worth and by what stands beside them. Every sum is compared with this. */
const threshold = 2.5;

export interface Run {
  readonly first: number;
  readonly last: number;
  readonly parts: readonly {readonly index: number; readonly part: Part}[];
  /** Written without capitals to go by. */
  readonly caseless: boolean;
}

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
    if (worth(scan, run) >= threshold) {
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
  if (token === undefined || !kin.has(token.folded) || token.possessive || next?.shape !== 'title' || next.breaks > 0 || scan.writing(at) === 'upper') return null;
  return neverNames.has(next.folded) && !monthNames.has(next.folded) || clinicalNouns.has(next.folded) || wordBits.medical(next.bits) || next.word >= 6 && next.given < 4 ? null : at + 1;
}

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

/** Reads a run of parts of a name from `at`; after a title the first word may be any that is written like a name. */
function readRun(scan: Scan, at: number, titled: boolean): Run | null {
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

const partWorth: Readonly<Record<Part, number>> = {sure: 3, fair: 2.6, both: 1.2, unknown: 1.5, eponym: 1.2, initial: 0.3, none: -3};
const caselessWorth: Readonly<Record<Part, number>> = {sure: 2.2, fair: 1.2, both: 0.7, unknown: 0.4, eponym: 0.5, initial: 0.2, none: -3};

/** What the run adds up to. */
export function worth(scan: Scan, run: Run): number {
  const values = run.caseless ? caselessWorth : partWorth;
  const words = run.parts.filter(one => one.part !== 'initial');
  let sum = 0;
  for (const {index, part} of run.parts) {
    const token = scan.tokens[index];
    sum += part === 'unknown' && !scan.english && !run.caseless ? 0.5 : values[part];
    if (token !== undefined && part === 'sure' && run.caseless && Math.max(token.given, token.surname) >= 5 && token.text.length > 3) sum += 0.5;
    if (token !== undefined && part === 'both' && Math.max(token.given, token.surname) >= 6) sum += 0.3;
  }
  const firstWord = scan.tokens[words[0]?.index ?? -1];
  if (words.length >= 2) {
    const begins = firstWord !== undefined && firstWord.given >= 4;
    if (words.every(one => one.part === 'both') && !begins) sum -= 0.5;
    else if (words.every(one => eponyms.has(scan.tokens[one.index]?.folded ?? '')) && (firstWord?.given ?? 0) < 5 && before(scan, run.first, run) + after(scan, run) < 1) sum -= 4;
    else if (words.every(one => one.part === 'eponym')) sum -= 3;
    else sum += 1.5;
  } else if (run.parts.length > words.length) {
    sum += 1.5;
  } else if (scan.opens(run.first) && !run.caseless) {
    const part = words[0]?.part;
    sum -= part === 'sure' ? 0.4 : part === 'fair' ? 0.7 : part === 'unknown' ? 0.2 : 1;
  } else if (!run.caseless && words[0]?.part === 'both' && (firstWord?.given ?? 0) >= 6 && (scan.tokens[run.first - 1]?.shape === 'lower' || auxiliaries.has(scan.tokens[run.first - 1]?.folded ?? ''))) {
    // A common given name with a capital in the middle of a sentence, and no heading around it.
    const next = scan.tokens[run.last + 1];
    if (next === undefined || next.breaks > 0 || !capital(next)) sum += 1.1;
  } else if (!run.caseless && scan.english && words[0]?.part === 'unknown' && (firstWord?.folded.length ?? 0) >= 4 && scan.tokens[run.first - 1]?.shape === 'lower' && !articles.has(scan.tokens[run.first - 1]?.folded ?? '')) {
    const next = scan.tokens[run.last + 1];
    if ((next === undefined || next.breaks > 0 || next.shape === 'mark' && next.text !== '-' || personVerbs.has(next.folded) || asking.has(scan.tokens[run.first - 1]?.folded ?? '') && next.shape === 'lower' && !drugWorks.has(next.folded)) && !drugVerbs.has(scan.tokens[run.first - 1]?.folded ?? '')) sum += 1;
  }
  const land = run.parts.length === 1 && firstWord !== undefined && scan.opens(run.first) && firstWord.places > 0 ? placeOf(gazetteer().placeCode(firstWord.folded))?.kind : undefined;
  if (land === 'country' || land === 'state') sum -= 1;
  sum += before(scan, run.first, run) + after(scan, run) + subject(scan, run);
  // A surname that a device or a disease is called by too, at the beginning of a sentence, with nothing that shows a person.
  if (run.parts.length === 1 && words[0]?.part === 'sure' && scan.opens(run.first) && eponyms.has(firstWord?.folded ?? '') && subject(scan, run) + before(scan, run.first, run) + after(scan, run) < 0.6) sum -= 0.6;
  // "a Doppler", "an Amplatz": people are not counted.
  const article = scan.tokens[run.first - 1]?.folded;
  if (run.parts.length === 1 && !run.caseless && scan.tokens[run.first]?.breaks === 0 && (article === 'a' || article === 'an') && after(scan, run) < 1) sum -= 1;
  // "Hinchey II": a grade behind one word.
  const graded = scan.tokens[run.last + 1];
  if (run.parts.length === 1 && !run.caseless && graded?.breaks === 0 && /^(?:I{1,3}|IV|VI?)[ab]?$/u.test(graded.text) && scan.tokens[run.last + 2]?.text !== ',') sum -= 2;
  if (words.length === 1 && words[0]?.part === 'both' && run.parts.length === 1 && paired(scan, run)) sum += 2;
  if (words.length === 1 && words[0]?.part === 'eponym' && run.parts[0]?.part !== 'initial') sum -= 1;
  // One word in capitals among others that are not is an abbreviation, unless something says person.
  const capitals = scan.tokens[run.first];
  if (words.length === 1 && capitals?.shape === 'upper' && scan.writing(run.first) !== 'upper' && (before(scan, run.first, run) < 1 && after(scan, run) < 1.5 || capitals.text.length <= 4 && Math.max(capitals.given, capitals.surname) < 5)) sum -= 3;
  if (words.length === 1 && capitals !== undefined && capitals.folded.length === 2 && !(capitals.given >= 4 && scan.opens(run.first) && predicate(scan, run.last + 1) === 2)) sum -= 1.2;
  if (predicate(scan, run.last + 1) < 2 && !noteFollows(scan, run.last + 1) && eponymContext(scan, run.last)) {
    const hyphened = scan.tokens.slice(run.first, run.last + 1).some(token => token.text === '-');
    sum -= words.length >= 2 && !hyphened && ((firstWord?.given ?? 0) >= 5 || fullOwner(scan, run)) || owns(scan, run) ? 0 : 8;
  } else if (words.length >= 2 && before(scan, run.first, run) < 1 && words.some(one => eponyms.has(scan.tokens[one.index]?.folded ?? '')) && ((firstWord?.given ?? 0) < 5 || words.every(one => eponyms.has(scan.tokens[one.index]?.folded ?? ''))) && words.every((one, index) => index === 0 || scan.tokens[one.index]?.glued === true)) {
    // Surnames joined by a hyphen with no given name before them, one of which is an eponym: "rule out Mallory-Weiss".
    sum -= 6;
  }
  return sum;
}

const kin = new Set(['wife', 'husband', 'son', 'daughter', 'sister', 'brother', 'mother', 'father', 'mom', 'dad', 'aunt', 'uncle', 'cousin', 'nephew', 'niece', 'grandson', 'granddaughter', 'grandmother', 'grandfather', 'boyfriend', 'girlfriend', 'fiance', 'fiancee', 'spouse', 'named']);
const auxiliaries = new Set(['is', 'does', 'can', 'should', 'did', 'has', 'was', 'will', 'could', 'would', 'do', 'if', 'and', 'but', 'when', 'because']);
const articles = new Set(['the', 'a', 'an', 'of', 'or', 'and', 'on', 'this', 'that', 'some', 'any', 'no', 'his', 'her', 'their', 'my', 'your']);
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
