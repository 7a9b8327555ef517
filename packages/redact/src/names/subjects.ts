import {clinicalNouns, eponyms, gazetteer, placeOf, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {partOf} from './parts.ts';
import {bareNouns, noteFollows, predicate} from './predicates.ts';
import type {Run} from './read-run.ts';

/**
 * A word with a capital, without article, before a verb in the third person. A count noun or an adjective cannot be a subject like that ("Bishop had", "Precious was"), so it is a name;
 * what stands without article in the language ("Hope is", "Park was") needs a verb of people ("Hope wants").
 */
export function subject(scan: Scan, run: Run): number {
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
export function paired(scan: Scan, run: Run): boolean {
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

/** Whether the text or a line begins here. */
export function startsLine(scan: Scan, at: number): boolean {
  return at === 0 || (scan.tokens[at]?.breaks ?? 0) > 0;
}

/** "femi w/ chest pain", "giorgos, 34", "lupe here for": how notes in small letters go on behind a name. */
function lowerFollows(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && token.breaks === 0 && (token.text === ',' || ['w', 'with', 'here', 'is', 'has', 'c', 'and', 'needs'].includes(token.folded) || /^\d{1,3}(?:yo|y|f|m)?$/iu.test(token.text));
}

/** Words behind which a subject comes. */
export const auxiliaries = new Set(['is', 'does', 'can', 'should', 'did', 'has', 'was', 'will', 'could', 'would', 'do', 'if', 'and', 'but', 'when', 'because']);
/** What begins a question: a word that no list has behind it is its subject, a person unless what follows is what drugs do. */
export const asking = new Set([...auxiliaries, 'why', 'how', 'so', 'then', 'while']);
const questions = new Set(['did', 'does', 'should', 'can', 'is', 'was', 'has', 'will', 'would', 'could']);
export const drugWorks = new Set(['cause', 'causes', 'work', 'works', 'help', 'helps', 'interact', 'interacts', 'affect', 'affects', 'safe', 'approved', 'covered', 'better', 'available', 'ok', 'okay', 'indicated', 'contraindicated', 'effective', 'used', 'dosed', 'given', 'prolong', 'raise', 'lower', 'increase', 'decrease', 'treat', 'treats', 'prevent', 'require', 'contain', 'replace', 'appropriate', 'generic', 'teratogenic', 'cheaper', 'stronger', 'worse', 'renally', 'positive', 'negative', 'be', 'an', 'a', 'the', 'trigger', 'worsen', 'lead', 'or', 'and', 'vs', 'versus', 'for', 'in', 'on', 'with']);
