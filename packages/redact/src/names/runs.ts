import {clinicalNouns, eponyms, gazetteer, placeOf, strongFacilityHeads, wordBits} from '@sluice/gazetteer';
import {personVerbs, relations, titles, weakTitles} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {after, before} from './context.ts';
import {bareNouns, noteFollows, predicate} from './predicates.ts';
import {doseUnits, neverNames} from '../words/clinical.ts';
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

const agesBehind = /^\d{1,3}(?:yo|y|yr|f|m|mo|wk)$/iu;

/** "Rivers, Hope 24F", "DAY, SUMMER L 3/4/1980", "Stone, Rob (DOB": surname and given name turned round where a record begins, both of which may be words. The last token, -1 when there is none. */
function turnedRound(scan: Scan, at: number): number {
  const [family, comma, given] = [0, 1, 2].map(step => scan.tokens[at + step]);
  if (family === undefined || comma?.text !== ',' || comma.breaks > 0 || given === undefined || given.breaks > 0 || scan.taken(at) || scan.taken(at + 2) || !scan.opens(at)) return -1;
  // "Thorne, B. - home": an initial in place of the given name.
  if (given.shape === 'letter' && agesBehind.test(scan.tokens[at + 3]?.text ?? '') && family.surname >= 3 && !neverNames.has(family.folded)) return at + 2;
  if (given.shape === 'letter') return family.shape === 'title' && family.surname >= 3 && scan.tokens[at + 3]?.text === '.' && scan.tokens[at + 3]?.glued === true && !neverNames.has(family.folded) ? at + 3 : -1;
  if (family.shape !== given.shape || family.shape !== 'title' && family.shape !== 'upper' || family.surname < 3 && family.word > 0 || given.given < 3 && !(family.word === 0 && (given.given > 0 || given.word === 0)) || wordBits.medical(family.bits) && family.surname < 5) return -1;
  let last = at + 2;
  const letter = scan.tokens[last + 1];
  if (letter?.shape === 'letter' && letter.breaks === 0) last += scan.tokens[last + 2]?.text === '.' && scan.tokens[last + 2]?.glued === true ? 2 : 1;
  const next = scan.tokens[last + 1];
  if (next === undefined || next.breaks > 0) return last > at + 2 ? last : -1;
  if (last > at + 2 && next.shape === 'lower' && family.surname >= 3 && given.given >= 3) return last;
  const record = agesBehind.test(next.text) || next.shape === 'number' || next.text === '(' || next.text === '-' || next.text === '|' || next.text === '/' || next.text === ';' || next.text === '—' || ['dob', 'mrn', 'room', 'rm', 'bed', 'age', 'md', 'rn', 'is', 'here'].includes(next.folded);
  return record ? last : -1;
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

const halves = new Set(['like', 'year', 'old', 'based', 'related', 'free', 'type', 'positive', 'negative', 'associated', 'induced', 'style', 'born', 'day', 'week', 'month', 'up', 'out', 'in', 'on', 'off', 'trained', 'guided', 'directed', 'derived', 'named', 'owned', 'area', 'side', 'side', 'to']);

function secondHalf(token: Token): boolean {
  return token.shape === 'lower' && !halves.has(token.folded) && token.folded.length <= 7 && (token.word === 0 || token.given >= 1 || token.surname >= 3);
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

/** "Sung-min Ryu": the first half may be any word, the rest shows what it is. */
function doubleGiven(scan: Scan, index: number): boolean {
  const [first, hyphen, half, family] = [0, 1, 2, 3].map(step => scan.tokens[index + step]);
  return first?.shape === 'title' && first.given > 0 && hyphen?.text === '-' && hyphen.glued && half !== undefined && half.glued && secondHalf(half) && family?.shape === 'title' && family.breaks === 0 && family.surname > 0;
}

/** "Her caregiver, Blessing, gives": between two commas behind a word for a person. */
function apposed(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  return token?.shape === 'title' && token.breaks === 0 && scan.tokens[index - 1]?.text === ',' && scan.tokens[index + 1]?.text === ',' && relations.has(scan.tokens[index - 2]?.folded ?? '') && token.given + token.surname > 2 && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && !relations.has(token.folded);
}

/** Verbs whose object is a person. */
const addressing = new Set(['tell', 'told', 'telling', 'ask', 'asked', 'asking', 'remind', 'reminded', 'thank', 'thanked', 'notify', 'notified', 'inform', 'informed', 'email', 'emailed', 'text', 'texted', 'phone', 'phoned', 'paged', 'met', 'advised', 'counseled', 'reassured', 'named', 'hi', 'dear', 'hello', 'hey', 'love', 'thanks', 'contact', 'contacted', 'patient', 'pt', 'pts']);
const finite = new Set(['is', 'was', 'has', 'had', 'does', 'says', 'said', 'told', 'needs', 'wants', 'denies', 'reports', 'states', 'takes', 'lives', 'works', 'feels', 'thinks', 'asked', 'asks', 'called', 'calls', 'came', 'went', 'fell', 'got', 'complains', 'and', 'who', 'wanted', 'reported', 'stated', 'denied', 'presented', 'presents', 'seems', 'looks', 'agreed', 'refused', 'declined', 'missed', 'lost', 'weighs', 'tolerated']);
const modals = new Set(['will', 'may']);
const objects = new Set(['to', 'for', 'with', 'by', 'from', 'told', 'asked', 'about', 'and', 'or', 'saw', 'is', 'can', 'does', 'did', 'has', 'should', 'was', 'if', 'that', 'but', 'as', 'son', 'when', 'because', 'of', 'than', 'give', 'gave', 'see', 'seeing', 'today', 'on', 'so']);

/** "toradol to Will", "tell April", "Will says", "June has a rash": a month or an auxiliary where only a name can stand. A modal verb in the middle of a sentence is never written with a capital. */
function wordAsName(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  const before = scan.tokens[index - 1];
  const next = scan.tokens[index + 1];
  if (token?.shape !== 'title' || scan.writing(index) === 'upper' || !(modals.has(token.folded) || monthNames.has(token.folded))) return false;
  if (next?.shape === 'number' || next?.shape === 'title' && next.breaks === 0 && next.folded !== 'i') return false;
  const opens = scan.opens(index);
  const lead = before?.breaks === undefined || opens ? '' : before.folded;
  if (addressing.has(lead)) return true;
  const finished = next !== undefined && next.breaks === 0 && finite.has(next.folded) && next.folded !== 'and';
  if (token.folded === 'will') return opens ? finished || token.possessive : before?.shape === 'lower' && objects.has(lead) || finished;
  // A month is not the subject of a verb of people, and "in June" leads to one.
  return finished && !['is', 'was', 'has', 'had', 'came'].includes(next.folded) && !monthLeads.has(lead) || finished && opens && (next.folded === 'has' || next.folded === 'had') || next?.folded === 'is' && (scan.tokens[index + 2]?.folded === 'a' || /^\d/u.test(scan.tokens[index + 2]?.text ?? ''));
}
const monthLeads = new Set(['in', 'since', 'until', 'till', 'last', 'next', 'this', 'of', 'by', 'early', 'late', 'mid', 'during', 'before', 'after', 'from', 'to', 'through']);

/** Two words with capitals, of which the first is a given name and the second a surname, though both are words: "Hope Rivers". */
function pairBegins(scan: Scan, index: number): boolean {
  const first = scan.tokens[index];
  const second = scan.tokens[index + 1];
  const upper = first?.shape === 'upper' && second?.shape === 'upper' && scan.writing(index) === 'upper' && scan.opens(index) && first.given >= 5 && second.surname >= 5;
  if (first === undefined || second === undefined || !upper && (first.shape !== 'title' || second.shape !== 'title') || second.breaks > 0 || first.given < 3 || second.surname < 3 || scan.taken(index + 1)) return false;
  // "April May", but not "April May June".
  const months = monthNames.has(first.folded) && second.folded === 'may' && scan.tokens[index + 2]?.shape === 'lower';
  const will = (first.folded === 'will' || first.folded === 'christian') && (second.word >= 1 || upper) && !neverNames.has(second.folded) && (second.given < 5 || !scan.opens(index) || upper);
  if (neverNames.has(first.folded) && !monthNames.has(first.folded) && !will || neverNames.has(second.folded) && !months || clinicalNouns.has(second.folded) || strongFacilityHeads.has(second.folded)) return false;
  return !(wordBits.medical(first.bits) && first.given < 5) && !(wordBits.medical(second.bits) && second.surname < 5) && (upper || scan.tokens[index + 2]?.shape !== 'title');
}

export const monthNames: ReadonlySet<string> = new Set(['april', 'may', 'june', 'august', 'jan', 'summer', 'autumn']);

/** "June Marsh" is a person, "June 3" and "June Follow-up" are not. */
function beginsAsMonth(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  const next = scan.tokens[index + 1];
  const lower = token?.shape === 'lower' && next?.shape === 'lower' && relations.has(scan.tokens[index - 1]?.folded ?? '');
  return token !== undefined && (token.shape === 'title' && next?.shape === 'title' || lower) && monthNames.has(token.folded) && next !== undefined && next.breaks === 0 && next.surname >= 4 && !neverNames.has(next.folded) && partOf(next) !== 'none';
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

/**
 * A word with a capital, without article, before a verb in the third person. A count noun or an adjective cannot be a subject like that ("Bishop had", "Precious was"), so it is a name;
 * what stands without article in the language ("Hope is", "Park was") needs a verb of people ("Hope wants").
 */
function subject(scan: Scan, run: Run): number {
  const only = run.parts.length === 1 ? run.parts[0] : undefined;
  const token = scan.tokens[only?.index ?? -1];
  if (only !== undefined && token?.possessive === true && run.caseless && only.part === 'sure' && token.word === 0 && token.given >= 3 && startsLine(scan, run.first) && !eponyms.has(token.folded)) return 0.6;
  if (only === undefined || token === undefined || token.possessive) return 0;
  const said = predicate(scan, run.last + 1);
  if (noteFollows(scan, run.last + 1) && scan.opens(run.first) && only.part !== 'eponym' && (run.caseless ? only.part === 'sure' && token.word === 0 : token.given >= 5 || only.part === 'unknown' || only.part === 'fair')) return run.caseless ? 1.2 : 2.4;
  if (run.caseless && scan.writing(run.first) === 'lower' && said === 2 && (only.part === 'both' || only.part === 'fair') && token.word <= 4 && token.given >= 4 && startsLine(scan, run.first) && !bareNouns.has(token.folded)) return 2;
  if (run.caseless) return scan.writing(run.first) === 'lower' && token.word === 0 && token.folded.length >= 4 && only.part === 'sure' && startsLine(scan, run.first) ? said > 0 || lowerFollows(scan, run.last + 1) ? 1.2 : 0.3 : 0;
  if (token.shape !== 'title') return 0;
  // "Should Leopold restart his": the subject of a question.
  const lead = scan.tokens[run.first - 1];
  const follower = scan.tokens[run.last + 1];
  if (lead !== undefined && token.breaks === 0 && questions.has(lead.folded) && (token.given >= 3 || token.surname >= 4 && token.word <= 3) && follower?.shape === 'lower' && follower.breaks === 0 && !drugWorks.has(follower.folded) && !clinicalNouns.has(follower.folded)) return only.part === 'sure' ? 0.5 : only.part === 'eponym' ? 2.4 : 1.8;
  // A word that no list has, or hardly one, at the beginning of a sentence that goes on in small letters.
  const next = scan.tokens[run.last + 1];
  if ((only.part === 'unknown' || only.part === 'fair') && said < 2 && scan.english && scan.opens(run.first) && token.word === 0 && token.folded.length >= 4 && next?.shape === 'lower' && next.breaks === 0 && next.text.length > 1 && (next.word >= 4 || next.folded === 'vs') && !drugWorks.has(next.folded)) return only.part === 'unknown' ? 1.3 : 0.8;
  if (token.given >= 4 && only.part !== 'unknown' && only.part !== 'eponym' && next?.folded === 'from' && next.breaks === 0 && scan.opens(run.first) && !bareNouns.has(token.folded)) return 1.3;
  // "Chanthou stroke", "Bineta anemia": a rare given name before what its bearer has.
  if (only.part === 'fair' && token.given >= 1 && said === 0 && scan.opens(run.first) && next?.shape === 'lower' && next.breaks === 0 && wordBits.medical(next.bits) && !wordBits.medical(token.bits)) return 0.7;
  if (said === 0) return 0;
  if (only.part === 'unknown') return said === 2 ? 1.3 : 0.3;
  if (only.part !== 'both' && only.part !== 'eponym') return 0;
  if (!scan.opens(run.first)) return 0;
  if (said === 2) return token.given >= 4 ? 2.3 : token.surname >= 6 ? 1.6 : 0.5;
  return token.given >= 4 && !bareNouns.has(token.folded) ? 1.2 : 0;
}

/** "Jade and Ruby": two given names joined, both words with a capital. */
function paired(scan: Scan, run: Run): boolean {
  const own = scan.tokens[run.last];
  const next = scan.tokens[run.last + 1];
  const other = next?.folded === 'and' || next?.text === '&' ? scan.tokens[run.last + 2] : undefined;
  const and = scan.tokens[run.first - 1];
  const former = and?.folded === 'and' || and?.text === '&' ? scan.tokens[run.first - 2] : undefined;
  if (own?.shape !== 'title' || own.given < 4 && own.surname < 6) return false;
  // "Carter, Parker and Cooper": of three in a list.
  const [second, joint, third] = [2, 3, 4].map(step => scan.tokens[run.last + step]);
  if (next?.text === ',' && second?.shape === 'title' && second.given >= 4 && !neverNames.has(second.folded) && (joint?.folded === 'and' || joint?.text === ',') && third?.breaks === 0 && (third.shape === 'title' || third.folded === 'and')) return true;
  const lands = ['country', 'state'];
  if (lands.includes(placeOf(gazetteer().placeCode(own.folded))?.kind ?? '')) return false;
  return [other, former].some(token => token?.shape === 'title' && token.given >= 4 && token.breaks <= (token === former ? 9 : 0) && partOf(token) !== 'none' && !neverNames.has(token.folded)) && !(scan.tokens[run.last + 1]?.shape === 'title');
}

function startsLine(scan: Scan, at: number): boolean {
  return at === 0 || (scan.tokens[at]?.breaks ?? 0) > 0;
}

/** "femi w/ chest pain", "giorgos, 34", "lupe here for": how notes in small letters go on behind a name. */
function lowerFollows(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && token.breaks === 0 && (token.text === ',' || ['w', 'with', 'here', 'is', 'has', 'c', 'and', 'needs'].includes(token.folded) || /^\d{1,3}(?:yo|y|f|m)?$/iu.test(token.text));
}

const ownable = new Set(['lab', 'labs', 'anemia', 'anaemia', 'dementia', 'crisis', 'arthritis', 'neuropathy', 'vasculitis', 'psychosis', 'lymphoma', 'goiter', 'epilepsy', 'carcinoma', 'protein', 'patch', 'patches', 'line', 'lines', 'group', 'response', 'exam', 'examination', 'test', 'tests', 'testing', 'assessment', 'area', 'monitor', 'device', 'devices', 'study', 'plan', 'method', 'stroke', 'seizure', 'seizures', 'disease', 'surgery', 'fracture', 'infection', 'headache', 'headaches', 'migraine', 'fever', 'rash', 'insulin', 'inhaler', 'pump', 'cast', 'screening', 'protocol', 'regimen', 'operation', 'procedure', 'results', 'result', 'stage', 'grade', 'procedures', 'graft', 'splint', 'brace', 'boot', 'gait', 'posture', 'speech', 'dementia', 'cancer', 'tumor', 'chart', 'charts', 'vaccine', 'vaccines', 'units', 'unit', 'drain', 'tube', 'catheter', 'stent', 'valve', 'dressing', 'sutures', 'wound', 'hernia', 'nodule', 'nodules', 'cyst', 'heart', 'murmur', 'transfusion', 'anemia', 'positive', 'negative', 'exercises', 'position', 'score', 'scores', 'solution', 'screen', 'pen', 'shunt', 'bypass', 'resection', 'device']);

/** What people have, and what is called after its finder less often. */
const ailments = new Set(['anemia', 'anaemia', 'dementia', 'crisis', 'arthritis', 'neuropathy', 'vasculitis', 'psychosis', 'lymphoma', 'goiter', 'epilepsy', 'carcinoma', 'stroke', 'seizure', 'seizures', 'infection', 'headache', 'headaches', 'migraine', 'fever', 'rash', 'hernia', 'tumor', 'cyst', 'nodule', 'fracture', 'murmur']);
const causing = new Set(['have', 'let', 'make', 'help', 'did', 'does', 'can', 'should', 'will', 'had', 'having']);

/** "Dlamini's viral load", "the Nguyen lab": a sure name that nothing is named after, and what a person can have. */
function owns(scan: Scan, run: Run): boolean {
  const last = scan.tokens[run.last];
  // "We gave Chance 2 puffs": nothing that is given is called by a given name as common as that.
  if (last !== undefined && !run.caseless && last.given >= 5 && ['give', 'gave', 'giving', 'given'].includes(scan.tokens[run.first - 1]?.folded ?? '') && /^\d/u.test(scan.tokens[run.last + 1]?.text ?? '')) return true;
  if (last === undefined || run.caseless || run.parts.some(one => one.part === 'eponym' || eponyms.has(scan.tokens[one.index]?.folded ?? ''))) return false;
  const sure = run.parts.some(one => one.part === 'sure' || one.part === 'fair' && (scan.tokens[one.index]?.given ?? 0) >= 2) && Math.max(last.given, last.surname) >= 2;
  if (!sure) return false;
  // "have Rita sign", "let Samir test": a verb, not a noun.
  if (last.given >= 4 && last.word <= 1 && !last.possessive && causing.has(scan.tokens[run.first - 1]?.folded ?? '')) return true;
  if (last.possessive) return !medicalFirst(scan, run.last + 1);
  const next = scan.tokens[run.last + 1];
  // "Give Nestor 2 units": a given name that no drug has.
  if (next?.shape === 'number' && last.given >= 3 && last.word <= 1 && !wordBits.medical(last.bits) && !drugVerbs.has(scan.tokens[run.first - 1]?.folded ?? 'on')) return true;
  if (next?.shape === 'number' && last.given >= 3 && last.word <= 1 && !wordBits.medical(last.bits) && ['give', 'gave'].includes(scan.tokens[run.first - 1]?.folded ?? '')) return true;
  if (last.surname >= 3 && last.word === 0 && (next?.folded === 'lab' || next?.folded === 'labs' || next?.folded === 'group')) return true;
  // "Hightower (ortho)", "page Wojcik stat": a term behind a name, but not what would be named after it.
  const disease = next !== undefined && ailments.has(next.folded) && last.given >= 2 && scan.opens(run.first) && !wordBits.medical(last.bits);
  return next !== undefined && (!clinicalNouns.has(next.folded) || disease) && !doseUnits.has(next.folded) && next.shape !== 'number' && !(next.text === '-' && next.glued) && next.text !== '/' && last.word === 0 && !clinicalNouns.has(scan.tokens[run.last + 2]?.folded ?? '');
}

/** "Tshering Dorji headache at altitude": two words of which nothing is named, and what a person can have. */
function fullOwner(scan: Scan, run: Run): boolean {
  const next = scan.tokens[run.last + 1];
  return !run.caseless && next !== undefined && (ownable.has(next.folded) || !clinicalNouns.has(next.folded) && next.shape === 'lower' && !doseUnits.has(next.folded)) && run.parts.every(one => one.part !== 'eponym' && one.part !== 'both' && !eponyms.has(scan.tokens[one.index]?.folded ?? ''))
    && run.parts.some(one => one.part === 'sure' || (scan.tokens[one.index]?.given ?? 0) > 0);
}

/** "Xyz's disease", "Xyz's sign": what is named after its finder right behind the possessive. */
function medicalFirst(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && clinicalNouns.has(token.folded) && !ownable.has(token.folded) || ['disease', 'stage', 'grade', 'score', 'test', 'position', 'tumor', 'method'].includes(token?.folded ?? '');
}

const kin = new Set(['wife', 'husband', 'son', 'daughter', 'sister', 'brother', 'mother', 'father', 'mom', 'dad', 'aunt', 'uncle', 'cousin', 'nephew', 'niece', 'grandson', 'granddaughter', 'grandmother', 'grandfather', 'boyfriend', 'girlfriend', 'fiance', 'fiancee', 'spouse', 'named']);
/** What begins a question: a word that no list has behind it is its subject, a person unless what follows is what drugs do. */
const asking = new Set(['did', 'does', 'is', 'was', 'has', 'can', 'should', 'will', 'would', 'could', 'do', 'why', 'when', 'how', 'if', 'because', 'and', 'so', 'then', 'but', 'while']);
const questions = new Set(['did', 'does', 'should', 'can', 'is', 'was', 'has', 'will', 'would', 'could']);
const drugWorks = new Set(['cause', 'causes', 'work', 'works', 'help', 'helps', 'interact', 'interacts', 'affect', 'affects', 'safe', 'approved', 'covered', 'better', 'available', 'ok', 'okay', 'indicated', 'contraindicated', 'effective', 'used', 'dosed', 'given', 'prolong', 'raise', 'lower', 'increase', 'decrease', 'treat', 'treats', 'prevent', 'require', 'contain', 'replace', 'appropriate', 'generic', 'teratogenic', 'cheaper', 'stronger', 'worse', 'renally', 'positive', 'negative', 'be', 'an', 'a', 'the', 'trigger', 'worsen', 'lead', 'or', 'and', 'vs', 'versus', 'for', 'in', 'on', 'with']);
const auxiliaries = new Set(['is', 'does', 'can', 'should', 'did', 'has', 'was', 'will', 'could', 'would', 'do', 'if', 'and', 'but', 'when', 'because']);
const articles = new Set(['the', 'a', 'an', 'of', 'or', 'and', 'on', 'this', 'that', 'some', 'any', 'no', 'his', 'her', 'their', 'my', 'your']);
/** What stands before the name of a drug or a device rather than a person. */
const drugVerbs = new Set(['take', 'takes', 'taking', 'took', 'start', 'started', 'starting', 'stop', 'stopped', 'stopping', 'give', 'given', 'giving', 'prescribe', 'prescribed', 'use', 'used', 'uses', 'using', 'on', 'apply', 'applied', 'continue', 'continued', 'add', 'added', 'avoid', 'increase', 'decrease', 'dose', 'dosing', 'hold', 'switch', 'switched', 'swap', 'try', 'tried', 'between', 'versus', 'vs', 'like', 'with', 'via', 'to', 'for', 'in', 'at', 'from', 'by', 'denies', 'than', 'plus', 'into', 'as']);


/** 'William "Bill" Stone': over a nickname in quotation marks or brackets to the surname behind it. */
function nicknamed(scan: Scan, last: number): number {
  const [open, nickname, close, family] = [1, 2, 3, 4].map(step => scan.tokens[last + step]);
  if (open === undefined || !['"', '“', '(', "'"].includes(open.text) || nickname === undefined || !(capital(nickname) || nickname.shape === 'upper' && nickname.text.length < 5) || nickname.breaks > 0 || close === undefined || !['"', '”', ')', "'"].includes(close.text)) return last;
  if (family !== undefined && family.breaks === 0 && capital(family) && partOf(family) !== 'none') return last + 4;
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

/** "O'CONNOR SEAN P 04/12/70": a letter behind a name in capitals, when a number or the end follows. */
function lastInitial(scan: Scan, last: number): number {
  const end = initialBehind(scan, last);
  const next = scan.tokens[end + 1];
  return end > last && (next === undefined || next.breaks > 0 || next.shape !== 'upper' && next.shape !== 'letter') ? end : last;
}

/** "IVAN A 03/03/1958": in capitals, a letter behind the given name. */
function initialBehind(scan: Scan, last: number): number {
  const letter = scan.tokens[last + 1];
  const point = scan.tokens[last + 2]?.text === '.' && scan.tokens[last + 2]?.glued === true;
  return letter?.shape === 'letter' && letter.breaks === 0 && !scan.taken(last + 1) ? last + (point ? 2 : 1) : last;
}
