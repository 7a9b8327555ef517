import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import type {Destination, Row, RunReport, Schema, Source, Value} from '@sluice/core';
import {endpoint} from '@sluice/config';
import {runCopy} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {fixtures, freshDatabase, HOSTILE_COLUMNS, printRow, server, type TestDatabase} from '@sluice/testkit';
import {afterAll, describe, expect, test} from 'vitest';
import {comparable} from './comparable.ts';

/** A place that can be read and written: a URL of its own for every name asked for. */
interface System {
  readonly name: string;
  readonly missing: boolean;
  url(name: string): Promise<string>;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-matrix-'));
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true, force: true});
});

const inFolder = (name: string, urlOf: (name: string) => string): System => ({name, missing: false, url: async place => urlOf(join(folder, place))});

async function onServer(kind: 'mariadb' | 'mysql' | 'postgres'): Promise<System> {
  const running = await server(kind);
  return {
    name: kind, missing: running === null,
    async url() {
      const database = await freshDatabase(running!);
      databases.push(database);
      return database.url;
    },
  };
}

const systems: readonly System[] = [
  inFolder('sqlite', place => `sqlite:${place}.db`),
  inFolder('csv', place => `csv:${place}-csv/`),
  inFolder('csv.gz', place => `csv:${place}-csvgz/*.csv.gz`),
  inFolder('jsonl', place => `jsonl:${place}-jsonl/`),
  await onServer('mariadb'),
  await onServer('mysql'),
  await onServer('postgres'),
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
      test.skipIf(to.missing)(`to ${to.name}: every row of every table arrives, proved`, async () => {
        const [fromUrl, toUrl] = [await from.url(`${from.name}-${to.name}-from`), await to.url(`${from.name}-${to.name}-to`)];
        const tables = tablesFor(from, to);
        const original = new MemoryDatabase({tables});
        proved(await copy(new MemorySource(original), await openDestination(endpoint(fromUrl))));
        const report = proved(await copy(await openSource(endpoint(fromUrl)), await openDestination(endpoint(toUrl))));
        const arrived = new MemoryDatabase();
        proved(await copy(await openSource(endpoint(toUrl)), new MemoryDestination(arrived)));

        const targets = new Map(report.tables.map(({name, target}) => [name, target]));
        expect(targets.size).toBe(tables.length);
        for (const {schema, rows} of tables) {
          // Some systems keep another name, which the report tells; files keep it in their manifest.
          const found = arrived.tables.get(schema.table) ?? arrived.tables.get(targets.get(schema.table)!);
          expect(found, schema.table).toBeDefined();
          expect(texts(found!.schema, found!.rows, schema), schema.table).toEqual(texts(schema, rows, found!.schema));
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

/** Rows as sorted texts, in a form that does not depend on how many digits or which integer type a system keeps. */
function texts(schema: Schema, rows: readonly Row[], other: Schema): string[] {
  return rows.map(row => printRow(schema, schema.columns.map((column, i): Value => comparable(column, row[i]!, other.columns[i])))).sort();
}
