import {fold, streetEndings, streetPrefixes} from '@sluice/gazetteer';
import {capital, isParticle} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import type {Street} from './found.ts';
import {postCode, written} from './tail.ts';

const surePrefixes = new Set(['calle', 'avenida', 'rua', 'ulitsa', 'ulica', 'prospekt', 'jalan', 'travessa', 'alameda', 'praca', 'viale', 'piazza', 'улица', 'проспект', 'вулиця', 'шоссе', 'переулок', 'набережная', 'бульвар', 'carrera', 'calzada', 'rue', 'vulytsia', 'bulevardul', 'pereulok']);

/** "Rua das Flores, 123", "Calle de Alcalá 45", "12 rue de la Paix", "ul. Lenina, d. 5". */
export function prefixed(scan: Scan, at: number): Street | null {
  const prefix = scan.tokens[at];
  if (prefix === undefined || !streetPrefixes.has(prefix.folded) || prefix.shape === 'letter' && scan.tokens[at + 1]?.text !== '/') return null;
  let index = at + 1;
  if (scan.tokens[index]?.text === '.' || prefix.folded === 'c' && scan.tokens[index]?.text === '/') index++;
  if (prefix.folded === 'c' && index === at + 1) return null;
  let last = -1;
  for (let words = 0; words < 6; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index)) break;
    if (token.text === '-' && token.glued) continue;
    if (token.text === '.' && last === index - 1 && (scan.tokens[last]?.text.length ?? 9) <= 3) continue;
    if (!(written(token) || isParticle(token) || token.folded === 'a' || (token.shape === 'number' || token.shape === 'code' && token.text.length < 5) && words === 0 || prefix.shape === 'lower' && token.shape === 'lower' && token.word === 0 && token.text.length > 3)) break;
    if (written(token) || token.shape === 'number' || token.shape === 'code' || token.shape === 'lower' && !isParticle(token)) last = index;
    words++;
  }
  if (last < 0) return null;
  const before = scan.tokens[at - 1];
  const skipped = before?.text === ',' || before?.folded === 'bis' || before?.folded === 'ter' || before?.folded === 'quater';
  const beforeNumber = skipped ? scan.tokens[at - 2] : before;
  const numberedBefore = (beforeNumber?.shape === 'number' || beforeNumber?.shape === 'code') && /^\d{1,4}\p{L}{0,3}$/u.test(beforeNumber.text) && prefix.breaks === 0;
  const behind = houseNumber(scan, last);
  if (numberedBefore) return {first: skipped ? at - 2 : at - 1, last: behind ?? last, rule: 'street.prefix'};
  if (behind !== null) return {first: at, last: behind, rule: 'street.prefix'};
  return surePrefixes.has(prefix.folded) && written(scan.tokens[last]) && (prefix.folded !== 'rue' || prefix.shape === 'title' || scan.tokens[at + 1]?.folded === 'de' || scan.tokens[at + 1]?.folded === 'du') ? {first: at, last, rule: 'street.prefix'} : null;
}

/** The index of the house number behind `last`: "12", ", 12", "nº 12", ", d. 5", "12-14", "12a". Null when there is none. */
export function houseNumber(scan: Scan, last: number): number | null {
  let index = last + 1;
  for (let steps = 0; steps < 4; steps++, index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 || scan.taken(index)) return null;
    if ((token.shape === 'number' || token.shape === 'code') && /^\d{1,5}\p{L}?$/u.test(token.text)) {
      let end = index;
      while (end < index + 8 && (scan.tokens[end + 1]?.text === '-' || scan.tokens[end + 1]?.text === '/') && scan.tokens[end + 1]?.glued === true && scan.tokens[end + 2]?.glued === true && /^\d|^\p{L}$/u.test(scan.tokens[end + 2]?.text ?? '')) end += 2;
      return letterBehind(scan, end);
    }
    if (token.text !== ',' && token.text !== '.' && token.text !== '#' && token.text !== ':' && !houseWords.has(token.folded)) return null;
  }
  return null;
}
/** "12 B,": a letter that belongs to the number. */
function letterBehind(scan: Scan, end: number): number {
  const letter = scan.tokens[end + 1];
  const next = scan.tokens[end + 2];
  return letter !== undefined && (letter.shape === 'letter' || letter.folded === 'hs' || letter.folded === 'bis') && letter.breaks === 0 && (next === undefined || next.breaks > 0 || next.text === ',') ? end + 1 : end;
}

const houseWords = new Set(['n', 'no', 'nr', 'num', 'numero', 'nº', 'n°', '№', 'd', 'dom', 'bld', 'house', 'km', 'д', 'дом', 'б', 'буд']);
const endings = streetEndings.map(ending => fold(ending));
const endingWords = new Set([...endings, 'strasse', 'str', 'ut', 'ter', 'korut', 'ulica', 'ulice', 'cesta', 'caddesi', 'cad', 'cd', 'sokak', 'sok', 'sk', 'bulvari', 'sokagi', 'straeti', 'tanav', 'iela', 'gatve', 'puiestee', 'utcai', 'sor', 'koz']);

/** "Hauptstraße 12", "Berliner Str. 5", "Kerkstraat 14b", "Storgatan 3". */
export function ending(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token === undefined || !(token.shape === 'title' || token.shape === 'upper' || token.shape === 'lower')) return null;
  const single = endingWords.has(token.folded);
  const joined = !single && token.folded.length > 5 && endings.some(one => token.folded.endsWith(one) && token.folded.length >= one.length + 3);
  if (!single && !joined) return null;
  if (joined && token.shape === 'lower' && !token.folded.endsWith('strasse') && !token.folded.endsWith('straat') && !token.folded.endsWith('gatan')) return null;
  let first = at;
  if (single) {
    while (first > 0 && at - first < 4 && scan.tokens[first]?.breaks === 0 && (capital(scan.tokens[first - 1]) || (scan.tokens[first - 1]?.text === '-' && scan.tokens[first]?.glued === true)) && !scan.taken(first - 1)) first--;
    if (first === at) return null;
  } else {
    while (first > 0 && at - first < 2 && scan.tokens[first]?.breaks === 0 && scan.tokens[first - 1]?.shape === 'title' && scan.tokens[first - 1]?.word === 0 && !scan.taken(first - 1)) first--;
  }
  const end = houseNumber(scan, scan.tokens[at + 1]?.text === '.' ? at + 1 : at);
  const distinct = joined && token.word === 0 && /(?:strasse|straat|gatan|gracht|utca|katu|platz)$/u.test(token.folded);
  if (end === null) return distinct && token.shape === 'title' ? {first, last: at, rule: 'street.ending'} : null;
  if (joined && token.word >= 1) return null;
  return {first, last: end, rule: 'street.ending'};
}

const germanOpeners = new Set(['am', 'an', 'im', 'auf', 'zum', 'zur', 'unter', 'hinter', 'alter', 'alte', 'neue', 'neuer']);

/** "Am Markt 3, 18055 Rostock", "An der Alster 12, 20099 Hamburg": a preposition, a name and a number before a post code. */
export function german(scan: Scan, at: number): Street | null {
  const token = scan.tokens[at];
  if (token?.shape !== 'title' || !germanOpeners.has(token.folded)) return null;
  for (let index = at + 1; index < at + 5; index++) {
    const next = scan.tokens[index];
    if (next === undefined || next.breaks > 0 || scan.taken(index)) return null;
    if (next.shape === 'number') {
      const end = houseNumber(scan, index - 1) ?? index;
      const behind = scan.tokens[end + 1]?.text === ',' ? end + 2 : end + 1;
      return index > at + 1 && (scan.tokens[behind]?.text.length ?? 0) >= 4 && postCode(scan, behind) !== null ? {first: at, last: end, rule: 'street.preposition'} : null;
    }
    if (next.shape !== 'title' && !isParticle(next)) return null;
  }
  return null;
}
