import {configError, type ConfigFile, didYouMean, parseConfig} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {compareCodePoints} from './code-points.ts';
import type {Choice, DocumentSchema, Shape} from './document-schema.ts';

/** A schema file of the superseded system: the name of a type, fields, or an array of one kind of item (null: of none). */
export type OldShape = string | OldRecord | OldArray;

export interface OldRecord {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, OldShape>;
}

export interface OldArray {
  readonly kind: 'array';
  readonly item: OldShape | null;
}

/** Only null, or empty arrays, had been met. */
export const PLACEHOLDER = 'TINYINT';

const TYPES: Readonly<Record<string, Choice>> = {
  STRING: 'string', INT: 'int', BIGINT: 'long', LONG: 'long', DOUBLE: 'double', BOOLEAN: 'bool', TIMESTAMP: 'date', [PLACEHOLDER]: 'null',
};

/** A type's name as the file should have it; null when there is none of that name in any case. */
export function oldType(name: string): string | null {
  const upper = name.toUpperCase();
  return Object.hasOwn(TYPES, upper) ? upper : null;
}

/** What a column of an old type is; null when there is none of that name. */
export function oldChoice(name: string): Choice | null {
  const type = oldType(name);
  return type === null ? null : TYPES[type]!;
}

/** Reads a schema file of the superseded system; `path` is what problems call it. Throws CONFIG with all of them. */
export function parseOldSchema(text: string, path: string): OldRecord {
  const file = parseConfig(text, path, 'json');
  const problems: Problem[] = [];
  const shape = decode(file.value, [], file, problems);
  if (problems.length === 0 && (typeof shape === 'string' || shape.kind !== 'record')) {
    problems.push({path: file.place([]), message: 'must be an object with a type for each field'});
  }
  if (problems.length > 0) throw configError(problems, path);
  return shape as OldRecord; // no problem: it is one
}

function decode(value: unknown, keys: readonly (string | number)[], file: ConfigFile, problems: Problem[]): OldShape {
  const problem = (message: string) => {
    problems.push({path: file.place(keys), message});
    return PLACEHOLDER;
  };
  const names = Object.keys(TYPES);
  if (typeof value === 'string') return oldType(value) ?? problem(`must be a type: ${names.join(', ')}${didYouMean(value, names)}`);
  if (Array.isArray(value)) {
    // Further ones have never had a meaning.
    return {kind: 'array', item: value.length === 0 ? null : decode(value[0], [...keys, 0], file, problems)};
  }
  if (typeof value !== 'object' || value === null) return problem(`must be a type (${names.join(', ')}), an object of fields, or an array of one of them`);
  return {kind: 'record', fields: new Map(Object.entries(value).map(([name, inner]) => [name, decode(inner, [...keys, name], file, problems)]))};
}

/** What the file says of a collection: each column takes the one type of its name. */
export function fromOldSchema(collection: string, {fields}: OldRecord): DocumentSchema {
  return {collection, strict: true, fields: [...fields].map(([name, shape]) => ({name, ...shapeOf(shape)}))};
}

function shapeOf(shape: OldShape): Shape {
  if (typeof shape === 'string') return {as: TYPES[shape]!, types: {}};
  if (shape.kind === 'array') return {as: 'table', types: {}, items: shapeOf(shape.item ?? PLACEHOLDER)};
  if (isObjectId(shape)) return {as: 'objectId', types: {}};
  return {as: 'columns', types: {}, fields: [...shape.fields].map(([name, inner]) => ({name, ...shapeOf(inner)}))};
}

const isObjectId = ({fields}: OldRecord): boolean => fields.size === 2 && typeof fields.get('oid') === 'string' && typeof fields.get('bsontype') === 'string';

/** The file's text, as the old tools write it: by name, four blanks for each level. */
export function printOldSchema(schema: OldRecord): string {
  return `${print(schema, '')}\n`;
}

function print(shape: OldShape, indent: string): string {
  if (typeof shape === 'string') return JSON.stringify(shape);
  const inner = `${indent}    `;
  if (shape.kind === 'array') return shape.item === null ? '[]' : `[\n${inner}${print(shape.item, inner)}\n${indent}]`;
  if (shape.fields.size === 0) return '{}';
  const fields = [...shape.fields].sort(([a], [b]) => compareCodePoints(a, b));
  return `{\n${fields.map(([name, field]) => `${inner}${JSON.stringify(name)}: ${print(field, inner)}`).join(',\n')}\n${indent}}`;
}
