import type {Place, PathRule} from './places.ts';
import {JsonFault, JsonScanner, type JsonContainer, type JsonKind} from './scan.ts';

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
 * Throws a {@link JsonFault}. Documents nested deeper than `MAX_DEPTH` are refused.
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
  if (place.inner || (place.deep && rule?.effect === 'value')) return rewriteContainer(scanner, kind, place, rewriting, depth);

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

function rewriteContainer<R extends PathRule>(scanner: JsonScanner, kind: JsonContainer, place: Place<R>, rewriting: Rewriting<R>, depth: number): string {
  const {text} = scanner;
  const open = scanner.at;
  if (!scanner.enter(kind, place.path, depth)) return text.slice(open, scanner.at);
  const first = scanner.at;
  const parts: string[] = [];
  let more: boolean;
  do {
    const start = scanner.at;
    scanner.toValue(kind, place.path);
    const valueAt = scanner.at;
    const value = rewriteValue(scanner, kind === 'object' ? place.member(scanner.name) : place.element, rewriting, depth + 1);
    const end = scanner.at;
    more = scanner.more(kind, place.path);
    if (value === GONE) continue;
    // Blanks go with what they stand beside; the comma or the bracket after them does not.
    const part = text.slice(start, valueAt) + value + text.slice(end, scanner.at - 1);
    // What stands first now has the blanks of what stood first, so that what `jsonb` of PostgreSQL printed stays as it prints.
    parts.push(parts.length > 0 || start === first ? part : blanksAt(text, first) + part.trimStart());
  } while (more);
  return `${text[open]!}${parts.join(',')}${text[scanner.at - 1]!}`;
}

function blanksAt(text: string, at: number): string {
  let end = at;
  while (' \t\n\r'.includes(text[end]!)) end++;
  return text.slice(at, end);
}
