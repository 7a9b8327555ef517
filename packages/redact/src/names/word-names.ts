import {clinicalNouns, strongFacilityHeads, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';
import {neverNames} from '../words/clinical.ts';
import {addressed, relations} from '../words/people.ts';
import {partOf} from './parts.ts';

const halves = new Set(['like', 'year', 'old', 'based', 'related', 'free', 'type', 'positive', 'negative', 'associated', 'induced', 'style', 'born', 'day', 'week', 'month', 'up', 'out', 'in', 'on', 'off', 'trained', 'guided', 'directed', 'derived', 'named', 'owned', 'area', 'side', 'side', 'to']);

/** "min" of "Sung-min": in small letters behind a hyphen. */
export function secondHalf(token: Token): boolean {
  return token.shape === 'lower' && !halves.has(token.folded) && token.folded.length <= 7 && (token.word === 0 || token.given >= 1 || token.surname >= 3);
}

/** "Sung-min Ryu": the first half may be any word, the rest shows what it is. */
export function doubleGiven(scan: Scan, index: number): boolean {
  const [first, hyphen, half, family] = [0, 1, 2, 3].map(step => scan.tokens[index + step]);
  return first?.shape === 'title' && first.given > 0 && hyphen?.text === '-' && hyphen.glued && half !== undefined && half.glued && secondHalf(half) && family?.shape === 'title' && family.breaks === 0 && family.surname > 0;
}

/** "Her caregiver, Blessing, gives": between two commas behind a word for a person. */
export function apposed(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  return token?.shape === 'title' && token.breaks === 0 && scan.tokens[index - 1]?.text === ',' && scan.tokens[index + 1]?.text === ',' && relations.has(scan.tokens[index - 2]?.folded ?? '') && token.given + token.surname > 2 && !neverNames.has(token.folded) && !clinicalNouns.has(token.folded) && !relations.has(token.folded);
}

/** Verbs whose object is a person. */
const addressing = new Set([...addressed, 'text', 'phone', 'named', 'dear', 'love', 'thanks', 'patient', 'pt', 'pts']);
const finite = new Set(['is', 'was', 'has', 'had', 'does', 'says', 'said', 'told', 'needs', 'wants', 'denies', 'reports', 'states', 'takes', 'lives', 'works', 'feels', 'thinks', 'asked', 'asks', 'called', 'calls', 'came', 'went', 'fell', 'got', 'complains', 'and', 'who', 'wanted', 'reported', 'stated', 'denied', 'presented', 'presents', 'seems', 'looks', 'agreed', 'refused', 'declined', 'missed', 'lost', 'weighs', 'tolerated']);
const modals = new Set(['will', 'may']);
const objects = new Set(['to', 'for', 'with', 'by', 'from', 'told', 'asked', 'about', 'and', 'or', 'saw', 'is', 'can', 'does', 'did', 'has', 'should', 'was', 'if', 'that', 'but', 'as', 'son', 'when', 'because', 'of', 'than', 'give', 'gave', 'see', 'seeing', 'today', 'on', 'so']);

/** "toradol to Will", "tell April", "Will says", "June has a rash": a month or an auxiliary where only a name can stand. A modal verb in the middle of a sentence is never written with a capital. */
export function wordAsName(scan: Scan, index: number): boolean {
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
  return finished && !['is', 'was', 'has', 'had', 'came'].includes(next.folded) && !monthLeads.has(lead) || finished && opens && (next.folded === 'has' || next.folded === 'had') || (next?.folded === 'is' || next?.folded === 'was') && opens && /^(?:[a-z]{3,}ing|pregnant|sick|tired|allergic|worried|upset)$/u.test(scan.tokens[index + 2]?.folded ?? '') || next?.folded === 'is' && (scan.tokens[index + 2]?.folded === 'a' || /^\d/u.test(scan.tokens[index + 2]?.text ?? ''));
}
const monthLeads = new Set(['in', 'since', 'until', 'till', 'last', 'next', 'this', 'of', 'by', 'early', 'late', 'mid', 'during', 'before', 'after', 'from', 'to', 'through']);

/** Two words with capitals, of which the first is a given name and the second a surname, though both are words: "Hope Rivers". */
export function pairBegins(scan: Scan, index: number): boolean {
  const first = scan.tokens[index];
  const second = scan.tokens[index + 1];
  const upper = first?.shape === 'upper' && second?.shape === 'upper' && scan.writing(index) === 'upper' && scan.opens(index) && first.given >= 5 && second.surname >= 5;
  if (first === undefined || second === undefined || !upper && (first.shape !== 'title' || second.shape !== 'title') || second.breaks > 0 || first.given < 3 || second.surname < 3 || scan.taken(index + 1)) return false;
  // "April May", but not "April May June".
  const months = monthNames.has(first.folded) && second.folded === 'may' && scan.tokens[index + 2]?.shape === 'lower';
  const will = (first.folded === 'will' || first.folded === 'christian') && (second.word >= 1 || upper) && !neverNames.has(second.folded) && (second.given < 5 || second.surname >= 7 || !scan.opens(index) || upper);
  if (neverNames.has(first.folded) && !monthNames.has(first.folded) && !will || neverNames.has(second.folded) && !months || clinicalNouns.has(second.folded) || strongFacilityHeads.has(second.folded)) return false;
  return !(wordBits.medical(first.bits) && first.given < 5) && !(wordBits.medical(second.bits) && second.surname < 5) && (upper || scan.tokens[index + 2]?.shape !== 'title');
}

/** Months and seasons that are given names. */
export const monthNames: ReadonlySet<string> = new Set(['april', 'may', 'june', 'august', 'jan', 'summer', 'autumn']);

/** "June Marsh" is a person, "June 3" and "June Follow-up" are not. */
export function beginsAsMonth(scan: Scan, index: number): boolean {
  const token = scan.tokens[index];
  const next = scan.tokens[index + 1];
  const lower = token?.shape === 'lower' && next?.shape === 'lower' && relations.has(scan.tokens[index - 1]?.folded ?? '');
  return token !== undefined && (token.shape === 'title' && next?.shape === 'title' || lower) && monthNames.has(token.folded) && next !== undefined && next.breaks === 0 && next.surname >= 4 && !neverNames.has(next.folded) && partOf(next) !== 'none';
}
