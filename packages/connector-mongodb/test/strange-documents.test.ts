import type {Batch, Row, Schema} from '@sluice/core';
import {mongodb as connector, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {expectNoLeak, rejection} from '@sluice/testkit';
import {startMongoWire, type MongoWire, type WireFault} from '@sluice/testkit/servers';
import {BSON} from 'mongodb';
import {describe, expect, it} from 'vitest';
import {never} from './lab.ts';

const {Int32} = BSON;

// What no server of the tests has, or lets anybody put there, plays the wire server; the driver is the real one.
const many = Array.from({length: 1000}, (_, i) => BSON.serialize({_id: new Int32(i)}));
const open = (wire: MongoWire, options = '') => connector.source!({url: `${wire.url.replace(/\/(\?|$)/, '/shop$1')}${wire.url.includes('?') ? '&' : '?'}${options}`});

describe('collections of the wire server', () => {
  it('that are views or time series are told, and read as they come where that is wanted; capped ones are read, with a warning', async () => {
    await using wire = await startMongoWire({collections: [
      {name: 'capped', options: {capped: true, size: 4096}, documents: many}, {name: 'plain', documents: many}, {name: 'recent', type: 'view', options: {viewOn: 'plain'}, documents: many.toReversed()},
      {name: 'readings', type: 'timeseries', documents: []}, {name: 'system.buckets.readings', documents: many}, {name: 'system.views', documents: many},
    ]});
    await using source = open(wire);
    const {tables, others} = await source.discover(never);
    expect(tables.map(({table}) => table)).toEqual(['capped', 'plain']);
    expect(others.map(({kind, name, reason}) => `${kind} ${name}: ${reason.slice(0, 17)}`)).toEqual(['table readings: it is a time seri', 'view recent: it is a view, whi']);
    expect(source.warnings.join('\n')).toMatch(/capped, so that documents may go before they are read: capped$/m);

    await using all = open(wire, 'views=true');
    const found = await all.discover(never);
    expect(found.tables.map(({table}) => table)).toEqual(['capped', 'plain', 'readings', 'recent']);
    const recent = found.tables.find(({table}) => table === 'recent')!;
    const batches = await batchesOf(all.read({schema: recent, after: null, maxRows: 400, maxBytes: 1 << 20}, never));
    expect(batches.map(({rows, position}) => [rows.length, position])).toEqual([[400, null], [400, null], [200, null]]);
    expect(batches[0]!.rows[0]).toEqual([999, null]);
    expect(await all.split!(recent, 2, never)).toEqual([]);
    const sorted = wire.commands.filter(({name, command}) => name === 'find' && command['find'] === 'recent');
    expect(sorted.every(({command}) => command['sort'] === undefined && command['hint'] === undefined)).toBe(true);
  });

  it('are read as a majority of the servers has them', async () => {
    await using wire = await startMongoWire({collections: [{name: 'plain', documents: many}]});
    await using source = open(wire);
    await source.discover(never);
    const finds = wire.commands.filter(({name}) => name === 'find').map(({command}) => command);
    expect(finds[0]).toMatchObject({readConcern: {level: 'majority'}, hint: {_id: new Int32(1)}, sort: {_id: new Int32(1)}});
    expect(source.warnings.join('\n')).not.toContain('no replica set');
  });

  it('of a server on its own come with the note that it has no log', async () => {
    await using wire = await startMongoWire({topology: 'standalone', collections: [{name: 'plain', documents: many}]});
    await using source = open(wire);
    expect(await source.check(never)).toEqual([]);
    await source.discover(never);
    expect(source.warnings.join('\n')).toContain('in no replica set: it has no log of changes');
    expect((await source.about!(never)).system).toBe('MongoDB 7.0.0, standalone');
    expect(wire.commands.filter(({name}) => name === 'find').every(({command}) => command['readConcern'] === undefined)).toBe(true);
  });

  it.each<[string, WireFault]>([
    ['a lost cursor', {code: 43}], ['a killed cursor', {code: 237}], ['a step-down', {code: 11_602}], ['a server that is no primary any more', {code: 10_107}], ['a connection that breaks', 'reset'],
  ])('come whole after %s, no document twice', async (_, fault) => {
    await using wire = await startMongoWire({collections: [{name: 'plain', documents: Array.from({length: 5000}, (__, i) => BSON.serialize({_id: new Int32(i)}))}]});
    await using source = open(wire);
    const schema = (await source.discover(never)).tables[0]!;
    // The driver asks once more by itself where the connection broke, but not for more of a cursor.
    wire.fail('getMore', fault);
    wire.fail('getMore', fault);
    const rows = await rowsOf(source, schema);
    expect(rows.map(([id]) => id)).toEqual(Array.from({length: 5000}, (__, i) => i));
    expect(wire.commands.filter(({name, command}) => name === 'find' && command['filter']?.['_id']?.['$gt']).length).toBeGreaterThanOrEqual(2);
  });

  it('are whole after a real step-down in the middle', async () => {
    await using wire = await startMongoWire({collections: [{name: 'plain', documents: Array.from({length: 6000}, (__, i) => BSON.serialize({_id: new Int32(i)}))}]});
    await using source = open(wire);
    const schema = (await source.discover(never)).tables[0]!;
    const rows: Row[] = [];
    for await (const batch of source.read({schema, after: null, maxRows: 500, maxBytes: 1 << 20}, never)) {
      if (rows.length === 1000) wire.stepDown();
      rows.push(...batch.rows);
    }
    expect(rows.map(([id]) => id)).toEqual(Array.from({length: 6000}, (__, i) => i));
  });

  it('whose reading fails again and again end with an error that can be retried; of a view at once', async () => {
    await using wire = await startMongoWire({collections: [{name: 'plain', documents: Array.from({length: 5000}, (__, i) => BSON.serialize({_id: new Int32(i)}))}, {name: 'recent', type: 'view', documents: Array.from({length: 5000}, (__, i) => BSON.serialize({_id: new Int32(i)}))}]});
    await using source = open(wire, 'views=true');
    const [plain, recent] = (await source.discover(never)).tables;
    wire.fail('getMore', {code: 43});
    expect(await rejection(rowsOf(source, recent!))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true, native: 'MongoDB error 43'});
    for (let i = 0; i < 20; i++) wire.fail('find', {code: 189});
    expect(await rejection(rowsOf(source, plain!))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
  });

  it('that the user may not read are problems, each with its name, and others are found beside them', async () => {
    await using wire = await startMongoWire({collections: [{name: 'one', documents: many}, {name: 'two', documents: many}, {name: 'three', documents: many}]});
    wire.fail('find', {code: 13});
    wire.fail('find', {code: 13});
    await using source = open(wire);
    const problems = await source.check(never);
    expect(problems.map(({path}) => path)).toEqual(['one', 'three']);
    expect(problems[0]!.message).toBe('table one: the user may not do this (MongoDB error 13); grant the role read on the database to the user');
  });
});

describe('collections of a sharded cluster of the wire server', () => {
  const twice = [...many.slice(0, 500), BSON.serialize({_id: new Int32(499), shard: 'other'}), ...many.slice(500)];

  it('are read once, from behind any batch and behind a break', async () => {
    await using wire = await startMongoWire({topology: 'sharded cluster', collections: [{name: 'parted', documents: many}]});
    await using source = open(wire);
    const schema = (await source.discover(never)).tables[0]!;
    const batches = await batchesOf(source.read({schema, after: null, maxRows: 300, maxBytes: 1 << 20}, never));
    for (const [i, {position}] of batches.entries()) {
      wire.fail('getMore', {code: 43});
      const rest = await batchesOf(source.read({schema, after: position, maxRows: 300, maxBytes: 1 << 20}, never));
      expect(rest.flatMap(({rows}) => rows)).toEqual(batches.slice(i + 1).flatMap(({rows}) => rows));
    }
  });

  it.each([null, 499])('in which two shards have the same _id are refused, wherever reading begins (%s): going on behind an id would leave one out', async begin => {
    await using wire = await startMongoWire({topology: 'sharded cluster', collections: [{name: 'parted', documents: twice}]});
    await using documents = new MongoDocuments(parseEndpoint({url: wire.url.replace(/\/$/, '/shop')}));
    const after = begin === null ? null : {id: BSON.serialize({'': new Int32(begin)}), included: false};
    const error = await rejection((async () => { for await (const _ of documents.read({collection: 'parted', after, until: null}, never)); })());
    expect(error).toMatchObject({code: 'SLUICE_VALUE', message: 'collection parted: two documents have the same _id, on different shards'});
  });
});

describe('documents of the wire server', () => {
  const tablesOf = async (documents: readonly Uint8Array[], use: (rows: Record<string, Row[]>, schemas: readonly Schema[], warnings: readonly string[]) => void) => {
    await using wire = await startMongoWire({collections: [{name: 'docs', documents}]});
    await using source = open(wire);
    const {tables} = await source.discover(never);
    const rows: Record<string, Row[]> = {};
    for (const schema of tables) rows[schema.table] = await rowsOf(source, schema);
    use(rows, tables, source.warnings);
  };

  it('of 16 MB arrive whole', async () => {
    const text = 'x'.repeat(16_000_000);
    await tablesOf([BSON.serialize({_id: 1, text}), BSON.serialize({_id: 2, text})], rows => {
      expect(rows['docs']!.map(row => [row[0], (row[1] as string).length])).toEqual([[1, 16_000_000], [2, 16_000_000]]);
    });
  });

  it('of 100 levels arrive whole: what is too deep for columns as JSON', async () => {
    let inner: BSON.Document = {leaf: new Int32(7)};
    for (let level = 1; level < 100; level++) inner = level % 2 === 0 ? {a: inner} : {a: [inner]};
    await tablesOf([BSON.serialize({_id: 1, ...inner})], rows => {
      expect(JSON.stringify(rows)).toContain('\\"leaf\\"');
    });
  });

  it('with dots, dollars and nothing in the names of fields have a column for each', async () => {
    await tablesOf([BSON.serialize({_id: 1, 'a.b': 1, $c: 2, '': 3, a: {b: 4}})], (rows, [schema]) => {
      expect(schema!.columns.map(({name, comment}) => `${name} of ${comment}`).slice(0, -1)).toHaveLength(5);
      expect(rows['docs']![0]!.slice(0, 5).toSorted()).toEqual([1, 1, 2, 3, 4]);
    });
  });

  it('with text that is not UTF-8 keep its bytes in the overflow, and the rest in its columns', async () => {
    const document = Buffer.from(BSON.serialize({_id: 1, text: 'a?b', more: 5}));
    document[document.indexOf('?')] = 0xff;
    await tablesOf([document], (rows, [schema], warnings) => {
      const row = Object.fromEntries(schema!.columns.map(({name}, i) => [name, rows['docs']![0]![i]]));
      expect(row).toMatchObject({id: 1, text: null, more: 5});
      expect(row['_extra']).toContain('61ff62');
      expect(warnings.join('\n')).toContain('docs.text: not UTF-8 (1)');
    });
  });

  it('with NUL in a text keep it', async () => {
    await tablesOf([BSON.serialize({_id: 1, text: 'a\0b'})], rows => { expect(JSON.stringify(rows['docs'])).toContain('u0000b'); });
  });

  it('that are damaged stop the run, and are not shown', async () => {
    const document = Buffer.from(BSON.serialize({_id: 1, secret: 'canary'}));
    document.writeInt32LE(4000, document.indexOf('canary') - 4);
    await using wire = await startMongoWire({collections: [{name: 'docs', documents: [document]}]});
    await using source = open(wire);
    const error = await rejection(source.discover(never));
    expect(error).toMatchObject({code: 'SLUICE_VALUE'});
    expectNoLeak(error, 'canary');
  });
});

async function rowsOf(source: ReturnType<typeof open>, schema: Schema): Promise<Row[]> {
  return (await batchesOf(source.read({schema, after: null, maxRows: 1000, maxBytes: 64 << 20}, never))).flatMap(({rows}) => rows);
}

async function batchesOf(all: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of all) batches.push(batch);
  return batches;
}
