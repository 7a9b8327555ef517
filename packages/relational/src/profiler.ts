import {BsonType, bsonTypeName, doubleAt, Elements, int32At, int64At} from '@sluice/bson';
import {assert} from '@sluice/core';
import {choose, chooseId, looksLikeData} from './choose.ts';
import type {DocumentSchema, Facts, Field, Shape, Unlisted} from './document-schema.ts';

/** How much a profile keeps in mind, and so how much it takes at most. */
export interface ProfileLimits {
  /** Different field names of the documents at one path; with more of them such a document becomes JSON. The root keeps the first ones. */
  readonly maxNames?: number;
  /** Paths in all, about 500 bytes each; a document that would bring more of them becomes JSON. */
  readonly maxPaths?: number;
}

/** Arrays within arrays: a key of MySQL has 16 columns, the document's id and so many places. */
export const MAX_ARRAYS = 15;
/** Documents and arrays within each other; deeper ones become JSON. */
const MAX_LEVELS = 32;
/**
 * Counts what is at every path of the documents it is given, in memory bounded by its limits. A
 * field whose name is not UTF-8 is not listed.
 */
export class Profiler {
  readonly #collection: string;
  readonly #maxNames: number;
  readonly #maxPaths: number;
  readonly #root: Node = newNode(0, 0);
  #documents = 0;
  #paths = 0;

  constructor(collection: string, {maxNames = 1000, maxPaths = 20_000}: ProfileLimits = {}) {
    assert(maxNames >= 1 && maxPaths >= 1, 'a profile keeps at least one name and one path');
    this.#collection = collection;
    this.#maxNames = maxNames;
    this.#maxPaths = maxPaths;
    this.#root.fields = new Map();
  }

  /** How many documents were added. */
  get documents(): number {
    return this.#documents;
  }

  /** Takes one document of raw BSON. Throws VALUE where it is damaged; the fields before that place have been counted. */
  add(document: Uint8Array): void {
    this.#addFields(this.#root, Elements.of(document));
    this.#documents++;
  }

  /** What was found so far, each path with what it had best become. `read` is what the caller looked at. */
  schema(read: 'all' | 'sample'): DocumentSchema {
    const {fields, unlisted} = this.#root;
    return {
      collection: this.#collection,
      read,
      documents: this.#documents,
      ...(unlisted && {unlisted}),
      fields: [...fields ?? []].map(([name, node]): Field => {
        const shape = shapeOf(node);
        return name === '_id' ? {name, ...withChoice(shape, chooseId)} : {name, ...withChoice(shape, choose)};
      }),
    };
  }

  #addFields(node: Node, elements: Elements): void {
    while (elements.next()) {
      const name = elements.name();
      if (name === null) continue;
      const {fields} = node;
      // Closed by the name before.
      if (!fields) return;
      const known = fields.get(name);
      if (known) this.#addValue(known, elements);
      else if (fields.size >= this.#maxNames || this.#paths >= this.#maxPaths) this.#close(node);
      else {
        const fresh = newNode(node.levels + 1, node.arrays);
        fields.set(name, fresh);
        this.#paths++;
        this.#addValue(fresh, elements);
      }
    }
  }

  #addValue(node: Node, elements: Elements): void {
    const {bytes, type, start} = elements;
    node.counts[SLOTS[type]!]!++;
    switch (type) {
      case BsonType.STRING:
        node.longest = Math.max(node.longest, int32At(bytes, start) - 1);
        break;
      case BsonType.INT64: {
        const value = int64At(bytes, start);
        if (typeof value === 'bigint' && BigInt(Number(value)) !== value) node.inexact++;
        break;
      }
      case BsonType.DOUBLE: {
        const value = doubleAt(bytes, start);
        if (!Number.isFinite(value)) node.notFinite++;
        else if (!Number.isInteger(value)) node.fractions++;
        break;
      }
      case BsonType.DECIMAL128:
        // The combination field of NaN begins with 11111, that of an infinity with 11110.
        if ((bytes[start + 15]! & 0x78) === 0x78) node.notFinite++;
        break;
      case BsonType.BINARY:
        this.#addBinary(node, elements);
        break;
      case BsonType.DOCUMENT:
        if (node.levels >= MAX_LEVELS) node.unlisted ??= 'depth';
        if (node.unlisted) break;
        node.fields ??= new Map();
        this.#addFields(node, elements.inner());
        break;
      case BsonType.ARRAY:
        this.#addArray(node, elements);
        break;
    }
  }

  #addArray(node: Node, elements: Elements): void {
    if (node.levels >= MAX_LEVELS || node.arrays >= MAX_ARRAYS) node.unlisted ??= 'depth';
    if (!node.items && this.#paths >= this.#maxPaths) node.unlisted ??= 'names';
    let length = 0;
    for (const items = elements.inner(); items.next(); length++) {
      if (node.unlisted === 'depth' || (node.unlisted && !node.items)) continue;
      if (!node.items) {
        node.items = newNode(node.levels + 1, node.arrays + 1);
        this.#paths++;
      }
      this.#addValue(node.items, items);
    }
    node.most = Math.max(node.most, length);
  }

  #addBinary(node: Node, {bytes, start}: Elements): void {
    const subtype = bytes[start + 4]!;
    const name = subtype === 0 ? 'binData' : subtype === 4 && int32At(bytes, start) === 16 ? 'uuid' : `binData:${subtype}`;
    node.binaries ??= new Map();
    node.binaries.set(name, (node.binaries.get(name) ?? 0) + 1);
  }

  /** No more names here. The root's stay, as it cannot be anything but columns; what else was known below is let go. */
  #close(node: Node): void {
    node.unlisted ??= 'names';
    if (node === this.#root) return;
    this.#paths -= pathsBelow(node);
    node.fields = null;
  }
}

/** Counts at one path. */
interface Node {
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

const newNode = (levels: number, arrays: number): Node => ({
  levels, arrays, counts: new Float64Array(TYPES.length), binaries: null, longest: 0, most: 0, inexact: 0, fractions: 0, notFinite: 0, unlisted: null, fields: null, items: null,
});

function pathsBelow({fields, items}: Node): number {
  let count = items ? 1 + pathsBelow(items) : 0;
  for (const node of fields?.values() ?? []) count += 1 + pathsBelow(node);
  return count;
}

type Unchosen = Omit<Shape, 'as' | 'note'>;

function withChoice(shape: Unchosen, how: typeof choose): Shape {
  const {as, note} = how(shape);
  return {as, ...shape, ...(note !== undefined && {note})};
}

function shapeOf(node: Node): Unchosen {
  const {longest, most, inexact, fractions, notFinite, fields, items} = node;
  const unlisted = node.unlisted ?? (fields && looksLikeData([...fields.values()].map(presence), node.counts[SLOTS[BsonType.DOCUMENT]!]!) ? 'names' : null);
  return {
    types: typesOf(node),
    ...(longest > 0 && {longest}),
    ...(most > 0 && {most}),
    ...(inexact > 0 && {inexact}),
    ...(fractions > 0 && {fractions}),
    ...(notFinite > 0 && {notFinite}),
    ...(unlisted && {unlisted}),
    ...(fields && fields.size > 0 && !unlisted && {fields: [...fields].map(([name, inner]) => ({name, ...withChoice(shapeOf(inner), choose)}))}),
    ...(items && {items: withChoice(shapeOf(items), choose)}),
  };
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
