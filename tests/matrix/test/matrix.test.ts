import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Column, Destination, RunReport, Source} from '@sluice/core';
import {endpoint} from '@sluice/config';
import {runCopy} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {expectSameRows, fixtures, freshDatabase, HOSTILE_COLUMNS, server, type TestDatabase} from '@sluice/testkit';
import {afterAll, describe, expect, test} from 'vitest';
import {readCsv, readJsonLines} from './plain/files.ts';
import {readMysql} from './plain/mysql.ts';
import {readPostgres} from './plain/postgres.ts';
import {printed, type SystemName} from './plain/print.ts';
import {readSqlite} from './plain/sqlite.ts';
import type {PlainReader} from './plain/table.ts';

/** A place that can be read and written: a URL of its own for every name asked for, and a plain driver that reads what stands there. */
interface System {
  readonly name: SystemName;
  readonly missing: boolean;
  readonly readPlain: PlainReader;
  url(name: string): Promise<string>;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-matrix-'));
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true, force: true});
});

const inFolder = (name: SystemName, readPlain: PlainReader, urlOf: (name: string) => string): System => ({name, readPlain, missing: false, url: async place => urlOf(join(folder, place))});

async function onServer(kind: 'mariadb' | 'mysql' | 'postgres', readPlain: PlainReader): Promise<System> {
  const running = await server(kind);
  return {
    name: kind, readPlain, missing: running === null,
    async url() {
      const database = await freshDatabase(running!);
      databases.push(database);
      return database.url;
    },
  };
}

const systems: readonly System[] = [
  inFolder('sqlite', readSqlite, place => `sqlite:${place}.db`),
  inFolder('csv', readCsv, place => `csv:${place}-csv/`),
  inFolder('csv.gz', readCsv, place => `csv:${place}-csvgz/*.csv.gz`),
  inFolder('jsonl', readJsonLines, place => `jsonl:${place}-jsonl/`),
  await onServer('mariadb', readMysql),
  await onServer('mysql', readMysql),
  await onServer('postgres', readPostgres),
];

// Values that one of the systems refuses are laws of its own contract suite; here every pair must take every row.
const tablesFor = (...pair: readonly System[]): readonly fixtures.Fixture[] => [
  fixtures.typesFixture('every_type', HOSTILE_COLUMNS.map(({column, values}) => ({
    column, values: values.filter(({value}) => !Object.is(value, -0) && !(typeof value === 'string' && value.includes('\0') && pair.some(({name}) => name === 'postgres'))),
  }))),
  fixtures.empty, fixtures.hostileColumns, fixtures.sequence(1001), fixtures.compositeKey, fixtures.textKey, fixtures.bytesKey, fixtures.bigKey, fixtures.noKey,
  ...fixtures.hostileTables,
  fixtures.heavy(3, 300_000), fixtures.wide(60, 50),
];

for (const from of systems) {
  describe.skipIf(from.missing)(`from ${from.name}`, () => {
    for (const to of systems) {
      test.skipIf(to.missing)(`to ${to.name}: every row of every table arrives, proved, and stands there for a plain driver`, async () => {
        const [fromUrl, toUrl] = [await from.url(`${from.name}-${to.name}-from`), await to.url(`${from.name}-${to.name}-to`)];
        const tables = tablesFor(from, to);
        proved(await copy(new MemorySource(new MemoryDatabase({tables})), await openDestination(endpoint(fromUrl))));
        const report = proved(await copy(await openSource(endpoint(fromUrl)), await openDestination(endpoint(toUrl))));

        // Some systems keep another name, which the report tells; files keep the table's own in their data package.
        const targets = new Map(report.tables.map(({name, target}) => [name, target]));
        const arrived = await to.readPlain(toUrl);
        expect(arrived.size).toBe(tables.length);
        for (const {schema: {table, columns}, rows} of tables) {
          const found = arrived.get(table) ?? arrived.get(targets.get(table)!);
          expect(found?.columns, table).toEqual(columns.map(({name}) => name));
          const plain = {table, columns: columns.map(({name}): Column => ({name, type: 'any', nullable: true})), primaryKey: []};
          expectSameRows(plain, found!.rows, rows.map(row => row.map((value, i) => printed(columns[i]!, value, {from: from.name, to: to.name}))));
        }
      });
    }
  });
}

async function copy(source: Source, destination: Destination): Promise<RunReport> {
  await using from = source;
  await using to = destination;
  const {report, cause} = await runCopy({tool: {name: 'matrix', version: '0'}, source: from, destination: to, limits: {maxRows: 100}}, new AbortController().signal);
  if (report.status !== 'ok') throw new Error(`${from.kind} to ${to.kind}: ${report.error?.table ?? ''} ${report.error?.column ?? ''} ${report.error?.message ?? ''}`, {cause});
  return report;
}

function proved(report: RunReport): RunReport {
  expect(report.verification.status).toBe('passed');
  for (const {name, rowsRead, rowsWritten, verified} of report.tables) expect([name, rowsWritten, verified]).toEqual([name, rowsRead, true]);
  return report;
}
