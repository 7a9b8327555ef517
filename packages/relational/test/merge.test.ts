import {mergeDocumentSchemas, mergeSchemas, parseErrorLines, parseSchemaFile, patchSchema, pathName, printSchemaFile, Profiler, wrongValueLine} from '@sluice/relational';
import type {DocumentSchema, Field, SchemaFile} from '@sluice/relational';
import {Double, Long, serialize} from 'bson';
import type {Document} from 'bson';
import fc from 'fast-check';
import {expect, test} from 'vitest';

const old = (schema: unknown): SchemaFile => parseSchemaFile(JSON.stringify(schema), 'quotes.json');
const asData = (file: SchemaFile): unknown => JSON.parse(printSchemaFile(file));

test('two old files are merged as their own tool did', () => {
  const primary = old({a: 'TINYINT', b: 'INT', c: {d: 'INT', e: 'TINYINT'}, f: [{g: 'INT'}], h: ['TINYINT'], k: {x: 'INT'}, m: {}});
  const secondary = old({a: 'STRING', b: 'TINYINT', c: {d: 'DOUBLE', e: 'INT', new: 'INT'}, f: [{g: 'STRING', n: 'INT'}], h: ['INT'], k: 'STRING', m: {z: 'INT'}});
  expect(printSchemaFile(mergeSchemas(primary, secondary))).toBe(`${JSON.stringify({a: 'STRING', b: 'INT', c: {d: 'DOUBLE', e: 'INT'}, f: [{g: 'STRING'}], h: ['INT'], k: {x: 'STRING'}}, null, 4)}\n`);
  const oid = {bsontype: 'INT', oid: 'STRING'};
  expect(asData(mergeSchemas(old({a: 'STRING', b: oid, c: ['INT'], d: ['INT'], e: 'INT'}), old({a: oid, b: 'TINYINT', c: 'STRING', d: ['TINYINT'], e: {}})))).toEqual({a: oid, b: oid, c: 'STRING', d: ['INT'], e: 'INT'});
});

test('an old file is patched by the lines of a load', () => {
  const file = old({customer: {title: 'TINYINT', who: 'STRING'}, lines: [{qty: 'INT', tags: ['TINYINT']}], 'a.b': 'INT'});
  const lines = parseErrorLines([
    "'wrong value (STRING) for quotes.customer.title(TINYINT)': 59", "'wrong value (DOUBLE) for quotes.lines.qty(INT)': 1", 'wrong value (STRING) for quotes.lines.tags(TINYINT)',
    'wrong value (OBJECTID) for quotes.customer.who(STRING)', 'wrong value (BIGINT) for quotes.a\\.b(INT)'].join('\n'), 'errors.txt');
  expect(asData(patchSchema(file, lines))).toEqual({customer: {title: 'STRING', who: {oid: 'STRING', bsontype: 'INT'}}, lines: [{qty: 'DOUBLE', tags: ['STRING']}], 'a.b': 'BIGINT'});
});

test('lines that say nothing of a file are told by their numbers', () => {
  expect(() => parseErrorLines("wrong value (INT) for a.b(STRING)\n\nnonsense\n", 'errors.txt')).toThrow(expect.objectContaining({problems: [
    {path: 'errors.txt:2', message: 'must be like: wrong value (STRING) for collection.field(TINYINT)'}, {path: 'errors.txt:3', message: 'must be like: wrong value (STRING) for collection.field(TINYINT)'}]}));
  const lines = parseErrorLines('wrong value (DECIMAL) for quotes.a(INT)\nwrong value (INT) for quotes.b.c(INT)\n', 'errors.txt');
  expect(() => patchSchema(old({a: 'INT', b: 'INT'}), lines)).toThrow(expect.objectContaining({problems: [
    {path: 'errors.txt:1', message: 'names a type that no column has: leave the line out'}, {path: 'errors.txt:2', message: 'the schema has no field b.c: is it the file of this collection?'}]}));
});

const field = (name: string, as: Field['as'], more: Partial<Field> = {}): Field => ({name, as, types: {}, ...more});
const today = (...fields: Field[]): SchemaFile => ({form: 'new', collections: [{collection: 'my.quotes', fields}]});

test('whatever a field is called, the line of a wrong value is read as it was meant, or there is none', () => {
  for (const [name, isThere] of [['a\u2028b', true], ['a\rb', true], ['a(INT)b', true], ['(', true], ["a')", true], ['a\nb', false], ['a(INT):b', false], ["a(x)': 5", false]] as const) {
    const line = wrongValueLine('quotes', {path: pathName(name), got: 'string', wanted: 'int', reason: 'other type', count: 1});
    expect([name, line !== null]).toEqual([name, isThere]);
    if (line !== null) expect(asData(patchSchema(old({[name]: 'INT', a: 'INT'}), parseErrorLines(`${line}\n`, 'e')))).toEqual({[name]: 'STRING', a: 'INT'});
  }
  expect(parseErrorLines('', 'e')).toEqual([]);
});

test('a BSON timestamp is not patched into a column of dates', () => {
  const line = wrongValueLine('quotes', {path: 't', got: 'timestamp', wanted: 'int', reason: 'other type', count: 1})!;
  const lines = parseErrorLines(line, 'e');
  expect(() => patchSchema(old({t: 'INT'}), lines)).toThrow('e:1 names a type that no column has: leave the line out');
  expect(patchSchema(today(field('t', 'int')), parseErrorLines(line.replace('quotes', 'my.quotes'), 'e'))).toMatchObject({collections: [{fields: [{name: 't', as: 'json'}]}]});
  const date = wrongValueLine('quotes', {path: 't', got: 'date', wanted: 'int', reason: 'other type', count: 1})!;
  expect(asData(patchSchema(old({t: 'INT'}), parseErrorLines(date, 'e')))).toEqual({t: 'TIMESTAMP'});
});

test('a file of today is patched so that a column holds the values of both types', () => {
  const file = today(field('i', 'int'), field('d', 'double'), field('s', 'string'), field('n', 'null'), field('x', 'columns', {fields: [field('a.b', 'bool')]}),
    field('l', 'table', {items: {as: 'table', types: {}, items: {as: 'int', types: {}}}}));
  const lines = parseErrorLines([
    'wrong value (DOUBLE) for my.quotes.i(INT)', 'wrong value (BIGINT) for my.quotes.d(DOUBLE)', 'wrong value (OBJECTID) for my.quotes.s(STRING)', 'wrong value (OBJECTID) for my.quotes.n(TINYINT)',
    'wrong value (STRING) for my.quotes.x.a\\.b(BOOLEAN)', 'wrong value (DECIMAL) for my.quotes.l(INT)'].join('\n'), 'errors.txt');
  const patched = patchSchema(file, lines);
  expect(patched).toEqual(today(field('i', 'double'), field('d', 'decimal', {note: 'doubles beside integers of 64 bits'}), field('s', 'json', {note: 'string in the one, objectId in the other'}), field('n', 'objectId'),
    field('x', 'columns', {fields: [field('a.b', 'json', {note: 'bool in the one, string in the other'})]}), field('l', 'table', {items: {as: 'table', types: {}, items: {as: 'decimal', types: {}}}})));
  expect(() => patchSchema(file, parseErrorLines('wrong value (INT) for quotes.i(INT)', 'e'))).toThrow('e:1 the schema has no collection of this name');
});

const profile = (documents: readonly Document[]): DocumentSchema => {
  const profiler = new Profiler('things');
  for (const document of documents) profiler.add(serialize(document));
  return profiler.schema('all');
};

test('the profiles of two halves give the profile of the whole', () => {
  const documents: Document[] = [
    {_id: 1, a: 1, d: {x: 1}, l: [1]}, {_id: 2, a: null, d: {}, l: []}, {_id: 3, a: Long.fromString('9007199254740993'), d: {y: 'x'}, l: [null]}, {_id: 'four', a: new Double(1.5), l: [Long.fromNumber(5)], z: [[{q: 1}]]},
    {_id: 5, a: 1, d: {x: 2.5, y: 'longer'}, z: [[{q: 2, r: true}], []]},
  ];
  for (let cut = 0; cut <= documents.length; cut++) {
    expect(mergeDocumentSchemas(profile(documents.slice(0, cut)), profile(documents.slice(cut)))).toEqual(profile(documents));
  }
});

test('the profiles of any two parts give the profile of the whole', () => {
  const names = fc.constantFrom('a', 'b', 'c', '_id');
  const {value} = fc.letrec(tie => ({value: fc.oneof({maxDepth: 3}, fc.constantFrom<unknown>(null, true, 1, 1.5, new Double(2), Long.fromString('9007199254740993'), 'x', 'longer', new Date(0)), fc.array(tie('value'), {maxLength: 3}),
    fc.dictionary(names, tie('value'), {maxKeys: 3}), fc.integer({min: 0, max: 500}).map(n => ({[`user${n}`]: 1})))}));
  const documents = fc.array(fc.dictionary(names, value, {maxKeys: 3}), {maxLength: 30});
  fc.assert(fc.property(documents, documents, (one, two) => {
    expect(mergeDocumentSchemas(profile(one), profile(two))).toEqual(profile([...one, ...two]));
  }), {seed: 5, numRuns: 200});
  const maps = Array.from({length: 120}, (_, i) => ({m: {[`user${i}`]: 1}}));
  expect(mergeDocumentSchemas(profile(maps.slice(0, 60)), profile(maps.slice(60)))).toEqual(profile(maps));
});

test('what a person decided in the first file stands, what nobody decided follows the counts of both', () => {
  const first = profile([{_id: 1, a: 1, b: 1, c: {x: 1}, e: 1}]);
  const edited: DocumentSchema = {...first, table: 'Things', fields: first.fields.map(each => each.name === 'b' ? {...each, as: 'decimal', column: 'amount', note: 'money'} : each.name === 'c' ? {...each, as: 'json'} : each.name === 'e' ? {...each, as: 'exclude'} : each)};
  const merged = mergeDocumentSchemas(edited, profile([{_id: 2, a: 'x', b: 2.5, c: {y: 1}, e: 'x', f: 1}]));
  expect({table: merged.table, documents: merged.documents, read: merged.read}).toEqual({table: 'Things', documents: 2, read: 'all'});
  expect(merged.fields.map(({name, as, column, note}) => [name, as, column, note])).toEqual([
    ['_id', 'int', undefined, undefined], ['a', 'json', undefined, 'numbers beside strings'], ['b', 'decimal', 'amount', 'money'], ['c', 'json', undefined, undefined], ['e', 'exclude', undefined, undefined],
    ['f', 'int', undefined, undefined]]);
  expect(merged.fields.find(({name}) => name === 'c')!.fields!.map(({name}) => name)).toEqual(['x', 'y']);
});

test('an old file beside a new one loses nothing, and what only one of them has is kept', () => {
  const before: SchemaFile = {form: 'new', collections: [profile([{_id: 1, n: 1, s: 'x', l: [1]}]), {collection: 'others', fields: []}]};
  const file = parseSchemaFile('{"_id": "INT", "n": "DOUBLE", "s": "TINYINT", "l": [{"a": "INT"}], "more": "BOOLEAN"}', 'things.json');
  const merged = mergeSchemas(before, file);
  expect(merged.collections.map(({collection, strict}) => ({collection, strict}))).toEqual([{collection: 'things', strict: undefined}, {collection: 'others', strict: undefined}]);
  expect(merged.collections[0]!.fields.map(({name, as, items}) => [name, as, items?.as])).toEqual([
    ['_id', 'int', undefined], ['n', 'double', undefined], ['s', 'string', undefined], ['l', 'table', 'json'], ['more', 'bool', undefined]]);
  expect(mergeSchemas(file, before).collections.map(({collection}) => collection)).toEqual(['things', 'others']);
});
