import {extendedJson, jsonbText, type RawValue} from '@sluice/bson';
import type {Row} from '@sluice/core';

/** One name of a path: a dot or backslash has a backslash before it, an empty name is `\e`. */
export function pathName(name: string): string {
  return name === '' ? '\\e' : name.replaceAll(/[\\.]/g, '\\$&');
}

export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The names of a path that {@link pathName} made. */
export function pathNames(path: string): string[] {
  if (path === '') return [];
  return [...path.matchAll(/(?:^|\.)((?:\\.|[^\\.])*)/g)].map(([, name]) => (name === '\\e' ? '' : name!.replaceAll(/\\(.)/g, '$1')));
}

/**
 * A value that is kept beside the columns, as canonical Extended JSON: as PostgreSQL's `jsonb` prints it, so that it is
 * read back as it was written, or, where `jsonb` would change it, as a text.
 */
export type KeptValue = {readonly value: string; readonly text: null} | {readonly value: null; readonly text: string};

/** `depth`: of the document that the value stands in. */
export function keptValue(raw: RawValue, depth: number): KeptValue {
  const value = jsonbText(raw, depth);
  return value === null ? {value, text: extendedJson(raw, depth).text} : {value, text: null};
}

/** What the rows of one document keep beside their columns, in the form in which `jsonb` prints it. */
export class Overflow {
  readonly #rows = new Map<Row, {readonly column: number; readonly entries: Map<string, string | string[]>}>();
  /** By the reason; there are as many as types and what is instead of them. */
  readonly #tails = new Map<string, string>();

  add(row: Row, column: number, path: string, {value, text}: KeptValue, reason: string): void {
    let kept = this.#rows.get(row);
    if (!kept) this.#rows.set(row, (kept = {column, entries: new Map()}));
    let tail = this.#tails.get(reason);
    if (tail === undefined) this.#tails.set(reason, (tail = `, "reason": ${JSON.stringify(reason)}}`));
    // Shorter names come first.
    const entry = (value === null ? `{"text": ${JSON.stringify(text)}` : `{"value": ${value}`) + tail;
    const before = kept.entries.get(path);
    if (before === undefined) kept.entries.set(path, entry);
    else if (typeof before === 'string') kept.entries.set(path, [before, entry]);
    else before.push(entry);
  }

  /** Writes the columns, and forgets all. */
  finish(): void {
    if (this.#rows.size === 0) return;
    for (const [row, {column, entries}] of this.#rows) row[column] = printed(entries);
    this.#rows.clear();
  }

  clear(): void {
    this.#rows.clear();
  }
}

function printed(entries: ReadonlyMap<string, string | readonly string[]>): string {
  let text = '';
  for (const path of inJsonbOrder([...entries.keys()])) {
    const entry = entries.get(path)!;
    text += `${text === '' ? '{' : ', '}${JSON.stringify(path)}: ${typeof entry === 'string' ? entry : `[${entry.join(', ')}]`}`;
  }
  return `${text}}`;
}

/** Sorts names as `jsonb` does: shorter ones first, those of one length by their bytes. A document may have a million of them. */
function inJsonbOrder(names: string[]): string[] {
  if (names.length < 2) return names;
  if (names.every(name => Buffer.byteLength(name) === name.length)) return names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return names.map(name => Buffer.from(name)).sort((a, b) => a.length - b.length || a.compare(b)).map(bytes => bytes.toString());
}
