import type {Column} from '@sluice/core';
import {classifyColumn} from './classify-column.ts';
import type {TableKind} from './names/read-name.ts';
import type {Proposal, Sample} from './proposal.ts';
import {collect} from './values/column-values.ts';

/** Bounds of what is looked at in the documents of one column. */
const MOST_DOCUMENTS = 200;
const MOST_PATHS = 500;
const MOST_DEPTH = 12;
const MOST_VALUES = 400;
const MOST_CHARACTERS = 1_000_000;

interface Place {
  readonly names: readonly string[];
  readonly values: unknown[];
}

/** Proposals for the places in the documents of a column, `$.visits[].date`; empty unless most of its values are objects or arrays in JSON. */
export function readDocuments(column: Column, sample: Sample | null, at: number, table: TableKind): Omit<Proposal, 'table' | 'column'>[] {
  const places = new Map<string, Place>();
  let texts = 0, documents = 0;
  for (const row of sample ?? []) {
    const value = row[at];
    if (typeof value !== 'string' || value.trim() === '') continue;
    if (++texts > MOST_DOCUMENTS) break;
    const document = value.length > MOST_CHARACTERS ? undefined : parsed(value);
    if (document === undefined) continue;
    documents++;
    walk(document, '$', [column.name], places, 0);
  }
  if (documents === 0 || documents < texts / 2) return [];
  return [...places].map(([path, {names, values}]) => ({path, ...classifyColumn({column: {name: names.at(-1)!, type: 'any'}, above: names.slice(0, -1)}, collect(values), table)}));
}

function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function walk(value: unknown, path: string, names: readonly string[], places: Map<string, Place>, depth: number): void {
  if (depth > MOST_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 50)) walk(item, `${path}[]`, names, places, depth + 1);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) walk(item, `${path}${/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`, [...names, name], places, depth + 1);
    return;
  }
  let place = places.get(path);
  if (place === undefined) {
    if (places.size >= MOST_PATHS) return;
    places.set(path, place = {names, values: []});
  }
  if (place.values.length < MOST_VALUES) place.values.push(typeof value === 'boolean' ? null : value);
}
