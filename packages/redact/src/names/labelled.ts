import {nameLabels, salutations, closings} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {capital, credentialAt, isParticle, partOf} from './parts.ts';

/** Names behind a label and a colon ("Attending: Kim Lee, MD"), behind "Dear" and under the end of a letter. */
export function findLabelled(scan: Scan): void {
  for (let at = 1; at < scan.tokens.length; at++) {
    const token = scan.tokens[at];
    if (token === undefined) continue;
    if ((token.text === ':' || token.text === '：') && token.breaks === 0) {
      const label = labelBefore(scan, at);
      if (label !== null) takeValue(scan, at + 1, label.includes('name') || strong.has(label), label === 'cc' || label === 'to' || label === 'from');
    } else if (salutations.has(token.folded) && scan.opens(at)) {
      takeLine(scan, at + 1, 4);
    } else if (closings.has(token.folded)) {
      closing(scan, at);
    }
  }
  if (salutations.has(scan.tokens[0]?.folded ?? '')) takeLine(scan, 1, 4);
  if (closings.has(scan.tokens[0]?.folded ?? '')) closing(scan, 0);
}

const strong = new Set(['surname', 'alias', 'aka', 'attending', 'pcp', 'emergency contact', 'next of kin', 'nok', 'guarantor', 'dictated by', 'transcribed by', 'signed by', 'electronically signed by', 'seen by', 'examined by', 'reviewed by', 'prepared by', 'nombre', 'apellido', 'apellidos', 'nome', 'cognome',
  'sobrenome', 'nom', 'prenom', 'vorname', 'nachname', 'naam', 'voornaam', 'achternaam', 'имя', 'фамилия', 'отчество', 'фио', '姓名', '氏名', '患者姓名', '名前', '이름', '성명', 'الاسم', 'שם', 'attending physician', 'referring physician', 'ordering physician', 'primary care physician', 'referring provider', 'policyholder', 'next of kin']);

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
    if (!nameWord(scan, at, sure && parts < 4)) break;
    const part = partOf(token);
    if (part === 'sure' || part === 'fair' || part === 'both' || part === 'eponym' || (part === 'unknown' && capital(token)) || token.shape === 'script') convincing++;
    parts++;
    last = at;
  }
  if (parts === 0 || (convincing === 0 && !sure)) return;
  if (last >= start) scan.report(start, last, 'name.full', 'name.label', 0.95);
  if (several && (scan.tokens[last + 1]?.text === ',' || scan.tokens[last + 1]?.text === ';') && scan.tokens[last + 2]?.breaks === 0) takeValue(scan, last + 2, sure, several);
}

function isLabel(scan: Scan, at: number): boolean {
  for (let ahead = 1; ahead <= 2; ahead++) {
    const token = scan.tokens[at + ahead];
    if (token === undefined || token.breaks > 0) return false;
    if (token.text === ':') return true;
    if (token.folded === '') return false;
  }
  return false;
}

const fillers = new Set(['unknown', 'none', 'not', 'no', 'n', 'na', 'nil', 'pending', 'see', 'same', 'self', 'declined', 'refused', 'deceased', 'alive', 'is', 'was', 'has', 'had', 'with', 'and', 'the', 'a', 'an', 'yes', 'healthy', 'living', 'age', 'aged', 'dob', 'mrn', 'sex', 'gender', 'phone', 'date', 'address', 'id', 'patient', 'year', 'old', 'male', 'female']);

function nameWord(scan: Scan, at: number, sure: boolean): boolean {
  const token = scan.tokens[at];
  if (token === undefined || scan.taken(at) || fillers.has(token.folded)) return false;
  if (token.shape === 'script') return true;
  if (token.shape === 'number' || token.shape === 'code' || token.shape === 'mark') return false;
  const part = partOf(token);
  if (sure) return part !== 'none' || isParticle(token) || (token.shape !== 'lower' && token.word < 6);
  if (isParticle(token) && token.shape === 'lower') return true;
  if (token.shape === 'lower') return part === 'sure' && token.word === 0;
  if (token.shape === 'upper') return part === 'sure' || part === 'both' || (part === 'fair' && token.text.length > 3);
  return part !== 'none';
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
  if (start >= 0 && !(start === last && scan.tokens[start]?.shape === 'letter')) scan.report(start, last, 'name.full', 'name.greeting', 0.9);
}
const greetingTitles = new Set(['dr', 'mr', 'mrs', 'ms', 'miss', 'prof', 'professor', 'doctor', 'herr', 'frau', 'senor', 'senora', 'sr', 'sra', 'dra', 'team', 'colleague', 'colleagues', 'sir', 'madam', 'all', 'there', 'everyone', 'friend', 'friends', 'monsieur', 'madame', 'doc']);

/** The name under "Sincerely,": a short line of words that could be one. */
function closing(scan: Scan, at: number): void {
  const token = scan.tokens[at];
  if (token === undefined) return;
  let next = at + 1;
  while (next < at + 4 && scan.tokens[next] !== undefined && scan.tokens[next]?.breaks === 0 && (scan.tokens[next]?.shape === 'mark' || scan.tokens[next]?.shape === 'lower')) next++;
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
    if (partOf(word) === 'none' && !isParticle(word)) break;
    last = index;
  }
  while (scan.tokens[next]?.shape === 'mark') next++;
  if (last >= next) scan.report(next, last, 'name.full', 'name.signature', 0.9);
}
