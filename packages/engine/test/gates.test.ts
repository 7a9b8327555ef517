import {ErrorCode, type Gate, type Problem, type Staged} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {fixtures} from '@sluice/testkit';
import {expect, test} from 'vitest';
import {runCopy, type CopyRequest} from '../src/index.ts';

const never = new AbortController().signal;
const limits = {maxRows: 10, maxBytes: 1 << 20};
const live: fixtures.Fixture = {...fixtures.sequence(3), rows: [[-1]]};

function setup(...gates: Gate[]) {
  const from = new MemoryDatabase({name: 'from', tables: [fixtures.sequence(25)]});
  const to = new MemoryDatabase({name: 'to'});
  to.put([{schema: live.schema, rows: live.rows, position: null}]);
  const request: CopyRequest = {tool: {name: 'test', version: '0.0.0'}, source: new MemorySource(from), destination: new MemoryDestination(to), limits, gates};
  return {to, request};
}

const gate = (problems: readonly Problem[], seen: (staged: Staged) => Promise<void> = async () => {}, name = 'certificate'): Gate => ({
  name,
  async examine(staged) {
    await seen(staged);
    return problems;
  },
});

test('a gate sees what was written, beside its source, before it is live', async () => {
  const rows: unknown[] = [];
  const {to, request} = setup(gate([], async ({source, tables: [table], live: isLive, readRows}) => {
    for await (const batch of readRows(table!.out, limits, never)) rows.push(...batch.rows);
    let originals = 0;
    for await (const batch of source.read({schema: table!.read, after: null, ...limits}, never)) originals += batch.rows.length;
    expect({originals, isLive, counted: table!.rows, effects: table!.effects}).toEqual({originals: 25, isLive: false, counted: 25, effects: []});
    expect(to.tables.get('sequence')!.rows).toEqual(live.rows);
  }));
  const {report, cause} = await runCopy(request, never);
  expect(cause).toBeUndefined();
  expect(report).toMatchObject({status: 'ok', published: true});
  expect(rows).toEqual(fixtures.sequence(25).rows);
});

test('one problem of one gate, and nothing is published; every gate is heard, and the report says what they said', async () => {
  const {to, request} = setup(
    gate([{path: 'sequence.n', message: 'its values are known'}], undefined, 'first'), gate([], undefined, 'second'), gate([{message: 'nobody signed'}], undefined, 'third'));
  const {report} = await runCopy(request, never);
  expect(report).toMatchObject({
    status: 'failed', published: false, verification: {status: 'passed'},
    error: {code: ErrorCode.RELEASE, message: 'first and third found 2 problems: nothing was published', problems: [{path: 'sequence.n'}, {message: 'nobody signed'}]},
  });
  expect(to.tables.get('sequence')!.rows).toEqual(live.rows);
});

test('a gate that fails keeps everything back, too', async () => {
  const {to, request} = setup(gate([], async () => { throw new Error('no'); }));
  const {report} = await runCopy(request, never);
  expect(report).toMatchObject({status: 'failed', published: false, error: {code: 'SLUICE_INTERNAL'}});
  expect(to.tables.get('sequence')!.rows).toEqual(live.rows);
});

test('an abort while a gate examines publishes nothing, whatever the gate says', async () => {
  const stop = new AbortController();
  const {to, request} = setup(gate([], async () => stop.abort()));
  const {report} = await runCopy(request, stop.signal);
  expect(report).toMatchObject({status: 'interrupted', published: false});
  expect(to.tables.get('sequence')!.rows).toEqual(live.rows);
});

test('a mode whose rows are live at once is refused before a row is read', async () => {
  for (const mode of ['append', 'upsert'] as const) {
    let asked = false;
    const {to, request} = setup(gate([], async () => { asked = true; }));
    const {report} = await runCopy({...request, mode}, never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.CONFIG}});
    expect({asked, rows: to.tables.get('sequence')!.rows}).toEqual({asked: false, rows: live.rows});
  }
});
