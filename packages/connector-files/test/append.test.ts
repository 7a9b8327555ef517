import {mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import type {Column} from '@sluice/core';
import {expect, test} from 'vitest';
import {destinationOf, never, readAll, tableOf, tempFolder, write} from './bench.ts';

const id: Column = {name: 'id', type: 'int', nullable: true};
const note: Column = {name: 'note', type: 'text', nullable: true};
const failure = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error as Error);
const rowsIn = async (url: string) => (await readAll(url)).tables.map(({rows}) => rows).flat();

for (const name of ['a.csv', 'a.csv.gz', 'a.jsonl', 'a.jsonl.gz']) {
  const format = name.split('.')[1]!;
  const gzip = name.endsWith('.gz');
  const put = (folder: string, text: string) => writeFile(join(folder, name), gzip ? gzipSync(text) : text);
  const text = async (folder: string) => {
    const bytes = await readFile(join(folder, name));
    return (gzip ? gunzipSync(bytes) : bytes).toString();
  };

  test(`adds rows to a file of others, also when its last line has no end: ${name}`, async () => {
    await using folder = await tempFolder();
    const before = format === 'csv' ? 'note,id\nx,1' : '{"note":"x","id":1}';
    await put(folder.path, before);
    const column = format === 'csv' ? {...id, type: 'text' as const} : id;
    for (const n of [2, 3]) await write(`${format}:${folder.path}/`, [tableOf('a', [column, note], [[format === 'csv' ? String(n) : n, 'y']])], {mode: 'append'});
    expect(await text(folder.path)).toBe(format === 'csv' ? 'note,id\nx,1\r\ny,2\r\ny,3\r\n' : '{"note":"x","id":1}\n{"note":"y","id":2}\n{"note":"y","id":3}\n');
  });

  test(`an append that was interrupted anywhere in its commit is not there for readers, and is finished by the next load: ${name}`, async () => {
    await using folder = await tempFolder();
    const url = `${format}:${folder.path}/${gzip ? `*.${format}.gz` : ''}`;
    await write(url, [tableOf('a', [id, note], [[1, 'one']])], {mode: 'append', position: 'p1' as never});
    const work = join(folder.path, '.sluice-files');
    const live = join(folder.path, name);
    const tail = Buffer.from(format === 'csv' ? '2,two\r\n3,three\r\n' : '{"id":2,"note":"two"}\n{"id":3,"note":"three"}\n');
    const bytes = gzip ? gzipSync(tail) : tail;
    const base = (await stat(live)).size;
    const before = await readFile(live);
    for (let written = 0; written <= bytes.length; written += gzip ? 7 : 3) {
      await writeFile(live, Buffer.concat([before, bytes.subarray(0, written)]));
      await writeFile(join(work, 'tail'), bytes);
      await writeFile(join(work, 'commit.json'), JSON.stringify({file: name, base, table: 'a', position: 'p3'}));
      await writeFile(join(work, 'positions.json'), JSON.stringify([['a', 'p1']]));
      expect(await rowsIn(url)).toEqual([[1, 'one']]);
      await using destination = destinationOf(url);
      await using load = await destination.begin({catalog: {tables: [tableOf('a', [id, note]).schema], views: [], others: []}, mode: 'append'}, never);
      await using writer = await load.open(tableOf('a', [id, note]).schema, never);
      expect(writer.resumeAfter).toBe('p3');
      expect(await rowsIn(url)).toEqual([[1, 'one'], [2, 'two'], [3, 'three']]);
    }
  });

  test(`a table of several commits is one file that other programs read: ${name}`, async () => {
    await using folder = await tempFolder();
    const {schema} = tableOf('a', [id, note]);
    await using destination = destinationOf(`${format}:${folder.path}/${gzip ? `*.${format}.gz` : ''}`);
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'append'}, never);
    await using writer = await load.open(schema, never);
    for (const n of [1, 2, 3]) {
      await writer.write({rows: [[n, null]], position: null});
      await writer.commit(String(n) as never);
    }
    expect(await text(folder.path)).toBe(format === 'csv' ? 'id,note\r\n1,\r\n2,\r\n3,\r\n' : [1, 2, 3].map(n => `{"id":${n},"note":null}\n`).join(''));
  });
}

test('positions are kept out of the manifest, readable by their owner only', async () => {
  await using folder = await tempFolder();
  await write(`csv:${folder.path}/`, [tableOf('a', [id], [[1]])], {mode: 'append', position: 'SECRET KEY' as never});
  expect(await readFile(join(folder.path, 'datapackage.json'), 'utf8')).not.toContain('SECRET');
  expect(await readFile(join(folder.path, 'a.csv'), 'utf8')).not.toContain('SECRET');
  expect((await stat(join(folder.path, '.sluice-files/positions.json'))).mode & 0o777).toBe(0o600);
});

test('a new column of a CSV file is added in place, its other fields to the letter', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'a.csv'), '\uFEFFnote,"id"\n" ""x"" ",007\n"",\n');
  const text: Column = {...id, type: 'text'};
  await write(`csv:${folder.path}/`, [tableOf('a', [text, {name: 'new', type: 'text', nullable: true}, note], [['8', 'n', 'y']])], {mode: 'append'});
  expect(await readFile(join(folder.path, 'a.csv'), 'utf8')).toBe('note,id,new\r\n" ""x"" ",007,\r\n"",,\r\ny,8,n\r\n');
});

test('rows follow the header when somebody has put the columns in another order', async () => {
  await using folder = await tempFolder();
  const url = `csv:${folder.path}/`;
  await write(url, [tableOf('a', [id, note], [[1, '11']])]);
  await writeFile(join(folder.path, 'a.csv'), 'note,id\r\n11,1\r\n');
  await write(url, [tableOf('a', [id, note], [[2, '22']])], {mode: 'append'});
  expect(await readFile(join(folder.path, 'a.csv'), 'utf8')).toBe('note,id\r\n11,1\r\n22,2\r\n');
});

test('a commit that fails behind its decision is finished by the next load, once', async () => {
  await using folder = await tempFolder();
  const {schema} = tableOf('a', [id, note]);
  const url = `csv:${folder.path}/`;
  const work = join(folder.path, '.sluice-files');
  await using destination = destinationOf(url);
  const request = {catalog: {tables: [schema], views: [], others: []}, mode: 'append'} as const;
  const resume = async () => {
    await using load = await destination.begin(request, never);
    await using writer = await load.open(schema, never);
    return writer.resumeAfter;
  };
  {
    await using load = await destination.begin(request, never);
    await using writer = await load.open(schema, never);
    await writer.write({rows: [[1, 'one']], position: null});
    await mkdir(join(work, 'positions.json.new')); // the rows can be added, the position cannot be stored
    expect(await failure(writer.commit('p1' as never))).toMatchObject({code: 'SLUICE_WRITE'});
  }
  expect(await rowsIn(url)).toEqual([]);
  expect(await failure(resume())).toMatchObject({code: 'SLUICE_WRITE'});
  await rm(join(work, 'positions.json.new'), {recursive: true});
  expect(await resume()).toBe('p1');
  expect(await rowsIn(url)).toEqual([[1, 'one']]);
});

test('what somebody else adds to the file at the same time is not written over', async () => {
  await using folder = await tempFolder();
  const {schema} = tableOf('a', [id, note]);
  const live = join(folder.path, 'a.csv');
  const work = join(folder.path, '.sluice-files');
  await using destination = destinationOf(`csv:${folder.path}/`);
  const request = {catalog: {tables: [schema], views: [], others: []}, mode: 'append'} as const;
  {
    await using load = await destination.begin(request, never);
    await using writer = await load.open(schema, never);
    await writer.write({rows: [[1, 'ours']], position: null});
    await writeFile(live, '5,theirs\r\n', {flag: 'a'});
    expect(await failure(writer.commit(null))).toMatchObject({code: 'SLUICE_WRITE', message: expect.stringContaining('a.csv: somebody else changed'), context: {table: 'a'}});
  }
  await mkdir(work);
  await writeFile(join(work, 'tail'), '2,x\r\n');
  await writeFile(join(work, 'commit.json'), JSON.stringify({file: 'a.csv', base: 9, table: 'a', position: null}));
  expect(await failure(destination.begin(request, never))).toMatchObject({code: 'SLUICE_WRITE', remedy: expect.stringContaining('commit.json')});
  expect(await readFile(live, 'utf8')).toBe('id,note\r\n5,theirs\r\n');
});

test('rows are not added where they would be read as something else', async () => {
  const described = {resources: [{path: 'a.csv', schema: {fields: [{name: 'id', type: 'integer'}], missingValues: ['', 'NA']}}]};
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'a.csv'), 'id\n1\n');
  await writeFile(join(folder.path, 'datapackage.json'), JSON.stringify(described));
  await writeFile(join(folder.path, 'b.jsonl'), '{"id":9.0}\n');
  const load = (format: string, table: string, column: Column) => failure(write(`${format}:${folder.path}/`, [tableOf(table, [column], [])], {mode: 'append'}));
  expect(await load('csv', 'a', id)).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('was not written by Sluice'), context: {table: 'a'}});
  expect(await load('jsonl', 'b', {...id, type: 'decimal'})).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('was not written by Sluice')});
  expect(await readFile(join(folder.path, 'a.csv'), 'utf8')).toBe('id\n1\n');
});

test('appends to a single file, and into a folder that is made for it', async () => {
  await using folder = await tempFolder();
  for (const url of [`csv:${folder.path}/one.csv`, `jsonl:${folder.path}/new/`]) {
    for (const n of [1, 2]) await write(url, [tableOf('a b', [id], [[n]])], {mode: 'append'});
    expect((await readAll(url)).tables).toEqual([tableOf('a b', [id], [[1], [2]])]);
  }
  await mkdir(join(folder.path, 'x'));
  await using destination = destinationOf(`csv:${folder.path}/none/one.csv`);
  expect(await failure(destination.begin({catalog: {tables: [tableOf('a', [id]).schema], views: [], others: []}, mode: 'append'}, never))).toMatchObject({code: 'SLUICE_WRITE'});
});
