import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import type {Row} from '@sluice/core';
import {parse, type Options} from 'csv-parse/sync';
import {printedMembers} from './exact-json.ts';
import type {PlainReader, PlainTable} from './table.ts';

/** What a data package says of a file, in the words of its standard. */
interface Resource {
  readonly name: string;
  readonly title?: string;
  readonly path: string;
  readonly schema: {readonly fields: readonly {readonly name: string}[]};
}

/** The files of a folder, each with the columns that the data package gives it. */
const folderReader = (scheme: string, tableOf: (text: string, columns: readonly string[]) => PlainTable): PlainReader => async url => {
  const folder = url.slice(scheme.length).replace(/\/[^/]*$/u, '');
  const {resources} = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8')) as {readonly resources: readonly Resource[]};
  return new Map(await Promise.all(resources.map(async ({name, title = name, path, schema}): Promise<[string, PlainTable]> => {
    const bytes = await readFile(join(folder, path));
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    return [title, tableOf(text, schema.fields.map(field => field.name))];
  })));
};

/** Fields as their text; null is an empty field without quotes, which `''` is not. */
const CSV: Options = {record_delimiter: '\r\n', cast: (field, {quoting}) => (field === '' && !quoting ? null : field)};

/** Columns are those of the header. */
export const readCsv: PlainReader = folderReader('csv:', text => {
  // The parser's types know only of records of strings; `cast` makes nulls, and the first record is the header.
  const [columns, ...rows] = parse(text, CSV) as unknown as [string[], ...Row[]];
  return {columns, rows};
});

/** Values as JSON texts, null as null; a line with other members than the columns has `undefined` where one is missing, or more values. */
export const readJsonLines: PlainReader = folderReader('jsonl:', (text, columns) => ({
  columns,
  rows: text.split('\n').slice(0, -1).map(line => {
    const members = printedMembers(line);
    const values = columns.map(name => { const value = members.get(name)!; members.delete(name); return value === 'null' ? null : value; });
    return [...values, ...members.values()];
  }),
}));
