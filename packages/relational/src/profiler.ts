import {BsonType, doubleAt, Elements, int32At, int64At} from '@sluice/bson';
import {assert} from '@sluice/core';
import {chooseId} from './choose.ts';
import type {DocumentSchema, Field} from './document-schema.ts';
import {countType, fieldsOf, newNode, type Node, pathsBelow} from './profile-node.ts';

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

/** Bytes of a field's name; longer ones are not kept in mind, as a document can be one name of 16 MB. */
const MAX_NAME_BYTES = 1000;

/**
 * Counts what is at every path of the documents it is given, in memory bounded by its limits. A
 * field whose name is not UTF-8, or has more than 1,000 bytes, is not listed.
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
      fields: fieldsOf(fields ?? new Map()).map(field => (field.name === '_id' ? chosenId(field) : field)),
    };
  }

  #addFields(node: Node, elements: Elements): void {
    while (elements.next()) {
      const name = elements.nameEnd - elements.nameStart > MAX_NAME_BYTES ? null : elements.name();
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
    countType(node, type);
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

function chosenId({as: _, note: __, ...shape}: Field): Field {
  const {as, note} = chooseId(shape);
  const {name, ...rest} = shape;
  return {name, as, ...rest, ...(note !== undefined && {note})};
}
