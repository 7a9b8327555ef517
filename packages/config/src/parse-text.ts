import type {Document, LineCounter, Node, Pair, YAMLMap} from 'yaml';
import {yaml} from './yaml.ts';

export interface TextProblem {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ParsedText {
  /** Plain data; meaningless when there are problems. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  position(path: readonly (string | number)[], of: 'value' | 'key'): {readonly line: number; readonly column: number};
  /** Whether nothing is written where a value is expected, which YAML takes for null. */
  isBlank(path: readonly (string | number)[]): boolean;
}

/** Parses YAML or JSON, keeps where everything stands, and finds all problems at once. */
export function parseText(text: string, format: 'yaml' | 'json'): ParsedText {
  const {isAlias, isScalar, LineCounter, parseAllDocuments} = yaml();
  const lines = new LineCounter();
  // JSON is read as YAML, which it is a part of: that gives places, and finds duplicate keys.
  // Core schema either way: YAML's own `json` schema would print an unquoted word in its message.
  const parsed = parseAllDocuments(text, {
    lineCounter: lines, prettyErrors: false, uniqueKeys: false, intAsBigInt: true, version: '1.2', schema: 'core', merge: false,
  });
  const documents: readonly Document[] = 'empty' in parsed ? [] : parsed;
  const problems: TextProblem[] = [];
  const report = (offset: number, message: string) => {
    const {line, col} = lines.linePos(offset);
    problems.push({line: Math.max(1, line), column: Math.max(1, col), message});
  };
  for (const {errors, warnings} of documents) {
    for (const {code, pos} of [...errors, ...warnings]) report(pos[0], sentences[code] ?? 'this is not valid YAML');
  }
  const [document, second] = documents;
  if (second) report(second.range?.[0] ?? 0, 'a second document starts here; one file holds one document');
  if (document) inspect(document, text, format, report, lines);
  let value: unknown = null;
  try {
    if (document && problems.length === 0) value = document.toJS({maxAliasCount: 100});
    if (holdsItself(value, new Set())) {
      value = null;
      report(0, 'an alias of this file stands inside of what it stands for, which has no end; write things out');
    }
  } catch {
    // The parser's defence against aliases of aliases of aliases; nothing else is left to throw.
    report(0, 'the aliases of this file expand to too much; write things out');
  }
  return {
    value: withNumbers(value),
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
    position(path, of) {
      const {line, col} = lines.linePos(document ? offsetAt(document, path, of) : 0);
      return {line: Math.max(1, line), column: Math.max(1, col)};
    },
    isBlank(path) {
      const node = path.reduce((outer: unknown, step) => inside(isAlias(outer) ? outer.resolve(document!) : outer, step), document?.contents);
      return node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '');
    },
  };
}

function holdsItself(value: unknown, above: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.has(value)) return true;
  above.add(value);
  const found = Object.values(value).some(inner => holdsItself(inner, above));
  above.delete(value);
  return found;
}

/** What the parser accepts and a configuration had better not hold. */
function inspect(document: Document, text: string, format: 'yaml' | 'json', report: (offset: number, message: string) => void, lines: LineCounter): void {
  const {isScalar, visit} = yaml();
  visit(document, {
    Map(_, map) {
      const seen = new Map<unknown, Pair>();
      for (const pair of map.items) {
        const {key} = pair;
        const offset = (key as Node | null)?.range?.[0] ?? 0;
        if (!isScalar(key)) {
          report(offset, 'a key must be text');
          continue;
        }
        const name = String(key.value);
        // `null` would be the empty name, `007` another one.
        if (typeof key.value !== 'string' && (key.value === null || name !== key.source)) report(offset, 'this key is read as another text; put it in quotes');
        const first = seen.get(name);
        if (first) report(offset, `duplicate key ${name}; it is first given on line ${lines.linePos((first.key as Node).range?.[0] ?? 0).line}`);
        else seen.set(name, pair);
      }
    },
    Alias(_, node) {
      if (!node.resolve(document)) report(node.range?.[0] ?? 0, sentences['BAD_ALIAS']!);
    },
    Scalar(place, node) {
      const offset = node.range?.[0] ?? 0;
      if (typeof node.value === 'bigint' && place !== 'key' && BigInt(Number(node.value)) !== node.value) {
        report(offset, 'this integer is too large to be read exactly; put it in quotes');
      }
      if (format === 'json' && node.type === 'PLAIN' && !/^(true|false|null|-?\d[\d.eE+-]*)$/.test(node.source ?? '')) {
        report(offset, 'text must be in double quotes in JSON');
      }
      if (format === 'json' && (node.type === 'QUOTE_SINGLE' || node.type?.startsWith('BLOCK'))) report(offset, 'text must be in double quotes in JSON');
    },
  });
  if (format === 'json' && document.contents && text.slice(document.contents.range?.[0]).match(/^[^[{]/) && !isScalar(document.contents)) {
    report(document.contents.range?.[0] ?? 0, 'this is not JSON: an object starts with { and a list with [');
  }
}

/** The sentence for each code of the parser; its own messages may quote the file. */
const sentences: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'the anchor of this alias does not exist',
  BAD_COLLECTION_TYPE: 'this tag does not fit its value',
  BAD_DIRECTIVE: 'this % directive is not valid',
  BAD_DQ_ESCAPE: 'this backslash escape is not valid; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'this line is indented wrongly',
  BAD_PROP_ORDER: 'anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot start here; perhaps text with a colon wants quotes',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside brackets',
  DUPLICATE_KEY: 'duplicate key',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'something is missing here: a closing quote or bracket, a colon, a comma or a space',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; perhaps a colon is missing',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'a second document starts here; one file holds one document',
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  TAG_RESOLVE_FAILED: 'this tag is not known; tags (!name) are not used here',
  UNEXPECTED_TOKEN: 'something unexpected stands here; perhaps text wants quotes',
};

function offsetAt(document: Document, path: readonly (string | number)[], of: 'value' | 'key'): number {
  const {isAlias, isMap, isScalar, isSeq} = yaml();
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const [i, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) node = node.items[Number(step)];
    else if (isMap(node)) {
      const pair = pairOf(node, step);
      if (!pair) break;
      const key = (pair.key as Node).range?.[0];
      const value = (pair.value as Node | null)?.range?.[0];
      node = pair.value;
      // A section is found at its key; what is inside may start lines below.
      offset = (i === path.length - 1 && of === 'value' && isScalar(pair.value) ? value : key) ?? offset;
      continue;
    } else break;
    offset = (node as Node | undefined)?.range?.[0] ?? offset;
  }
  return offset;
}

function pairOf(map: YAMLMap, step: string | number): Pair | undefined {
  const {isPair, isScalar} = yaml();
  return map.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
}

/** What stands under one step of a path; undefined for nothing, null for a key without a value. */
function inside(node: unknown, step: string | number): unknown {
  const {isMap, isSeq} = yaml();
  return isSeq(node) ? node.items[Number(step)] : isMap(node) ? pairOf(node, step)?.value : undefined;
}

/** Integers were read as bigints to see that none was rounded. */
function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  // defineProperty: a key called __proto__ is a key like any other.
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    Object.defineProperty(result, key, {value: withNumbers(inner), enumerable: true, writable: true, configurable: true});
  }
  return result;
}
