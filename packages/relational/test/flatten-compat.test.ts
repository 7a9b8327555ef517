import {BSON, Decimal128, Double, Int32, Long, ObjectId, Timestamp} from 'bson';
import type {Row} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {compileFlatten, wrongValueLine} from '../src/index.ts';
import type {RelationalPlan, ShapeNode} from '../src/index.ts';
import {plan, record, strict, table} from './hand-plan.ts';

/** The rows of each table, and those that take what does not fit. */
function flatten(of: RelationalPlan, ...documents: readonly object[]) {
  const into: Row[][] = [...of.tables, of.extra].map(() => []);
  const rows = compileFlatten(of);
  for (const document of documents) rows.add(BSON.serialize(document), into);
  return {tables: into.slice(0, -1), extra: into.at(-1)!, misfits: rows.misfits, lines: rows.misfits.map(misfit => wrongValueLine(of.collection, misfit)).filter(line => line !== null)};
}

const pair = (oid: number, bsontype: number): ShapeNode => ({kind: 'objectIdPair', oid, bsontype});
const n = null;

describe('compatible tables: places', () => {
  // Root: 3rd | Nurse_Name_first | Nurse_Name_last | Nurse_ref_bsontype | Nurse_ref_oid | State | _y | id | order
  const visits = plan(record({
    _id: strict(7, 'int'),
    Nurse: record({_ref: pair(4, 3), Name: record({first: strict(1, 'string'), last: strict(2, 'string')})}),
    steps: {kind: 'array', table: 1, item: record({code: strict(4, 'string'), count: strict(3, 'int'), notes: {kind: 'array', table: 2, item: strict(0, 'string')}, _id: pair(1, 0)})},
    refs: {kind: 'array', table: 3, item: pair(1, 0)},
    __y: strict(6, 'string'), '3rd': strict(0, 'int'), order: strict(8, 'int'), State: strict(5, 'string'),
  }), [
    table(['3rd', 'Nurse_Name_first', 'Nurse_Name_last', 'Nurse_ref_bsontype', 'Nurse_ref_oid', 'State', '_y', 'id', 'order'], {rootId: [7]}),
    table(['id_bsontype', 'id_oid', 'visits_id', 'count', 'code', 'idx'], {path: ['steps'], parent: 0, rootId: [2], indexes: [5]}),
    table(['notes', 'visits_id', 'visits_steps_idx', 'idx'], {path: ['steps', 'notes'], parent: 1, rootId: [1], indexes: [2, 3]}),
    table(['bsontype', 'oid', 'visits_id', 'idx'], {path: ['refs'], parent: 0, rootId: [2], indexes: [3]}),
  ], {compat: true, collection: 'visits'});
  const [first, second] = ['5f00aa10c0ffee0000000001', '5f00aa10c0ffee0000000002'];

  test('every element is a row and has a number, whatever it is; structs are columns; wrong values are NULL', () => {
    const {tables, extra, lines} = flatten(visits, {
      _id: 1, Nurse: {_ref: new ObjectId(first), Name: {first: 'Ada'}},
      steps: [{code: 'a', count: 2, notes: ['x', null, 3]}, null, {code: 'b', notes: []}, 'bad', {notes: 'no list'}],
      refs: [new ObjectId(second), null, 'text'], __y: 'u', '3rd': 2, order: 3, State: 'done',
    });
    expect(tables).toEqual([
      [[2, 'Ada', n, 7, first, 'done', 'u', 1, 3]],
      [[n, n, 1, 2, 'a', 1], [n, n, 1, n, n, 2], [n, n, 1, n, 'b', 3], [n, n, 1, n, n, 4], [n, n, 1, n, n, 5]],
      [['x', 1, 1, 1], [n, 1, 1, 2], [n, 1, 1, 3]],
      [[7, second, 1, 1], [n, n, 1, 2], [n, n, 1, 3]],
    ]);
    expect(lines).toEqual(['wrong value (INT) for visits.steps.notes(STRING)']);
    expect(extra).toEqual([
      [1, 'steps.notes', '1.3', 'int instead of string', '{"$numberInt": "3"}', n],
      [1, 'steps', '4', 'string instead of record', '"bad"', n],
      [1, 'steps.notes', '5', 'string instead of array', '"no list"', n],
      [1, 'refs', '3', 'string instead of objectId', '"text"', n],
    ]);
  });

  test('a struct, an array that is something else gives no values and no rows', () => {
    const {tables, extra} = flatten(visits, {_id: 3, Nurse: 'text', steps: {code: 'q'}, refs: {0: 1}});
    expect(tables).toEqual([[[n, n, n, n, n, n, n, 3, n]], [], [], []]);
    expect(extra.map(row => row.slice(0, 4))).toEqual([[3, 'Nurse', '', 'string instead of record'], [3, 'steps', '', 'object instead of array'], [3, 'refs', '', 'object instead of array']]);
  });

  test('a document {oid, bsontype} is stored as it is given', () => {
    const {tables, extra} = flatten(visits, {_id: 4, Nurse: {_ref: {oid: 'zzz', bsontype: 9, more: true}, Name: [1]}});
    expect(tables[0]).toEqual([[n, n, n, 9, 'zzz', n, n, 4, n]]);
    expect(extra).toEqual([[4, 'Nurse._ref.more', '', 'unknown field', 'true', n], [4, 'Nurse.Name', '', 'array instead of record', '[{"$numberInt": "1"}]', n]]);
  });

  test('documents of one run do not see each other, nor the order of their fields', () => {
    const {tables} = flatten(visits, {refs: [null], State: 'a', _id: 1}, {_id: 2}, {order: 5, _id: 3, '3rd': 4, steps: [{notes: ['x'], count: 1}]});
    expect(tables).toEqual([
      [[n, n, n, n, n, 'a', n, 1, n], [n, n, n, n, n, n, n, 2, n], [4, n, n, n, n, n, n, 3, 5]],
      [[n, n, 3, 1, n, 1]], [['x', 3, 1, 1]], [[n, n, 1, 1]],
    ]);
  });
});

describe('compatible tables: types', () => {
  // b | d | i | id_bsontype | id_oid | l | n | s | t
  const kinds = plan(record({
    _id: pair(4, 3), i: strict(2, 'int'), l: strict(5, 'long'), d: strict(1, 'double'), s: strict(7, 'string'), b: strict(0, 'bool'), t: strict(8, 'date'), n: strict(6, 'null'),
    list: {kind: 'array', table: 1, item: strict(0, 'int')},
  }), [
    table(['b', 'd', 'i', 'id_bsontype', 'id_oid', 'l', 'n', 's', 't'], {rootId: [4, 3]}),
    table(['list', 'kinds_id_oid', 'idx'], {path: ['list'], parent: 0, rootId: [1], indexes: [2]}),
  ], {compat: true, collection: 'kinds'});
  const id = '5f00aa10c0ffee0000000009';
  const root = (document: object) => {
    const {tables, lines} = flatten(kinds, {_id: new ObjectId(id), ...document});
    const [[b, d, i, , , l, none, s, t]] = tables[0] as [Row];
    return {values: [b, d, i, l, none, s, t], lines: lines.map(line => /\((\w+)\) for kinds\.(\w+)\((\w+)\)$/.exec(line)!.slice(1).join(' '))};
  };

  test('values of exactly the type of the schema are stored', () => {
    expect(root({i: new Int32(1), l: new Long(2), d: new Double(1.5), s: 'x', b: true, t: new Date('2017-03-04T05:06:07.089Z')}))
      .toEqual({values: [true, 1.5, 1, 2, n, 'x', '2017-03-04 05:06:07.089'], lines: []});
  });

  test('of all others only an int32 as a double', () => {
    expect(root({i: new Long(1), l: new Int32(2), d: new Int32(1), s: 5, b: 1, t: '2017-03-04T05:06:07Z', n: 3})).toEqual({
      values: [n, 1, n, n, n, n, n], lines: ['BIGINT i INT', 'INT l BIGINT', 'INT s STRING', 'INT b BOOLEAN', 'STRING t TIMESTAMP', 'INT n TINYINT'],
    });
    expect(root({i: new Double(1), l: new Double(2), d: new Double(NaN), s: new ObjectId(id), b: 'true', t: new Timestamp({t: 1, i: 2}), n: true})).toEqual({
      values: [n, NaN, n, n, n, n, n], lines: ['DOUBLE i INT', 'DOUBLE l BIGINT', 'OBJECTID s STRING', 'STRING b BOOLEAN', 'BSONTIMESTAMP t TIMESTAMP', 'BOOLEAN n TINYINT'],
    });
  });

  test('documents and arrays are no wrong values, but kept all the same', () => {
    expect(root({i: true, d: new Long(7), s: {a: 1}, b: [1], t: new Long(1454960732501n)})).toEqual({values: [n, n, n, n, n, n, n], lines: ['BOOLEAN i INT', 'BIGINT d DOUBLE', 'BIGINT t TIMESTAMP']});
    expect(flatten(kinds, {_id: new ObjectId(id), s: {a: 1}, b: [1], i: Decimal128.fromString('1.50')}).extra).toEqual([
      [id, 's', '', 'object instead of string', '{"a": {"$numberInt": "1"}}', n], [id, 'b', '', 'array instead of bool', '[{"$numberInt": "1"}]', n],
      [id, 'i', '', 'decimal instead of int', '{"$numberDecimal": "1.50"}', n],
    ]);
  });

  test.each([{_id: 'text'}, {_id: 5}, {}, {_id: null}])('an id that is none leaves its columns empty: %o', document => {
    const {tables, extra} = flatten(kinds, {...document, list: [1]});
    expect(tables).toEqual([[[n, n, n, n, n, n, n, n, n]], [[1, n, 1]]]);
    expect(extra.map(([key, path]) => [key, path])).toEqual(document._id === undefined || document._id === null ? [] : [[n, '_id']]);
  });

  test('the key of an id is what all tables have, also before the id is read', () => {
    const {key} = keys(kinds);
    expect([key(new ObjectId(id)), key({oid: 'zzz', bsontype: 7}), key('text'), key(n)]).toEqual([id, 'zzz', n, n]);
    expect(flatten(kinds, {list: [7], s: 1, _id: {oid: 'zzz', bsontype: 1}})).toMatchObject({tables: [[[n, n, n, 1, 'zzz', n, n, n, n]], [[7, 'zzz', 1]]], extra: [['zzz', 's', '', 'int instead of string', '{"$numberInt": "1"}', n]]});
  });
});

function keys(of: RelationalPlan) {
  const rows = compileFlatten(of);
  return {key: (id: unknown) => rows.key(BSON.serialize({'': id}))};
}

test('arrays of structs within structs within arrays, after the id field of an old schema', () => {
  const guests = plan(record({
    id: strict(0, 'int'),
    stays: {kind: 'array', table: 1, item: record({room: strict(1, 'string'), days: record({meals: {kind: 'array', table: 2, item: record({dish: strict(0, 'string')})}})})},
  }), [
    table(['id'], {rootId: [0]}),
    table(['guests_id', 'room', 'idx'], {path: ['stays'], parent: 0, rootId: [0], indexes: [2]}),
    table(['dish', 'guests_id', 'guests_stays_idx', 'idx'], {path: ['stays', 'days', 'meals'], parent: 1, rootId: [1], indexes: [2, 3]}),
  ], {compat: true, collection: 'guests', idField: 'id'});
  expect(flatten(guests, {stays: [{days: {meals: [{dish: 'soup'}, {}]}}, {room: '2', days: {meals: [{dish: 'rice'}]}}], id: 12}).tables)
    .toEqual([[[12]], [[12, n, 1], [12, '2', 2]], [['soup', 12, 1, 1], [n, 12, 1, 2], ['rice', 12, 2, 1]]]);
});
