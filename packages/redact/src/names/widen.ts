import {titles, weakTitles} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {credentialAt} from './parts.ts';

/** Titles of orders and of rank that are words for relatives or offices besides: only with a capital, and not at the beginning of a sentence. */
const orderTitles = new Set(['sister', 'brother', 'father', 'mother', 'nurse', 'president', 'bishop', 'chief', 'coach', 'corporal', 'private', 'commander', 'major', 'general', 'mayor', 'minister', 'principal', 'chaplain', 'canon', 'abbot']);
/** Fellowships and certificates: FACP, FRCS, FAAP, CCRN, AGNP. Any may stand behind a degree. */
const letters = /^(?:[A-Z]{2,6}|[A-Z][a-z]?[A-Z]{1,3})$/u;
const suffixes = new Set(['ret', 'retd']);

/** Widens the finds of names by the titles before them and the degrees behind: "Lt. Col. Ridgeway (ret.)", "Rajesh Venkataraman, MD, FACG". They belong to the name, and rare ones tell who it is. */
export function widenNames(scan: Scan): void {
  const {spans} = scan;
  const count = spans.length;
  let token = 0;
  const order = spans.map((_, index) => index).filter(index => spans[index]?.class === 'A' && spans[index]?.kind !== 'name.employer' && spans[index]?.kind !== 'name.user').toSorted((a, b) => (spans[a]?.start ?? 0) - (spans[b]?.start ?? 0));
  for (const index of order) {
    const span = spans[index];
    if (span === undefined || index >= count) continue;
    while (token > 0 && (scan.tokens[token]?.start ?? 0) > span.start) token--;
    while (token < scan.tokens.length && (scan.tokens[token]?.end ?? 0) <= span.start) token++;
    const first = token;
    let last = first;
    while ((scan.tokens[last + 1]?.start ?? Infinity) < span.end) last++;
    const from = titlesBefore(scan, first);
    const to = degreesBehind(scan, last);
    if ((from < first || to > last) && span.kind !== null) scan.report(from, to, span.kind, span.rule, span.score);
  }
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
    const known = titles.has(title.folded) && (written || !weakTitles.has(title.folded) && (title.shape === 'lower' || title.shape === 'upper') && title.folded !== 'tn' && title.folded !== 'ny');
    if (!known && !(orderTitles.has(title.folded) && title.shape === 'title' && !scan.opens(at) && scan.writing(at) === 'normal')) break;
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
