import type {PipelineError} from '@sluice/core';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import {BSON, type Document} from 'mongodb';
import {describe, expect, it} from 'vitest';
import {wantedOf} from '../src/changes/namespaces.ts';
import {readEntry, type EntryReading} from '../src/changes/oplog-entry.ts';

const {Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, Code, MinKey} = BSON;

const ts = new Timestamp({t: 1_700_000_000, i: 3});
const base = {ts, t: Long.fromNumber(7), v: Long.fromNumber(2), wall: new Date(0)};
const lsid = {id: new Binary(Buffer.alloc(16, 1), 4), uid: new Binary(Buffer.alloc(32))};

const shop: EntryReading = {wanted: wantedOf([{database: 'shop'}]), idField: () => '_id', ofCluster: false};
const read = (entry: Document, reading = shop) => readEntry(BSON.serialize({...base, ...entry}), reading);
const touched = (collection: string, id: unknown, field = '_id', database = 'shop') => ({kind: 'touched', database, collection, field, id: Buffer.from(BSON.serialize({'': id}))});
const changesOf = (entry: Document, reading = shop) => read(entry, reading).changes.map(change => ('id' in change ? {...change, id: Buffer.from(change.id)} : change));

/** The same statement in the formats of servers up to 4.4 and since 5.0. */
const UPDATES: readonly (readonly [string, Document, Document])[] = [
  ['a field set', {$v: 1, $set: {name: 'x'}}, {$v: 2, diff: {u: {name: 'x'}}}],
  ['a new field', {$set: {name: 'x'}}, {$v: 2, diff: {i: {name: 'x'}}}],
  ['a field removed', {$v: 1, $unset: {name: true}}, {$v: 2, diff: {d: {name: false}}}],
  ['set and removed', {$v: 1, $set: {a: 1}, $unset: {b: true}}, {$v: 2, diff: {d: {b: false}, u: {a: 1}}}],
  ['an element far behind the end', {$v: 1, $set: {'lines.3': {qty: 1}}}, {$v: 2, diff: {slines: {a: true, u1: null, u2: null, u3: {qty: 1}}}}],
  ['an element unset', {$v: 1, $unset: {'lines.1': true}}, {$v: 2, diff: {slines: {a: true, u1: null}}}],
  ['an array made shorter', {$v: 1, $set: {lines: [{qty: 1}]}}, {$v: 2, diff: {slines: {a: true, l: 1}}}],
  ['deep within arrays', {$v: 1, $set: {'a.0.b.1.c': 1}}, {$v: 2, diff: {sa: {a: true, s0: {sb: {a: true, s1: {u: {c: 1}}}}}}}],
];

describe('entries of an oplog', () => {
  it.each(UPDATES)('of %s touch one document, in either format', (_, v1, v2) => {
    for (const o of [v1, v2]) expect(changesOf({op: 'u', ns: 'shop.orders', o2: {_id: 5}, o})).toEqual([touched('orders', new Int32(5))]);
  });

  it('of a replacement touch one document, whatever it is named like', () => {
    for (const o of [{_id: 5, name: 'x'}, {_id: 5, $v: 3, diff: {u: 1}}, {_id: 5, $set: 1}]) {
      expect(changesOf({op: 'u', ns: 'shop.orders', o2: {_id: 5}, o})).toEqual([touched('orders', new Int32(5))]);
    }
  });

  it('take the id by its name: a shard key may stand before it', () => {
    const id = new ObjectId('56b8f05cf9fcee1b00000010');
    expect(changesOf({op: 'u', ns: 'shop.orders', o2: {country: 'nl', _id: id}, o: {$v: 2, diff: {}}})).toEqual([touched('orders', id)]);
    expect(changesOf({op: 'd', ns: 'shop.orders', o: {country: 'nl', _id: id}})).toEqual([touched('orders', id)]);
    expect(changesOf({op: 'i', ns: 'shop.orders', o: {name: 'n', _id: id}})).toEqual([touched('orders', id)]);
  });

  it('keep every kind of id to the bit', () => {
    const ids = [
      new Int32(1), Long.fromNumber(1), new Double(1), Decimal128.fromString('1.0'), '1', true, new Date(8_640_000_000_000_000), new Binary(Buffer.alloc(16), 4), new Binary(Buffer.from('a'), 128),
      {b: 1, a: [{c: null}]}, [1, '2'], null, new MinKey(), new Code('f', {x: 1}), Long.MIN_VALUE, ts,
    ];
    for (const id of ids) expect(changesOf({op: 'i', ns: 'shop.orders', o: {_id: id}})).toEqual([touched('orders', id)]);
    // A date that no date of JavaScript is, and a text that is no UTF-8.
    for (const bytes of ['0900ffffffffffffff7f', '020002000000ff00']) {
      const value = Buffer.from(bytes, 'hex');
      const o = Buffer.concat([Buffer.from('00000000', 'hex'), value.subarray(0, 1), Buffer.from('_id\0'), value.subarray(2), Buffer.alloc(1)]);
      o.writeInt32LE(o.length, 0);
      const head = Buffer.from(BSON.serialize({...base, op: 'i', ns: 'shop.orders'}));
      const entry = Buffer.concat([head.subarray(0, -1), Buffer.from('\x03o\0'), o, Buffer.alloc(1)]);
      entry.writeInt32LE(entry.length, 0);
      const [change] = readEntry(entry, shop).changes;
      expect(Buffer.from((change as {id: Uint8Array}).id).subarray(4, -1).toString('hex')).toBe(bytes);
    }
  });

  it('of documents without `_id` are known by `id`, which a collection may also ask for', () => {
    expect(changesOf({op: 'i', ns: 'shop.guests', o: {id: 11, name: 'x'}})).toEqual([touched('guests', new Int32(11), 'id')]);
    expect(changesOf({op: 'u', ns: 'shop.guests', o2: {id: 11}, o: {$set: {a: 1}}})).toEqual([touched('guests', new Int32(11), 'id')]);
    const byId: EntryReading = {...shop, idField: ({collection}) => (collection === 'guests' ? 'id' : '_id')};
    expect(changesOf({op: 'i', ns: 'shop.guests', o: {_id: 1, id: 11}}, byId)).toEqual([touched('guests', new Int32(11), 'id')]);
    expect(changesOf({op: 'd', ns: 'shop.guests', o: {_id: 1}}, byId)).toEqual([touched('guests', new Int32(1))]);
    expect(changesOf({op: 'i', ns: 'shop.orders', o: {id: 11, _id: 1}}, byId)).toEqual([touched('orders', new Int32(1))]);
  });

  it('name database and collection, which are parted at the first dot', () => {
    expect(changesOf({op: 'i', ns: 'shop.orders.2024.eu', o: {_id: 1}})).toEqual([touched('orders.2024.eu', new Int32(1))]);
    expect(changesOf({op: 'i', ns: 'shop2.orders', o: {_id: 1}})).toEqual([]);
    const some: EntryReading = {...shop, wanted: wantedOf([{database: 'shop', collections: ['orders']}])};
    expect(changesOf({op: 'i', ns: 'shop.orders.2024', o: {_id: 1}}, some)).toEqual([]);
    expect(changesOf({op: 'i', ns: 'shop.orders', o: {_id: 1}}, some)).toEqual([touched('orders', new Int32(1))]);
    const all: EntryReading = {...shop, wanted: wantedOf(null)};
    expect(changesOf({op: 'i', ns: 'other.orders', o: {_id: 1}}, all)).toEqual([touched('orders', new Int32(1), '_id', 'other')]);
    expect(changesOf({op: 'u', ns: 'config.transactions', o2: {_id: {}}, o: {}}, all)).toEqual([]);
  });

  it.each<[string, Document]>([
    ['n', {op: 'n', ns: '', o: {msg: 'periodic noop'}}],
    ['db', {op: 'db', ns: 'shop', o: {}}],
    ['keys of global indexes', {op: 'xi', ns: 'system.globalIndexes', o: {}}],
    ['create', {op: 'c', ns: 'shop.$cmd', o: {create: 'orders', idIndex: {v: 2}}}],
    ['collMod', {op: 'c', ns: 'shop.$cmd', o: {collMod: 'orders', validator: {}}}],
    ['createIndexes', {op: 'c', ns: 'shop.$cmd', o: {createIndexes: 'orders', v: 2, key: {a: 1}, name: 'a_1'}}],
    ['startIndexBuild', {op: 'c', ns: 'shop.$cmd', o: {startIndexBuild: 'orders', indexBuildUUID: 1}}],
    ['commitIndexBuild', {op: 'c', ns: 'shop.$cmd', o: {commitIndexBuild: 'orders'}}],
    ['dropIndexes', {op: 'c', ns: 'shop.$cmd', o: {dropIndexes: 'orders', index: 'a_1'}}],
    ['abortTransaction', {op: 'c', ns: 'admin.$cmd', o: {abortTransaction: 1}, prevOpTime: {ts, t: 1}}],
    ['what happens to records of the server', {op: 'c', ns: 'config.$cmd', o: {truncateRange: 'config.system.preimages'}}],
    ['an unknown command in another database', {op: 'c', ns: 'other.$cmd', o: {somethingNew: 1}}],
  ])('without a document change nothing: %s', (_, entry) => {
    expect(read(entry)).toEqual({time: {t: 1_700_000_000, i: 3}, changes: [], held: false, previous: null});
  });

  it.each<[string, Document, readonly unknown[]]>([
    ['drop', {ns: 'shop.$cmd', o: {drop: 'a.b'}}, [{kind: 'dropped', database: 'shop', collection: 'a.b'}]],
    ['drop elsewhere', {ns: 'other.$cmd', o: {drop: 'a.b'}}, []],
    ['dropDatabase', {ns: 'shop.$cmd', o: {dropDatabase: 1}}, [{kind: 'databaseDropped', database: 'shop'}]],
    ['dropDatabase elsewhere', {ns: 'other.$cmd', o: {dropDatabase: 1}}, []],
    ['emptycapped', {ns: 'shop.$cmd', o: {emptycapped: 'log'}}, [{kind: 'truncated', database: 'shop', collection: 'log'}]],
    ['renameCollection', {ns: 'shop.$cmd', o: {renameCollection: 'shop.a', to: 'shop.b.c', dropTarget: new Binary(Buffer.alloc(16), 4)}},
      [{kind: 'renamed', database: 'shop', collection: 'a', to: {database: 'shop', collection: 'b.c'}}]],
    ['renameCollection into what is followed', {ns: 'other.$cmd', o: {renameCollection: 'other.a', to: 'shop.b'}},
      [{kind: 'renamed', database: 'other', collection: 'a', to: {database: 'shop', collection: 'b'}}]],
    ['renameCollection elsewhere', {ns: 'other.$cmd', o: {renameCollection: 'other.a', to: 'other.b'}}, []],
  ])('of whole collections say so: %s', (_, entry, changes) => {
    expect(changesOf({op: 'c', ...entry})).toEqual(changes);
  });

  it('of documents that move between shards touch them; what a shard then drops is not gone from a cluster', () => {
    expect(changesOf({op: 'i', ns: 'shop.orders', fromMigrate: true, o: {_id: 1}})).toEqual([touched('orders', new Int32(1))]);
    const drop = {op: 'c', ns: 'shop.$cmd', fromMigrate: true, o: {drop: 'orders'}};
    expect(changesOf(drop, {...shop, ofCluster: true})).toEqual([]);
    expect(changesOf(drop)).toEqual([{kind: 'dropped', database: 'shop', collection: 'orders'}]);
  });

  it('of a transaction have all its changes, in their order, of what is followed', () => {
    const applyOps = [
      {op: 'c', ns: 'shop.$cmd', o: {create: 'orders'}},
      {op: 'i', ns: 'shop.orders', o: {_id: 1}},
      {op: 'u', ns: 'shop.orders', o2: {_id: 2}, o: {$v: 2, diff: {u: {a: 1}}}},
      {op: 'u', ns: 'other.orders', o2: {_id: 9}, o: {$v: 2, diff: {u: {a: 1}}}},
      {op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'd', ns: 'shop.lines', o: {_id: 3}}]}},
      {op: 'n', ns: '', o: {}},
    ];
    const entry = {op: 'c', ns: 'admin.$cmd', lsid, txnNumber: Long.fromNumber(1), o: {applyOps}, prevOpTime: {ts: new Timestamp({t: 0, i: 0}), t: Long.fromNumber(-1)}};
    expect(changesOf(entry)).toEqual([touched('orders', new Int32(1)), touched('orders', new Int32(2)), touched('lines', new Int32(3))]);
    expect(read(entry)).toMatchObject({held: false, previous: null});
  });

  it('that are parts of a transaction are held, and linked to the parts before them', () => {
    const applyOps = [{op: 'i', ns: 'shop.orders', o: {_id: 1}}];
    const before = {ts: new Timestamp({t: 1_699_999_999, i: 9}), t: Long.fromNumber(7)};
    const previous = {t: 1_699_999_999, i: 9};
    const of = (o: Document, more: Document = {}) => read({op: 'c', ns: 'admin.$cmd', lsid, txnNumber: Long.fromNumber(1), o, prevOpTime: before, ...more});
    expect(of({applyOps, partialTxn: true})).toMatchObject({held: true, previous});
    expect(of({applyOps, prepare: true})).toMatchObject({held: true, previous});
    expect(of({applyOps, count: Long.fromNumber(2)})).toMatchObject({held: false, previous, changes: [{kind: 'touched'}]});
    expect(of({commitTransaction: 1, commitTimestamp: ts})).toEqual({time: {t: 1_700_000_000, i: 3}, changes: [], held: false, previous});
    // Statements of a retryable write are done one by one.
    expect(of({applyOps}, {multiOpType: new Int32(1)})).toMatchObject({held: false, previous: null});
  });

  it.each<[string, Document, RegExp]>([
    ['an unknown operation', {op: 'q', ns: 'shop.orders', o: {_id: CANARY}}, /operation q, which is not known/],
    ['an unknown command', {op: 'c', ns: 'shop.$cmd', o: {importCollection: 'orders', x: CANARY}}, /command importCollection, which is not known/],
    ['an unknown command of the whole server', {op: 'c', ns: 'admin.$cmd', o: {somethingNew: CANARY}}, /command somethingNew/],
    ['a range of documents taken away', {op: 'c', ns: 'shop.$cmd', o: {truncateRange: 'shop.orders'}}, /truncateRange/],
    ['one in a transaction', {op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'z', ns: 'shop.orders', o: {_id: CANARY}}]}}, /operation z/],
    ['no document', {op: 'u', ns: 'shop.orders', o2: {country: CANARY}, o: {}}, /operation u in shop\.orders does not say which document/],
    ['no operation', {ns: 'shop.orders', o: {_id: CANARY}}, /has no operation/],
    ['no namespace', {op: 'i', o: {_id: CANARY}}, /has no namespace/],
    ['data where a name should stand', {op: 'c', ns: 'shop.$cmd', o: {[`${CANARY} and more`]: 1}}, /of an unreadable name/],
  ])('that are not understood are refused, never skipped: %s', (_, entry, message) => {
    let error: unknown;
    try {
      read(entry);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({code: 'SLUICE_SCHEMA', retryable: false});
    expect((error as PipelineError).message).toMatch(message);
    expect((error as PipelineError).remedy).toMatch(/load again/);
    expectNoLeak(error, CANARY);
  });
});
