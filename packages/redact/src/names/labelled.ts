import {nameLabels, salutations, closings} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {monthNames} from './word-names.ts';
import {capital, credentialAt, isParticle, partOf} from './parts.ts';

/** Names behind a label and a colon ("Attending: Kim Lee, MD"), behind "Dear" and under the end of a letter. */
export function findLabelled(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    const token = scan.tokens[at];
    if (token === undefined) continue;
    if ((token.text === ':' || token.text === '：') && token.breaks === 0) {
      const label = labelBefore(scan, at);
      if (label === null && scan.tokens[at - 1]?.shape === 'number' && berths.has(scan.tokens[at - 2]?.folded ?? '')) takeValue(scan, at + 1, false, false);
      else if (label === null) speaker(scan, at);
      else takeValue(scan, at + 1, !weak.has(label), label === 'cc' || label === 'to' || label === 'from');
    } else if (salutations.has(token.folded) && scan.opens(at)) {
      takeLine(scan, at + 1, 4);
    } else if (thanking.has(token.folded) && scan.tokens[at + 1] !== undefined) {
      thanked(scan, at + 1);
    }
    if (closings.has(token.folded)) closing(scan, at);
    if (dashes.has(token.text)) dashed(scan, at);
  }
}

/** "Room 4: Alvarado": where somebody lies. */
const berths = new Set(['room', 'rm', 'bed', 'bay', 'chair', 'slot', 'cubicle']);

/** Behind these as good as anything may stand: only what is a name by its own counts. The others promise a name. */
const weak = new Set(['patient', 'pt', 'client', 'resident', 'member', 'contact', 'to', 'from', 'cc', 'mother', 'father', 'parent', 'parents', 'son', 'daughter', 'wife', 'husband', 'brother', 'sister', 'spouse', 'partner', 'kin', 'nurse', 'author', 'owner', 'insured', 'dr', 'doctor', 'employee', 'student', 'signed', 'signature', 'caregiver', 'fellow',
  'assistant', 'provider', 'physician', 'surgeon', 'consultant', 'beneficiary', 'interpreter', 'paciente', 'пациент', '患者', '환자', 'primary care', 'who', 'historian', 'informant', 'sender', 'recipient', 'attention', 'rn', 'nurse notes', 'attending', 'referring', 'ordering', 'anesthesia', 'per', 'by', 'present', 'reading', 'supervising', 'notified', 'discharged to', 'manager', 'driver', 'donor', 'friend', 'roommate', 'neighbor', 'host', 'participants', 'attendees', 'sibling', 'siblings', 'aunt', 'uncle', 'grandmother', 'grandfather', 'payer', 'counsel', 'fob', 'coordinator']);

/** The longest label that ends before the colon at `colon`. */
function labelBefore(scan: Scan, colon: number): string | null {
  let phrase = '';
  let found: string | null = null;
  for (let at = colon - 1, words = 0; at >= 0 && words < 4; at--) {
    const token = scan.tokens[at];
    if (token === undefined) break;
    if (token.text === ')' || token.text === '(' || token.text === '/' || token.text === '*' || token.text === '#' || token.text === '-' || token.text === '"') {
      if (token.breaks > 0) break;
      continue;
    }
    if (token.folded === '') break;
    phrase = phrase === '' ? token.folded : `${token.folded} ${phrase}`;
    words++;
    if (nameLabels.has(phrase)) found = phrase;
    if (token.breaks > 0) break;
  }
  return found;
}

const chatty = new Set(['i', 'yes', 'no', 'ok', 'okay', 'are', 'hi', 'hello', 'hey', 'thanks', 'can', 'what', 'do', 'my', 'you', 'we', 'im', 'its', 'sorry', 'please', 'sure', 'yeah', 'lol', 'how', 'did', 'will', 'could', 'good', 'got', 'let']);

/** Headings of an examination that are somebody's name, too. */
const systems = new Set(['ext', 'endo', 'gen', 'const', 'msk', 'integ', 'lymph', 'vasc', 'opth', 'lines', 'ppx', 'fen', 'renal', 'ent', 'chest', 'back', 'pelvic', 'rectal', 'breast', 'lungs', 'cor', 'lab', 'micro', 'tele', 'vent', 'goal', 'tx', 'sig', 'disp', 'rem', 'prn', 'dot', 'dos', 'loc', 'sex', 'race']);

/** Who speaks in a chat: a name at the beginning of a line, and a colon. */
function speaker(scan: Scan, colon: number): void {
  const token = scan.tokens[colon - 1];
  if (token === undefined || scan.taken(colon - 1) || token.shape === 'upper' || !(colon === 1 || token.breaks > 0) || scan.tokens[colon + 1]?.breaks !== 0) return;
  if (systems.has(token.folded)) return;
  const part = partOf(token);
  const spoken = chatty.has(scan.tokens[colon + 1]?.folded ?? '');
  if (part === 'sure' && (token.given >= 3 || token.surname >= 3) && token.word === 0 || (part === 'sure' || part === 'fair') && token.given >= 2 && token.word === 0 || (part === 'unknown' || part === 'fair') && spoken || part === 'both' && token.given >= 6 && token.word < 5) scan.report(colon - 1, colon - 1, 'name.given', 'name.speaker', 0.7);
}

/** Takes what stands behind a label: up to the end of the line, a comma that does not turn a name round, a bracket, another label. */
function takeValue(scan: Scan, first: number, sure: boolean, several: boolean): void {
  let start = first;
  while (scan.tokens[start]?.shape === 'mark' && start < first + 3 && scan.tokens[start]?.breaks === 0) start++;
  const opening = scan.tokens[start];
  if (opening === undefined || opening.breaks > 0) return;
  let last = start - 1;
  let parts = 0;
  let convincing = 0;
  for (let at = start; at < scan.tokens.length && parts < 6; at++) {
    const token = scan.tokens[at];
    if (token === undefined || scan.taken(at) || (at > start && token.breaks > 0)) break;
    if (token.shape === 'mark') {
      const next = scan.tokens[at + 1];
      if (next === undefined || next.breaks > 0) break;
      if (token.text === '.' && token.glued && (scan.tokens[at - 1]?.text.length ?? 9) <= 3) {
        if (scan.tokens[at - 1]?.shape === 'letter') last = at;
        continue;
      }
      if (token.text === '-' && token.glued && next.glued) continue;
      if (token.text === ',' && parts === 1 && credentialAt(scan, at + 1) < 0 && nameWord(scan, at + 1, sure)) continue;
      break;
    }
    if (credentialAt(scan, at) >= 0 && parts > 0 && token.shape !== 'title') break;
    if (isLabel(scan, at)) break;
    const half = token.shape === 'lower' && token.glued && scan.tokens[at - 1]?.text === '-' && parts > 0;
    if (!half && !nameWord(scan, at, sure && parts < 4)) break;
    const part = partOf(token);
    if (part === 'sure' || part === 'fair' || part === 'both' || token.shape === 'title' && token.given >= 3 && token.surname >= 2 && monthNames.has(token.folded) || part === 'eponym' || (part === 'unknown' && capital(token)) || token.shape === 'script') convincing++;
    parts++;
    last = at;
  }
  if (parts === 0 || (convincing === 0 && !sure)) return;
  if (last >= start) scan.report(start, last, 'name.full', 'name.label', 0.95);
  if (several && (scan.tokens[last + 1]?.text === ',' || scan.tokens[last + 1]?.text === ';') && scan.tokens[last + 2]?.breaks === 0) takeValue(scan, last + 2, sure, several);
}

function isLabel(scan: Scan, at: number): boolean {
  const [one, two, three] = [0, 1, 2].map(step => scan.tokens[at + step]);
  if (one === undefined || two === undefined || two.breaks > 0) return false;
  if (two.text === ':') return true;
  // Two words and a colon, but only where nothing separates them: "Kim Lee    Cell:" is a name and a label.
  if (three?.text !== ':' || three.breaks > 0 || two.start - one.end > 1) return false;
  const part = partOf(one);
  return part === 'none' || part === 'unknown' && nameLabels.has(two.folded);
}

const fillers = new Set(['unknown', 'none', 'not', 'no', 'n', 'na', 'nil', 'pending', 'see', 'same', 'self', 'declined', 'refused', 'deceased', 'alive', 'is', 'was', 'has', 'had', 'with', 'and', 'the', 'a', 'an', 'yes', 'healthy', 'living', 'age', 'aged', 'dob', 'mrn', 'sex', 'gender', 'phone', 'date', 'address', 'id', 'patient', 'year', 'old', 'male', 'female']);

function nameWord(scan: Scan, at: number, sure: boolean): boolean {
  const token = scan.tokens[at];
  if (token === undefined || scan.taken(at) || fillers.has(token.folded)) return false;
  if (token.shape === 'script') return true;
  if (token.shape === 'number' || token.shape === 'code' || token.shape === 'mark') return false;
  const part = partOf(token);
  if (token.shape !== 'lower' && (token.given >= 3 || token.surname >= 3) && (!neverNames.has(token.folded) || monthNames.has(token.folded))) return true;
  if (sure) return part !== 'none' || isParticle(token) || (token.shape !== 'lower' && token.word < 6);
  if (isParticle(token) && token.shape === 'lower') return true;
  if (token.shape === 'lower') return part === 'sure' && token.word === 0;
  if (token.shape === 'upper') return part === 'sure' || part === 'both' || ((part === 'fair' || part === 'unknown' || part === 'eponym') && token.text.length > 3);
  return part !== 'none';
}

const thanking = new Set(['thanks', 'thank', 'bye', 'hi', 'hello', 'hey', 'goodbye', 'cheers', 'ciao', 'hola', 'bonjour', 'hallo', 'morning', 'afternoon', 'evening', 'sorry', 'ok']);

/** "thanks aneta!", "hi dana,": one word that is in no other list, and a mark behind it. */
function thanked(scan: Scan, first: number): void {
  const at = scan.tokens[first]?.folded === 'you' || scan.tokens[first]?.folded === 'dr' ? first + 1 : first;
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token === undefined || token.breaks > 0 || scan.taken(at) || !(token.shape === 'lower' || token.shape === 'title') || token.folded.length < 3) return;
  if (next !== undefined && next.breaks === 0 && !['!', ',', '.', '-', ';', '?'].includes(next.text)) return;
  const part = partOf(token);
  const nickname = token.shape === 'title' && next?.text === ',' && !neverNames.has(token.folded) && !greetingTitles.has(token.folded) && token.word < 7;
  if (part === 'sure' || part === 'fair' || part === 'unknown' || part === 'both' && token.shape === 'title' || nickname) scan.report(at, at, 'name.given', 'name.greeting', 0.8);
}

/** Takes the words of a greeting: "Dear Ms. Okafor,". Titles are no part of the name. */
function takeLine(scan: Scan, first: number, most: number): void {
  let start = -1;
  let last = -1;
  for (let at = first, words = 0; words < most; at++) {
    const token = scan.tokens[at];
    if (token === undefined || token.breaks > 0 || scan.taken(at)) break;
    if (token.shape === 'mark') {
      if (token.text === '.' || (token.text === '-' && token.glued)) continue;
      break;
    }
    const part = partOf(token);
    const named = part === 'sure' || part === 'fair' || part === 'both' || part === 'eponym' || part === 'initial' || (part === 'unknown' && (capital(token) || token.shape === 'upper'));
    if (!named && !(isParticle(token) && last >= 0)) {
      if (last >= 0) break;
      continue;
    }
    if (token.shape === 'lower' && part !== 'sure') {
      if (last >= 0) break;
      continue;
    }
    if (greetingTitles.has(token.folded)) continue;
    if (start < 0) start = at;
    last = at;
    words++;
  }
  const only = scan.tokens[first];
  if (start < 0 && only?.shape === 'title' && only.breaks === 0 && scan.tokens[first + 1]?.text === ',' && !scan.taken(first) && !neverNames.has(only.folded) && !greetingTitles.has(only.folded) && only.word < 6) {
    scan.report(first, first, 'name.given', 'name.greeting', 0.7);
    return;
  }
  if (start >= 0 && !(start === last && scan.tokens[start]?.shape === 'letter')) scan.report(start, last, 'name.full', 'name.greeting', 0.9);
}
const greetingTitles = new Set(['dr', 'mr', 'mrs', 'ms', 'miss', 'prof', 'professor', 'doctor', 'herr', 'frau', 'senor', 'senora', 'sr', 'sra', 'dra', 'team', 'colleague', 'colleagues', 'sir', 'madam', 'all', 'there', 'everyone', 'friend', 'friends', 'monsieur', 'madame', 'doc']);

const dashes = new Set(['-', '–', '—', '~']);

/** "Can you cover my shift? - Mags": one or two words with a capital behind a dash, at the very end. */
function dashed(scan: Scan, at: number): void {
  const before = scan.tokens[at - 1];
  const [one, two] = [scan.tokens[at + 1], scan.tokens[at + 2]];
  if (one?.shape !== 'title' || scan.taken(at + 1) || one.start === scan.tokens[at]?.end && before?.text !== '.' && before?.text !== '!' && before?.text !== '?') return;
  if (before === undefined || !(['.', '!', '?'].includes(before.text) || (scan.tokens[at]?.breaks ?? 0) > 0) || neverNames.has(one.folded) || one.word >= 7 && one.given < 4) return;
  if (two === undefined) scan.report(at + 1, at + 1, 'name.given', 'name.signature', 0.8);
  else if (scan.tokens[at + 3] === undefined && two.breaks === 0 && (two.shape === 'title' && !neverNames.has(two.folded) || two.shape === 'letter')) scan.report(at + 1, at + 2, 'name.full', 'name.signature', 0.8);
}

/** The name under "Sincerely,": a short line of words that could be one. */
function closing(scan: Scan, at: number): void {
  const token = scan.tokens[at];
  if (token === undefined) return;
  let next = at + 1;
  while (next < at + 4 && scan.tokens[next] !== undefined && scan.tokens[next]?.breaks === 0 && (scan.tokens[next]?.shape === 'mark' || scan.tokens[next]?.shape === 'lower')) next++;
  while (next > at + 1 && scan.tokens[next - 1]?.shape === 'lower' && scan.tokens[next - 2]?.text === ',') next--;
  const name = scan.tokens[next];
  const comma = scan.tokens[next - 1]?.text === ',';
  if (name === undefined || (name.breaks === 0 && !comma) || name.breaks > 4) return;
  let words = 0;
  let length = next;
  for (; length < scan.tokens.length && (length === next || scan.tokens[length]?.breaks === 0); length++) if (scan.tokens[length]?.folded !== '') words++;
  if (words > 6 || !scan.opens(next) && !comma) return;
  let last = next - 1;
  for (let index = next; index < length; index++) {
    const word = scan.tokens[index];
    if (word === undefined || scan.taken(index)) break;
    if (word.shape === 'mark') {
      if (word.text === '.' || (word.text === '-' && word.glued)) continue;
      break;
    }
    if (greetingTitles.has(word.folded) && last < next) {
      if (index === next) next = index + 1;
      continue;
    }
    if (credentialAt(scan, index) >= 0 && index > next) break;
    if (partOf(word) === 'none' && !isParticle(word) && !(word.shape === 'title' && words <= 5 && !neverNames.has(word.folded) && (word.glued || words <= 4 || last >= next))) break;
    last = index;
  }
  while (scan.tokens[next]?.shape === 'mark') next++;
  if (last >= next) scan.report(next, last, 'name.full', 'name.signature', 0.9);
}
