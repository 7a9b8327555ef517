import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {PipelineError, type Row} from '@sluice/core';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {deidentify, documentPaths, parsePolicy, type Policy} from '@sluice/transform-deidentify';
import {testKey} from './change.ts';
import {catalogOf, check, never, pass, table, told} from './tables.ts';

const schema = table('t', {id: 'int', doc: 'json'});
const policy = (paths: string, more = '', top = ''): Policy => parsePolicy(`version: 1\n${top}\ntables:\n  t:\n    columns:\n      id: keep\n      doc:\n${more}        json:\n${paths.split('\n').map(line => `          ${line}`).join('\n')}\n`);
const changed = async (paths: string, document: string | null, more = '', top = '') =>
  (await pass(policy(paths, more, top), schema, [[1, document]]))!.rows[0]![1];
const failure = async (paths: string, document: string): Promise<PipelineError> => {
  const error: unknown = await changed(paths, document).then(() => null, (thrown: unknown) => thrown);
  if (error instanceof PipelineError) return error;
  throw new Error('nothing was wrong', {cause: error});
};
const problemsOf = (paths: string): string[] => {
  try {
    policy(paths);
  } catch (error) {
    if (error instanceof PipelineError) return error.problems.map(({path, message}) => `${path}: ${message}`);
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('what no rule changes', () => {
  test('comes out byte for byte: digits, escapes, blanks, order and members of the same name', async () => {
    const document = ' {"b": 9.0, "a" :12345678901234567890.10e+5,\t"a":"\\u0041\\/", "c":[ 1 ,{ } , [ ]\n] } ';
    expect(await changed('$: keep', document)).toBe(document);
    expect(await changed('$.*: keep', document)).toBe(document);
    expect(await changed('$.**: keep', document)).toBe(document);
    expect(await changed('$.b: drop\n$.a: keep\n$.c: keep', document)).toBe(' {"a" :12345678901234567890.10e+5,\t"a":"\\u0041\\/", "c":[ 1 ,{ } , [ ]\n] } ');
  });

  test('what is dropped leaves no blanks that jsonb of PostgreSQL would not print', async () => {
    const document = '{"a": 1, "b": {"c": [{"d": 2, "e": 3}], "f": null}, "g": "x"}';
    expect(await changed('$.a: drop\n$.b.c[].d: drop\n$.**: keep', document)).toBe('{"b": {"c": [{"e": 3}], "f": null}, "g": "x"}');
    expect(await changed('$.g: drop\n$.b.c: drop\n$.**: keep', document)).toBe('{"a": 1, "b": {"f": null}}');
    expect(await changed('$.a: drop\n$.b: drop\n$.g: drop', document)).toBe('{}');
    expect(await changed('$.a: drop\n$.b: keep', '{\n  "a": 1,\n  "b": 2\n}')).toBe('{\n  "b": 2\n}');
  });

  test('whatever the document', () => {
    const transform = deidentify(policy('$.secret: drop\n$.**: keep'));
    transform.check(catalogOf([schema]));
    const plan = transform.plan(schema)!;
    const through = (document: string) => plan.apply({rows: [[1, document]], position: null}).rows[0]![1];
    fc.assert(fc.property(fc.json(), fc.integer({min: 0, max: 3}), (text, indent) => {
      const value: unknown = JSON.parse(text);
      const document = JSON.stringify(value, null, indent);
      if (value !== null && typeof value !== 'object') expect(() => through(document)).toThrow(PipelineError);
      else if (value === null || !Object.hasOwn(value, 'secret')) expect(through(document)).toBe(document);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      const {secret: _, ...rest} = value as Record<string, unknown>;
      expect(JSON.parse(String(through(JSON.stringify({secret: 'x', ...rest}))))).toEqual(JSON.parse(JSON.stringify(rest)));
    }));
  });

  test('NULL and an empty text say nothing', async () => {
    expect([await changed('$.a: drop', null), await changed('$.a: drop', '')]).toEqual([null, '']);
  });
});

describe('paths', () => {
  const visit = '{"name":"Ann","visits":[{"date":"2020-03-04","note":"x"},{"date":"1999-12-31","note":null}],"score":7}';
  test('reach members, elements and everything below', async () => {
    expect(await changed('$.name: drop\n"$.visits[].date": year\n"$.visits[].note": blank\n$.score: keep', visit))
      .toBe('{"visits":[{"date":2020,"note":null},{"date":1999,"note":null}],"score":7}');
    expect(await changed('$.name: {method: constant, value: "a \\"b\\""}\n$.visits.**: {method: constant, value: 0}\n$.*: keep', visit))
      .toBe('{"name":"a \\"b\\"","visits":[{"date":0,"note":0},{"date":0,"note":0}],"score":7}');
    expect(await changed('"$[]": {method: topCode, max: 3}', '[1, 2.5, 3.0, 4, -9007199254740993, 99999999999999999999]')).toBe('[1, 2.5, 3, 3, -9007199254740993, 3]');
  });

  test('name members however they are written', async () => {
    expect(await changed('\'$["odd \\"name\\""]\': drop\n$.*: keep', '{"odd \\"name\\"":1,"b":2}')).toBe('{"b":2}');
    expect(await changed('$.name: drop\n$.*: keep', '{"n\\u0061me":"Ann","b":2}')).toBe('{"b":2}');
  });

  test('of more than one the most exact decides, and between those that are not ordered taking out goes before keeping', async () => {
    const document = '{"person":{"ssn":1,"age":2},"other":{"ssn":3,"age":4}}';
    expect(await changed('$.person: keep\n$.*.ssn: drop\n$.other: keep', document)).toBe('{"person":{"age":2},"other":{"age":4}}');
    expect(await changed('$.person.*: keep\n$.*.ssn: drop\n$.other.age: drop', document)).toBe('{"person":{"age":2},"other":{}}');
    expect(await changed('$.person: drop\n$.person.**: keep\n$.other: keep', document)).toBe(document);
    expect(await changed('$.person: keep\n$.person.**: {method: constant, value: 0}\n$.other: drop', document)).toBe('{"person":{"ssn":0,"age":0}}');
    expect(await changed('$.*: drop\n$.person.age: keep', document)).toBe('{"person":{"age":2}}');
    expect(await changed('$.**: drop\n$.other.ssn: keep', document)).toBe('{"other":{"ssn":3}}');
  });

  test.each([
    ['name: drop', /a path begins with \$/u],
    ['"$.a[0]": drop', /elements of an array are decided together: write \[\]/u],
    ['$.: drop', /after a dot comes a name/u],
    ['$.**.a: drop', /nothing can follow/u],
    ['$a: drop', /after \$ come \.name/u],
    ['$.a: year\n$.a.b: keep', /\$\.a cannot be a single value and have paths below it: policy\.yaml:10:/u],
    ['$.a.*: drop\n$.*.b: blank', /these paths disagree about \$\.a\.b, and none is more exact/u],
    ['$.a: drop\n\'$["a"]\': keep', /these paths are the same and say different things/u],
    ['"$": keep\n$.a: {method: fpee}', /fpee|must be/u],
  ])('%s is a problem with its line', (paths, expected) => {
    expect(problemsOf(paths)).toEqual([expect.stringMatching(/^policy\.yaml:\d+:\d+ tables\.t\.columns\.doc\.json/u)]);
    expect(problemsOf(paths)[0]).toMatch(expected);
  });

  test('with a method for something else, or for what a document cannot have, are problems', () => {
    expect(check(policy('$.a: {method: topCode, max: 3, class: email}\n$.b: undecided'), [schema])).toEqual([
      expect.stringMatching(/^t\.doc \$\.b: policy\.yaml:10:\d+ .*: no decision about the JSON path \(undecided\)$/u),
    ]);
    expect(check(policy('$.a: {method: localSuppress, k: 3}'), [schema])).toEqual([expect.stringMatching(/localSuppress compares rows, and does not work inside a document/u)]);
    expect(check(policy('$.a: keep'), [table('t', {id: 'int', doc: 'int'})])).toEqual([expect.stringMatching(/json does not fit a column of type int, only json, text, any/u)]);
  });
});

describe('what does not fit fails without a word of it:', () => {
  test.each([
    ['a member nobody decided about', '$.a: keep', `{"a":1,"${CANARY}":2}`, 'SLUICE_UNDECIDED', 't.doc has values at $.* that no path decides about'],
    ['an object nobody decided about', '$.a: keep\n$.b.c: keep', `{"b":{"c":1,"d":{"${CANARY}":1}}}`, 'SLUICE_UNDECIDED', 't.doc has values at $.b.* that no path decides about'],
    ['a path into a scalar', '$.a.b: drop', `{"a":"${CANARY}"}`, 'SLUICE_VALUE', 't.doc has a single value (string) at $.a, and paths lead into it'],
    ['an object for a method of single values', '$.a: year', `{"a":["${CANARY}"]}`, 'SLUICE_VALUE', 't.doc has an array at $.a, and its method is for single values'],
    ['text that is no JSON', '$.a: keep', `{"a":"${CANARY}",}`, 'SLUICE_VALUE', 't.doc is not JSON'],
    ['more than one document', '$.a: keep', `{"a":1} {"${CANARY}":1}`, 'SLUICE_VALUE', 't.doc is not JSON'],
    ['deep nesting', '$.a: keep', `{"a":${'['.repeat(100_000)}`, 'SLUICE_VALUE', 't.doc is nested too deep below $.a'],
  ])('%s', async (_, paths, document, code, message) => {
    const error = await failure(paths, document);
    expect(error).toMatchObject({code, message, context: {table: 't', column: 'doc'}});
    expectNoLeak([error.message, error.stack, error.cause, error.remedy, error.problems], CANARY);
  });

  test.each(['tru', '01', '1.', '"a', '"\\x"', '"\\u12g4"', '"a\nb"', '[1 2]', '{1:2}', '{"a"}', '[', '', ' '].filter(text => text !== ''))('%j is not JSON', async document => {
    expect((await failure('$: keep', document)).message).toBe('t.doc is not JSON');
  });

  test('null where an object could be says nothing', async () => {
    expect(await changed('$.a.b: drop', '{"a":null}')).toBe('{"a":null}');
  });

  test.each([['        undecided: drop\n', ''], ['        onUnknown: drop\n', ''], ['', 'undecided: drop'], ['', 'onUnknown: drop']])('or goes, when the policy says so (%j, %j)', async (more, top) => {
    const out = await pass(policy('$.a: keep', more, top), schema, [[1, '{"a":1,"b":2}'], [2, '[3]']]);
    expect(out!.rows).toEqual([[1, '{"a":1}'], [2, '[]']]);
    expect(out!.notes).toEqual(['doc $.* is in no rule: dropped = 1', 'doc $[] is in no rule: dropped = 1']);
  });
});

describe('before the run', () => {
  const prepared = async (rules: Policy, rows: readonly Row[]) => {
    const source = new MemorySource(new MemoryDatabase({tables: [{schema, rows}]}));
    const transform = deidentify(rules);
    expect(told(transform.check(catalogOf([schema])))).toEqual([]);
    const error: unknown = await transform.prepare!(source, catalogOf([schema]), never).then(() => null, (thrown: unknown) => thrown);
    return {problems: error instanceof PipelineError ? [error.code, ...told(error.problems)] : error, warnings: transform.warnings};
  };

  test('documents are looked at, and everything that does not fit is told at once', async () => {
    const {problems} = await prepared(policy('$.nmae: drop\n$.a.b: keep\n$.y: year'), [[1, `{"name":"${CANARY}","y":{}}`], [2, '{"a":3}'], [3, '{"a":{"b":1}'], [4, '{"a":4}']]);
    expect(problems).toEqual(['SLUICE_CONFIG',
      't.doc: a document has values at $.* that no path decides about; $.nmae is in the policy, and nothing is there: perhaps it is misspelt (undecided)',
      't.doc: a document has an object at $.y, and its method is for single values',
      't.doc: a document has a single value (number) at $.a, and paths lead into it', 't.doc: a document is not JSON']);
  });

  test('a path to be taken out that nothing is at, beside one that keeps the rest, is a problem; elsewhere a warning', async () => {
    const rows: Row[] = [[1, `{"name":"${CANARY}"}`]];
    expect((await prepared(policy('$.nmae: drop\n$.*: keep'), rows)).problems).toEqual(['SLUICE_CONFIG',
      expect.stringMatching(/^policy\.yaml:9:\d+ .*: none of the 1 documents looked at has anything at \$\.nmae, and another path keeps whatever is beside it: is it misspelt\?/u)]);
    expect(await prepared(policy('$.name: keep\n$.phone: drop'), rows)).toEqual({problems: null, warnings: [expect.stringMatching(/none of the 1 documents looked at has anything at \$\.phone$/u)]});
    expect((await prepared(policy('$.*: keep\n$.phone: {method: drop, reason: seldom there}'), rows)).problems).toBeNull();
    expect((await prepared(policy('$.nmae: drop\n$.*: keep'), [])).problems).toBeNull();
  });
});

test('methods work inside as in columns: with the subject of the row, with keys, in one domain with columns', async () => {
  const people = table('people', {id: 'text', doc: 'json'});
  const rules = parsePolicy(`version: 1
profile: limited-data-set
domains: {person: {form: hex, length: 16}}
subjects: {people: {key: [id]}}
tables:
  people:
    columns:
      id: {method: hmac, domain: person}
      doc: {json: {"$.self": {method: hmac, domain: person}, "$.seen[]": dateShift}}`);
  const transform = deidentify(rules, {key: testKey()});
  expect(told(transform.check(catalogOf([people])))).toEqual([]);
  const plan = transform.plan(people)!;
  expect(plan.uses).toEqual([0, 1]);
  const document = '{"self":"p1","seen":["2020-01-01","2020-01-11"]}';
  const {rows} = plan.apply({rows: [['p1', document], ['p2', document]], position: null});
  const [one, two] = rows.map(([id, doc]) => ({id, doc: JSON.parse(String(doc)) as {self: string; seen: string[]}}));
  expect(one!.doc.self).toBe(one!.id);
  expect(two!.doc.self).toBe(one!.id);
  expect(two!.id).not.toBe(one!.id);
  expect(one!.doc.seen[0]).not.toBe('2020-01-01');
  expect(one!.doc.seen).not.toEqual(two!.doc.seen);
  expect(Date.parse(one!.doc.seen[1]!) - Date.parse(one!.doc.seen[0]!)).toBe(10 * 86_400_000);
});

test('a method that learns before the run sees the values at its path', async () => {
  const rules = policy('"$.wards[]": {method: suppressRare, below: 2}\n$.x: keep');
  const source = new MemorySource(new MemoryDatabase({tables: [{schema, rows: [[1, '{"wards":["a","b"],"x":1}'], [2, '{"wards":["a"],"x":1}']]}]}));
  const transform = deidentify(rules);
  expect(told(transform.check(catalogOf([schema])))).toEqual([]);
  await transform.prepare!(source, catalogOf([schema]), never);
  expect(transform.plan(schema)!.apply({rows: [[1, '{"wards":["a","b"],"x":1}']], position: null}).rows[0]![1]).toBe('{"wards":["a",null],"x":1}');
});

test('a text that may get longer than its column had room for has no limit any more', () => {
  const short = table('t', {id: 'int', doc: {type: 'text', maxLength: 30, native: {dialect: 'mysql', sql: 'varchar(30)'}, comment: 'as {"a":1}'}});
  const columnOf = (paths: string) => deidentify(policy(paths)).plan(short)!.schema.columns[1];
  expect(columnOf('$.a: drop\n$.*: keep')).toEqual({name: 'doc', type: 'text', nullable: true, maxLength: 30, native: {dialect: 'mysql', sql: 'varchar(30)'}});
  expect(columnOf('$.a: {method: constant, value: 12345}\n$.*: keep')).toEqual({name: 'doc', type: 'text', nullable: true});
});

test('paths of documents are listed for whoever has to decide', () => {
  expect(documentPaths(['{"a":1,"b":{"c":[{"d":2},{"e":null}]},"f":[]}', 'no JSON', '{"b":null,"odd name":"x"}'])).toEqual([
    '$.a', '$.b.c[].d', '$.b.c[].e', '$.f', '$["odd name"]',
  ]);
  const byDay = JSON.stringify(Object.fromEntries(Array.from({length: 200}, (_, i) => [`day ${i}`, {n: i}])));
  expect(documentPaths([byDay])).toEqual(['$.*.n']);
});
