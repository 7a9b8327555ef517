import {join} from 'node:path';
import {SqliteDestination, SqliteSource} from '@sluice/connector-sqlite';
import type {Logger, Schema, Source} from '@sluice/core';
import {parseLossRules, runCopy, type CopyRequest} from '@sluice/engine';
import {expect, test} from 'vitest';
import {resumableCopy} from '../src/index.ts';
import {folders, never, run} from './lab.ts';
import {memory} from './stores.ts';

const folder = folders();

/** Copies a table of 3 rows, of which the source says what it is told to. Resolves with what was told on the way, and to the progress log. */
async function copied(sizes: Pick<Schema, 'approximateRows' | 'approximateBytes' | 'seeks'>, more: Partial<CopyRequest> = {}, gone = {}) {
  const at = folder();
  run(join(at, 'from.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL)");
  const told: string[] = [];
  const noted: {readonly entry?: string}[] = [];
  let places: readonly string[] = [];
  const {progressLog} = memory();
  const logger: Logger = {debug() {}, info: message => told.push(message), warn() {}, error() {}};
  await using source = new SqliteSource(join(at, 'from.db'));
  const discover = source.discover.bind(source);
  const sized: Source = Object.assign(source, gone, {
    async discover(...parts: Parameters<typeof discover>) {
      const catalog = await discover(...parts);
      return {...catalog, tables: catalog.tables.map(({approximateRows: _, ...table}) => ({...table, ...sizes}))};
    },
  });
  await using real = new SqliteDestination(join(at, 'to.db'));
  const begin = real.beginRefresh.bind(real);
  const destination = Object.assign(real, {
    async beginRefresh(...[request, signal]: Parameters<typeof begin>) {
      places = [...request.places ?? []];
      return await begin(request, signal);
    },
  });
  const {report, cause} = await runCopy({
    tool: {name: 'test', version: '1'}, source: sized, destination, logger, ...more,
    way: resumableCopy({progressLog: {...progressLog, append: async (entry: {readonly entry?: string}) => void noted.push(entry)}, keepAfterMs: 0, leastRows: 1000}),
  }, never);
  if (cause !== undefined) throw cause as Error;
  expect(report.tables.map(({status, rowsWritten}) => ({status, rowsWritten}))).toEqual([{status: 'ok', rowsWritten: 3}]);
  return {told: told.filter(message => message.includes('crash')), isKept: noted.length > 0, places, segments: noted.filter(({entry}) => entry === 'segment').length};
}

test.each([
  ['1000 rows', {approximateRows: 1000}, true],
  ['999 rows', {approximateRows: 999}, false],
  ['few rows of much text', {approximateRows: 40, approximateBytes: 200_000}, true],
  ['few rows of less', {approximateRows: 40, approximateBytes: 199_999}, false],
  ['nobody knows how many rows', {approximateBytes: 5_000_000}, true],
  ['nothing known', {}, false],
])('%s: whether something is kept to go on with', async (_, sizes, isKept) => {
  expect(await copied(sizes)).toMatchObject({told: [], isKept});
});

test('of a large copy that begins anew when it crashes, the reason is told at its beginning', async () => {
  expect(await copied({approximateRows: 1000}, {}, {ranges: false})).toMatchObject({
    told: ['when this copy crashes, the next one begins anew: a source of the kind sqlite cannot be read from a position on'], isKept: false,
  });
  expect(await copied({approximateRows: 10}, {}, {ranges: false})).toMatchObject({told: [], isKept: false});
  // Rules for losses keep nobody from going on.
  expect(await copied({approximateRows: 1000}, {losses: {declared: parseLossRules(['t.x=null']), mayHold: () => []}})).toMatchObject({told: [], isKept: true});
});

test('tables of few rows that are wide are gone on with, too, and lose no more of them', async () => {
  const limits = {maxRows: 1, commitRows: 2000};
  expect(await copied({approximateRows: 1999}, {limits})).toMatchObject({places: [], segments: 1});
  expect(await copied({approximateRows: 2000}, {limits})).toMatchObject({places: ['t'], segments: 1});
  expect(await copied({approximateRows: 3, approximateBytes: 3 * 100_000_000}, {limits})).toMatchObject({places: ['t'], segments: 4});
  expect(await copied({approximateRows: 3, approximateBytes: 3 * 30_000_000}, {limits})).toMatchObject({places: ['t'], segments: 2});
});

test('a table whose key no index serves is read and compared as a whole, instead of looked at for each of its pieces', async () => {
  expect(await copied({approximateRows: 5000, seeks: false}, {limits: {maxRows: 1, commitRows: 2}})).toMatchObject({places: [], segments: 0, isKept: true});
  expect(await copied({approximateRows: 5000}, {limits: {maxRows: 1, commitRows: 2}})).toMatchObject({places: ['t'], segments: 2});
});
