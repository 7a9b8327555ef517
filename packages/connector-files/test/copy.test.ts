import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Column} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {fixtures} from '@sluice/testkit';
import {expect, test} from 'vitest';
import {destinationOf, never, readAll, sourceOf, tempFolder, write} from './bench.ts';

const tool = {name: 'test', version: '0'};

test('a copy from format to format, verified by the engine, arrives with its whole schema', async () => {
  await using folder = await tempFolder();
  const key: Column = {name: 'id', type: 'int', nullable: false};
  const orders = {schema: {table: 'Orders/2020', columns: [key, {name: 'note', type: 'text', nullable: true} as const], primaryKey: ['id'],
    indexes: [{name: 'by note', unique: true, parts: [{column: 'note'}]}]}, rows: [[1, ''], [2, null]]};
  const tables = [fixtures.everyType, fixtures.empty, fixtures.sequence(5000), fixtures.hostileColumns, orders];
  const at = (name: string) => join(folder.path, name);
  const urls = [`csv:${at('one')}/`, `jsonl:${at('two')}/*.jsonl.gz`, `csv:${at('three')}/*.csv.gz`, `jsonl:${at('one')}/`];
  await write(urls[0]!, tables);
  for (const [i, url] of urls.slice(1).entries()) {
    await using source = sourceOf(urls[i]!);
    await using destination = destinationOf(url);
    const {report, cause} = await runCopy({tool, source, destination}, never);
    expect(cause).toBeUndefined();
    expect(report).toMatchObject({status: 'ok', published: true, verification: {status: 'passed', tables: tables.length}, omissions: [], warnings: []});
  }
  const byName = (found: readonly {schema: {table: string}}[]) => [...found].sort((a, b) => (a.schema.table < b.schema.table ? -1 : 1));
  expect(byName((await readAll(urls.at(-1)!)).tables)).toEqual(byName(tables));
});

test('a damaged file is noticed by the verification, and nothing is published', async () => {
  await using folder = await tempFolder();
  const url = `csv:${folder.path}/`;
  await write(url, [fixtures.sequence(3)]);
  await using source = sourceOf(url);
  await using destination = destinationOf(`jsonl:${folder.path}/`);
  // Somebody writes into the staged file between the write and the read-back.
  const {begin} = destination;
  destination.begin = async (request, signal) => {
    const load = await begin.call(destination, request, signal);
    const {finish} = load;
    load.finish = async (...args) => {
      const omissions = await finish.apply(load, args);
      const staged = join(folder.path, '.sluice-files/load/sequence.jsonl');
      await writeFile(staged, (await readFile(staged, 'utf8')).replace('row 2', 'row 7'));
      return omissions;
    };
    return load;
  };
  const {report} = await runCopy({tool, source, destination}, never);
  expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_VERIFY'}});
  await expect(readAll(`jsonl:${folder.path}/`)).resolves.toMatchObject({tables: []});
});
