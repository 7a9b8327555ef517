import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Column, Schema} from '@sluice/core';
import {expect, test} from 'vitest';
import {readAll, tableOf, tempFolder, write} from './bench.ts';

const id: Column = {name: 'id', type: 'int', nullable: false, native: {dialect: 'mysql', sql: 'bigint unsigned'}, unsigned64: true, autoIncrement: true, comment: 'number'};
const rich: Schema = {
  table: 'Order Items',
  columns: [
    id,
    {name: 'state', type: 'text', nullable: true, maxLength: 9, enumValues: ['new', 'paid'], default: {kind: 'literal', text: 'new'}, caseInsensitive: true},
    {name: 'price', type: 'decimal', nullable: true, precision: 10, scale: 2, default: {kind: 'expression', dialect: 'mysql', sql: '(1 + 1)'}},
    {name: 'twice', type: 'decimal', nullable: true, generated: {dialect: 'mysql', sql: '`price` * 2', stored: true}},
    {name: 'at', type: 'timestamp', nullable: true, scale: 6},
  ],
  primaryKey: ['id'],
  indexes: [{name: 'by state', unique: false, parts: [{column: 'state', prefix: 3, descending: true}, {column: null, expression: {dialect: 'mysql', sql: 'lower(`state`)'}}], kind: 'btree'}],
  foreignKeys: [{name: 'fk', columns: ['id'], table: 'orders', referencedColumns: ['id'], onUpdate: 'CASCADE', onDelete: 'SET NULL'}],
  checks: [{name: 'positive', dialect: 'mysql', sql: '`price` > 0'}],
  comment: 'what was ordered',
};

test('the whole schema comes back: indexes, foreign keys, checks, defaults, generated columns, comments, native types', async () => {
  for (const format of ['csv', 'jsonl']) {
    await using folder = await tempFolder();
    await write(`${format}:${folder.path}/`, [{schema: {...rich, order: 'key', approximateRows: 5}, rows: [[1, 'new', '0.10', '0.20', '2020-01-01 00:00:00.5']]}]);
    const {tables, warnings} = await readAll(`${format}:${folder.path}/`);
    // Neither the order of rows nor their number is promised by a file that somebody may add to.
    expect(tables).toEqual([{schema: rich, rows: [[1, 'new', '0.10', '0.20', '2020-01-01 00:00:00.5']]}]);
    expect(warnings).toEqual([]);
  }
});

test('datapackage.json is a Frictionless Data Package with the core schema beside the standard one', async () => {
  await using folder = await tempFolder();
  await write(`csv:${folder.path}/*.csv.gz`, [{schema: rich, rows: []}]);
  const manifest = JSON.parse(await readFile(join(folder.path, 'datapackage.json'), 'utf8')) as unknown;
  const {columns, table, ...rest} = rich;
  expect(manifest).toEqual({
    profile: 'data-package',
    resources: [{
      name: 'order-items', title: 'Order Items', description: 'what was ordered', path: 'Order Items.csv.gz', profile: 'tabular-data-resource',
      format: 'csv', mediatype: 'text/csv', encoding: 'utf-8', compression: 'gz',
      schema: {
        fields: [
          {name: 'id', type: 'integer', description: 'number', constraints: {required: true}, sluice: columns[0]},
          {name: 'state', type: 'string', constraints: {maxLength: 9}, sluice: columns[1]},
          {name: 'price', type: 'number', sluice: columns[2]},
          {name: 'twice', type: 'number', sluice: columns[3]},
          {name: 'at', type: 'datetime', format: 'any', sluice: columns[4]},
        ],
        primaryKey: ['id'],
        missingValues: [''],
      },
      sluice: {format: 'sluice.files/1', table, ...rest},
    }],
  });
});

test('what a person changes in the standard description wins over what Sluice wrote beside it', async () => {
  await using folder = await tempFolder();
  await write(`csv:${folder.path}/`, [{schema: rich, rows: [[1, 'new', '0.10', null, null]]}]);
  const path = join(folder.path, 'datapackage.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"type": "number"', '"type": "string"'));
  const {tables: [table]} = await readAll(`csv:${folder.path}/`);
  expect(table!.schema.columns[2]).toEqual({name: 'price', type: 'text', nullable: true});
  expect(table!.schema.columns[3]).toEqual(rich.columns[3]);
  expect(table!.rows).toEqual([[1, 'new', '0.10', null, null]]);
});

test('a damaged sluice property is not trusted', async () => {
  for (const damage of [
    {indexes: 5}, {indexes: [{name: 'x', parts: 5}]}, {foreignKeys: [{}]}, {foreignKeys: [{name: 'x', columns: [5], referencedColumns: [], table: 'x'}]}, {checks: [{name: 'x'}]}, {table: 5}, {comment: {}},
  ]) {
    await using folder = await tempFolder();
    await write(`csv:${folder.path}/`, [tableOf('a', [{name: 'x', type: 'int', nullable: true}], [[1]])]);
    const path = join(folder.path, 'datapackage.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as {resources: {sluice: object}[]};
    Object.assign(manifest.resources[0]!.sluice, damage);
    await writeFile(path, JSON.stringify(manifest));
    const {tables: [table]} = await readAll(`csv:${folder.path}/`);
    expect(table).toEqual(tableOf('a', [{name: 'x', type: 'int', nullable: true}], [[1]]));
  }
});

test('what others wrote into the manifest stays, and so do the files of other loads', async () => {
  await using folder = await tempFolder();
  const other = {name: 'other', path: 'other.csv', licence: 'CC0', schema: {fields: [{name: 'x', type: 'integer'}]}};
  await writeFile(join(folder.path, 'other.csv'), 'x\n1\n');
  await writeFile(join(folder.path, 'datapackage.json'), JSON.stringify({name: 'mine', title: 'Mine', resources: [other, {name: 'a', path: 'a.csv', old: true}]}));
  const column: Column = {name: 'x', type: 'int', nullable: true};
  await write(`csv:${folder.path}/`, [tableOf('a', [column], [[2]])]);
  await write(`jsonl:${folder.path}/`, [tableOf('a', [column], [[3]])]);
  await write(`csv:${folder.path}/b.csv.gz`, [tableOf('B!', [column], [[4]])]);
  const manifest = JSON.parse(await readFile(join(folder.path, 'datapackage.json'), 'utf8')) as {resources: {path: string}[]};
  expect(manifest).toMatchObject({name: 'mine', title: 'Mine', resources: [other, {path: 'a.csv'}, {path: 'a.jsonl'}, {path: 'b.csv.gz'}]});
  expect(JSON.stringify(manifest)).not.toContain('"old"');
  expect((await readAll(`csv:${folder.path}/`)).tables.map(({schema, rows}) => [schema.table, rows])).toEqual([['a', [[2]]], ['B!', [[4]]], ['other', [[1]]]]);
  expect((await readAll(`jsonl:${folder.path}/`)).tables.map(({schema, rows}) => [schema.table, rows])).toEqual([['a', [[3]]]]);
});
