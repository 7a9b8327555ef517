import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {PipelineError, type Position, type Row, type Schema} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {StageDestination} from '../src/stage/stage-destination.ts';
import {StageSource} from '../src/stage/stage-source.ts';

const {signal} = new AbortController();
const tool = {name: 'test', version: '0'};
const origin = {position: 'place' as Position, positionKey: 'key', label: 'shop', masked: false, schema: '{}'};
let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'stage-')); });
afterEach(async () => { await rm(folder, {recursive: true}); });

const orders: Schema = {
  table: 'orders', primaryKey: [],
  columns: [
    {name: 'id', type: 'int', nullable: true}, {name: 'name', type: 'text', nullable: true}, {name: 'weight', type: 'float', nullable: true},
    {name: 'paid', type: 'bool', nullable: true}, {name: 'raw', type: 'bytes', nullable: true}, {name: 'more', type: 'json', nullable: true},
  ],
};
const hostile: Row[] = [
  [1, '\\N', 1.5, true, new Uint8Array([0, 255, 92]), '{"a":"\\t"}'],
  [9007199254740993n, 'tab\there\nline\r\n"quoted" back\\slash', -0, false, new Uint8Array(), null],
  [null, '', NaN, null, null, 'null'],
  [2, 'a\0b 😀', Infinity, true, null, '[]'],
];
const empty: Schema = {table: 'order_lines', primaryKey: [], columns: [{name: 'id', type: 'int', nullable: true}]};

async function stage(rows: Row[], fileBytes?: number) {
  const database = new MemoryDatabase();
  database.put([{schema: orders, rows, position: null}, {schema: empty, rows: [], position: null}]);
  return await runCopy({tool, source: new MemorySource(database), destination: new StageDestination(folder, origin, fileBytes), limits: {maxRows: 100}}, signal);
}

async function load() {
  const database = new MemoryDatabase();
  const {report} = await runCopy({tool, source: new StageSource(folder), destination: new MemoryDestination(database)}, signal);
  return {report, tables: database.tables};
}

test('what is staged and loaded is what was read, value by value', async () => {
  const {report} = await stage(hostile.map(row => [...row]));
  expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}});
  expect(await readdir(join(folder, 'orders'))).toEqual(['00000']);
  expect(await readdir(join(folder, 'order_lines'))).toEqual([]);
  expect((await readFile(join(folder, 'orders', '00000'), 'utf8')).split('\n')[0]).toBe('1\t\\\\N\t1.5\tt\t\\\\x00ff5c\t{"a":"\\\\t"}');
  const {report: copied, tables} = await load();
  expect(copied).toMatchObject({status: 'ok', verification: {status: 'passed'}});
  expect(tables.get('orders')?.rows).toEqual(hostile);
  expect(tables.get('order_lines')?.rows).toEqual([]);
  expect(await new StageSource(folder).origin()).toMatchObject(origin);
});

test('a new file begins once one is full, and all of them are read in their order', async () => {
  const rows = Array.from({length: 3000}, (_, i): Row => [i, 'x'.repeat(2000), null, null, null, null]);
  await stage(rows, 3 << 20);
  expect(await readdir(join(folder, 'orders'))).toEqual(['00000', '00001', '00002']);
  expect((await load()).tables.get('orders')?.rows.map(([id]) => id)).toEqual(rows.map(([id]) => id));
});

test('files of an earlier run, and of one that died, are gone', async () => {
  await mkdir(join(folder, '.stage-dead'));
  await mkdir(join(folder, 'orders'));
  await writeFile(join(folder, 'orders', '00007'), 'stale\n');
  await stage([hostile[0]!]);
  expect(await readdir(folder)).toEqual(['order_lines', 'orders', 'tables.json']);
  expect(await readdir(join(folder, 'orders'))).toEqual(['00000']);
});

test('a folder without a finished run is refused', async () => {
  await expect(new StageSource(folder).discover(signal)).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: `${folder} holds no tables of a finished run: tables.json is missing`});
});

test('files that are not as they were written are refused, whatever became of them, and nothing of them is told', async () => {
  const rows = Array.from({length: 3000}, (_, i): Row => [i, 'x'.repeat(1000), null, null, null, null]);
  const refusal = async () => {
    const {report} = await load();
    expect(report.status).toBe('failed');
    expect(JSON.stringify(report)).not.toContain('CANARY');
    return report.tables.find(({name}) => name === 'orders')?.error;
  };
  const whole = async () => {
    await stage(rows, 2 << 20);
    expect(await readdir(join(folder, 'orders'))).toEqual(['00000', '00001']);
    return await readFile(join(folder, 'orders', '00001'), 'utf8');
  };
  const text = await whole();
  // Cut off behind a whole row.
  await writeFile(join(folder, 'orders', '00001'), text.slice(0, text.indexOf('\n') + 1));
  expect(await refusal()).toMatchObject({code: 'SLUICE_CONFIG', message: `${join(folder, 'orders')}: file 00001 is not as it was written`});
  await rm(join(folder, 'orders', '00001'));
  expect(await refusal()).toMatchObject({message: expect.stringContaining('file 00001 is missing')});
  await whole();
  await writeFile(join(folder, 'orders', '00007'), '1\tCANARY\n');
  expect(await refusal()).toMatchObject({message: expect.stringContaining('file 00007 is not one of those that were written')});
  await rm(join(folder, 'orders'), {recursive: true});
  expect(await refusal()).toMatchObject({message: expect.stringContaining('the folder is gone')});
});

test('a table whose name is no folder is refused before anything is written', async () => {
  const database = new MemoryDatabase();
  database.put([{schema: {...empty, table: '../out'}, rows: [], position: null}]);
  const {report, cause} = await runCopy({tool, source: new MemorySource(database), destination: new StageDestination(folder, origin)}, signal);
  expect(report.status).toBe('failed');
  expect(cause).toBeInstanceOf(PipelineError);
  expect(await readdir(folder)).toEqual([]);
});
