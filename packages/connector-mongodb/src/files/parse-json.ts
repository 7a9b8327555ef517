import {ErrorCode, PipelineError} from '@sluice/core';

/** JSON as it stands there: fields in their order, numbers as they are written. */
export type JsonNode =
  | {readonly kind: 'object'; readonly fields: readonly (readonly [string, JsonNode])[]}
  | {readonly kind: 'array'; readonly items: readonly JsonNode[]}
  | {readonly kind: 'string' | 'number'; readonly text: string}
  | {readonly kind: 'true' | 'false' | 'null'};

/** MongoDB takes 100 levels; what reads them here takes some more. */
const MAX_LEVELS = 180;

/** Reads one JSON value. Throws VALUE, without what stands there. */
export function parseJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(reader.next(), 0);
  if (reader.next() !== '') throw notJson();
  return node;
}

export const notJson = (what = 'this is no JSON') => new PipelineError(ErrorCode.VALUE, what, {remedy: 'write documents as mongoexport does'});

class Reader {
  readonly #text: string;
  readonly #token = /[ \t\r\n]*(?:([{}[\],:]|true|false|null)|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|$)/y;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token; empty at the end. */
  next(): string {
    const match = this.#token.exec(this.#text);
    if (!match) throw notJson();
    return match[1] ?? match[2] ?? match[3] ?? '';
  }

  value(token: string, level: number): JsonNode {
    if (level > MAX_LEVELS) throw notJson(`a document has more than ${MAX_LEVELS} levels`);
    switch (token[0]) {
      case '{': return {kind: 'object', fields: this.#fields(level + 1)};
      case '[': return {kind: 'array', items: this.#items(level + 1)};
      case '"': return {kind: 'string', text: stringOf(token)};
      case 't': return {kind: 'true'};
      case 'f': return {kind: 'false'};
      case 'n': return {kind: 'null'};
      case undefined: case '}': case ']': case ',': case ':': throw notJson();
      default: return {kind: 'number', text: token};
    }
  }

  #fields(level: number): (readonly [string, JsonNode])[] {
    const fields: (readonly [string, JsonNode])[] = [];
    for (let token = this.next(); token !== '}' || fields.length > 0; token = this.next()) {
      if (!token.startsWith('"') || this.next() !== ':') throw notJson();
      fields.push([stringOf(token), this.value(this.next(), level)]);
      const after = this.next();
      if (after === '}') break;
      if (after !== ',') throw notJson();
    }
    return fields;
  }

  #items(level: number): JsonNode[] {
    const items: JsonNode[] = [];
    for (let token = this.next(); token !== ']' || items.length > 0; token = this.next()) {
      items.push(this.value(token, level));
      const after = this.next();
      if (after === ']') break;
      if (after !== ',') throw notJson();
    }
    return items;
  }
}

function stringOf(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    throw notJson();
  }
}
