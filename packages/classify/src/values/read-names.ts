import {fold, foldPhrase, gazetteer, isStateCode, strongFacilityHeads} from '@sluice/gazetteer';
import type {Evidence} from '../proposal.ts';
import {percent} from './read-values.ts';
import {share} from './column-values.ts';

/** Most values that are looked up. */
const MOST = 200;
/** With fewer different values, a list of words may look like names. */
const FEWEST = 3;

/** Names of people and of places among the values. */
export function readNames(distinct: readonly string[]): Evidence[] {
  const values = distinct.slice(0, MOST).filter(value => value.length <= 80 && /\p{L}/u.test(value));
  if (values.length < FEWEST || values.length < 0.6 * Math.min(distinct.length, MOST)) return [];
  const found: Evidence[] = [];
  const trust = values.length >= 8 ? 1 : 0.85;
  const say = (kind: 'name.given' | 'name.family' | 'name.full' | 'geo.city' | 'geo.county' | 'geo.facility', score: number, reason: string) =>
    found.push({class: kind.startsWith('name') ? 'A' : 'B', kind, score: score * trust, reason, from: 'values'});

  const states = share(values, value => isStateCode(value));
  if (states >= 0.8) return [{class: 'quasi', kind: null, score: 0.75, reason: `${percent(states)} of the values seen are codes of states`, from: 'values'}];

  const single = values.filter(value => !/\s/.test(value));
  if (single.length >= 0.7 * values.length) {
    const isName = (as: 'given' | 'surname') => (value: string) => commonness(value, as) > 0 && (values.length >= 5 || !isWord(value, 1));
    const given = share(single, isName('given'));
    const family = share(single, isName('surname'));
    // Colours are surnames, too: among names, most are nothing else.
    const others = share(single, value => Math.max(commonness(value, 'given'), commonness(value, 'surname')) > 0 && !isWord(value, 4));
    if (others >= 0.4 && (given >= 0.6 || family >= 0.6)) {
      const [kind, part] = given >= family ? ['name.given', given] as const : ['name.family', family] as const;
      say(kind, 0.65 + 0.3 * part, `${percent(part)} of the values seen are ${kind === 'name.given' ? 'given names' : 'surnames'}`);
    }
  }
  const full = share(values, isFullName);
  if (full >= 0.5) say('name.full', 0.6 + 0.35 * full, `${percent(full)} of the values seen are names of people`);

  const cities = share(values, value => gazetteer().place(value)?.kind === 'city' && !isOrdinary(value));
  if (cities >= 0.6) say('geo.city', 0.45 + 0.45 * cities, `${percent(cities)} of the values seen are names of cities`);
  const counties = share(values, value => gazetteer().place(value)?.kind === 'county' || / (?:county|parish|borough)$/i.test(value));
  if (counties >= 0.5) say('geo.county', 0.5 + 0.4 * counties, `${percent(counties)} of the values seen are names of counties`);
  const facilities = share(values, isFacility);
  if (facilities >= 0.5) say('geo.facility', 0.5 + 0.3 * facilities, `${percent(facilities)} of the values seen are names of facilities`);
  return found;
}

const isWord = (value: string, rank: number): boolean => gazetteer().facts(value).word >= rank;

/** How common a word is as a name; 0 when it is as common as an ordinary word. Figures at its end, as test data have them, do not count. */
function commonness(word: string, as: 'given' | 'surname'): number {
  return Math.max(...word.replace(/\d+$/, '').split(/[-‐]/).map(part => {
    const facts = gazetteer().facts(part);
    const rank = facts[as];
    return facts.medical || facts.proper || (facts.word >= 4 && rank < 5) || (facts.word > 0 && rank < 2) ? 0 : rank;
  }));
}

function isFullName(value: string): boolean {
  const parts = value.replace(/^(?:mr|mrs|ms|miss|dr|prof|herr|frau|sr|sra|m|mme)\.? /i, '').split(/[\s,]+/).filter(part => part !== '');
  if (parts.length < 2 || parts.length > 6 || /\d{3}|[@/:;]/.test(value)) return false;
  const names = parts.filter(part => /^\p{Lu}\.?$/u.test(part) || commonness(part, 'given') > 0 || commonness(part, 'surname') > 0 || /^(?:de|la|van|von|der|den|del|da|dos|bin|al|el|jr|sr|ii|iii)\.?$/i.test(part));
  const sure = parts.filter(part => part.length > 1 && Math.max(commonness(part, 'given'), commonness(part, 'surname')) > 0);
  return names.length >= parts.length - (parts.length > 3 ? 1 : 0) && sure.length >= 1;
}

function isOrdinary(value: string): boolean {
  const facts = gazetteer().facts(value);
  return facts.word >= 5 || facts.medical;
}

function isFacility(value: string): boolean {
  const words = foldPhrase(value).split(' ');
  return words.length >= 2 && (strongFacilityHeads.has(words.at(-1)!) || strongFacilityHeads.has(words.slice(-2).join(' ')) || words.slice(0, -1).some(word => ['hospital', 'clinic', 'university', 'medical'].includes(fold(word))));
}
