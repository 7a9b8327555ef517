import {ErrorCode, PipelineError, projectSchema, type Batch, type Destination, type Load, type Row, type Schema, type Transform} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {CANARY, fixtures} from '@sluice/testkit';
import {describe, expect, test} from 'vitest';
import {planCopy, runCopy, type CopyRequest, type ProgressEvent} from '../src/index.ts';

const never = new AbortController().signal;
const tool = {name: 'test', version: '0.0.0'};

function setup(tables: readonly fixtures.Fixture[], live: readonly fixtures.Fixture[] = []) {
  const from = new MemoryDatabase({name: 'from'});
  from.put(tables.map(({schema, rows}) => ({schema, rows, position: null})));
  const to = new MemoryDatabase({name: 'to'});
  to.put(live.map(({schema, rows}) => ({schema, rows, position: null})));
  const request: CopyRequest = {tool, source: new MemorySource(from), destination: new MemoryDestination(to), limits: {maxRows: 10}};
  return {from, to, request};
}

const rowsOf = (database: MemoryDatabase, table: string) => database.tables.get(table)?.rows;

/** Drops the named column of every table that has it. */
function dropping(name: string): Transform {
  return {
    name: 'dropping',
    plan(schema) {
      const keep = schema.columns.flatMap((column, i) => (column.name === name ? [] : [i]));
      const {schema: out, omissions} = projectSchema(schema, schema.columns.map(column => (column.name === name ? null : column)));
      return {
        schema: out, omissions, uses: keep,
        effects: keep.length === schema.columns.length ? [] : [{column: name, effect: 'dropped', method: 'drop'}],
        apply: batch => ({...batch, rows: batch.rows.map(row => keep.map(i => row[i]!))}),
      };
    },
  };
}

/** A destination whose loads misbehave in one way. */
function broken(inner: Destination, patch: (load: Load) => Partial<Load>): Destination {
  const wrap = (load: Load): Load => ({
    target: load.target,
    open: (...args) => load.open(...args),
    finish: (...args) => load.finish(...args),
    readBack: (...args) => load.readBack(...args),
    publish: (...args) => load.publish(...args),
    [Symbol.asyncDispose]: () => load[Symbol.asyncDispose](),
    ...patch(load),
  });
  return {
    kind: inner.kind, label: inner.label, capabilities: inner.capabilities,
    check: signal => inner.check(signal),
    plan: (...args) => inner.plan(...args),
    begin: async (...args) => wrap(await inner.begin(...args)),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

test('copies every table, proves it, and reports true counts', async () => {
  const {to, request} = setup([fixtures.everyType, fixtures.empty, fixtures.sequence(95)]);
  const {report, cause} = await runCopy(request, never);
  expect(cause).toBeUndefined();
  expect(report).toMatchObject({
    format: 'sluice.run-report/1', status: 'ok', published: true,
    verification: {status: 'passed', tables: 3, rows: fixtures.everyType.rows.length + 95},
    source: {kind: 'memory', label: 'memory:from'},
  });
  expect(report.tables.map(({name, status, rowsRead, rowsWritten, verified}) => [name, status, rowsRead, rowsWritten, verified])).toEqual([
    ['every_type', 'ok', fixtures.everyType.rows.length, fixtures.everyType.rows.length, true],
    ['empty', 'ok', 0, 0, true],
    ['sequence', 'ok', 95, 95, true],
  ]);
  expect(rowsOf(to, 'sequence')).toEqual(fixtures.sequence(95).rows);
});

test('without verification nothing is read back, and the report says so', async () => {
  const {request} = setup([fixtures.sequence(5)]);
  const destination = broken(request.destination, () => ({readBack() { throw new Error('read back'); }}));
  const {report} = await runCopy({...request, destination, verify: false}, never);
  expect(report).toMatchObject({status: 'ok', verification: {status: 'skipped', tables: 0, rows: 0}});
  expect(report.tables[0]).toMatchObject({verified: false, digest: null, rowsWritten: 5});
});

describe('verification refuses to publish', () => {
  const damage: Record<string, (rows: Row[]) => Row[]> = {
    'a flipped byte': rows => rows.map((row, i) => (i === 3 ? [row[0]!, `${String(row[1])}!`] : row)),
    'a swapped pair of values': rows => rows.with(1, [rows[1]![0]!, rows[2]![1]!]).with(2, [rows[2]![0]!, rows[1]![1]!]),
    'a missing row': rows => rows.slice(1),
    'a doubled row': rows => [...rows, rows.at(-1)!],
    'a null that became empty': rows => rows.map((row, i) => (i === 0 ? [row[0]!, ''] : row)),
  };
  test.for(Object.entries(damage))('%s', async ([, spoil]) => {
    const table = fixtures.sequence(5);
    const source = {...table, rows: table.rows.map((row, i): Row => (i === 0 ? [row[0]!, null] : row))};
    const old = fixtures.sequence(2);
    const {to, request} = setup([source], [old]);
    const destination = broken(request.destination, load => ({
      async *readBack(...args) {
        for await (const batch of load.readBack(...args)) yield {...batch, rows: spoil(batch.rows)};
      },
    }));
    const {report} = await runCopy({...request, destination}, never);
    expect(report).toMatchObject({status: 'failed', published: false, verification: {status: 'failed'}, error: {code: ErrorCode.VERIFY, table: 'sequence'}});
    expect(report.tables[0]).toMatchObject({status: 'failed', verified: false});
    expect(rowsOf(to, 'sequence')).toEqual(old.rows);
  });
});

describe('transforms', () => {
  test('see what the one before hands on; dropped columns are not even read', async () => {
    const {to, request} = setup([fixtures.sequence(25)]);
    const read: string[][] = [];
    const source = spying(request, schema => read.push(schema.columns.map(({name}) => name)));
    const {report} = await runCopy({...request, source, transforms: [dropping('label'), dropping('none')]}, never);
    expect(report.status).toBe('ok');
    expect(rowsOf(to, 'sequence')).toEqual(fixtures.sequence(25).rows.map(([id]) => [id]));
    expect(report.tables[0]!.effects).toEqual([{column: 'label', effect: 'dropped', method: 'drop'}]);
    expect(read).toEqual([['id']]);
  });

  test('that only look on let a later one keep columns unread', async () => {
    const {request} = setup([fixtures.sequence(3)]);
    const read: string[][] = [];
    const source = spying(request, schema => read.push(schema.columns.map(({name}) => name)));
    const onlooker: Transform = {name: 'onlooker', plan: schema => ({schema, effects: [], looksAt: [0], apply: batch => batch})};
    await runCopy({...request, source, transforms: [onlooker, dropping('label')]}, never);
    const silent: Transform = {name: 'silent', plan: schema => ({schema, effects: [], apply: batch => batch})};
    await runCopy({...request, source, transforms: [silent, dropping('label')]}, never);
    expect(read).toEqual([['id'], ['id', 'label']]);
  });

  test('report all problems at once, before anything is read or opened', async () => {
    const {request} = setup([fixtures.sequence(3)]);
    const complaining = (name: string, undecided: boolean): Transform => ({
      name, plan: schema => ({schema, effects: [], apply: batch => batch}),
      check: () => [{path: `sequence.${name}`, message: 'no decision', ...(undecided && {undecided})}],
      remedy: () => `${name}: keep`,
    });
    const destination = broken(request.destination, () => { throw new Error('opened'); });
    const source = spying(request, () => { throw new Error('read'); });
    const both = await runCopy({...request, source, destination, transforms: [complaining('a', true), complaining('b', true)]}, never);
    expect(both.report.error).toMatchObject({
      code: ErrorCode.UNDECIDED, remedy: 'a: keep\nb: keep', problems: [{path: 'sequence.a'}, {path: 'sequence.b'}],
    });
    const mixed = await runCopy({...request, source, destination, transforms: [complaining('a', true), complaining('b', false)]}, never);
    expect(mixed.report.error).toMatchObject({code: ErrorCode.CONFIG});
  });

  test('check their rules against all tables, but ask decisions only for those that are copied', async () => {
    const {request} = setup([fixtures.sequence(3), fixtures.sequence(3, 'other')]);
    const seen: string[][] = [];
    const policy: Transform = {
      name: 'policy', plan: schema => ({schema, effects: [], apply: batch => batch}),
      check: ({tables}) => {
        seen.push(tables.map(({table}) => table));
        return [{path: 'other.label', message: 'no decision', undecided: true}];
      },
    };
    const select = only('sequence');
    expect((await runCopy({...request, select, transforms: [policy]}, never)).report.status).toBe('ok');
    expect(seen[0]!.sort()).toEqual(['other', 'sequence']);
    expect((await runCopy({...request, transforms: [policy]}, never)).report.error?.code).toBe(ErrorCode.UNDECIDED);
  });

  test('may exchange the names of two tables: the report knows which was which', async () => {
    const {to, request} = setup([fixtures.sequence(3, 'a'), fixtures.sequence(5, 'b')]);
    const swap: Transform = {
      name: 'swap', plan: schema => ({schema: {...schema, table: schema.table === 'a' ? 'b' : 'a'}, effects: [], apply: batch => batch}),
    };
    const {report} = await runCopy({...request, transforms: [swap]}, never);
    expect(report.tables.map(({name, target, rowsWritten}) => [name, target, rowsWritten])).toEqual([['a', 'b', 3], ['b', 'a', 5]]);
    expect(rowsOf(to, 'b')).toHaveLength(3);
  });

  test('leave out whole tables: not read, and listed with the reason', async () => {
    const {to, request} = setup([fixtures.sequence(3), fixtures.sequence(4, 'secret')]);
    const source = spying(request, ({table}) => expect(table).toBe('sequence'));
    const excluding: Transform = {
      name: 'excluding', refusesTable: () => 'excluded by the policy',
      plan: schema => (schema.table === 'secret' ? null : {schema, effects: [], apply: batch => batch}),
    };
    const {report} = await runCopy({...request, source, transforms: [excluding]}, never);
    expect(report.excluded).toEqual([{name: 'secret', reason: 'excluded by the policy'}]);
    expect(report.tables.map(({name}) => name)).toEqual(['sequence']);
    expect(to.tables.has('secret')).toBe(false);
  });

  test('are prepared from the source before the first table is read', async () => {
    const {request} = setup([fixtures.sequence(3)]);
    const order: string[] = [];
    const source = spying(request, () => order.push('read'));
    const preparing: Transform = {
      name: 'preparing', prepare: async () => void order.push('prepare'),
      plan: schema => ({schema, effects: [], apply: batch => batch, notes: () => [{message: 'seen', count: 3}]}),
    };
    const {report} = await runCopy({...request, source, transforms: [preparing]}, never);
    expect(order).toEqual(['prepare', 'read']);
    expect(report.tables[0]!.notes).toEqual([{message: 'seen', count: 3}]);
  });
});

describe('failures', () => {
  test('of one table publish nothing, keep the counts so far, and name the place', async () => {
    const {to, request} = setup([fixtures.sequence(5, 'first'), {...fixtures.sequence(0, 'twice'), rows: [[1, CANARY], [1, CANARY]]}, fixtures.sequence(5, 'last')]);
    const {report, cause} = await runCopy(request, never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.VALUE, table: 'twice', row: 1}});
    expect(report.tables.map(({status, rowsRead}) => [status, rowsRead])).toEqual([['ok', 5], ['failed', 2], ['not started', 0]]);
    expect(JSON.stringify(report)).not.toContain(CANARY);
    expect(cause).toBeInstanceOf(PipelineError);
    expect(to.tables.size).toBe(0);
  });

  test('that are bugs are told apart and quote nothing', async () => {
    const {request} = setup([fixtures.sequence(5)]);
    const buggy: Transform = {name: 'buggy', plan: schema => ({schema, effects: [], apply() { throw new TypeError(CANARY); }})};
    const {report, cause} = await runCopy({...request, transforms: [buggy]}, never);
    expect(report.error).toMatchObject({code: 'SLUICE_INTERNAL'});
    expect(JSON.stringify(report)).not.toContain(CANARY);
    expect(cause).toBeInstanceOf(TypeError);
  });

  test('fewer rows committed than sent is a failure', async () => {
    const {to, request} = setup([fixtures.sequence(30)]);
    const destination = broken(request.destination, load => ({
      async open(...args) {
        const writer = await load.open(...args);
        const short = async (batch: Batch) => writer.write({...batch, rows: batch.rows.slice(1)});
        return new Proxy(writer, {get: (target, key) => {
          if (key === 'write') return short;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) as unknown : value;
        }});
      },
    }));
    const {report} = await runCopy({...request, destination, verify: false}, never);
    expect(report).toMatchObject({status: 'failed', error: {code: ErrorCode.WRITE}});
    expect(to.tables.size).toBe(0);
  });

  test('what proves wrong on its way into the live tables was not verified, though what was read back before was right', async () => {
    const {request} = setup([fixtures.sequence(3), fixtures.sequence(5, 'changed')]);
    const destination = broken(request.destination, () => ({publish: () => Promise.reject(new PipelineError(ErrorCode.VERIFY, 'a trigger changed rows', {table: 'changed'}))}));
    const {report} = await runCopy({...request, destination}, never);
    expect(report).toMatchObject({status: 'failed', published: false, verification: {status: 'failed', tables: 1, rows: 3}, error: {code: ErrorCode.VERIFY}});
    expect(report.tables.map(({name, verified}) => [name, verified])).toEqual([['sequence', true], ['changed', false]]);
  });

  test('an abort publishes nothing and is an interruption, not a failure', async () => {
    const {to, request} = setup([fixtures.sequence(95), fixtures.sequence(5, 'later')]);
    const controller = new AbortController();
    const progress = ({rows = 0}: ProgressEvent) => { if (rows >= 30) controller.abort(); };
    const {report, cause} = await runCopy({...request, progress}, controller.signal);
    expect(report).toMatchObject({status: 'interrupted', published: false});
    expect(report.error).toBeUndefined();
    expect(cause).toBeUndefined();
    expect(report.tables.map(({status}) => status)).toEqual(['interrupted', 'not started']);
    expect(to.tables.size).toBe(0);
  });
});

test('a plan touches nothing and tells what would happen', async () => {
  const {to, request} = setup([fixtures.sequence(3), fixtures.sequence(3, 'other')]);
  const source = spying(request, () => { throw new Error('read'); });
  const plan = await planCopy({...request, source, select: only('sequence'), transforms: [dropping('label')]}, never);
  expect(plan.tables.map(({source: {table}, out}) => [table, out.columns.map(({name}) => name)])).toEqual([['sequence', ['id']]]);
  expect(plan.target.tables.map(({table}) => table)).toEqual(['sequence']);
  expect(to.tables.size).toBe(0);
});

describe('a selection', () => {
  const tables = [fixtures.sequence(1, 'data_1'), fixtures.sequence(1, 'data_2'), fixtures.sequence(1, 'gen_1')];

  test('takes only what it wants', async () => {
    const plan = await planCopy({...setup(tables).request, select: only('data_1', 'gen_1')}, never);
    expect(plan.tables.map(({source: {table}}) => table)).toEqual(['data_1', 'gen_1']);
  });

  test('that means nothing is refused; it is asked with every name there is', async () => {
    const seen: string[][] = [];
    const select = {
      ...only('gone'),
      problems: (names: readonly string[]) => {
        seen.push([...names].sort());
        return [{path: 'tables', message: 'there is no table or view gone'}];
      },
    };
    await expect(planCopy({...setup(tables).request, select}, never)).rejects.toMatchObject({code: ErrorCode.CONFIG, problems: [{path: 'tables'}]});
    expect(seen).toEqual([['data_1', 'data_2', 'gen_1']]);
  });
});

const only = (...names: string[]) => ({wants: (name: string) => names.includes(name), problems: () => []});

test('progress goes through the stages in order and ends at the full counts', async () => {
  const {request} = setup([fixtures.sequence(25)]);
  const events: ProgressEvent[] = [];
  await runCopy({...request, progress: event => events.push(event)}, never);
  expect([...new Set(events.map(({stage}) => stage))]).toEqual(['plan', 'copy', 'finish', 'verify', 'publish']);
  expect(events.filter(({stage}) => stage === 'copy').at(-1)).toMatchObject({table: 'sequence', rows: 25, tablesDone: 0, tables: 1});
});

/** The source of a request, telling which schema each read asks for. */
function spying({source}: CopyRequest, seen: (schema: Schema) => void): CopyRequest['source'] {
  return {
    kind: source.kind, label: source.label, warnings: [],
    check: signal => source.check(signal),
    discover: (...args) => source.discover(...args),
    read(request, signal) {
      seen(request.schema);
      return source.read(request, signal);
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

test('what goes wrong once the load is live is a warning: it is live', async () => {
  const {request} = setup([fixtures.sequence(3)]);
  const destination = broken(request.destination, load => ({publish: async signal => ({...await load.publish(signal), warnings: ['the old table is still there']})}));
  const {report} = await runCopy({...request, destination}, never);
  expect(report).toMatchObject({status: 'ok', published: true, warnings: ['the old table is still there']});
});

test('no position is stored with a whole load: it may be the key that a transform takes out', async () => {
  const {request} = setup([fixtures.sequence(3)]);
  const positions: unknown[] = [];
  const destination = broken(request.destination, load => ({
    async open(schema, signal) {
      const writer = await load.open(schema, signal);
      return {
        resumeAfter: null, order: writer.order, adjustments: [],
        fit: batch => writer.fit(batch), write: batch => writer.write(batch),
        commit: async position => {
          positions.push(position);
          return await writer.commit(position);
        },
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      };
    },
  }));
  expect((await runCopy({...request, destination}, never)).report.status).toBe('ok');
  expect(positions).toEqual([null]);
});
