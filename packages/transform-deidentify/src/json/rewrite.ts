import type {Place, PathRule} from './places.ts';
import {JsonFault, JsonScanner, MAX_DEPTH, unescapeString, type JsonKind} from './scan.ts';

export interface Rewriting<R extends PathRule> {
  /** What becomes of a single value: JSON text again, or null when it goes. Not asked about what is kept or dropped. */
  value(rule: R, token: string, kind: JsonKind): string | null;
  /** Something no rule decides about: throws, or returns and it goes. */
  undecided(place: Place<R>, kind: JsonKind): void;
}

/** It goes, and the comma with it. */
const GONE = null;

/**
 * Changes a document as the rules say. Whatever they leave alone comes out byte for byte as it went in:
 * digits, escapes, blanks, the order of members and members of the same name. Null when the whole document goes.
 * Throws a {@link JsonFault}. Documents nested deeper than {@link MAX_DEPTH} are refused.
 */
export function rewriteJson<R extends PathRule>(text: string, root: Place<R>, rewriting: Rewriting<R>): string | null {
  const scanner = new JsonScanner(text);
  scanner.skipBlank();
  const start = scanner.at;
  const out = rewriteValue(scanner, root, rewriting, 0);
  const end = scanner.at;
  scanner.skipBlank();
  if (scanner.at < text.length) throw new JsonFault('malformed', '$');
  return out === GONE ? null : text.slice(0, start) + out + text.slice(end);
}

function rewriteValue<R extends PathRule>(scanner: JsonScanner, place: Place<R>, rewriting: Rewriting<R>, depth: number): string | null {
  const kind = scanner.kind(place.path);
  const {rule} = place;
  if (kind !== 'object' && kind !== 'array') {
    const start = scanner.scalar(kind, place.path);
    const token = scanner.text.slice(start, scanner.at);
    switch (rule?.effect) {
      case 'keep': return token;
      case 'drop': return GONE;
      case 'value': return rewriting.value(rule, token, kind);
    }
    // No object, no array: none of the values the paths mean, and nothing said.
    if (place.inner && kind === 'null') return token;
    if (place.inner && rule === null) throw new JsonFault('scalar', place.path, kind);
    rewriting.undecided(place, kind);
    return GONE;
  }
  if (rule?.effect === 'value' && !place.inner && !place.deep) throw new JsonFault('container', place.path, kind);
  if (place.inner || (place.deep && rule?.effect === 'value')) return kind === 'object' ? object(scanner, place, rewriting, depth) : array(scanner, place, rewriting, depth);

  const start = scanner.at;
  scanner.skip(place.path, depth);
  switch (rule?.effect) {
    case 'keep': return scanner.text.slice(start, scanner.at);
    case 'drop': return GONE;
    default:
      rewriting.undecided(place, kind);
      return GONE;
  }
}

function object<R extends PathRule>(scanner: JsonScanner, place: Place<R>, rewriting: Rewriting<R>, depth: number): string {
  if (depth >= MAX_DEPTH) throw new JsonFault('tooDeep', place.path);
  const {text} = scanner;
  const parts: string[] = [];
  scanner.at++;
  let start = scanner.at;
  scanner.skipBlank();
  if (scanner.take(125)) return text.slice(start - 1, scanner.at);
  for (;;) {
    scanner.skipBlank();
    if (scanner.kind(place.path) !== 'string') throw new JsonFault('malformed', place.path);
    const nameAt = scanner.scalar('string', place.path);
    const name = unescapeString(text.slice(nameAt, scanner.at));
    scanner.skipBlank();
    scanner.expect(58, place.path);
    scanner.skipBlank();
    const valueAt = scanner.at;
    const value = rewriteValue(scanner, place.member(name), rewriting, depth + 1);
    const end = scanner.at;
    scanner.skipBlank();
    if (value !== GONE) parts.push(text.slice(start, valueAt) + value + text.slice(end, scanner.at));
    if (scanner.take(125)) return `{${parts.join(',')}}`;
    scanner.expect(44, place.path);
    start = scanner.at;
  }
}

function array<R extends PathRule>(scanner: JsonScanner, place: Place<R>, rewriting: Rewriting<R>, depth: number): string {
  if (depth >= MAX_DEPTH) throw new JsonFault('tooDeep', place.path);
  const {text} = scanner;
  const parts: string[] = [];
  scanner.at++;
  let start = scanner.at;
  scanner.skipBlank();
  if (scanner.take(93)) return text.slice(start - 1, scanner.at);
  for (;;) {
    scanner.skipBlank();
    const valueAt = scanner.at;
    const value = rewriteValue(scanner, place.element, rewriting, depth + 1);
    const end = scanner.at;
    scanner.skipBlank();
    if (value !== GONE) parts.push(text.slice(start, valueAt) + value + text.slice(end, scanner.at));
    if (scanner.take(93)) return `[${parts.join(',')}]`;
    scanner.expect(44, place.path);
    start = scanner.at;
  }
}
