import {eponyms, gazetteer, placeOf} from '@sluice/gazetteer';
import {personVerbs} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {after, before} from './context.ts';
import {noteFollows, predicate} from './predicates.ts';
import {drugVerbs, fullOwner, owns} from './owners.ts';
import {asking, auxiliaries, drugWorks, paired, subject} from './subjects.ts';
import {capital, eponymContext, type Part} from './parts.ts';
import type {Run} from './read-run.ts';

/** Every sum of `worth` is compared with this. */
const threshold = 2.5;

/** Whether the run adds up to the name of a person: by what its words are worth, and by what stands beside them. */
export function isName(scan: Scan, run: Run): boolean {
  return worth(scan, run) >= threshold;
}

const partWorth: Readonly<Record<Part, number>> = {sure: 3, fair: 2.6, both: 1.2, unknown: 1.5, eponym: 1.2, initial: 0.3, none: -3};
const caselessWorth: Readonly<Record<Part, number>> = {sure: 2.2, fair: 1.2, both: 0.7, unknown: 0.4, eponym: 0.5, initial: 0.2, none: -3};

/** What the run adds up to. */
function worth(scan: Scan, run: Run): number {
  const values = run.caseless ? caselessWorth : partWorth;
  const words = run.parts.filter(one => one.part !== 'initial');
  const led = before(scan, run.first, run);
  const followed = after(scan, run);
  const said = subject(scan, run);
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
    else if (words.every(one => eponyms.has(scan.tokens[one.index]?.folded ?? '')) && (firstWord?.given ?? 0) < 5 && led + followed < 1) sum -= 4;
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
  sum += led + followed + said;
  // A surname that a device or a disease is called by too, at the beginning of a sentence, with nothing that shows a person.
  if (run.parts.length === 1 && words[0]?.part === 'sure' && scan.opens(run.first) && eponyms.has(firstWord?.folded ?? '') && said + led + followed < 0.6) sum -= 0.6;
  // "a Doppler", "an Amplatz": people are not counted.
  const article = scan.tokens[run.first - 1]?.folded;
  if (run.parts.length === 1 && !run.caseless && scan.tokens[run.first]?.breaks === 0 && (article === 'a' || article === 'an') && followed < 1) sum -= 1;
  // "Hinchey II": a grade behind one word.
  const graded = scan.tokens[run.last + 1];
  if (run.parts.length === 1 && !run.caseless && graded?.breaks === 0 && /^(?:I{1,3}|IV|VI?)[ab]?$/u.test(graded.text) && scan.tokens[run.last + 2]?.text !== ',') sum -= 2;
  if (words.length === 1 && words[0]?.part === 'both' && run.parts.length === 1 && paired(scan, run)) sum += 2;
  if (words.length === 1 && words[0]?.part === 'eponym' && run.parts[0]?.part !== 'initial') sum -= 1;
  // One word in capitals among others that are not is an abbreviation, unless something says person.
  const capitals = scan.tokens[run.first];
  if (words.length === 1 && capitals?.shape === 'upper' && scan.writing(run.first) !== 'upper' && (led < 1 && followed < 1.5 || capitals.text.length <= 4 && Math.max(capitals.given, capitals.surname) < 5)) sum -= 3;
  if (words.length === 1 && capitals !== undefined && capitals.folded.length === 2 && !(capitals.given >= 4 && scan.opens(run.first) && predicate(scan, run.last + 1) === 2)) sum -= 1.2;
  if (predicate(scan, run.last + 1) < 2 && !noteFollows(scan, run.last + 1) && eponymContext(scan, run.last)) {
    const hyphened = scan.tokens.slice(run.first, run.last + 1).some(token => token.text === '-');
    sum -= words.length >= 2 && !hyphened && ((firstWord?.given ?? 0) >= 5 || fullOwner(scan, run)) || owns(scan, run) ? 0 : 8;
  } else if (words.length >= 2 && led < 1 && words.some(one => eponyms.has(scan.tokens[one.index]?.folded ?? '')) && ((firstWord?.given ?? 0) < 5 || words.every(one => eponyms.has(scan.tokens[one.index]?.folded ?? ''))) && words.every((one, index) => index === 0 || scan.tokens[one.index]?.glued === true)) {
    // Surnames joined by a hyphen with no given name before them, one of which is an eponym: "rule out Mallory-Weiss".
    sum -= 6;
  }
  // "The river rose": without capitals an article leads to words, not to a name.
  if (run.caseless && scan.writing(run.first) === 'lower' && ['the', 'a', 'an'].includes(scan.tokens[run.first - 1]?.folded ?? '') && scan.tokens[run.first]?.breaks === 0) sum -= 2.5;
  return sum;
}

const articles = new Set(['the', 'a', 'an', 'of', 'or', 'and', 'on', 'this', 'that', 'some', 'any', 'no', 'his', 'her', 'their', 'my', 'your']);
