import {basename} from 'node:path';
import {configError, type ConfigFile, decodeFile, parseConfig} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {countOf, type DocumentSchema, type Field, type Shape} from './document-schema.ts';
import {fromOldSchema, type OldRecord, parseOldSchema, printOldSchema} from './old-schema.ts';
import {type FileField, type FileItem, schemaFile} from './schema-format.ts';

/** A schema file: of today's form, with any number of collections, or of the superseded system's, with one. */
export type SchemaFile =
  | {readonly form: 'new'; readonly collections: readonly DocumentSchema[]}
  | {readonly form: 'old'; readonly collections: readonly [DocumentSchema]; readonly old: OldRecord};

/**
 * Reads the text of a schema file, told apart by `version`, which is a number in the one and the type
 * of a field in the other. The collection of an old one is called like the file. `path` is what problems call it.
 * Throws CONFIG with every problem, each with its line and what would be right.
 */
export function parseSchemaFile(text: string, path: string): SchemaFile {
  const file = parseConfig(text, path, 'json');
  const {value} = file;
  if (typeof value === 'object' && value !== null && !('version' in value && typeof value.version === 'number')) {
    const old = parseOldSchema(text, path);
    return {form: 'old', old, collections: [fromOldSchema(basename(path).replace(/\.?js(?:on)?$/, ''), old)]};
  }
  const {collections} = decodeFile(file, schemaFile);
  const problems: Problem[] = [];
  const schemas = collections.map(({name, fields, ...rest}, i): DocumentSchema => {
    const keys = ['collections', i];
    if (collections.findIndex(other => other.name === name) < i) problems.push({path: file.place([...keys, 'name']), message: 'is the name of a collection above: take one of the two out'});
    return {collection: name, ...given(rest), fields: fieldsOf(fields, [...keys, 'fields'], file, problems)};
  });
  if (problems.length > 0) throw configError(problems, path);
  return {form: 'new', collections: schemas};
}

type Keys = readonly (string | number)[];

function fieldsOf(fields: readonly FileField[], keys: Keys, file: ConfigFile, problems: Problem[]): Field[] {
  const seen = new Set<string>();
  return fields.map(({name, ...rest}, i) => {
    if (seen.has(name)) problems.push({path: file.place([...keys, i, 'name']), message: 'is the name of a field above: take one of the two out'});
    seen.add(name);
    return {name, ...shapeOf(rest, [...keys, i], file, problems)};
  });
}

function shapeOf({types = {}, fields, items, absent: _, ...rest}: FileItem, keys: Keys, file: ConfigFile, problems: Problem[]): Shape {
  const problem = (key: string, message: string) => void problems.push({path: file.place([...keys, key]), message});
  if (rest.as === 'columns' && !fields) problem('as', 'is columns, and there are no fields: list them, or make it json or exclude');
  if (rest.as === 'table' && !items) problem('as', 'is table, and there are no items: describe them, or make it json or exclude');
  if (rest.as !== 'table' && rest.table !== undefined) problem('table', 'is for an array that becomes a table: give the column a name by column');
  if (rest.as === 'table' && rest.column !== undefined) problem('column', 'is for what becomes a column: give the table a name by table, or its items one by column');
  if (items?.as === 'exclude') problem('items', 'cannot be left out alone: exclude the array itself');
  return {
    ...given(rest), types,
    ...(fields && {fields: fieldsOf(fields, [...keys, 'fields'], file, problems)}),
    ...(items && {items: shapeOf(items, [...keys, 'items'], file, problems)}),
  };
}

/** Without the keys that are not there. */
type Given<T> = {[K in keyof T]: Exclude<T[K], undefined>};

function given<T extends object>(keys: T): Given<T> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as Given<T>; // what is not there has no key
}

/** The text of a schema file: one line for each field, in the form that was read. */
export function printSchemaFile(file: SchemaFile): string {
  if (file.form === 'old') return printOldSchema(file.old);
  const collections = file.collections.map(({collection, fields, ...rest}) => {
    const head = Object.entries({name: collection, ...rest}).map(([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('');
    return `    {\n${head}      "fields": ${printFields(fields, rest.documents ?? 0, '      ')}\n    }`;
  });
  return `{\n  "version": 1,\n  "collections": [${collections.length > 0 ? `\n${collections.join(',\n')}\n  ` : ''}]\n}\n`;
}

function printFields(fields: readonly Field[], documents: number, indent: string): string {
  if (fields.length === 0) return '[]';
  const inner = `${indent}  `;
  return `[\n${fields.map(({name, ...shape}) => `${inner}{"name": ${JSON.stringify(name)}, ${printShape(shape, Math.max(0, documents - countOf(shape)), inner)}}`).join(',\n')}\n${indent}]`;
}

/** What holds more comes last, so that the rest is seen at one look. */
function printShape({as, types, fields, items, note, ...rest}: Shape, absent: number, indent: string): string {
  const counted = Object.keys(types).length > 0;
  const parts = Object.entries({as, ...(counted && {types}), ...(absent > 0 && counted && {absent}), ...rest, ...(note !== undefined && {note})})
    .map(([key, value]) => `${JSON.stringify(key)}: ${spaced(value)}`);
  if (fields) parts.push(`"fields": ${printFields(fields, types['object'] ?? 0, indent)}`);
  if (items) parts.push(`"items": {${printShape(items, 0, indent)}}`);
  return parts.join(', ');
}

/** JSON on one line, with a blank behind each colon and comma. */
const spaced = (value: unknown): string => (typeof value === 'object' && value !== null
  ? `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`).join(', ')}}`
  : JSON.stringify(value));
