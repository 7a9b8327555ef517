import {PipelineError, type Destination, type LiveName, type LoadRequest, type Transform} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {fixtures} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {planCopy, runCopy} from '../src/index.ts';

const never = new AbortController().signal;
const tool = {name: 'test', version: '0.0.0'};

/** Lets only the named tables through, and means it. */
const only = (...names: string[]): Transform => ({
  name: 'only', confines: true, check: () => [],
  plan: schema => names.includes(schema.table) ? {schema, effects: [], apply: batch => batch} : null,
});

function setup(contents: readonly LiveName[], transforms: readonly Transform[], more: Partial<Destination> = {}) {
  const from = new MemoryDatabase({name: 'from'});
  from.put([fixtures.empty, fixtures.sequence(5), fixtures.everyType].map(({schema, rows}) => ({schema, rows, position: null})));
  const inner = new MemoryDestination(new MemoryDatabase({name: 'to'}));
  const asked: LoadRequest[] = [];
  const destination: Destination = {
    kind: inner.kind, label: inner.label, capabilities: inner.capabilities,
    check: signal => inner.check(signal),
    contents: async () => contents,
    plan: (request, signal) => (asked.push(request), inner.plan(request, signal)),
    begin: (request, signal) => (asked.push(request), inner.begin(request, signal)),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    ...more,
  };
  return {asked, request: {tool, source: new MemorySource(from), destination, transforms}};
}

const failure = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error as PipelineError);

describe('what a destination holds from before', () => {
  test('goes, and is named, when a transform confines what may be there', async () => {
    const {request, asked} = setup([{name: 'EMPTY', goes: true}, {name: 'every_type', goes: true}, {name: 'sequence', goes: true}, {name: 'former', goes: true}], [only('sequence')]);
    const {report} = await runCopy(request, never);
    expect(report).toMatchObject({status: 'ok', published: true});
    expect(asked.map(({alone}) => alone)).toEqual([true, true]);
    const warnings = report.warnings.filter(text => /does not stay|do not stay/.test(text));
    expect(warnings).toHaveLength(1);
    for (const name of ['EMPTY', 'every_type', 'former']) expect(warnings[0]).toContain(name);
    expect(warnings[0]).not.toContain('sequence');
  });

  test('stops the run before a row is read when it holds what is left out and cannot let go of it', async () => {
    const {request} = setup([{name: 'Empty', goes: false}, {name: 'sequence', goes: false}, {name: 'somebody_elses', goes: false}], [only('sequence')]);
    const error = await failure(planCopy(request, never));
    expect(error).toMatchObject({code: 'SLUICE_CONFIG', problems: [expect.objectContaining({path: 'Empty'})]});
    expect(error!.message).toContain('memory:to');
  });

  test('is told apart by the case of letters where nothing else tells it', async () => {
    const {request} = setup([{name: 'Sequence', goes: false}, {name: 'EMPTY', goes: false}], [only('sequence', 'empty')]);
    expect((await runCopy(request, never)).report).toMatchObject({status: 'ok', warnings: []});
  });

  test('is no business of a run that confines nothing', async () => {
    const {request, asked} = setup([{name: 'empty', goes: false}, {name: 'former', goes: true}], []);
    const {report} = await runCopy(request, never);
    expect(report).toMatchObject({status: 'ok', warnings: []});
    expect(asked.map(({alone}) => alone ?? false)).toEqual([false, false]);
  });
});

describe('a destination that is its own source', () => {
  const identified = (request: ReturnType<typeof setup>['request'], kind = 'memory') => {
    const {source} = request;
    const named = Object.assign(Object.create(source) as typeof source, {
      kind, identity: async () => ({id: 'one', traits: {}}), discover: () => { throw new Error('discovered'); },
    });
    return {...request, source: named};
  };

  test('is refused before anything is asked of the source', async () => {
    const {request} = setup([], [], {overwrites: async ({id}) => id === 'one'});
    expect(await failure(planCopy(identified(request), never))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringMatching(/memory:from.*memory:to/)});
  });

  test('cannot be one of another kind, nor one that says no', async () => {
    for (const request of [identified(setup([], [], {overwrites: async () => true}).request, 'other'), identified(setup([], [], {overwrites: async () => false}).request)]) {
      expect(await failure(planCopy(request, never))).toMatchObject({message: 'discovered'});
    }
  });
});

test('a table of which some columns cannot be seen is not copied, unless it is left out', async () => {
  const from = new MemoryDatabase({name: 'from'});
  from.put([fixtures.empty, {...fixtures.sequence(1), schema: {...fixtures.sequence(1).schema, incomplete: 'some columns of sequence are hidden'}}].map(({schema, rows}) => ({schema, rows, position: null})));
  const plan = (transforms: readonly Transform[]) => failure(planCopy({tool, source: new MemorySource(from), destination: new MemoryDestination(new MemoryDatabase()), transforms}, never));
  expect(await plan([])).toMatchObject({code: 'SLUICE_AUTH', problems: [{path: 'sequence'}]});
  expect(await plan([only('empty')])).toBeNull();
});

describe('nothing to copy', () => {
  const emptied = (request: ReturnType<typeof setup>['request']) => ({...request, source: new MemorySource(new MemoryDatabase({name: 'from'}))});
  const onlyView = (request: ReturnType<typeof setup>['request']) => ({
    ...request, select: {wants: (name: string) => name === 'v', problems: () => []},
    source: new MemorySource(new MemoryDatabase({tables: [fixtures.sequence(1)], views: [{name: 'v', columns: ['n'], dialect: 'mysql', sql: 'select n from sequence'}]})),
  });
  const nobody = {wants: () => false, problems: () => []};

  test.each([
    ['a selection that selects nothing', (request: ReturnType<typeof setup>['request']) => ({...request, select: nobody}), 'SLUICE_CONFIG', /no table or view .* is chosen/],
    ['rules that leave out all', (request: ReturnType<typeof setup>['request']) => ({...request, transforms: [only()]}), 'SLUICE_CONFIG', /left out/],
    ['an empty source', emptied, 'SLUICE_SCHEMA', /memory:from holds no table/],
    ['views alone that cannot be made', onlyView, 'SLUICE_SCHEMA', /can be made/],
  ] as const)('because of %s is an error, and what is live stays', async (_, change, code, message) => {
    const {request, asked} = setup([{name: 'empty', goes: true}], []);
    const {report} = await runCopy(change(request), never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code, message: expect.stringMatching(message)}});
    expect(asked.filter(request => request.catalog.views.length === 0)).toEqual([]);
  });
});
