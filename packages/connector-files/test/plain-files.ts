import {existsSync, readFileSync} from 'node:fs';
import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import type {Column, Row, Schema, Value} from '@sluice/core';
import type {fixtures} from '@sluice/testkit';
import {parse} from 'csv-parse/sync';

/**
 * Files read and written without any code of the connector: what a stranger's program would do with
 * the formats as they are documented.
 */
export interface Flavour {
  readonly format: 'csv' | 'jsonl';
  readonly gzip: boolean;
}

export const FLAVOURS: readonly Flavour[] = (['csv', 'jsonl'] as const).flatMap(format => [false, true].map(gzip => ({format, gzip})));

const extension = ({format, gzip}: Flavour) => `.${format}${gzip ? '.gz' : ''}`;
export const urlOf = (folder: string, {format, gzip}: Flavour) => (gzip ? `${format}:${folder}/*.${format}.gz` : `${format}:${folder}/`);

/** A folder of tables and its manifest. */
export async function writeTables(folder: string, tables: readonly fixtures.Fixture[], flavour: Flavour): Promise<void> {
  await mkdir(folder, {recursive: true});
  const resources = [];
  for (const [i, {schema, rows}] of tables.entries()) {
    const name = `table ${i}${extension(flavour)}`;
    const text = flavour.format === 'csv' ? csvText(schema, rows) : rows.map(row => jsonLine(schema, row)).join('');
    await writeFile(join(folder, name), flavour.gzip ? gzipSync(text) : text);
    const {table, columns, ...rest} = schema;
    resources.push({
      name: `table-${i}`, path: name, sluice: {format: 'sluice.files/1', table, ...rest},
      schema: {fields: columns.map(column => ({...standard(column), sluice: column})), primaryKey: schema.primaryKey},
    });
  }
  await writeFile(join(folder, 'datapackage.json'), JSON.stringify({resources}));
}

/** The rows of one file; null when it is not there. */
export function readRows(folder: string, schema: Schema, flavour: Flavour): Row[] | null {
  const path = join(folder, schema.table + extension(flavour));
  if (!existsSync(path)) return null;
  const bytes = flavour.gzip ? gunzipSync(readFileSync(path)) : readFileSync(path);
  return flavour.format === 'csv' ? readCsvRows(bytes, schema) : readJsonRows(bytes.toString(), schema);
}

/** Everything in a folder, at any depth, but for the positions. */
export async function listEverything(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder, {recursive: true})).filter(name => !/^\.sluice-files(\/positions\.json)?$/.test(name));
}

function readCsvRows(bytes: Buffer, {columns}: Schema): Row[] {
  const records = parse(bytes, {
    relax_column_count: true, record_delimiter: '\r\n', cast: (text, {quoting}) => (text === '' && !quoting ? null : text),
  }) as unknown as (string | null)[][];
  const [header, ...rows] = records;
  const at = columns.map(({name}) => header!.indexOf(name));
  return rows.map(row => columns.map((column, i) => (row[at[i]!] === null ? null : valueOf(column, row[at[i]!]!))));
}

const NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = 'a number, as text: ';

function readJsonRows(text: string, {columns}: Schema): Row[] {
  return text.split('\n').slice(0, -1).map(line => {
    // Numbers become strings that say so: JSON.parse would round them.
    const row = JSON.parse(line.replace(NUMBERS, token => (token.startsWith('"') ? token : JSON.stringify(MARK + token)))) as Record<string, unknown>;
    return columns.map((column): Value => {
      const value = Object.hasOwn(row, column.name) ? row[column.name] : null;
      if (value === null || typeof value === 'boolean') return value;
      if (typeof value === 'object') return documentAfter(line, `${JSON.stringify(column.name)}:`);
      return valueOf(column, (value as string).replace(MARK, ''));
    });
  });
}

/** The object or array behind a key, as it is written: JSON.parse would drop a key that is there twice. */
function documentAfter(line: string, key: string): string {
  const start = line.indexOf(key) + key.length;
  let depth = 0;
  for (const {0: token, index} of line.slice(start).matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth === 0) return line.slice(start, start + index + 1);
  }
  throw new Error('the document does not end');
}

function valueOf({type}: Column, text: string): Value {
  switch (type) {
    case 'bool': return text === 'true';
    case 'int': return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    case 'float': return text === 'INF' ? Infinity : text === '-INF' ? -Infinity : Number(text);
    case 'bytes': return new Uint8Array(Buffer.from(text, 'base64'));
    default: return text;
  }
}

function textOf(value: NonNullable<Value>): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.is(value, -0) ? '-0' : value === Infinity ? 'INF' : value === -Infinity ? '-INF' : String(value);
}

/** Every field in quotes, as some programs do. */
function csvText({columns}: Schema, rows: readonly Row[]): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = [columns.map(({name}) => quote(name)), ...rows.map(row => row.map(value => (value === null ? '' : quote(textOf(value)))))];
  return lines.map(fields => `${fields.join(',')}\n`).join('');
}

function jsonLine({columns}: Schema, row: Row): string {
  const members = columns.flatMap(({name, type}, i) => {
    const value = row[i]!;
    if (value === null) return i % 2 === 0 ? [`${JSON.stringify(name)}: null`] : []; // an absent key is null too
    const plain = type === 'bool' || type === 'int' || (type === 'float' && Number.isFinite(value)) || (type === 'json' && /^[{[]/.test(value as string));
    return [`${JSON.stringify(name)}: ${plain ? textOf(value) : JSON.stringify(textOf(value))}`];
  });
  return `{${members.join(', ')}}\n`;
}

function standard({name, type, nullable, maxLength}: Column): object {
  const types: Partial<Record<typeof type, object>> = {
    bool: {type: 'boolean'}, int: {type: 'integer'}, float: {type: 'number'}, decimal: {type: 'number'}, bytes: {type: 'string', format: 'binary'},
    date: {type: 'date', format: 'any'}, timestamp: {type: 'datetime', format: 'any'}, timestamptz: {type: 'datetime', format: 'any'},
    json: {type: 'any'}, any: {type: 'any'}, uuid: {type: 'string', format: 'uuid'},
  };
  const constraints = {...(!nullable && {required: true}), ...(type === 'text' && maxLength !== undefined && {maxLength})};
  return {name, ...(types[type] ?? {type: 'string'}), ...(Object.keys(constraints).length > 0 && {constraints})};
}
