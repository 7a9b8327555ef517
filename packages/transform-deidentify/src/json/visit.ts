import type {PathRule, Place} from './places.ts';
import {JsonFault, JsonScanner, type JsonKind} from './scan.ts';

/** A single value of a document. */
export interface JsonLeaf<R extends PathRule> {
  readonly place: Place<R>;
  /** The members that lead to it, from the outside in; elements of arrays have no name. The list is reused. */
  readonly names: readonly string[];
  /** As it is written. */
  readonly token: string;
  readonly kind: JsonKind;
}

/** Tells every single value of a document, also of what the rules keep, take out or say nothing about. Throws a {@link JsonFault} for what is not JSON or nested too deep. */
export function visitJson<R extends PathRule>(text: string, root: Place<R>, visit: (leaf: JsonLeaf<R>) => void): void {
  const scanner = new JsonScanner(text);
  const names: string[] = [];
  scanner.skipBlank();
  value(root, 0);
  scanner.skipBlank();
  if (scanner.at < text.length) throw new JsonFault('malformed', '$');

  function value(place: Place<R>, depth: number): void {
    const kind = scanner.kind(place.path);
    if (kind !== 'object' && kind !== 'array') {
      const start = scanner.scalar(kind, place.path);
      visit({place, names, token: text.slice(start, scanner.at), kind});
      return;
    }
    if (!scanner.enter(kind, place.path, depth)) return;
    do {
      scanner.toValue(kind, place.path);
      if (kind === 'array') value(place.element, depth + 1);
      else {
        names.push(scanner.name);
        value(place.member(scanner.name), depth + 1);
        names.pop();
      }
    } while (scanner.more(kind, place.path));
  }
}
