import {ErrorCode, type CursorBound, type Position, type Schema, type Source, type Transform, type TransformPlan} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {fixtures} from '@sluice/testkit';
import {expect, test} from 'vitest';
import {runCopy, type CopyMode, type CopyRequest, type TableRead} from '../src/index.ts';

const never = new AbortController().signal;
const limits = {maxRows: 10, maxBytes: 1 << 20, commitRows: 10};

/** A memory source with cursors: their positions are counts of rows, as the source's own are. */
function withCursors(source: Source, bound: () => CursorBound): Source {
  return Object.assign(Object.create(source) as Source, {
    kind: 'memory', label: source.label, warnings: [], snapshot: null,
    discover: source.discover.bind(source), check: source.check.bind(source),
    async *read(request: Parameters<Source['read']>[0], signal: AbortSignal) {
      const last = request.cursor === undefined ? Infinity : Number(request.until ?? 0);
      let at = Number(request.after ?? 0);
      for await (const batch of source.read(request, signal)) {
        const rows = batch.rows.slice(0, Math.max(0, last - at));
        at += batch.rows.length;
        if (rows.length > 0) yield {rows, position: request.cursor === undefined ? batch.position : null};
      }
    },
    settleCursors: async () => [bound()],
  });
}

function setup(rows: number, mode: CopyMode, more: Partial<CopyRequest> = {}, read: TableRead = {}) {
  const from = new MemoryDatabase({name: 'from', tables: [fixtures.sequence(rows)]});
  const to = new MemoryDatabase({name: 'to'});
  let bound: CursorBound = {until: null, open: false};
  const request = (): CopyRequest => ({
    tool: {name: 'test', version: '0.0.0'}, source: withCursors(new MemorySource(from), () => bound), destination: new MemoryDestination(to),
    limits, mode, reads: () => read, ...more,
  });
  return {to, request, until: (position: string | null, open = false) => { bound = {until: position as Position | null, open}; }, rowsThere: () => to.tables.get('sequence')?.rows.length ?? 0};
}

test.each([true, false])('a cursor copies what lies beyond the last bound, up to the next one; what is not proved is not read (verify: %s)', async verify => {
  const {request, until, rowsThere} = setup(45, 'append', {verify}, {cursor: 'id'});
  for (const [to, open, there] of [['20', false, 20], [null, true, 20], ['20', false, 20], ['15', false, 20], ['45', false, 45]] as const) {
    until(to, open);
    const {report, cause} = await runCopy(request(), never);
    expect(cause).toBeUndefined();
    expect(rowsThere()).toBe(there);
    expect(report.warnings.join().includes('nothing new was copied of sequence')).toBe(open);
    expect(report.verification.status).toBe(verify ? 'passed' : 'skipped');
  }
});

test.each<[CopyMode, TableRead, boolean]>([['append', {}, true], ['append', {cursor: 'id'}, false], ['upsert', {}, false], ['mirror', {}, false]])('%s reading %o says of its tables that rows with lower keys would be missed: %s', async (mode, read, told) => {
  const {request, until} = setup(5, mode, {}, read);
  until('5');
  const {source} = request();
  const {report} = await runCopy({...request(), source: Object.assign(source, {ranges: true})}, never);
  expect(report.status).toBe('ok');
  expect(report.warnings).toEqual(told ? [expect.stringMatching(/lower keys.* of sequence; .*--cursor.* mirror$/)] : []);
});

test('rows that were put there from another source, or by other rules, are not gone on with', async () => {
  const {to, request} = setup(5, 'append');
  expect((await runCopy(request(), never)).report.status).toBe('ok');
  for (const change of [{source: new MemorySource(new MemoryDatabase({name: 'other', tables: [fixtures.sequence(9)]}))}, {reads: () => ({where: ['id > 1']})}, {transforms: [passing({fingerprint: () => 'other'})]}]) {
    const {report} = await runCopy({...request(), ...change, ...(change.reads && {source: Object.assign(request().source, {checkFilter: async () => null})})}, never);
    expect(report.error).toMatchObject({code: ErrorCode.SCHEMA, message: expect.stringContaining('come from another source')});
  }
  expect(to.tables.get('sequence')!.rows.length).toBe(5);
});

const passing = (more: Partial<Transform> & {readonly step?: Partial<TransformPlan>} = {}): Transform => ({
  name: 'passing', plan: schema => ({schema, effects: [], apply: batch => batch, ...more.step}), ...more,
});

test('rules that a mode cannot keep are refused before a row is read', async () => {
  const others = passing({confines: true, step: {dependsOn: [{schema: {...fixtures.sequence(0).schema, table: 'other'}, columns: ['id']}]}});
  const itself = passing({confines: true, step: {dependsOn: [{schema: fixtures.sequence(0).schema, columns: ['id']}]}});
  const random = passing({step: {random: ['id']}});
  const taken = passing({confines: true, step: {effects: [{column: 'id', effect: 'changed', method: 'surrogate'}]}});
  const refused: readonly (readonly [Transform, readonly CopyMode[]])[] = [
    [others, ['append']], [itself, ['append', 'upsert']], [random, ['upsert', 'snapshot']], [taken, ['append']],
  ];
  for (const [transform, modes] of refused) {
    for (const mode of ['replace', 'append', 'upsert', 'mirror', 'snapshot'] as const) {
      const {request} = setup(5, mode, {transforms: [transform]});
      const {report} = await runCopy(request(), never);
      if (modes.includes(mode)) expect(report, mode).toMatchObject({status: 'failed', error: {code: ErrorCode.CONFIG}, tables: [{rowsRead: 0}]});
      else expect(report, `${mode} ${JSON.stringify(report.error)}`).toMatchObject({status: 'ok'});
    }
  }
});

test('with a policy nothing is added to rows of which nobody knows by which rules they were made', async () => {
  for (const mode of ['append', 'upsert', 'snapshot'] as const) {
    const {to, request} = setup(5, mode);
    const run = async (fingerprint: string) => {
      const destination = Object.assign(new MemoryDestination(to), {contents: async () => [...to.tables.keys()].map(name => ({name, goes: false}))});
      // Every snapshot has keys of its own.
      const there = to.tables.get('sequence')?.rows.length ?? 0;
      const step: Partial<TransformPlan> = mode === 'snapshot' ? {apply: batch => ({...batch, rows: batch.rows.map(([id, ...rest]) => [Number(id) + 100 * there, ...rest])})} : {};
      return (await runCopy({...request(), destination, transforms: [passing({confines: true, fingerprint: () => fingerprint, step})]}, never)).report;
    };
    to.put([{schema: fixtures.sequence(0).schema, rows: [[99, 'old']], position: null}]);
    expect((await run('a')).error, mode).toMatchObject({code: ErrorCode.SCHEMA, message: expect.stringContaining('nothing says by which rules')});
    to.drop('sequence');
    for (let i = 0; i < 2; i++) expect((await run('a')).status, mode).toBe('ok');
    expect((await run('b')).error, mode).toMatchObject({code: ErrorCode.SCHEMA, message: expect.stringContaining('condition or rules')});
  }
});

test('rows without a place are not appended to rows that are there: nobody could tell which have come since', async () => {
  for (const verify of [true, false]) {
    const {to, request} = setup(5, 'append', {verify});
    const keyless: Schema = {...fixtures.sequence(0).schema, primaryKey: []};
    const run = async (schema: Schema = keyless) => {
      const source = Object.assign(request().source, {
        async *read() { yield {rows: [[1, 'a'], [2, 'b']], position: null}; },
        discover: async () => ({tables: [schema], views: [], others: []}),
      });
      return (await runCopy({...request(), source}, never)).report;
    };
    expect((await run()).status).toBe('ok');
    expect(await run()).toMatchObject({status: 'failed', error: {code: ErrorCode.SCHEMA, table: 'sequence', message: expect.stringContaining('has no key')}});
    expect(to.tables.get('sequence')!.rows.length).toBe(2);
    to.put([{schema: keyless, rows: [], position: null}]);
    expect((await run()).status).toBe('ok');
    // Where a key is enforced, the destination refuses what is there already.
    to.drop('sequence');
    expect((await run(fixtures.sequence(0).schema)).status).toBe('ok');
    expect((await run(fixtures.sequence(0).schema)).error).toMatchObject({code: ErrorCode.VALUE});
  }
});

test('an upsert reads everything again, an append what came since; a mode that is not there is refused with those that are', async () => {
  for (const [mode, read] of [['upsert', 5], ['append', 0], ['mirror', 5]] as const) {
    const {request} = setup(5, mode);
    for (const expected of [5, read]) expect((await runCopy(request(), never)).report.tables[0]!.rowsRead, mode).toBe(expected);
  }
  const {request} = setup(5, 'mirror');
  const destination = new MemoryDestination(new MemoryDatabase({name: 'less'}));
  const less = Object.assign(Object.create(destination) as MemoryDestination, {label: destination.label, kind: 'memory', capabilities: {modes: ['replace', 'append'], keys: true, positions: true}});
  expect((await runCopy({...request(), destination: less}, never)).report.error).toMatchObject({code: ErrorCode.CONFIG, remedy: 'use mode replace or append'});
});

test('with a policy a file holds nothing but what the run writes, also where it is not made anew', async () => {
  for (const mode of ['mirror', 'append'] as const) {
    const {to, request} = setup(5, mode, {transforms: [passing({confines: true})]});
    const run = async () => {
      const destination = Object.assign(new MemoryDestination(to), {contents: async () => [...to.tables.keys()].map(name => ({name, goes: true}))});
      return (await runCopy({...request(), destination}, never)).report;
    };
    for (let i = 0; i < 2; i++) expect((await run()).status, mode).toBe('ok');
    to.put([{schema: {...fixtures.sequence(0).schema, table: 'unrelated'}, rows: [], position: null}]);
    expect((await run()).error, mode).toMatchObject({code: ErrorCode.CONFIG, message: expect.stringContaining('holds what this run does not write: unrelated')});
  }
});
