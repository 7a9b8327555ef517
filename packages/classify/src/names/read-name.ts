import type {Evidence} from '../proposal.ts';
import {aboutWords, askingWords, nameRules, numberWords, personWords, providerWords} from './rules.ts';
import type {NameRule} from './rules.ts';
import {splitName} from './split-name.ts';

/** What is taken off for a word that was understood only as a misspelling. */
const GUESSED = 0.85;
/** What is left of a name that tells about a thing: the type of a phone is no phone. */
const ABOUT = 0.25;

/** What the name of a column says; `above` are the names of the documents or columns it lies in. Empty when it says nothing. */
export function readName(name: string, above: readonly string[] = []): Evidence[] {
  const {words, guessed} = splitName(name);
  const own = strongest(words);
  // `name` in `contact`, `line` in `address`: what lies above is the first part of the name.
  const context = above.slice(-2).flatMap(each => splitName(each).words);
  const wide = context.length === 0 ? null : strongest([...context, ...words]);
  const rule = own === null || (wide !== null && wide.at + wide.rule.words.length > context.length && wide.rule.words.length > own.rule.words.length) ? wide : own;
  if (rule === null) return [];
  const found = rule === wide ? {...rule, words: [...context, ...words]} : {...rule, words};
  return [inWords(found, guessed)];
}

interface Match {
  readonly rule: NameRule;
  readonly at: number;
}

/** The longest run of words that a rule knows; of equal ones the surer if it stands alone, else the last. */
function strongest(words: readonly string[]): Match | null {
  let best: Match | null = null;
  for (const rule of nameRules) {
    if (rule.alone ? rule.words.length !== words.length : rule.words.length > words.length) continue;
    for (let at = words.length - rule.words.length; at >= 0; at--) {
      if (!rule.words.every((word, i) => words[at + i] === word)) continue;
      if (best === null || isBetter({rule, at}, best)) best = {rule, at};
      break;
    }
  }
  return best;
}

/** An identifier before a generic word, as in `zip_code`, is not lost to it. */
const GENERIC = 0.6;
/** What says outright that a column is an identifier. */
const SURE = 0.9;

function isBetter(one: Match, other: Match): boolean {
  const [a, b] = [one.rule, other.rule];
  // The head of the name comes last: the phone of an emergency contact is a phone.
  if (isHead(one, other)) return true;
  if (isHead(other, one)) return false;
  if (a.words.length !== b.words.length && (a.words.length > b.words.length ? a : b).score >= GENERIC) return a.words.length > b.words.length;
  if ((a.class === 'none') !== (b.class === 'none') && Math.min(a.score, b.score) >= GENERIC) return b.class === 'none';
  if ((a.score < GENERIC) !== (b.score < GENERIC)) return a.score > b.score;
  return a.alone !== b.alone ? a.alone : one.at !== other.at ? one.at > other.at : a.score > b.score;
}

const isHead = (one: Match, other: Match): boolean => one.at >= other.at + other.rule.words.length && one.rule.score >= SURE && one.rule.class.length === 1;

function inWords({rule, at, words}: Match & {readonly words: readonly string[]}, guessed: boolean): Evidence {
  const said = rule.words.join(' ');
  const reason = guessed ? `the name reads nearly like "${said}"` : `the name reads "${said}"`;
  const rest = words.filter((_, i) => i < at || i >= at + rule.words.length);
  const head = words.at(-1)!;
  const isAbout = rule.class !== 'none' && rule.class !== 'quasi' && rule.class !== 'sensitive'
    && ((aboutWords.has(head) && at + rule.words.length < words.length) || (askingWords.has(words[0]!) && at > 0));
  let {score} = rule;
  let letter = rule.class;
  let {kind} = rule;
  if (guessed) score *= GUESSED;
  // The number of a test is not its result.
  if (letter === 'sensitive' && numberWords.has(head) && at + rule.words.length < words.length) return {class: 'R', kind: 'other', score: 0.6, reason: `the name reads "${said} ${head}"`, from: 'name'};
  if (isAbout) return {class: letter, kind, score: score * ABOUT, reason: `the name is about "${said}", not it`, from: 'name'};
  // A name, address or number beside the word of a person, or of those who treat.
  const ofPerson = rest.some(word => personWords.has(word));
  const ofProvider = rest.some(word => providerWords.has(word)) || (rule.class === 'provider' && !ofPerson);
  if (score < 0.9 && ofPerson && letter.length === 1) score = Math.min(0.95, score + 0.35);
  if (ofProvider && !ofPerson && ['A', 'B', 'D', 'E', 'F', 'H', 'K', 'R'].includes(letter)) {
    letter = 'provider';
    kind = null;
    score = Math.max(score, 0.75);
  }
  return {class: letter, kind, score, reason, from: 'name'};
}

/** What kind of rows a table has, by its name. */
export type TableKind = 'person' | 'provider' | 'other';

/** Words at the end of names of tables that tell nothing. */
const empty = new Set(['list', 'details', 'detail', 'info', 'information', 'data', 'directory', 'master', 'lookup', 'ref', 'profile', 'profiles', 'table', 'tbl', 'dim', 'fact', 'stg', 'vw', 'view', 'raw', 'record', 'history', 'log', 'archive', 'id', 'type']);

/** The head of the name decides: `hospital_patients` are patients, `patient_providers` are not providers alone. */
export function tableKind(name: string): TableKind {
  const words = splitName(name.split('.').at(-1)!).words.filter(word => !empty.has(word));
  const head = words.at(-1);
  if (head === undefined) return 'other';
  if (words.some(word => personWords.has(word))) return 'person';
  return providerWords.has(head) && words.every(word => providerWords.has(word) || !personWords.has(word)) ? 'provider' : 'other';
}
