import {ErrorCode, Fitting, type Batch, type Column, type Judge, type QuarantinedRow, type Schema} from '@sluice/core';
import {MemoryDatabase, MemoryDestination, MemorySource} from '@sluice/connector-memory';
import {describe, expect, test} from 'vitest';
import {lossRuleFlag, parseLossRules, possibleRules, runCopy, type CopyRequest, type Quarantine} from '../src/index.ts';
import {schemaAsText} from '../src/as-text.ts';
import {planLosses} from '../src/plan-losses.ts';

const never = new AbortController().signal;
const column = (name: string, type: Column['type'], nullable = true): Column => ({name, type, nullable});
const visits: Schema = {
  table: 'visits', primaryKey: ['id'],
  columns: [column('id', 'int', false), column('day', 'date', false), column('note', 'text'), column('raw', 'bytes'), column('score', 'float')],
};
const dotted: Schema = {table: 'a.b', primaryKey: [], columns: [column('c.d', 'text'), column('x=y', 'text')]};

/** A destination that holds no NaN and no zero date. */
const judge: Judge = (_table, _column, value) => Number.isNaN(value) || value === '0000-00-00' ? {refused: 'holds it not'} : null;
const mayHold = ({type}: Column) => [
  {trait: 'NULL' as const, value: null, count: null},
  ...(type === 'float' ? [{trait: 'NaN' as const, value: NaN, count: null}] : type === 'date' ? [{trait: 'zero date' as const, value: '0000-00-00', count: null}] : []),
];
const plan = (rules: string[], by: Judge | null = judge) => {
  const {rules: found, asText, problems} = planLosses({declared: parseLossRules(rules), mayHold}, [visits, dotted], by);
  return {rules: Object.fromEntries([...found].map(([table, of]) => [table, Object.fromEntries(of)])), text: [...asText].flatMap(([table, of]) => [...of.keys()].map(name => `${table}.${name}`)), problems};
};

describe('rules', () => {
  test.each(['', 'drop', 'visits.day=', 'day=null', '.day=null', 'visits.=null', 'visits\\.day=null', 'visits.day=NULL'])('%j is none', text => {
    expect(() => parseLossRules(['null', text])).toThrow(expect.objectContaining({code: ErrorCode.CONFIG, problems: [expect.objectContaining({path: text})]}));
  });

  test('the first that matches and is possible counts: NULL not where none is allowed, text not where nothing is lost or it is text', () => {
    expect(plan(['text', 'null', 'quarantine'])).toEqual({
      rules: {visits: {id: 'quarantine', note: 'null', raw: 'null'}, 'a.b': {'c.d': 'null', 'x=y': 'null'}}, text: ['visits.day', 'visits.score'], problems: [],
    });
    expect(plan(['visits.*=null', 'visits.id=quarantine']).rules).toEqual({visits: {id: 'quarantine', note: 'null', raw: 'null', score: 'null'}});
    expect(plan(['visits.note=fail', 'null']).rules['visits']).toEqual({raw: 'null', score: 'null'});
  });

  test('tables and columns with dots and equals signs in their names', () => {
    expect(plan(['a.b.c\\.d=null', 'a.b.x=y=quarantine']).rules).toEqual({'a.b': {'c.d': 'null', 'x=y': 'quarantine'}});
  });

  test('a rule as it is told to a person means that column alone, once a shell has read it', () => {
    const names = ['a', 'a.b', "it's", 'q?', '*', 'back\\slash', 'com,ma', 'x=y'];
    for (const table of names) {
      for (const name of names) {
        const read = lossRuleFlag(table, name, 'null').slice(1, -1).replaceAll("'\\''", "'").replaceAll('\\,', ',');
        const [rule] = parseLossRules([read]);
        expect(rule).toMatchObject({rule: 'null', isExact: true});
        expect(names.flatMap(of => names.filter(column => rule!.matches(of, column)).map(column => [of, column]))).toEqual([[table, name]]);
      }
    }
  });

  test('where NULL is refused, neither NULL nor text lets a copy go on', () => {
    expect([false, true].map(refusesNull => possibleRules(visits, visits.columns[1]!, refusesNull))).toEqual([['text', 'quarantine'], ['quarantine']]);
  });

  test('a column that is named becomes text in any case; in a pattern only where the destination says what it cannot hold', () => {
    expect(plan(['visits.id=text']).text).toEqual(['visits.id']);
    expect(plan(['visits.id=text', '*.*=text'], null).text).toEqual(['visits.id']);
  });

  test('what is named and impossible, and what matches nothing, are problems: all of them', () => {
    expect(plan(['visits.id=null', 'visits.day=null', 'visits.note=text', 'visits.raw=text', 'nowhere.*=null', '*.nothing=fail']).problems).toEqual([
      {path: 'visits.id', message: expect.stringContaining('primary key')}, {path: 'visits.day', message: expect.stringContaining('allows no NULL')},
      {path: 'visits.note', message: expect.stringContaining('text already')}, {path: 'visits.raw', message: expect.stringContaining('bytes')},
      {path: 'nowhere.*=null', message: expect.stringContaining('matches no column')}, {path: '*.nothing=fail', message: expect.stringContaining('matches no column')},
    ]);
  });
});

test('rows by a key that is text are not in the order of numbers any more; by another key they are', () => {
  const ordered: Schema = {...visits, order: 'key'};
  const order = (name: string) => schemaAsText(ordered, new Map([['visits', new Map([[name, null]])]])).schema.order;
  expect([order('id'), order('score')]).toEqual([undefined, 'key']);
});

describe('a copy', () => {
  /** The schema says more than its rows keep: what Memory cannot hold is NULL where none is allowed. */
  const loose: Schema = {table: 'visits', primaryKey: ['id'], columns: [column('id', 'int', false), column('day', 'date'), column('score', 'float')]};
  const rows = [[1, '2024-01-01', 0.5], [2, null, NaN], [3, '0000-00-00', -0], [4, null, 1e300]];
  /** Every column but the key must not be NULL at the destination. */
  const strict: CopyRequest['transforms'] = [{
    name: 'strict', plan: schema => ({schema: {...schema, columns: schema.columns.map(each => ({...each, nullable: false}))}, effects: [], apply: batch => batch}),
  }];

  function setup(rules: string[], more: Partial<CopyRequest> = {}) {
    const calls: string[] = [];
    const kept: QuarantinedRow[] = [];
    const to = new MemoryDatabase({name: 'to'});
    const destination = new MemoryDestination(to);
    const begin = destination.begin.bind(destination);
    destination.begin = async (request, signal) => {
      const load = await begin(request, signal);
      const open = load.open.bind(load);
      load.open = async (schema, until) => {
        const writer = await open(schema, until);
        const commit = writer.commit.bind(writer);
        writer.commit = position => {
          calls.push('commit');
          return commit(position);
        };
        return writer;
      };
      return load;
    };
    const quarantine: Quarantine = {
      place: 'somewhere',
      keep: async ({table}, some) => { calls.push(`keep ${table}`); kept.push(...some); },
      sync: async () => { calls.push('sync'); },
    };
    const request: CopyRequest = {
      tool: {name: 'test', version: '0.0.0'}, destination, quarantine, limits: {maxRows: 2, maxBytes: 1 << 20}, losses: {declared: parseLossRules(rules), mayHold},
      source: new MemorySource(new MemoryDatabase({name: 'from', tables: [{schema: loose, rows}]})), ...more,
    };
    return {to, request, calls, kept};
  }
  const stored = (to: MemoryDatabase) => to.tables.get('visits')?.rows;

  test('sets rows aside, safe before the commit of the others, and ends as partial', async () => {
    const {to, request, calls, kept} = setup(['visits.day=quarantine'], {transforms: strict});
    const {report} = await runCopy(request, never);
    expect(report).toMatchObject({
      status: 'partial', published: true, quarantine: {place: 'somewhere', rows: 2}, verification: {status: 'passed', rows: 2},
      tables: [{status: 'ok', rowsRead: 4, rowsWritten: 2, rowsQuarantined: 2, columns: [{}, {column: 'day', onLoss: 'quarantine'}, {}]}],
    });
    expect(stored(to)).toEqual([rows[0], rows[2]]);
    expect(calls).toEqual(['keep visits', 'keep visits', 'sync', 'commit']);
    expect(kept).toEqual([
      {row: [2, null, NaN], ordinal: 1, reasons: [{column: 'day', reason: 'holds NULL, and the column allows none'}]},
      {row: [4, null, 1e300], ordinal: 3, reasons: [{column: 'day', reason: 'holds NULL, and the column allows none'}]},
    ]);
  });

  test.each([
    ['replace', null], ['snapshot', null], ['mirror', 'they are not in the table, even if an earlier run had brought them there'], ['append', 'the next run does not read them again'],
    ['upsert', 'what an earlier run brought of them stays in the table as it is'],
  ] as const)('says what became of them in mode %s', async (mode, what) => {
    const {request} = setup(['visits.day=quarantine'], {transforms: strict});
    const {report} = await runCopy({...request, mode}, never);
    expect(report).toMatchObject({status: 'partial'});
    expect(report.warnings).toEqual(what === null ? [] : [`2 rows of table visits were set aside: ${what}`]);
  });

  test('fails with a remedy that names the rules which are possible, when there is none', async () => {
    const {to, request} = setup([], {transforms: strict});
    const {destination} = request;
    const begin = destination.begin.bind(destination);
    destination.begin = async (...words) => {
      const load = await begin(...words);
      const open = load.open.bind(load);
      // Looks at NULL before it is written, as destinations with types do at all values.
      load.open = async (schema, until) => {
        const fitting = new Fitting(schema.table, schema.columns.map(({name, nullable}, at) => ({at, name, nullable, rewrite: null})));
        return Object.assign(await open(schema, until), {fit: (batch: Batch) => fitting.fit(batch, 0)});
      };
      return load;
    };
    const {report} = await runCopy(request, never);
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.VALUE, column: 'day', remedy: expect.stringMatching(/--on-loss 'visits\.day=quarantine'; or/)}});
    expect(stored(to)).toBeUndefined();
  });

  test('is refused when rows would be set aside and nobody keeps them', async () => {
    const {request} = setup(['quarantine']);
    const {quarantine: _, ...without} = request;
    expect((await runCopy(without, never)).report).toMatchObject({status: 'failed', error: {code: ErrorCode.CONFIG}, tables: []});
  });

  test('fails when what is set aside cannot be kept', async () => {
    const {to, request} = setup(['visits.day=quarantine'], {transforms: strict});
    const {report} = await runCopy({...request, quarantine: {...request.quarantine!, sync: () => Promise.reject(new Error('no'))}}, never);
    expect(report).toMatchObject({status: 'failed', published: false});
    expect(stored(to)).toBeUndefined();
  });

  test('writes a column as its canonical text, counted, with what belonged to its type left out', async () => {
    const {to, request} = setup(['visits.id=text', 'visits.score=text']);
    const schema: Schema = {
      ...loose, order: 'key',
      columns: loose.columns.map(each => each.name === 'id' ? {...each, autoIncrement: true} : each.name === 'score' ? {...each, precision: 3, default: {kind: 'literal', text: '1.5'}} : each),
      foreignKeys: [{name: 'f', columns: ['id'], table: 'visits', referencedColumns: ['id'], onUpdate: 'CASCADE', onDelete: 'CASCADE'}, {name: 'g', columns: ['score'], table: 'other', referencedColumns: ['x'], onUpdate: 'CASCADE', onDelete: 'CASCADE'}],
    };
    const {report} = await runCopy({...request, source: new MemorySource(new MemoryDatabase({name: 'from', tables: [{schema, rows}]}))}, never);
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}});
    expect(stored(to)).toEqual([['1', '2024-01-01', '0.5'], ['2', null, 'NaN'], ['3', '0000-00-00', '-0'], ['4', null, '1e+300']]);
    const {columns, order, foreignKeys} = to.tables.get('visits')!.schema;
    expect(columns).toEqual([{name: 'id', type: 'text', nullable: false}, loose.columns[1], {name: 'score', type: 'text', nullable: true, default: {kind: 'literal', text: '1.5'}}]);
    expect({order, keys: foreignKeys?.map(({name}) => name)}).toEqual({order: undefined, keys: ['f']});
    expect(report.omissions.map(({kind, name}) => [kind, name])).toEqual([['auto-increment', 'id'], ['foreign key', 'g']]);
    expect(report.tables[0]!.adjustments).toEqual([{column: 'id', kind: 'kept as text', rule: 'text', count: 4}, {column: 'score', kind: 'kept as text', rule: 'text', count: 4}]);
    expect(report.tables[0]!.columns[0]).toMatchObject({column: 'id', from: 'int', to: 'text', onLoss: 'text', note: 'kept as text'});
  });
});
