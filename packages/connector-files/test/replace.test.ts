import {existsSync, readdirSync} from 'node:fs';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import type {Column} from '@sluice/core';
import {expect, test} from 'vitest';
import {destinationOf, never, readAll, tableOf, tempFolder, write} from './bench.ts';

const x: Column = {name: 'x', type: 'int', nullable: true};
const a = (n: number) => tableOf('a', [x], [[n]]);
const b = (n: number) => tableOf('b', [x], [[n]]);
const content = async (url: string) => Object.fromEntries((await readAll(url)).tables.map(({schema, rows}) => [schema.table, rows.flat()]));
const failure = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error as Error);
const request = (...tables: ReturnType<typeof a>[]) => ({catalog: {tables: tables.map(({schema}) => schema), views: [], others: []}, mode: 'replace' as const});

test('writes the files that it says, and nothing else', async () => {
  await using folder = await tempFolder();
  for (const [url, names] of [['csv:$/', ['a.csv', 'b.csv']], ['jsonl:$/*.jsonl.gz', ['a.jsonl.gz', 'b.jsonl.gz']], ['csv:$/new/', ['a.csv', 'b.csv']]] as const) {
    const {target} = await write(url.replace('$', folder.path), [a(1), b(2)]);
    expect(target.tables.map(table => table.target)).toEqual(['a', 'b']);
    const path = url.includes('new') ? join(folder.path, 'new') : folder.path;
    expect(readdirSync(path).filter(name => name !== 'new').sort()).toEqual([...names, 'datapackage.json'].sort());
    if (path === folder.path) for (const name of [...names, 'datapackage.json']) await rm(join(path, name));
  }
  expect(readdirSync(folder.path)).toEqual(['new']);
  expect(await readFile(join(folder.path, 'new/a.csv'), 'utf8')).toBe('x\r\n1\r\n');
});

test('a table that had another file before does not stay behind in it', async () => {
  await using folder = await tempFolder();
  await write(`csv:${folder.path}/`, [tableOf('aa', [x]), tableOf('AA', [x])]);
  await write(`csv:${folder.path}/*.csv.gz`, [tableOf('AA', [x], [[1]])]);
  expect(readdirSync(folder.path).sort()).toEqual(['%41A.csv.gz', 'aa.csv', 'datapackage.json']);
  expect(await content(`csv:${folder.path}/`)).toEqual({AA: [1], aa: []});
});

test('table names cannot lead out of the folder, and come back as they are', async () => {
  await using folder = await tempFolder();
  const names = ['../up', '/abs', '..', '.hidden', 'a/b', 'a\\b', 'a\0b', 'con', 'x'.repeat(300), 'datapackage', 'datapackage.json', '.sluice-files', '%', ''];
  await write(`csv:${folder.path}/in/`, names.map((name, i) => tableOf(name, [x], [[i]])));
  expect(readdirSync(folder.path)).toEqual(['in']);
  expect(readdirSync(join(folder.path, 'in'))).toHaveLength(names.length + 1);
  expect(await content(`csv:${folder.path}/in/`)).toEqual(Object.fromEntries(names.map((name, i) => [name, [i]])));
});

test('a single file takes exactly one table and keeps its name', async () => {
  await using folder = await tempFolder();
  for (const name of ['one.csv', 'one.csv.gz', 'one.jsonl', 'one.jsonl.gz']) {
    const url = `${name.split('.')[1]}:${folder.path}/${name}`;
    for (const n of [1, 2]) {
      const {target} = await write(url, [tableOf('The Table', [x], [[n]])]);
      expect(target.tables[0]).toMatchObject({table: 'The Table', target: 'one'});
      expect(await content(url)).toEqual({'The Table': [n]});
    }
    await using destination = destinationOf(url);
    for (const tables of [[], [a(1), b(2)]]) {
      expect(await failure(destination.plan(request(...tables), never))).toMatchObject({code: 'SLUICE_SCHEMA', remedy: expect.stringContaining('folder/')});
    }
  }
  expect(readdirSync(folder.path).sort()).toEqual(['datapackage.json', 'one.csv', 'one.csv.gz', 'one.jsonl', 'one.jsonl.gz']);
});

test('where a load cannot be written: check and begin say so', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'file'), '');
  await mkdir(join(folder.path, 'x.csv'));
  await mkdir(join(folder.path, 'a.csv'));
  await mkdir(join(folder.path, 'bad'));
  await writeFile(join(folder.path, 'bad/datapackage.json'), '{');
  for (const [url, problem, error] of [
    ['csv:$/none/there/', /does not exist/, {code: 'SLUICE_WRITE'}], ['csv:$/none/a.csv', /does not exist/, {code: 'SLUICE_WRITE'}], ['csv:$/file/', /is a file/, {code: 'SLUICE_CONNECT'}],
    ['csv:$/bad/', /is not JSON/, {code: 'SLUICE_SCHEMA'}],
  ] as const) {
    await using destination = destinationOf(url.replace('$', folder.path));
    expect((await destination.check(never)).map(({message}) => message), url).toEqual([expect.stringMatching(problem)]);
    expect(await failure(destination.begin(request(a(1)), never)), url).toMatchObject({name: 'PipelineError', ...error});
  }
  // A folder stands where a file should go: nothing is live then.
  await write(`csv:${folder.path}/`, [b(1)]);
  expect(await failure(write(`csv:${folder.path}/`, [b(2), a(2)]))).toMatchObject({code: 'SLUICE_WRITE', message: 'a.csv: there is a folder of this name'});
  expect(await content(`csv:${folder.path}/`)).toEqual({b: [1]});
  expect(await failure(write(`csv:${folder.path}/x.csv`, [b(2)]))).toMatchObject({code: 'SLUICE_WRITE'});
});

test('views are left out with the reason, upsert is refused with the remedy', async () => {
  await using folder = await tempFolder();
  const {target} = await write(`csv:${folder.path}/`, [a(1)], {catalog: {views: [{name: 'v', columns: ['x'], dialect: 'mysql', sql: 'select 1'}]}});
  expect(target.omissions).toEqual([{table: null, kind: 'view', name: 'v', reason: 'files hold rows only'}]);
  await using destination = destinationOf(`csv:${folder.path}/`);
  expect(await failure(destination.begin({...request(a(1)), mode: 'upsert'}, never))).toMatchObject({code: 'SLUICE_SCHEMA', remedy: 'use replace or append'});
});

test('a load that was interrupted anywhere while it went live is live for readers, and is finished by the next load', async () => {
  const files = ['a.csv', 'b.csv.gz', 'datapackage.json'];
  for (let moved = 0; moved <= files.length; moved++) {
    await using folder = await tempFolder();
    const work = join(folder.path, '.sluice-files');
    await write(`csv:${folder.path}/`, [a(1), b(1), tableOf('c', [x], [[1]])]);
    // What a load leaves that dies behind its decision: everything in `ready`, some of it moved.
    const url = `csv:${folder.path}/later/`;
    await write(url, [a(2), b(2)]);
    await write(`csv:${folder.path}/later/*.csv.gz`, [b(2)]);
    const manifest = JSON.parse(await readFile(join(folder.path, 'later/datapackage.json'), 'utf8')) as {resources: object[]};
    const old = JSON.parse(await readFile(join(folder.path, 'datapackage.json'), 'utf8')) as {resources: {path: string}[]};
    await writeFile(join(folder.path, 'later/datapackage.json'), JSON.stringify({resources: [...old.resources.filter(({path}) => path === 'c.csv'), ...manifest.resources]}));
    await writeFile(join(folder.path, 'later/.orders.json'), JSON.stringify({gone: ['b.csv'], forget: ['a', 'b']}));
    await mkdir(work);
    await writeFile(join(work, 'positions.json'), JSON.stringify([['a', 'old'], ['c', 'kept']]));
    await rename(join(folder.path, 'later'), join(work, 'ready'));
    for (const name of files.slice(0, moved)) await rename(join(work, 'ready', name), join(folder.path, name));

    expect(await content(`csv:${folder.path}/`)).toEqual({a: [2], b: [2], c: [1]});
    await write(`csv:${folder.path}/`, [tableOf('d', [x], [[3]])]);
    expect(await content(`csv:${folder.path}/`)).toEqual({a: [2], b: [2], c: [1], d: [3]});
    expect(readdirSync(folder.path).sort()).toEqual(['.sluice-files', 'a.csv', 'b.csv.gz', 'c.csv', 'd.csv', 'datapackage.json']);
    expect(readdirSync(work)).toEqual(['positions.json']);
    expect(JSON.parse(await readFile(join(work, 'positions.json'), 'utf8'))).toEqual([['c', 'kept']]);
  }
});

test('two loads at once into one folder: the second is refused; a lock of a process that is gone is taken over', async () => {
  await using folder = await tempFolder();
  const url = `csv:${folder.path}/new/`;
  for (const exists of [false, true]) {
    await using destination = destinationOf(url);
    const load = await destination.begin(request(a(1)), never);
    await using second = destinationOf(url);
    expect(await failure(second.begin(request(b(1)), never))).toMatchObject({code: 'SLUICE_LOCKED', retryable: false, remedy: expect.stringContaining('lock')});
    if (exists) expect(await second.check(never)).toEqual([{message: 'another load is writing there'}]);
    await load[Symbol.asyncDispose]();
    await write(url, [a(1)]);
  }
  const lock = join(folder.path, 'new/.sluice-files/lock');
  const own = {pid: process.pid, host: hostname(), began: performance.timeOrigin, token: ''};
  for (const [holder, held] of [
    [own, true], [{...own, pid: 2 ** 22 + 1}, false], [{...own, began: 5}, false], [{...own, host: 'elsewhere'}, true], ['', false], [{}, false],
  ] as const) {
    await mkdir(join(folder.path, 'new/.sluice-files'), {recursive: true});
    await writeFile(lock, holder === '' ? '' : JSON.stringify(holder));
    const error = await failure(write(url, [a(2)]));
    if (held) expect(error).toMatchObject({code: 'SLUICE_LOCKED'});
    else expect(error).toBeNull();
    await rm(lock, {force: true});
  }
});

test('what a crashed load left beside a folder that came to be meanwhile is removed', async () => {
  await using folder = await tempFolder();
  const beside = join(folder.path, '.new.sluice-files');
  await mkdir(join(beside, 'load'), {recursive: true});
  await writeFile(join(beside, 'load/a.csv'), 'half');
  await write(`csv:${folder.path}/new/`, [a(1)]);
  expect(existsSync(beside)).toBe(false);
  await mkdir(join(beside, 'load'), {recursive: true});
  await write(`csv:${folder.path}/new/`, [a(2)]);
  expect(readdirSync(folder.path)).toEqual(['new']);
});

test('a value that has not the form of its type is refused before anything of its batch is written', async () => {
  await using folder = await tempFolder();
  const wrong: readonly [Column['type'], unknown][] = [
    ['int', 1.5], ['int', '1'], ['int', 2 ** 53], ['float', 1n], ['bool', 1], ['decimal', '1e5'], ['decimal', 1], ['date', '2020-1-1'], ['time', '1:00'], ['timestamp', '2020-01-01T00:00:00Z'],
    ['uuid', 'ABC'], ['text', 5], ['text', '\uD800'], ['json', '\uDC00'], ['any', '\uD800'], ['bytes', 'x'],
  ];
  for (const format of ['csv', 'jsonl']) {
    for (const [type, value] of wrong) {
      const table = tableOf('t', [{name: 'id', type: 'int', nullable: false}, {name: 'v', type, nullable: true}], [[1, null], [2, value as never]]);
      expect(await failure(write(`${format}:${folder.path}/`, [table])), `${format} ${type}`).toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'v', row: 1}});
      expect(readdirSync(folder.path)).toEqual([]);
    }
  }
});
