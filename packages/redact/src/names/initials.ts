import {relations} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';

/** Initials that stand for a person: "patient R.T.", "pt JD", and from there on wherever they stand again. */
export function findInitials(scan: Scan): void {
  const found = new Set<string>();
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const before = scan.tokens[at - 1];
    const label = before?.text === ':' || before?.text === ',' ? scan.tokens[at - 2] : before;
    const aged = agedInitials(scan, at);
    if (aged !== null) {
      found.add(lettersOf(scan, at, aged));
      scan.report(at, aged, 'name.initials', 'name.initials', 0.8);
      continue;
    }
    if (label === undefined || !(subjects.has(label.folded) || label.folded === 'initials')) continue;
    const last = initialsAt(scan, at) ?? pairAt(scan, at, label.folded);
    if (last === null) continue;
    found.add(lettersOf(scan, at, last));
    scan.report(at, last, 'name.initials', 'name.initials', 0.8);
  }
  if (found.size === 0) return;
  for (let at = 0; at < scan.tokens.length; at++) {
    if (scan.taken(at)) continue;
    const last = initialsAt(scan, at) ?? (scan.tokens[at]?.shape === 'upper' && scan.tokens[at]?.text.length === 2 ? at : null);
    if (last !== null && found.has(lettersOf(scan, at, last))) scan.report(at, last, 'name.initials', 'name.initials', 0.7);
  }
}

const subjects = new Set([...relations].filter(word => !['pcp', 'np', 'social', 'tech', 'provider', 'contact', 'specialist'].includes(word)));
/** Abbreviations with points, or of two capitals, that stand behind a word for a person all the same. */
const abbreviations = new Set(['us', 'uk', 'iv', 'im', 'po', 'er', 'ed', 'or', 'pm', 'am', 'ie', 'eg', 'md', 'do', 'rn', 'np', 'pa', 'pt', 'ot', 'hx', 'dx', 'rx', 'tx', 'sx', 'fx', 'bp', 'hr', 'rr', 'id', 'dm', 'mi', 'pe', 'mr', 'ms', 'dr', 'jr', 'sr', 'ct', 'gi', 'gu', 'ob', 'qd', 'sc', 'sq', 'ua', 'wt', 'ht', 'yo', 'la', 'ny', 'dc', 'ca', 'tb', 'hz', 'icu', 'ccu', 'bid', 'tid', 'prn', 'dob', 'mrn', 'ssn', 'pcp', 'poa', 'dnr', 'cc', 'lt', 'rt', 'va']);

/** Abbreviations that are written with points. */
const pointed = new Set(['us', 'usa', 'uk', 'iv', 'im', 'po', 'er', 'ed', 'am', 'pm', 'ie', 'eg', 'md', 'do', 'rn', 'np', 'pa', 'bid', 'tid', 'qid', 'prn', 'qd', 'dds', 'ph', 'lpn', 'dc', 'ny']);

/** "J.D.", "J. D.", "J.M.D.": the last token. */
function initialsAt(scan: Scan, at: number): number | null {
  let last = at - 1;
  let letters = '';
  for (let index = at; index < at + 6; index += 2) {
    const letter = scan.tokens[index];
    const point = scan.tokens[index + 1];
    if (letter?.shape !== 'letter' || point?.text !== '.' || !point.glued || letters.length > 0 && letter.breaks > 0) break;
    letters += letter.folded;
    last = index + 1;
  }
  return letters.length >= 2 && !pointed.has(letters) ? last : null;
}

/** "A.M., a 9-year-old", "R.T. is a 54 y/o": initials with an age behind them. */
function agedInitials(scan: Scan, at: number): number | null {
  const letter = scan.tokens[at];
  if (letter?.shape !== 'letter' || scan.tokens[at + 1]?.text !== '.') return null;
  let last = at - 1;
  let count = 0;
  for (let index = at; index < at + 6; index += 2) {
    const point = scan.tokens[index + 1];
    if (scan.tokens[index]?.shape !== 'letter' || point?.text !== '.' || !point.glued || count > 0 && (scan.tokens[index]?.breaks ?? 1) > 0) break;
    last = index + 1;
    count++;
  }
  if (count < 2) return null;
  const [one, two, three] = [1, 2, 3].map(step => scan.tokens[last + step]);
  if (one?.text === ',') return two?.folded === 'a' || two?.folded === 'an' ? three?.shape === 'number' ? last : null : two?.shape === 'number' || /^\d{1,3}(?:yo|y|f|m)$/iu.test(two?.text ?? '') ? last : null;
  return (one?.folded === 'is' || one?.folded === 'was') && (two?.folded === 'a' || two?.folded === 'an') && three?.shape === 'number' ? last : null;
}

/** "JD" right behind "patient" or "initials:". */
function pairAt(scan: Scan, at: number, label: string): number | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'upper' || token.text.length > 3 || token.breaks > 0 || scan.writing(at) === 'upper') return null;
  if (label === 'initials') return at;
  return token.text.length === 2 && !abbreviations.has(token.folded) && token.word < 5 && (label === 'patient' || label === 'pt' || label === 'client' || label === 'subject') ? at : null;
}

function lettersOf(scan: Scan, first: number, last: number): string {
  return scan.tokens.slice(first, last + 1).map(token => token.folded).join('');
}
