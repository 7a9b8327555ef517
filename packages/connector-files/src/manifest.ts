import {readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {type Column, type ColumnType, ErrorCode, PipelineError, type Schema} from '@sluice/core';
import {readError} from '@sluice/csv-staging';
import {FIELD_TYPES, standardType} from './field-types.ts';
import type {Format} from './location.ts';
import {type StandardField, standardReader} from './standard-field.ts';
import type {ColumnReader, TableFile} from './table-file.ts';

/** Describes the files of a folder: a Frictionless Data Package (v1). */
export const MANIFEST = 'datapackage.json';

type Json = Readonly<Record<string, unknown>>;

/** A data package with everything others wrote into it. */
export interface Manifest {
  readonly json: Json;
  readonly resources: readonly Json[];
}

export const EMPTY_MANIFEST: Manifest = {json: {profile: 'data-package'}, resources: []};

/** Reads `datapackage.json`; null when the folder has none. Throws SCHEMA when it is none that can be understood. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, MANIFEST);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw readError(error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw notUnderstood('is not JSON');
  }
  if (!isObject(json)) throw notUnderstood('is not a JSON object');
  const {resources = []} = json;
  if (!Array.isArray(resources) || !resources.every(isObject)) throw notUnderstood('has no list of resources');
  return {json, resources};
}

function notUnderstood(what: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `${MANIFEST}: ${what}`, {remedy: 'repair it, or take it out of the folder'});
}

/** The manifest with some resources in place of those of the same files, or of files that are gone. */
export function mergeResources(manifest: Manifest, resources: readonly Json[], gone: ReadonlySet<string>): Manifest {
  const replaced = new Set([...resources.map(({path}) => path), ...gone]);
  return {json: manifest.json, resources: [...manifest.resources.filter(({path}) => !replaced.has(path)), ...resources]};
}

export function printManifest({json, resources}: Manifest): string {
  return `${JSON.stringify({...json, resources}, null, 2)}\n`;
}

/** The resource of one file, with the whole of its core schema under `sluice`. */
export function resourceOf(schema: Schema, name: string, format: Format, gzip: boolean): Json {
  const {table, columns, order: _, approximateRows: __, approximateBytes: ___, seeks: ____, ...rest} = schema;
  return {
    name: slug(name),
    ...(slug(name) !== table && {title: table}),
    ...(schema.comment !== undefined && schema.comment !== '' && {description: schema.comment}),
    path: name,
    profile: format === 'csv' ? 'tabular-data-resource' : 'data-resource',
    format,
    mediatype: format === 'csv' ? 'text/csv' : 'application/x-ndjson',
    encoding: 'utf-8',
    ...(gzip && {compression: 'gz'}),
    schema: {
      fields: columns.map(column => ({...fieldOf(column), sluice: column})),
      ...(schema.primaryKey.length > 0 && {primaryKey: schema.primaryKey}),
      missingValues: [''],
    },
    sluice: {format: 'sluice.files/1', table, ...rest},
  };
}

/** What the standard can say about a column. */
function fieldOf(column: Column): Json {
  const constraints = {
    ...(!column.nullable && {required: true}),
    ...(column.type === 'text' && column.maxLength !== undefined && {maxLength: column.maxLength}),
  };
  return {
    name: column.name,
    ...standardType(column),
    ...(column.comment !== undefined && column.comment !== '' && {description: column.comment}),
    ...(Object.keys(constraints).length > 0 && {constraints}),
  };
}

/** The standard wants lower case letters, digits, `.`, `-`, `_`. */
function slug(file: string): string {
  const stem = basename(file).replace(/\.(csv|jsonl)(\.gz)?$/i, '').toLowerCase();
  return stem.replace(/[^a-z0-9._-]+/g, '-') || 'table';
}

/** What is known about a file: the table, and how to read each column. */
export interface Description {
  readonly schema: Schema;
  readonly readers: readonly ColumnReader[];
  readonly origin: TableFile['origin'];
}

/**
 * Understands a resource: from its `sluice` properties where they still agree with the standard ones
 * (a person may have edited those), else from the standard ones. Null when it describes no columns.
 * Throws SCHEMA for a description that cannot be followed exactly.
 */
export function describe(resource: Json, table: string): Description | null {
  const schema = resource['schema'];
  if (!isObject(schema)) return null;
  const {fields, missingValues = [''], primaryKey = []} = schema;
  if (!Array.isArray(fields)) return null;
  const wrong = (message: string) => new PipelineError(ErrorCode.SCHEMA, `${MANIFEST}: ${message}`, {table});
  if (!fields.every((field): field is StandardField => isObject(field) && typeof field['name'] === 'string')) throw wrong('a field has no name');
  const encoding = resource['encoding'];
  if (encoding !== undefined && !(typeof encoding === 'string' && /^utf-?8$/i.test(encoding))) throw wrong('the file is said to be in another encoding than UTF-8');
  const dialect = resource['dialect'];
  if (isObject(dialect) && !plainDialect(dialect)) throw wrong('the file is said to have another CSV dialect than RFC 4180 with a header');

  const key = typeof primaryKey === 'string' ? [primaryKey] : primaryKey;
  const names = fields.map(({name}) => name);
  if (!isStrings(key) || !key.every(name => names.includes(name))) throw wrong('the primary key names a column that is not described');
  const missing = new Set(isStrings(missingValues) ? missingValues.filter(text => text !== '') : []);

  const own = resource['sluice'];
  const ownRest = isObject(own) && own['format'] === 'sluice.files/1' && isSchemaRest(own) ? own : null;
  const readers = fields.map((field): ColumnReader => {
    const column = ownRest ? ownColumn(field) : null;
    if (column === null) return standardReader(field, missing);
    const {fromText, fromJson} = FIELD_TYPES[column.type];
    return {column, fromText, fromJson};
  });
  const columns = readers.map(({column}) => column);
  if (ownRest === null) return {schema: {table, columns, primaryKey: key}, readers, origin: 'foreign'};
  const {format: _, table: name, primaryKey: __, ...rest} = ownRest;
  return {schema: {table: name, columns, primaryKey: key, ...rest}, readers, origin: 'own'};
}

/** The column under `sluice`, when the field beside it is what we would write for it. */
function ownColumn(field: StandardField): Column | null {
  const {sluice: column, ...standard} = field;
  if (!isObject(column) || typeof column['name'] !== 'string' || typeof column['nullable'] !== 'boolean') return null;
  if (typeof column['type'] !== 'string' || !Object.hasOwn(FIELD_TYPES, column['type'])) return null;
  const own: Column = {...column, name: column['name'], nullable: column['nullable'], type: column['type'] as ColumnType};
  return isDeepStrictEqual(fieldOf(own), standard) ? own : null;
}

type SchemaRest = Json & Omit<Schema, 'columns'>;

/** Keeps a damaged manifest from reaching code that trusts schemas. */
function isSchemaRest(rest: Json): rest is SchemaRest {
  const named = (value: unknown) => value === undefined || (Array.isArray(value) && value.every(one => isObject(one) && typeof one['name'] === 'string'));
  const {table, indexes, foreignKeys, checks, comment} = rest;
  return typeof table === 'string' && named(indexes) && named(foreignKeys) && named(checks) && (comment === undefined || typeof comment === 'string')
    && ((indexes ?? []) as Json[]).every(({parts}) => Array.isArray(parts) && parts.every(isObject))
    && ((foreignKeys ?? []) as Json[]).every(({columns, referencedColumns, table: other}) => isStrings(columns) && isStrings(referencedColumns) && typeof other === 'string')
    && ((checks ?? []) as Json[]).every(({sql, dialect}) => typeof sql === 'string' && typeof dialect === 'string');
}

function plainDialect(dialect: Json): boolean {
  const standard: Json = {delimiter: ',', quoteChar: '"', doubleQuote: true, header: true, skipInitialSpace: false, caseSensitiveHeader: true};
  const harmless = ['lineTerminator', 'csvddfVersion', 'caseSensitiveHeader'];
  return Object.entries(dialect).every(([name, value]) => harmless.includes(name) || standard[name] === value || value === null);
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(one => typeof one === 'string');
