import {BsonType, bsonTypeName} from '@sluice/bson';
import {choose, looksLikeData} from './choose.ts';
import type {Facts, Field, Shape, Unlisted} from './document-schema.ts';

/** Counts at one path. */
export interface Node {
  readonly levels: number;
  readonly arrays: number;
  /** By `SLOTS` of the type. */
  readonly counts: Float64Array;
  binaries: Map<string, number> | null;
  longest: number;
  most: number;
  inexact: number;
  fractions: number;
  notFinite: number;
  unlisted: Unlisted | null;
  fields: Map<string, Node> | null;
  items: Node | null;
}

/** A place for each type in `Node.counts`. */
const TYPES = Object.values(BsonType);
const SLOTS = new Uint8Array(256);
for (const [slot, type] of TYPES.entries()) SLOTS[type] = slot;

export const newNode = (levels: number, arrays: number): Node => ({
  levels, arrays, counts: new Float64Array(TYPES.length), binaries: null, longest: 0, most: 0, inexact: 0, fractions: 0, notFinite: 0, unlisted: null, fields: null, items: null,
});

/** How many paths begin with this one. */
export function pathsBelow({fields, items}: Node): number {
  let count = items ? 1 + pathsBelow(items) : 0;
  for (const node of fields?.values() ?? []) count += 1 + pathsBelow(node);
  return count;
}

export function countType({counts}: Node, type: number): void {
  counts[SLOTS[type]!]!++;
}

/** What was found, each path with what it had best become. */
export function fieldsOf(fields: ReadonlyMap<string, Node>): Field[] {
  return [...fields].map(([name, node]) => ({name, ...shapeOf(node)}));
}

function shapeOf(node: Node): Shape {
  const {longest, most, inexact, fractions, notFinite, fields, items} = node;
  const unlisted = node.unlisted ?? (fields && looksLikeData([...fields.values()].map(presence), node.counts[SLOTS[BsonType.DOCUMENT]!]!) ? 'names' : null);
  const found = {
    types: typesOf(node),
    ...(longest > 0 && {longest}),
    ...(most > 0 && {most}),
    ...(inexact > 0 && {inexact}),
    ...(fractions > 0 && {fractions}),
    ...(notFinite > 0 && {notFinite}),
    ...(unlisted && {unlisted}),
    ...(fields && fields.size > 0 && !unlisted && {fields: fieldsOf(fields)}),
    ...(items && {items: shapeOf(items)}),
  };
  const {as, note} = choose(found);
  return {as, ...found, ...(note !== undefined && {note})};
}

function typesOf({counts, binaries}: Node): Facts['types'] {
  const types: Record<string, number> = {};
  for (const [slot, type] of TYPES.entries()) {
    if (type === BsonType.BINARY) Object.assign(types, Object.fromEntries(binaries ?? []));
    else if (counts[slot]! > 0) types[bsonTypeName(type)!] = counts[slot]!;
  }
  return types;
}

const presence = ({counts}: Node): number => counts.reduce((sum, count) => sum + count, 0);
