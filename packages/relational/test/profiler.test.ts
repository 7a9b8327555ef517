import {PipelineError} from '@sluice/core';
import {Profiler} from '@sluice/relational';
import type {DocumentSchema, Field, ProfileLimits, Shape} from '@sluice/relational';
import {Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, ObjectId, serialize, Timestamp, UUID} from 'bson';
import type {Document} from 'bson';
import {expect, test} from 'vitest';

function profile(documents: readonly Document[], limits?: ProfileLimits): DocumentSchema {
  const profiler = new Profiler('things', limits);
  for (const [i, document] of documents.entries()) profiler.add(serialize({_id: i, ...document}, {ignoreUndefined: false}));
  return profiler.schema('all');
}
const fieldOf = (schema: {readonly fields?: readonly Field[]}, name: string): Field => schema.fields!.find(field => field.name === name)!;
/** What a field becomes, given these values one document after the other. */
const values = (...found: unknown[]): Shape => fieldOf(profile(found.map(v => ({v}))), 'v');
const INT64_MAX = Long.fromString('9223372036854775807');

test('counts every path and type, and says how many documents were looked at', () => {
  const schema = profile([
    {a: 1, d: {x: 'é', y: null}, l: [1, 'two', [3]]}, {a: Long.fromNumber(2), d: {x: 'long text'}, l: []}, {a: new Double(1.5)},
  ]);
  expect(schema).toEqual({
    collection: 'things', read: 'all', documents: 3, fields: [
      {name: '_id', as: 'int', types: {int: 3}},
      {name: 'a', as: 'double', types: {double: 1, int: 1, long: 1}, fractions: 1, note: 'integers beside doubles, each of which a double holds exactly'},
      {name: 'd', as: 'columns', types: {object: 2}, fields: [
        {name: 'x', as: 'string', types: {string: 2}, longest: 9},
        {name: 'y', as: 'json', types: {null: 1}, note: 'only null was met'},
      ]},
      {name: 'l', as: 'table', types: {array: 2}, most: 3, items: {
        as: 'json', types: {string: 1, array: 1, int: 1}, longest: 3, most: 1, note: 'arrays beside numbers and strings', items: {as: 'int', types: {int: 1}},
      }},
    ],
  });
});

test('names of more than 1,000 bytes are not kept in mind', () => {
  const [short, long] = ['x'.repeat(1000), 'é'.repeat(501)];
  const {fields} = profile([{[short]: 1, [long]: 2, d: {[long]: 1, a: 1}}]);
  expect(fields.map(({name}) => name)).toEqual(['_id', short, 'd']);
  expect(fieldOf({fields}, 'd').fields!.map(({name}) => name)).toEqual(['a']);
});

test('a column is chosen that loses no number', () => {
  expect(values(1, null, 2).as).toBe('int');
  expect(values(1, INT64_MAX).as).toBe('long');
  expect(values(1, 2.5).as).toBe('double');
  expect(values(2.0, new Double(2), new Double(-0)).as).toBe('double');
  // 2^53 is exact in a double, 2^53 + 1 is not.
  expect(values(2.5, Long.fromString('9007199254740992')).as).toBe('double');
  expect(values(2.5, Long.fromString('9007199254740993'))).toMatchObject({as: 'decimal', inexact: 1, note: 'doubles beside integers that no double holds exactly'});
  expect(values(Decimal128.fromString('0.10'), 1, 2.5).as).toBe('decimal');
  expect(values(Decimal128.fromString('NaN'), Decimal128.fromString('-Infinity'), Infinity, Decimal128.fromString('1')))
    .toMatchObject({as: 'decimal', notFinite: 3, note: 'NaN and infinities (3) go to the overflow'});
  expect(values(NaN, 1.5)).toMatchObject({as: 'double', notFinite: 1, fractions: 1});
});

test('every type has its column, those without one JSON', () => {
  expect(values(true).as).toBe('bool');
  expect(values(new Date(0)).as).toBe('date');
  expect(values(new ObjectId()).as).toBe('objectId');
  expect(values(new UUID())).toMatchObject({as: 'uuid', types: {uuid: 1}});
  expect(values(new Binary(Buffer.from('x')))).toMatchObject({as: 'binary', types: {binData: 1}});
  expect(values(new Binary(Buffer.from('x'), 5))).toMatchObject({as: 'json', types: {'binData:5': 1}});
  // As long as a UUID it is not.
  expect(values(new Binary(Buffer.from('x'), 4))).toMatchObject({as: 'json', types: {'binData:4': 1}});
  expect(values(new BSONRegExp('x'), new MaxKey(), Timestamp.fromNumber(1))).toMatchObject({as: 'json', types: {regex: 1, maxKey: 1, timestamp: 1}});
  expect(values([], []).note).toBe('only empty arrays were met');
  expect(values({}, {}).note).toBe('only empty documents were met');
});

test('of several kinds the one that nearly all values have gets the column, otherwise it is JSON', () => {
  const texts = Array.from({length: 18}, () => 'x');
  expect(values(...texts, 1, true)).toMatchObject({as: 'string', note: 'booleans and numbers (2 of 20) go to the overflow'});
  expect(values(...texts, 1, true, 2)).toMatchObject({as: 'json', note: 'strings beside numbers and booleans'});
  expect(values({a: 1}, [1])).toMatchObject({as: 'json', note: 'arrays beside documents'});
  const records = Array.from({length: 9}, () => ({a: 1}));
  expect(values(...records, 1)).toMatchObject({as: 'columns', note: 'numbers (1 of 10) go to the overflow', fields: [{name: 'a', as: 'int'}]});
});

test('ids of more than one type are kept as text, whatever there are', () => {
  const id = (...ids: unknown[]) => fieldOf(profile(ids.map(_id => ({_id}))), '_id').as;
  expect(id(new ObjectId(), new ObjectId())).toBe('objectId');
  expect(id(1, INT64_MAX)).toBe('long');
  expect(id(...Array.from({length: 99}, () => new ObjectId()), 'one')).toBe('json');
  expect(id({a: 1})).toBe('json');
  expect(id(1, 1.5)).toBe('json');
  expect(id('a', null)).toBe('json');
  expect(id(new UUID())).toBe('uuid');
});

test('field names that are data make JSON of the document that has them', () => {
  const sparse = Array.from({length: 100}, (_, i) => ({m: {[`user${i}`]: {n: 1, seen: new Date(0)}}}));
  const {as, note, fields, unlisted} = fieldOf(profile(sparse), 'm');
  expect({as, fields, unlisted}).toEqual({as: 'json', fields: undefined, unlisted: 'names'});
  expect(note).toBe('so many different field names that they look like data');
  // As many names, each of them in every document, are columns.
  const full = {m: Object.fromEntries(Array.from({length: 100}, (_, i) => [`f${i}`, i]))};
  expect(fieldOf(profile([full, full]), 'm').as).toBe('columns');
});

test('a profile is bounded whatever names there are', () => {
  const documents = Array.from({length: 300}, (_, i) => ({m: {[`a${i}`]: {x: {y: 1}}}, after: 1}));
  const {fields, unlisted} = profile(documents, {maxNames: 50});
  expect(unlisted).toBeUndefined();
  expect(fields.map(({name, as, unlisted}) => ({name, as, unlisted}))).toEqual([
    {name: '_id', as: 'int', unlisted: undefined}, {name: 'm', as: 'json', unlisted: 'names'}, {name: 'after', as: 'int', unlisted: undefined}]);
  expect(fieldOf({fields}, 'm').types).toEqual({object: 300});

  // The paths that a document lets go when it becomes JSON are free for others.
  const paths = profile([...documents, {other: {p: 1, q: 1}}], {maxNames: 50, maxPaths: 154});
  expect(fieldOf(paths, 'other').fields?.map(({name}) => name)).toEqual(['p', 'q']);

  const root = profile(documents.map((_, i) => ({[`r${i}`]: 1})), {maxNames: 50});
  expect(root.unlisted).toBe('names');
  expect(root.fields).toHaveLength(50);
});

test('what nests too deeply becomes JSON', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 60; i++) deep = {d: deep};
  let shape: Shape = values(deep);
  while (shape.fields) [shape] = shape.fields as [Field];
  expect(shape).toMatchObject({as: 'json', types: {object: 1}, unlisted: 'depth', note: 'nested too deeply'});

  let nested: unknown = 1;
  for (let i = 0; i < 20; i++) nested = [nested];
  let array: Shape = values(nested);
  let tables = 0;
  for (; array.items; array = array.items) tables++;
  expect(tables).toBe(15);
  expect(array).toMatchObject({as: 'json', note: 'nested too deeply', most: 1});
});

test('hostile names are names; a damaged document is refused, and what was counted stands', () => {
  const names = ['', 'a.b', '$where', '__proto__', 'constructor', '7'];
  const document = Object.create(null) as Document; // so that __proto__ is a name
  for (const name of names) document[name] = new Int32(1);
  const profiler = new Profiler('things');
  profiler.add(serialize(document));
  const bytes = serialize({a: 1});
  expect(() => profiler.add(bytes.subarray(0, bytes.length - 2))).toThrow(PipelineError);
  const {fields, documents} = profiler.schema('sample');
  expect(new Set(fields.map(({name}) => name))).toEqual(new Set(names));
  expect(documents).toBe(1);
});

test('a name that is not UTF-8 is passed over', () => {
  const bytes = serialize({ab: 1, c: 2});
  bytes[5] = 0xff;
  const profiler = new Profiler('things');
  profiler.add(bytes);
  expect(profiler.schema('all').fields.map(({name}) => name)).toEqual(['c']);
});
