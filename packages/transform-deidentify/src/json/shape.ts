import {formatJsonPath, type JsonStep} from './path.ts';
import {JsonFault, JsonScanner} from './scan.ts';

interface Shape {
  /** Single values stand here; otherwise only objects and arrays. */
  single: boolean;
  readonly members: Map<string, Shape>;
  element: Shape | null;
  /** More different members than a record has: their names are data, and all are one. */
  wide: Shape | null;
}

/** Members of one place beyond which their names are taken for data: a map by day or by person, not a record. */
const WIDE = 100;

/**
 * The paths of the single values of some documents, for somebody who has to decide about them; in the order they were met.
 * Holds names of members, and so perhaps data: it is for the eyes of whoever may see the documents. Texts that are not JSON are passed over.
 */
export function documentPaths(documents: Iterable<string>): string[] {
  const root = shape();
  for (const document of documents) {
    const scanner = new JsonScanner(document);
    try {
      scanner.skipBlank();
      walk(scanner, root, 0);
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
    }
  }
  const paths: string[] = [];
  list(root, [], paths);
  return paths;
}

const shape = (): Shape => ({single: false, members: new Map(), element: null, wide: null});

function walk(scanner: JsonScanner, here: Shape, depth: number): void {
  const kind = scanner.kind('$');
  if (kind !== 'object' && kind !== 'array') {
    scanner.scalar(kind, '$');
    // A null may stand for an object as well.
    if (kind !== 'null' || (here.members.size === 0 && !here.element && !here.wide)) here.single = true;
    return;
  }
  if (!scanner.enter(kind, '$', depth)) {
    if (here.members.size === 0 && !here.element && !here.wide) here.single = true;
    return;
  }
  do {
    scanner.toValue(kind, '$');
    walk(scanner, kind === 'array' ? here.element ??= shape() : memberOf(here, scanner.name), depth + 1);
  } while (scanner.more(kind, '$'));
}

function memberOf(here: Shape, name: string): Shape {
  if (here.wide) return here.wide;
  let member = here.members.get(name);
  if (!member) {
    if (here.members.size >= WIDE) {
      here.wide = [...here.members.values()].reduce(merged);
      here.members.clear();
      return here.wide;
    }
    here.members.set(name, member = shape());
  }
  return member;
}

function merged(into: Shape, other: Shape): Shape {
  into.single ||= other.single;
  if (other.wide) into.wide = into.wide ? merged(into.wide, other.wide) : other.wide;
  if (other.element) into.element = into.element ? merged(into.element, other.element) : other.element;
  for (const [name, member] of other.members) merged(memberOf(into, name), member);
  return into;
}

function list({single, members, element, wide}: Shape, steps: readonly JsonStep[], paths: string[]): void {
  if (single) paths.push(formatJsonPath(steps));
  for (const [name, member] of members) list(member, [...steps, {kind: 'member', name}], paths);
  if (wide) list(wide, [...steps, {kind: 'anyMember'}], paths);
  if (element) list(element, [...steps, {kind: 'element'}], paths);
}
