import {clinicalNouns, eponyms, wordBits} from '@sluice/gazetteer';
import {credentials, particles} from '../words/people.ts';
import {brands} from '../words/brands.ts';
import {doseUnits, medicalEnding, neverNames} from '../words/clinical.ts';
import type {Scan} from '../text/scan.ts';
import {animateVerbs} from './predicates.ts';
import type {Token} from '../text/tokens.ts';

/**
 * What a word is worth as a part of a name.
 *
 *   sure     listed as a name, no other word: Okonkwo
 *   fair     rare as a name and rare as a word
 *   both     common as a name and as a word: Grace, Young, Chase
 *   unknown  in no list
 *   eponym   listed as a name, and a disease or a device is named so: Parkinson
 *   initial  one capital
 *   none     a word
 */
export type Part = 'sure' | 'fair' | 'both' | 'unknown' | 'eponym' | 'initial' | 'none';

// Names that dictionaries list as words too ("maria" are the seas of the moon), although as a word hardly anybody writes them.
const firstOfAllNames = new Set(`maria john jack jimmy jenny jerry billy harry tom dick bob bobby sally molly polly kitty timothy ruth josh carol martin christian ken joe jane peter paul james henry charles george
  daisy jill jackie johnny jonathan louis lewis alexander alexandra martha matilda benjamin solomon abigail philip gilbert marian marina anna nelson dennis german sebastian davy teddy freddy sammy tommy willy betty annie emma ana ann lee kim smith jones
  isabella roger duncan kelly leo vera regina victoria virginia florence nancy lucy ally carmen sherry kerry perry terry larry barry garry randy andy sandy wendy cindy mandy brandy misty bryan ryan colin collin robin rob pat patty marty matt max maxim nick rick erick derrick eric
  mike josh matt sean shawn jake luke seth zach beth liz meg tess kate katie jess becky debbie cathy kathy susie nate ned ted fred hank gus jen stacy tracy casey corey dustin dwight elvis felix jasper jesse joel jules kyle lance lloyd lonnie ollie otto pablo pete ralph rudy stan toby troy wade wally zoe
  ali mohammed muhammad mohammad ahmed hassan`.trim().split(/\s+/));

export function partOf(token: Token): Part {
  return token.worth ??= judged(token);
}

function judged(token: Token): Part {
  if (token.shape === 'letter') return 'initial';
  if (token.shape === 'mark' || token.shape === 'number' || token.shape === 'code' || token.folded.length < 2) return 'none';
  if (neverNames.has(token.folded) || brands.has(token.folded) && token.given < 5) return 'none';
  const name = Math.max(token.given, token.surname);
  const word = token.word >= 2 && name >= 5 && firstOfAllNames.has(token.folded) ? 0 : token.word;
  if (clinicalNouns.has(token.folded) && word >= 1) return 'none';
  const medical = wordBits.medical(token.bits);
  if (medical && name < 5) return 'none';
  if (wordBits.proper(token.bits) && name < 4) return 'none';
  if (eponyms.has(token.folded) && word <= 3 && (name < 6 || (token.possessive && token.surname < 7))) return 'eponym';
  if (name === 0) return word === 0 && !medicalEnding.test(token.folded) ? 'unknown' : 'none';
  if (word <= 1 && name >= 3) return 'sure';
  if (word === 0) return name >= 2 || !medicalEnding.test(token.folded) ? 'fair' : 'none';
  if (word <= 2 && name >= 2) return 'fair';
  if (word >= 6) return name >= 5 ? 'both' : 'none';
  return name >= 4 || (word <= 3 && name >= 2) ? 'both' : 'none';
}

/** Whether a word may stand in a name by the way it is written, capitals counting. */
export function capital(token: Token | undefined): boolean {
  return token !== undefined && (token.shape === 'title' || token.shape === 'letter' || (token.shape === 'mixed' && (inner.test(token.text) || Math.max(token.given, token.surname) >= 2 && /^\p{Lu}.*\p{Ll}$/u.test(token.text))));
}

// Names with a capital inside: McAllister, DeShawn, O'Neil, LaToya. "MoCA" is none.
const inner = /^\p{Lu}(?:\p{Ll}{1,4}|['’])\p{Lu}\p{Ll}+(?:['’]?\p{Lu}\p{Ll}+)?$/u;

export function isParticle(token: Token | undefined): boolean {
  return token !== undefined && (token.shape === 'lower' || token.shape === 'title') && particles.has(token.folded);
}

/** A degree as written behind a name, with or without points: "MD", "M.D.", "Ph.D.", "RN". The index of its last token, or -1. */
export function credentialAt(scan: Scan, index: number): number {
  const token = scan.tokens[index];
  if (token === undefined) return -1;
  let letters = '';
  let at = index;
  for (; at < index + 8; at++) {
    const part = scan.tokens[at];
    if (part === undefined || (at > index && !part.glued) || part.shape === 'mark' && part.text !== '.') break;
    if (part.text !== '.') letters += part.text;
  }
  if (letters.length > 1 && letters.length < 6 && at > index + 2 && credentials.has(letters)) return at - 1;
  return credentials.has(token.text) ? index : -1;
}

/** Whether what follows says that the name is that of a disease, a sign, a device: "Foley catheter", "Hoehn and Yahr stage". */
export function eponymContext(scan: Scan, last: number): boolean {
  const own = scan.tokens[last];
  const grade = scan.tokens[last + 1];
  // "Mallampati 3", "Bosniak II", "Child-Pugh C": a grade behind the name of a scale.
  if (own !== undefined && grade !== undefined && grade.breaks === 0 && eponyms.has(own.folded) && !own.possessive && own.given < 5 && (/^(?:[A-F]|[IV]{1,3}[ab]?)$/u.test(grade.text) && scan.tokens[last + 2]?.text !== '.' || grade.shape === 'number' && grade.text.length <= 2)) return true;
  for (let at = last + 1, words = 0; at <= last + 5 && words < 3; at++) {
    const token = scan.tokens[at];
    if (token === undefined || token.breaks > 0) return false;
    if (token.shape === 'mark') {
      if (token.text !== '-' && token.text !== '/' && token.text !== '(' && token.text !== "'" && token.text !== '’') return false;
      continue;
    }
    if (clinicalNouns.has(token.folded)) return true;
    // "Driss tested negative": a verb between is the end of what the name could stand for.
    if (token.shape === 'lower' && (token.folded.length > 4 && token.folded.endsWith('ed') || animateVerbs.has(token.folded))) return false;
    if (words === 0 && token.shape === 'lower' && (wordBits.medical(token.bits) && token.word < 6 || medicalEnding.test(token.folded))) return true;
    if (doseUnits.has(token.folded) && !/['’]/u.test(token.text) && !(token.folded === 'im' && scan.tokens[at + 1]?.shape === 'lower' && (scan.tokens[at + 1]?.word ?? 0) >= 6)) return true;
    if (token.shape === 'number' && !scan.tokens[at - 1]?.possessive) {
      const unit = scan.tokens[at + 1];
      if (unit !== undefined && doseUnits.has(unit.folded)) return true;
    }
    words++;
    if (token.shape === 'lower' && token.word >= 6 && token.folded !== 'and' && words > 1) return false;
    if (personal.has(token.folded)) return false;
  }
  return false;
}
const personal = new Set(['is', 'was', 'has', 'had', 'reports', 'states', 'says', 'said', 'denies', 'presents', 'who', 'needs', 'will', 'did', 'does', 'for', 'with', 'to', 'in', 'of', 'on', 'at', 'by', 'from']);
