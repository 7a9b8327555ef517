import {PipelineError} from '@sluice/core';
import {parseSchemaFile, printSchemaFile, schemaFileFormat} from '@sluice/relational';
import type {DocumentSchema} from '@sluice/relational';
import {expect, test} from 'vitest';

const orders: DocumentSchema = {
  collection: 'orders', table: 'Orders', read: 'sample', documents: 10, unlisted: 'names', fields: [
    {name: '_id', as: 'objectId', types: {objectId: 10}},
    {name: 'customer', as: 'columns', types: {object: 8, null: 1}, column: 'who', fields: [
      {name: 'first.name', as: 'string', types: {string: 5}, longest: 12, note: 'a "note"'},
      {name: '__proto__', as: 'exclude', types: {int: 8}},
    ]},
    {name: 'empty', as: 'columns', types: {}, fields: []},
    {name: 'grid', as: 'table', types: {array: 10}, most: 3, table: 'grid', items: {as: 'table', types: {array: 30}, items: {as: 'decimal', types: {decimal: 1, 'binData:5': 2}, inexact: 1, fractions: 2, notFinite: 3, column: 'cell'}}},
  ],
};

test('a file has a line for each field, and what is read is what was written', () => {
  const text = printSchemaFile({form: 'new', collections: [orders, {collection: 'none', fields: []}]});
  expect(text).toBe(`{
  "version": 1,
  "collections": [
    {
      "name": "orders",
      "table": "Orders",
      "read": "sample",
      "documents": 10,
      "unlisted": "names",
      "fields": [
        {"name": "_id", "as": "objectId", "types": {"objectId": 10}},
        {"name": "customer", "as": "columns", "types": {"object": 8, "null": 1}, "absent": 1, "column": "who", "fields": [
          {"name": "first.name", "as": "string", "types": {"string": 5}, "absent": 3, "longest": 12, "note": "a \\"note\\""},
          {"name": "__proto__", "as": "exclude", "types": {"int": 8}}
        ]},
        {"name": "empty", "as": "columns", "fields": []},
        {"name": "grid", "as": "table", "types": {"array": 10}, "most": 3, "table": "grid", "items": {"as": "table", "types": {"array": 30}, "items": {"as": "decimal", "types": {"decimal": 1, "binData:5": 2}, "inexact": 1, "fractions": 2, "notFinite": 3, "column": "cell"}}}
      ]
    },
    {
      "name": "none",
      "fields": []
    }
  ]
}
`);
  expect(parseSchemaFile(text, 'schema.json')).toEqual({form: 'new', collections: [orders, {collection: 'none', fields: []}]});
  expect(printSchemaFile({form: 'new', collections: []})).toBe('{\n  "version": 1,\n  "collections": []\n}\n');
});

function problemsOf(text: string, path: string): string[] {
  try {
    parseSchemaFile(text, path);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return error.problems.map(problem => `${problem.path}: ${problem.message}`);
  }
  throw new Error('nothing was thrown');
}

test('all that is wrong is told at once, with its line and what would be right', () => {
  const inner = (line: string) => `{"version": 1, "collections": [{"name": "c", "fields": [\n{"name": "d", "as": "columns", "fields": [\n${line}\n]}\n]}]}`;
  expect(problemsOf(inner('{"name": "a", "as": "intt"},\n{"name": "b", "colum": "x"},\n{"as": "int", "types": {"int": -1}}'), 's.json')).toEqual([
    's.json:3:21 collections[0].fields[0].fields[0].as: must be bool, int, long, double, decimal, string, date, objectId, uuid, binary, json, null, columns, table or exclude, got text; did you mean int?',
    expect.stringMatching(/^s\.json:4:1 collections\[0\]\.fields\[0\]\.fields\[1\]\.as: is missing: must be bool, int/),
    's.json:4:15 collections[0].fields[0].fields[1].colum: is not a known key; did you mean column?',
    's.json:5:1 collections[0].fields[0].fields[2].name: is missing: must be text',
    's.json:5:32 collections[0].fields[0].fields[2].types.int: must be an integer of at least 0, got -1',
  ]);
  expect(problemsOf(inner('{"name": "d", "as": "int", "column": ""}'), 's.json')).toEqual(
    ['s.json:3:38 collections[0].fields[0].fields[0].column: must be text that is not empty, got empty text']);
  expect(problemsOf(inner([
    '{"name": "a", "as": "columns"},', '{"name": "a", "as": "table"},', '{"name": "b", "as": "int", "table": "t"},', '{"name": "c", "as": "table", "column": "t", "items": {"as": "exclude"}}'].join('\n')), 's.json')).toEqual([
    's.json:3:21 collections[0].fields[0].fields[0].as: is columns, and there are no fields: list them, or make it json or exclude',
    's.json:4:10 collections[0].fields[0].fields[1].name: is the name of a field above: take one of the two out',
    's.json:4:21 collections[0].fields[0].fields[1].as: is table, and there are no items: describe them, or make it json or exclude',
    's.json:5:37 collections[0].fields[0].fields[2].table: is for an array that becomes a table: give the column a name by column',
    's.json:6:40 collections[0].fields[0].fields[3].column: is for what becomes a column: give the table a name by table, or its items one by column',
    expect.stringMatching(/^s\.json:6:45 .*items: cannot be left out alone: exclude the array itself$/),
  ]);
  expect(problemsOf('{"version": 1, "collections": [{"name": "c", "fields": []}, {"name": "c", "fields": []}]}', 's.json')).toEqual([
    's.json:1:70 collections[1].name: is the name of a collection above: take one of the two out']);
  expect(problemsOf('{"version": 2, "collections": []}', 's.json')).toEqual(['s.json:1:13 version: must be 1, got 2']);
  expect(problemsOf('[]', 's.json')).toEqual(['s.json:1:1: must be an object with a type for each field']);
});

test('an old file is told by what it holds, and its collection by its name', () => {
  const text = '{\n\t"_id": {"oid": "STRING", "bsontype": "INT"},\n\t"version": "INT",\n\t"collections": ["long"],\n\t"d": {"x": "DOUBLE", "e": {}},\n\t"l": [{"t": "TIMESTAMP"}, "INT"], "n": []\n}';
  const file = parseSchemaFile(text, 'schemas/posts.js');
  expect(file.form).toBe('old');
  expect(file.collections).toEqual([{
    collection: 'posts', strict: true, fields: [
      {name: '_id', as: 'objectId', types: {}},
      {name: 'version', as: 'int', types: {}},
      {name: 'collections', as: 'table', types: {}, items: {as: 'long', types: {}}},
      {name: 'd', as: 'columns', types: {}, fields: [{name: 'x', as: 'double', types: {}}, {name: 'e', as: 'columns', types: {}, fields: []}]},
      {name: 'l', as: 'table', types: {}, items: {as: 'columns', types: {}, fields: [{name: 't', as: 'date', types: {}}]}},
      {name: 'n', as: 'table', types: {}, items: {as: 'null', types: {}}},
    ],
  }]);
  expect(printSchemaFile(file)).toBe(`{
    "_id": {
        "bsontype": "INT",
        "oid": "STRING"
    },
    "collections": [
        "LONG"
    ],
    "d": {
        "e": {},
        "x": "DOUBLE"
    },
    "l": [
        {
            "t": "TIMESTAMP"
        }
    ],
    "n": [],
    "version": "INT"
}
`);
});

test('what is wrong in an old file is told with its line', () => {
  expect(problemsOf('{"a": "STRNG",\n"b": {"c": [5]},\n"d": null}', 'posts.json')).toEqual([
    'posts.json:1:7 a: must be a type: STRING, INT, BIGINT, LONG, DOUBLE, BOOLEAN, TIMESTAMP, TINYINT; did you mean STRING?',
    'posts.json:2:13 b.c[0]: must be a type (STRING, INT, BIGINT, LONG, DOUBLE, BOOLEAN, TIMESTAMP, TINYINT), an object of fields, or an array of one of them',
    'posts.json:3:6 d: must be a type (STRING, INT, BIGINT, LONG, DOUBLE, BOOLEAN, TIMESTAMP, TINYINT), an object of fields, or an array of one of them',
  ]);
});

test('editors are told the form of a file', () => {
  expect(schemaFileFormat()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', required: ['version', 'collections'],
    $defs: {field: {required: ['name', 'as'], additionalProperties: false, properties: {items: {$ref: '#/$defs/item'}, fields: {items: {$ref: '#/$defs/field'}}}}},
  });
});
