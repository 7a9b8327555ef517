import {configError} from '@sluice/config';
import type {Problem} from '@sluice/core';
import type {Choice, DocumentSchema, Field, Shape} from './document-schema.ts';
import {dottedPath} from './dotted-path.ts';
import {pathNames} from './flatten-overflow.ts';
import {join} from './merge-schemas.ts';
import {fromOldSchema, type OldRecord, type OldShape, oldChoice, oldType, PLACEHOLDER} from './old-schema.ts';
import type {SchemaFile} from './schema-file.ts';

/** What one line of a load's errors says: a value of this type was met here. */
export interface WrongValue {
  readonly type: string;
  /** Collection and fields, with dots between them. */
  readonly name: string;
  /** Of the line, for problems: `errors.txt:3`. */
  readonly place: string;
}

/**
 * Reads lines such as `'wrong value (STRING) for quotes.customer.title(TINYINT)': 59`: the type in the
 * first parentheses, the collection and the path behind `for`. `file` is what problems call the text.
 * Throws CONFIG with every line that is none, a blank one too; an empty text has no lines.
 */
export function parseErrorLines(text: string, file: string): WrongValue[] {
  if (text === '') return [];
  const problems: Problem[] = [];
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/).map((line, i): WrongValue => {
    const place = `${file}:${i + 1}`;
    const [, type = '', name = ''] = /\(([^()]*)\) for (.+?)(?:\([a-zA-Z0-9]*\)'?(?::.*)?)?$/s.exec(line) ?? [];
    if (!name.includes('.')) problems.push({path: place, message: 'must be like: wrong value (STRING) for collection.field(TINYINT)'});
    return {type, name, place};
  });
  if (problems.length > 0) throw configError(problems, file);
  return lines;
}

/**
 * Makes columns take what a load could not put into them. An old file gets the type of each line at its
 * path, as its own tool did; in one of today's form a column becomes what holds the values of both types.
 * Throws CONFIG for each line whose type or path is not there.
 */
export function patchSchema(file: SchemaFile, lines: readonly WrongValue[]): SchemaFile {
  const problems: Problem[] = [];
  const patched = lines.reduce((before, line) => {
    const result = file.form === 'old' || before.form === 'old' ? patchOld(before, line) : patchNew(before, line);
    if (typeof result !== 'string') return result;
    problems.push({path: line.place, message: result});
    return before;
  }, file);
  if (problems.length > 0) throw configError(problems, 'the lines');
  return patched;
}

const NO_TYPE = 'names a type that no column has: leave the line out';
const noField = (path: string) => `the schema has no field ${path}: is it the file of this collection?`;

/** The file with the line's type in its place, or what is wrong with the line. */
function patchOld(file: SchemaFile, {type, name}: WrongValue): SchemaFile | string {
  if (file.form !== 'old') return NO_TYPE;
  const {collection} = file.collections[0];
  const names = pathNames(name.startsWith(`${collection}.`) ? name.slice(collection.length + 1) : name.slice(name.indexOf('.') + 1));
  const known = type.toUpperCase() === 'OBJECTID' ? OBJECT_ID : oldType(type);
  if (known === null) return NO_TYPE;
  const old = setOld(file.old, names, known);
  if (old === null) return noField(dottedPath(names));
  return {form: 'old', old: old as OldRecord, collections: [fromOldSchema(collection, old as OldRecord)]}; // a path has a name, so that the record itself stays
}

const OBJECT_ID: OldRecord = {kind: 'record', fields: new Map([['oid', 'STRING'], ['bsontype', 'INT']])};

/** Null where the path does not exist. */
function setOld(shape: OldShape, path: readonly string[], type: OldShape): OldShape | null {
  if (typeof shape !== 'string' && shape.kind === 'array') {
    const item = setOld(shape.item ?? PLACEHOLDER, path, type);
    return item === null ? null : {kind: 'array', item};
  }
  const [name, ...rest] = path;
  if (name === undefined) return type;
  if (typeof shape === 'string') return null;
  const field = shape.fields.get(name);
  const inner = field === undefined ? null : setOld(field, rest, type);
  return inner === null ? null : {kind: 'record', fields: new Map([...shape.fields, [name, inner]])};
}

/** By the names of `$type`, in lower case. Such as are not here are JSON. */
const BSON_TYPES: Readonly<Record<string, Choice>> = {decimal: 'decimal', bool: 'bool', date: 'date', objectid: 'objectId', uuid: 'uuid', bindata: 'binary'};

function patchNew(file: SchemaFile, {type, name}: WrongValue): SchemaFile | string {
  const bson = type.toLowerCase();
  const choice = oldChoice(type) ?? (Object.hasOwn(BSON_TYPES, bson) ? BSON_TYPES[bson]! : 'json');
  if (file.form === 'old') return NO_TYPE;
  const at = file.collections.findIndex(({collection}) => name.startsWith(`${collection}.`));
  const schema = file.collections[at];
  if (!schema) return `the schema has no collection of this name: is it the right file?`;
  const path = name.slice(schema.collection.length + 1);
  const fields = setField(schema.fields, pathNames(path), choice);
  if (!fields) return noField(path);
  const patched: DocumentSchema = {...schema, fields};
  return {form: 'new', collections: file.collections.with(at, patched)};
}

/** Null where the path does not exist. */
function setField(fields: readonly Field[], [name, ...rest]: readonly string[], choice: Choice): Field[] | null {
  const at = fields.findIndex(field => field.name === name);
  const shape = at < 0 ? null : setShape(fields[at]!, rest, choice);
  return shape && fields.with(at, {name: fields[at]!.name, ...shape});
}

function setShape(shape: Shape, path: readonly string[], choice: Choice): Shape | null {
  if (shape.as === 'table' && shape.items) {
    const items = setShape(shape.items, path[0] === '[]' ? path.slice(1) : path, choice);
    return items && {...shape, items};
  }
  if (path.length > 0) {
    const fields = shape.as === 'columns' && shape.fields ? setField(shape.fields, path, choice) : null;
    return fields && {...shape, fields};
  }
  const {note: _, ...rest} = shape;
  return {...rest, ...join(shape.as, choice, shape)};
}
