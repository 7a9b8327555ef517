import {bufferOf, BsonType, bsonTypeName, documentEnd, endOfName, findField, idOf, objectIdText, textOf, valueEnd} from '@sluice/bson';
import type {RawValue} from '@sluice/bson';
import {ErrorCode, must, PipelineError} from '@sluice/core';
import type {Row, Value} from '@sluice/core';
import {joined, keptValue, Overflow, pathName} from './flatten-overflow.ts';
import {reasonOf, takeId} from './flatten-scalar.ts';
import type {Moments} from './flatten-scalar.ts';
import {compileShape} from './flatten-shape.ts';
import type {ArrayShape, RecordShape, Shape} from './flatten-shape.ts';
import {Misfits, reasonText} from './misfit.ts';
import type {Misfit, MisfitReason, Wanted} from './misfit.ts';
import type {RelationalPlan} from './plan.ts';

/** Makes the rows of documents, one document after the other. */
export interface Flatten {
  /**
   * Appends the rows of one BSON document to `into`, which has an array for each table of the plan, and one
   * more, the last, for the rows of `plan.extra` where there is such a table. Rows stand in the order of the
   * arrays they come from. Throws a `VALUE` PipelineError for a document that is damaged, or whose id the
   * id column cannot hold (compatible tables: the id is NULL then); `into` is what it was.
   */
  add(document: Uint8Array, into: readonly Row[][]): void;
  /** The value that the id column of every table has for a document with this id, given as `{"": id}`; null when the column cannot hold it. */
  key(id: Uint8Array): Value;
  /** What did not fit so far. */
  readonly misfits: readonly Misfit[];
}

/** `moments`: how they are given, as the text that their columns hold unless said otherwise. */
export function compileFlatten(plan: RelationalPlan, {moments = 'text'}: {readonly moments?: Moments} = {}): Flatten {
  return new Flattener(plan, moments);
}

/** How many fields that a document may lack are passed over before a name is looked up. */
const GUESSES = 4;

class Flattener implements Flatten {
  readonly #plan: RelationalPlan;
  readonly #root: RecordShape;
  readonly #rootBlank: readonly null[];
  readonly #idColumn: number;
  readonly #idShape: Shape | undefined;
  readonly #rootOverflow: number;
  readonly #misfits = new Misfits();
  readonly #overflow = new Overflow();
  readonly #lengths: number[] = [];
  // Of the document that is read.
  #document: Uint8Array = new Uint8Array();
  #into: readonly Row[][] = [];
  #rootRow: Row = [];
  #id: Value | undefined;
  /** Places in the arrays around, outermost first, 1-based; `#level` of them count. */
  readonly #places: number[] = [];
  #level = 0;

  constructor(plan: RelationalPlan, moments: Moments) {
    const root = must(plan.tables[0], 'a plan has a table');
    this.#plan = plan;
    this.#root = compileShape(plan, moments);
    this.#rootBlank = root.schema.columns.map(() => null);
    this.#idColumn = root.rootId[0] ?? -1;
    const place = this.#root.byName.get(Buffer.from(plan.idField).toString('latin1'));
    this.#idShape = place === undefined ? undefined : this.#root.fields[place]!.shape;
    this.#rootOverflow = root.overflow ?? -1;
  }

  get misfits(): readonly Misfit[] {
    return this.#misfits.list();
  }

  key(id: Uint8Array): Value {
    const value = must(idOf(id), 'an id stands in a document {"": id}');
    return this.#keyOf(value.bytes, value.type, value.start, value.end);
  }

  add(document: Uint8Array, into: readonly Row[][]): void {
    const end = documentEnd(document);
    const row: Row = this.#rootBlank.slice();
    for (let i = 0; i < into.length; i++) this.#lengths[i] = into[i]!.length;
    this.#document = bufferOf(document);
    this.#into = into;
    this.#rootRow = row;
    this.#id = undefined;
    this.#level = 0;
    try {
      into[0]!.push(row);
      this.#readRecord(this.#root, row, this.#rootOverflow, 0, end, 0);
      if (this.#plan.extra === null && this.#idColumn >= 0 && row[this.#idColumn] === null) throw this.#withoutId(document);
      this.#overflow.finish();
    } catch (error) {
      for (let i = 0; i < into.length; i++) into[i]!.length = this.#lengths[i]!;
      this.#overflow.clear();
      throw error;
    }
  }

  /** `start` and `end` are those of the document that is read as the record; `depth` says how many are around it. */
  #readRecord(record: RecordShape, row: Row, overflow: number, start: number, end: number, depth: number): void {
    const bytes = this.#document;
    const {fields, following, seen} = record;
    const limit = end - 1;
    seen.fill(0);
    let before = 0;
    for (let at = start + 4; at !== limit;) {
      const type = bytes[at]!;
      let nameEnd = -1;
      let place = following[before]!;
      for (let guess = 0; place >= 0; guess++) {
        const {name} = fields[place]!;
        const {length} = name;
        let i = 0;
        while (i < length && bytes[at + 1 + i] === name[i]) i++;
        // A name that ends here may go on: the zero behind it is a part of it. One beyond the document has a value beyond it, which is refused.
        if (i === length && bytes[at + 1 + i] === 0) {
          nameEnd = at + 1 + i;
          break;
        }
        if (guess === GUESSES) break;
        place = following[place + 1]!;
      }
      if (nameEnd < 0) {
        nameEnd = endOfName(bytes, at + 1, limit);
        place = record.byName.get(latin1(bytes, at + 1, nameEnd)) ?? -1;
        if (place >= 0) following[before] = place;
      }
      const valueStart = nameEnd + 1;
      const next = valueEnd(bytes, type, valueStart, limit);
      if (place < 0) {
        this.#keepField(record, row, overflow, null, 'unknown field', at + 1, nameEnd, next, depth);
      } else if (seen[place] === 1 && fields[place]!.shape.kind !== 'excluded') {
        this.#keepField(record, row, overflow, fields[place]!.shape.wanted, 'repeated field', at + 1, nameEnd, next, depth);
      } else {
        seen[place] = 1;
        before = place + 1;
        this.#readValue(fields[place]!.shape, row, overflow, type, valueStart, next, depth);
      }
      at = next;
    }
  }

  /** NULL, for which all columns are ready, is the same as a field that is not there; but as an id it is one. */
  #readValue(shape: Shape, row: Row, overflow: number, type: number, start: number, end: number, depth: number): void {
    if (type === BsonType.NULL && !takesAnyId(shape)) return;
    switch (shape.kind) {
      case 'scalar': {
        const value = shape.take(this.#document, type, start, end, depth);
        if (typeof value === 'symbol') this.#keep(shape, row, overflow, reasonOf(value), type, start, end, depth);
        else row[shape.column] = value;
        return;
      }
      case 'record':
        if (type === BsonType.DOCUMENT) this.#readRecord(shape, row, overflow, start, end, depth + 1);
        else this.#keep(shape, row, overflow, 'other type', type, start, end, depth);
        return;
      case 'array':
        if (type === BsonType.ARRAY) this.#readArray(shape, start, end, depth + 1);
        else this.#keep(shape, row, overflow, 'other type', type, start, end, depth);
        return;
      case 'objectIdPair':
        if (type === BsonType.OBJECT_ID) {
          row[shape.oid] = objectIdText(this.#document, start);
          row[shape.bsontype] = BsonType.OBJECT_ID;
        } else if (type === BsonType.DOCUMENT) {
          this.#readRecord(shape.record, row, overflow, start, end, depth + 1);
        } else {
          this.#keep(shape, row, overflow, 'other type', type, start, end, depth);
        }
        return;
      case 'excluded':
    }
  }

  /** Every element is a row, whatever it is. The names of elements say nothing: their order counts. */
  #readArray(array: ArrayShape, start: number, end: number, depth: number): void {
    const bytes = this.#document;
    const {item, blank, idColumn, indexes, overflow} = array;
    const rows = this.#into[array.table]!;
    const limit = end - 1;
    const level = this.#level;
    const places = this.#places;
    const id = this.#id ??= this.#documentId();
    this.#level = level + 1;
    let place = 0;
    for (let at = start + 4; at !== limit;) {
      const type = bytes[at]!;
      const valueStart = endOfName(bytes, at + 1, limit) + 1;
      const next = valueEnd(bytes, type, valueStart, limit);
      const row: Row = blank.slice();
      places[level] = ++place;
      if (idColumn >= 0) row[idColumn] = id;
      for (let i = 0; i <= level; i++) row[indexes[i]!] = places[i]!;
      rows.push(row);
      this.#readValue(item, row, overflow, type, valueStart, next, depth);
      at = next;
    }
    this.#level = level;
  }

  /** Nearly always the id is the first field, and in its row when an array is met. */
  #documentId(): Value {
    if (this.#idColumn < 0) return null;
    const read = this.#rootRow[this.#idColumn]!;
    if (read !== null) return read;
    const field = findField(this.#document, this.#plan.idField);
    return field === null ? null : this.#keyOf(field.bytes, field.type, field.start, field.end);
  }

  #keyOf(bytes: Uint8Array, type: number, start: number, end: number): Value {
    const shape = this.#idShape;
    if (shape?.kind === 'scalar' && (type !== BsonType.NULL || takesAnyId(shape))) {
      const value = shape.take(bytes, type, start, end, 0);
      return typeof value === 'symbol' ? null : value;
    }
    if (shape?.kind !== 'objectIdPair') return null;
    if (type === BsonType.OBJECT_ID) return objectIdText(bytes, start);
    if (type !== BsonType.DOCUMENT) return null;
    const oid = findField(bytes.subarray(start, end), 'oid');
    if (oid?.type !== BsonType.STRING) return null;
    return textOf(oid.bytes, oid.start + 4, oid.end - 1);
  }

  #withoutId(document: Uint8Array): PipelineError {
    const {collection, idField, tables} = this.#plan;
    const column = tables[0]!.schema.columns[this.#idColumn]!.name;
    const field = findField(document, idField);
    const what = field === null ? `a document has no ${idField}` : `the ${idField} of a document does not fit its column: ${this.#misfitOfId(field)}`;
    return new PipelineError(ErrorCode.VALUE, `${collection}: ${what}`, {
      table: tables[0]!.schema.table, column, remedy: `widen the type of ${idField} in the schema of the collection, or leave such documents out`,
    });
  }

  #misfitOfId({bytes, type, start, end}: RawValue): string {
    const shape = must(this.#idShape, 'the id in the plan');
    const value = shape.kind === 'scalar' ? shape.take(bytes, type, start, end, 0) : null;
    return reasonText(typeof value === 'symbol' ? reasonOf(value) : 'other type', nameOf(type), shape.wanted);
  }

  #keepField(record: RecordShape, row: Row, overflow: number, wanted: Wanted | null, reason: MisfitReason, nameStart: number, nameEnd: number, end: number, depth: number): void {
    const bytes = this.#document;
    // A name that is not UTF-8 is kept by its bytes.
    const name = pathName(textOf(bytes, nameStart, nameEnd) ?? `$invalidUtf8:${Buffer.from(bytes.subarray(nameStart, nameEnd)).toString('hex')}`);
    const place = {below: joined(record.below, name), path: joined(record.path, name), wanted};
    this.#keep(place, row, overflow, reason, bytes[nameStart - 1]!, nameEnd + 1, end, depth);
  }

  #keep(place: {readonly below: string; readonly path: string; readonly wanted: Wanted | null}, row: Row, overflow: number, reason: MisfitReason, type: number, start: number, end: number, depth: number): void {
    const got = nameOf(type);
    this.#misfits.add(place.path, got, place.wanted, reason);
    const kept = keptValue({bytes: this.#document, type, start, end}, depth);
    const words = reasonText(reason, got, place.wanted);
    if (this.#plan.extra === null) this.#overflow.add(row, overflow, place.below, kept, words);
    else this.#into.at(-1)!.push([this.#id ??= this.#documentId(), place.path, this.#places.slice(0, this.#level).join('.'), words, kept.value, kept.text]);
  }
}

const takesAnyId = (shape: Shape): boolean => shape.kind === 'scalar' && shape.take === takeId;

function nameOf(type: number): string {
  return must(bsonTypeName(type), 'the type of a value that was read is known');
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
