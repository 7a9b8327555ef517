import {clinicalNouns, strongFacilityHeads, wordBits} from '@sluice/gazetteer';
import {relations, titles, weakTitles} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {neverNames} from '../words/clinical.ts';
import {capital, credentialAt, isParticle} from './parts.ts';
import {monthNames} from './word-names.ts';

/** Titles of orders and of rank that are words for relatives or offices besides: only with a capital, and not at the beginning of a sentence. */
const orderTitles = new Set(['sister', 'brother', 'father', 'mother', 'nurse', 'president', 'bishop', 'chief', 'coach', 'corporal', 'private', 'commander', 'major', 'general', 'mayor', 'minister', 'principal', 'chaplain', 'canon', 'abbot']);
/** Titles that are no words for relatives, but too rare, or words of English, to show a name by themselves. */
const honorifics = new Set(['congresswoman', 'councilman', 'councilwoman', 'alderman', 'ambassador', 'mayor', 'bishop', 'archbishop', 'cardinal', 'sensei', 'maestro', 'lola', 'lolo', 'kuya', 'tita', 'tito', 'oma', 'opa', 'nonna', 'nonno', 'yiayia', 'bubbe', 'zayde', 'ltcol', 'cmdr', 'cdr', 'ens', 'spc', 'pfc', 'ssgt', 'msgt', 'tsgt', 'gysgt', 'commander', 'abuelita', 'abuelito', 'lic', 'ing', 'dipl', 'mag', 'prof', 'doz', 'uncle', 'aunt', 'auntie', 'grandma', 'grandpa', 'granny', 'doc', 'sensei', 'guru', 'pandit', 'ayatollah', 'mullah', 'cantor', 'elder', 'vicar', 'curate', 'superior', 'hrh', 'count', 'countess', 'baron', 'baroness', 'princess', 'prince', 'queen', 'king']);
/** Fellowships and certificates: FACP, FRCS, FAAP, CCRN, AGNP. Any may stand behind a degree. */
const letters = /^(?:[A-Z]{2,6}|[A-Z][a-z]?[A-Z]{1,3})$/u;
const suffixes = new Set(['ret', 'retd']);

/** Widens the finds of names by the titles before them and the degrees behind: "Lt. Col. Ridgeway (ret.)", "Rajesh Venkataraman, MD, FACG". They belong to the name, and rare ones tell who it is. */
export function widenNames(scan: Scan): void {
  const {spans} = scan;
  const count = spans.length;
  let token = 0;
  for (let index = 0; index < count; index++) if (spans[index]?.rule === 'place.town') townAsSurname(scan, spans[index]?.start ?? 0, spans[index]?.end ?? 0);
  const order = spans.map((_, index) => index).filter(index => spans[index]?.class === 'A' && spans[index]?.kind !== 'name.employer' && spans[index]?.kind !== 'name.user').toSorted((a, b) => (spans[a]?.start ?? 0) - (spans[b]?.start ?? 0));
  for (const index of order) {
    const span = spans[index];
    if (span === undefined || index >= count) continue;
    while (token > 0 && (scan.tokens[token]?.start ?? 0) > span.start) token--;
    while (token < scan.tokens.length && (scan.tokens[token]?.end ?? 0) <= span.start) token++;
    const first = token;
    let last = first;
    while ((scan.tokens[last + 1]?.start ?? Infinity) < span.end) last++;
    const own = span.rule !== 'name.label' && span.kind !== 'name.initials';
    const from = titlesBefore(scan, byname(scan, own ? givenBefore(scan, first) : first));
    const to = degreesBehind(scan, own ? familyBehind(scan, last, span.rule === 'name.title') : last);
    if ((from < first || to > last) && span.kind !== null) scan.report(from, to, span.kind, span.rule, span.score);
  }
}

/** "Temperance Aldridge": what was taken for a town is a surname behind a given name. */
function townAsSurname(scan: Scan, start: number, end: number): void {
  const at = scan.firstAt(start);
  const [given, town] = [scan.tokens[at - 1], scan.tokens[at]];
  if (given?.shape !== 'title' || town?.shape !== 'title' || town.end !== end || town.breaks > 0 || town.surname < 4 || given.given < 3 || scan.taken(at - 1) || neverNames.has(given.folded) || clinicalNouns.has(given.folded)) return;
  scan.report(at - 1, at, 'name.full', 'name.town', 0.86);
}

/** "Big Mike", "Little Rosa": what the person is called before a given name. */
function byname(scan: Scan, first: number): number {
  const word = scan.tokens[first - 1];
  const own = scan.tokens[first];
  return word?.shape === 'title' && bynames.has(word.folded) && own !== undefined && own.breaks === 0 && own.shape === 'title' && own.given >= 2 && !scan.taken(first - 1) ? first - 1 : first;
}
const bynames = new Set(['big', 'little', 'old', 'young', 'tiny', 'crazy', 'lucky', 'fat', 'skinny', 'baby', 'papa', 'mama', 'cousin', 'red']);

/** Months that are given names. */
const namedMonths = new Set(['jun', 'jan', 'mar', 'may', 'april', 'june', 'august', 'christian']);

/** "Tor Aune", "Semi Vunipola": a word with a capital before a surname, when some people are called so. */
function givenBefore(scan: Scan, first: number): number {
  const token = scan.tokens[first - 1];
  const own = scan.tokens[first];
  if (token?.shape !== 'title' || own === undefined || own.breaks > 0 || !capital(own) || own.surname + own.given === 0 && own.word > 0 || scan.taken(first - 1) || token.possessive || scan.writing(first) !== 'normal') return first;
  if (neverNames.has(token.folded) && !(namedMonths.has(token.folded) && own.surname >= 3) || clinicalNouns.has(token.folded) || token.folded.length < 3 || relations.has(token.folded) || strongFacilityHeads.has(token.folded)) return first;
  // In the middle of a sentence, behind a word in small letters, a word with a capital before a surname is a given name whatever it is: "of Temperance Aldridge".
  const middle = scan.tokens[first - 2]?.shape === 'lower' && token.breaks === 0 && own.surname >= 3 && own.word <= 1 && !wordBits.medical(token.bits) && !wordBits.proper(token.bits);
  if (token.given < (scan.opens(first - 1) ? 2 : 1) && !middle) return first;
  return scan.tokens[first - 2]?.shape === 'title' && scan.tokens[first - 1]?.breaks === 0 && !scan.opens(first - 1) && (scan.tokens[first - 2]?.given ?? 0) === 0 ? first : first - 1;
}

/** "Maarten de Wit", "Virgil Christian": behind a given name, a surname that is a word. */
function familyBehind(scan: Scan, last: number, titled: boolean): number {
  const own = scan.tokens[last];
  if (own === undefined || own.given < 3 || own.possessive || own.shape !== 'title' || scan.writing(last) !== 'normal') return last;
  let at = last + 1;
  while (at < last + 3 && scan.tokens[at]?.shape === 'lower' && isParticle(scan.tokens[at])) at++;
  const token = scan.tokens[at];
  const next = scan.tokens[at + 1];
  if (token?.shape !== 'title' || scan.taken(at) || !titled && token.surname < 1 && (token.word > 0 || wordBits.proper(token.bits) && at === last + 1)) return last;
  for (let index = last + 1; index <= at; index++) if ((scan.tokens[index]?.breaks ?? 1) > 0) return last;
  const surname = token.surname >= 5 && neverNames.has(token.folded) && !monthNames.has(token.folded);
  if (neverNames.has(token.folded) && !surname || clinicalNouns.has(token.folded) || strongFacilityHeads.has(token.folded) || next?.shape === 'title' && next.breaks === 0 && at === last + 1 || wordBits.medical(token.bits) && token.surname < 3 && !titled) return last;
  // "María de los Ángeles Soto".
  return at > last + 1 && next?.shape === 'title' && next.breaks === 0 && next.surname >= 3 && !scan.taken(at + 1) ? at + 1 : at;
}

/** "DE LA FUENTE": particles in capitals, which are read as words elsewhere. */
const upperParticles = new Set(['de', 'del', 'la', 'las', 'los', 'di', 'da', 'dos', 'van', 'von', 'der', 'den', 'al', 'el', 'bin', 'abu', 'st', 'ter', 'ten']);

/** The first token of the titles that end before `first`. */
function titlesBefore(scan: Scan, first: number): number {
  let from = first;
  for (let steps = 0; steps < 4; steps++) {
    if ((scan.tokens[from]?.breaks ?? 1) > 0) break;
    const particle = scan.tokens[from - 1];
    if (particle?.shape === 'upper' && scan.writing(from - 1) === 'upper' && upperParticles.has(particle.folded) && !scan.taken(from - 1)) {
      from--;
      continue;
    }
    const point = scan.tokens[from - 1]?.text === '.' && scan.tokens[from - 1]?.glued === true;
    const at = point ? from - 2 : from - 1;
    const title = scan.tokens[at];
    if (title === undefined || title.possessive || scan.taken(at)) break;
    const written = title.shape === 'title' || title.shape === 'upper' && scan.writing(at) === 'upper';
    const doctor = title.folded === 'doctor' && (title.shape === 'lower' || title.shape === 'title');
    const known = doctor || titles.has(title.folded) && (written || !weakTitles.has(title.folded) && (title.shape === 'lower' || title.shape === 'upper') && title.folded !== 'tn' && title.folded !== 'ny');
    if (!known && !(honorifics.has(title.folded) && title.shape === 'title') && !(orderTitles.has(title.folded) && title.shape === 'title' && !scan.opens(at) && scan.writing(at) === 'normal')) break;
    from = at;
  }
  return from;
}

/** The last token of the degrees that begin behind `last`. */
function degreesBehind(scan: Scan, last: number): number {
  let to = last;
  let found = false;
  for (let steps = 0; steps < 8; steps++) {
    const mark = scan.tokens[to + 1];
    if (mark === undefined || mark.breaks > 0) break;
    if (mark.text === '(' && suffixes.has(scan.tokens[to + 2]?.folded ?? '')) {
      const close = scan.tokens[to + 3]?.text === '.' ? to + 4 : to + 3;
      return scan.tokens[close]?.text === ')' ? close : to + 2;
    }
    const at = mark.text === ',' || mark.text === '-' && mark.glued && found || mark.text === '/' && found ? to + 2 : to + 1;
    const token = scan.tokens[at];
    if (token === undefined || token.breaks > 0 || scan.taken(at)) break;
    let end = credentialAt(scan, at);
    if (end < 0 && found && at === to + 2 && ((mark.text === '-' || mark.text === '/') && /^[A-Z]{1,3}$/u.test(token.text) || letters.test(token.text) && scan.writing(at) !== 'upper')) end = at;
    // "SMITH MA" in capitals may be a state or a word: there only behind a comma.
    if (end < 0 || at === to + 1 && scan.writing(at) === 'upper' && !found && token.text.length < 3) break;
    found = true;
    to = end;
  }
  return to;
}
