import {PipelineError} from '@sluice/core';
import type {Row} from '@sluice/core';
import {Binary, BSON, Decimal128, Double, Int32, Long, ObjectId, Timestamp} from 'bson';
import {describe, expect, test} from 'vitest';
import {compileFlatten, pathName, pathNames, planTables, wrongValueLine} from '../src/index.ts';
import type {Field, RelationalPlan, ScalarType} from '../src/index.ts';
import {plan, record, scalar, table} from './hand-plan.ts';
import {jsonb} from './jsonb.ts';

/** A document of these elements, as hex: what no library writes. */
function raw(...elements: readonly string[]): Uint8Array {
  const body = Buffer.from(elements.join(''), 'hex');
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 5);
  return Buffer.concat([length, body, Buffer.of(0)]);
}

const name = (text: string) => `${Buffer.from(text).toString('hex')}00`;
const int = (field: string, value: number) => `10${name(field)}${value.toString(16).padStart(2, '0')}000000`;

function rowsOf(of: RelationalPlan, ...documents: readonly (object | Uint8Array)[]) {
  const into: Row[][] = [...of.tables, ...of.extra ? [of.extra] : []].map(() => []);
  const flatten = compileFlatten(of);
  for (const document of documents) flatten.add(document instanceof Uint8Array ? document : BSON.serialize(document), into);
  return {into, misfits: flatten.misfits};
}

function failure(run: () => unknown): PipelineError {
  try {
    run();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** So many arrays within each other. */
const deep = (levels: number): unknown => (levels === 0 ? null : [deep(levels - 1)]);

/** One table of an id, one column, and what fits nowhere. */
const one = (type: ScalarType) => plan(record({_id: scalar(0, 'long'), v: scalar(1, type)}), [table(['id', 'v', '_extra'], {rootId: [0], overflow: 2})]);

describe('a column takes every value that it holds exactly', () => {
  const uuid = '00112233445566778899aabbccddeeff';
  test.each<[ScalarType, unknown, unknown]>([
    ['int', new Long(5), 5], ['int', new Double(5), 5], ['int', new Double(-0), null], ['int', new Double(5.5), null], ['int', new Double(2 ** 53), null],
    ['long', Long.fromBigInt(2n ** 62n), 2n ** 62n], ['long', new Int32(7), 7], ['int', Decimal128.fromString('5'), null],
    ['double', new Int32(5), 5], ['double', Long.fromBigInt(2n ** 60n), 2 ** 60], ['double', Long.fromBigInt(2n ** 60n + 1n), null], ['double', new Double(-0), -0],
    ['decimal', Decimal128.fromString('1.50'), '1.50'], ['decimal', new Int32(5), '5'], ['decimal', Long.fromBigInt(-(2n ** 63n)), '-9223372036854775808'],
    ['decimal', new Double(0.1), '0.1'], ['decimal', new Double(1.25e-9), '0.00000000125'], ['decimal', new Double(2 ** 60), '1152921504606846976'],
    ['decimal', Decimal128.fromString('NaN'), null], ['decimal', new Double(Infinity), null], ['decimal', Decimal128.fromString('-0'), null],
    ['string', 'päper', 'päper'], ['string', '', ''], ['string', 'a\0b', null], ['string', new Int32(5), null],
    ['objectId', new ObjectId('5f00aa10c0ffee0000000001'), '5f00aa10c0ffee0000000001'], ['objectId', '5f00aa10c0ffee0000000001', null],
    ['uuid', new Binary(Buffer.from(uuid, 'hex'), 4), '00112233-4455-6677-8899-aabbccddeeff'], ['uuid', new Binary(Buffer.from(uuid, 'hex'), 3), null],
    ['binary', new Binary(Buffer.from('abc')), new Uint8Array(Buffer.from('abc'))], ['binary', new Binary(Buffer.from('abc'), 5), null],
    ['bool', true, true], ['bool', new Int32(1), null], ['null', false, null],
    ['date', new Date('0000-12-31T23:59:59.999Z'), '0001-12-31 23:59:59.999 BC'], ['date', new Date(-8.64e15), null],
    ['json', {a: [1, null]}, '{"a":[{"$numberInt":"1"},null]}'], ['json', null, null],
  ])('%s: %s', (type, value, expected) => {
    const {into, misfits} = rowsOf(one(type), {_id: 1, v: value});
    expect(into[0]![0]![1]).toEqual(expected);
    expect(into[0]![0]![2] === null).toBe(expected !== null || value === null);
    expect(misfits).toHaveLength(expected !== null || value === null ? 0 : 1);
  });

  test('bytes are a copy: the row outlives the document', () => {
    const document = BSON.serialize({_id: 1, v: Buffer.from('abc')});
    const {into} = rowsOf(one('binary'), document);
    document.fill(0);
    expect(into[0]![0]![1]).toEqual(new Uint8Array(Buffer.from('abc')));
  });
});

describe('what does not fit is in the last column', () => {
  const people = plan(record({
    _id: scalar(0, 'int'), name: record({first: scalar(1, 'string'), 'a.b': scalar(2, 'int')}),
    pets: {kind: 'array', table: 1, item: record({kind: scalar(2, 'string')})},
    grid: {kind: 'array', table: 2, item: {kind: 'array', table: 3, item: scalar(3, 'int')}},
  }), [
    table(['id', 'name_first', 'name_a_b', '_extra'], {rootId: [0], overflow: 3}),
    table(['id', 'idx', 'kind', '_extra'], {path: ['pets'], parent: 0, rootId: [0], indexes: [1], overflow: 3}),
    table(['id', 'idx', '_extra'], {path: ['grid'], parent: 0, rootId: [0], indexes: [1], overflow: 2}),
    table(['id', 'grid_idx', 'idx', 'value', '_extra'], {path: ['grid', '[]'], parent: 2, rootId: [0], indexes: [1, 2], overflow: 4}),
  ], {collection: 'people'});

  test('by the path below the row, with its reason', () => {
    const {into, misfits} = rowsOf(people, {_id: 1, name: {first: 5, 'a.b': 'x', '': null}, new: {a: [1]}, pets: ['cat', {kind: 'dog', age: 3}]});
    expect(into[0]).toEqual([[1, null, null, jsonb({
      'name.first': {value: {$numberInt: '5'}, reason: 'int instead of string'}, 'name.a\\.b': {value: 'x', reason: 'string instead of int'},
      'name.\\e': {value: null, reason: 'unknown field'}, new: {value: {a: [{$numberInt: '1'}]}, reason: 'unknown field'},
    })]]);
    expect(into[1]).toEqual([
      [1, 1, null, jsonb({'': {value: 'cat', reason: 'string instead of record'}})],
      [1, 2, 'dog', jsonb({age: {value: {$numberInt: '3'}, reason: 'unknown field'}})],
    ]);
    expect(misfits).toContainEqual({path: 'pets.age', got: 'int', wanted: null, reason: 'unknown field', count: 1});
  });

  test('arrays in arrays are tables of their own, with a place in each', () => {
    const {into} = rowsOf(people, {_id: 1, grid: [[1, 2], [], 'x', null, [[3], 4]]});
    expect(into[2]!.map(row => row.slice(0, 2))).toEqual([[1, 1], [1, 2], [1, 3], [1, 4], [1, 5]]);
    expect(into[2]![2]![2]).toBe(jsonb({'': {value: 'x', reason: 'string instead of array'}}));
    expect(into[3]!.map(row => row.slice(0, 4))).toEqual([[1, 1, 1, 1], [1, 1, 2, 2], [1, 5, 1, null], [1, 5, 2, 4]]);
    expect(into[3]![2]![4]).toBe(jsonb({'': {value: [{$numberInt: '3'}], reason: 'array instead of int'}}));
  });

  test('of repeated names the first counts, the others are kept', () => {
    const {into, misfits} = rowsOf(people, raw(int('_id', 1), int('x', 1), `03${name('name')}${Buffer.from(raw(int('a.b', 7), int('a.b', 8), int('a.b', 9))).toString('hex')}`, int('_id', 2), int('x', 3)));
    expect(into[0]).toEqual([[1, null, 7, jsonb({
      x: [{value: {$numberInt: '1'}, reason: 'unknown field'}, {value: {$numberInt: '3'}, reason: 'unknown field'}],
      'name.a\\.b': [{value: {$numberInt: '8'}, reason: 'repeated field'}, {value: {$numberInt: '9'}, reason: 'repeated field'}],
      _id: {value: {$numberInt: '2'}, reason: 'repeated field'},
    })]]);
    expect(misfits.map(({path, count}) => [path, count])).toEqual([['x', 2], ['name.a\\.b', 2], ['_id', 1]]);
  });

  test('text and names that are not UTF-8 keep their bytes', () => {
    const {into} = rowsOf(one('string'), raw(int('_id', 1), `02${name('v')}0300000061ff00`, '10fe0005000000'));
    expect(into[0]).toEqual([[1, null, jsonb({v: {value: {$invalidUtf8: '61ff'}, reason: 'not UTF-8'}, '$invalidUtf8:fe': {value: {$numberInt: '5'}, reason: 'unknown field'}})]]);
  });

  test('what jsonb would change is kept as text, and read back as it was written', () => {
    const same = {a: new Timestamp({t: 5, i: 6}), bb: [{c: 'ü', d: true}, null], ba2: 'x', '\ue000': 1, '🙂': 'z'};
    const kept = [same, {bb: 1, a: 2}, [{b: 1, a: 2}], 'a\0b', {a: 'b\0'}, deep(20), deep(21)].map(value => {
      const {into} = rowsOf(people, {_id: 1, new: value});
      return (JSON.parse(into[0]![0]![3] as string) as {new: object}).new;
    });
    expect(kept.map(entry => Object.keys(entry))).toEqual([['value', 'reason'], ['text', 'reason'], ['text', 'reason'], ['text', 'reason'], ['text', 'reason'], ['value', 'reason'], ['text', 'reason']]);
    expect(kept.slice(1, 5).map(entry => (entry as {text: string}).text)).toEqual([
      '{"bb":{"$numberInt":"1"},"a":{"$numberInt":"2"}}', '[{"b":{"$numberInt":"1"},"a":{"$numberInt":"2"}}]', '"a\\u0000b"', '{"a":"b\\u0000"}',
    ]);
    expect(rowsOf(people, {_id: 1, new: new Map([['b', 1], ['a', 2]])}).into[0]![0]![3]).toBe('{"new": {"text": "{\\"b\\":{\\"$numberInt\\":\\"1\\"},\\"a\\":{\\"$numberInt\\":\\"2\\"}}", "reason": "unknown field"}}');
    const {into} = rowsOf(people, raw(int('_id', 1), `03${name('n')}${Buffer.from(raw(int('x', 1), int('x', 2))).toString('hex')}`, `03${name('m')}${Buffer.from(raw('10fe0005000000')).toString('hex')}`));
    expect(JSON.parse(into[0]![0]![3] as string)).toEqual({
      n: {text: '{"x":{"$numberInt":"1"},"x":{"$numberInt":"2"}}', reason: 'unknown field'}, m: {text: '{"$invalidUtf8:fe":{"$numberInt":"5"}}', reason: 'unknown field'},
    });
  });

  test('many fields of one row are kept in the order of jsonb, whatever their names', () => {
    for (const prefix of ['f', 'ü']) {
      const many = Object.fromEntries(Array.from({length: 3000}, (_, i) => [`${prefix}${(i * 7919) % 3000}`, true]));
      const {into} = rowsOf(people, {_id: 1, ...many});
      expect(into[0]![0]![3]).toBe(jsonb(Object.fromEntries(Object.keys(many).map(field => [field, {value: true, reason: 'unknown field'}]))));
    }
  });

  test('a field that was left out goes nowhere', () => {
    const root = {...record({_id: scalar(0, 'int')}), excluded: new Set(['secret'])};
    const {into, misfits} = rowsOf(plan(root, [table(['id', '_extra'], {rootId: [0], overflow: 1})]), {_id: 1, secret: {a: 1}}, {secret: [1], _id: 2});
    expect([into, misfits]).toEqual([[[[1, null], [2, null]]], []]);
  });

  test('misfits are counted by place, type and reason; beyond a thousand places together', () => {
    const many = Object.fromEntries(Array.from({length: 1200}, (_, i) => [`f${i}`, i]));
    const {misfits} = rowsOf(people, {_id: 1, name: {first: 1}}, {_id: 2, name: {first: 2}}, {_id: 3, ...many});
    expect(misfits[0]).toEqual({path: 'name.first', got: 'int', wanted: 'string', reason: 'other type', count: 2});
    expect(misfits).toHaveLength(1001);
    expect(misfits.at(-1)).toEqual({path: '*', got: 'int', wanted: null, reason: 'unknown field', count: 201});
    expect(rowsOf(people, {_id: 1, ['x'.repeat(4001)]: 1}).misfits).toEqual([{path: '*', got: 'int', wanted: null, reason: 'unknown field', count: 1}]);
    expect(wrongValueLine('people', misfits[0]!)).toBe('wrong value (INT) for people.name.first(STRING)');
    expect(wrongValueLine('people', misfits.at(-1)!)).toBeNull();
  });
});

test('ids of any type are text; equal numbers of different types are the same, as they are to MongoDB', () => {
  const of = plan(record({_id: scalar(0, 'json'), l: {kind: 'array', table: 1, item: scalar(2, 'json')}}), [
    table(['id', '_extra'], {rootId: [0], overflow: 1}), table(['id', 'idx', 'l', '_extra'], {path: ['l'], parent: 0, rootId: [0], indexes: [1], overflow: 3}),
  ]);
  const {into} = rowsOf(of, {l: [new Double(1)], _id: new Double(1)}, {_id: 'one'}, {_id: {a: new Double(2)}});
  expect(into).toEqual([[['{"$numberInt":"1"}', null], ['"one"', null], ['{"a":{"$numberInt":"2"}}', null]], [['{"$numberInt":"1"}', 1, '{"$numberDouble":"1.0"}', null]]]);
  expect([new Int32(1), new Double(1), Decimal128.fromString('1.0')].map(id => compileFlatten(of).key(BSON.serialize({'': id})))).toEqual(Array.from({length: 3}, () => '{"$numberInt":"1"}'));
});

test.each(['clean', 'compat'] as const)('null is an id where ids of any type are text, and none elsewhere: %s', mode => {
  const list: Field = {name: 'l', as: 'table', types: {}, items: {as: 'int', types: {}}};
  const of = planTables({collection: 'things', fields: [{name: '_id', as: 'json', types: {null: 1, int: 1}}, list]}, {mode});
  const {into} = rowsOf(of, {_id: null, l: [1]}, {l: [new Int32(2)], _id: null}, {_id: 1});
  const id = of.tables[1]!.rootId[0]!;
  expect([into[0]!.map(row => row[of.tables[0]!.rootId[0]!]), into[1]!.map(row => row[id])]).toEqual([['null', 'null', '{"$numberInt":"1"}'], ['null', 'null']]);
  expect(compileFlatten(of).key(BSON.serialize({'': null}))).toBe('null');
  const texts = planTables({collection: 'things', fields: [{name: '_id', as: 'string', types: {}}, list]}, {mode});
  expect(compileFlatten(texts).key(BSON.serialize({'': null}))).toBeNull();
  if (mode === 'clean') expect(failure(() => rowsOf(texts, {_id: null})).message).toBe('things: the _id of a document does not fit its column: null instead of string');
  else expect(rowsOf(texts, {_id: null}).into[0]).toEqual([[null]]);
  if (mode === 'clean') expect(failure(() => rowsOf(of, {l: [1]})).message).toBe('things: a document has no _id');
});

describe('a document that cannot be flattened', () => {
  test('whose id does not fit is refused with what would help, and leaves no rows', () => {
    const {into} = rowsOf(one('int'), {_id: 1});
    const flatten = compileFlatten(one('int'));
    const refusal = failure(() => flatten.add(BSON.serialize({_id: 'secret', v: 'x'}), into));
    expect([refusal.code, refusal.message, refusal.context]).toEqual(['SLUICE_VALUE', 'things: the _id of a document does not fit its column: string instead of long', {table: 'table', column: 'id'}]);
    expect(failure(() => flatten.add(BSON.serialize({v: 'x'}), into)).message).toBe('things: a document has no _id');
    const texts = compileFlatten(plan(record({_id: scalar(0, 'string')}), [table(['id', '_extra'], {rootId: [0], overflow: 1})]));
    expect(failure(() => texts.add(BSON.serialize({_id: 'a\0b'}), into)).message).toBe('things: the _id of a document does not fit its column: holds NUL');
    flatten.add(BSON.serialize({_id: 2}), into);
    expect(into[0]).toEqual([[1, null, null], [2, null, null]]);
  });

  test('that is damaged is refused by the path, wherever it is, and leaves no rows in any table', () => {
    const of = plan(record({_id: scalar(0, 'int'), l: {kind: 'array', table: 1, item: scalar(2, 'string')}}), [
      table(['id', '_extra'], {rootId: [0], overflow: 1}), table(['id', 'idx', 'l', '_extra'], {path: ['l'], parent: 0, rootId: [0], indexes: [1], overflow: 3}),
    ]);
    const whole = BSON.serialize({_id: 1, other: 'x', l: ['a', 'secret']});
    const into: Row[][] = [[], []];
    const flatten = compileFlatten(of);
    flatten.add(whole, into);
    const before = structuredClone(into);
    const damaged = Uint8Array.from(whole);
    damaged[Buffer.from(whole).indexOf('secret') - 4] = 200;
    expect(failure(() => flatten.add(damaged, into)).message).toMatch(/^a document is damaged in the field l\.1, at byte \d+: a value ends behind its document$/);
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.slice(0, length);
      if (length >= 4) new DataView(cut.buffer).setInt32(0, length, true);
      expect(failure(() => flatten.add(cut, into)).code).toBe('SLUICE_VALUE');
    }
    expect(into).toEqual(before);
  });

  test('any changed byte is read or refused, and nothing around the document is looked at', () => {
    const of = plan(record({_id: scalar(0, 'int'), n: record({s: scalar(1, 'string')}), l: {kind: 'array', table: 1, item: record({b: scalar(2, 'bool')})}}), [
      table(['id', 's', '_extra'], {rootId: [0], overflow: 2}), table(['id', 'idx', 'b', '_extra'], {path: ['l'], parent: 0, rootId: [0], indexes: [1], overflow: 3}),
    ]);
    const whole = BSON.serialize({_id: 1, n: {s: 'text', t: 1}, l: [{b: true}, {b: 'x', c: new Date(0)}]});
    let refused = 0;
    for (let place = 0; place < whole.length; place++) {
      for (const value of [0, 1, 2, 3, 4, 5, 16, 127, 255]) {
        const [among0, among255] = [0, 255].map(around => {
          const memory = new Uint8Array(whole.length + 64).fill(around);
          memory.set(whole, 32);
          memory[32 + place] = value;
          try {
            return JSON.stringify(rowsOf(of, memory.subarray(32, 32 + whole.length)));
          } catch (error) {
            if (!(error instanceof PipelineError)) throw error;
            return `refused: ${error.message}`;
          }
        });
        expect(among0).toBe(among255);
        if (among0!.startsWith('refused')) refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

test('a path has its names back', () => {
  for (const names of [[], ['a'], ['a', 'b'], [''], ['', ''], ['a.b', '\\', 'c\\.'], ['\\e', 'e', '.'], ['ü', '$x']]) {
    expect(pathNames(names.map(pathName).join('.'))).toEqual(names);
  }
});
