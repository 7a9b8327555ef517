import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Secret, type Batch, type Catalog, type Position, type Row, type Schema, type Source} from '@sluice/core';
import {mongodb as connector} from '@sluice/connector-mongodb';
import {breakableProxy, expectNoLeak, rejection} from '@sluice/testkit';
import {BSON} from 'mongodb';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {mongodb, never, openLab, type Lab} from './lab.ts';

const {Decimal128, Double, Int32, Long, ObjectId, UUID} = BSON;
const LIMITS = {maxRows: 1000, maxBytes: 1 << 20};

describe.skipIf(!mongodb)(`collections as tables (${mongodb?.version})`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
    await lab.insert('orders', ORDERS);
    await lab.insert('people', [{_id: 'b'}, {_id: 'a', age: 1, 'born on': new Date(0)}]);
    await lab.insert('numbers', Array.from({length: 3000}, (_, i) => ({_id: new Int32(i), parts: [new Int32(i)]})));
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  const open = (options = '', through = {}) => connector.source!(lab.place(options, through));
  const tableOf = ({tables}: Catalog, name: string): Schema => tables.find(({table}) => table === name)!;

  it('have a table each, and one for every array, with keys and what belongs together', async () => {
    await using source = open();
    const catalog = await source.discover(never);
    expect(catalog.tables.map(({table, primaryKey, together}) => [table, primaryKey, together])).toEqual([
      ['numbers', ['id'], 'numbers'], ['numbers_parts', ['numbers_id', 'idx'], 'numbers'],
      ['orders', ['id'], 'orders'], ['orders_lines', ['orders_id', 'idx'], 'orders'], ['orders_lines_tags', ['orders_id', 'lines_idx', 'idx'], 'orders'], ['people', ['id'], 'people'],
    ]);
    expect(tableOf(catalog, 'orders').columns.map(({name, type}) => `${name} ${type}`)).toEqual([
      'id text', 'customer_name text', 'customer_key uuid', 'total decimal', 'count int', 'share float', 'paid bool', 'at timestamptz', '_extra json',
    ]);
    expect(tableOf(catalog, 'orders')).toMatchObject({approximateRows: 3});
    const others = await (async () => { await using some = open(); return await some.discover(never, {wants: name => name === 'people'}); })();
    expect(others.tables.map(({table}) => table)).toEqual(['people']);
  });

  it('give the rows of their documents in the order of the ids', async () => {
    await using source = open();
    const catalog = await source.discover(never);
    expect(await rowsOf(source, tableOf(catalog, 'orders'))).toEqual([
      ['000000000000000000000001', 'Ann', '00112233-4455-6677-8899-aabbccddeeff', '0.10', 1, 0.5, true, '1970-01-01 00:00:00.001', null],
      ['000000000000000000000002', null, null, '2', 9_007_199_254_740_993n, 2, false, null, null],
      ['000000000000000000000003', null, null, null, null, null, null, null, null],
    ]);
    expect(await rowsOf(source, tableOf(catalog, 'orders_lines'))).toEqual([
      ['000000000000000000000001', 1, 'a', 1, null], ['000000000000000000000001', 2, 'b', null, null], ['000000000000000000000003', 1, null, 7, null],
    ]);
    expect(await rowsOf(source, tableOf(catalog, 'orders_lines_tags'))).toEqual([
      ['000000000000000000000001', 1, 1, 'x', null], ['000000000000000000000001', 1, 2, 'y', null], ['000000000000000000000001', 2, 1, 'z', null],
    ]);
    expect((await rowsOf(source, tableOf(catalog, 'people'))).map(([id]) => id)).toEqual(['a', 'b']);
  });

  it('give a choice of the columns, in its order; what was not described is SCHEMA', async () => {
    await using source = open();
    const lines = tableOf(await source.discover(never), 'orders_lines');
    const columns = [lines.columns[2]!, lines.columns[0]!];
    expect(await rowsOf(source, {...lines, columns})).toEqual([['a', '000000000000000000000001'], ['b', '000000000000000000000001'], [null, '000000000000000000000003']]);
    for (const other of [{...lines, table: 'nothing'}, {...lines, columns: [{...lines.columns[0]!, name: 'nothing'}]}, {...lines, columns: [{...lines.columns[0]!, type: 'int' as const}]}]) {
      expect(await rejection(rowsOf(source, other))).toMatchObject({code: 'SLUICE_SCHEMA'});
    }
  });

  it('are read from behind any batch and up to any, by another source, the position having been text', async () => {
    await using source = open();
    const catalog = await source.discover(never);
    for (const name of ['orders', 'orders_lines', 'orders_lines_tags', 'people']) {
      const schema = tableOf(catalog, name);
      const whole = await rowsOf(source, schema);
      for (const maxRows of [1, 2]) {
        const batches = await batchesOf(source.read({schema, after: null, maxRows, maxBytes: 1 << 20}, never));
        expect(Math.max(...batches.map(({rows}) => rows.length))).toBeLessThanOrEqual(maxRows);
        let before = 0;
        for (const {rows, position} of batches) {
          before += rows.length;
          const after = JSON.parse(JSON.stringify(position)) as Position;
          await using other = open();
          expect(await rowsOf(other, schema, {after}), name).toEqual(whole.slice(before));
          expect(await rowsOf(other, schema, {until: after}), name).toEqual(whole.slice(0, before));
        }
        expect(before).toBe(whole.length);
      }
    }
  });

  it('end a batch at its limit of bytes', async () => {
    await using source = open();
    const schema = tableOf(await source.discover(never), 'numbers_parts');
    const batches = await batchesOf(source.read({schema, after: null, maxRows: 10_000, maxBytes: 2400}, never));
    expect(new Set(batches.slice(0, -1).map(({rows}) => rows.length))).toEqual(new Set([75]));
  });

  it('come out of one pass together, as they do alone', async () => {
    await using source = open();
    const catalog = await source.discover(never);
    const schemas = ['orders', 'orders_lines', 'orders_lines_tags'].map(name => tableOf(catalog, name));
    const alone = await Promise.all(schemas.map(async schema => await rowsOf(source, schema)));
    for (const maxRows of [1, 2, 1000]) {
      const all = source.readTogether!(schemas.map(schema => ({schema, after: null, maxRows, maxBytes: 1 << 20})), never);
      expect((await Promise.all(all.map(batchesOf))).map(batches => batches.flatMap(({rows}) => rows))).toEqual(alone);
    }
  });

  it('wait in one pass for the slowest reader, and go on without one that leaves', async () => {
    await using source = open();
    const catalog = await source.discover(never);
    const schemas = ['numbers', 'numbers_parts'].map(name => tableOf(catalog, name));
    const pass = () => source.readTogether!(schemas.map(schema => ({schema, after: null, maxRows: 10, maxBytes: 1 << 20})), never).map(each => each[Symbol.asyncIterator]());
    const [fast, slow] = pass();
    await fast!.next();
    await fast!.next();
    let ahead = false;
    const third = fast!.next().then(() => { ahead = true; });
    // Long enough for a pass that does not wait: the whole table by another one.
    await rowsOf(source, schemas[0]!);
    expect(ahead).toBe(false);
    await slow!.next();
    await third;
    await Promise.all([fast!.return!(), slow!.return!()]);

    const [root, parts] = pass();
    await Promise.all([root!.next(), parts!.next()]);
    await parts!.return!();
    let rows = 10;
    for (let next = await root!.next(); next.done !== true; next = await root!.next()) rows += next.value.rows.length;
    expect(rows).toBe(3000);
  });

  it('fail in one pass for all that are read', async () => {
    await using source = open();
    const numbers = tableOf(await source.discover(never), 'numbers');
    const stop = new AbortController();
    const [one, other] = source.readTogether!([numbers, {...numbers}].map(schema => ({schema, after: null, maxRows: 1, maxBytes: 1})), stop.signal).map(each => each[Symbol.asyncIterator]());
    await Promise.all([one!.next(), other!.next()]);
    const reason = new Error('enough');
    stop.abort(reason);
    const rest = async (all: AsyncIterator<Batch>) => { while ((await all.next()).done !== true); };
    const errors = await Promise.all([rejection(rest(one!)), rejection(rest(other!))]);
    expect(errors).toEqual([reason, reason]);
  });

  it('are cut into parts that are read by forks at the same time', async () => {
    await using source = open();
    const schema = tableOf(await source.discover(never), 'numbers_parts');
    const cuts = await source.split!(schema, 3, never);
    expect(cuts).toHaveLength(2);
    const forks = await source.fork!(2, never);
    const bounds = [null, ...cuts, null];
    const parts = await Promise.all([source, ...forks].map(async (reader, i) => await rowsOf(reader, schema, {after: bounds[i]!, until: bounds[i + 1]!})));
    expect(parts.flat()).toEqual(await rowsOf(source, schema));
    expect(Math.min(...parts.map(rows => rows.length))).toBeGreaterThan(0);
    await Promise.all(forks.map(async fork => { await fork[Symbol.asyncDispose](); }));
  });

  it('that are described by schema files are read as these say; what they do not describe, or describe in vain, is told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-schemas-'));
    await writeFile(join(folder, 'people.json'), '{"_id": "STRING", "age": "STRING"}');
    await writeFile(join(folder, 'gone.js'), '{"_id": "INT"}');
    try {
      await using source = open(`naming=compat&prefix=old_&schemas=${encodeURIComponent(folder)}`);
      const catalog = await source.discover(never);
      expect(catalog.tables.map(({table}) => table)).toEqual(['old_people', 'old_people__extra']);
      expect(catalog.others.map(({name, reason}) => `${name}: ${reason}`).toSorted()).toEqual([
        'gone: there is no such collection', 'numbers: no schema file describes it', 'orders: no schema file describes it',
      ]);
      expect(await rowsOf(source, tableOf(catalog, 'old_people'))).toEqual([[null, 'a'], [null, 'b']]);
      expect((await rowsOf(source, tableOf(catalog, 'old_people__extra'))).map(([id, path]) => [id, path])).toEqual([['a', 'age'], ['a', 'born on']]);
      expect(source.warnings.join('\n')).toContain('2 values fit no column and are in the overflow, none is lost: people.age: int instead of string (1); people: unknown field (1)');
      // What `patch` of mongo-to-psql reads.
      expect(source.warnings).toContain('wrong value (INT) for people.age(STRING): 1');
    } finally {
      await rm(folder, {recursive: true});
    }
  });

  it('refuse schema files that are none, all at once', async () => {
    await using source = open('schemas=/nonexistent/folder');
    expect(await source.check(never)).toEqual([{message: expect.stringContaining('ENOENT')}]);
    expect(await rejection(source.discover(never))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('ENOENT')});
  });

  it('can be few of many, and be described by a sample, which is told', async () => {
    await using source = open('collections=numbers,missing&sample=10');
    const catalog = await source.discover(never);
    expect(catalog.tables.map(({table}) => table)).toEqual(['numbers', 'numbers_parts']);
    expect(catalog.others).toEqual([{table: null, kind: 'table', name: 'missing', reason: 'there is no such collection'}]);
    expect(source.warnings.join('\n')).toContain('a sample of at most 10 documents');
  });

  it('come whole through a connection that breaks, without a row twice', async () => {
    await using proxy = await breakableProxy(lab.address);
    await using source = open('collections=numbers', proxy);
    const schema = tableOf(await source.discover(never), 'numbers');
    const rows: Row[] = [];
    for await (const batch of source.read({schema, after: null, maxRows: 100, maxBytes: 1 << 20}, never)) {
      if (rows.length === 500) proxy.cut();
      rows.push(...batch.rows);
    }
    expect(rows.map(([id]) => id)).toEqual(Array.from({length: 3000}, (_, i) => i));
  });

  it('never tell a password', async () => {
    await using source = connector.source!({url: 'mongodb://reader@127.0.0.1:1/shop?serverSelectionTimeoutMS=100', password: new Secret('hunter2')});
    const problems = await source.check(never);
    expect(problems).toHaveLength(1);
    expectNoLeak(problems, 'hunter2');
    expectNoLeak(await rejection(source.discover(never)), 'hunter2');
    expectNoLeak(source, 'hunter2');
  });
});

const ORDERS = [
  {
    _id: new ObjectId('000000000000000000000001'), customer: {name: 'Ann', key: new UUID('00112233-4455-6677-8899-aabbccddeeff').toBinary()}, total: Decimal128.fromString('0.10'), count: new Int32(1), share: new Double(0.5),
    paid: true, at: new Date(1), lines: [{sku: 'a', n: new Int32(1), tags: ['x', 'y']}, {sku: 'b', tags: ['z']}],
  },
  {_id: new ObjectId('000000000000000000000002'), total: Decimal128.fromString('2'), count: Long.fromString('9007199254740993'), share: new Double(2), paid: false, lines: []},
  {_id: new ObjectId('000000000000000000000003'), lines: [{n: new Int32(7)}]},
];

async function rowsOf(source: Source, schema: Schema, range: {readonly after?: Position | null; readonly until?: Position | null} = {}): Promise<Row[]> {
  return (await batchesOf(source.read({schema, after: null, ...range, ...LIMITS}, never))).flatMap(({rows}) => rows);
}

async function batchesOf(all: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of all) batches.push(batch);
  return batches;
}
